/**
 * Errors as the API tells them (RFC 9457): one error class that carries a stable code, one mapping from codes to HTTP.
 * A handler throws `ApiError` for what the caller did or may not do; anything else that is thrown is a bug and comes out as
 * `internal_error`, with nothing of it in the answer.
 */
import type { Problem } from "../contract/problems.ts";

const PROBLEMS = {
  invalid_input: { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "Sign in first" },
  forbidden: { status: 403, title: "Your role does not allow this" },
  forbidden_origin: { status: 403, title: "Requests from other sites are refused" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "This method is not offered here" },
  run_already_completed: { status: 409, title: "The operation has already completed" },
  run_not_completed: { status: 409, title: "The operation has not completed yet" },
  nothing_to_retry: { status: 409, title: "The operation has no failed units" },
  idempotency_key_reused: { status: 409, title: "This Idempotency-Key was used for another request" },
  pack_not_ready: { status: 409, title: "The review pack has no file" },
  pack_expired: { status: 410, title: "The review pack has expired, and its file is deleted" },
  finding_changed: { status: 409, title: "The finding is not what it was: look at it again" },
  finding_resolved: { status: 409, title: "The finding is resolved: there is nothing to decide" },
  payload_too_large: { status: 413, title: "The request is too large" },
  unsupported_media_type: { status: 415, title: "Send JSON" },
  range_not_satisfiable: { status: 416, title: "The file has no such part" },
  upgrade_required: { status: 426, title: "This address speaks WebSocket" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  content_unavailable: { status: 500, title: "The stored content cannot be read" },
  unavailable: { status: 503, title: "The service is not available" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
export interface InvalidField {
  path: string;
  message: string;
}

export class ApiError extends Error {
  override name = "ApiError";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly fields: InvalidField[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    options: { detail?: string; fields?: InvalidField[]; headers?: Record<string, string> } = {},
  ) {
    super(options.detail ?? PROBLEMS[code].title);
    this.code = code;
    this.detail = options.detail;
    this.fields = options.fields;
    this.headers = options.headers ?? {};
  }
}

export function problemResponse(error: ApiError, requestId: string): Response {
  const { status, title } = PROBLEMS[error.code];
  const problem: Problem = {
    type: "about:blank",
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId,
    ...(error.fields === undefined ? {} : { fields: error.fields }),
  };
  const headers = { ...error.headers, "content-type": "application/problem+json" };
  return new Response(JSON.stringify(problem), { status, headers });
}
