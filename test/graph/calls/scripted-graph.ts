/**
 * Stands in for Microsoft Graph where a test needs an answer that the simulator would not give on its own accord. Time is
 * virtual: sleeping moves the clock.
 */
import { RequestBudget, UNIT_BUDGET, type BudgetLimits } from "../../../src/graph/calls/budget.ts";
import { GraphClient } from "../../../src/graph/calls/client.ts";
import { TokenCache } from "../../../src/graph/calls/token.ts";

export const GRAPH = "https://graph.test";
export const LOGIN = "https://login.test";
const START = Date.UTC(2026, 10, 1, 12);

export interface ScriptedRequest {
  method: string;
  url: string;
  headers: Headers;
  body: unknown;
}
export type Script = (request: ScriptedRequest, index: number) => Response | Promise<Response>;

export class ScriptedGraph {
  /** Requests to Graph, without those for tokens. */
  readonly requests: ScriptedRequest[] = [];
  readonly sleeps: number[] = [];
  tokensIssued = 0;
  nowMs = START;
  tokenAnswer: () => Response = () => json({ access_token: `token-${this.tokensIssued}`, expires_in: 3600 });
  readonly controller = new AbortController();
  readonly tokens = new TokenCache();
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  client(limits: Partial<BudgetLimits> = {}): GraphClient {
    return new GraphClient({
      connection: {
        cacheKey: "one",
        endpoints: { loginUrl: LOGIN, graphUrl: GRAPH },
        directoryId: "contoso.example",
        clientId: "client",
        credential: { kind: "secret", secret: "not-a-real-secret" },
      },
      runtime: {
        fetch: (url, init) => this.#answer(url, init),
        now: this.now,
        sleep: (ms) => {
          this.sleeps.push(ms);
          this.nowMs += ms;
          // Not in the same turn: what answers at once wins against any wait.
          return new Promise((resolve) => setImmediate(resolve));
        },
        random: () => 0,
      },
      budget: new RequestBudget({ ...UNIT_BUDGET, ...limits }, this.now),
      tokens: this.tokens,
      signal: this.controller.signal,
    });
  }

  now = (): number => this.nowMs;

  async #answer(url: string, init: RequestInit): Promise<Response> {
    if (url.startsWith(LOGIN)) {
      this.tokensIssued += 1;
      return this.tokenAnswer();
    }
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const request = { method: init.method ?? "GET", url, headers: new Headers(init.headers), body };
    this.requests.push(request);
    return this.#script(request, this.requests.length - 1);
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return json({ error: { code, message } }, status, headers);
}
