/** The one way out to the HTTP API. Every answer is parsed by its contract schema; anything else becomes an ApiProblem. */
import type { z } from "zod";
import { problemSchema } from "../../contract/problems.ts";
import { ApiProblem } from "./problem.ts";

/** Requests JSON and parses it. Throws ApiProblem; an abort is passed on as it is. */
export async function getJson<T extends z.ZodType>(
  path: string,
  schema: T,
  signal?: AbortSignal,
): Promise<z.output<T>> {
  const response = await send(path, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  return parseBody(response, schema);
}

/** Requests a document and gives its text unchanged: numbers in it may be larger than JavaScript's. Throws ApiProblem. */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await send(path, signal ? { signal } : {});
  return response.text();
}

/** Posts JSON and parses the answer. `idempotencyKey` makes a repeated POST return the first answer. Throws ApiProblem. */
export async function postJson<T extends z.ZodType>(
  path: string,
  body: unknown,
  schema: T,
  idempotencyKey?: string,
): Promise<z.output<T>> {
  return parseBody(await post(path, body, idempotencyKey), schema);
}

/** Sends a change of what is named by the path, and parses the answer. Throws ApiProblem. */
export async function patchJson<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return parseBody(await send(path, { method: "PATCH", headers, body: JSON.stringify(body) }), schema);
}

/** Posts and ignores the body of the answer. Throws ApiProblem. */
export async function post(path: string, body: unknown, idempotencyKey?: string): Promise<Response> {
  return send(path, {
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  });
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({ code: "network_unreachable", status: 0, title: "No answer" });
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const parsed = problemSchema.safeParse(await readJson(response));
  if (parsed.success) return new ApiProblem(parsed.data);
  return new ApiProblem({ code: "http_error", status: response.status, title: `HTTP ${response.status}` });
}

async function parseBody<T extends z.ZodType>(response: Response, schema: T): Promise<z.output<T>> {
  const parsed = schema.safeParse(await readJson(response));
  if (parsed.success) return parsed.data;
  throw new ApiProblem({ code: "unexpected_answer", status: response.status, title: "Unexpected answer" });
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}
