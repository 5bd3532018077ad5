/** Operations that exist only in tests: their units do what the test says. Register them once per file. */
import type { BulkOperation, UnitResult } from "../../src/runs/operation.ts";
import { registerOperation } from "../../src/operations/registry.ts";
import { z } from "zod";

const inputSchema = z.object({ units: z.int().min(0), tag: z.string().default("") });

export type UnitBehavior = (ordinal: number) => Promise<UnitResult> | UnitResult;

/** Registers a counted operation of `input.units` listed units named "unit-00000", …, and returns how to steer it. */
export function registerTestOperation(type: string, overrides: Partial<BulkOperation> = {}) {
  const steering: { behave: UnitBehavior; executed: number[] } = {
    behave: () => ({ kind: "succeeded" }),
    executed: [],
  };
  const operation: BulkOperation = {
    type,
    label: "Test operation",
    progressMode: "counted",
    unit: { one: "widget", other: "widgets" },
    capability: "inventory.sync",
    inputSchema,
    unitsPerMessage: 1,
    concurrency: 4,
    maxDeferrals: 3,
    plan: async (_run, input) => {
      const { units } = inputSchema.parse(input);
      return {
        kind: "listed",
        units: Array.from({ length: units }, (_, ordinal) => ({
          key: `unit-${String(ordinal).padStart(5, "0")}`,
          label: `Widget ${ordinal + 1}`,
          input: { ordinal },
        })),
        nextCursor: null,
      };
    },
    execute: async (task) => {
      steering.executed.push(task.ordinal);
      return steering.behave(task.ordinal);
    },
    ...overrides,
  };
  registerOperation(operation);
  return steering;
}
