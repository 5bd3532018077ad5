import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { restorePlanItemListSchema, restorePlanListSchema, restorePlanSchema } from "../../src/contract/restore.ts";
import { MADE_ANEW, MADE_BY_ANOTHER } from "../../src/database/restore/restore-journal.ts";
import { listPlanItems, recordDecisions } from "../../src/database/restore/restore-plan-items.ts";
import { listPlans } from "../../src/database/restore/restore-plans.ts";
import { openPlan, sealPlan } from "../../src/database/restore/restore-plan-building.ts";
import { WAITING } from "../../src/database/restore/restore-approvals.ts";
import { EARLIER_RESTORE, listRestoreResults } from "../../src/database/restore/restore-results.ts";
import { encodeOpaque } from "../../src/database/sql/opaque-id.ts";
import { putDetail } from "../../src/storage/plan-details.ts";
import { queryPlans } from "../support/query-plans.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";

const HASH = "a".repeat(64);
const COUNTS = { create: 1, update: 0, delete: 0, unchanged: 0, ambiguous: 0, blocked: 0 };

beforeAll(seedDemoData);

/** A set of the tenant with one item, and a ready plan that would make it anew. */
async function readyPlan(tenantId: string, name: string) {
  const [backupSetId, planId] = [`set_${name}`, `rpl_${name}`];
  await env.DATABASE.batch([
    env.DATABASE.prepare(
      `insert into backup_sets (id, tenant_id, name, sort_name, status, created_at, updated_at)
       values (?1, ?2, ?3, ?3, 'active', 1, 1)`,
    ).bind(backupSetId, tenantId, name),
    env.DATABASE.prepare(
      `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, content_hash, content_bytes,
              comparable_hash, captured_at, run_id)
       values (?1, ?2, ?3, 'filters', 'f-1', 'Corporate', 'corporate', ?4, 1, ?4, 1, 'run_x')`,
    ).bind(`item_${name}`, tenantId, backupSetId, HASH),
  ]);
  await openPlan(env.DATABASE, {
    id: planId,
    tenantId,
    backupSetId,
    runId: `run_${name}`,
    options: {
      mode: "update",
      itemIds: null,
      namePrefix: null,
      assignments: false,
      conditionalAccess: "report-only",
      mapping: [],
    },
    createdAt: 1,
    createdBy: null,
    familyOrder: ["filters"],
    turnOfType: {},
  });
  const detail = { steps: [], changes: [], candidates: [], references: [], notes: [] };
  const { key, hash } = await putDetail(env.ARTIFACTS, { tenantId, planId }, detail);
  const nothing = { targetId: null, targetName: null, targetHash: null, reasonCode: null, message: null };
  const decision = {
    ...nothing,
    ordinal: 0,
    action: "create" as const,
    changeCount: 0,
    missingCount: 0,
    needsOrdinal: null,
  };
  await recordDecisions(env.DATABASE, planId, [{ ...decision, detailKey: key, detailHash: hash }]);
  const summary = { actions: COUNTS, itemsMissingReferences: 0 };
  expect(await sealPlan(env.DATABASE, planId, { planHash: HASH, summary, at: 2 })).toBe(true);
  return { backupSetId, planId };
}

function approved(backupSetId: string) {
  const input = { backupSetId, mode: "update", assignments: false, approvedPlan: HASH };
  return { type: "policy.restore", input };
}

describe("A restore plan", () => {
  it("is read by members of its tenant and found by nobody else, by whichever id they try", async () => {
    const theirs = await readyPlan("tenant-contoso", "contoso_s");
    const mine = await readyPlan("tenant-outside", "outside_s");
    const paths = [
      `/backup-sets/${theirs.backupSetId}/restore-plans`,
      `/restore-plans/${theirs.planId}`,
      `/restore-plans/${theirs.planId}/items`,
      `/restore-plans/${theirs.planId}/items/0`,
      "/operations/run_contoso_s/restore-results",
      "/operations/run_contoso_s/restore-approvals",
    ];
    for (const path of paths) {
      const response = await request(`/api/tenants/outside${path}`, { as: "outsider" });
      expect(await problemOf(response), path).toMatchObject({ status: 404, code: "not_found" });
    }
    const base = "/api/tenants/contoso";
    const read = async (path: string) => (await request(base + path, { as: "readonly" })).json();
    const plan = restorePlanSchema.parse(await read(`/restore-plans/${theirs.planId}`));
    expect(plan).toMatchObject({ state: "ready", planHash: HASH, actionCounts: COUNTS, runs: [] });
    const plans = restorePlanListSchema.parse(await read(`/backup-sets/${theirs.backupSetId}/restore-plans`));
    expect(plans.items).toEqual([plan]);
    const items = restorePlanItemListSchema.parse(await read(`/restore-plans/${theirs.planId}/items?query=CORP`));
    expect(items.items).toMatchObject([{ ordinal: 0, itemId: "item_contoso_s", action: "create" }]);

    // Both have a plan of this very hash: each runs its own, of its own set, and no other.
    for (const [backupSetId, field] of [
      [theirs.backupSetId, "input.backupSetId"],
      [`${mine.backupSetId}-other`, "input.backupSetId"],
    ]) {
      const response = await post("/api/tenants/outside/operations", approved(backupSetId ?? ""), { as: "outsider" });
      expect(await problemOf(response)).toMatchObject({ status: 400, fields: [{ path: field }] });
    }
    const foreignItem = {
      type: "policy.restore-preview",
      input: { backupSetId: mine.backupSetId, itemIds: ["item_contoso_s"], mode: "update", assignments: false },
    };
    expect(
      await problemOf(await post("/api/tenants/outside/operations", foreignItem, { as: "outsider" })),
    ).toMatchObject({
      status: 400,
      fields: [{ path: "input.itemIds" }],
    });
  });

  it("F40: is executed by managers and owners alone; operators preview, readers neither", async () => {
    const { backupSetId } = await readyPlan("tenant-contoso", "contoso_roles");
    const start = (body: object, as: string) => post("/api/tenants/contoso/operations", body, { as });
    const preview = { type: "policy.restore-preview", input: { backupSetId, mode: "update", assignments: false } };
    for (const as of ["operator", "readonly"]) {
      expect(await problemOf(await start(approved(backupSetId), as))).toMatchObject({ status: 403, code: "forbidden" });
    }
    expect(await problemOf(await start(preview, "readonly"))).toMatchObject({ status: 403, code: "forbidden" });
    expect((await start(preview, "operator")).status).toBe(202);
    expect((await start(approved(backupSetId), "manager")).status).toBe(202);
  });
});

describe("The database finds by an index", () => {
  const list = { tenantId: "t", cursor: null, limit: 50 };
  const items = { ...list, planId: "p", family: null, query: null, missing: false };
  const readings: [string, (database: TenantDatabase) => Promise<unknown>, string, RegExp[]][] = [
    [
      "plans of a set",
      (database) => listPlans(database, { ...list, backupSetId: "s", cursor: encodeOpaque('[1,"a"]') }),
      "from `restore_plans`",
      [/USING INDEX restore_plans_by_set/],
    ],
    [
      "items of a plan",
      (database) => listPlanItems(database, { ...items, action: null, cursor: encodeOpaque("[1]") }),
      "from `restore_plan_items`",
      [/SEARCH restore_plan_items USING (PRIMARY KEY|INDEX)/],
    ],
    [
      "items of a plan by action",
      (database) => listPlanItems(database, { ...items, action: "create", cursor: encodeOpaque("[1]") }),
      "from `restore_plan_items`",
      [/SEARCH restore_plan_items USING INDEX restore_plan_items_by_action/],
    ],
    [
      "results of a run",
      (database) =>
        listRestoreResults(database, { ...list, runId: "r", outcome: "failed", cursor: encodeOpaque("[1]") }),
      "from `restore_results`",
      [/SEARCH restore_results USING/, /SEARCH restore_plan_items USING/],
    ],
  ];
  it.each(readings)("%s", async (_what, work, part, expected) => {
    const plans = await queryPlans(env.DATABASE, work);
    const { plan } = plans.find(({ sql }) => sql.replaceAll('"', "`").includes(part)) ?? { plan: "" };
    for (const step of expected) expect(plan).toMatch(step);
    expect(plan).not.toMatch(/SCAN restore_\w+\b/);
  });

  const statements: [string, { sql: string; parameters: (string | number | null)[] }, RegExp[]][] = [
    [
      "what was made anew",
      { sql: MADE_ANEW, parameters: ["t", "filters"] },
      [/SEARCH j USING INDEX restore_journal_made_once/, /SEARCH i USING/, /SEARCH p USING/],
    ],
    [
      "what another plan has made",
      { sql: MADE_BY_ANOTHER, parameters: ["t", "p", "filters", "g"] },
      [/SEARCH o USING INDEX/, /SEARCH j USING/, /SEARCH i USING/, /SEARCH p USING/],
    ],
    [
      "restores before this one",
      { sql: EARLIER_RESTORE, parameters: ["t", "r", "p"] },
      [/SEARCH own USING/, /SEARCH o USING INDEX/],
    ],
    [
      "what waits for an approval",
      { sql: WAITING, parameters: ["r", "t", -1, 100, 0] },
      [/SEARCH o USING INDEX/, /SEARCH j USING INDEX/, /SEARCH i USING/, /SEARCH later USING/, /SEARCH r USING/],
    ],
  ];
  it.each(statements)("%s", async (_what, { sql, parameters }, expected) => {
    const { results } = await env.DATABASE.prepare(`explain query plan ${sql}`)
      .bind(...parameters)
      .all();
    const plan = z
      .array(z.object({ detail: z.string() }))
      .parse(results)
      .map(({ detail }) => detail)
      .join("; ");
    for (const step of expected) expect(plan).toMatch(step);
    expect(plan).not.toMatch(/SCAN (r|p|i|j|restore_\w+)\b/);
  });
});
