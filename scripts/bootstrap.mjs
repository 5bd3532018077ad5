/**
 * The door of every npm script: runs on the Node that the machine has (20 or later), without any dependency. It makes sure
 * that the dependencies are installed and usable, then runs the given script on the Node that the repository pins.
 *
 *   node scripts/bootstrap.mjs <script> [arguments…]
 *
 * It stays as the script's parent: passes signals on, passes the exit code back, and ends the script when whoever started
 * this has died without a word (a hard kill of npm).
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { ensureDependencies, projectRoot } from "./dependencies.mjs";
import { identityOf, isAlive } from "./processes.mjs";

const PARENT_POLL_MS = 400;

const [script, ...parameters] = process.argv.slice(2);
if (!script) {
  console.error("usage: node scripts/bootstrap.mjs <script> [arguments…]");
  process.exit(2);
}

// npm itself: its scripts begin with `exec`, so that no shell stands in between (decisions/031-local-start.md).
const starter = identityOf(process.ppid);
const installation = new AbortController();
/** @type {(signal: NodeJS.Signals) => void} What a wish to stop does: until the script runs, it ends the installation. */
let stop = () => installation.abort();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => stop(signal));
const poll = setInterval(() => {
  if (starter === null || isAlive(starter)) return;
  clearInterval(poll);
  stop("SIGTERM");
}, PARENT_POLL_MS);

try {
  await ensureDependencies(installation.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
if (installation.signal.aborted) process.exit(1);

const binaries = path.join(projectRoot, "node_modules", ".bin");
const child = spawn(path.join(binaries, "node"), [path.join(projectRoot, script), ...parameters], {
  cwd: projectRoot,
  env: {
    // Node keeps here what it compiled of the tools and the scripts: a fourth of the processor time of a start.
    NODE_COMPILE_CACHE: path.join(projectRoot, "dist", "compile-cache"),
    ...process.env,
    PATH: binaries + path.delimiter + (process.env.PATH ?? ""),
  },
  // The channel carries nothing: its end tells the script that this process is gone.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});

stop = (signal) => child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);

child.on("error", (error) => {
  console.error(`Cannot run ${script}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  const asked = signal === "SIGINT" || signal === "SIGTERM";
  if (signal !== null && !asked) console.error(`${script} was ended by ${signal}.`);
  process.exit(code ?? (asked ? 0 : 1));
});
