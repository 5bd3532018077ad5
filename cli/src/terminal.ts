/** What commands have of the process, so that a test can give them its own. */
import { createInterface } from "node:readline/promises";
import { text as wholeText } from "node:stream/consumers";
import { CommandError, Interrupted } from "./exit-codes.ts";

export interface Terminal {
  /** Results: what a script reads. Adds the line end. */
  out: (line: string) => void;
  /** Bytes of a result, such as a document. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Progress, questions and errors. Adds the line end. */
  tell: (line: string) => void;
  /** Whether results go to people who look on, and whether progress can be drawn for them. */
  outIsTerminal: boolean;
  tellIsTerminal: boolean;
  color: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** Asks for a line. @throws CommandError where there is nobody to ask, with `otherwise` as the hint. */
  ask: (question: string, otherwise: string) => Promise<string>;
  /** All of the standard input. */
  read: () => Promise<string>;
  fetch: typeof fetch;
  /** Waits. @throws Interrupted */
  sleep: (milliseconds: number) => Promise<void>;
  now: () => number;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Columns that a live drawing needs. Some terminals say 0. */
const NARROWEST = 20;

/** The terminal of this process. The first Ctrl-C aborts its signal, the second ends the process. */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort(new Interrupted()));
  const { env, stdout, stderr, stdin } = process;
  const dumb = env["TERM"] === "dumb";
  const noColor = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const forceColor = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  return {
    out: (line) => void stdout.write(`${line}\n`),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    tell: (line) => void stderr.write(`${line}\n`),
    outIsTerminal: stdout.isTTY,
    tellIsTerminal: stderr.isTTY && !dumb && stderr.columns >= NARROWEST,
    color: !noColor && (forceColor || (stdout.isTTY && stderr.isTTY && !dumb)),
    env,
    ask: async (question, otherwise) => {
      if (!stdin.isTTY || !stderr.isTTY) {
        throw new CommandError("This asks a question, and there is no terminal to ask it in.", { hint: otherwise });
      }
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal: interruption.signal });
      } finally {
        lines.close();
      }
    },
    read: () => wholeText(stdin),
    fetch,
    sleep: (milliseconds) =>
      new Promise((resolve, reject) => {
        const { signal } = interruption;
        if (signal.aborted) return reject(signal.reason);
        const end = (): void => {
          clearTimeout(timer);
          reject(signal.reason);
        };
        const timer = setTimeout(() => {
          signal.removeEventListener("abort", end);
          resolve();
        }, milliseconds);
        signal.addEventListener("abort", end, { once: true });
      }),
    now: Date.now,
    signal: interruption.signal,
  };
}
