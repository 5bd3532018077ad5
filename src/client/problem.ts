/** What went wrong with a request. */
import type { Problem } from "../contract/problems.ts";

/**
 * A request that did not give the expected answer. `code` is the server's stable code (docs/api.md), or one of those of
 * this side: `network_unreachable` (no answer came, `status` is 0), `no_answer_in_time` (nor in the time that it has) and `unexpected_answer` (an
 * answer of another shape).
 */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  /** Where a person signs in whom the server does not know; null where that is not at an address of the server. */
  readonly signInPath: string | null;
  readonly fields: readonly { path: string; message: string }[];

  constructor(facts: Pick<Problem, "code" | "status" | "title"> & Partial<Problem>) {
    super(facts.detail ?? facts.title);
    this.name = "ApiProblem";
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId ?? null;
    this.signInPath = facts.signInPath ?? null;
    // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- The server names the fields that are wrong where there are any.
    this.fields = facts.fields ?? [];
  }
}

/** The server does not know who asks: a session has ended, or none was begun. */
export function isSignedOut(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.status === 401;
}

/** No answer came at all, or none in time. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiProblem && (error.code === "network_unreachable" || error.code === "no_answer_in_time");
}
