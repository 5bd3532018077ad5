/** One HTTP exchange: send, read a bounded body, parse, classify. No retries here. */
import { logEvent } from "../../observability/log.ts";
import type { GraphAnswer } from "./classify.ts";
import type { GraphFailure, GraphResult, TokenResult } from "./result.ts";
import type { GraphRuntime } from "./runtime.ts";

export interface Exchange {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

const MEBIBYTE = 1024 * 1024;
/**
 * An isolate has 128 MB for five families at a time, and an answer takes several times its bytes once it is parsed and made canonical
 * (decisions/111-one-unreadable-policy.md). What is larger is asked for in smaller pages and batches.
 */
export const MAX_BODY_BYTES = 4 * MEBIBYTE;
const TIMEOUT_MS = 60_000;

/** No answer, or none that could be taken in. Whether the request was applied is not known. */
export type Unanswered = GraphFailure & { kind: "transient" | "too_large" | "aborted" };

/** An answer whose body may be missing altogether, which is not the same as one that is no JSON. */
export interface ExchangeAnswer extends GraphAnswer {
  isEmpty: boolean;
}

/**
 * Sends once and has the answer read by `read`, which tells what it means to a reader or a writer. Redirects are not
 * followed: Graph sends none for JSON, and a token must not travel elsewhere.
 */
export async function exchange<Result extends { kind: string; requestId: string | null }>(
  runtime: GraphRuntime,
  request: Exchange,
  signal: AbortSignal,
  read: (answer: ExchangeAnswer, now: number) => Result,
): Promise<Result | Unanswered> {
  if (signal.aborted) return { kind: "aborted", requestId: null };
  const clientRequestId = crypto.randomUUID();
  const startedAt = runtime.now();
  const result = await send(runtime, request, clientRequestId, signal, read);
  if (result.kind !== "ok" && result.kind !== "aborted") {
    logEvent("warn", "graph_request_failed", {
      method: request.method,
      // Query and paging marks may carry names and values; the path says enough.
      path: new URL(request.url).pathname,
      kind: result.kind,
      requestId: result.requestId,
      clientRequestId,
      durationMs: runtime.now() - startedAt,
    });
  }
  return result;
}

async function send<Result>(
  runtime: GraphRuntime,
  request: Exchange,
  clientRequestId: string,
  signal: AbortSignal,
  read: (answer: ExchangeAnswer, now: number) => Result,
): Promise<Result | Unanswered> {
  let response: Response;
  let text: string | null;
  // Not `AbortSignal.timeout`, which goes on after the answer: the platform allows an invocation 10,000 running timers.
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException("no answer in time", "TimeoutError")), TIMEOUT_MS);
  try {
    response = await runtime.fetch(request.url, {
      method: request.method,
      headers: { accept: "application/json", ...request.headers, "client-request-id": clientRequestId },
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout.signal]),
    });
    text = await readText(response);
  } catch (error) {
    if (signal.aborted) return { kind: "aborted", requestId: null };
    return connectionLost(error);
  } finally {
    clearTimeout(timer);
  }
  const requestId = response.headers.get("request-id");
  if (text === null) {
    const detail = `An answer of Microsoft Graph is larger than ${MAX_BODY_BYTES / MEBIBYTE} MiB`;
    return { kind: "too_large", detail, requestId };
  }
  const header = (name: string) => response.headers.get(name);
  return read({ status: response.status, header, body: parseJson(text), isEmpty: text === "" }, runtime.now());
}

/** Most answers fit in one piece of this size; a longer one gets pieces of four times what it has so far. */
const FIRST_PIECE_BYTES = 16 * 1024;

/**
 * The body as text; null when it is larger than the limit. Read into one buffer that grows: a look at each chunk of a stream costs more
 * than what is done with its bytes.
 */
async function readText(response: Response): Promise<string | null> {
  if (!response.body) return "";
  const reader = response.body.getReader({ mode: "byob" });
  let bytes: Uint8Array = new Uint8Array(FIRST_PIECE_BYTES);
  let length = 0;
  for (;;) {
    const { done, value } = await fill(reader, bytes.subarray(length));
    if (value !== undefined) {
      bytes = new Uint8Array(value.buffer);
      length += value.byteLength;
    }
    if (done) return new TextDecoder().decode(bytes.subarray(0, length));
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      return null;
    }
    if (length === bytes.byteLength) {
      const larger = new Uint8Array(4 * length);
      larger.set(bytes);
      bytes = larger;
    }
  }
}

/** Cloudflare's runtime waits until the view is full or the stream ends; Node, where some tests run, gives what is there. */
function fill(reader: ReadableStreamBYOBReader, view: Uint8Array): Promise<ReadableStreamReadResult<Uint8Array>> {
  const fills = typeof Reflect.get(reader, "readAtLeast") === "function";
  return fills ? reader.readAtLeast(view.byteLength, view) : reader.read(view);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function connectionLost(error: unknown): Unanswered {
  const timedOut = error instanceof Error && error.name === "TimeoutError";
  return {
    kind: "transient",
    detail: timedOut ? "Microsoft Graph did not answer in time" : "The connection to Microsoft Graph was lost",
    retryAfterSeconds: null,
    requestId: null,
  };
}

/**
 * The token endpoint says 400 for most refused credentials ("invalid_client", "unauthorized_client", an unknown directory),
 * which anywhere else would be our own mistake.
 */
export function asTokenFailure(result: GraphResult<unknown>): TokenResult<unknown> {
  switch (result.kind) {
    case "rejected":
      return { kind: "unauthorized", code: result.code, requestId: result.requestId };
    case "permission_missing":
    case "not_found":
      return { kind: "unauthorized", code: result.kind, requestId: result.requestId };
    default:
      return result;
  }
}
