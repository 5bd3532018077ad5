/** Operations that exist only in the bench build. */
import { z } from "zod";
import type { BulkDeclaration } from "../../src/contract/operation-types.ts";
import { implement } from "../../src/runs/implement.ts";
import type { PlannedUnit } from "../../src/runs/facts/units.ts";
import type { BulkBehavior } from "../../src/runs/operation.ts";
import { registerOperation } from "../../src/operations/registry.ts";
import { storeEffect } from "./effects.ts";

const MAX_UNITS = 10_000_000;
const LISTED_PLAN_PAGE = 1_000;

const noopInput = z.object({ units: z.int().min(0).max(MAX_UNITS) });

const pacedInput = z.object({
  units: z.int().min(0).max(MAX_UNITS),
  /** How long a unit takes. */
  unitMs: z.int().min(1).max(60_000),
});

const effectsInput = z.object({
  units: z.int().min(0).max(MAX_UNITS),
  unitMs: z.int().min(0).max(60_000).default(0),
  /** True lists the units page by page, as the product's own operations do; false implies them. */
  listed: z.boolean().default(false),
  /** Tells runs of equal size apart, so that several can be active together. */
  tag: z.string().max(64).default(""),
});

function declare(type: string, label: string): BulkDeclaration {
  return {
    type,
    label,
    progressMode: "counted",
    unit: { one: "unit", other: "units" },
    capability: "inventory.sync",
    retry: "failed_units",
    makes: null,
    extent: null,
  };
}

/** Keys ascend as texts too (operation.ts, `PlanPage`). */
function numberedUnit(ordinal: number): PlannedUnit {
  return { key: String(ordinal).padStart(8, "0"), label: `Unit ${ordinal + 1}`, input: null };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Nothing but counting: what is measured is the engine. */
function noop(type: string, unitsPerMessage: number) {
  return implement(declare(type, "Count nothing"), {
    inputSchema: noopInput,
    unitsPerMessage,
    callsGraph: false,
    concurrency: 1,
    maxDeferrals: 0,
    plan: (_run, { units }) => Promise.resolve({ kind: "implied", total: units }),
    unitAt: numberedUnit,
    execute: () => Promise.resolve({ kind: "succeeded" }),
    executeMany: (tasks) => Promise.resolve(tasks.map(() => ({ kind: "succeeded" }))),
  });
}

const pacedBehavior = {
  inputSchema: pacedInput,
  unitsPerMessage: 1,
  maxDeferrals: 0,
  plan: (_run, { units }) => Promise.resolve({ kind: "implied", total: units }),
  // The pace travels in the unit, for an executor sees its unit alone.
  unitAt: (ordinal, { unitMs }) => ({ ...numberedUnit(ordinal), input: { unitMs } }),
  execute: async ({ input }) => {
    await wait(paceSchema.parse(input).unitMs);
    return { kind: "succeeded" };
  },
} satisfies Partial<BulkBehavior<z.output<typeof pacedInput>>>;

/** Ten units at a time, each as long as its input says: a run that lasts long enough to be watched. */
const paced = implement(declare("bench.paced", "Wait"), { ...pacedBehavior, callsGraph: false, concurrency: 10 });

/** As long as a unit of a restore, in the queues of work on Graph. */
const pacedOnGraph = implement(declare("bench.paced-on-graph", "Wait as for Graph"), {
  ...pacedBehavior,
  callsGraph: true,
  concurrency: 4,
});

const paceSchema = z.object({ unitMs: z.int() });

/** A unit's effect is one row, keyed by (run, ordinal), that says how often it was written. */
const effects = implement(declare("bench.effects", "Write rows"), {
  inputSchema: effectsInput,
  unitsPerMessage: 1,
  callsGraph: false,
  concurrency: 10,
  maxDeferrals: 3,
  plan: (_run, { units, unitMs, listed }, cursor) => {
    if (!listed) return Promise.resolve({ kind: "implied", total: units });
    const first = cursor === null ? 0 : Number(cursor);
    const end = Math.min(units, first + LISTED_PLAN_PAGE);
    const page = Array.from({ length: end - first }, (_, index) => ({
      ...numberedUnit(first + index),
      input: { unitMs },
    }));
    return Promise.resolve({ kind: "listed", units: page, nextCursor: end < units ? String(end) : null });
  },
  unitAt: (ordinal, { unitMs }) => ({ ...numberedUnit(ordinal), input: { unitMs } }),
  execute: async ({ runId, ordinal, input }, { env }) => {
    const { unitMs } = paceSchema.parse(input);
    if (unitMs > 0) await wait(unitMs);
    await storeEffect(env.BENCH_DATABASE, runId, ordinal);
    return { kind: "succeeded", counters: { created: 1 } };
  },
});

/** Lists them in the registry; to be called once, before any run starts. */
export function registerBenchOperations(): void {
  registerOperation(noop("bench.noop", 1));
  registerOperation(noop("bench.noop-ranges", 100));
  registerOperation(paced);
  registerOperation(pacedOnGraph);
  registerOperation(effects);
}
