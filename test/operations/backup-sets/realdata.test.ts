/** Policies that nobody on this project wrote, taken into a backup set. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPayload } from "../../../src/storage/payload-store.ts";
import { createBackupSet } from "../../../src/database/backups/backup-set-changes.ts";
import { addPolicies } from "../../../src/operations/backup-sets/add-policies.ts";
import { inventorySync } from "../../../src/operations/inventory-sync/inventory-sync.ts";
import { HAS_REALDATA } from "../../support/realdata.ts";
import { realTenant, type RealTenant } from "../real-tenant.ts";

describe.runIf(HAS_REALDATA)("Backing up policies exported from real tenants", () => {
  let tenant: RealTenant;
  beforeAll(async () => {
    tenant = await realTenant("real-policies-backed-up");
  });
  afterAll(() => tenant?.dispose());

  it("keeps each just as the inventory has it, and nothing twice", async () => {
    const { DATABASE, ARTIFACTS } = tenant.env;
    const { tenantId } = tenant;
    await tenant.run(inventorySync, "run-sync", {});
    const act = { tenantId, actorId: "user-owner", at: 0 };
    const backupSetId = await createBackupSet(DATABASE, act, { name: "All", description: "" });
    const { size } = tenant.policies;

    const first = await tenant.run(addPolicies, "run-1", { backupSetId, filter: {} });
    expect(first.filter(({ kind }) => kind !== "succeeded")).toEqual([]);
    expect(first).toHaveLength(size);
    const { results } = await DATABASE.prepare(
      `select i.family, i.graph_id, i.content_hash, p.content_hash as inventory_hash
         from backup_set_items i join policies p using (tenant_id, family, graph_id) where i.backup_set_id = ?`,
    )
      .bind(backupSetId)
      .all<{ family: string; graph_id: string; content_hash: string; inventory_hash: string }>();
    expect(new Set(results.map(({ family, graph_id }) => `${family} ${graph_id}`))).toEqual(tenant.policies);
    for (const row of results) {
      expect(row.content_hash, `${row.family} ${row.graph_id}`).toBe(row.inventory_hash);
      expect((await readPayload(ARTIFACTS, tenantId, row.content_hash)).kind).toBe("found");
    }

    const second = await tenant.run(addPolicies, "run-2", { backupSetId, filter: {} });
    expect(second.filter((result) => result.kind !== "skipped" || result.reasonCode !== "unchanged")).toEqual([]);
    expect(second).toHaveLength(size);
  });
});
