/**
 * A tenant whose Graph admits so many requests a second, on a clock that stands still until everything waits for it: what takes minutes there is
 * told in a moment, and the same every time. The client, the batches, the permits and the buckets are the product's own.
 */
import { z } from "zod";
import { readEach } from "../../../src/graph/calls/batch.ts";
import { RequestBudget, UNIT_BUDGET } from "../../../src/graph/calls/budget.ts";
import { GraphClient } from "../../../src/graph/calls/client.ts";
import { TokenCache } from "../../../src/graph/calls/token.ts";
import { unansweredResult } from "../../../src/graph-work/failure-results.ts";
import { type BudgetObject, PermitShares, TenantPermits } from "../../../src/graph-work/budget/permit-shares.ts";
import { TenantBuckets, type LearnedRate } from "../../../src/graph-work/budget/tenant-buckets.ts";
import type { ServiceGroup } from "../../../src/graph/calls/service-groups.ts";
import { json } from "../../graph/calls/scripted-graph.ts";

const START = Date.UTC(2026, 10, 1, 12);
const LATENCY_MS = 40;
const PARTS = 20;

/** Time that passes only when nothing is left to do. */
export class StandingClock {
  nowMs = START;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  readonly now = (): number => this.nowMs;

  sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ at: this.nowMs + ms, wake });
    });

  /** Lets time pass until the work has come to its end. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { ended: false };
    const done = work.finally(() => (state.ended = true));
    done.catch(() => undefined);
    for (let idle = 0; !state.ended;) {
      await new Promise((resolve) => setImmediate(resolve));
      if ((idle += 1) < 4) continue;
      idle = 0;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) continue;
      this.nowMs = Math.max(this.nowMs, next.at);
      next.wake();
    }
    return done;
  }
}

export interface Limit {
  burst: number;
  perSecond: number;
  retryAfter: boolean;
}

const batchSchema = z.object({ requests: z.array(z.object({ id: z.string() })) });

/** Graph's side: a bucket, which it tells nobody of. */
export class LimitedGraph {
  admitted = 0;
  refused = 0;
  readonly #limit: Limit;
  readonly #clock: StandingClock;
  #level: number;
  #at = START;

  constructor(limit: Limit, clock: StandingClock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#level = limit.burst;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.includes("/oauth2/")) return json({ access_token: "token", expires_in: 3600 });
    await this.#clock.sleep(LATENCY_MS);
    const { requests } = batchSchema.parse(JSON.parse(z.string().parse(init.body)));
    const headers = this.#limit.retryAfter ? { "Retry-After": "1" } : {};
    const responses = requests.map(({ id }) =>
      this.#admits() ? { id, status: 200, body: {} } : { id, status: 429, headers, body: {} },
    );
    return json({ responses });
  };

  #admits(): boolean {
    const { nowMs } = this.#clock;
    const { burst, perSecond } = this.#limit;
    this.#level = Math.min(burst, this.#level + ((nowMs - this.#at) / 1_000) * perSecond);
    this.#at = nowMs;
    if (this.#level < 1) {
      this.refused += 1;
      return false;
    }
    this.#level -= 1;
    this.admitted += 1;
    return true;
  }
}

/** The tenant's object, which loses its memory but for what is written down, or its callers. */
export class Budget implements BudgetObject {
  calls = 0;
  reachable = true;
  reportsLost = false;
  readonly #clock: StandingClock;
  #buckets: TenantBuckets;

  constructor(clock: StandingClock) {
    this.#clock = clock;
    this.#buckets = new TenantBuckets(new Map(), clock.now());
  }

  learned(group: ServiceGroup): LearnedRate | null {
    return this.#buckets.learned(group);
  }

  restart(): void {
    const learned = this.#buckets.learned("intune-read");
    this.#buckets = new TenantBuckets(
      learned === null ? new Map() : new Map([["intune-read", learned]]),
      this.#clock.now(),
    );
  }

  take: BudgetObject["take"] = async (request) => {
    this.calls += 1;
    await this.#clock.sleep(5);
    if (!this.reachable) throw new Error("unreachable");
    return this.#buckets.take(request, this.#clock.now());
  };

  refused: BudgetObject["refused"] = async (report) => {
    this.calls += 1;
    await this.#clock.sleep(5);
    if (!this.reachable || this.reportsLost) throw new Error("lost");
    this.#buckets.refused(report, this.#clock.now());
  };
}

export interface RunFacts {
  endedAfterMs: number;
  /** Deferrals that count towards a unit's allowance, and those for its turn. */
  counted: number;
  turns: number;
  /** The longest that one unit took from its first attempt to its end. */
  slowestUnitMs: number;
}

/** A run of `units`, each of which reads so many batches; four at a time. `budget`: null for work that knows of no other, as before. */
export async function runOf(
  { units, batches }: { units: number; batches: number },
  { clock, graph, budget, interactive = false }: Tenant & { interactive?: boolean },
): Promise<RunFacts> {
  const startedAt = clock.now();
  // Each run in an isolate of its own: the worst case.
  const permits =
    budget === null
      ? {}
      : {
          permits: new TenantPermits({
            tenantId: "one",
            object: budget,
            now: clock.now,
            interactive,
            shares: new PermitShares(),
            onUnreachable: () => undefined,
          }),
        };
  const facts: RunFacts = { endedAfterMs: 0, counted: 0, turns: 0, slowestUnitMs: 0 };
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < units) {
      next += 1;
      const unitStartedAt = clock.now();
      for (let ended = false; !ended;) {
        const signal = new AbortController().signal;
        const client = new GraphClient({
          connection: {
            cacheKey: "one",
            endpoints: { loginUrl: "https://login.test", graphUrl: "https://graph.test" },
            directoryId: "one.example",
            clientId: "client",
            credential: { kind: "secret", secret: "not-a-real-secret" },
          },
          runtime: { fetch: graph.fetch, now: clock.now, sleep: clock.sleep, random: () => 0.5 },
          budget: new RequestBudget(UNIT_BUDGET, clock.now),
          tokens: new TokenCache(),
          signal,
          ...permits,
        });
        const paths = Array.from({ length: batches * PARTS }, (_, index) => `/deviceManagement/things/${index}`);
        const read = await readEach(client, clock.now, "beta", paths);
        ended = read.kind === "ok";
        if (read.kind === "ok") continue;
        if (read.kind === "permission_missing" || read.kind === "not_found") throw new Error(read.kind);
        const result = unansweredResult(read, "Later.");
        if (result.kind !== "deferred") throw new Error(result.reasonCode);
        if (result.uncounted === true) facts.turns += 1;
        else facts.counted += 1;
        await clock.sleep(result.delaySeconds * 1_000);
      }
      facts.slowestUnitMs = Math.max(facts.slowestUnitMs, clock.now() - unitStartedAt);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return { ...facts, endedAfterMs: clock.now() - startedAt };
}

export interface Tenant {
  clock: StandingClock;
  graph: LimitedGraph;
  budget: Budget | null;
}

export function limitedTenant(limit: Partial<Limit> = {}): Tenant & { budget: Budget } {
  const clock = new StandingClock();
  const graph = new LimitedGraph({ burst: 1_000, perSecond: 50, retryAfter: true, ...limit }, clock);
  return { clock, graph, budget: new Budget(clock) };
}
