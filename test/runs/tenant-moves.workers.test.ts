import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { TenantMove } from "../../src/contract/tenant-moves.ts";
import { deliverEvents } from "../../src/database/audit/event-outbox.ts";
import { outboxEventWhere } from "../../src/database/audit/audit-events.ts";
import { shardOf, type TenantDatabase } from "../../src/database/databases.ts";
import { FENCES, nameOf, TENANT_TABLES } from "../../src/database/exports/tenant-tables.ts";
import { MOVED_PARTS } from "../../src/database/moves/moved-tables.ts";
import { copyPage, MoveLostError, removeSome } from "../../src/database/moves/moving-rows.ts";
import { abandonMove, readMove, requestMove, takeMoves } from "../../src/database/moves/tenant-moves.ts";
import { requestOffboarding, withdrawOffboarding } from "../../src/database/offboarding/offboardings.ts";
import { moveTenants } from "../../src/runs/edge/moving/move-tenants.ts";
import { offBoardTenants } from "../../src/runs/edge/offboarding/off-board-tenants.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { problemOf, request } from "../http/demo.ts";
import { tenantOfEverything } from "../operations/tenant-of-everything.ts";
import { type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { env, second } from "../support/environment.ts";

type Tenant = Awaited<ReturnType<typeof tenantOfEverything>>;

const MINUTE_MS = 60_000;
/** Longer than a Worker has a move that it has died with. */
const TURN_MS = 3 * MINUTE_MS;
const ALL = { affords: () => true };

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
  "audit_outbox",
  ...FENCES,
  ...TENANT_TABLES.filter(({ control }) => control === true).map(nameOf),
];

/** All rows of a database that name the tenant, each with its table, found without the code's lists. */
async function rowsOf(database: TenantDatabase, tenantId: string): Promise<string[]> {
  const { results: tables } = await database
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like '_cf_%'",
    )
    .all<{ name: string }>();
  const found: string[] = [];
  for (const { name } of tables) {
    if (OF_CONTROL.includes(name)) continue;
    const { results } = await database.prepare(`select * from "${name}"`).all();
    found.push(
      ...results.flatMap((row) => {
        const text = JSON.stringify(row);
        return text.includes(tenantId) && !text.includes(`"platform"`) ? [`${name} ${text}`] : [];
      }),
    );
  }
  return found.toSorted();
}

/** Without what the log tells of moves. */
async function recordsOf(database: TenantDatabase, tenantId: string): Promise<string[]> {
  const rows = await rowsOf(database, tenantId);
  return rows.filter((text) => !text.includes("tenant.move") && !text.startsWith("audit_chain "));
}

let neighbor: Tenant;
let neighborBefore: string[];
let made = 0;
let clock: number;

beforeAll(async () => {
  neighbor = await tenantOfEverything("neighbor");
  neighborBefore = await rowsOf(env.DATABASE, neighbor.tenantId);
});

beforeEach(() => {
  clock = Date.now();
});

/** A tenant of everything, with a withdrawn request for its end, and a notification of a run that is gone. */
async function newTenant(): Promise<Tenant> {
  made += 1;
  const tenant = await tenantOfEverything(`moving-${made}`);
  const { tenantId, actor } = tenant;
  const closing = { tenantId, actor, reason: "r", days: 7, requestedAs: "owner" as const, at: 1 };
  const id = await requestOffboarding(env.DATABASE, closing);
  await withdrawOffboarding(env.DATABASE, { id: id ?? "", tenantId, actor, at: 2 });
  await env.DATABASE.prepare(
    `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, created_at)
     values (?1, 'run_gone', 'user-owner', ?2, 'succeeded', 'A "title" with ''quotes''', 'ü\n\t€ \u{1F600}', 9007199254740991)`,
  )
    .bind(`orphan-of-${tenantId}`, tenantId)
    .run();
  await deliverEvents(env, env.DATABASE);
  return tenant;
}

async function begin({ tenantId, actor }: Pick<Tenant, "tenantId" | "actor">, toShard = "SHARD_2"): Promise<string> {
  const id = await requestMove(env.CONTROL, { tenantId, toShard, reason: "Full", actor, at: clock });
  if (id === null) throw new Error("not begun");
  return id;
}

async function read(id: string): Promise<TenantMove> {
  const move = await readMove(env.CONTROL, id);
  if (move === null) throw new Error("no move");
  return move;
}

/** Minutes pass, and sweeps, until the move is in the state. */
async function until(id: string, ...states: TenantMove["state"][]): Promise<TenantMove> {
  for (let turn = 0; turn < 400; turn += 1) {
    const move = await read(id);
    if (states.includes(move.state)) return move;
    // One step where a state is to be met in its midst.
    await moveTenants(env, states.includes("done") || states.includes("abandoned") ? ALL : steps(1), { now: clock });
    clock += MINUTE_MS;
  }
  throw new Error(`it goes on: ${JSON.stringify(await read(id))}`);
}

function write(database: TenantDatabase, tenantId: string): Promise<unknown> {
  return database
    .prepare(
      "update tenant_settings set review_pack_retention_days = review_pack_retention_days + 1 where tenant_id = ?1",
    )
    .bind(tenantId)
    .run();
}

describe("the move of a tenant", () => {
  it("takes all of it to the other shard, proves it, leaves nothing behind, and touches no neighbor", async () => {
    const tenant = await newTenant();
    const before = await recordsOf(env.DATABASE, tenant.tenantId);
    expect(new Set(before.map((text) => text.split(" ")[0])).size).toBeGreaterThan(45);
    const id = await begin(tenant);
    const moved = await until(id, "done");
    expect(await recordsOf(second.DATABASE, tenant.tenantId)).toEqual(before);
    expect(await rowsOf(env.DATABASE, tenant.tenantId)).toEqual([]);
    expect(await rowsOf(env.DATABASE, neighbor.tenantId)).toEqual(neighborBefore);
    expect(await shardOf(env, tenant.tenantId)).toBe("SHARD_2");
    expect(moved).toMatchObject({ from: "DATABASE", to: "SHARD_2", problem: null, runsUnderWay: null });
    const verified = moved.verified?.reduce((sum, { rows }) => sum + rows, 0);
    expect(moved.rowsCopied).toBe(verified);
    expect(moved.rowsRemoved).toBe(verified);
    // The one log goes on, and both tell it.
    const told = async (database: TenantDatabase, log: string) => {
      const { results } = await database
        .prepare("select action, seq from audit_events where tenant_id = ?1 and target_id = ?2 order by seq")
        .bind(log, tenant.tenantId)
        .all<{ action: string; seq: number }>();
      return results;
    };
    const own = await told(second.DATABASE, tenant.tenantId);
    expect(own.map(({ action }) => action).slice(-2)).toEqual(["tenant.move-begin", "tenant.move"]);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, at) => (own[0]?.seq ?? 0) + at));
    expect((await told(env.DATABASE, "platform")).map(({ action }) => action).slice(-2)).toEqual([
      "tenant.move-begin",
      "tenant.move",
    ]);
    // A write that comes too late is refused, whatever it wants to change, and is not lost.
    await expect(
      env.DATABASE.prepare(
        "insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values (?1, 1, 1)",
      )
        .bind(tenant.tenantId)
        .run(),
    ).rejects.toThrow("tenant_moving");

    // And back, where the fence of then is.
    clock += MINUTE_MS;
    const back = await until(await begin(tenant, "DATABASE"), "done");
    expect(back.verified?.map(({ table }) => table)).toEqual(moved.verified?.map(({ table }) => table));
    expect(await recordsOf(env.DATABASE, tenant.tenantId)).toEqual(before);
    expect(await rowsOf(second.DATABASE, tenant.tenantId)).toEqual([]);
    await write(env.DATABASE, tenant.tenantId);
  });

  it.each(["before", "after"] as const)(
    "that is killed %s a call of D1, again and again, ends equal",
    async (moment) => {
      const tenant = await newTenant();
      const before = await recordsOf(env.DATABASE, tenant.tenantId);
      const id = await begin(tenant);
      let kills = 0;
      for (let turn = 0; (await read(id)).state !== "done"; turn += 1) {
        expect(turn).toBeLessThan(900);
        // Every call of both shards and of the control database counts in one plan.
        const plan: CrashPlan = { calls: 0, at: 1 + (turn % 19), moment };
        const shards = [...env.SHARDS].map(([name, shard]) => [name, crashingDatabase(shard, plan)] as const);
        const crashing = { ...env, CONTROL: crashingDatabase(env.CONTROL, plan), SHARDS: new Map(shards) };
        // A step may take more calls than come before the crash: now and then one lives.
        await moveTenants(crashing, steps(turn % 5 === 0 ? 3 : 12), { now: clock }).catch(() => null);
        if (plan.calls >= plan.at) kills += 1;
        clock += TURN_MS;
      }
      expect(kills).toBeGreaterThan(40);
      expect(await recordsOf(second.DATABASE, tenant.tenantId)).toEqual(before);
      expect(await rowsOf(env.DATABASE, tenant.tenantId)).toEqual([]);
      const { results } = await second.DATABASE.prepare(
        "select action from audit_events where tenant_id = ?1 and action like 'tenant.move%' order by seq",
      )
        .bind(tenant.tenantId)
        .all<{ action: string }>();
      expect(results.map(({ action }) => action)).toEqual(["tenant.move-begin", "tenant.move"]);
    },
  );

  it("shows readers one truth at each step, and takes each write once or refuses it in words", async () => {
    const tenant = await newTenant();
    const base = `/api/tenants/${tenant.tenantSlug}`;
    const paths = [
      "",
      "/members",
      "/roles",
      "/settings",
      "/closing",
      "/operations?limit=200",
      "/activity",
      "/legal-holds",
      "/backup-sets",
      "/baselines",
      "/invitations",
      "/review-packs",
      "/retention",
      "/audit-events?limit=200",
    ];
    const seen = async (): Promise<Record<string, unknown>> => {
      const answers: Record<string, unknown> = {};
      for (const path of paths) {
        const response = await request(`${base}${path}`);
        if (response.status === 200) answers[path] = withoutMoves(await response.json());
      }
      return answers;
    };
    const days = z.looseObject({ reviewPackRetentionDays: z.int() });
    const first = await seen();
    expect(Object.keys(first).length).toBeGreaterThan(7);
    const id = await begin(tenant);
    let expected = 100;
    const answers = new Map<string, Set<number>>();
    const settled: string[] = [];
    for (let step = 0; (await read(id)).state !== "done"; step += 1) {
      expect(step).toBeLessThan(900);
      await moveTenants(env, steps(1), { now: clock });
      clock += 1_000;
      const { state } = await read(id);
      if (state === "draining" || state === "switched") clock += 21 * MINUTE_MS;
      // Each state in full at its first and then now and then: a request for each step would take minutes.
      if (settled.includes(state) && step % 12 !== 0) continue;
      settled.push(state);
      const change = await request(`${base}/settings`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reviewPackRetentionDays: expected + 1 }),
      });
      answers.set(state, (answers.get(state) ?? new Set()).add(change.status));
      if (change.status === 200) expected += 1;
      else {
        expect(change.headers.get("retry-after")).toBe("60");
        expect((await problemOf(change)).code).toBe("tenant_moving");
      }
      const now = await seen();
      expect(days.parse(now["/settings"]).reviewPackRetentionDays).toBe(
        expected === 100 ? days.parse(first["/settings"]).reviewPackRetentionDays : expected,
      );
      const unchanged = (all: Record<string, unknown>) => ({
        ...all,
        "/settings": null,
        "/audit-events?limit=200": null,
      });
      expect(unchanged(now)).toEqual(unchanged(first));
    }
    const statuses = Object.fromEntries([...answers].map(([state, all]) => [state, [...all]]));
    expect(statuses).toEqual({
      draining: [200],
      copying: [503],
      verifying: [503],
      switched: [200],
      removing: [200],
      done: [200],
    });
  });

  it("takes no new run, and waits for those under way and for what comes after them", async () => {
    const tenant = await newTenant();
    const runId = `run_under-way-of-${tenant.tenantId}`;
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, created_at, updated_at)
       values (?1, ?2, 'inventory.sync', 'running', 'pending', '{}', ?1, ?3, 1, ?4)`,
    )
      .bind(runId, tenant.tenantId, tenant.actor.id, clock + 86_400_000)
      .run();
    const id = await begin(tenant);
    await moveTenants(env, ALL, { now: clock });
    const start = () => startRun(env, { ...tenant, type: "evidence.snapshot", input: {}, idempotencyKey: null });
    expect(await start()).toEqual({ kind: "tenant_moving" });
    clock += 60 * MINUTE_MS;
    await moveTenants(env, ALL, { now: clock });
    expect(await read(id)).toMatchObject({ state: "draining", runsUnderWay: 1 });
    const end =
      "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = ?2 where id = ?1";
    await env.DATABASE.prepare(end).bind(runId, clock).run();
    clock += MINUTE_MS;
    await moveTenants(env, ALL, { now: clock });
    expect(await read(id)).toMatchObject({ state: "draining", runsUnderWay: 0 });
    await until(id, "done");
    const started = await startRun(second, { ...tenant, type: "evidence.snapshot", input: {}, idempotencyKey: null });
    expect(started.kind).toBe("started");
  });

  it("copies again what is not equal, and says so", async () => {
    const tenant = await newTenant();
    const before = await recordsOf(env.DATABASE, tenant.tenantId);
    const id = await begin(tenant);
    await until(id, "verifying");
    await second.DATABASE.batch([
      second.DATABASE.prepare("update policies set display_name = 'Another' where tenant_id = ?1").bind(
        tenant.tenantId,
      ),
      second.DATABASE.prepare("delete from legal_holds where tenant_id = ?1").bind(tenant.tenantId),
    ]);
    const problems = new Set<string | null>();
    for (let turn = 0; (await read(id)).switchedAt === null; turn += 1) {
      expect(turn).toBeLessThan(500);
      await moveTenants(env, steps(1), { now: clock });
      clock += MINUTE_MS;
      problems.add((await read(id)).problem);
    }
    expect([...problems].join()).toMatch(/not equal and is made again: legal_holds\..*: policies\./);
    expect(await recordsOf(second.DATABASE, tenant.tenantId)).toEqual(before);
  });

  it.each(["draining", "copying", "verifying"] as const)(
    "can be given up while %s, and not after the switch",
    async (state) => {
      const tenant = await newTenant();
      const before = await recordsOf(env.DATABASE, tenant.tenantId);
      const id = await begin(tenant);
      await until(id, state);
      for (let turn = 0; turn < 30 && (await read(id)).state === state; turn += 1) {
        await moveTenants(env, steps(1), { now: clock });
        clock += 1_000;
        if (state !== "draining" && turn === 20) break;
      }
      expect(await abandonMove(env.CONTROL, { id, actorId: tenant.actor.id, at: clock })).toBe(true);
      const given = await until(id, "abandoned");
      expect(given).toMatchObject({ switchedAt: null, verified: null });
      expect(await abandonMove(env.CONTROL, { id, actorId: tenant.actor.id, at: clock })).toBe(false);
      expect(await recordsOf(env.DATABASE, tenant.tenantId)).toEqual(before);
      expect(await rowsOf(second.DATABASE, tenant.tenantId)).toEqual([]);
      await write(env.DATABASE, tenant.tenantId);
      // And begun again, it ends.
      clock += MINUTE_MS;
      await until(await begin(tenant), "switched");
      const after = await recordsOf(second.DATABASE, tenant.tenantId);
      expect(after.length).toBe(before.length);
    },
  );

  it("is one Worker's at a time: what an earlier one still writes changes nothing", async () => {
    const tenant = await newTenant();
    const id = await begin(tenant);
    await until(id, "copying");
    const [earlier] = await takeMoves(env.CONTROL, { now: clock, until: clock, limit: 1, id });
    clock += MINUTE_MS;
    await moveTenants(env, steps(30), { now: clock });
    if (earlier === undefined) throw new Error("not taken");
    const part = MOVED_PARTS.find(({ table }) => table === "policies");
    if (part === undefined) throw new Error("no policies");
    const shards = { from: env.DATABASE, to: second.DATABASE };
    const held = await rowsOf(second.DATABASE, tenant.tenantId);
    await expect(copyPage(shards, part, earlier, null)).rejects.toThrow(MoveLostError);
    await expect(removeSome(second.DATABASE, part, earlier)).rejects.toThrow(MoveLostError);
    expect(await rowsOf(second.DATABASE, tenant.tenantId)).toEqual(held);
    expect(await requestMove(env.CONTROL, { ...tenant, toShard: "SHARD_2", reason: "r", at: clock })).toBeNull();
    await until(id, "done");
  });
});

describe("sweeps", () => {
  it("leave a tenant alone while its rows are copied, in both shards, and go on with the others", async () => {
    const tenant = await newTenant();
    const { tenantId } = tenant;
    await env.DATABASE.batch([
      env.DATABASE.prepare("update released_payloads set due_at = 1 where tenant_id = ?1").bind(tenantId),
      env.DATABASE.prepare("update review_packs set status = 'complete', expires_at = 1 where tenant_id = ?1").bind(
        tenantId,
      ),
      env.DATABASE.prepare("update tenant_exports set status = 'complete', expires_at = 1 where tenant_id = ?1").bind(
        tenantId,
      ),
      env.DATABASE.prepare("update restore_plans set set_removed_at = 1 where tenant_id = ?1").bind(tenantId),
      env.DATABASE.prepare("update approval_requests set state = 'waiting', ends_at = 1 where tenant_id = ?1").bind(
        tenantId,
      ),
      env.DATABASE.prepare("update retention_turns set next_at = 1 where tenant_id = ?1").bind(tenantId),
      env.DATABASE.prepare("update baselines set status = 'building' where tenant_id = ?1").bind(tenantId),
      env.DATABASE.prepare(
        "update baseline_findings set status = 'accepted', accepted_until = 1 where tenant_id = ?1",
      ).bind(tenantId),
    ]);
    const id = await begin(tenant);
    await until(id, "verifying");
    const key = (database: D1Database) =>
      database.prepare(
        `insert into idempotency_keys (tenant_id, user_id, key, request_hash, run_id, response_status, response_body, created_at)
         values ('t', 'u', ?1, 'h', 'r', 202, '{}', 0)`,
      );
    await key(env.DATABASE).bind(id).run();
    await key(second.DATABASE).bind(id).run();
    const objects = async () =>
      (await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/` })).objects.map((each) => each.etag);
    const [rows, copies, stored] = [
      await rowsOf(env.DATABASE, tenantId),
      await rowsOf(second.DATABASE, tenantId),
      await objects(),
    ];
    // Nobody goes on with the move itself meanwhile.
    await env.CONTROL.prepare("update tenant_moves set not_before = ?2 where id = ?1")
      .bind(id, Number.MAX_SAFE_INTEGER)
      .run();
    for (let minute = 0; minute < 3; minute += 1) await sweep(env, clock + minute * MINUTE_MS);
    expect(await rowsOf(env.DATABASE, tenantId)).toEqual(rows);
    expect(await rowsOf(second.DATABASE, tenantId)).toEqual(copies);
    expect(await objects()).toEqual(stored);
    for (const database of [env.DATABASE, second.DATABASE]) {
      const { results } = await database.prepare("select 1 from idempotency_keys where key = ?1").bind(id).all();
      expect(results).toEqual([]);
    }
    await env.CONTROL.prepare("update tenant_moves set not_before = 0 where id = ?1").bind(id).run();
    await until(id, "done");
  });

  it("deliver an event for the log of such a tenant when it has moved, and others' at once", async () => {
    const tenant = await newTenant();
    const id = await begin(tenant);
    await until(id, "copying");
    const event = (log: string, at: number) =>
      outboxEventWhere(
        env.CONTROL,
        {
          id: `${log}-waits-${at}`,
          tenantId: log,
          at,
          action: "token.create",
          actorId: "user-owner",
          targetKind: "api-token",
          targetId: "t",
          detail: {},
        },
        { condition: "true", values: [] },
      );
    // As many as are read at once stand before the neighbor's.
    await env.CONTROL.batch(Array.from({ length: 120 }, (_, at) => event(tenant.tenantId, at)));
    await event(neighbor.tenantId, 1_000).run();
    await expect(deliverEvents(env, env.CONTROL)).rejects.toThrow("tenant_moving");
    const waiting = async () => {
      const { results } = await env.CONTROL.prepare("select log from audit_outbox").all<{ log: string }>();
      return results.map(({ log }) => log);
    };
    expect(new Set(await waiting())).toEqual(new Set([tenant.tenantId]));
    await until(id, "done");
    await deliverEvents(env, env.CONTROL);
    expect(await waiting()).toEqual([]);
    const { results } = await second.DATABASE.prepare(
      "select id from audit_events where tenant_id = ?1 and action = 'token.create' order by seq",
    )
      .bind(tenant.tenantId)
      .all<{ id: string }>();
    expect(results.map((row) => row.id)).toEqual(
      Array.from({ length: 120 }, (_, at) => `${tenant.tenantId}-waits-${at}`),
    );
  });
});

describe("the deletion of a tenant that has moved", () => {
  it("waits for the move, and leaves nothing in either shard", async () => {
    const tenant = await newTenant();
    const { tenantId, actor } = tenant;
    const at = clock - 8 * 86_400_000;
    const closing = await requestOffboarding(env.DATABASE, {
      tenantId,
      actor,
      reason: "r",
      days: 7,
      requestedAs: "owner",
      at,
    });
    const id = await begin(tenant);
    await until(id, "verifying");
    await offBoardTenants(env, clock);
    await offBoardTenants(second, clock);
    await until(id, "done");
    for (let minute = 0; minute < 200; minute += 1) await offBoardTenants(second, clock + minute * 86_400);
    const found = await second.DATABASE.prepare("select status from offboardings where id = ?1").bind(closing).first();
    expect(found).toEqual({ status: "deleted" });
    for (const { DATABASE } of [env, second]) {
      const left = (await rowsOf(DATABASE, tenantId)).filter((text) => !text.startsWith("offboardings "));
      expect(left).toEqual([]);
      const { results } = await DATABASE.prepare("select 1 from tenant_fences where tenant_id = ?1")
        .bind(tenantId)
        .all();
      expect(results).toEqual([]);
    }
  });
});

/** What an answer says beside the log's events of moves. */
function withoutMoves(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (_, value: unknown) => {
      if (!Array.isArray(value)) return value;
      return value.filter((each) => !JSON.stringify(each).includes("tenant.move"));
    }),
  );
}
