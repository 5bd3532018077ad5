/** The demo people and tenants of `npm start`, in a test's D1, and requests in their names. */
import { exports } from "cloudflare:workers";
import { demoDataStatements } from "../../scripts/setup/demo-data.ts";
import { type Problem, problemSchema } from "../../src/contract/problems.ts";
import { checkDescribed } from "./described-answer.ts";
import { env } from "../support/environment.ts";

export const ORIGIN = "http://localhost:8787";

export async function seedDemoData(): Promise<void> {
  const statements = await demoDataStatements(env.TENANTATLAS_SECRETS_KEY);
  await env.DATABASE.batch(statements.map(({ sql, values }) => env.DATABASE.prepare(sql).bind(...values)));
}

/**
 * A request as the named demo person sends it; the owner when nobody is named. Throws when the answer is not one that the route's
 * description lists.
 */
export async function request(path: string, init: RequestInit & { as?: string } = {}): Promise<Response> {
  const { as, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (as !== undefined) headers.set("x-local-user", `${as}@example.test`);
  const sent = new Request(new URL(path, ORIGIN), { redirect: "manual", ...rest, headers });
  const response = await exports.default.fetch(sent);
  await checkDescribed(sent.method, new URL(sent.url), response);
  return response;
}

export function post(path: string, body: unknown, init: RequestInit & { as?: string } = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return request(path, {
    ...init,
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** The problem that an answer carries, checked for its form. */
export async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get("content-type") !== "application/problem+json") {
    throw new Error(`no problem but ${response.status} ${await response.text()}`);
  }
  const problem = problemSchema.parse(await response.json());
  if (problem.status !== response.status) throw new Error("the problem's status is not the answer's");
  return problem;
}
