/** What the command line ends with, for scripts. docs/command-line.md has the same table for people, which a test compares. */
import { ApprovalWaits } from "../../src/client/approval-waits.ts";
import { ApiProblem } from "../../src/client/problem.ts";
import type { RunOutcome } from "../../src/contract/runs.ts";

export const EXIT = {
  succeeded: 0,
  failed: 1,
  usage: 2,
  partly: 3,
  notAllowed: 4,
  notFound: 5,
  conflict: 6,
  differences: 7,
  canceled: 8,
  later: 75,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WORDS: Readonly<Record<ExitCode, string>> = {
  [EXIT.succeeded]: "done; an operation that was waited for succeeded",
  [EXIT.failed]: "an operation failed, a check found a fault, or an answer was not understood",
  [EXIT.usage]: "the command was not understood, or the server refused what it asked for",
  [EXIT.partly]: "an operation succeeded in part",
  [EXIT.notAllowed]: "not signed in, or not allowed",
  [EXIT.notFound]: "not there, or not visible to you",
  [EXIT.conflict]: "not possible now: something has changed since",
  [EXIT.differences]: "a comparison found differences",
  [EXIT.canceled]: "an operation was canceled, or a question was not answered with yes",
  [EXIT.later]: "the server did not answer or asks to wait, or a change waits for another person's approval",
  [EXIT.interrupted]: "Ctrl-C; operations that were started go on",
};

/** All codes with their meanings, for people. */
export function exitTable(): [code: ExitCode, words: string][] {
  return Object.values(EXIT).map((code) => [code, WORDS[code]]);
}

/** A command that cannot be understood or carried out as it was given. `hint`: what to do, in a sentence. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly code: ExitCode;
  readonly hint: string | null;

  constructor(message: string, { code = EXIT.usage, hint = null }: { code?: ExitCode; hint?: string | null } = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Ctrl-C. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

export function codeOfOutcome(outcome: RunOutcome): ExitCode {
  switch (outcome) {
    case "succeeded":
      return EXIT.succeeded;
    case "partially_succeeded":
      return EXIT.partly;
    case "canceled":
      return EXIT.canceled;
    case "failed":
      return EXIT.failed;
    case "pending":
      return EXIT.later;
  }
}

export function codeOfError(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.code;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof ApprovalWaits) return EXIT.later;
  if (error instanceof ApiProblem) return codeOfProblem(error);
  return EXIT.failed;
}

function codeOfProblem({ code, status }: ApiProblem): ExitCode {
  if (code === "unexpected_answer") return EXIT.failed;
  if (status === 0 || status === 429 || status >= 500) return EXIT.later;
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404 || status === 410) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  return EXIT.usage;
}
