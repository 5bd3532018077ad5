import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { Offboarding } from "../../src/contract/offboarding.ts";
import { readAuditHead } from "../../src/database/audit/audit-chain.ts";
import { nameOf, TENANT_TABLES } from "../../src/database/exports/tenant-tables.ts";
import {
  readOffboarding,
  requestOffboarding,
  withdrawOffboarding,
} from "../../src/database/offboarding/offboardings.ts";
import { liftHold, placeHold } from "../../src/database/retention/legal-holds.ts";
import { offBoardTenants } from "../../src/runs/edge/offboarding/off-board-tenants.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { fingerprint, tenantOfEverything } from "../operations/tenant-of-everything.ts";
import { type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { faultyBucket } from "../support/faulty-bucket.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

const DAY_MS = 86_400_000;
/** After the waiting time, and long after the end of each run. */
const later = () => Date.now() + 8 * DAY_MS;

let neighbor: Awaited<ReturnType<typeof tenantOfEverything>>;
let before: string;

beforeAll(async () => {
  neighbor = await tenantOfEverything("neighbor");
  before = await fingerprint(neighbor.tenantId);
});

type Tenant = Awaited<ReturnType<typeof tenantOfEverything>>;

async function asked({ tenantId, actor }: Tenant, days = 7): Promise<string> {
  const request = { tenantId, actor, reason: "The contract ends", days, requestedAs: "owner" as const, at: Date.now() };
  const id = await requestOffboarding(env.DATABASE, request);
  if (id === null) throw new Error("not asked for");
  return id;
}

async function read(id: string): Promise<Offboarding> {
  const found = await readOffboarding(env.DATABASE, id);
  if (found === null) throw new Error("no deletion");
  return found;
}

/** Sweeps until it has ended, a minute apart. */
async function swept(id: string, environment: TenantEnv = env, from = later()): Promise<Offboarding> {
  for (let minute = 0; minute < 200; minute += 1) {
    await offBoardTenants(environment, from + minute * 60_000);
    const found = await read(id);
    if (found.status === "deleted" || found.status === "incomplete") return found;
  }
  throw new Error(`it goes on: ${JSON.stringify(await read(id))}`);
}

/** The counts of a tenant of everything, with the events that asking for the end has added. */
function removedOf(tenant: Tenant) {
  const rows = { ...tenant.rows, audit_events: 4, audit_chain: 4 };
  return {
    rows: { ...Object.fromEntries(TENANT_TABLES.map((entry) => [nameOf(entry), 0])), ...rows },
    objects: tenant.objects,
    bytes: tenant.bytes,
    uploads: 0,
    runObjects: 3,
  };
}

const NOTHING = Object.fromEntries(TENANT_TABLES.map((entry) => [nameOf(entry), 0]));

describe("the deletion of a tenant", () => {
  it("removes all of it, counts exactly what, and leaves its neighbor as it is", async () => {
    const tenant = await tenantOfEverything("gone");
    const id = await asked(tenant);
    const proof = await swept(id);
    expect(proof).toMatchObject({
      status: "deleted",
      phase: null,
      tenant: { id: tenant.tenantId, slug: "gone", name: "gone" },
      removed: removedOf(tenant),
      verification: { rows: NOTHING, objects: 0, sockets: 0 },
      refused: [],
    });
    expect(proof.tenant.microsoftTenants).toHaveLength(3);
    expect(proof.auditHead).toMatchObject({ seq: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await fingerprint(neighbor.tenantId)).toBe(before);
    // What is left of it in the whole database is the proof, and what the platform's log says of it.
    const { results: tables } = await env.DATABASE.prepare("select name from sqlite_schema where type = 'table'").all<{
      name: string;
    }>();
    const found = new Set<string>();
    for (const { name } of tables.filter((table) => !/^(sqlite_|_cf_)/.test(table.name))) {
      const { results } = await env.DATABASE.prepare(`select * from "${name}"`).all();
      if (results.some((row) => JSON.stringify(row).includes(tenant.tenantId))) found.add(name);
    }
    expect([...found].toSorted()).toEqual(["audit_events", "offboardings"]);
    const { results } = await env.DATABASE.prepare(
      "select action, detail from audit_events where target_id = ?1 order by seq",
    )
      .bind(tenant.tenantId)
      .all<{ action: string; detail: string }>();
    expect(results.map(({ action }) => action)).toEqual(["tenant.close", "tenant.delete-begin", "tenant.delete"]);
    expect(JSON.parse(results[2]?.detail ?? "")).toMatchObject({ name: "gone", left: 0, objects: 5 });
    expect((await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/` })).objects).toEqual([]);
  });

  it("waits for its time, takes no new runs but exports, and can be withdrawn until then", async () => {
    const tenant = await tenantOfEverything("waiting");
    const id = await asked(tenant, 3);
    expect(
      await requestOffboarding(env.DATABASE, { ...tenant, reason: "r", days: 1, requestedAs: "platform", at: 1 }),
    ).toBeNull();
    await offBoardTenants(env, Date.now() + 2 * DAY_MS);
    expect((await read(id)).status).toBe("waiting");
    const start = (type: string) => startRun(env, { ...tenant, type, input: {}, idempotencyKey: null });
    expect(await start("evidence.snapshot")).toEqual({ kind: "tenant_closing" });
    const exported = await start("tenant.export");
    if (exported.kind !== "started") throw new Error(exported.kind);
    await tenantRuns(() => tenant).completed(exported.body.run.id);
    const withdrawal = { id, tenantId: tenant.tenantId, actor: tenant.actor, at: 5 };
    expect(await withdrawOffboarding(env.DATABASE, withdrawal)).toBe(true);
    expect(await withdrawOffboarding(env.DATABASE, withdrawal)).toBe(false);
    await offBoardTenants(env, later());
    expect(await read(id)).toMatchObject({ status: "withdrawn", withdrawnBy: tenant.actor, removed: { rows: {} } });
    expect((await start("evidence.snapshot")).kind).toBe("started");
  });

  it("does not begin while a legal hold stands", async () => {
    const tenant = await tenantOfEverything("held");
    const act = { tenantId: tenant.tenantId, actorId: tenant.actor.id, at: 1 };
    const id = await asked(tenant);
    const holdId = await placeHold(env.DATABASE, act, { name: "Case", reason: "Court" });
    await offBoardTenants(env, later());
    expect((await read(id)).status).toBe("waiting");
    await withdrawOffboarding(env.DATABASE, { id, tenantId: tenant.tenantId, actor: tenant.actor, at: 5 });
    expect(
      await requestOffboarding(env.DATABASE, { ...tenant, reason: "r", days: 1, requestedAs: "owner", at: 1 }),
    ).toBeNull();
    await liftHold(env.DATABASE, act, { holdId: holdId ?? "", reason: "Over" });
    expect((await swept(await asked(tenant))).status).toBe("deleted");
  });

  it("cancels what is under way, and a late message brings no run of it back to life", async () => {
    const tenant = await tenantOfEverything("busy");
    // A run whose start never reached its object: canceling it makes the object.
    const runId = "run_that-was-busy";
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, created_at, updated_at)
       values (?1, ?2, 'inventory.sync', 'queued', 'pending', '{}', ?1, ?3, 1, 1)`,
    )
      .bind(runId, tenant.tenantId, tenant.actor.id)
      .run();
    const id = await asked(tenant);
    await offBoardTenants(env, later());
    expect(await read(id)).toMatchObject({ status: "deleting", phase: "Ending operations" });
    const object = env.OPERATION_RUNS.getByName(runId);
    await waitFor("the run's object to rest", () =>
      runInDurableObject(object, async (_, state) => ((await state.storage.getAlarm()) === null ? true : null)),
    );
    const proof = await swept(id, env, later() + 60_000);
    expect(proof).toMatchObject({ status: "deleted", removed: { runObjects: 4 }, verification: { rows: NOTHING } });
    const late = { claimId: "late", ordinals: [0, 0] };
    expect(await object.claim(late)).toEqual({ kind: "closed" });
    await runInDurableObject(object, async (_, state) => {
      expect(await state.storage.getAlarm()).toBeNull();
      for (const table of ["run", "pulse", "plan"]) {
        const found = [...state.storage.sql.exec(`select name from sqlite_schema where name = '${table}'`)];
        if (found.length > 0) expect([...state.storage.sql.exec(`select * from ${table}`)]).toEqual([]);
      }
    });
    const { results } = await env.DATABASE.prepare("select 1 from notifications where run_id = ?1").bind(runId).all();
    expect(results).toEqual([]);
  });

  it("names what R2 does not let go, and is not complete before that is gone", async () => {
    const tenant = await tenantOfEverything("locked");
    const id = await asked(tenant);
    let locked = true;
    const lockedKey = `tenants/${tenant.tenantId}/review-packs/p/archive.zip`;
    const bucket = new Proxy(env.ARTIFACTS, {
      get(target, name) {
        if (name === "delete") {
          return async (keys: string | string[]) => {
            if (locked && [keys].flat().includes(lockedKey)) throw new Error("delete: the object is locked (10069)");
            await target.delete(keys);
          };
        }
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const from = later();
    const incomplete = await swept(id, { ...env, ARTIFACTS: bucket }, from);
    expect(incomplete).toMatchObject({
      status: "incomplete",
      phase: "Waiting to try again",
      removed: { objects: tenant.objects - 1 },
      verification: { objects: 1, rows: NOTHING },
      refused: [lockedKey],
    });
    locked = false;
    for (let hour = 2; (await read(id)).status !== "deleted"; hour += 1) {
      expect(hour).toBeLessThan(12);
      await offBoardTenants({ ...env, ARTIFACTS: bucket }, from + hour * 3_600_000);
    }
    expect(await read(id)).toMatchObject({ removed: { objects: tenant.objects, bytes: tenant.bytes }, refused: [] });
  });
});

describe("a deletion that is killed", () => {
  it.each(["before", "after"] as const)("%s a call of D1, again and again, counts exactly and ends", async (moment) => {
    const tenant = await tenantOfEverything(`killed-${moment}`);
    const id = await asked(tenant);
    const from = later();
    // Each sweep is killed at another of its first calls, so that each write of each step is met, and the one before it survives.
    let kills = 0;
    for (let sweep = 0; (await read(id)).status !== "deleted"; sweep += 1) {
      expect(sweep).toBeLessThan(600);
      const plan: CrashPlan = { calls: 0, at: 2 + (sweep % 7), moment };
      // The Worker that died may be believed to be at work for twenty minutes.
      await offBoardTenants({ ...env, DATABASE: crashingDatabase(env.DATABASE, plan) }, from + sweep * 1_800_000).catch(
        () => null,
      );
      if (plan.calls >= plan.at) kills += 1;
    }
    expect(kills).toBeGreaterThan(40);
    expect(await read(id)).toMatchObject({
      removed: removedOf(tenant),
      verification: { rows: NOTHING, objects: 0, sockets: 0 },
    });
    expect(await fingerprint(neighbor.tenantId)).toBe(before);
  });

  it.each(["list", "delete"] as const)("around %s of R2 counts exactly and ends", async (call) => {
    for (const moment of ["before", "after"] as const) {
      const tenant = await tenantOfEverything(`bucket-${call}-${moment}`);
      const id = await asked(tenant);
      let failures = 1;
      const bucket = faultyBucket(env.ARTIFACTS, (asked_, when) => {
        if (asked_ !== call || when !== moment || failures === 0) return;
        failures -= 1;
        throw new Error("R2 is away");
      });
      const proof = await swept(id, { ...env, ARTIFACTS: bucket });
      expect(failures).toBe(0);
      expect(proof).toMatchObject({ status: "deleted", removed: removedOf(tenant), refused: [] });
    }
  });
});

describe("the log of a tenant that is gone", () => {
  it("has no head any more, and the proof has the last", async () => {
    const tenant = await tenantOfEverything("log");
    const id = await asked(tenant);
    const { auditHead } = await swept(id);
    expect(auditHead?.seq).toBe(4);
    expect(await readAuditHead(env.DATABASE, tenant.tenantId)).toMatchObject({ seq: 0, waiting: 0 });
  });
});
