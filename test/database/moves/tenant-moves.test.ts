/** Moves of a tenant with rows in each table, between two databases of SQLite: crashes at each call, givings-up at each state, late writers. */
import type { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import type { TenantMove } from "../../../src/contract/tenant-moves.ts";
import { chainAuditEvents } from "../../../src/database/audit/audit-chain.ts";
import { auditEventStatement, outboxEventWhere } from "../../../src/database/audit/audit-events.ts";
import { deliverEvents } from "../../../src/database/audit/event-outbox.ts";
import { type ControlEnv, findAmongShards, shardOf, type TenantDatabase } from "../../../src/database/databases.ts";
import { FENCES, nameOf, TENANT_TABLES } from "../../../src/database/exports/tenant-tables.ts";
import { MOVED_PARTS } from "../../../src/database/moves/moved-tables.ts";
import { copyPage, MoveLostError, removeSome } from "../../../src/database/moves/moving-rows.ts";
import { abandonMove, readMove, requestMove, takeMoves } from "../../../src/database/moves/tenant-moves.ts";
import { findInvitation } from "../../../src/database/tenancy/invitations.ts";
import { listPeople } from "../../../src/database/tenancy/platform-people.ts";
import { moveTenants } from "../../../src/runs/edge/moving/move-tenants.ts";
import { rowsOfEverything } from "../../operations/rows-of-everything.ts";
import { migratedDatabase } from "../../support/all-tables.ts";
import { type CrashPlan, crashingDatabase } from "../../support/crashing-database.ts";
import { d1Of } from "../../support/sqlite-d1.ts";

const MINUTE_MS = 60_000;
/** Longer than a Worker has a move that it has died with. */
const TURN_MS = 3 * MINUTE_MS;
const ALL = { affords: () => true };
const ACTOR = { id: "user-owner", name: "Owner" };
const TENANT = "tenant-moving";
const NEIGHBOR = "tenant-neighbor";

/** As far as so many steps. */
function steps(count: number) {
  let left = count;
  return {
    affords: () => {
      left -= 1;
      return left >= 0;
    },
  };
}

/** Where a tenant's rows are not: the control database has these of all tenants, whichever shard they are in. */
const OF_CONTROL = [
  "tenants",
  "users",
  "api_tokens",
  "audit_outbox",
  ...FENCES,
  ...TENANT_TABLES.filter(({ control }) => control === true).map(nameOf),
];

/** All rows of a database that name the tenant, each with its table, found without the code's lists. */
function rowsOf(database: DatabaseSync, tenantId: string): string[] {
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .all()
    .map(({ name }) => String(name));
  return tables
    .filter((name) => !OF_CONTROL.includes(name))
    .flatMap((name) =>
      database
        .prepare(`select * from "${name}"`)
        .all()
        .map((row) => `${name} ${JSON.stringify(row)}`)
        .filter((text) => text.includes(tenantId) && !text.includes(':"platform"')),
    )
    .toSorted();
}

/** Without what the log tells of moves. */
function recordsOf(database: DatabaseSync, tenantId: string): string[] {
  return rowsOf(database, tenantId).filter((text) => !text.includes("tenant.move") && !text.startsWith("audit_chain "));
}

let first: DatabaseSync;
let second: DatabaseSync;
let env: ControlEnv;
let databases: { from: TenantDatabase; to: TenantDatabase };
let neighborBefore: string[];
let before: string[];
let clock: number;

async function seed(tenantId: string): Promise<void> {
  const database = d1Of(first);
  await database.batch([
    database
      .prepare("insert into tenants (id, slug, name, created_at) values (?1, ?1, 'Of everything', 1)")
      .bind(tenantId),
    database
      .prepare("insert into memberships (tenant_id, user_id, role) values (?1, ?2, 'owner')")
      .bind(tenantId, ACTOR.id),
    database
      .prepare("insert into memberships (tenant_id, user_id, role) values (?1, 'user-second', 'reader')")
      .bind(tenantId),
    ...rowsOfEverything(database, { tenantId, makerId: ACTOR.id }).statements,
    // Of a run that is gone, with texts and a number that do not pass through just anything.
    database
      .prepare(
        `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, created_at)
         values (?1, 'run-gone-of-' || ?2, 'user-gone', ?2, 'succeeded', 'A "title" with ''quotes''', ?3, 9007199254740991)`,
      )
      .bind(`orphan-of-${tenantId}`, tenantId, "ü\n\t€ \u{1F600} \u2028 \\"),
    database
      .prepare(
        `insert into offboardings (id, tenant_id, tenant_slug, tenant_name, microsoft_tenants, status, reason, requested_by,
                                   requested_by_name, requested_as, requested_at, due_at)
         values (?1, ?2, 's', 'n', '[]', 'withdrawn', 'r', 'user-owner', 'Owner', 'owner', 1, 2)`,
      )
      .bind(`offboarding-of-${tenantId}`, tenantId),
    database
      .prepare(
        "update evidence_items set content_hash = x'00ff27', item_hash = x'' where rowid % 2 and snapshot_id like '%' || ?1",
      )
      .bind(tenantId),
  ]);
  for (const targetId of ["a", "b", "c"]) {
    await auditEventStatement(database, {
      tenantId,
      at: 1,
      action: "settings.change",
      actorId: "user-second",
      targetKind: "settings",
      targetId,
      detail: {},
    }).run();
  }
  await chainAuditEvents(database, tenantId);
}

beforeEach(async () => {
  [first, second] = [migratedDatabase(), migratedDatabase()];
  for (const database of [first, second]) database.exec("pragma foreign_keys = on");
  const [control, other] = [d1Of(first), d1Of(second)];
  databases = { from: control, to: other };
  // The one cast: what moves a tenant needs these bindings and no other.
  env = {
    CONTROL: control,
    SHARDS: new Map<string, TenantDatabase>([
      ["DATABASE", control],
      ["SHARD_2", other],
    ]),
  } as unknown as ControlEnv;
  first.exec(
    "insert into users (id, email, name, created_at) values ('user-owner', 'o', 'Owner', 0), ('user-second', 's', 'Second', 0)",
  );
  await seed(NEIGHBOR);
  await seed(TENANT);
  before = recordsOf(first, TENANT);
  neighborBefore = rowsOf(first, NEIGHBOR);
  clock = 1_800_000_000_000;
});

async function begin(toShard = "SHARD_2"): Promise<string> {
  const id = await requestMove(env.CONTROL, { tenantId: TENANT, toShard, reason: "Full", actor: ACTOR, at: clock });
  if (id === null) throw new Error("not begun");
  return id;
}

async function read(id: string): Promise<TenantMove> {
  const move = await readMove(env.CONTROL, id);
  if (move === null) throw new Error("no move");
  return move;
}

/** Minutes pass, each with a step, until the move is in the state. */
async function until(id: string, state: TenantMove["state"]): Promise<TenantMove> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const move = await read(id);
    if (move.state === state) return move;
    await moveTenants(env, steps(1), { now: clock });
    clock += MINUTE_MS;
  }
  throw new Error(`it goes on: ${JSON.stringify(await read(id))}`);
}

function toldIn(database: DatabaseSync, log: string): unknown[] {
  return database
    .prepare("select action from audit_events where tenant_id = ? and action like 'tenant.move%' order by seq")
    .all(log)
    .map(({ action }) => action);
}

const write = (database: DatabaseSync): void =>
  database.exec(`update tenant_settings set updated_at = updated_at where tenant_id = '${TENANT}'`);

describe("the move of a tenant", () => {
  it("takes all of it to the other shard and back, proves it, and touches no neighbor", async () => {
    expect(new Set(before.map((text) => text.split(" ")[0])).size).toBeGreaterThan(45);
    const there = await until(await begin(), "done");
    expect(recordsOf(second, TENANT)).toEqual(before);
    expect(rowsOf(first, TENANT)).toEqual([]);
    expect(rowsOf(first, NEIGHBOR)).toEqual(neighborBefore);
    expect(rowsOf(second, NEIGHBOR)).toEqual([]);
    expect(await shardOf(env, TENANT)).toBe("SHARD_2");
    const verified = there.verified?.reduce((sum, { rows }) => sum + rows, 0);
    expect([there.rowsCopied, there.rowsRemoved]).toEqual([verified, verified]);
    // But for the end of the log, which is told in the new shard alone.
    expect(verified).toBe(rowsOf(second, TENANT).length - 1);
    expect(toldIn(second, TENANT)).toEqual(["tenant.move-begin", "tenant.move"]);
    expect(toldIn(first, "platform")).toEqual(["tenant.move-begin", "tenant.move"]);
    const places = second.prepare("select seq from audit_events where tenant_id = ? order by seq").all(TENANT);
    expect(places.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    // People whom rows name have come along.
    expect(second.prepare("select name from users order by id").all()).toEqual([{ name: "Owner" }, { name: "Second" }]);
    // A write that comes too late is refused, and is not lost.
    const late = "insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values (?, 1, 1)";
    expect(() => first.prepare(late).run(TENANT)).toThrow("tenant_moving");

    const back = await until(await begin("DATABASE"), "done");
    expect(recordsOf(first, TENANT)).toEqual(before);
    expect(rowsOf(second, TENANT)).toEqual([]);
    expect(second.prepare("select 1 from tenants").all()).toEqual([]);
    expect(back.verified?.map(({ table }) => table)).toEqual(there.verified?.map(({ table }) => table));
    write(first);
  });

  it.each(["before", "after"] as const)("that is killed %s a call, again and again, ends equal", async (moment) => {
    const id = await begin();
    let kills = 0;
    const states = new Set<string>();
    for (let turn = 0; (await read(id)).state !== "done"; turn += 1) {
      expect(turn).toBeLessThan(2_000);
      states.add((await read(id)).state);
      // Every call of the control database and of both shards counts in one plan.
      const plan: CrashPlan = { calls: 0, at: 1 + (turn % 11), moment };
      const shards = [...env.SHARDS].map(([name, shard]) => [name, crashingDatabase(shard, plan)] as const);
      const crashing = { ...env, CONTROL: crashingDatabase(env.CONTROL, plan), SHARDS: new Map(shards) };
      await moveTenants(crashing, steps(6), { now: clock }).catch(() => null);
      if (plan.calls >= plan.at) kills += 1;
      clock += TURN_MS;
    }
    expect(kills).toBeGreaterThan(150);
    expect([...states]).toEqual(["draining", "copying", "verifying", "switched", "removing"]);
    expect(recordsOf(second, TENANT)).toEqual(before);
    expect(rowsOf(first, TENANT)).toEqual([]);
    expect(rowsOf(first, NEIGHBOR)).toEqual(neighborBefore);
    expect(toldIn(second, TENANT)).toEqual(["tenant.move-begin", "tenant.move"]);
    const { verified, rowsCopied, rowsRemoved } = await read(id);
    const sum = verified?.reduce((rows, each) => rows + each.rows, 0);
    expect([rowsCopied, rowsRemoved]).toEqual([sum, sum]);
  });

  it("copies again what is not equal, and says so", async () => {
    const id = await begin();
    await until(id, "verifying");
    second.exec("update policies set changed_run_id = 'another'");
    second.exec("delete from legal_holds");
    second.exec("update operation_run_units set attempts = 7 where rowid = 1");
    second.exec(`insert into released_payloads (tenant_id, content_hash, due_at) values ('${TENANT}', 'one more', 1)`);
    const problems = new Set<string>();
    while ((await read(id)).switchedAt === null) {
      expect(first.prepare("select shard from tenants where id = ?").get(TENANT)).toEqual({ shard: "DATABASE" });
      await moveTenants(env, steps(1), { now: clock });
      clock += MINUTE_MS;
      problems.add((await read(id)).problem ?? "");
    }
    const words = [...problems].join(" ");
    for (const table of ["legal_holds", "policies", "operation_run_units", "released_payloads"]) {
      expect(words).toContain(`The copy was not equal and is made again: ${table}.`);
    }
    expect(recordsOf(second, TENANT)).toEqual(before);
  });

  it.each([
    ["draining", 1],
    ["copying", 1],
    ["copying", 25],
    ["verifying", 1],
    ["verifying", 25],
  ] as const)("can be given up while %s, after %d steps", async (state, count) => {
    const id = await begin();
    await until(id, state);
    await moveTenants(env, steps(count), { now: clock });
    expect((await read(id)).state).toBe(state);
    expect(await abandonMove(env.CONTROL, { id, actorId: ACTOR.id, at: clock })).toBe(true);
    clock += TURN_MS;
    const given = await until(id, "abandoned");
    expect(given).toMatchObject({ switchedAt: null, verified: null, rowsRemoved: null });
    expect(await abandonMove(env.CONTROL, { id, actorId: ACTOR.id, at: clock })).toBe(false);
    expect(recordsOf(first, TENANT)).toEqual(before);
    expect(rowsOf(second, TENANT)).toEqual([]);
    expect(toldIn(first, TENANT)).toEqual(["tenant.move-begin", "tenant.move-abandon"]);
    write(first);
    // And begun again, it ends.
    await until(await begin(), "done");
    expect(recordsOf(second, TENANT)).toEqual(before);
  });

  it("cannot be given up after the switch, nor begun twice, nor to where the tenant is", async () => {
    const again = { tenantId: TENANT, reason: "r", actor: ACTOR, at: clock };
    expect(await requestMove(env.CONTROL, { ...again, toShard: "DATABASE" })).toBeNull();
    const id = await begin();
    expect(await requestMove(env.CONTROL, { ...again, toShard: "SHARD_2" })).toBeNull();
    await until(id, "switched");
    expect(await abandonMove(env.CONTROL, { id, actorId: ACTOR.id, at: clock })).toBe(false);
    expect(toldIn(first, "platform")).toEqual(["tenant.move-begin", "tenant.move"]);
  });

  it("is one Worker's at a time: what an earlier one still writes changes nothing", async () => {
    const id = await begin();
    await until(id, "copying");
    const [earlier] = await takeMoves(env.CONTROL, { now: clock, until: clock, limit: 1, id });
    if (earlier === undefined) throw new Error("not taken");
    clock += MINUTE_MS;
    await moveTenants(env, steps(30), { now: clock });
    const held = rowsOf(second, TENANT);
    const parts = MOVED_PARTS.filter(({ table }) => ["policies", "operation_runs"].includes(table));
    for (const part of parts) {
      await expect(copyPage(databases, part, earlier, null)).rejects.toThrow(MoveLostError);
      await expect(removeSome(databases.to, part, earlier)).rejects.toThrow(MoveLostError);
    }
    expect(rowsOf(second, TENANT)).toEqual(held);
    await until(id, "done");
    for (const part of parts) {
      await expect(removeSome(databases.to, part, earlier)).rejects.toThrow(MoveLostError);
    }
    expect(recordsOf(second, TENANT)).toEqual(before);
  });

  it("waits while the databases have a column that the code does not know", async () => {
    second.exec("alter table policies add column later text");
    const id = await begin();
    await until(id, "copying");
    await moveTenants(env, ALL, { now: clock });
    expect(await read(id)).toMatchObject({
      state: "copying",
      problem: "The databases and the product are of different versions: policies.",
    });
    second.exec("alter table policies drop column later");
    await until(id, "done");
    expect(recordsOf(second, TENANT)).toEqual(before);
  });
});

describe("while a tenant moves", () => {
  it("what asks all shards finds and counts it once, where it is assigned", async () => {
    first.exec(
      `update invitations set secret_hash = 'secret', expires_at = 9e15, closed_at = null, role = 'reader' where id like 'invitations-0-%moving'`,
    );
    const id = await begin();
    const seen = new Set<string>();
    for (let turn = 0; (await read(id)).state !== "done"; turn += 1) {
      expect(turn).toBeLessThan(1_000);
      const found = await findAmongShards(
        env,
        (shard) => findInvitation(shard, "secret", clock),
        (invitation) => invitation.tenantId,
      );
      const place = found?.database === databases.from ? "DATABASE" : "SHARD_2";
      expect(place).toBe(await shardOf(env, TENANT));
      seen.add(place);
      const { items } = await listPeople(env, { cursor: null, limit: 10 });
      expect(items.map(({ name, tenants }) => [name, tenants])).toEqual([
        ["Owner", 2],
        ["Second", 2],
      ]);
      await moveTenants(env, steps(3), { now: clock });
      clock += MINUTE_MS;
    }
    expect([...seen]).toEqual(["DATABASE", "SHARD_2"]);
  });

  it("an event for its log waits until it has moved, and keeps none from the others", async () => {
    const id = await begin();
    await until(id, "copying");
    const event = (log: string, at: number) =>
      outboxEventWhere(
        env.CONTROL,
        {
          id: `${log}-waits-${String(at).padStart(4, "0")}`,
          tenantId: log,
          at,
          action: "token.create",
          actorId: ACTOR.id,
          targetKind: "api-token",
          targetId: "t",
          detail: {},
        },
        { condition: "true", values: [] },
      );
    // More than are read at once stand before the neighbor's.
    await env.CONTROL.batch([...Array.from({ length: 120 }, (_, at) => event(TENANT, at)), event(NEIGHBOR, 1_000)]);
    await expect(deliverEvents(env, env.CONTROL)).rejects.toThrow("tenant_moving");
    expect(first.prepare("select distinct log from audit_outbox").all()).toEqual([{ log: TENANT }]);
    await until(id, "done");
    await deliverEvents(env, env.CONTROL);
    expect(first.prepare("select log from audit_outbox").all()).toEqual([]);
    const told = second.prepare("select id from audit_events where action = 'token.create' order by seq").all();
    expect(told).toEqual(
      Array.from({ length: 120 }, (_, at) => ({ id: `${TENANT}-waits-${String(at).padStart(4, "0")}` })),
    );
  });
});
