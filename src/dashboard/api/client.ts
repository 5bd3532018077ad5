/**
 * The one way out to the HTTP API: a route of the contract and what it takes. Its path, its query and the schema of its answer are
 * written nowhere else. All that is not the described answer becomes an ApiProblem.
 */
import type { z } from "zod";
import { type Answer, answerOf, problemOf } from "../../client/answer.ts";
import { addressOf, type AnyPlace, type Place, type WithBody } from "../../client/place.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Route } from "../../contract/routes/route.ts";
import { earlyAnswer } from "./early.ts";
import { reachability } from "./reachability.ts";
import { CHANGE_LIMIT, type Deadline, isTimeout, READ_LIMIT, startDeadline, type TimeLimit } from "./time-limit.ts";

export interface CallOptions<Headers extends z.ZodObject> {
  headers?: z.input<Headers>;
  signal?: AbortSignal;
  /** The time that the request may take; reads and changes have one each. */
  limit?: TimeLimit;
}

interface AnyCall extends AnyPlace {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  limit?: TimeLimit;
  body?: unknown;
}

/** Calls a route and parses its answer. Throws ApiProblem, and ApprovalWaits where the change waits; an abort is passed on as it is. */
export async function call<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  request: Place<Params, Query> & CallOptions<Headers> & WithBody<Body>,
): Promise<z.output<Answer>>;
export async function call(route: Route, request: AnyCall): Promise<unknown> {
  return answerOf(route, await send(route, request, "application/json"));
}

/** Sends bytes to a route that takes them as its body, and parses its answer. Throws as `call` does. */
export async function callUpload<Params extends z.ZodObject, Query extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Params, Query, z.ZodObject, z.ZodType, Answer>,
  request: Place<Params, Query> & { body: Blob; signal?: AbortSignal; limit?: TimeLimit },
): Promise<z.output<Answer>>;
export async function callUpload(route: Route, request: AnyCall): Promise<unknown> {
  return answerOf(route, await send(route, request, "application/json"));
}

/** Reads a stored document as text, unchanged: numbers in it may be larger than JavaScript's. Throws ApiProblem. */
export async function callText<Params extends z.ZodObject, Query extends z.ZodType, Headers extends z.ZodObject>(
  route: Route<Params, Query, Headers, z.ZodType, z.ZodNever>,
  request: Place<Params, Query> & CallOptions<Headers>,
): Promise<string>;
export async function callText(route: Route, request: AnyCall): Promise<string> {
  return (await send(route, request)).text;
}

/** The WebSocket address of a path of this origin. */
export function socketUrl(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** Sends a request and reads all of its answer, in its time. Tells `reachability` whether the server was heard. */
async function send(route: Route, request: AnyCall, accept?: string): Promise<Answer> {
  const headers = new Headers(request.headers);
  if (accept !== undefined) headers.set("accept", accept);
  const limit = request.limit ?? (route.method === "GET" ? READ_LIMIT : CHANGE_LIMIT);
  const deadline = startDeadline(limit, request.signal);
  const init: RequestInit = {
    method: route.method,
    credentials: "same-origin",
    headers,
    ...bodyOf(route, request.body, headers),
    signal: deadline.signal,
  };
  const askedAt = Date.now();
  const answer = await receive(addressOf(route, request), init, deadline, askedAt);
  if (answer.response.ok) {
    reachability.heard();
    return answer;
  }
  const problem = problemOf(answer);
  // What stands before the product answers for it when it does not: that is not the product's word.
  if (problem.code === "http_error" && problem.status >= 500) reachability.missed(askedAt);
  else reachability.heard();
  throw problem;
}

async function receive(address: string, init: RequestInit, deadline: Deadline, askedAt: number): Promise<Answer> {
  try {
    const early = init.method === "GET" ? await earlyAnswer(address, deadline.signal) : null;
    if (early !== null) return early;
    const response = await fetch(address, init);
    deadline.answered();
    return { response, text: await response.text() };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    reachability.missed(askedAt);
    if (isTimeout(error)) throw new ApiProblem({ code: "no_answer_in_time", status: 0, title: "No answer in time" });
    throw new ApiProblem({ code: "network_unreachable", status: 0, title: "No answer" });
  } finally {
    deadline.done();
  }
}

/** A change is sent as JSON, also when there is nothing to say: other sites' forms cannot send that type. */
function bodyOf({ method, upload }: Route, body: unknown, headers: Headers): RequestInit {
  if (method === "GET") return {};
  if (upload !== null && body instanceof Blob) {
    headers.set("content-type", upload.media);
    return { body };
  }
  headers.set("content-type", "application/json");
  return { body: JSON.stringify(body ?? {}) };
}
