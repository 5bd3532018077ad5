import { beforeAll, describe, expect, it } from "vitest";
import { putPayload } from "../../../src/storage/payload-store.ts";
import type { Run } from "../../../src/contract/runs.ts";
import { listAuditEvents, WHOLE_LOG } from "../../../src/database/audit/audit-events.ts";
import { addItem } from "../../../src/database/backups/backup-capture.ts";
import { archiveBackupSet } from "../../../src/database/backups/backup-set-status.ts";
import { readBackupSet, readBackupSetStatus } from "../../../src/database/backups/backup-sets.ts";
import { listRunUnits } from "../../../src/database/runs/run-units.ts";
import { deleteSets } from "../../../src/operations/backup-sets/delete-sets.ts";
import { forceDeleteSets } from "../../../src/operations/backup-sets/force-delete-sets.ts";
import { restoreSets } from "../../../src/operations/backup-sets/restore-sets.ts";
import { readRun } from "../../../src/runs/reading/run-reader.ts";
import { proveRun } from "../../../src/runs/edge/prove-run.ts";
import { retryRun } from "../../../src/runs/edge/retry-run.ts";
import { startRun } from "../../../src/runs/edge/start-run.ts";
import { seedTenant } from "../../support/tenants.ts";
import { waitFor } from "../../support/wait.ts";
import { executed, itemsOf, localContext, newRunId, newSet, planned } from "./backups.ts";
import { env } from "../../support/environment.ts";

type Tenant = Awaited<ReturnType<typeof seedTenant>>;
let tenant: Tenant;
let other: Tenant;
const context = localContext();
const MEMBER = { kind: "member", userId: "user-owner" } as const;

beforeAll(async () => {
  tenant = await seedTenant("sets");
  other = await seedTenant("sets-other");
});

async function archivedSet(name: string, of: Tenant = tenant): Promise<string> {
  const backupSetId = await newSet(of.tenantId, name);
  await archiveBackupSet(env.DATABASE, { tenantId: of.tenantId, backupSetId, at: Date.now(), by: MEMBER });
  return backupSetId;
}

/** An item with a content of its own, without a tenant to read it from. */
async function putItem(backupSetId: string, text: string, of: Tenant = tenant): Promise<string> {
  const { hash, bytes } = await putPayload(env.ARTIFACTS, of.tenantId, JSON.stringify({ text }));
  const runId = newRunId();
  const key = { tenantId: of.tenantId, backupSetId, family: "filters", graphId: text, runId, itemId: `${runId}-0` };
  const state = await addItem(
    env.DATABASE,
    key,
    {
      graphId: text,
      name: text,
      description: null,
      platform: null,
      odataType: null,
      assignmentCount: null,
      lastModifiedAt: null,
      contentHash: hash,
      contentBytes: bytes,
      comparableHash: hash,
      sealedSecrets: null,
      capturedAt: Date.now(),
      requestId: null,
    },
    null,
  );
  if (!state.taken) throw new Error("not added");
  return hash;
}

const stateOf = (id: string, of: Tenant = tenant) => readBackupSetStatus(env.DATABASE, of.tenantId, id);

async function start(type: string, input: Record<string, unknown>): Promise<Run> {
  const outcome = await startRun(env, { ...tenant, type, input, idempotencyKey: null });
  if (outcome.kind !== "started") throw new Error(JSON.stringify(outcome));
  return outcome.body.run;
}
async function completed(runId: string): Promise<Run> {
  return waitFor(`run ${runId}`, async () => {
    const run = await readRun(env.DATABASE, { id: tenant.tenantId, slug: tenant.tenantSlug }, runId);
    return run?.status === "completed" ? run : null;
  });
}
async function unitsOf(runId: string) {
  const page = await listRunUnits(env.DATABASE, { tenantId: tenant.tenantId, runId, cursor: null, limit: 200 });
  if (page === null) throw new Error("no units");
  return page.items;
}

describe("A bulk restore of archived, active, unknown and another tenant's sets", () => {
  it("F29: ends with exact counts, brings back the archived ones with their items, and says nothing of the other tenant", async () => {
    const archived = [
      await archivedSet("Archived 1"),
      await archivedSet("Archived 2"),
      await archivedSet("Archived 3"),
    ];
    const withItems = await newSet(tenant.tenantId, "With items");
    await putItem(withItems, "kept");
    await archiveBackupSet(env.DATABASE, {
      tenantId: tenant.tenantId,
      backupSetId: withItems,
      at: Date.now(),
      by: MEMBER,
    });
    const active = [await newSet(tenant.tenantId, "Active 1"), await newSet(tenant.tenantId, "Active 2")];
    const foreign = await archivedSet("The other's secret name", other);
    const backupSetIds = [...archived, withItems, ...active, foreign, "set_unknown", ...archived];

    const run = await completed((await start("backup-set.restore", { backupSetIds })).id);
    expect(run).toMatchObject({
      outcome: "partially_succeeded",
      progress: { kind: "finished", text: "8 of 8 backup sets: 4 succeeded, 2 failed, 2 skipped" },
      summaryCounts: { total: 8, processed: 8, succeeded: 4, failed: 2, skipped: 2, updated: 4 },
    });
    for (const id of [...archived, withItems, ...active]) expect(await stateOf(id)).toBe("active");
    expect(await itemsOf(tenant.tenantId, withItems)).toHaveLength(1);
    expect(await stateOf(foreign, other)).toBe("archived");

    const units = await unitsOf(run.id);
    const failedUnits = units.filter(({ outcome }) => outcome === "failed");
    expect(failedUnits.map(({ label, key }) => [label, key])).toEqual(
      [foreign, "set_unknown"].toSorted().map((id) => [id, id]),
    );
    expect(new Set(failedUnits.map(({ reasonCode, message }) => `${reasonCode} ${message}`)).size).toBe(1);
    expect(JSON.stringify(units)).not.toContain("secret name");
    expect(units.filter(({ outcome }) => outcome === "skipped").map(({ reasonCode }) => reasonCode)).toEqual([
      "not_archived",
      "not_archived",
    ]);
    expect(await proveRun(env, { tenantId: tenant.tenantId, runId: run.id })).toMatchObject({
      proof: { ledger: { total: 8, processed: 8, succeeded: 4, failed: 2, skipped: 2 }, drift: false },
    });
  });

  it("F28: takes all that a filter matches when it is planned, far beyond a page", async () => {
    const made = Date.now();
    const rows = Array.from({ length: 1_203 }, (_, index) => [
      `set_bulk-${index}`,
      `Bulk ${index}`,
      made + (index % 7),
    ]);
    await env.DATABASE.prepare(
      `insert into backup_sets (id, tenant_id, name, sort_name, status, created_at, updated_at)
       select value ->> 0, ?1, value ->> 1, lower(value ->> 1), 'archived', value ->> 2, 0 from json_each(?2)`,
    )
      .bind(tenant.tenantId, JSON.stringify(rows))
      .run();
    const tasks = await planned(
      restoreSets,
      tenant.tenantId,
      { filter: { query: "bulk", state: "archived" } },
      context,
    );
    expect(tasks).toHaveLength(1_203);
    expect(new Set(tasks.map(({ input }) => JSON.stringify(input))).size).toBe(1_203);
    for (const [index, { key }] of tasks.entries())
      if (index > 0) expect(key > (tasks[index - 1]?.key ?? "")).toBe(true);
  });

  it("counts a repeated unit as done, once more, and restores once", async () => {
    const set = await archivedSet("Twice");
    const tasks = await planned(restoreSets, tenant.tenantId, { backupSetIds: [set] }, context);
    const results = await Promise.all(Array.from({ length: 6 }, () => executed(restoreSets, tasks, context)));
    for (const [result] of results) expect(result).toEqual({ kind: "succeeded", counters: { updated: 1 } });
    expect(await auditActions(set)).toEqual(["backup-set.archive", "backup-set.create", "backup-set.restore"]);
  });

  it("does not undo what somebody has done to the set after the unit's effect", async () => {
    const set = await archivedSet("Archived again");
    const tasks = await planned(restoreSets, tenant.tenantId, { backupSetIds: [set] }, context);
    await executed(restoreSets, tasks, context);
    await archiveBackupSet(env.DATABASE, { tenantId: tenant.tenantId, backupSetId: set, at: Date.now(), by: MEMBER });
    expect(await executed(restoreSets, tasks, context)).toEqual([{ kind: "succeeded", counters: { updated: 1 } }]);
    expect(await stateOf(set)).toBe("archived");
  });

  it("skips a set that is in service, each time it is asked", async () => {
    const set = await newSet(tenant.tenantId, "In service");
    const tasks = await planned(restoreSets, tenant.tenantId, { backupSetIds: [set] }, context);
    for (let time = 0; time < 2; time += 1) {
      expect(await executed(restoreSets, tasks, context)).toMatchObject([
        { kind: "skipped", reasonCode: "not_archived" },
      ]);
    }
  });

  it("F30: retried, runs the failed units alone", async () => {
    const set = await archivedSet("Good");
    const run = await completed((await start("backup-set.restore", { backupSetIds: [set, "set_missing"] })).id);
    expect(run.summaryCounts).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
    const retried = await retryRun(env, { ...tenant, runId: run.id });
    if (retried.kind !== "started") throw new Error(retried.kind);
    expect((await completed(retried.body.run.id)).summaryCounts).toMatchObject({ total: 1, processed: 1, failed: 1 });
  });
});

describe("Deleting sets in bulk", () => {
  it("archives them, shows no number, and skips those that are archived already", async () => {
    const [a, b] = [await newSet(tenant.tenantId, "A"), await archivedSet("B")];
    const started = await start("backup-set.delete", { backupSetIds: [a, b, "set_unknown"] });
    expect(started.progress.kind).toBe("indeterminate");
    const run = await completed(started.id);
    expect(run.progress).toEqual({ kind: "finished", text: "Completed with failures" });
    expect(run.summaryCounts).toMatchObject({ total: 3, succeeded: 1, skipped: 1, failed: 1 });
    expect([await stateOf(a), await stateOf(b)]).toEqual(["archived", "archived"]);
  });

  it("archives once, whoever executes the unit again", async () => {
    const set = await newSet(tenant.tenantId, "Once");
    const tasks = await planned(deleteSets, tenant.tenantId, { backupSetIds: [set] }, context);
    await executed(deleteSets, tasks, context);
    const restoring = await planned(restoreSets, tenant.tenantId, { backupSetIds: [set] }, context);
    await executed(restoreSets, restoring, context);
    expect(await executed(deleteSets, tasks, context)).toMatchObject([{ kind: "succeeded" }]);
    expect(await stateOf(set)).toBe("active");
  });
});

describe("Removing sets for good", () => {
  it("leaves an id and nothing else of them, whatever their state, and answers a repeated unit the same", async () => {
    const [a, b] = [await newSet(tenant.tenantId, "Alpha"), await archivedSet("Beta")];
    await putItem(a, "item of a");
    const backupSetIds = [a, b, await newSet(other.tenantId, "Gamma")];
    const tasks = await planned(forceDeleteSets, tenant.tenantId, { backupSetIds }, context);
    const results = await executed(forceDeleteSets, tasks, context);
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(["failed", "succeeded", "succeeded"]);
    expect(await executed(forceDeleteSets, tasks, context)).toEqual(results);
    for (const id of [a, b]) {
      expect(await readBackupSet(env.DATABASE, tenant.tenantId, id, Date.now())).toBeNull();
      expect(await itemsOf(tenant.tenantId, id)).toEqual([]);
      const row = await env.DATABASE.prepare("select * from backup_sets where id = ?").bind(id).first();
      expect(row).toMatchObject({ status: "deleted", name: "", sort_name: "", description: "", created_by: null });
    }
    expect(await stateOf(backupSetIds[2] ?? "", other)).toBe("active");
  });

  it("fails as not found for a set that another run has removed", async () => {
    const set = await newSet(tenant.tenantId, "Gone");
    const input = { backupSetIds: [set] };
    await executed(forceDeleteSets, await planned(forceDeleteSets, tenant.tenantId, input, context), context);
    for (const operation of [forceDeleteSets, restoreSets, deleteSets]) {
      const tasks = await planned(operation, tenant.tenantId, input, context);
      expect(tasks.map(({ label }) => label)).toEqual([set]);
      expect(await executed(operation, tasks, context)).toMatchObject([{ kind: "failed", reasonCode: "not_found" }]);
    }
  });

  it("runs as an uncounted run from start to end", async () => {
    const set = await newSet(tenant.tenantId, "By a run");
    const started = await start("backup-set.force-delete", { backupSetIds: [set] });
    expect(started.progress.kind).toBe("indeterminate");
    const run = await completed(started.id);
    expect(run).toMatchObject({ outcome: "succeeded", progress: { kind: "finished", text: "Completed" } });
    expect(await stateOf(set)).toBeNull();
  });
});

describe("What a bulk run on sets is given", () => {
  it.each([
    {},
    { backupSetIds: [] },
    { backupSetIds: ["a"], filter: {} },
    { backupSetIds: Array.from({ length: 2_001 }, (_, index) => `set-${index}`) },
    { filter: { state: "deleted" } },
    { filter: { query: "no set is called like this" } },
    { backupSetIds: "all" },
  ])("is refused as %j", async (input) => {
    const outcome = await startRun(env, { ...tenant, type: "backup-set.restore", input, idempotencyKey: null });
    expect(outcome.kind).toBe("invalid_input");
  });

  it("is the same work in any order", () => {
    const parse = (input: object) => JSON.stringify(restoreSets.inputSchema.parse(input));
    expect(parse({ backupSetIds: ["b", "a", "b"] })).toBe(parse({ backupSetIds: ["a", "b"] }));
    expect(parse({ filter: {} })).toBe(parse({ filter: { state: "all", query: null } }));
    expect(JSON.stringify(restoreSets.inputSchema.parse(restoreSets.inputSchema.parse({ filter: {} })))).toBe(
      parse({ filter: {} }),
    );
  });
});

/** Sorted: two events of one moment have no order. */
async function auditActions(backupSetId: string): Promise<string[]> {
  const page = await listAuditEvents(env.DATABASE, {
    ...WHOLE_LOG,
    tenantId: tenant.tenantId,
    cursor: null,
    limit: 500,
  });
  return page.items
    .filter(({ target }) => target.id === backupSetId)
    .map(({ action }) => action)
    .toSorted();
}
