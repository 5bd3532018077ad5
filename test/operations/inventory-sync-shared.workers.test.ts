/** What the families of one claim do together, and that the failure of one is none of the others. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { InvocationBudget, SHARED_LIMITS } from "../../src/runs/invocation-budget.ts";
import { gatedDatabase } from "../../src/database/sql/gated-database.ts";
import { simulatedTenant } from "./simulated-tenant.ts";

const FAMILIES = [
  "filters",
  "scopeTags",
  "roles",
  "notifications",
  "terms",
  "deviceCategories",
  "appCategories",
  "bios",
];

/** Executes the units of one claim with a context of theirs, all at once. Results in the order of the tasks. */
function execute(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
  const shared = { ...context, companions: tasks };
  return Promise.all(tasks.map((task) => inventorySync.execute(task, shared)));
}

/** A context whose requests to D1 pass `gate` with the number of their statements. */
function watched(context: UnitContext, gate: (statements: number) => void): UnitContext {
  const database = gatedDatabase(context.env.DATABASE, async (statements, request) => {
    gate(statements);
    return request();
  });
  return { ...context, env: { ...context.env, DATABASE: database } };
}

describe("The families of a claim", () => {
  it("read what is stored once, and are merged together", async () => {
    const tenant = await simulatedTenant(40);
    const calls: number[] = [];
    const context = watched(tenant.context(), (statements) => calls.push(statements));
    const first = await execute(await tenant.plan(FAMILIES), context);
    expect(first.every(({ kind }) => kind === "succeeded")).toBe(true);
    calls.length = 0;
    const again = await execute(await tenant.plan(FAMILIES), context);
    for (const [index, result] of again.entries()) {
      const { items } = counters(first[index]);
      expect(counters(result)).toEqual({ items, created: 0, updated: 0, unchanged: items, deleted: 0 });
    }
    // The connection, the hashes, and merges of five families or fewer: not three calls for each of eight families.
    expect(calls.length).toBeLessThanOrEqual(2 + FAMILIES.length / 2);
    // What has not changed is confirmed by one statement and counted by another, for all families of a merge.
    expect(Math.max(...calls)).toBe(2);
  });

  it("are merged one by one when they cannot be merged together", async () => {
    const tenant = await simulatedTenant(40);
    const context = watched(tenant.context(), (statements) => {
      if (statements > 12) throw new Error("D1_ERROR: too much at once");
    });
    const results = await execute(await tenant.plan(FAMILIES), context);
    expect(results.map(({ kind }) => kind)).toEqual(FAMILIES.map(() => "succeeded"));
    expect((await tenant.familyState("roles"))?.policyCount).toBeGreaterThan(0);
  });

  it("fail each by itself, and try again", async () => {
    const tenant = await simulatedTenant(40);
    await tenant.fault({ family: "roles", status: 503, retryAfter: 60 });
    const results = await execute(await tenant.plan(FAMILIES), tenant.context());
    for (const [index, family] of FAMILIES.entries()) {
      expect(results[index]?.kind, family).toBe(family === "roles" ? "deferred" : "succeeded");
    }
  });

  it("read the stored state again after a failure of storage", async () => {
    const tenant = await simulatedTenant(40);
    let isDown = true;
    const context = watched(tenant.context(), () => {
      if (isDown) throw new Error("D1_ERROR: network connection lost");
    });
    const tasks = await tenant.plan(FAMILIES);
    const shared = { ...context, companions: tasks };
    const attempt = () => Promise.all(tasks.map((task) => inventorySync.execute(task, shared)));
    for (const result of await attempt()) {
      expect(result).toMatchObject({ kind: "deferred", reasonCode: "storage_unavailable" });
    }
    // A unit ends with the first failure of two; the other one comes to its end here.
    await new Promise((resolve) => setTimeout(resolve, 0));
    isDown = false;
    for (const result of await attempt()) expect(result.kind).toBe("succeeded");
  });

  it("notice within seconds that the tenant was disconnected", async () => {
    const tenant = await simulatedTenant(40);
    let now = Date.now();
    const tasks = await tenant.plan(FAMILIES);
    const context = { ...tenant.context(), now: () => now, companions: tasks };
    const [first, second, third] = tasks;
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few units");
    expect(await inventorySync.execute(first, context)).toMatchObject({ kind: "succeeded" });
    await env.DATABASE.prepare("delete from tenant_connections where tenant_id = ?").bind(tenant.tenantId).run();
    expect(await inventorySync.execute(second, context)).toMatchObject({ kind: "succeeded" });
    now += 10_001;
    expect(await inventorySync.execute(third, context)).toMatchObject({ kind: "failed", reasonCode: "not_connected" });
  });

  it("hold memory for documents only while they are read", async () => {
    const tenant = await simulatedTenant(40);
    const budget = new InvocationBudget({ ...SHARED_LIMITS, memoryMiB: 1 });
    // Room for one reading at a time: the first that asks, then one by one.
    const results = await execute(await tenant.plan(FAMILIES), { ...tenant.context(), budget });
    expect(results.map(({ kind }) => kind)).toEqual(FAMILIES.map(() => "succeeded"));
  });
});

function counters(result: UnitResult | undefined): Record<string, number> & { items: number } {
  if (result?.kind !== "succeeded") throw new Error(`the unit came to ${JSON.stringify(result)}`);
  return { items: 0, ...result.counters };
}
