/**
 * The limits that Cloudflare sets to an invocation, enforced around the local runtime's bindings and its `fetch`: six requests wait for an
 * answer, and the seventh waits for one of them; what is over the number of requests is refused, and so are D1's queries, by calls and by
 * statements. For the Workers runtime, and nothing that is under test knows of it.
 */
import { vi } from "vitest";
import { gatedEnv } from "../../src/runs/edge/gated-env.ts";
import { type Call, type Gate, type InvocationLimits, PLATFORM_LIMITS } from "../../src/runs/invocation-budget.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

export interface Usage {
  requests: number;
  /** To D1, a batch counted once. */
  calls: number;
  /** To D1, each statement of a batch counted. */
  queries: number;
}

export class PlatformInvocation {
  readonly used: Usage = { requests: 0, calls: 0, queries: 0 };
  /** Requests that were refused. */
  refused = 0;
  /** The most requests that had to wait for a connection at a time. */
  mostWaiting = 0;
  readonly #limits: InvocationLimits;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: InvocationLimits = PLATFORM_LIMITS) {
    this.#limits = limits;
  }

  /** The bindings as this invocation has them. */
  bindings<Bindings extends TenantEnv>(env: Bindings): Bindings {
    return gatedEnv(env, this.gate);
  }

  readonly gate: Gate = async (call, request) => {
    this.#count(call);
    if (this.#open >= this.#limits.connections) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        this.mostWaiting = Math.max(this.mostWaiting, this.#waiting.length);
      });
    } else this.#open += 1;
    try {
      return await request();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#open -= 1;
      else next();
    }
  };

  #count(call: Call): void {
    this.used.requests += 1;
    if (call.to === "database") {
      this.used.calls += 1;
      this.used.queries += call.statements;
    }
    const { calls, queries, requests } = this.used;
    if (requests > this.#limits.subrequests) throw this.#refuse("Too many subrequests.");
    if (Math.max(calls, queries) > this.#limits.queries) {
      throw this.#refuse("D1_ERROR: Too many API requests by single worker invocation.");
    }
  }

  #refuse(message: string): Error {
    this.refused += 1;
    return new Error(message);
  }
}

/** What `fetch` sends while `work` goes on is of the invocation too. */
export async function within<T>(invocation: PlatformInvocation, work: () => Promise<T>): Promise<T> {
  const send = globalThis.fetch.bind(globalThis);
  const spy = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation((input, init) => invocation.gate({ to: "network" }, () => send(input, init)));
  try {
    return await work();
  } finally {
    spy.mockRestore();
  }
}
