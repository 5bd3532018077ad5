/** What a run tells beside its counts: decisions/155-what-a-run-tells.md. */
import { describe, expect, it } from "vitest";
import { decodeUnits, encodeUnits, type RunReport, type ToldUnit } from "../../src/runs/facts/run-report.ts";
import { withEvent } from "../../src/runs/timeline.ts";
import { CoordinatorBench } from "./coordinator-bench.ts";

const BUSY = { reasonCode: "graph_unavailable", message: "Microsoft Graph did not answer." };

async function benchOf(units: number): Promise<CoordinatorBench> {
  const bench = new CoordinatorBench(0, { operation: { unitAt: undefined } });
  const plan = Array.from({ length: units }, (_, at) => ({
    key: `k${String(at).padStart(5, "0")}`,
    label: `Family ${at}`,
    input: null,
  }));
  bench.onPlan = async () => ({ kind: "listed", units: plan, nextCursor: null });
  await bench.open();
  return bench;
}

/** Runs the alarms that are due until then. */
async function until(bench: CoordinatorBench, at: number): Promise<void> {
  while (bench.alarmAt !== null && bench.alarmAt <= at) await bench.ring();
  bench.now = Math.max(bench.now, at);
}

function defer(bench: CoordinatorBench, ordinal: number, reason = BUSY, delayMs = 60_000): void {
  const claimId = crypto.randomUUID();
  bench.run.claim({ claimId, ordinals: [ordinal, ordinal] });
  const deferred = [{ ordinal, delayMs, ...reason }];
  bench.run.settle({ claimId, settleId: `${claimId}/1`, ticket: null, plain: [], detailed: [], deferred, done: true });
}

/** The units as D1 has them after these reports. */
function told(reports: readonly RunReport[]): ToldUnit[] {
  const units: ToldUnit[] = [];
  for (const { pages } of reports)
    for (const { firstOrdinal, ...page } of pages)
      decodeUnits(page).forEach((unit, place) => (units[firstOrdinal + place] = unit));
  return units;
}

describe("a report", () => {
  it("tells what the run waits for: the reason, how many units, which attempt is next and when", async () => {
    const bench = await benchOf(4);
    defer(bench, 2);
    const firstDeferral = bench.now;
    defer(bench, 1);
    defer(bench, 3, { reasonCode: "throttled", message: "Microsoft Graph is limiting requests." }, 20_000);
    await until(bench, bench.now + 5_000);
    expect(bench.reported.at(-1)?.facts).toMatchObject({
      planned: 4,
      waitingUnits: 3,
      heldUnits: 0,
      otherReasons: 0,
      waits: [
        { ...BUSY, unit: "Family 1", units: 2, attempt: 2, nextTryAt: firstDeferral + 60_000 },
        { reasonCode: "throttled", unit: "Family 3", units: 1, attempt: 2, nextTryAt: firstDeferral + 20_000 },
      ],
    });
    expect(told(bench.reported).map(({ state, attempts }) => [state, attempts])).toEqual([
      ["open", 0],
      ["waiting", 1],
      ["waiting", 1],
      ["waiting", 1],
    ]);
  });

  it("tells at most five reasons by name, and how many there are beyond", async () => {
    const bench = await benchOf(7);
    for (let at = 0; at < 7; at += 1) defer(bench, at, { reasonCode: `r${at}`, message: "Wait." });
    await until(bench, bench.now + 5_000);
    const facts = bench.reported.at(-1)?.facts;
    expect([facts?.waits.length, facts?.otherReasons, facts?.waitingUnits]).toEqual([5, 2, 7]);
  });

  it("is written once in five seconds while something changes, and not at all while nothing does", async () => {
    const bench = await benchOf(100);
    const start = bench.now;
    for (let second = 1; second <= 20; second += 1) {
      bench.succeed(second);
      await until(bench, start + second * 1_000);
    }
    await until(bench, start + 26_000);
    const reports = bench.reported.length;
    expect(reports).toBeGreaterThanOrEqual(4);
    expect(reports).toBeLessThanOrEqual(5);
    bench.policy.healAfterMs = 1e9;
    bench.evict();
    await until(bench, start + 60_000);
    // What it told before is durable, so an object that comes back has nothing new.
    expect(bench.reported).toHaveLength(reports);
  });

  it("tells of all units when the run has ended, with attempts and durations, in one report of a quick run", async () => {
    const bench = await benchOf(3);
    defer(bench, 1, BUSY, 0);
    const failed = { kind: "failed" as const, reasonCode: "refused", message: "No." };
    bench.run.settle({
      claimId: "c",
      settleId: "c/1",
      ticket: null,
      plain: [0, 1],
      detailed: [{ ordinal: 2, verdict: failed }],
      tookMs: [0, 0, 40, 1, 2, 7],
      deferred: [],
      done: true,
    });
    // A duplicate says nothing of how long the unit took.
    bench.evict();
    await bench.finish();
    expect(bench.reported).toHaveLength(1);
    expect(told(bench.reported)).toEqual([
      { name: ["k00000", "Family 0"], state: "succeeded", attempts: 1, tookMs: 40, nextTryAt: null },
      { name: ["k00001", "Family 1"], state: "succeeded", attempts: 2, tookMs: 7, nextTryAt: null },
      { name: ["k00002", "Family 2"], state: "failed", attempts: 1, tookMs: 7, nextTryAt: null },
    ]);
    expect(bench.reported[0]).toMatchObject({ completed: true, version: bench.run.state.version });
    const kinds = bench.reported[0]?.facts.timeline.map(({ kind }) => kind);
    expect(kinds).toEqual(["queued", "started", "sealed", "waited", "first_settled", "last_settled", "completed"]);
  });

  it("goes to D1 after the row that has its counts, and again when D1 refused it", async () => {
    const bench = await benchOf(1);
    let refusals = 2;
    bench.onReport = async ({ version }) => {
      expect(bench.projected.some(({ row }) => row.version >= version && row.status === "completed")).toBe(true);
      if (refusals > 0) {
        refusals -= 1;
        throw new Error("D1 is down");
      }
    };
    bench.succeed(0);
    await bench.finish();
    expect(bench.reported).toHaveLength(1);
    expect(bench.run.state.header).toMatchObject({ told: true, compacted: true });
  });

  it("carries twenty pages at a time; what is left follows", async () => {
    const bench = await benchOf(12_000);
    await until(bench, bench.now + 5_000);
    expect(bench.reported.map(({ pages }) => pages.length)).toEqual([20]);
    bench.run.cancel("by-hand");
    await bench.finish();
    expect(Math.max(...bench.reported.map(({ pages }) => pages.length))).toBe(20);
    const units = told(bench.reported);
    expect(units).toHaveLength(12_000);
    expect(new Set(units.map(({ state }) => state))).toEqual(new Set(["open"]));
  });

  it("tells who paused and resumed the run, and when", async () => {
    const bench = await benchOf(2);
    const by = { id: "ada", name: "Ada" };
    bench.run.changePause({ id: "p", at: bench.now, by, paused: true });
    const pausedAt = bench.now;
    bench.now += 1_000;
    bench.run.changePause({ id: "r", at: bench.now, by, paused: false });
    await until(bench, bench.now + 5_000);
    expect(bench.reported.at(-1)?.facts.timeline).toEqual(
      expect.arrayContaining([
        { kind: "paused", at: pausedAt, words: "Ada" },
        { kind: "resumed", at: pausedAt + 1_000, words: "Ada" },
      ]),
    );
  });
});

describe("a timeline", () => {
  it("keeps its first events and its newest, and tells how many it left out", () => {
    let kept: ReturnType<typeof withEvent> = { events: [], eventsOmitted: 0 };
    for (let at = 0; at < 100; at += 1) kept = withEvent(kept, { kind: "healed", at, count: 1 });
    const times = kept.events.map(({ at }) => at);
    expect(times).toEqual([
      ...Array.from({ length: 20 }, (_, at) => at),
      ...Array.from({ length: 20 }, (_, at) => 80 + at),
    ]);
    expect(kept.eventsOmitted).toBe(60);
  });
});

describe("a page of units", () => {
  it("reads as it was written", () => {
    const states = ["open", "held", "running", "waiting", "succeeded", "failed", "skipped"] as const;
    const units = states.map((state, at): ToldUnit => ({
      name: [`k${at}`, `Unit ${at}`],
      state,
      attempts: at,
      tookMs: at < 4 ? null : at * 10,
      nextTryAt: state === "waiting" ? 5 : null,
    }));
    expect(decodeUnits(encodeUnits(units))).toEqual(units);
    const unnamed = units.map((unit) => ({ ...unit, name: null }));
    expect(decodeUnits(encodeUnits(unnamed))).toEqual(unnamed);
  });
});
