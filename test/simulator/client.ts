/** A bare Graph caller for the simulator's tests: no retries, no paging, nothing that could hide an answer. */
import { z } from "zod";
import type { Simulator } from "../support/simulator-server.ts";

export const docSchema = z.record(z.string(), z.unknown());
export type Doc = z.infer<typeof docSchema>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Doc;
}

const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innerError: z.object({ date: z.string(), "request-id": z.string(), "client-request-id": z.string() }),
  }),
});
export function errorOf(answer: Answer) {
  return errorSchema.parse(answer.body).error;
}

const listSchema = z.looseObject({
  value: z.array(docSchema),
  "@odata.nextLink": z.string().optional(),
  "@odata.count": z.int().optional(),
});
export function listOf(answer: Answer) {
  return listSchema.parse(answer.body);
}

export function tokenForm(overrides: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "app",
    client_secret: "simulator-secret",
    scope: "https://graph.example/.default",
    ...overrides,
  });
}

export async function requestToken(simulator: Simulator, tenant: string, form = tokenForm()): Promise<Answer> {
  const response = await fetch(`${simulator.url}/${tenant}/oauth2/v2.0/token`, { method: "POST", body: form });
  return { status: response.status, headers: response.headers, body: docSchema.parse(await response.json()) };
}

export type Graph = Awaited<ReturnType<typeof signIn>>;

export async function signIn(simulator: Simulator, tenant: string) {
  const { body } = await requestToken(simulator, tenant);
  const token = z.string().parse(body["access_token"]);
  async function call(
    method: string,
    path: string,
    sent?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(path.startsWith("http") ? path : `${simulator.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? {} : docSchema.parse(JSON.parse(text)),
    };
  }
  /** Every item of a collection, page by page. Throws on anything but 200. */
  async function all(path: string): Promise<Doc[]> {
    const items: Doc[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const answer = await call("GET", next);
      if (answer.status !== 200) throw new Error(`${next}: ${answer.status} ${JSON.stringify(answer.body)}`);
      const page = listOf(answer);
      items.push(...page.value);
      next = page["@odata.nextLink"];
    }
    return items;
  }
  return {
    token,
    call,
    all,
    get: (path: string, headers?: Record<string, string>) => call("GET", path, undefined, headers),
  };
}

/** The id of the first item of a collection that passes. */
export async function idWhere(graph: Graph, path: string, passes: (doc: Doc) => boolean = () => true): Promise<string> {
  const found = (await graph.all(path)).find(passes);
  if (found === undefined) throw new Error(`nothing fits in ${path}`);
  return z.string().parse(found["id"]);
}
