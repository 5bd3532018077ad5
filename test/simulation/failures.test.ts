/** Rows of the failure catalogue that are about schedules: the world breaks in the way that the row tells, the oracle watches. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Engine, loadEngine } from "./engine.ts";
import type { Fault } from "./fault-points.ts";
import { PLAIN_CONFIG, type SimulationConfig } from "./schedule.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { simulate, type SimulationResult } from "./simulate.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

const SEEDS = IN_WHOLE ? sized(16, 40) : 8;

/** The same failure under many orders of events. Every point has to strike in at least one of them. */
async function endure(
  config: Partial<SimulationConfig>,
  faults: (Omit<Fault, "times"> & { times?: number })[],
): Promise<SimulationResult[]> {
  const results: SimulationResult[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const schedule = {
      seed,
      config: { ...PLAIN_CONFIG, ...config },
      faults: faults.map((fault) => ({ times: 1, ...fault })),
    };
    const result = await simulate(engine, schedule);
    expect(result.violation).toBeNull();
    results.push(result);
  }
  for (const { point } of faults) {
    expect(
      results.some(({ struck }) => struck.has(point)),
      `${point} struck`,
    ).toBe(true);
  }
  return results;
}

const succeeded = (units: number) => ({
  outcome: "succeeded",
  units,
  counts: { succeeded: units, failed: 0, skipped: 0 },
  completions: 1,
});

describe("a run, whatever happens on the way,", () => {
  it("F2: counts a unit once whose consumer was shut down after settling it and whose message comes back", async () => {
    for (const { runs } of await endure({ units: 12 }, [
      { point: "await:settle:after", visit: 0, times: 5 },
      { point: "consumer:acknowledged", visit: 0, times: 3 },
    ])) {
      expect(runs).toMatchObject([succeeded(12)]);
    }
  });

  it("F3, F30: is retried once, with its failed units only, however often that is pressed", async () => {
    const results = await endure({ units: 20, behavior: "mixed" }, [{ point: "step:retry", visit: 100, times: 300 }]);
    let retried = 0;
    for (const { runs } of results) {
      const [first, retry, ...more] = runs;
      expect(more).toEqual([]);
      expect(first?.units).toBe(20);
      if (retry === undefined) continue;
      retried += 1;
      expect(retry.units).toBe(first?.counts.failed);
    }
    expect(retried).toBeGreaterThan(SEEDS / 2);
  });

  it("F4: is exact after hard kills in the middle of batches", async () => {
    for (const { runs } of await endure({ units: 40, unitsPerMessage: 7 }, [
      { point: "await:execute:after", visit: 3, times: 10 },
      { point: "step:evict", visit: 20, times: 4 },
    ])) {
      expect(runs).toMatchObject([succeeded(40)]);
    }
  });

  it("F6: does not drift when settle calls take effect and time out, and are made again", async () => {
    for (const { runs } of await endure({ units: 12 }, [{ point: "call:settle:answer-lost", visit: 0, times: 20 }])) {
      expect(runs).toMatchObject([succeeded(12)]);
    }
  });

  it("F11: completes though every message of a while was acknowledged and lost, and so were its alarms", async () => {
    const faults = [
      { point: "queue:lose", visit: 0, times: 12 },
      { point: "alarm:lose", visit: 2, times: 2 },
    ];
    for (const { runs } of await endure({ units: 12 }, faults)) expect(runs).toMatchObject([succeeded(12)]);
  });

  it("F12: has its consequences, once, though it dies while they are being written", async () => {
    const faults = [
      { point: "await:finalize:after", visit: 0 },
      { point: "commit:finalized:after", visit: 0 },
      { point: "commit:complete:after", visit: 0 },
      { point: "await:project:after", visit: 0, times: 2 },
      { point: "commit:projected:before", visit: 0 },
    ];
    // That there is one notification, one artifact and one completion at the end is the oracle's invariant 5.
    for (const { runs } of await endure({ units: 6, finalizer: "works" }, faults))
      expect(runs).toMatchObject([succeeded(6)]);
  });

  it("F13: completes though its starter dies right after the row was written", async () => {
    const faults = [{ point: "starter:inserted", visit: 0 }];
    for (const { runs } of await endure({ units: 6 }, faults)) expect(runs).toMatchObject([succeeded(6)]);
  });

  it("F15: fails when its planning dies every time, and completes when it dies twice", async () => {
    const dies = { point: "await:plan:before", visit: 0 };
    for (const { runs } of await endure({}, [{ ...dies, times: 30 }]))
      expect(runs).toMatchObject([{ outcome: "failed", completions: 1 }]);
    for (const { runs } of await endure({}, [{ ...dies, times: 2 }])) expect(runs).toMatchObject([succeeded(5)]);
  });

  it("F16: ends with all its units in D1 after an outage that outlasts the last of them", async () => {
    const faults = [{ point: "database:down", visit: 1 }];
    for (const { runs } of await endure({ units: 199, batchSize: 10 }, faults))
      expect(runs).toMatchObject([succeeded(199)]);
  });

  it("F17: comes to its end by the sweep when neither its start nor its alarm arrive, so that its identity is free again", async () => {
    const faults = [
      { point: "call:start:request-lost", visit: 0 },
      { point: "alarm:lose", visit: 0, times: 2 },
    ];
    for (const { runs } of await endure({ units: 4 }, faults)) expect(runs).toMatchObject([succeeded(4)]);
  });

  it("F23: reports the work that was done when it is canceled anywhere, and does not grow afterwards", async () => {
    for (const visit of [10, 40, 70]) {
      for (const { runs } of await endure({ units: 12 }, [{ point: "step:cancel", visit, times: 2 }])) {
        expect(runs[0]?.completions).toBe(1);
        expect(["canceled", "succeeded"]).toContain(runs[0]?.outcome);
      }
    }
  });

  it("is not cleaned up after while a consumer may still be writing, however its object's clock is set back", async () => {
    for (let visit = 60; visit < 140; visit += IN_WHOLE ? 4 : 16) {
      const faults = [
        { point: "step:cancel", visit: 40, times: 1 },
        { point: "step:clock-back", visit, times: 1 },
      ];
      for (const { runs } of await endure({ units: 10, behavior: "slow", abandons: true }, faults))
        expect(runs[0]?.completions).toBe(1);
    }
  });

  it("F26: shows no console a step back when writes and frames come late, twice and out of order", async () => {
    const faults = [
      { point: "call:project:slow", visit: 1, times: 3 },
      { point: "frame:delay", visit: 0, times: 6 },
      { point: "frame:duplicate", visit: 2, times: 6 },
      { point: "step:reconnect", visit: 90, times: 3 },
    ];
    for (const { runs } of await endure({ units: 30, behavior: "slow" }, faults)) expect(runs[0]?.completions).toBe(1);
  });

  it("F22: lists 3,000 units that failed, in pieces, before its row completes, while D1 fails now and then", async () => {
    const schedule = (seed: number) => ({
      seed,
      config: {
        ...PLAIN_CONFIG,
        units: 3_000,
        plan: "implied" as const,
        unitsPerMessage: 100,
        behavior: "fail" as const,
      },
      faults: [
        { point: "call:project:answer-lost", visit: 1, times: 3 },
        { point: "await:project:after", visit: 5, times: 1 },
        { point: "commit:projected:before", visit: 1, times: 1 },
      ],
    });
    for (const seed of sized([1], [1, 2])) {
      const { violation, runs } = await simulate(engine, schedule(seed));
      expect(violation).toBeNull();
      expect(runs).toMatchObject([{ outcome: "failed", counts: { failed: 3_000 }, completions: 1 }]);
    }
  });
});
