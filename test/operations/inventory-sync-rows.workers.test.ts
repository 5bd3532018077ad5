import { describe, expect, inject, it } from "vitest";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { sized } from "../support/thoroughness.ts";
import { countWrittenRows } from "../support/written-rows.ts";
import { simulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

const reachingSimulator = <Context extends { env: Env }>(context: Context): Context => ({
  ...context,
  env: { ...context.env, TENANTATLAS_GRAPH_URL: inject("simulatorUrl") },
});
/** The inventory sync as the product runs it, with the address of the test's Graph. */
registerTestOperation("test.synced", {
  plan: (run, _input, cursor, context) => inventorySync.plan(run, { families: [...FAMILY_KEYS] }, cursor, context),
  execute: (task, context) => inventorySync.execute(task, reachingSimulator(context)),
  finalize: async (run, _input, context) =>
    (await inventorySync.finalize?.(run, { families: [...FAMILY_KEYS] }, reachingSimulator(context))) ?? {
      kind: "finalized",
      result: null,
    },
});

describe("What a whole run of a sync writes to D1", () => {
  it("is at most 100 rows where nothing has changed, and the same however many policies there are", async () => {
    const written: number[] = [];
    for (const policies of [60, sized(300, 5_000)]) {
      const tenant = await simulatedTenant(policies);
      const { start, completed } = tenantRuns(() => ({
        tenantId: tenant.tenantId,
        tenantSlug: tenant.name,
        actor: { id: "user-owner", name: "Owner" },
      }));
      let all = 0;
      for (const expected of ["all new", "unchanged"]) {
        const counting = countWrittenRows(env.DATABASE);
        const run = await completed((await start("test.synced", 0)).id);
        const rows = counting.stop();
        expect(run.outcome).toBe("succeeded");
        if (expected === "all new") {
          all = run.summaryCounts.created ?? 0;
          expect(all).toBeGreaterThanOrEqual(policies);
          expect(rows).toBeGreaterThan(3 * all);
        } else {
          expect(run.summaryCounts).toMatchObject({ items: all, unchanged: all, created: 0, updated: 0, deleted: 0 });
          written.push(rows);
        }
      }
    }
    for (const rows of written) expect(rows).toBeLessThanOrEqual(100);
    // Projections come by the second: a slow run writes its own row a few times more often.
    expect(Math.abs((written[0] ?? 0) - (written[1] ?? 0))).toBeLessThan(40);
  });
});
