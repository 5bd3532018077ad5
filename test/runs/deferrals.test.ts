/** Units that wait: told once however often they are told, sent again in time, and never taken for lost while they answer. */
import { describe, expect, it } from "vitest";
import { CoordinatorBench } from "./coordinator-bench.ts";

const MINUTE_MS = 60_000;

function deferral(claimId: string, ordinals: number[], delayMs = MINUTE_MS) {
  const deferred = ordinals.map((ordinal) => ({ ordinal, delayMs, reasonCode: "throttled", message: "Later." }));
  return { claimId, settleId: crypto.randomUUID(), ticket: null, plain: [], detailed: [], deferred, done: true };
}

/** Rings until that much time has passed; what is due later stays. */
async function pass(bench: CoordinatorBench, milliseconds: number): Promise<void> {
  const until = bench.now + milliseconds;
  while (bench.alarmAt !== null && bench.alarmAt <= until) await bench.ring();
  bench.now = until;
}

describe("a deferred unit", () => {
  it("F6: is deferred once when the call that says so took effect, its caller heard nothing, and tries again", async () => {
    const bench = await new CoordinatorBench(1).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 0] });
    const request = deferral("claim", [0]);
    bench.run.settle(request);
    bench.run.settle(request);
    bench.evict();
    bench.run.settle(request);
    expect(bench.run.state.deferrals.get(0)).toMatchObject({ count: 1 });
    expect(bench.run.state.ledger?.processed).toBe(0);
  });

  it("waits for its turn as often as it has to: no attempt is counted, and it says why it waits", async () => {
    const bench = await new CoordinatorBench(1).open();
    for (let turn = 0; turn < 20; turn += 1) {
      await pass(bench, MINUTE_MS);
      bench.run.claim({ claimId: `claim-${turn}`, ordinals: [0, 0] });
      const request = deferral(`claim-${turn}`, [0]);
      bench.run.settle({ ...request, deferred: request.deferred.map((one) => ({ ...one, uncounted: true })) });
      expect(bench.run.state.deferrals.get(0)).toMatchObject({ count: 0, reasonCode: "throttled" });
    }
    bench.succeed(0);
    await bench.finish();
    expect(bench.projected.at(-1)?.row.outcome).toBe("succeeded");
  });

  it("is deferred again by each new claim, and fails with its own reason after its allowance", async () => {
    const bench = await new CoordinatorBench(1).open();
    for (const claimId of ["first", "second", "third"]) {
      await pass(bench, MINUTE_MS);
      bench.run.claim({ claimId, ordinals: [0, 0] });
      bench.run.settle(deferral(claimId, [0]));
    }
    await bench.finish();
    expect(bench.projected.flatMap(({ problems }) => problems)).toMatchObject([
      { reasonCode: "throttled", attempts: 3 },
    ]);
  });

  it("may wait for days: no alarm but its own, and each claim is told how often it waited for that in a row", async () => {
    const bench = await new CoordinatorBench(1, { operation: { maxDeferrals: 1_000 } }).open();
    for (let turn = 0; turn < 300; turn += 1) {
      const claim = bench.run.claim({ claimId: `claim ${turn}`, ordinals: [0, 0] });
      expect(claim).toMatchObject({
        deferrals: turn === 0 ? [] : [{ ordinal: 0, count: turn, reasonCode: "throttled", inARow: turn }],
      });
      bench.run.settle(deferral(`claim ${turn}`, [0], 15 * MINUTE_MS));
      const dueAt = bench.now + 15 * MINUTE_MS;
      await pass(bench, MINUTE_MS);
      expect(bench.alarmAt).toBe(dueAt);
      await pass(bench, 14 * MINUTE_MS);
    }
    const known = bench.run.state.deferrals.get(0);
    expect(known?.claimIds).toHaveLength(50);
    bench.run.claim({ claimId: "other", ordinals: [0, 0] });
    bench.run.settle({
      ...deferral("other", []),
      deferred: [{ ordinal: 0, delayMs: 1, reasonCode: "graph_unavailable", message: "Later." }],
    });
    expect(bench.run.state.deferrals.get(0)).toMatchObject({ count: 301, inARow: 1 });
  });

  it("is not sent again once its run is canceled, which ends at once", async () => {
    const bench = await new CoordinatorBench(2, { operation: { maxDeferrals: 10 } }).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 1] });
    bench.run.settle({ ...deferral("claim", [1], 15 * MINUTE_MS), plain: [0, 0] });
    const sent = bench.sent.length;
    expect(bench.run.cancel("cancel")).toBe(true);
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "canceled" });
    await pass(bench, 60 * MINUTE_MS);
    expect(bench.sent).toHaveLength(sent);
    expect(bench.projected.at(-1)?.row.summaryCounts).toMatchObject({ total: 2, processed: 1, succeeded: 1 });
  });

  it("is not sent twice because its wait was longer than healing's patience", async () => {
    const bench = await new CoordinatorBench(1).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 0] });
    bench.run.settle(deferral("claim", [0], bench.policy.healAfterMs - 1));
    bench.now += 1;
    await pass(bench, bench.policy.healAfterMs + 10);
    expect(bench.sent).toHaveLength(2);
    expect(bench.run.state.header.redispatched).toBe(0);
  });

  it("does not keep healing from units that were lost beside it, deferred ones among them", async () => {
    const bench = await new CoordinatorBench(3, { operation: { maxDeferrals: 1_000 } }).open();
    // Unit 0 is never delivered. Unit 1 is deferred once, sent again, and not delivered either. Unit 2 comes back for ever.
    bench.run.claim({ claimId: "first", ordinals: [1, 2] });
    bench.run.settle(deferral("first", [1, 2], 2_000));
    for (let turn = 0; turn < 10; turn += 1) {
      await pass(bench, 2_100);
      bench.run.claim({ claimId: `turn-${turn}`, ordinals: [2, 2] });
      bench.run.settle(deferral(`turn-${turn}`, [2], 2_000));
    }
    const sentAgain = bench.sent.slice(3).flat();
    for (const ordinal of [0, 1]) {
      expect(sentAgain.filter(({ first }) => first === ordinal).length, `unit ${ordinal}`).toBeGreaterThan(ordinal);
    }
    expect(bench.run.state.header.redispatched).toBeGreaterThanOrEqual(2);
    expect(bench.run.state.ledger?.processed).toBe(0);
  });

  it("is not taken for lost while it answers each time, however late the queue delivers", async () => {
    const bench = await new CoordinatorBench(1, {
      operation: { maxDeferrals: 30 },
      policy: { maxHealingRounds: 2 },
    }).open();
    for (let turn = 0; turn < 20; turn += 1) {
      bench.run.claim({ claimId: `claim-${turn}`, ordinals: [0, 0] });
      bench.run.settle(deferral(`claim-${turn}`, [0]));
      // Each message lies in the queue for longer than healing waits before its first round.
      await pass(bench, MINUTE_MS + 2 * bench.policy.healAfterMs);
    }
    expect(bench.run.state.ledger?.processed).toBe(0);
    bench.run.claim({ claimId: "last", ordinals: [0, 0] });
    expect(bench.succeed(0)).toMatchObject({ newlySettled: 1 });
  });

  it("writes nothing while all that a run can do is wait", async () => {
    const bench = await new CoordinatorBench(1).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 0] });
    bench.run.settle(deferral("claim", [0], 10 * MINUTE_MS));
    // What it waits for is told once.
    await pass(bench, 6_000);
    expect(bench.reported).toHaveLength(1);
    const commits: string[] = [];
    bench.store.onCommit = (name) => commits.push(name);
    await pass(bench, 9 * MINUTE_MS);
    expect(commits).toEqual([]);
  });

  it("is not failed by a copy of its message that came back in vain while it waited, when it has just been sent again", async () => {
    const bench = await new CoordinatorBench(1).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 0] });
    bench.run.settle(deferral("claim", [0]));
    await pass(bench, MINUTE_MS + 1);
    expect(bench.sent).toHaveLength(2);
    expect(bench.run.settleDead([0, 0])).toMatchObject({ newlySettled: 0 });
    bench.run.claim({ claimId: "again", ordinals: [0, 0] });
    expect(bench.succeed(0)).toMatchObject({ newlySettled: 1 });
  });
});

describe("healing", () => {
  it("does not send again what has just been sent, though planning took longer than its patience", async () => {
    const bench = new CoordinatorBench(5);
    bench.onPlan = async () => {
      bench.now += 3 * bench.policy.healAfterMs;
      return { kind: "implied", total: 5 };
    };
    await bench.open();
    await pass(bench, bench.policy.healAfterMs / 2);
    expect(bench.sent).toHaveLength(5);
    expect(bench.run.state.header.redispatched).toBe(0);
  });
});
