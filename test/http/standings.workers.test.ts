/** All tenants of a person: how they stand, and what runs in them. contoso is in the first database, fabrikam in the second. */
import { beforeAll, describe, expect, it } from "vitest";
import { activeOperationsSchema, tenantStandingListSchema } from "../../src/contract/standing.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";
import {
  listActiveRunsOf,
  readEndedRuns,
  readNewestFailures,
  readStandings,
} from "../../src/database/tenancy/standings.ts";
import { listFailures } from "../../src/runs/reading/failures.ts";
import { env, second } from "../support/environment.ts";
import { queryPlans } from "../support/query-plans.ts";
import { request, seedDemoData } from "./demo.ts";

const DAY_MS = 86_400_000;
const CONTOSO = { id: "tenant-contoso", slug: "contoso", name: "Contoso" };

interface SeededRun {
  type?: string;
  outcome?: string;
  at: number;
  identity?: string;
  subject?: string;
}

async function addRun(database: TenantDatabase, tenantId: string, run: SeededRun): Promise<string> {
  const id = `run_${crypto.randomUUID()}`;
  const ended = run.outcome !== undefined;
  await database
    .prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, subject, version, created_at, updated_at, completed_at)
       values (?1, ?2, ?3, ?4, ?5, '{"families":["filters"]}', ?6, ?7, 1, ?8, ?8, ?9)`,
    )
    .bind(
      id,
      tenantId,
      run.type ?? "inventory.sync",
      ended ? "completed" : "running",
      run.outcome ?? "pending",
      run.identity ?? id,
      run.subject ?? null,
      run.at,
      ended ? run.at : null,
    )
    .run();
  return id;
}

async function addFinding(database: TenantDatabase, tenantId: string, change: { rank: number; status: string }) {
  const id = `finding_${crypto.randomUUID()}`;
  await database
    .prepare(
      `insert into baseline_findings (id, tenant_id, baseline_id, key, kind, family, name, severity, severity_rank, rule, message, status,
         accepted_until, changes_hash, checked, first_seen_at, first_comparison_id, last_seen_at, last_comparison_id)
       values (?1, ?2, 'b', ?1, 'changed', 'filters', 'n', ?3, ?4, 'r', 'm', ?5, ?6, 'h', 1, 1, 'c', 1, 'c')`,
    )
    .bind(id, tenantId, change.rank === 0 ? "critical" : "low", change.rank, change.status, Date.now() + DAY_MS)
    .run();
}

const standings = async (as = "owner", query = "") =>
  tenantStandingListSchema.parse(await (await request(`/api/me/standings${query}`, { as })).json());
const active = async (as = "owner") =>
  activeOperationsSchema.parse(await (await request("/api/me/active-operations", { as })).json());

let running: string;
let elsewhere: string;
const now = Date.now();

beforeAll(async () => {
  await seedDemoData();
  // Cured by the sync that follows; not cured; a sync of a part is none of the tenant.
  await addRun(env.DATABASE, CONTOSO.id, { at: now - 5 * DAY_MS, outcome: "failed", identity: "sync" });
  await addRun(env.DATABASE, CONTOSO.id, { at: now - 4 * DAY_MS, outcome: "succeeded", identity: "sync" });
  await addRun(env.DATABASE, CONTOSO.id, { at: now - DAY_MS, outcome: "succeeded", subject: "Assignment filters" });
  await addRun(env.DATABASE, CONTOSO.id, { at: now - 3 * DAY_MS, outcome: "failed", type: "evidence.snapshot" });
  await addRun(env.DATABASE, CONTOSO.id, {
    at: now - 2 * DAY_MS,
    outcome: "partially_succeeded",
    type: "backup-set.add-policies",
  });
  running = await addRun(env.DATABASE, CONTOSO.id, { at: now - 1_000 });
  elsewhere = await addRun(second.DATABASE, "tenant-fabrikam", { at: now });
  await addRun(env.DATABASE, "tenant-outside", { at: now, outcome: "failed" });
  await addRun(env.DATABASE, "tenant-outside", { at: now });
  for (const finding of [
    { rank: 0, status: "open" },
    { rank: 0, status: "open" },
    { rank: 0, status: "accepted" },
    { rank: 0, status: "resolved" },
    { rank: 3, status: "open" },
  ]) {
    await addFinding(env.DATABASE, CONTOSO.id, finding);
  }
});

describe("a person's tenants", () => {
  it("are told with what nothing has cured, open critical findings, and ages; and nothing of anyone else's", async () => {
    const { items, nextCursor, tenantsUnread } = await standings();
    expect({ nextCursor, tenantsUnread, slugs: items.map(({ tenant }) => tenant.slug) }).toEqual({
      nextCursor: null,
      tenantsUnread: 0,
      slugs: ["contoso", "fabrikam"],
    });
    expect(items[0]).toMatchObject({
      tenant: CONTOSO,
      facts: {
        // The snapshot, and the backup that half succeeded.
        failures: { uncured: 2, more: false },
        criticalFindings: 2,
        sync: { at: new Date(now - 4 * DAY_MS).toISOString() },
        // One that half succeeded is no whole backup; `unattended-backups.workers.test.ts` shows which are.
        backup: { at: null },
        running: 1,
        connection: { connected: true, refused: false },
      },
    });
    expect(items[1]?.facts).toMatchObject({
      failures: { uncured: 0 },
      criticalFindings: 0,
      sync: { at: null },
      backup: { at: null },
      running: 1,
    });
    const listed = await listFailures(env.DATABASE, CONTOSO, { cursor: null, limit: 20 });
    expect(listed.items.filter(({ curedBy }) => curedBy === null)).toHaveLength(2);
    expect((await standings("outsider")).items.map(({ tenant }) => tenant.slug)).toEqual(["outside"]);
  });

  it("are told page by page", async () => {
    const first = await standings("owner", "?limit=1");
    expect(first.items.map(({ tenant }) => tenant.slug)).toEqual(["contoso"]);
    const rest = await standings("owner", `?limit=1&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject({ items: [{ tenant: { slug: "fabrikam" } }], nextCursor: null });
  });

  it("tell of a secret that Microsoft refuses, until the tenant is connected anew", async () => {
    const add = `insert into inventory_families (tenant_id, family, policy_count, last_attempt_at, last_outcome, last_reason_code, last_run_id)
      values ('tenant-fabrikam', 'filters', 0, ?1, 'failed', 'credentials_rejected', 'r')`;
    await second.DATABASE.prepare(add)
      .bind(now + 1_000)
      .run();
    expect((await standings()).items[1]?.facts?.connection.refused).toBe(true);
    await second.DATABASE.prepare(
      "update tenant_connections set connected_at = ?1 where tenant_id = 'tenant-fabrikam' and purpose = 'read'",
    )
      .bind(now + 2_000)
      .run();
    expect((await standings()).items[1]?.facts?.connection.refused).toBe(false);
  });

  it("are not told what the role does not read", async () => {
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        "insert into custom_roles (id, tenant_id, name, capabilities, created_at) values ('role_narrow', 'tenant-contoso', 'Narrow', '[\"tenant.read\"]', 1)",
      ),
      env.DATABASE.prepare(
        "update memberships set role = 'role_narrow' where tenant_id = 'tenant-contoso' and user_id = 'user-readonly'",
      ),
    ]);
    const { items } = await standings("readonly");
    expect(items[0]?.facts).toMatchObject({
      failures: null,
      criticalFindings: null,
      sync: null,
      backup: null,
      running: null,
    });
    const { items: runs } = await active("readonly");
    expect(runs.map(({ run }) => run.id)).toEqual([elsewhere]);
  });

  it("have what runs in them in one list, with the contract's progress", async () => {
    expect(await active()).toMatchObject({
      items: [
        { tenant: { slug: "fabrikam" }, run: { id: elsewhere } },
        { tenant: CONTOSO, run: { id: running, progress: { kind: "indeterminate", text: "Preparing" } } },
      ],
      more: false,
      tenantsUnread: 0,
    });
  });

  it("are not read where their database does not answer, which is no zero", async () => {
    await second.DATABASE.prepare("alter table baseline_findings rename to baseline_findings_away").run();
    try {
      const { items } = await standings();
      expect(items.map(({ tenant, facts }) => [tenant.slug, facts === null])).toEqual([
        ["contoso", false],
        ["fabrikam", true],
      ]);
    } finally {
      await second.DATABASE.prepare("alter table baseline_findings_away rename to baseline_findings").run();
    }
    await second.DATABASE.prepare("alter table custom_roles rename to custom_roles_away").run();
    try {
      expect(await standings()).toMatchObject({ items: [{ tenant: CONTOSO }], tenantsUnread: 1 });
      expect(await active()).toMatchObject({ items: [{ run: { id: running } }], tenantsUnread: 1 });
    } finally {
      await second.DATABASE.prepare("alter table custom_roles_away rename to custom_roles").run();
    }
  });

  it("cost a shard four queries, however many they are, each of them by indexes", async () => {
    const ids = Array.from({ length: 50 }, (_, at) => `tenant-${at}`);
    const types = ids.map((tenantId) => ({ tenantId, type: "inventory.sync" }));
    const plans = await queryPlans(env.DATABASE, async (database) => {
      await readStandings(database, ids, now);
      await readNewestFailures(database, ids);
      await readEndedRuns(database, types);
      await listActiveRunsOf(database, ids, 51);
    });
    expect(plans).toHaveLength(4);
    for (const { plan } of plans) expect(plan.replaceAll(/SCAN (t|json_each)\b/g, "")).not.toMatch(/SCAN/);
    const [standing = "", failures = "", ended = "", running_ = ""] = plans.map(({ plan }) => plan);
    expect(standing).toContain("baseline_findings_unresolved (tenant_id=? AND severity_rank=?");
    expect(standing).toContain("operation_runs_active (tenant_id=?");
    expect(standing).toContain("operation_runs_by_tenant_type (tenant_id=? AND type=?");
    expect(failures).toContain("operation_runs_failed (tenant_id=?");
    expect(ended).toContain("operation_runs_by_tenant_type (tenant_id=? AND type=?");
    expect(running_).toContain("operation_runs_active (tenant_id=?");
  });
});
