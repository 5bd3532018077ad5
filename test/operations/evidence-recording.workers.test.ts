import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { addLeaves, EMPTY_MERKLE } from "../../src/digests/merkle.ts";
import { listLeaves } from "../../src/database/evidence/evidence-items.ts";
import { snapshotIdOf } from "../../src/database/evidence/evidence-snapshots.ts";
import { evidenceSnapshot } from "../../src/operations/evidence-snapshot/evidence-snapshot.ts";
import { verifySnapshot } from "../../src/http/reading/verify-snapshot.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { storedDocument } from "../support/evidence-documents.ts";
import { runReference } from "../support/run-reference.ts";
import { asTenant, tasksOf } from "./evidence-tenant.ts";
import { simulatedTenant, type SimulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

let tenant: SimulatedTenant;
beforeAll(async () => {
  tenant = await simulatedTenant(30);
  await tenant.sync();
});

async function record(tasks: RunUnitTask[], context: UnitContext = tenant.context()): Promise<UnitResult[]> {
  const results = await evidenceSnapshot.executeMany?.(tasks, context);
  if (results === undefined) throw new Error("items are recorded together");
  return results;
}

async function documentOf(snapshotId: string, key: string, { tenantId } = tenant): Promise<unknown> {
  return JSON.parse((await storedDocument(tenantId, snapshotId, key)) ?? "null");
}

describe("an item of a tenant whose lists are long", () => {
  it("stays below what the database takes: as much as fits is spelled out, and how much there is, is told", async () => {
    const own = await simulatedTenant(2);
    await own.sync();
    const long = "管".repeat(400);
    await env.DATABASE.prepare(
      `insert into policies (tenant_id, family, graph_id, name, sort_name, version_number, content_hash, content_bytes, comparable_hash,
                             changed_run_id, last_modified_at, first_seen_at, appeared_run_id, last_seen_at, last_seen_run_id)
       select ?1, 'settingsCatalog', 'long-' || value, ?2, ?2, 1, 'a', 1, 'a', 'r', '', 0, 'r', 0, 'r' from json_each(?3)`,
    )
      .bind(own.tenantId, long, JSON.stringify(Array.from({ length: 1_900 }, (_, at) => at)))
      .run();
    const tasks = (await tasksOf(own, "run_long")).filter(({ key }) => key === "backup-coverage");
    expect(await record(tasks, own.context())).toMatchObject([{ kind: "succeeded" }]);
    const { facts } = z
      .object({
        facts: z.object({ policies: z.int(), withoutBackupListed: z.int(), withoutBackup: z.array(z.unknown()) }),
      })
      .parse(await documentOf(snapshotIdOf("run_long"), "backup-coverage", own));
    expect(facts.policies).toBeGreaterThan(1_900);
    expect(facts.withoutBackupListed).toBeGreaterThan(100);
    expect(facts.withoutBackupListed).toBeLessThan(1_900);
    expect(facts.withoutBackup).toHaveLength(facts.withoutBackupListed);
  });
});

describe("recording items in an outage", () => {
  it("waits with the policies whose content cannot be read, and records the others", async () => {
    const tasks = await tasksOf(tenant, "run_r2_out");
    const context = tenant.context();
    const ARTIFACTS = new Proxy(context.env.ARTIFACTS, {
      get(target, name) {
        if (name === "get") return () => Promise.reject(new Error("R2 is out"));
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const results = await record(tasks, { ...context, env: { ...context.env, ARTIFACTS } });
    tasks.forEach(({ key }, at) => {
      const expected = key.startsWith("policy/")
        ? { kind: "deferred", reasonCode: "storage_unavailable" }
        : { kind: "succeeded" };
      expect(results[at]).toMatchObject(expected);
    });
    const stored = await listLeaves(env.DATABASE, snapshotIdOf("run_r2_out"), "", 1_000);
    expect(stored.map(({ key }) => key)).toEqual(
      tasks.map(({ key }) => key).filter((key) => !key.startsWith("policy/")),
    );
  });

  it("calls nothing recorded that the database has not taken", async () => {
    const tasks = (await tasksOf(tenant, "run_d1_out")).filter(({ key }) => key.startsWith("policy/"));
    const context = tenant.context();
    const DATABASE = new Proxy(context.env.DATABASE, {
      get(target, name) {
        if (name === "batch") return () => Promise.reject(new Error("D1 is out"));
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const results = await record(tasks, { ...context, env: { ...context.env, DATABASE } });
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["deferred"]));
    expect(await listLeaves(env.DATABASE, snapshotIdOf("run_d1_out"), "", 10)).toEqual([]);
  });

  it("fails the unit whose content is damaged, and that one alone", async () => {
    const own = await simulatedTenant(12);
    await own.sync();
    const [policy] = await own.inventory();
    const key = `tenants/${own.tenantId}/payloads/sha256/${policy?.contentHash}`;
    await env.ARTIFACTS.put(key, "{}");
    const tasks = await tasksOf(own, "run_damaged");
    const results = await record(tasks, own.context());
    const failed = tasks.filter((_, at) => results[at]?.kind === "failed").map((task) => task.key);
    const damaged = (await own.inventory()).filter(({ contentHash }) => contentHash === policy?.contentHash);
    expect(failed).toEqual(damaged.map(({ family, graphId }) => `policy/${family}/${graphId}`).toSorted());
    expect(results.filter(({ kind }) => kind === "succeeded").length).toBe(tasks.length - failed.length);
  });
});

describe("the root", () => {
  it("is the same when it is computed in steps, each from what the one before has stored", async () => {
    const runId = "run_steps";
    const tasks = await tasksOf(tenant, runId);
    await record(tasks);
    const leaves = await listLeaves(env.DATABASE, snapshotIdOf(runId), "", 1_000);
    const first = leaves.slice(0, 11);
    const cursor = JSON.stringify({
      afterKey: first.at(-1)?.key,
      exceptions: first.filter(({ exceptional }) => exceptional).length,
      tree: await addLeaves(
        EMPTY_MERKLE,
        first.map(({ itemHash }) => itemHash),
      ),
    });
    const counts = { succeeded: tasks.length, failed: 0, skipped: 0 };
    const run = { ...runReference(tenant.tenantId, runId), total: tasks.length, counts, cursor };
    expect(await evidenceSnapshot.finalize?.(run, {}, tenant.context())).toMatchObject({ kind: "finalized" });
    const snapshot = await asTenant(tenant).snapshot(runId);
    expect(await verifySnapshot(env, tenant.tenantId, snapshot, 0)).toMatchObject({
      matches: true,
      items: tasks.length,
    });
  });

  it("does not cover for a list that hides an exception: verifying names the item", async () => {
    const { take, snapshot, items } = asTenant(tenant);
    const taken = await snapshot((await take()).id);
    const [exceptional] = await items(taken.id, null, "only");
    await env.DATABASE.prepare(
      "update evidence_items set exception_code = null, exception_message = null where snapshot_id = ?1 and key = ?2",
    )
      .bind(taken.id, exceptional?.key)
      .run();
    const verification = await verifySnapshot(env, tenant.tenantId, taken, 0);
    expect(verification).toMatchObject({ matches: false, mismatches: [exceptional?.key] });
    expect(verification.recomputedRoot).toBe(taken.merkleRoot);
  });
});

describe("the topics of a snapshot", () => {
  it("say when they were read, and leave the snapshot's own operation out", async () => {
    const { take, snapshot } = asTenant(tenant);
    const before = await take();
    const run = await take();
    const taken = await snapshot(run.id);
    for (const topic of ["membership", "roles", "operations", "drift-findings", "backup-coverage"]) {
      const document = await documentOf(taken.id, topic);
      expect(document).toMatchObject({ kind: topic, takenAt: taken.takenAt, facts: { readAt: expect.any(String) } });
    }
    const operations = JSON.stringify(await documentOf(taken.id, "operations"));
    expect(operations).toContain(before.id);
    expect(operations).not.toContain(run.id);
  });

  it("tell which policies a backup set holds and from when, leaving archived sets out", async () => {
    const own = await simulatedTenant(12);
    await own.sync();
    const policies = await own.inventory();
    const [covered, ...bare] = policies;
    if (covered === undefined) throw new Error("no policy");
    const insertSet = env.DATABASE.prepare(
      "insert into backup_sets (id, tenant_id, name, sort_name, status, created_at, updated_at) values (?1, ?2, ?1, ?1, ?3, 1, 1)",
    );
    const insertItem = env.DATABASE.prepare(
      `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, content_hash,
                                     content_bytes, comparable_hash, captured_at, run_id)
       values (?1, ?2, ?3, ?4, ?5, 'n', 'n', 'h', 1, 'h', ?6, 'r')`,
    );
    const { family, graphId } = covered;
    await env.DATABASE.batch([
      insertSet.bind("set_kept", own.tenantId, "active"),
      insertSet.bind("set_archived", own.tenantId, "archived"),
      insertItem.bind("i1", own.tenantId, "set_kept", family, graphId, 1_000),
      insertItem.bind("i2", own.tenantId, "set_kept", family, graphId, 2_000),
      insertItem.bind("i3", own.tenantId, "set_archived", bare[0]?.family, bare[0]?.graphId, 3_000),
    ]);
    const { take, snapshot } = asTenant(own);
    const taken = await snapshot((await take()).id);
    const newest = new Date(2_000).toISOString();
    expect(await documentOf(taken.id, "backup-coverage", own)).toMatchObject({
      exception: { code: "without_backup" },
      facts: {
        policies: policies.length,
        covered: 1,
        oldestBackupAt: newest,
        backupSets: [
          { id: "set_kept", name: "set_kept", policies: 1, oldestCapturedAt: newest, newestCapturedAt: newest },
        ],
        withoutBackupListed: bare.length,
      },
    });
  });

  it("tell the findings that are not resolved, the most severe first, and take an acceptance that ran out for none", async () => {
    const own = await simulatedTenant(12);
    await own.sync();
    const insertFinding = env.DATABASE.prepare(
      `insert into baseline_findings (id, tenant_id, baseline_id, key, kind, family, name, severity, severity_rank, rule,
                                      message, status, changes_hash, checked, first_seen_at, first_comparison_id,
                                      last_seen_at, last_comparison_id)
       values (?1, ?2, 'baseline_f', ?1, 'changed', 'compliance', ?1, ?3, ?5, 'r', 'It differs.', ?4, 'h', 1, 1, 'c', 1, 'c')`,
    );
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        "insert into baselines (id, tenant_id, run_id, name, status, created_at) values ('baseline_f', ?1, 'run_f', 'Golden', 'sealed', 1)",
      ).bind(own.tenantId),
      insertFinding.bind("f1", own.tenantId, "low", "open", 3),
      insertFinding.bind("f2", own.tenantId, "critical", "accepted", 0),
      insertFinding.bind("f3", own.tenantId, "high", "open", 1),
      insertFinding.bind("f5", own.tenantId, "medium", "accepted", 2),
      env.DATABASE.prepare("update baseline_findings set accepted_until = 1 where id = 'f5'"),
      insertFinding.bind("f4", own.tenantId, "critical", "resolved", 0),
    ]);
    const { take, snapshot } = asTenant(own);
    const taken = await snapshot((await take()).id);
    expect(await documentOf(taken.id, "drift-findings", own)).toMatchObject({
      exception: {
        code: "severe_findings",
        message: "3 drift findings are open, at least one of high severity or critical.",
      },
      facts: {
        counts: { accepted: 1, open: 3 },
        openBySeverity: { high: 1, low: 1, medium: 1 },
        findings: [
          { id: "f2" },
          { id: "f3", baseline: "Golden", message: "It differs." },
          { id: "f5", status: "open" },
          { id: "f1" },
        ],
      },
    });
  });
});
