/** A counted operation of implied units that all succeed, for tests that take an operation in hand instead of registering it. */
import { z } from "zod";
import type { BulkOperation } from "../../src/runs/operation.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

/** Units never reach the environment with it; the cast stands for the Worker's own. */
// oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- see above
export const NO_ENVIRONMENT = Object.freeze({}) as TenantEnv;

export function plainOperation(total: number, overrides: Partial<BulkOperation> = {}): BulkOperation {
  return {
    type: "test",
    label: "Test",
    progressMode: "counted",
    makes: null,
    extent: null,
    retry: "failed_units",
    unit: { one: "unit", other: "units" },
    capability: "inventory.sync",
    inputSchema: z.unknown(),
    unitsPerMessage: 1,
    callsGraph: false,
    concurrency: 1,
    maxDeferrals: 2,
    plan: async () => ({ kind: "implied", total }),
    unitAt: (ordinal) => ({ key: String(ordinal).padStart(6, "0"), label: `Unit ${ordinal}`, input: null }),
    execute: async () => ({ kind: "succeeded" }),
    ...overrides,
  };
}
