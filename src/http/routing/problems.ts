/**
 * Errors as the API tells them (RFC 9457): one error class that carries a stable code, one mapping from codes to HTTP. A handler
 * throws `ApiError` for what the caller did or may not do; anything else that is thrown is a bug and becomes `internal_error`,
 * with nothing of it in the answer.
 */
import { PROBLEMS, type Problem, type ProblemCode } from "../../contract/problems.ts";

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
  readonly signInPath: string | undefined;

  constructor(
    code: ProblemCode,
    options: { detail?: string; fields?: InvalidField[]; headers?: Record<string, string>; signInPath?: string } = {},
  ) {
    super(options.detail ?? PROBLEMS[code].title);
    this.code = code;
    this.detail = options.detail;
    this.fields = options.fields;
    this.headers = options.headers ?? {};
    this.signInPath = options.signInPath;
  }
}

/** When to try again what a move of the tenant refuses. */
const MOVE_RETRY_AFTER_SECONDS = 60;

/** The tenant moves to another database: nothing was done, and it can be asked for again. */
export function tenantMoving(): ApiError {
  return new ApiError("tenant_moving", { headers: { "retry-after": String(MOVE_RETRY_AFTER_SECONDS) } });
}

/** Of what people alone decide, however much an API token may do. */
export function apiTokenRefused(): ApiError {
  return new ApiError("forbidden", { detail: "An API token may not do this." });
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
    ...(error.signInPath === undefined ? {} : { signInPath: error.signInPath }),
  };
  const headers = { ...error.headers, "content-type": "application/problem+json" };
  return new Response(JSON.stringify(problem), { status, headers });
}
