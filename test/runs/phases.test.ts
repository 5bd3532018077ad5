import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { PhasedOperation, PhaseResult } from "../../src/runs/operation.ts";
import { completePhasedRun, type PhasedFacts } from "../../src/runs/lifecycle.ts";
import { presentRun, type ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import { projectionRow } from "../../src/runs/projector.ts";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

const PHASED: PhasedOperation = {
  type: "test",
  label: "Test",
  progressMode: "phased",
  makes: "baseline",
  extent: null,
  capability: "inventory.sync",
  inputSchema: z.unknown(),
  firstPhase: "Reading inventory",
  maxWaits: 2,
  advance: () => Promise.reject(new Error("advanced through the port")),
};

const DONE: PhaseResult = { kind: "done", outcome: "succeeded", result: { kind: "baseline", id: "b" } };

/** Answers by cursor; a cursor that is not listed is a bug of the runner. */
function phasedRun(
  answers: Record<string, PhaseResult | (() => PhaseResult)>,
  operation: Partial<PhasedOperation> = {},
) {
  const bench = new CoordinatorBench(0);
  const calls: (string | null)[] = [];
  bench.operation = { ...PHASED, ...operation };
  bench.onAdvance = async ({ phaseCursor }) => {
    calls.push(phaseCursor);
    const answer = answers[phaseCursor ?? "start"];
    if (answer === undefined) throw new Error(`no answer for ${phaseCursor}`);
    return typeof answer === "function" ? answer() : answer;
  };
  bench.run.start(SPECIFICATION);
  return { bench, calls };
}

const shown = (bench: CoordinatorBench) =>
  bench.projected.map(({ row }) => presentRun(row, "tenant", bench.operation).run.progress);

describe("an alarm without room for another step", () => {
  /** Room for one step an alarm. */
  function oneAtATime(bench: CoordinatorBench): () => number {
    let steps = 0;
    let alarms = 0;
    bench.affordsStep = () => steps === 0;
    const ring = bench.ring.bind(bench);
    bench.ring = async () => {
      steps = 0;
      alarms += 1;
      return ring();
    };
    const counted =
      <Parameters extends unknown[], Answer>(step: (...parameters: Parameters) => Promise<Answer>) =>
      (...parameters: Parameters) => {
        steps += 1;
        return step(...parameters);
      };
    bench.onAdvance = counted(bench.onAdvance);
    bench.onPlan = counted(bench.onPlan);
    bench.onFinalize = counted(bench.onFinalize);
    return () => alarms;
  }

  it("leaves a phase to the next alarm, at once and at no attempt", async () => {
    const { bench, calls } = phasedRun({
      start: { kind: "continue", phase: "Comparing content", cursor: "1" },
      "1": { kind: "continue", phase: "Sealing", cursor: "2" },
      "2": DONE,
    });
    const alarms = oneAtATime(bench);
    const startedAt = bench.now;
    while (!bench.run.state.completed) {
      await bench.ring();
      expect(bench.run.state.header.phaseAttempts).toBeLessThanOrEqual(1);
    }
    expect(calls).toEqual([null, "1", "2"]);
    expect(alarms()).toBe(3);
    expect(bench.now).toBe(startedAt);
  });

  it("leaves the finalizer of a planned run to the next alarm too", async () => {
    const bench = new CoordinatorBench(0, { finalizer: true });
    const alarms = oneAtATime(bench);
    bench.run.start(SPECIFICATION);
    await bench.finish(5);
    expect(bench.run.state.header).toMatchObject({ outcome: "succeeded", finalizeAttempts: 1 });
    expect(alarms()).toBeGreaterThan(1);
  });
});

describe("a phased run", () => {
  it("goes from phase to phase, shows words and never a number, and ends with its result", async () => {
    const { bench, calls } = phasedRun({
      start: { kind: "continue", phase: "Comparing content", cursor: "1" },
      "1": { kind: "continue", phase: "Sealing", cursor: "2" },
      "2": DONE,
    });
    await bench.rest();
    expect(calls).toEqual([null, "1", "2"]);
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded", total: null });
    const kinds = new Set(shown(bench).map(({ kind }) => kind));
    expect([...kinds].filter((kind) => kind !== "phased" && kind !== "finished")).toEqual([]);
    expect(bench.projected.at(-1)?.row).toMatchObject({
      outcome: "succeeded",
      summaryCounts: {},
      result: { kind: "baseline", id: "b" },
    });
  });

  it("shows a phase while its steps go on, not when they are over", async () => {
    const seen: (string | undefined)[] = [];
    const { bench } = phasedRun({});
    bench.onAdvance = async ({ phaseCursor }) => {
      await bench.quiet();
      seen.push(shown(bench).at(-1)?.text);
      // A step of some seconds: the next projection is due by its end.
      bench.now += 5_000;
      if (phaseCursor === null) return { kind: "continue", phase: "Comparing content", cursor: "1" };
      return phaseCursor === "1" ? { kind: "continue", phase: "Sealing", cursor: "2" } : DONE;
    };
    await bench.rest();
    expect(seen).toEqual(["Reading inventory", "Comparing content", "Sealing"]);
  });

  it("tells a phase at once when it begins, however little time the one before has taken", async () => {
    const seen: (string | undefined)[] = [];
    const { bench } = phasedRun({});
    bench.onAdvance = async ({ phaseCursor }) => {
      await bench.quiet();
      seen.push(shown(bench).at(-1)?.text);
      if (phaseCursor === null) return { kind: "continue", phase: "Comparing content", cursor: "1" };
      return phaseCursor === "1" ? { kind: "continue", phase: "Sealing", cursor: "2" } : DONE;
    };
    await bench.rest();
    expect(seen).toEqual(["Reading inventory", "Comparing content", "Sealing"]);
  });

  it("stays phased when somebody writes counts into its row", () => {
    const { bench } = phasedRun({ start: DONE });
    const row: ProjectionRow = {
      ...projectionRow(bench.run.state, { operation: () => bench.operation }),
      status: "running",
      sealed: true,
      phase: "Comparing content",
      summaryCounts: { processed: 12, total: 40 },
    };
    const { progress } = presentRun(row, "tenant", bench.operation).run;
    expect(progress).toEqual({ kind: "phased", phase: "Comparing content", text: "Comparing content" });
  });

  it("takes the same step up again after an eviction", async () => {
    const { bench, calls } = phasedRun({
      start: { kind: "continue", phase: "Comparing content", cursor: "1" },
      "1": () => {
        if (calls.length < 3) throw new Error("died");
        return DONE;
      },
    });
    await bench.run.alarm();
    bench.evict();
    bench.now += 60_000;
    await bench.rest();
    expect(calls).toEqual([null, "1", "1"]);
    expect(bench.run.state.header.outcome).toBe("succeeded");
  });

  it("waits as long as a step asks, then goes on from there", async () => {
    let waits = 0;
    const { bench } = phasedRun({
      start: () =>
        (waits += 1) > 2 ? DONE : { kind: "wait", delaySeconds: 30, reasonCode: "throttled", message: "Later." },
    });
    const before = bench.now;
    await bench.rest();
    expect(bench.now - before).toBeGreaterThanOrEqual(60_000);
    expect(bench.run.state.header.outcome).toBe("succeeded");
  });

  it("F39: fails with the step's reason when it has waited too often", async () => {
    const { bench } = phasedRun({
      start: { kind: "wait", delaySeconds: 30, reasonCode: "throttled", message: "Still limited." },
    });
    await bench.rest();
    expect(bench.projected.at(-1)?.row).toMatchObject({
      outcome: "failed",
      failure: { code: "throttled", message: "Still limited." },
    });
  });

  it("fails when a step keeps dying, and when one leads nowhere", async () => {
    for (const answer of [
      () => {
        throw new Error("died");
      },
      (): PhaseResult => ({ kind: "continue", phase: "Reading inventory", cursor: "start" }),
    ]) {
      const { bench } = phasedRun({ start: answer });
      await bench.rest();
      expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "failed" });
      expect(bench.projected.at(-1)?.row.failure?.code).toBe("phase_failed");
    }
  });

  it("ends at once when it is canceled, also in the middle of a step, whose answer changes nothing", async () => {
    const { bench } = phasedRun({
      start: () => {
        bench.run.cancel("cancel");
        return DONE;
      },
    });
    await bench.rest();
    expect(bench.run.state.header).toMatchObject({ outcome: "canceled", phaseOutcome: null, result: null });
  });
});

describe("the decision that a phased run is done", () => {
  const open: PhasedFacts = { status: "running", cancelRequested: false, phaseOutcome: null, phaseFailure: null };
  const failure = { code: "unreadable", message: "Unreadable." };
  const rows: [string, Partial<PhasedFacts>, ReturnType<typeof completePhasedRun>][] = [
    ["waits for the last phase", {}, { kind: "not_yet" }],
    [
      "takes the last phase's outcome",
      { phaseOutcome: "partially_succeeded" },
      { kind: "complete", outcome: "partially_succeeded", failure: null },
    ],
    ["fails with the phase that failed", { phaseFailure: failure }, { kind: "complete", outcome: "failed", failure }],
    [
      "is canceled whatever else",
      { cancelRequested: true, phaseFailure: failure },
      { kind: "complete", outcome: "canceled", failure: null },
    ],
    ["is made once", { status: "completed", phaseOutcome: "succeeded" }, { kind: "not_yet" }],
  ];
  it.each(rows)("%s", (_title, facts, decision) => {
    expect(completePhasedRun({ ...open, ...facts })).toEqual(decision);
  });
});

describe("the cleanup after a run that ended without its result", () => {
  it("comes once, after a cancel, when the last lease is over even by a clock that was set back", async () => {
    const bench = new CoordinatorBench(3, { operation: { abandon: () => Promise.resolve() } });
    const times: number[] = [];
    bench.onAbandon = async () => void times.push(bench.now);
    await bench.open();
    bench.run.claim({ claimId: "c", ordinals: [0, 2] });
    const horizon = bench.run.state.leasesUntil;
    expect(horizon).toBe(bench.now + bench.policy.leaseMs);
    bench.run.cancel("cancel");
    await bench.rest();
    expect(times).toHaveLength(1);
    expect(times[0]).toBeGreaterThanOrEqual(horizon + bench.policy.clockMarginMs);
    expect(bench.run.state.header.abandoned).toBe(true);
  });

  it("is tried again when it fails, and in the end left to the operation's sweep", async () => {
    const bench = new CoordinatorBench(1, { operation: { abandon: () => Promise.resolve() } });
    let tries = 0;
    bench.onAbandon = () => {
      tries += 1;
      return Promise.reject(new Error("R2 is down"));
    };
    bench.run.start(SPECIFICATION);
    bench.run.cancel("cancel");
    await bench.rest();
    expect(tries).toBe(bench.policy.maxAbandonAttempts);
    expect(bench.logged).toContain("run_cleanup_given_up");
  });

  it("does not come after a run with a result, nor after one whose units failed", async () => {
    const bench = new CoordinatorBench(1, { operation: { abandon: () => Promise.resolve() } });
    let tries = 0;
    bench.onAbandon = async () => void (tries += 1);
    await bench.open();
    bench.run.claim({ claimId: "c", ordinals: [0, 0] });
    const verdict = { kind: "failed" as const, reasonCode: "refused", message: "No." };
    bench.run.settle({
      claimId: "c",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [],
      detailed: [{ ordinal: 0, verdict }],
      deferred: [],
      done: true,
    });
    await bench.rest();
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "failed" });
    expect(tries).toBe(0);
  });
});
