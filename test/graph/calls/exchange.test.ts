import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { classify } from "../../../src/graph/calls/classify.ts";
import { exchange } from "../../../src/graph/calls/exchange.ts";
import type { GraphRuntime } from "../../../src/graph/calls/runtime.ts";
import { GRAPH, json } from "./scripted-graph.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const REQUEST = { method: "GET", url: `${GRAPH}/v1.0/things`, headers: {}, body: null } as const;

function answering(fetch: GraphRuntime["fetch"]) {
  const runtime: GraphRuntime = { fetch, now: () => 0, sleep: () => Promise.resolve(), random: () => 0 };
  return exchange(runtime, REQUEST, new AbortController().signal, classify);
}

describe("An exchange with Graph", () => {
  it("is given up after a minute without an answer", async () => {
    const result = answering(
      (_url, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await result).toMatchObject({ kind: "transient", detail: "Microsoft Graph did not answer in time" });
  });

  it("keeps no clock running once it is over: the platform counts them, and refuses the ten thousandth", async () => {
    expect((await answering(() => Promise.resolve(json({})))).kind).toBe("ok");
    expect((await answering(() => Promise.reject(new TypeError("lost")))).kind).toBe("transient");
    expect(vi.getTimerCount()).toBe(0);
  });
});
