/**
 * Microsoft Graph for one unit: authenticated requests within a budget, retried where retrying helps. Reading many pages is in
 * `paging.ts`, many items at once in `batch.ts`.
 */
import type { GraphVersion } from "../families/family.ts";
import { rolesInToken } from "../permissions/token-roles.ts";
import { waitMs } from "./backoff.ts";
import type { RequestBudget } from "./budget.ts";
import { classify } from "./classify.ts";
import { asTokenFailure, exchange, type Exchange, type ExchangeAnswer } from "./exchange.ts";
import { isRetryable, ok, type GraphFailure, type GraphResult, type TokenResult } from "./result.ts";
import type { PermitSource } from "./permits.ts";
import type { GraphRuntime } from "./runtime.ts";
import { type ServiceGroup, serviceGroupOf } from "./service-groups.ts";
import { tokenRequest, type GraphConnection, type TokenCache } from "./token.ts";
import {
  classifyWrite,
  unansweredWrite,
  unsentWrite,
  writeHeaders,
  type ApprovalDemanded,
  type GraphWrite,
  type WriteResult,
} from "./write.ts";

export interface GraphClientOptions {
  connection: GraphConnection;
  runtime: GraphRuntime;
  budget: RequestBudget;
  tokens: TokenCache;
  /** Ends waits and requests under way; what was asked then answers `aborted`. */
  signal: AbortSignal;
  /** Asked before every request but those for tokens. Absent for a connection that is no tenant's yet, whose tokens alone are tried. */
  permits?: PermitSource;
}

const OVER_BUDGET = {
  kind: "over_budget",
  detail: "Microsoft Graph took more requests or time than one unit may spend",
  requestId: null,
} as const;

/** A unit that has sent nothing yet loses nothing when it comes back later; it does not keep a consumer waiting. */
const FIRST_PATIENCE_MS = 1_000;

/** A wait that begins within a write's patience may end after it. */
const LONGEST_LAST_WAIT_MS = 5_000;
const NOT_IN_TIME = {
  kind: "not_sent",
  detail: "A token for Microsoft Graph took too long",
  retryAfterSeconds: null,
  requestId: null,
} as const;

export class GraphClient {
  readonly #options: GraphClientOptions;
  /** What the last permission of each group was given in. */
  readonly #epochs = new Map<ServiceGroup, number>();
  #hasSent = false;

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

  /** POST of a `$batch` of GETs, which may be sent again after any failure. Graph limits each of its `paths` as a request. */
  postBatch(url: string, body: unknown, paths: readonly string[]): Promise<GraphResult<unknown>> {
    return this.#request(
      { method: "POST", url, headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      countByGroup(paths),
    );
  }

  /** Tells the tenant's other work that Graph refuses a part of a `$batch` for now. */
  refusedPart(path: string, retryAfterSeconds: number | null): void {
    this.#refused(serviceGroupOf("GET", path), retryAfterSeconds);
  }

  /**
   * Sends a write. It is sent again only where it is certain not to have been applied: after 429, within the budget, and once
   * after a token was refused. A lost answer is `unknown`: whoever asked must look before sending it again.
   *
   * Where Graph demands another administrator's approval, the write is sent a second time with its justification, which
   * applies nothing but opens a request for approval, and the answer is that request's code.
   */
  async write(write: GraphWrite): Promise<WriteResult> {
    const { runtime } = this.#options;
    const startedAt = runtime.now();
    let justified = false;
    let renewed = false;
    for (let attempt = 0; ;) {
      const token = await this.#token();
      if (token.kind !== "ok") return unsentWrite(token);
      const group = serviceGroupOf(write.method, write.url);
      const unsent = await this.#permission(group, 1, "once");
      if (unsent !== null) return unsentWrite(unsent);
      if (runtime.now() - startedAt > write.patienceMs + LONGEST_LAST_WAIT_MS) return NOT_IN_TIME;
      const headers = { ...writeHeaders(write, justified), authorization: `Bearer ${token.value}` };
      const body = write.body === null ? null : JSON.stringify(write.body);
      const result = await this.#spendWrite({ method: write.method, url: write.url, headers, body }, write);
      switch (result.kind) {
        case "unauthorized":
          if (renewed) return result;
          renewed = true;
          this.#dropToken(token.value);
          break;
        case "approval_demanded":
          if (justified) return { ...result, kind: "rejected" };
          justified = true;
          break;
        case "throttled": {
          this.#refused(group, result.retryAfterSeconds);
          const outOfPatience = runtime.now() - startedAt > write.patienceMs;
          const stop = outOfPatience ? result : await this.pause(result, attempt);
          if (stop) return unsentWrite(stop);
          attempt += 1;
          break;
        }
        default:
          return result;
      }
    }
  }

  /** Waits within the budget, as before a retry. False when the wait is not to be had in this turn. */
  async wait(ms: number): Promise<boolean> {
    const { runtime, budget, signal } = this.#options;
    if (!budget.takeRetry(ms, 0)) return false;
    await runtime.sleep(ms, signal);
    return !signal.aborted;
  }

  /**
   * Sleeps before the next try when the budget allows it; `attempt` counts the tries in a row that changed nothing. Null to
   * go on; else what to answer: the failure, with the seconds that the unit should stay away.
   */
  async pause(
    failure: GraphFailure & { kind: "throttled" | "transient" },
    attempt: number,
  ): Promise<(GraphFailure & { kind: "throttled" | "transient" | "aborted" }) | null> {
    const { runtime, budget, signal } = this.#options;
    const askedMs = failure.retryAfterSeconds === null ? null : failure.retryAfterSeconds * 1000;
    const ms = waitMs(askedMs, attempt, runtime.random());
    if (!budget.takeRetry(ms, attempt)) return { ...failure, retryAfterSeconds: ms / 1000 };
    await runtime.sleep(ms, signal);
    return signal.aborted ? { kind: "aborted", requestId: null } : null;
  }

  /**
   * The application permissions that the token in use names, which is fetched when there is none; null when it names none
   * (`permissions/token-roles.ts`). The token itself stays here.
   */
  async tokenRoles(): Promise<TokenResult<readonly string[] | null>> {
    const token = await this.#token();
    return token.kind === "ok" ? ok(rolesInToken(token.value), token.requestId) : token;
  }

  /** Makes the next request fetch a new token. For a part of a `$batch` that was refused while the whole was accepted. */
  async renewToken(): Promise<void> {
    const token = await this.#token();
    if (token.kind === "ok") this.#dropToken(token.value);
  }

  async #request(
    request: Exchange,
    groups: ReadonlyMap<ServiceGroup, number> = new Map([[serviceGroupOf(request.method, request.url), 1]]),
  ): Promise<GraphResult<unknown>> {
    let renewed = false;
    for (let attempt = 0; ;) {
      const token = await this.#token();
      if (token.kind !== "ok") return token;
      for (const [group, requests] of groups) {
        const unsent = await this.#permission(group, requests, "again");
        if (unsent !== null) return unsent;
      }
      const headers = { ...request.headers, authorization: `Bearer ${token.value}` };
      const result = await this.#spend({ ...request, headers });
      if (result.kind === "unauthorized" && !renewed) {
        renewed = true;
        this.#dropToken(token.value);
        continue;
      }
      if (!isRetryable(result)) return result;
      if (result.kind === "throttled") {
        for (const group of groups.keys()) this.#refused(group, result.retryAfterSeconds);
      }
      const stop = await this.pause(result, attempt);
      if (stop) return stop;
      attempt += 1;
    }
  }

  /**
   * Waits for the tenant's permission to send requests to a group. Null to go on; else what to answer: the requests were not sent. A unit
   * that has read a part asks `again` as long as its budget lasts, for it would begin from the start; a write asks `once`.
   */
  async #permission(group: ServiceGroup, requests: number, how: "again" | "once"): Promise<GraphFailure | null> {
    const { permits, budget, runtime, signal } = this.#options;
    if (permits === undefined) return null;
    for (;;) {
      const patienceMs = this.#hasSent ? budget.maxWaitMs : FIRST_PATIENCE_MS;
      const asked = permits.take(group, requests, patienceMs);
      const permission = asked instanceof Promise ? await asked : asked;
      const waitMs = permission.kind === "granted" ? permission.waitMs : Math.min(permission.waitMs, budget.maxWaitMs);
      const isLong = permission.kind === "later" && permission.waitMs > budget.maxWaitMs;
      const givesUp =
        permission.kind === "later" && (how === "once" || (permission.cause === "paced" ? !this.#hasSent : isLong));
      if (givesUp || (waitMs > 0 && !budget.takeWait(waitMs))) {
        const cause = permission.kind === "later" ? permission.cause : "paced";
        const retryAfterSeconds = permission.waitMs / 1_000;
        return { kind: "throttled", retryAfterSeconds, unsent: { cause, group }, requestId: null };
      }
      if (waitMs > 0) await runtime.sleep(waitMs, signal);
      if (signal.aborted) return { kind: "aborted", requestId: null };
      if (permission.kind === "granted") {
        this.#hasSent = true;
        this.#epochs.set(group, permission.epoch);
        return null;
      }
    }
  }

  #refused(group: ServiceGroup, retryAfterSeconds: number | null): void {
    const retryAfterMs = retryAfterSeconds === null ? null : Math.ceil(retryAfterSeconds * 1_000);
    this.#options.permits?.refused(group, this.#epochs.get(group) ?? 0, retryAfterMs);
  }

  #token(): Promise<TokenResult<string>> {
    const { connection, runtime, tokens, signal } = this.#options;
    const sleep = (ms: number, stop: AbortSignal) => runtime.sleep(ms, AbortSignal.any([signal, stop]));
    return tokens.get(connection.cacheKey, runtime.now, () => this.#acquireToken(), sleep);
  }

  #dropToken(token: string): void {
    this.#options.tokens.drop(this.#options.connection.cacheKey, token);
  }

  async #acquireToken(): Promise<TokenResult<unknown>> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (let attempt = 0; ; attempt += 1) {
      const { url, body } = await tokenRequest(this.#options.connection, this.#options.runtime.now());
      const result = asTokenFailure(await this.#spend({ method: "POST", url, headers, body }));
      if (!isRetryable(result)) return result;
      const stop = await this.pause(result, attempt);
      if (stop) return stop;
    }
  }

  async #spend(request: Exchange): Promise<GraphResult<unknown>> {
    const { runtime, budget, signal } = this.#options;
    if (!budget.takeRequest()) return OVER_BUDGET;
    return exchange(runtime, request, signal, classify);
  }

  async #spendWrite(request: Exchange, write: GraphWrite): Promise<WriteResult | ApprovalDemanded> {
    const { runtime, budget, signal } = this.#options;
    if (!budget.takeRequest()) return OVER_BUDGET;
    const read = (answer: ExchangeAnswer, now: number) => classifyWrite(answer, write, now);
    const result = await exchange(runtime, request, signal, read);
    return result.kind === "transient" || result.kind === "too_large" ? unansweredWrite(result) : result;
  }
}

function countByGroup(paths: readonly string[]): Map<ServiceGroup, number> {
  const counts = new Map<ServiceGroup, number>();
  for (const path of paths) {
    const group = serviceGroupOf("GET", path);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}
