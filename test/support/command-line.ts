/** The command line as it is published, in a pipe or in a terminal. */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildCommandLine } from "../../cli/build.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";

export interface Ended {
  code: number;
  out: string;
  err: string;
}

export interface CommandLine {
  /** A folder of its own, in which its commands run and keep what they keep. */
  folder: string;
  /** Runs a command in a pipe. `stdin` is its standard input, which is empty else. */
  run: (parameters: readonly string[], options?: { stdin?: string; env?: Record<string, string> }) => Promise<Ended>;
  /** Runs a command in a terminal of 100 columns. `typed` is what a person types once `awaited` is shown. */
  inTerminal: (
    parameters: readonly string[],
    options?: { awaited?: string; typed?: string },
  ) => Promise<{ code: number; screen: string }>;
  remove: () => void;
}

/** Builds it into a folder that has nothing else. */
export async function commandLine(environment: Readonly<Record<string, string>>): Promise<CommandLine> {
  const home = mkdtempSync(path.join(tmpdir(), "tenantatlas-command-line-"));
  const folder = path.join(home, "ada");
  const program = path.join(home, "package/bin/tenantatlas.mjs");
  for (const file of ["package.json", "bin"]) {
    cpSync(path.join(projectRoot, "cli", file), path.join(home, "package", file), { recursive: true });
  }
  await buildCommandLine(path.join(home, "package/dist/tenantatlas.js"));
  mkdirSync(folder);
  const env = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, "config"),
    TZ: "UTC",
    TERM: "xterm",
    ...environment,
  };
  return {
    folder,
    run: (parameters, { stdin = "", env: more = {} } = {}) =>
      new Promise((resolve) => {
        const child = execFile(
          process.execPath,
          [program, ...parameters],
          { cwd: folder, env: { ...env, ...more }, maxBuffer: 64 << 20 },
          (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
        );
        child.stdin?.end(stdin);
      }),
    inTerminal: (parameters, { awaited, typed } = {}) =>
      new Promise((resolve, reject) => {
        const line = [process.execPath, program, ...parameters]
          .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
          .join(" ");
        // `script` makes a terminal, and passes the exit code of what runs in it.
        const child = spawn("script", ["-qefc", `stty cols 100 rows 40; ${line}`, "/dev/null"], {
          cwd: folder,
          env,
          stdio: ["pipe", "pipe", "inherit"],
        });
        let screen = "";
        let isTyped = typed === undefined;
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          screen += text;
          if (isTyped || awaited === undefined || !screen.includes(awaited)) return;
          isTyped = true;
          child.stdin.write(typed);
        });
        child.on("error", reject);
        child.on("close", (code) => resolve({ code: code ?? -1, screen }));
      }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
