/** Legal holds: who places and lifts them, and that while one is open nothing of its tenant is deleted, by whatever path. */
import { beforeAll, describe, expect, it } from "vitest";
import { removeBackupSet } from "../../src/database/backups/backup-set-status.ts";
import { unusablePlans } from "../../src/database/restore/restore-plan-removal.ts";
import { forceDeleteSets } from "../../src/operations/backup-sets/force-delete-sets.ts";
import { freeDuePayloads } from "../../src/operations/backup-sets/free-payloads.ts";
import { sweepPacks } from "../../src/operations/review-pack/discard-pack.ts";
import { putPayload, readPayload } from "../../src/storage/payload-store.ts";
import { executed, localContext, newSet, planned } from "../operations/backup-sets/backups.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const TENANT = "tenant-contoso";
const HOLDS = "/api/tenants/contoso/legal-holds";
const HOUR = 3_600_000;

interface Told {
  id: string;
  liftedAt: string | null;
}

async function place(name = "Case 7"): Promise<Told> {
  const response = await post(HOLDS, { name, reason: "Preservation notice" });
  expect(response.status).toBe(201);
  return response.json();
}

async function lift({ id }: Told): Promise<Response> {
  return post(`${HOLDS}/${id}/lift`, { reason: "Settled" });
}

/** Does the work while a hold is open, and leaves none behind. */
async function held<T>(work: () => Promise<T>): Promise<T> {
  const hold = await place();
  try {
    return await work();
  } finally {
    await lift(hold);
  }
}

const start = (type: string, input: object, tenant = "contoso") =>
  post(`/api/tenants/${tenant}/operations`, { type, input });

const count = async (table: string, where: string): Promise<unknown> =>
  env.DATABASE.prepare(`select count(*) from ${table} where ${where}`).first("count(*)");

beforeAll(seedDemoData);

describe("legal holds", () => {
  it("are placed and lifted by owners, with reasons, and told of in the audit log with what was before", async () => {
    for (const as of ["manager", "operator", "readonly"]) {
      const body = { name: "Case 1", reason: "Mine" };
      expect(await problemOf(await post(HOLDS, body, { as }))).toMatchObject({ status: 403, code: "forbidden" });
    }
    const hold = await place("Case 1");
    expect(hold).toMatchObject({ name: "Case 1", placedBy: { id: "user-owner" }, liftedAt: null, liftReason: null });
    const other = await place("Case 2");
    const lifted = await lift(hold);
    expect(await lifted.json()).toMatchObject({ liftedBy: { id: "user-owner" }, liftReason: "Settled" });
    expect(await problemOf(await lift(hold))).toMatchObject({ status: 409, code: "hold_lifted" });
    const list = await (await request(HOLDS, { as: "readonly" })).json();
    expect(list).toMatchObject({ items: [{ name: "Case 2" }, { name: "Case 1", liftReason: "Settled" }] });
    await lift(other);
    const audit = await (await request("/api/tenants/contoso/audit-events?action=legal-hold.lift")).json();
    expect(audit).toMatchObject({
      items: [
        { target: { id: other.id }, detail: { name: "Case 2", reason: "Preservation notice", liftReason: "Settled" } },
        { target: { id: hold.id } },
      ],
    });
  });

  it("are a tenant's own: another tenant's cannot be lifted, listed or felt", async () => {
    await held(async () => {
      const { items } = await (await request(HOLDS)).json<{ items: Told[] }>();
      const [open] = items;
      const lifting = await post(`/api/tenants/fabrikam/legal-holds/${open?.id}/lift`, { reason: "Theirs" });
      expect(await problemOf(lifting)).toMatchObject({ status: 404, code: "not_found" });
      expect(await (await request("/api/tenants/fabrikam/legal-holds")).json()).toEqual({ items: [] });
      const set = await newSet("tenant-fabrikam");
      expect((await start("backup-set.force-delete", { backupSetIds: [set] }, "fabrikam")).status).toBe(202);
    });
  });

  it.each([
    { name: "", reason: "x" },
    { name: "x", reason: "" },
    { name: "x".repeat(101), reason: "x" },
  ])("refuse %j", async (body) => {
    expect(await problemOf(await post(HOLDS, body))).toMatchObject({ code: "invalid_input" });
  });

  it("keep backup sets from being deleted for good: at the start, and in a run that started before", async () => {
    const set = await newSet(TENANT, "Evidence of spring");
    await held(async () => {
      const refused = await problemOf(await start("backup-set.force-delete", { backupSetIds: [set] }));
      expect(refused).toMatchObject({ status: 409, code: "legal_hold" });
      expect(refused.detail).toMatch(/^Legal hold “Case 7” since \d{4}-\d\d-\d\d, placed by Olivia Owner\. Nothing/);
      const tasks = await planned(forceDeleteSets, TENANT, { backupSetIds: [set] }, localContext());
      expect(await executed(forceDeleteSets, tasks, localContext())).toMatchObject([
        { kind: "failed", reasonCode: "legal_hold", message: expect.stringContaining("Case 7") },
      ]);
      const change = { tenantId: TENANT, backupSetId: set, at: Date.now() };
      expect(await removeBackupSet(env.DATABASE, { ...change, by: { kind: "member", userId: "user-owner" } })).toEqual({
        kind: "held",
      });
      expect(await count("backup_sets", `id = '${set}' and status = 'active' and name = 'Evidence of spring'`)).toBe(1);
      expect(await count("audit_events", `target_id = '${set}' and action = 'backup-set.force-delete'`)).toBe(0);
      // Archiving deletes nothing.
      expect((await post(`/api/tenants/contoso/backup-sets/${set}/archive`, {})).status).toBe(200);
    });
    expect((await start("backup-set.force-delete", { backupSetIds: [set] })).status).toBe(202);
  });

  it("keep contents that wait to be freed, plans of deleted sets, and packs whose time is over", async () => {
    const { hash } = await putPayload(env.ARTIFACTS, TENANT, '{"id":"held"}');
    await env.DATABASE.batch([
      env.DATABASE.prepare("insert into released_payloads (tenant_id, content_hash, due_at) values (?1, ?2, 0)").bind(
        TENANT,
        hash,
      ),
      env.DATABASE.prepare(
        `insert into restore_plans (id, tenant_id, backup_set_id, run_id, status, options, created_at, set_removed_at)
         values ('rpl_held', ?1, 'set_gone', 'run_plan', 'ready', '{}', 0, 1)`,
      ).bind(TENANT),
      env.DATABASE.prepare(
        `insert into evidence_snapshots (id, tenant_id, run_id, status, taken_at) values ('evs_held', ?1, 'run_evs', 'complete', 0)`,
      ).bind(TENANT),
      env.DATABASE.prepare(
        `insert into review_packs (id, tenant_id, run_id, snapshot_id, options, status, archive_name, archive_bytes, archive_hash,
                                   created_at, completed_at, expires_at)
         values ('pack_held', ?1, 'run_pack', 'evs_held', '{"operations":true,"findings":true,"rawPolicies":true,"evidence":true}', 'complete',
                 'contoso.zip', 3, ?2, 0, 0, 1)`,
      ).bind(TENANT, "0".repeat(64)),
    ]);
    const key = `tenants/${TENANT}/review-packs/pack_held/archive.zip`;
    await env.ARTIFACTS.put(key, "zip");
    const later = Date.now() + 2 * HOUR;
    const everything = async () => {
      await freeDuePayloads(env, later);
      await sweepPacks(env, later);
      return {
        plans: (await unusablePlans(env.DATABASE, 10)).map(({ id }) => id),
        content: (await readPayload(env.ARTIFACTS, TENANT, hash)).kind,
        file: (await env.ARTIFACTS.head(key)) !== null,
        pack: await env.DATABASE.prepare("select status from review_packs where id = 'pack_held'").first("status"),
      };
    };
    const download = () => request("/api/tenants/contoso/review-packs/pack_held/download");
    await held(async () => {
      expect(await everything()).toEqual({ plans: [], content: "found", file: true, pack: "complete" });
      expect(await (await download()).text()).toBe("zip");
    });
    expect(await problemOf(await download())).toMatchObject({ status: 410, code: "pack_expired" });
    expect(await everything()).toEqual({ plans: ["rpl_held"], content: "missing", file: false, pack: "expired" });
  });
});
