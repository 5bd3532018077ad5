import { describe, expect, it } from "vitest";
import type { BulkOperation, RunUnitTask, UnitResult } from "../../src/runs/operation.ts";
import type { ConsumerPorts } from "../../src/queue/consumer-ports.ts";
import { UnitGroup } from "../../src/queue/unit-group.ts";
import { InvocationBudget, SHARED_LIMITS } from "../../src/runs/invocation-budget.ts";
import type { SettleRequest } from "../../src/runs/run-commands.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";

/** A group of `units` granted units, with the ticking in the test's hands. */
function open(units: number, overrides: Partial<BulkOperation>, budget = new InvocationBudget()) {
  const clock = { now: 0 };
  const settles: SettleRequest[] = [];
  let tick = (): void => {};
  const operation = plainOperation(units, { concurrency: 2, ...overrides });
  const run = {
    claim: () => Promise.reject(new Error("claimed already")),
    renew: async () => "renewed" as const,
    settle: async (request: SettleRequest) => {
      settles.push(request);
      return { kind: "open" as const, newlySettled: 0, duplicates: 0, paused: false };
    },
  };
  const ports: ConsumerPorts = {
    budget,
    run: () => run,
    operation: () => operation,
    newClaimId: () => "claim",
    now: () => clock.now,
    unitContext: (_tenantId, signal) => ({ env: NO_ENVIRONMENT, now: () => clock.now, signal }),
    every: (_milliseconds, callback) => {
      tick = callback;
      return () => {};
    },
    log: () => {},
  };
  const claim = {
    kind: "open" as const,
    run: { runId: "run", tenantId: "t", type: "test", input: null },
    granted: units === 0 ? [] : [0, units - 1],
    units: null,
    deferrals: [],
    settled: [],
    parked: [],
    leased: [],
    leaseMs: 10_000,
    ticket: { number: 7, deliveries: units, suppressed: 0 },
  };
  return { group: new UnitGroup("claim", claim, operation, run, ports), clock, settles, tick: () => tick() };
}

describe("a group of units", () => {
  it("hands units to an operation that does several together, each once, in portions of its size", async () => {
    const portions: number[][] = [];
    const { group, settles } = open(7, {
      unitsPerExecution: 3,
      executeMany: async (tasks: RunUnitTask[]): Promise<UnitResult[]> => {
        portions.push(tasks.map(({ ordinal }) => ordinal));
        return tasks.map(({ ordinal }) =>
          ordinal === 4 ? { kind: "failed", reasonCode: "broken", message: "It broke." } : { kind: "succeeded" },
        );
      },
    });
    await group.work();
    expect(portions.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(portions.map((portion) => portion.length)).toEqual([3, 3, 1]);
    expect(settles.flatMap(({ detailed }) => detailed)).toEqual([
      { ordinal: 4, verdict: { kind: "failed", reasonCode: "broken", message: "It broke." } },
    ]);
    expect(group.resolved(0, 6)).toBe(true);
  });

  it("hands all of a portion back when the operation answers for fewer units than it got", async () => {
    const { group, settles } = open(3, { unitsPerExecution: 3, executeMany: async () => [{ kind: "succeeded" }] });
    await group.work();
    const deferred = settles.flatMap((settle) => settle.deferred);
    expect(deferred.map(({ ordinal, reasonCode }) => [ordinal, reasonCode])).toEqual([
      [0, "internal_error"],
      [1, "internal_error"],
      [2, "internal_error"],
    ]);
  });

  it("gives up on a unit that hangs, before the platform stops it, and keeps what its neighbors did", async () => {
    const { group, clock, settles, tick } = open(4, {
      execute: ({ ordinal }) =>
        ordinal === 1 ? new Promise<UnitResult>(() => {}) : Promise.resolve<UnitResult>({ kind: "succeeded" }),
    });
    const working = group.work();
    // Everything that can go on without the hanging unit has gone on.
    await new Promise(setImmediate);
    clock.now = 13 * 60_000;
    tick();
    expect(settles.some((settle) => settle.done)).toBe(false);
    clock.now += 1;
    tick();
    await working;
    expect(settles.flatMap((settle) => settle.deferred)).toMatchObject([{ ordinal: 1, reasonCode: "timed_out" }]);
    expect(settles.at(-1)?.done).toBe(true);
    expect(group.resolved(0, 3)).toBe(true);
  });

  it("hands back what it has not begun when it is too old to begin more, at no attempt", async () => {
    const { group, clock, settles } = open(5, {
      concurrency: 1,
      execute: async ({ ordinal }) => {
        if (ordinal === 1) clock.now = 10 * 60_000 + 1;
        return { kind: "succeeded" };
      },
    });
    await group.work();
    expect(settles.flatMap(({ plain }) => plain)).toEqual([0, 1]);
    const deferred = settles.flatMap((settle) => settle.deferred);
    expect(deferred).toMatchObject([2, 3, 4].map((ordinal) => ({ ordinal, delayMs: 0, postponed: true })));
    expect(group.resolved(0, 4)).toBe(true);
  });
});

describe("a group of units, in an invocation with little room,", () => {
  const NEEDS = { queries: 2, subrequests: 2, memoryMiB: 1 };

  it("begins what fits, and hands back the rest and what was refused; but not for ever what could never fit", async () => {
    const budget = new InvocationBudget({ ...SHARED_LIMITS, queries: 7 });
    const began: number[] = [];
    const { group, settles } = open(
      6,
      {
        concurrency: 1,
        needs: NEEDS,
        // The third takes more than its operation says.
        execute: async ({ ordinal }): Promise<UnitResult> => {
          began.push(ordinal);
          const statements = ordinal === 2 ? 5 : 2;
          await budget.gate({ to: "database", statements }, () => Promise.resolve());
          return { kind: "succeeded" };
        },
      },
      budget,
    );
    await group.work();
    expect(began).toEqual([0, 1, 2]);
    expect(settles.flatMap(({ plain }) => plain)).toEqual([0, 1]);
    const deferred = settles.flatMap((settle) => settle.deferred);
    expect(deferred).toMatchObject([2, 3, 4, 5].map((ordinal) => ({ ordinal, postponed: true })));

    const alone = new InvocationBudget({ ...SHARED_LIMITS, queries: 7 });
    const tooLarge = open(
      1,
      {
        needs: NEEDS,
        execute: () => alone.gate({ to: "database", statements: 8 }, async () => ({ kind: "succeeded" })),
      },
      alone,
    );
    await tooLarge.group.work();
    expect(tooLarge.settles.flatMap((settle) => settle.deferred)).toMatchObject([
      { ordinal: 0, reasonCode: "internal_error" },
    ]);
    expect(tooLarge.settles.flatMap((settle) => settle.deferred)[0]).not.toHaveProperty("postponed");
  });

  it("keeps a success that it had beside what was refused", async () => {
    const budget = new InvocationBudget({ ...SHARED_LIMITS, queries: 4 });
    const { group, settles } = open(
      3,
      {
        concurrency: 3,
        needs: { ...NEEDS, queries: 1 },
        execute: async ({ ordinal }): Promise<UnitResult> => {
          if (ordinal === 1) await budget.gate({ to: "database", statements: 5 }, () => Promise.resolve());
          await new Promise(setImmediate);
          return ordinal === 2 ? { kind: "failed", reasonCode: "x", message: "X." } : { kind: "succeeded" };
        },
      },
      budget,
    );
    await group.work();
    expect(settles.flatMap(({ plain }) => plain)).toEqual([0, 0]);
    expect(settles.flatMap(({ detailed }) => detailed)).toEqual([]);
    const deferred = settles.flatMap((settle) => settle.deferred).map(({ ordinal }) => ordinal);
    expect(deferred.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });
});
