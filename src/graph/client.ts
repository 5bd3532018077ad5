/**
 * Microsoft Graph for one unit: authenticated requests within a budget, retried where retrying helps. Reading many pages is in
 * `paging.ts`, many items at once in `batch.ts`.
 */
import { waitMs } from "./backoff.ts";
import type { RequestBudget } from "./budget.ts";
import { asTokenFailure, exchange, type Exchange } from "./exchange.ts";
import { isRetryable, type GraphFailure, type GraphResult } from "./result.ts";
import type { GraphRuntime } from "./runtime.ts";
import { tokenRequest, type GraphConnection, type TokenCache } from "./token.ts";

export type GraphVersion = "v1.0" | "beta";

export interface GraphClientOptions {
  connection: GraphConnection;
  runtime: GraphRuntime;
  budget: RequestBudget;
  tokens: TokenCache;
  /** Ends waits and requests under way; what was asked then answers `aborted`. */
  signal: AbortSignal;
}

export class GraphClient {
  readonly #options: GraphClientOptions;

  constructor(options: GraphClientOptions) {
    this.#options = options;
  }

  /** The address of a path ("/deviceManagement/…", query included) in a version of Graph. */
  url(version: GraphVersion, path: string): string {
    return `${this.#options.connection.endpoints.graphUrl}/${version}${path}`;
  }

  /** Where a link leads: the address to ask, or null when it is no address or of another origin than this connection's Graph. */
  ownLink(link: string): string | null {
    if (!URL.canParse(link)) return null;
    return new URL(link).origin === new URL(this.#options.connection.endpoints.graphUrl).origin ? link : null;
  }

  /** GET by an absolute address of this Graph. */
  get(url: string): Promise<GraphResult<unknown>> {
    return this.#request({ method: "GET", url, headers: {}, body: null });
  }

  /** POST that reads (a `$batch` of GETs) and so may be sent again after any failure. */
  postReading(url: string, body: unknown): Promise<GraphResult<unknown>> {
    return this.#request({
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /**
   * Sleeps before the next try when the budget allows it; `attempt` counts the tries in a row that changed nothing. Null to go on; else what to answer: the failure, with the seconds
   * that the unit should stay away.
   */
  async pause(
    failure: GraphFailure & { kind: "throttled" | "transient" },
    attempt: number,
  ): Promise<GraphFailure | null> {
    const { runtime, budget, signal } = this.#options;
    const askedMs = failure.retryAfterSeconds === null ? null : failure.retryAfterSeconds * 1000;
    const ms = waitMs(askedMs, attempt, runtime.random());
    if (!budget.takeRetry(ms, attempt)) return { ...failure, retryAfterSeconds: ms / 1000 };
    await runtime.sleep(ms, signal);
    return signal.aborted ? { kind: "aborted", requestId: null } : null;
  }

  /** Makes the next request fetch a new token. For a part of a `$batch` that was refused while the whole was accepted. */
  async renewToken(): Promise<void> {
    const token = await this.#token();
    if (token.kind === "ok") this.#dropToken(token.value);
  }

  async #request(request: Exchange): Promise<GraphResult<unknown>> {
    let renewed = false;
    for (let attempt = 0; ;) {
      const token = await this.#token();
      if (token.kind !== "ok") return token;
      const headers = { ...request.headers, authorization: `Bearer ${token.value}` };
      const result = await this.#spend({ ...request, headers });
      if (result.kind === "unauthorized" && !renewed) {
        renewed = true;
        this.#dropToken(token.value);
        continue;
      }
      if (!isRetryable(result)) return result;
      const stop = await this.pause(result, attempt);
      if (stop) return stop;
      attempt += 1;
    }
  }

  #token(): Promise<GraphResult<string>> {
    const { connection, runtime, tokens, signal } = this.#options;
    const sleep = (ms: number, stop: AbortSignal) => runtime.sleep(ms, AbortSignal.any([signal, stop]));
    return tokens.get(connection.cacheKey, runtime.now, () => this.#acquireToken(), sleep);
  }

  #dropToken(token: string): void {
    this.#options.tokens.drop(this.#options.connection.cacheKey, token);
  }

  async #acquireToken(): Promise<GraphResult<unknown>> {
    const { url, body } = tokenRequest(this.#options.connection);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (let attempt = 0; ; attempt += 1) {
      const result = asTokenFailure(await this.#spend({ method: "POST", url, headers, body }));
      if (!isRetryable(result)) return result;
      const stop = await this.pause(result, attempt);
      if (stop) return stop;
    }
  }

  async #spend(request: Exchange): Promise<GraphResult<unknown>> {
    const { runtime, budget, signal } = this.#options;
    if (!budget.takeRequest()) {
      return {
        kind: "over_budget",
        detail: "Reading took more requests or time than one unit may spend",
        requestId: null,
      };
    }
    return exchange(runtime, request, signal);
  }
}
