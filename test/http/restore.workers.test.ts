import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  restorePlanItemDetailSchema,
  restorePlanItemListSchema,
  restorePlanListSchema,
  restorePlanSchema,
  restoreResultListSchema,
} from "../../src/contract/restore.ts";
import { listPlanItems } from "../../src/database/restore/restore-plan-items.ts";
import { listPlans } from "../../src/database/restore/restore-plans.ts";
import { listRestoreResults } from "../../src/database/restore/restore-results.ts";
import { previewed, previewRun, remove, restored, runRow } from "../operations/policy-restore/restores.ts";
import { backedUp } from "../operations/policy-restore/restores.ts";
import {
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { queryPlans } from "../support/query-plans.ts";
import { problemOf, post, request } from "./demo.ts";
import { env } from "../support/environment.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";

async function read<T extends z.ZodType>(tenant: SimulatedTenant, path: string, schema: T): Promise<z.infer<T>> {
  const response = await request(`/api/tenants/${tenant.name}${path}`);
  expect(response.status, path).toBe(200);
  return schema.parse(await response.json());
}

async function statusOf(tenant: SimulatedTenant, path: string): Promise<number> {
  const response = await request(`/api/tenants/${tenant.name}${path}`);
  await response.body?.cancel();
  return response.status;
}

/** A tenant with one policy changed, one deleted and two the same since the backup. */
async function damaged() {
  const tenant = await simulatedTenant();
  const add = (name: string) =>
    tenant.add("settingsCatalog", settingsCatalogPolicy(name), { settings: [setting("s", "1")] });
  const changed = await add("Ändern");
  const deleted = await add("Deleted");
  await add("Same one");
  await add("Same two");
  const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
  await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
  await remove(tenant, "settingsCatalog", deleted);
  return { tenant, backupSetId };
}

describe("Restore plans over HTTP", () => {
  it("are listed by set, newest first, each with its counts and the runs that executed it", async () => {
    const { tenant, backupSetId } = await damaged();
    const older = await previewed(tenant, { backupSetId, assignments: false });
    const { planId } = await previewRun(tenant, { backupSetId });
    const run = await restored(tenant, older);
    const list = await read(tenant, `/backup-sets/${backupSetId}/restore-plans`, restorePlanListSchema);
    expect(list.items.map(({ id }) => id)).toEqual([planId, older.plan.id]);
    expect(list.items[1]).toMatchObject({
      state: "ready",
      planHash: older.plan.planHash,
      actionCounts: { create: 1, update: 1, delete: 0, unchanged: 2, ambiguous: 0, blocked: 0 },
      options: { mode: "update", itemIds: null, assignments: false, conditionalAccess: "report-only", mapping: [] },
      runs: [{ id: run.runId, status: "completed" }],
    });
    expect(await read(tenant, `/restore-plans/${planId}`, restorePlanSchema)).toEqual(list.items[0]);
    const first = await read(tenant, `/backup-sets/${backupSetId}/restore-plans?limit=1`, restorePlanListSchema);
    const second = await read(
      tenant,
      `/backup-sets/${backupSetId}/restore-plans?limit=1&cursor=${first.nextCursor}`,
      restorePlanListSchema,
    );
    expect([...first.items, ...second.items]).toEqual(list.items);
  });

  it("tell their items in the order of writing, by action, family and part of a name in any case", async () => {
    const { tenant, backupSetId } = await damaged();
    const { plan } = await previewed(tenant, { backupSetId });
    const names = async (query: string) =>
      (await read(tenant, `/restore-plans/${plan.id}/items${query}`, restorePlanItemListSchema)).items.map(
        ({ name }) => name,
      );
    expect(await names("")).toEqual(["Deleted", "Same one", "Same two", "Ändern"]);
    expect(await names("?action=unchanged")).toEqual(["Same one", "Same two"]);
    expect(await names("?action=unchanged&query=TWO")).toEqual(["Same two"]);
    expect(await names(`?query=${encodeURIComponent("ÄND")}`)).toEqual(["Ändern"]);
    expect(await names("?family=filters")).toEqual([]);
    expect(await names("?missing=true")).toEqual([]);
    const page = await read(tenant, `/restore-plans/${plan.id}/items?limit=3`, restorePlanItemListSchema);
    expect(await names(`?limit=3&cursor=${page.nextCursor}`)).toEqual(["Ändern"]);
  });

  it("tell an item's exact requests and differences", async () => {
    const { tenant, backupSetId } = await damaged();
    const { plan, items } = await previewed(tenant, { backupSetId });
    const update = items.find(({ action }) => action === "update");
    const path = `/restore-plans/${plan.id}/items/${update?.ordinal}`;
    expect(await read(tenant, path, restorePlanItemDetailSchema)).toMatchObject({
      name: "Ändern",
      changeCount: 1,
      changes: [{ kind: "changed" }],
      steps: [{ method: "PUT" }],
    });
    for (const ordinal of ["99", "-1", "one", "0x1"]) {
      expect(await statusOf(tenant, `/restore-plans/${plan.id}/items/${ordinal}`), ordinal).toBe(404);
    }
  });

  it("refuse filters that they do not know, and cursors of other lists", async () => {
    const { tenant, backupSetId } = await damaged();
    const { plan } = await previewed(tenant, { backupSetId });
    for (const query of ["?action=destroy", "?actions=create", "?limit=0", "?cursor=x", "?missing=yes"]) {
      const response = await request(`/api/tenants/${tenant.name}/restore-plans/${plan.id}/items${query}`);
      expect(await problemOf(response), query).toMatchObject({ status: 400, code: "invalid_input" });
    }
  });

  it("are not shown before they are ready", async () => {
    const { tenant, backupSetId } = await damaged();
    const { planId } = await previewRun(tenant, { backupSetId });
    await env.DATABASE.prepare("update restore_plans set status = 'preparing' where id = ?").bind(planId).run();
    expect(await read(tenant, `/restore-plans/${planId}`, restorePlanSchema)).toMatchObject({
      state: "preparing",
      planHash: null,
    });
    expect(await statusOf(tenant, `/restore-plans/${planId}/items`)).toBe(404);
    expect(await statusOf(tenant, `/restore-plans/${planId}/items/0`)).toBe(404);
  });
});

describe("Results of a restore over HTTP", () => {
  it("tell each unit, successes included, with Graph's request ids", async () => {
    const { tenant, backupSetId } = await damaged();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const { items } = await read(tenant, `/operations/${run.runId}/restore-results`, restoreResultListSchema);
    expect(items.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      "Deleted: created",
      "Same one: unchanged",
      "Same two: unchanged",
      "Ändern: updated",
    ]);
    expect(items[0]).toMatchObject({
      requestIds: [expect.any(String)],
      reason: null,
      approvalCode: null,
      differences: [],
    });
    const created = await read(
      tenant,
      `/operations/${run.runId}/restore-results?outcome=created`,
      restoreResultListSchema,
    );
    expect(created.items.map(({ name }) => name)).toEqual(["Deleted"]);
    const page = await read(tenant, `/operations/${run.runId}/restore-results?limit=3`, restoreResultListSchema);
    const rest = await read(
      tenant,
      `/operations/${run.runId}/restore-results?limit=3&cursor=${page.nextCursor}`,
      restoreResultListSchema,
    );
    expect([...page.items, ...rest.items]).toEqual(items);
  });

  it("are those of restores alone", async () => {
    const { tenant } = await damaged();
    await runRow(tenant, `run_sync-${tenant.name}`, {}, null, "inventory.sync");
    expect(await statusOf(tenant, `/operations/run_sync-${tenant.name}/restore-results`)).toBe(404);
  });
});

describe("Restores of another tenant", () => {
  it("are not to be found: not the plan, its items, its results, nor by starting it", async () => {
    const { tenant, backupSetId } = await damaged();
    const { plan } = await previewed(tenant, { backupSetId });
    const run = await restored(tenant, { plan });
    const other = await simulatedTenant();
    for (const path of [
      `/backup-sets/${backupSetId}/restore-plans`,
      `/restore-plans/${plan.id}`,
      `/restore-plans/${plan.id}/items`,
      `/restore-plans/${plan.id}/items/0`,
      `/operations/${run.runId}/restore-results`,
      `/operations/${run.runId}/restore-approvals`,
    ]) {
      expect(await statusOf(tenant, path), path).toBe(200);
      const theirs = await problemOf(await request(`/api/tenants/${other.name}${path}`));
      const unknown = await problemOf(await request(`/api/tenants/${other.name}/restore-plans/none`));
      expect({ ...theirs, requestId: "" }).toEqual({ ...unknown, requestId: "" });
    }
    const start = async (input: object) => {
      const response = await post(`/api/tenants/${other.name}/operations`, { type: "policy.restore", input });
      return { ...(await problemOf(response)), requestId: "" };
    };
    const asked = { mode: "update", assignments: true, approvedPlan: plan.planHash };
    const theirs = await start({ ...asked, backupSetId });
    expect(theirs).toMatchObject({ status: 400, fields: [{ path: "input.backupSetId" }] });
    expect(await start({ ...asked, backupSetId: "set_none" })).toEqual(theirs);
  });
});

describe("The queries of restores", () => {
  /** The plan of the one statement of a reading that has the text. */
  const explained = async (part: string, work: (database: TenantDatabase) => Promise<unknown>) =>
    (await queryPlans(env.DATABASE, work)).find(({ sql }) => sql.includes(part))?.plan;
  const page = { tenantId: "t", cursor: null, limit: 50 };

  it("go by indexes, and sort nothing", async () => {
    const items = { ...page, planId: "p", action: null, family: null, query: null, missing: false };
    const listed = await explained("restore_plan_items", (database) => listPlanItems(database, items));
    expect(listed).toMatch(/SEARCH restore_plan_items USING (INDEX|PRIMARY KEY|.*autoindex)/);
    expect(listed).not.toContain("TEMP B-TREE");
    const byAction = await explained("restore_plan_items", (database) =>
      listPlanItems(database, { ...items, action: "update" }),
    );
    expect(byAction).toContain("restore_plan_items_by_action");
    const plans = await explained("restore_plans", (database) => listPlans(database, { ...page, backupSetId: "b" }));
    expect(plans).toContain("restore_plans_by_set");
    expect(plans).not.toMatch(/SCAN restore_plans\b/);
    const results = await explained("restore_results", (database) =>
      listRestoreResults(database, { ...page, runId: "r", outcome: null }),
    );
    expect(results).toMatch(/SEARCH restore_results USING/);
    expect(results).not.toContain("TEMP B-TREE");
  });
});
