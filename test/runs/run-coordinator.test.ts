import { describe, expect, it } from "vitest";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

describe("a run's coordinator", () => {
  it("completes a run that died between its last settle and its completion, though its alarm was lost twice", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.store.onCommit = (name, moment) => {
      if (name === "complete" && moment === "before") throw new Error("the object died");
    };
    expect(() => bench.succeed(0, 1)).toThrow("the object died");
    bench.store.onCommit = () => {};

    // Woken, it tells D1 of the settles, and dies before it does anything else.
    bench.evict();
    bench.run.start(SPECIFICATION);
    await bench.quiet();
    bench.evict();
    bench.alarmAt = null;

    bench.run.start(SPECIFICATION);
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded" });
    expect(bench.projected.at(-1)?.row.status).toBe("completed");
  });

  it("F27: does not fail a unit by a dead letter while its holder may have a lease that an eviction made it forget", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.run.claim({ claimId: "holder", ordinals: [0, 0] });
    bench.evict();
    bench.now = bench.run.state.forgottenLeasesUntil - 1;
    expect(bench.now).toBeGreaterThanOrEqual(1_000_000 + bench.policy.leaseMs - 1);
    expect(bench.run.settleDead([0, 0])).toEqual({ kind: "open", newlySettled: 0, duplicates: 0, paused: false });

    // Nobody can be at it any more (the object promises leases half of one ahead): then the dead letter counts.
    bench.now += 1 + bench.policy.leaseMs / 2;
    expect(bench.run.settleDead([0, 0])).toEqual({ kind: "open", newlySettled: 1, duplicates: 0, paused: false });
  });

  it("tells D1 of its end again when it is woken for a row that has not ended, as after D1 was restored", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.succeed(0, 1);
    await bench.finish();
    const told = bench.projected.at(-1);
    const times = bench.projected.length;
    // Only unfinished rows are woken.
    bench.run.start(SPECIFICATION);
    await bench.finish();
    await bench.quiet();
    expect(bench.projected).toHaveLength(times + 1);
    expect(bench.projected.at(-1)).toEqual(told);
    await bench.ring();
    expect(bench.alarmAt).toBeNull();
  });

  it("plans a retry in the order in which the units failed, whatever their keys", async () => {
    const bench = new CoordinatorBench(0);
    const units = ["9", "10", "9"].map((key) => ({ key, label: key, input: null }));
    bench.onPlan = async () => ({ kind: "listed", units, nextCursor: null });
    bench.run.start({ ...SPECIFICATION, retryOf: "run_first" });
    await bench.ring();
    expect(bench.run.state.header).toMatchObject({ planFailure: null, total: 3 });
    expect(bench.run.claim({ claimId: "claim", ordinals: [0, 2] })).toMatchObject({ granted: [0, 2], units });
  });

  it("keeps a unit's message at a length that its storage and D1 take", async () => {
    const bench = await new CoordinatorBench(2, { operation: { maxDeferrals: 0 } }).open();
    const message = "€".repeat(1_000_000);
    const verdict = { kind: "failed" as const, reasonCode: "refused", message };
    const deferred = { ordinal: 1, delayMs: 1_000, reasonCode: "later", message };
    bench.run.settle({
      claimId: "claim",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [],
      detailed: [{ ordinal: 0, verdict }],
      deferred: [deferred],
      done: true,
    });
    await bench.finish();
    const messages = bench.projected.flatMap(({ problems }) => problems.map((problem) => problem.message));
    expect(messages).toEqual([`${"€".repeat(500)}…`, `${"€".repeat(500)}…`]);
  });

  it("F6: counts each claim's deferral of a unit once, also when two claims tell theirs in turn, again and again", async () => {
    const bench = await new CoordinatorBench(1, { operation: { maxDeferrals: 2 } }).open();
    const tell = (claimId: string) =>
      bench.run.settle({
        claimId,
        settleId: crypto.randomUUID(),
        ticket: null,
        plain: [],
        detailed: [],
        deferred: [{ ordinal: 0, delayMs: 0, reasonCode: "throttled", message: "Later." }],
        done: true,
      });
    bench.run.claim({ claimId: "slow", ordinals: [0, 0] });
    bench.now += bench.policy.leaseMs;
    bench.run.claim({ claimId: "quick", ordinals: [0, 0] });
    for (let time = 0; time < 3; time += 1) {
      tell("slow");
      tell("quick");
      bench.evict();
    }
    expect(bench.run.state.deferrals.get(0)).toMatchObject({ count: 2 });
    expect(bench.run.state.ledger?.processed).toBe(0);
  });

  it("finishes a run whose object was killed half a dozen times in one and the same step of its finalizer", async () => {
    const bench = await new CoordinatorBench(1, { finalizer: true }).open();
    bench.succeed(0);
    for (let kill = 0; kill < 6; kill += 1) {
      const begun = Promise.withResolvers<void>();
      bench.onFinalize = () => {
        begun.resolve();
        return new Promise(() => {});
      };
      void bench.ring();
      await begun.promise;
      bench.evict();
      // The platform rings an alarm again that did not come to its end.
      bench.alarmAt = bench.now;
    }
    bench.onFinalize = async () => ({ kind: "finalized", result: null });
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ outcome: "succeeded", finalizeFailure: null });
  });

  it("gives a finalizer up that goes on for ever from the same place", async () => {
    const bench = await new CoordinatorBench(1, { finalizer: true }).open();
    let steps = 0;
    bench.onFinalize = async () => {
      steps += 1;
      return { kind: "continue", cursor: steps === 1 ? "first" : "stuck" };
    };
    bench.succeed(0);
    await bench.finish(50);
    expect(bench.run.state.header).toMatchObject({ outcome: "failed", finalizeFailure: { code: "finalizing_failed" } });
    expect(steps).toBe(2 + bench.policy.maxFinalizeAttempts);
  });
});
