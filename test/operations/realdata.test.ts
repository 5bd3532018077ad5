/** Policies that nobody on this project wrote, loaded into the simulator, synced, and taken into a backup set. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPayload } from "../../src/storage/payload-store.ts";
import { listPolicies } from "../../src/database/inventory/policies.ts";
import { createBackupSet } from "../../src/database/backups/backup-set-changes.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import type { JsonValue } from "../../src/policies/json-value.ts";
import { HAS_REALDATA } from "../support/realdata.ts";
import { isSingle } from "../support/single-families.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { varietyOf } from "../support/variety.ts";
import { realTenant, type RealTenant } from "./real-tenant.ts";

describe.runIf(HAS_REALDATA && IN_WHOLE)(
  "Policies exported from real tenants (UTF-8 with and without a byte order mark, UTF-16)",
  () => {
    let tenant: RealTenant;
    let firstSync: Awaited<ReturnType<typeof syncAll>>;
    /** The policies that a backup set is filled with: in the short form those that show each shape. */
    let chosen: { id: string; key: string }[];
    beforeAll(async () => {
      tenant = await realTenant("real-policies");
      firstSync = await syncAll("run-1");
    }, 240_000);
    afterAll(() => tenant?.dispose());

    async function syncAll(runId: string) {
      const totals = { items: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };
      for (const result of await tenant.run(inventorySync, runId, {})) {
        if (result.kind !== "succeeded") throw new Error(result.reasonCode);
        for (const key of ["items", "created", "updated", "unchanged", "deleted"] as const)
          totals[key] += result.counters?.[key] ?? 0;
      }
      return totals;
    }

    it("are all in the inventory after a sync, content and all, and unchanged after the next", async () => {
      const { size } = tenant.policies;
      expect(size).toBeGreaterThan(90);
      expect(firstSync).toEqual({ items: size, created: size, updated: 0, unchanged: 0, deleted: 0 });
      const inventory = await listPolicies(tenant.env.DATABASE, {
        tenantId: tenant.tenantId,
        query: null,
        family: null,
        platform: null,
        removed: "include",
        sort: "name",
        cursor: null,
        limit: 1_000,
      });
      expect(new Set(inventory.items.map(({ family, graphId }) => `${family} ${graphId}`))).toEqual(tenant.policies);
      const documents: { id: string; key: string; family: string; document: JsonValue }[] = [];
      for (const policy of inventory.items) {
        const payload = await readPayload(tenant.env.ARTIFACTS, tenant.tenantId, policy.contentHash);
        // Graph does not tell the id of each single object.
        expect(payload).toMatchObject({
          kind: "found",
          document: isSingle(policy.family) ? {} : { id: policy.graphId },
        });
        if (payload.kind === "found")
          documents.push({ ...policy, key: `${policy.family} ${policy.graphId}`, document: payload.document });
      }
      chosen = sized(varietyOf(documents), documents);
      expect(await syncAll("run-2")).toEqual({ items: size, created: 0, updated: 0, unchanged: size, deleted: 0 });
    });

    it("are kept in a backup set, each just as the inventory has it, and nothing twice", async () => {
      const { DATABASE, ARTIFACTS } = tenant.env;
      const { tenantId } = tenant;
      const act = { tenantId, actorId: "user-owner", at: 0 };
      const backupSetId = await createBackupSet(DATABASE, act, { name: "All", description: "" });
      const size = chosen.length;
      expect(size).toBeGreaterThan(60);
      const policyIds = chosen.map(({ id }) => id);

      const first = await tenant.run(addPolicies, "run-add-1", { backupSetId, policyIds });
      expect(first.filter(({ kind }) => kind !== "succeeded")).toEqual([]);
      expect(first).toHaveLength(size);
      const { results } = await DATABASE.prepare(
        `select i.family, i.graph_id, i.content_hash, p.content_hash as inventory_hash
           from backup_set_items i join policies p using (tenant_id, family, graph_id) where i.backup_set_id = ?`,
      )
        .bind(backupSetId)
        .all<{ family: string; graph_id: string; content_hash: string; inventory_hash: string }>();
      expect(results.map(({ family, graph_id }) => `${family} ${graph_id}`).toSorted()).toEqual(
        chosen.map(({ key }) => key).toSorted(),
      );
      for (const row of results) {
        expect(row.content_hash, `${row.family} ${row.graph_id}`).toBe(row.inventory_hash);
        expect((await readPayload(ARTIFACTS, tenantId, row.content_hash)).kind).toBe("found");
      }

      const second = await tenant.run(addPolicies, "run-add-2", { backupSetId, policyIds });
      expect(second.filter((result) => result.kind !== "skipped" || result.reasonCode !== "unchanged")).toEqual([]);
      expect(second).toHaveLength(size);
    });
  },
);
