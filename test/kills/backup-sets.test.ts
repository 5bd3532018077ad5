/**
 * Real kills in the middle of counted runs: the product as a user starts it, a tenant's policies read from the simulator and kept in
 * backup sets, and SIGKILL. What is counted afterwards is what is there, once.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { type Run } from "../../src/contract/runs.ts";
import {
  backupSetDetailSchema,
  type BackupSetItem,
  backupSetItemListSchema,
  backupSetListSchema,
} from "../../src/contract/backup-sets.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { apiClient } from "../support/api-client.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const TENANT = sized("contoso", "fabrikam");
const SETS = 400;
const FAMILIES = FAMILY_KEYS.length;

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  home = await productHome();
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

const base = () => `${product.url}/api/tenants/${TENANT}`;
const api = () => apiClient(product.url, TENANT);
const control = () => controlOf(product.simulatorUrl);

async function get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const response = await fetch(base() + path);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

async function newSet(name: string): Promise<string> {
  const response = await fetch(`${base()}/backup-sets`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  return backupSetDetailSchema.parse(await response.json()).id;
}

async function itemsOf(backupSetId: string): Promise<BackupSetItem[]> {
  const items: BackupSetItem[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: z.infer<typeof backupSetItemListSchema> = await get(
      `/backup-sets/${backupSetId}/items?limit=200${query}`,
      backupSetItemListSchema,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function killAndStart(): Promise<void> {
  await product.kill();
  product = await home.start();
}

async function expectExact(run: Run, total: number): Promise<void> {
  expect(run, product.output()).toMatchObject({
    outcome: "succeeded",
    summaryCounts: { total, processed: total, succeeded: total, failed: 0, skipped: 0 },
  });
  expect(await api().proof(run.id)).toMatchObject({
    ledger: { total, processed: total, succeeded: total },
    projection: { processed: total },
    drift: false,
    projectionPending: false,
  });
}

describe("an inventory sync that is killed", () => {
  it("goes on by itself after a hard kill in mid-run, and ends with exact counts", async () => {
    await control().planFault(TENANT, { latencyMs: 40 });
    const { run } = await api().start("inventory.sync", {});
    for (;;) {
      const now = await api().run(run.id);
      if (now.status === "completed") throw new Error("it was over before it could be killed");
      if ((now.summaryCounts.processed ?? 0) >= 3) break;
    }
    await killAndStart();
    await control().clearFaults(TENANT);
    expect(await api().completed(run.id)).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: FAMILIES, processed: FAMILIES, succeeded: FAMILIES, failed: 0, skipped: 0 },
    });
    expect(await api().proof(run.id)).toMatchObject({ ledger: { total: FAMILIES, processed: FAMILIES }, drift: false });
  });
});

describe("hard kills of runs over backup sets", () => {
  it("leave one item for each policy of the tenant, however often their run was killed while it added them", async () => {
    const policies = await api().policies();
    const backupSetId = await newSet("Killed while it grew");
    const { run } = await api().start("backup-set.add-policies", { backupSetId, filter: {} });
    for (const processed of sized([1], [1, 250])) {
      expect(await api().underWay(run.id, processed)).toBeLessThan(policies.length);
      await killAndStart();
    }
    const ended = await api().completed(run.id, 180_000);
    await expectExact(ended, policies.length);
    expect(ended.summaryCounts.created).toBe(policies.length);
    expect(ended.result).toMatchObject({ kind: "backup-set", id: backupSetId });
    const items = await itemsOf(backupSetId);
    expect(items.map(({ policyId }) => policyId).toSorted()).toEqual(policies.map(({ id }) => id).toSorted());
    expect(await get(`/backup-sets/${backupSetId}`, backupSetDetailSchema)).toMatchObject({
      itemCount: policies.length,
      policyCount: policies.length,
    });
  }, 600_000);
});

describe.runIf(IN_WHOLE)("hard kills of a run over many backup sets", () => {
  it(`restore each of ${SETS} archived sets once`, async () => {
    for (let first = 0; first < SETS; first += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => newSet(`Bulk ${first + index}`)));
    }
    const filter = { query: "bulk" };
    await api().completed((await api().start("backup-set.delete", { filter })).run.id);
    const { run } = await api().start("backup-set.restore", { filter });
    expect(await api().underWay(run.id, 1)).toBeLessThan(SETS);
    await killAndStart();
    await expectExact(await api().completed(run.id, 180_000), SETS);
    const archived = await get("/backup-sets?state=archived&query=bulk", backupSetListSchema);
    expect(archived.items).toEqual([]);
    const restored: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: z.infer<typeof auditEventListSchema> = await get(
        `/audit-events?limit=200${query}`,
        auditEventListSchema,
      );
      restored.push(
        ...page.items.filter(({ action }) => action === "backup-set.restore").map(({ target }) => target.id),
      );
      cursor = page.nextCursor;
    }
    expect(restored).toHaveLength(SETS);
    expect(new Set(restored).size).toBe(SETS);
  }, 600_000);
});
