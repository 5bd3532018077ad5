import { describe, expect, it } from "vitest";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../simulated-tenant.ts";
import { backedUp, counted, previewed, remove, restored, resultsOf, told, wholeState } from "./restores.ts";

const CREATED = { kind: "succeeded", counters: { created: 1 } };
const UPDATED = { kind: "succeeded", counters: { updated: 1 } };
const UNCHANGED = { kind: "succeeded", counters: { unchanged: 1 } };

async function catalogPolicy(tenant: SimulatedTenant, name: string): Promise<string> {
  return tenant.add("settingsCatalog", settingsCatalogPolicy(name), {
    settings: [setting("s", "1")],
    assignments: [assignedTo("group-a")],
  });
}

/** Three policies that were backed up; since then one was changed, one deleted, one left alone. */
async function three() {
  const tenant = await simulatedTenant();
  const changed = await catalogPolicy(tenant, "Changed");
  const deleted = await catalogPolicy(tenant, "Deleted");
  const same = await catalogPolicy(tenant, "Same");
  const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
  await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
  await remove(tenant, "settingsCatalog", deleted);
  return { tenant, backupSetId, changed, deleted, same };
}

describe("Restoring policies", () => {
  it("puts back what was changed, makes what was deleted, and leaves the rest alone", async () => {
    const { tenant, backupSetId, same } = await three();
    const before = await wholeState(tenant);
    const preview = await previewed(tenant, { backupSetId });
    const run = await restored(tenant, preview);
    expect(run.results).toEqual([UPDATED, CREATED, UNCHANGED]);
    const results = await resultsOf(tenant, run.runId);
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["Changed", "updated"],
      ["Deleted", "created"],
      ["Same", "unchanged"],
    ]);
    expect(results[1]?.requestIds.length).toBe(2);
    const after = await wholeState(tenant);
    expect(after.get(`settingsCatalog/${same}`)).toEqual(before.get(`settingsCatalog/${same}`));
    const again = await previewed(tenant, { backupSetId });
    expect(told(again.items)).toEqual([]);
  });

  it("round trip: a whole tenant, some of it changed and deleted, comes back as it was", async () => {
    const tenant = await simulatedTenant(120);
    const backupSetId = await backedUp(tenant);
    const inventory = await tenant.inventory();
    const victims = inventory.filter((_, index) => index % 4 === 0);
    for (const [index, { family, graphId }] of victims.entries()) {
      if (index % 2 === 0) await tenant.edit(family, graphId, { description: `changed ${index}` });
      else await remove(tenant, family, graphId).catch(() => {});
    }
    const preview = await previewed(tenant, { backupSetId, conditionalAccess: "as-is" });
    const run = await restored(tenant, preview);
    const results = await resultsOf(tenant, run.runId);
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(counted(run.results)).toEqual({
      created: preview.plan.actionCounts?.create,
      updated: preview.plan.actionCounts?.update,
      unchanged: preview.plan.actionCounts?.unchanged,
      skipped: (preview.plan.actionCounts?.blocked ?? 0) + (preview.plan.actionCounts?.ambiguous ?? 0),
      failed: 0,
    });
    const again = await previewed(tenant, { backupSetId, conditionalAccess: "as-is" });
    expect(told(again.items).filter((line) => !line.includes("blocked"))).toEqual([]);
  });
});
