import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { assignedTo, setting, settingsCatalogPolicy, simulatedTenant } from "../simulated-tenant.ts";
import { backedUp, detailOf, previewed, previewRun, remove, told } from "./restores.ts";

describe("Previewing a restore", () => {
  it("finds nothing to do in a tenant as it was backed up, in all families", async () => {
    const tenant = await simulatedTenant(120);
    const backupSetId = await backedUp(tenant);
    const { plan, items } = await previewed(tenant, { backupSetId });
    expect(told(items).filter((line) => !line.includes("blocked"))).toEqual([]);
    expect(plan).toMatchObject({
      state: "ready",
      itemsMissingReferences: 0,
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const counted = Object.values(plan.actionCounts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(items.length);
  });

  it("tells what was changed, deleted and renamed, with the exact requests and differences", async () => {
    const tenant = await simulatedTenant();
    const policy = async (name: string) =>
      tenant.add("settingsCatalog", settingsCatalogPolicy(name), {
        settings: [setting("s", "1")],
        assignments: [assignedTo("group-a")],
      });
    const [changed, deleted, renamed] = [await policy("Changed"), await policy("Deleted"), await policy("Renamed")];
    await policy("Same");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
    await tenant.edit("settingsCatalog", renamed, { name: "Another name" });
    await remove(tenant, "settingsCatalog", deleted);
    const { plan, items } = await previewed(tenant, { backupSetId });
    expect(told(items)).toEqual([
      "settingsCatalog Changed: update",
      "settingsCatalog Deleted: create",
      "settingsCatalog Renamed: update",
    ]);
    const detail = await detailOf(tenant, plan.id, 0);
    expect(await detailOf(tenant, plan.id, 1)).toMatchObject({ steps: [{ method: "POST" }, { method: "POST" }] });
  });
});
