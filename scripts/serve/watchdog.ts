/**
 * The runtime's processes do not notice that the process that started them was killed: they would keep the ports. So their
 * pids go to a small shell in a process group of its own, which kills them once its input ends in any way but "done".
 */
import { ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

const SCRIPT = `pids=""
while read -r line; do
  [ "$line" = done ] && exit 0
  pids="$pids $line"
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done`;

export interface Watchdog {
  /** To be called once the watched processes have ended in good order. Resolves when the watchdog has ended too. */
  dismiss(): Promise<void>;
}

/**
 * Watches over every `workerd` that this process starts from now on, restarts after a crash included.
 * @param onProcess is told each one's pid.
 */
export function watchOverRuntimes(onProcess: (pid: number) => void): Watchdog {
  const shell = spawn("sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  // Whoever kills the watchdog only loses its service; writing to it must not end the start.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  subscribe("child_process", (message) => {
    const child = startedProcess(message);
    // The channel speaks before the process exists.
    child?.once("spawn", () => {
      if (child.pid === undefined || !child.spawnfile.includes("workerd")) return;
      shell.stdin.write(`${child.pid}\n`);
      onProcess(child.pid);
    });
  });
  const ended = new Promise<void>((resolve) => {
    shell.once("exit", () => resolve());
    shell.once("error", () => resolve());
  });
  return {
    async dismiss() {
      shell.ref();
      shell.stdin.end("done\n");
      await ended;
    },
  };
}

function startedProcess(message: unknown): ChildProcess | null {
  if (typeof message !== "object" || message === null || !("process" in message)) return null;
  return message.process instanceof ChildProcess ? message.process : null;
}
