/** Rows of the failure catalogue that one coordinator on its bench shows best. */
import { describe, expect, it } from "vitest";
import type { PlannedUnit } from "../../src/runs/facts/units.ts";
import { presentRun } from "../../src/runs/facts/projection-row.ts";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

const unit = (key: string): PlannedUnit => ({ key, label: key, input: null });
const completions = (bench: CoordinatorBench): number =>
  bench.logged.filter((event) => event === "run_completed").length;
const lastCounts = (bench: CoordinatorBench) => bench.projected.at(-1)?.row.summaryCounts;
const failed = (ordinal: number) => ({
  ordinal,
  verdict: { kind: "failed" as const, reasonCode: "refused", message: "No." },
});

describe("a run's coordinator", () => {
  it("F1: is moved by nothing when the last unit runs again a minute later", async () => {
    const bench = await new CoordinatorBench(2).open();
    expect(bench.succeed(0, 1)).toMatchObject({ newlySettled: 2 });
    await bench.finish();
    const before = bench.projected.at(-1)?.row;
    bench.now += 60_000;
    expect(bench.run.claim({ claimId: "late", ordinals: [1, 1] })).toEqual({ kind: "closed" });
    expect(bench.succeed(1)).toEqual({ kind: "closed" });
    await bench.finish();
    expect(bench.projected.at(-1)?.row).toEqual(before);
    expect(completions(bench)).toBe(1);
  });

  it("F5: does not count again what a holder settles whose claim was read before another one settled it", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.run.claim({ claimId: "slow", ordinals: [0, 1] });
    bench.now += bench.policy.leaseMs;
    expect(bench.run.claim({ claimId: "quick", ordinals: [0, 1] })).toMatchObject({ granted: [0, 1] });
    expect(bench.succeed(0, 1)).toMatchObject({ newlySettled: 2, duplicates: 0 });
    expect(
      bench.run.settle({
        claimId: "slow",
        settleId: crypto.randomUUID(),
        ticket: null,
        plain: [0, 0],
        detailed: [failed(1)],
        deferred: [],
        done: true,
      }),
    ).toMatchObject({ newlySettled: 0, duplicates: 2 });
    expect(bench.run.proof()).toMatchObject({
      recounted: { succeeded: 2, failed: 0 },
      running: { succeeded: 2, failed: 0 },
    });
  });

  it("F6: does not drift when a settle was stored, its caller heard nothing, and tries again on a new object", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.store.onCommit = (name, moment) => {
      if (name === "settle" && moment === "after") throw new Error("the object died");
    };
    expect(() => bench.succeed(0, 1)).toThrow("the object died");
    bench.store.onCommit = () => {};
    bench.evict();
    expect(bench.succeed(0, 1)).toMatchObject({ newlySettled: 0, duplicates: 2 });
    expect(bench.run.proof()).toMatchObject({
      recounted: { succeeded: 2 },
      running: { succeeded: 2 },
      duplicatesSuppressed: 2,
    });
  });

  it("F7: counts nothing of a settle whose write failed", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.store.onCommit = (name, moment) => {
      if (name === "settle" && moment === "before") throw new Error("the write failed");
    };
    expect(() => bench.succeed(0, 1)).toThrow("the write failed");
    expect(bench.run.state.ledger?.processed).toBe(0);
    bench.store.onCommit = () => {};
    expect(bench.succeed(0, 1)).toMatchObject({ newlySettled: 2, duplicates: 0 });
  });

  it("F8: keeps the total it sealed, however many units a plan made again would have", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.onPlan = async () => ({ kind: "implied", total: 1_800 });
    bench.evict();
    bench.run.start(SPECIFICATION);
    await bench.finish(5);
    expect(bench.run.state.header.total).toBe(3);
    expect(bench.run.claim({ claimId: "claim", ordinals: [0, 9] })).toMatchObject({ granted: [0, 2], settled: [3, 9] });
    expect(() => bench.succeed(3)).toThrow(RangeError);
  });

  it("F9: starts once, and sends its units once, however often it is told to start", async () => {
    const bench = new CoordinatorBench(5);
    let created = 0;
    bench.store.onCommit = (name, moment) => {
      if (name === "create" && moment === "after") created += 1;
    };
    await bench.open();
    for (let time = 0; time < 3; time += 1) {
      bench.run.start(SPECIFICATION);
      await bench.run.alarm();
      bench.evict();
    }
    expect(created).toBe(1);
    expect(bench.sent.map(({ first }) => first)).toEqual([0, 1, 2, 3, 4]);
  });

  it("F10: loses none of 2,200 settles of 88 writers whose ranges overlap", async () => {
    const bench = await new CoordinatorBench(2_200).open();
    let brought = 0;
    let newly = 0;
    for (let writer = 0; writer < 88; writer += 1) {
      const first = writer * 25;
      const last = Math.min(2_199, first + 34);
      const answer = bench.run.settle({
        claimId: `claim-${writer}`,
        settleId: `settle-${writer}`,
        ticket: null,
        plain: [first, last],
        detailed: [],
        deferred: [],
        done: true,
      });
      brought += last - first + 1;
      if (answer.kind === "open") newly += answer.newlySettled;
    }
    await bench.finish();
    expect(brought).toBeGreaterThan(2_200);
    expect(newly).toBe(2_200);
    expect(lastCounts(bench)).toMatchObject({ total: 2_200, processed: 2_200, succeeded: 2_200 });
  });

  it("F13, F19: completes when units finish before their dispatch was stored, and not before the others are done", async () => {
    const bench = new CoordinatorBench(301, { policy: { messagesPerSend: 1, sendsPerStep: 1 } });
    let refuse = false;
    bench.onSend = async (messages) => {
      if (refuse) throw new Error("the queue is full");
      refuse = true;
      bench.succeed(...messages.map(({ first }) => first));
    };
    await bench.open();
    expect(bench.run.state.ledger?.processed).toBe(1);
    expect(bench.run.state.header).toMatchObject({ status: "running", total: 301 });
    bench.onSend = async (messages) => {
      bench.succeed(...messages.map(({ first }) => first));
    };
    await bench.finish(500);
    expect(lastCounts(bench)).toMatchObject({ total: 301, processed: 301 });
    expect(completions(bench)).toBe(1);
  });

  it("F14: plans each key once, also when pages repeat it around their edges", async () => {
    const bench = new CoordinatorBench(0);
    const pages = [[unit("a"), unit("a"), unit("b")], [unit("b"), unit("c")], [unit("c")]];
    bench.onPlan = async () => {
      const { planCursor } = bench.run.state.header;
      const page = planCursor === null ? 0 : Number(planCursor);
      return { kind: "listed", units: pages[page] ?? [], nextCursor: page < 2 ? String(page + 1) : null };
    };
    await bench.open();
    expect(bench.run.state.header).toMatchObject({ total: 3, duplicateUnitKeys: 3 });
    expect(bench.run.claim({ claimId: "claim", ordinals: [0, 2] })).toMatchObject({
      units: [unit("a"), unit("b"), unit("c")],
    });
    bench.succeed(0, 1, 2);
    await bench.finish();
    expect(bench.run.state.header.outcome).toBe("succeeded");
  });

  it("F15: fails when its plan dies half-way again and again, and when its plan contradicts itself", async () => {
    const dying = new CoordinatorBench(0);
    dying.onPlan = async () => {
      if (dying.run.state.header.planCursor !== null) throw new Error("the source is gone");
      return { kind: "listed", units: [unit("a")], nextCursor: "1" };
    };
    dying.run.start(SPECIFICATION);
    await dying.finish();
    expect(dying.projected.at(-1)?.row).toMatchObject({
      status: "completed",
      outcome: "failed",
      sealed: false,
      failure: { code: "planning_failed" },
    });

    const disordered = new CoordinatorBench(0);
    disordered.onPlan = async () => ({ kind: "listed", units: [unit("b"), unit("a")], nextCursor: null });
    disordered.run.start(SPECIFICATION);
    await disordered.finish();
    expect(disordered.projected.at(-1)?.row).toMatchObject({ status: "completed", outcome: "failed" });
    expect(disordered.sent).toEqual([]);
  });

  it("F15: fails, and does not try for ever, when planning takes its object down each time", async () => {
    const bench = new CoordinatorBench(2);
    bench.run.start(SPECIFICATION);
    let attempts = 0;
    bench.onPlan = () => {
      attempts += 1;
      throw new Error("never answered");
    };
    bench.store.onCommit = (name, moment) => {
      if (name === "plan-attempt" && moment === "after") throw new Error("the object died");
    };
    for (let time = 0; time < 20 && bench.run.state.header.status !== "completed"; time += 1) {
      await bench.run.alarm().catch(() => {});
      bench.evict();
      bench.run.start(SPECIFICATION);
      bench.now += 60_000;
    }
    expect(attempts).toBe(0);
    expect(bench.run.state.header).toMatchObject({
      status: "completed",
      outcome: "failed",
      planFailure: { code: "planning_failed" },
    });
  });

  it("F16: ends at 199 of 199 when the write before the last settle was held back and the next ones fail", async () => {
    const bench = await new CoordinatorBench(199).open();
    bench.run.settle({
      claimId: "claim",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [0, 197],
      detailed: [],
      deferred: [],
      done: false,
    });
    await bench.quiet();
    let refusals = 3;
    bench.onProject = async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error("D1 is down");
    };
    bench.succeed(198);
    await bench.finish();
    expect(refusals).toBeLessThan(0);
    expect(lastCounts(bench)).toMatchObject({ total: 199, processed: 199 });
    expect(bench.run.proof()).toMatchObject({ version: bench.run.state.header.projectedVersion });
  });

  it("F18: completes at once without units, and sends none", async () => {
    const bench = await new CoordinatorBench(0).open();
    await bench.finish();
    expect(bench.sent).toEqual([]);
    const row = bench.projected.at(-1)?.row;
    expect(row).toMatchObject({ status: "completed", outcome: "succeeded", summaryCounts: { total: 0, processed: 0 } });
    if (row === undefined) return;
    expect(presentRun(row, "tenant", bench.operation).run.progress).toEqual({
      kind: "finished",
      text: "No units to process",
    });
  });

  it("F20: completes and finalizes once when twenty units settle together, also when the finalizer is heard only the second time", async () => {
    const bench = await new CoordinatorBench(40, { finalizer: true }).open();
    let finalizations = 0;
    bench.onFinalize = async () => {
      finalizations += 1;
      if (finalizations === 1) throw new Error("it was written, and the answer got lost");
      return { kind: "finalized", result: { kind: "archive", id: "archive" } };
    };
    for (let ordinal = 0; ordinal < 20; ordinal += 1) bench.succeed(ordinal);
    bench.run.settle({
      claimId: "claim",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [20, 39],
      detailed: [],
      deferred: [],
      done: true,
    });
    for (let ordinal = 20; ordinal < 40; ordinal += 1) bench.succeed(ordinal);
    await bench.finish();
    expect(finalizations).toBe(2);
    expect(completions(bench)).toBe(1);
    expect(bench.projected.filter(({ row }) => row.status === "completed").length).toBe(1);
    expect(bench.projected.at(-1)?.row).toMatchObject({ outcome: "succeeded", result: { id: "archive" } });
  });

  it("F22: ends when every unit failed, with that outcome and a list of all of them", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.run.settle({
      claimId: "claim",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [],
      detailed: [0, 1, 2].map(failed),
      deferred: [],
      done: true,
    });
    await bench.finish();
    expect(bench.projected.at(-1)?.row).toMatchObject({
      outcome: "failed",
      summaryCounts: { total: 3, processed: 3, failed: 3 },
    });
    expect(
      bench.projected.flatMap(({ problems }) => problems).map(({ ordinal, reasonCode }) => [ordinal, reasonCode]),
    ).toEqual([
      [0, "refused"],
      [1, "refused"],
      [2, "refused"],
    ]);
  });

  it("F23, F24: completes when its last open unit is canceled, tells the work done, and takes no late success", async () => {
    const bench = await new CoordinatorBench(4).open();
    bench.run.claim({ claimId: "claim", ordinals: [0, 3] });
    bench.succeed(0, 1, 2);
    expect(bench.run.cancel("cancel")).toBe(true);
    expect(bench.run.claim({ claimId: "more", ordinals: [3, 3] })).toEqual({ kind: "closed" });
    expect(bench.run.renew("claim")).toBe("closed");
    expect(bench.succeed(3)).toEqual({ kind: "closed" });
    expect(bench.run.settleDead([3, 3])).toEqual({ kind: "closed" });
    await bench.finish();
    expect(bench.projected.at(-1)?.row).toMatchObject({
      status: "completed",
      outcome: "canceled",
      summaryCounts: { total: 4, processed: 3 },
    });
    // The request that did it, sent again, is told so; another did nothing.
    expect(bench.run.cancel("cancel")).toBe(true);
    expect(bench.run.cancel("another")).toBe(false);
    expect(completions(bench)).toBe(1);
  });

  it("F26: publishes versions and counts that only grow", async () => {
    const bench = await new CoordinatorBench(20).open();
    for (let ordinal = 0; ordinal < 20; ordinal += 1) {
      bench.succeed(ordinal);
      bench.now += 400;
      await bench.ring();
    }
    await bench.finish();
    const versions = bench.published.map(({ row }) => row.version);
    const processed = bench.published.map(({ row }) => row.summaryCounts.processed ?? 0);
    expect(versions.length).toBeGreaterThan(3);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(processed).toEqual([...processed].sort((a, b) => a - b));
  });

  it("F27: neither fails nor grants again a slow unit whose holder renews its lease for more than a minute", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.succeed(1);
    bench.run.claim({ claimId: "slow", ordinals: [0, 0] });
    for (let second = 0; second < 100; second += 1) {
      bench.now += 1_000;
      expect(bench.run.renew("slow")).toBe("renewed");
      expect(bench.run.settleDead([0, 0])).toMatchObject({ newlySettled: 0 });
      if (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
    }
    expect(bench.run.claim({ claimId: "other", ordinals: [0, 0] })).toMatchObject({ granted: [], leased: [0, 0] });
    expect(bench.sent.length).toBe(2);
    bench.succeed(0);
    await bench.finish();
    expect(bench.projected.at(-1)?.row.outcome).toBe("succeeded");
  });

  it("F11: sends units that got lost again, a bounded number of times, and then settles them as lost", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.succeed(1);
    await bench.finish();
    const row = bench.projected.at(-1)?.row;
    expect(row).toMatchObject({
      outcome: "partially_succeeded",
      summaryCounts: { total: 3, processed: 3, succeeded: 1, failed: 2 },
    });
    expect(
      bench.projected.flatMap(({ problems }) => problems).map(({ ordinal, reasonCode }) => [ordinal, reasonCode]),
    ).toEqual([
      [0, "lost"],
      [2, "lost"],
    ]);
    expect(bench.sent.length).toBe(3 + 2 * bench.policy.maxHealingRounds);
    expect(bench.run.proof()).toMatchObject({ redispatched: 2 * bench.policy.maxHealingRounds });
  });
});

describe("a projection", () => {
  it("tells of 5,000 failed units in pieces, and of the completed row only with the last of them", async () => {
    const bench = await new CoordinatorBench(5_000).open();
    for (let first = 0; first < 5_000; first += 500) {
      bench.run.settle({
        claimId: "claim",
        settleId: crypto.randomUUID(),
        ticket: null,
        plain: [],
        detailed: Array.from({ length: 500 }, (_, index) => failed(first + index)),
        deferred: [],
        done: false,
      });
    }
    let refusals = 2;
    bench.onProject = async () => {
      refusals -= 1;
      if (refusals === 0) throw new Error("D1 is down");
    };
    await bench.finish();
    const told = bench.projected.flatMap(({ problems }) => problems).map(({ ordinal }) => ordinal);
    expect(new Set(told).size).toBe(5_000);
    const whole = bench.projected.filter(({ partial }) => !partial);
    expect(bench.projected.length).toBeGreaterThan(whole.length);
    expect(bench.projected.at(-1)).toMatchObject({ partial: false, row: { status: "completed", outcome: "failed" } });
    expect(whole.filter(({ row }) => row.status === "completed").length).toBe(1);
    expect(Math.max(...bench.projected.map(({ problems }) => problems.length))).toBeLessThanOrEqual(2_000);
  });

  it("is written at most once a second while counts move, and at once when the run ends", async () => {
    const bench = await new CoordinatorBench(1_000).open();
    const started = bench.now;
    for (let ordinal = 0; ordinal < 1_000; ordinal += 1) {
      bench.succeed(ordinal);
      bench.now += 10;
      await bench.quiet();
      if (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
    }
    await bench.finish();
    expect(lastCounts(bench)).toMatchObject({ processed: 1_000 });
    expect(bench.projected.length).toBeLessThanOrEqual((bench.now - started) / 1_000 + 4);
    expect(bench.projected.length).toBeGreaterThan(5);
  });
});
