/** What the tenant object answers, before it becomes an HTTP response; and errors in Graph's shape. */
import type { Doc } from "./json.ts";

/** A Graph call as the tenant object sees it. Plain data, since it crosses to the object. */
export interface GraphRequest {
  method: string;
  version: "v1.0" | "beta";
  /** Below the version, decoded, without slashes at either end. */
  path: string;
  /** Raw query, without the question mark. */
  query: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string | null;
  /** Scheme and authority the caller used: nextLinks point there. */
  origin: string;
  /** What the caller's token names as granted; null where it names nothing. */
  roles: readonly string[] | null;
}

export interface GraphReply {
  status: number;
  headers: Record<string, string>;
  /** Serialized JSON, or null for an empty body. */
  body: string | null;
  /** How long the caller shall wait for it. */
  latencyMs: number;
  /** `truncate`: half of the body, as if it were whole. `drop`: the connection dies in the middle of it. */
  damage: "none" | "truncate" | "drop";
}

export interface RequestIds {
  requestId: string;
  clientRequestId: string;
}

export function requestIds(headers: Record<string, string>): RequestIds {
  const requestId = crypto.randomUUID();
  return { requestId, clientRequestId: headers["client-request-id"] ?? requestId };
}

/** An error that a handler ends with; the one place that catches it turns it into a reply. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, "BadRequest", message);
}

/** Intune wraps its own error in the message, as JSON in a string. */
export function refusedByIntune(message: string): GraphError {
  const wrapped = {
    _version: 3,
    Message: `${message} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${crypto.randomUUID()}`,
    CustomApiErrorPhrase: "",
    RetryAfter: null,
    ErrorSourceService: "",
    HttpHeaders: "{}",
  };
  return badRequest(JSON.stringify(wrapped));
}

export function notFound(id: string): GraphError {
  return new GraphError(
    404,
    "ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** OData's answer to a path that the version does not have. */
export function unknownSegment(segment: string): GraphError {
  return new GraphError(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
}

export function methodNotAllowed(method: string, path: string): GraphError {
  return new GraphError(405, "BadRequest", `The HTTP method '${method}' is not supported on '${path}'.`);
}

export function errorBody(error: { code: string; message: string }, ids: RequestIds): Doc {
  return {
    error: {
      code: error.code,
      message: error.message,
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        "request-id": ids.requestId,
        "client-request-id": ids.clientRequestId,
      },
    },
  };
}

const JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

export function reply(
  status: number,
  body: Doc | null,
  ids: RequestIds,
  headers: Record<string, string> = {},
): GraphReply {
  const own: Record<string, string> = {
    "request-id": ids.requestId,
    "client-request-id": ids.clientRequestId,
    ...headers,
  };
  if (body !== null) own["content-type"] = JSON_TYPE;
  return { status, headers: own, body: body === null ? null : JSON.stringify(body), latencyMs: 0, damage: "none" };
}

export function errorReply(error: GraphError, ids: RequestIds): GraphReply {
  return reply(error.status, errorBody(error, ids), ids, error.headers);
}
