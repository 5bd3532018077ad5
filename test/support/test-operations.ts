/** Operations that exist only in tests: their units do what the test says. Register them once per file, under a name that no other file has. */
import { z } from "zod";
import type { BulkDeclaration } from "../../src/contract/operation-types.ts";
import { registerOperation } from "../../src/operations/registry.ts";
import { implement } from "../../src/runs/implement.ts";
import type { BulkBehavior, UnitResult } from "../../src/runs/operation.ts";

const inputSchema = z.object({ units: z.int().min(0), tag: z.string().default("") });
type Input = z.output<typeof inputSchema>;

export type UnitBehavior = (ordinal: number) => Promise<UnitResult> | UnitResult;

interface Overrides extends Partial<BulkBehavior<Input>> {
  declared?: Partial<BulkDeclaration>;
}

/** Registers a counted operation of `input.units` listed units named "unit-00000", …, and returns how to steer it. */
export function registerTestOperation(type: string, { declared = {}, ...overrides }: Overrides = {}) {
  const steering: { behave: UnitBehavior; executed: number[] } = {
    behave: () => ({ kind: "succeeded" }),
    executed: [],
  };
  const declaration: BulkDeclaration = {
    type,
    label: "Test operation",
    progressMode: "counted",
    unit: { one: "widget", other: "widgets" },
    capability: "inventory.sync",
    retry: "failed_units",
    makes: null,
    extent: null,
    ...declared,
  };
  const behavior: BulkBehavior<Input> = {
    inputSchema,
    unitsPerMessage: 1,
    callsGraph: false,
    concurrency: 4,
    maxDeferrals: 3,
    plan: async (_run, { units }) => ({
      kind: "listed",
      units: Array.from({ length: units }, (_, ordinal) => ({
        key: `unit-${String(ordinal).padStart(5, "0")}`,
        label: `Widget ${ordinal + 1}`,
        input: { ordinal },
      })),
      nextCursor: null,
    }),
    execute: async (task) => {
      steering.executed.push(task.ordinal);
      return steering.behave(task.ordinal);
    },
    ...overrides,
  };
  registerOperation(implement(declaration, behavior));
  return steering;
}
