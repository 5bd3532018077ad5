/** Units that come after others of their run: decisions/154-order-belongs-to-the-runs-object.md. */
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/runs/operation.ts";
import { UnitOrder } from "../../src/runs/unit-order.ts";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

const FAILED: Verdict = { kind: "failed", reasonCode: "refused", message: "It was refused." };

/** A plan whose unit with key n comes after all below `after[n]`. */
function planOf(after: Record<string, string | null>) {
  const units = Object.keys(after).map((key) => ({ key, label: key, input: null }));
  return { kind: "listed" as const, units, nextCursor: null };
}

function benchOf(after: Record<string, string | null>, more: { unitsPerMessage?: number } = {}): CoordinatorBench {
  const bench = new CoordinatorBench(0, {
    operation: { unitAt: undefined, comesAfter: ({ key }) => after[key] ?? null, ...more },
  });
  bench.onPlan = async () => planOf(after);
  return bench;
}

/** Runs the alarms that are due now; healing is not. */
async function doWhatIsDue(bench: CoordinatorBench): Promise<void> {
  while (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
}

function sentBy(bench: CoordinatorBench): number[] {
  return bench.sent.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

function settle(bench: CoordinatorBench, ordinal: number, verdict: Verdict): void {
  const settleId = crypto.randomUUID();
  const detailed = [{ ordinal, verdict }];
  bench.run.settle({ claimId: "c", settleId, ticket: null, plain: [], detailed, deferred: [], done: false });
}

describe("a unit that comes after others", () => {
  /** Two that wait for nothing, one that comes after both, one that only looks, and one after all. */
  const STAGES = { a: null, b: null, c: "c", d: null, e: "e" };

  it("is not sent, claimed or counted as an attempt before they have ended, and is sent by the alarm after the settle that ends the last", async () => {
    const bench = await benchOf(STAGES).open();
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1, 3]);
    bench.succeed(0, 3);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1, 3]);
    settle(bench, 1, FAILED);
    expect(bench.alarmAt).toBe(bench.now);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1, 3, 2]);
    bench.succeed(2);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1, 3, 2, 4]);
    expect(bench.run.proof()).toMatchObject({ deliveries: 0, redispatched: 0 });
    bench.succeed(4);
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "partially_succeeded" });
  });

  it("is sent all the same when the object was evicted between the settle and its alarm", async () => {
    const bench = await benchOf({ a: null, b: "b" }).open();
    await doWhatIsDue(bench);
    bench.succeed(0);
    bench.evict();
    await bench.ring();
    expect(sentBy(bench)).toEqual([0, 1]);
  });

  it("is not healed, nor given up, while it waits for its turn", async () => {
    const bench = await benchOf({ a: null, b: "b" }).open();
    await doWhatIsDue(bench);
    for (let round = 0; round < 4; round += 1) await bench.ring();
    expect(new Set(sentBy(bench))).toEqual(new Set([0]));
    expect(sentBy(bench).length).toBeGreaterThan(1);
  });

  it("is taken back from a consumer that has its message early, and comes again in its turn", async () => {
    const bench = await benchOf({ a: null, b: "b" }).open();
    await doWhatIsDue(bench);
    expect(bench.run.claim({ claimId: "early", ordinals: [0, 1] })).toMatchObject({ granted: [0, 0], parked: [1, 1] });
    bench.succeed(0);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1]);
    expect(bench.run.claim({ claimId: "now", ordinals: [1, 1] })).toMatchObject({ granted: [1, 1], parked: [] });
  });

  it("waits while the run is paused, and goes when it is resumed", async () => {
    const bench = await benchOf({ a: null, b: "b" }).open();
    await doWhatIsDue(bench);
    const by = { id: "user", name: "User" };
    bench.run.changePause({ id: "p", at: bench.now, by, paused: true });
    bench.succeed(0);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0]);
    bench.run.changePause({ id: "r", at: bench.now, by, paused: false });
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1]);
  });

  it("keeps its place in a retry, whose plan holds some of the units", async () => {
    // The retry repeats c and e: e comes after all below it that are there.
    const bench = benchOf({ c: "c", e: "e" });
    bench.run.start({ ...SPECIFICATION, retryOf: "first" });
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0]);
    bench.succeed(0);
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1]);
  });

  it("travels with its neighbors where a message takes several, and no send has more than the queue takes", async () => {
    const keys = Array.from({ length: 600 }, (_, at) => `k${String(at).padStart(3, "0")}`);
    const bench = benchOf(Object.fromEntries(keys.map((key, at) => [key, at % 2 === 0 ? null : "k001"])), {
      unitsPerMessage: 7,
    });
    const sizes: number[] = [];
    bench.onSend = async (messages) => void sizes.push(messages.length);
    await bench.open();
    await doWhatIsDue(bench);
    expect(new Set(sentBy(bench))).toEqual(new Set(keys.flatMap((_, at) => (at % 2 === 0 ? [at] : []))));
    bench.succeed(0);
    await doWhatIsDue(bench);
    expect(new Set(sentBy(bench)).size).toBe(600);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it("ends its run as failed when it names a unit behind it, of which a circle could be made", async () => {
    const bench = await benchOf({ a: "b", b: null }).open();
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ outcome: "failed", planFailure: { code: "planning_failed" } });
    expect(bench.sent).toEqual([]);
  });
});

describe("a run that an earlier version has stored", () => {
  it("has no order, and is sent as its ordinals ascend", async () => {
    const bench = await benchOf({ a: null, b: null }).open();
    const { ordered: _absent, ...header } = bench.run.state.header;
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- as an earlier version stored it
    bench.store.commit("dispatch", { header: header as typeof bench.run.state.header });
    bench.evict();
    expect(bench.run.state.order).toBeNull();
    await doWhatIsDue(bench);
    expect(sentBy(bench)).toEqual([0, 1]);
  });
});

describe("the order of dispatch", () => {
  it("has what may be sent at its front, however the units are mixed", () => {
    const order = new UnitOrder(Uint32Array.from([0, 0, 2, 0, 2, 5, 6]));
    expect(Array.from({ length: 7 }, (_, at) => order.ordinalAt(at))).toEqual([0, 1, 3, 2, 4, 5, 6]);
    expect([0, 1, 2, 4, 5, 6].map((ended) => order.freeCount(ended))).toEqual([3, 3, 5, 5, 6, 7]);
  });
});
