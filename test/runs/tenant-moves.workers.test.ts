/** A tenant of everything moves on D1 itself: what people read and write meanwhile, what sweeps do, and its deletion afterwards. */
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { TenantMove } from "../../src/contract/tenant-moves.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";
import { FENCES, nameOf, TENANT_TABLES } from "../../src/database/exports/tenant-tables.ts";
import { isMoving } from "../../src/database/moves/fences.ts";
import { readMove, requestMove } from "../../src/database/moves/tenant-moves.ts";
import { requestOffboarding } from "../../src/database/offboarding/offboardings.ts";
import { moveTenants } from "../../src/runs/edge/moving/move-tenants.ts";
import { offBoardTenants } from "../../src/runs/edge/offboarding/off-board-tenants.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { problemOf, request } from "../http/demo.ts";
import { tenantOfEverything } from "../operations/tenant-of-everything.ts";
import { env, second } from "../support/environment.ts";

type Tenant = Awaited<ReturnType<typeof tenantOfEverything>>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

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

/** The control database has these of all tenants, whichever shard they are in. */
const OF_CONTROL = ["tenants", ...FENCES, ...TENANT_TABLES.filter(({ control }) => control === true).map(nameOf)];

/** Rows of a shard that name the tenant, each with its table, without what the logs tell of moves, and the platform's of its end. */
async function rowsOf(database: TenantDatabase, tenantId: string): Promise<string[]> {
  const tables = TENANT_TABLES.map(nameOf).filter((name) => !OF_CONTROL.includes(name) && name !== "audit_chain");
  const answers = await database.batch(tables.map((name) => database.prepare(`select * from ${name}`)));
  return tables
    .flatMap((name, at) => (answers[at]?.results ?? []).map((row) => `${name} ${JSON.stringify(row)}`))
    .filter((text) => text.includes(tenantId) && !/tenant\.move|"tenant_id":"platform"/.test(text))
    .toSorted();
}

let clock = Date.now();
let moved: Tenant;

beforeAll(async () => {
  moved = await tenantOfEverything("moved");
});

async function begin({ tenantId, actor }: Tenant): Promise<string> {
  const id = await requestMove(env.CONTROL, { tenantId, toShard: "SHARD_2", reason: "Full", actor, at: clock });
  if (id === null) throw new Error("not begun");
  return id;
}

async function read(id: string): Promise<TenantMove> {
  const move = await readMove(env.CONTROL, id);
  if (move === null) throw new Error("no move");
  return move;
}

describe("a tenant that moves", () => {
  it("waits for runs, shows readers one truth, and takes each change once or refuses it in words", async () => {
    const { tenantId, tenantSlug, actor } = moved;
    const base = `/api/tenants/${tenantSlug}`;
    const paths = ["", "/members", "/roles", "/closing", "/operations", "/activity", "/legal-holds", "/invitations"];
    // Rows that are made of nothing but names are not all fit to be read.
    const seen = () =>
      Promise.all(
        paths.map(async (path) => {
          const response = await request(base + path);
          return response.status === 200 ? await response.json() : response.status;
        }),
      );
    const runId = `run-of-${tenantId}`;
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, created_at, updated_at)
       values (?1, ?2, 'inventory.sync', 'running', 'pending', '{}', ?1, ?3, 1, ?4)`,
    )
      .bind(runId, tenantId, actor.id, clock + DAY_MS)
      .run();
    const id = await begin(moved);
    await moveTenants(env, steps(9), { now: clock });
    const start = { ...moved, type: "evidence.snapshot", input: {}, idempotencyKey: null };
    expect(await startRun(env, start)).toEqual({ kind: "tenant_moving" });
    clock += 60 * MINUTE_MS;
    await moveTenants(env, steps(9), { now: clock });
    expect(await read(id)).toMatchObject({ state: "draining", runsUnderWay: 1 });
    const ended =
      "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = ?2 where id = ?1";
    await env.DATABASE.prepare(ended).bind(runId, clock).run();
    clock += MINUTE_MS;
    await moveTenants(env, steps(9), { now: clock });
    expect(await read(id)).toMatchObject({ state: "draining", runsUnderWay: 0 });

    const first = await seen();
    expect(first.filter((answer) => typeof answer === "object").length).toBeGreaterThan(5);
    const before = await rowsOf(env.DATABASE, tenantId);
    expect(new Set(before.map((text) => text.split(" ")[0])).size).toBeGreaterThan(44);
    const settings = z.looseObject({ reviewPackRetentionDays: z.int() });
    let expected = settings.parse(await (await request(`${base}/settings`)).json()).reviewPackRetentionDays;
    const answers: string[] = [];
    for (let turn = 0; answers.at(-1) !== "done 200"; turn += 1) {
      expect(turn).toBeLessThan(60);
      const { state } = await read(id);
      if (state === "draining" || state === "switched") clock += 21 * MINUTE_MS;
      const change = await request(`${base}/settings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reviewPackRetentionDays: 100 + turn }),
      });
      if (change.status === 200) expected = 100 + turn;
      else {
        expect(change.headers.get("retry-after")).toBe("60");
        expect((await problemOf(change)).code).toBe("tenant_moving");
      }
      if (!answers.includes(`${state} ${change.status}`)) answers.push(`${state} ${change.status}`);
      const now = settings.parse(await (await request(`${base}/settings`)).json());
      expect(now.reviewPackRetentionDays).toBe(expected);
      expect(await seen()).toEqual(first);
      await moveTenants(env, steps(25), { now: clock });
      clock += MINUTE_MS;
    }
    expect(answers).toEqual([
      "draining 200",
      "copying 503",
      "verifying 503",
      "switched 200",
      "removing 200",
      "done 200",
    ]);
    // But for the settings that were changed, and what the log tells of that.
    const others = (rows: string[]) => rows.filter((text) => !/^(?:tenant_settings|audit_events) /.test(text));
    expect(others(await rowsOf(second.DATABASE, tenantId))).toEqual(others(before));
    expect(await rowsOf(env.DATABASE, tenantId)).toEqual([]);
    expect(await isMoving(second.DATABASE, tenantId)).toBe(false);
  });

  it("is left alone by all sweeps while its rows are copied, in both shards, and the others are not", async () => {
    const tenant = await tenantOfEverything("swept");
    const { tenantId } = tenant;
    await env.DATABASE.batch(
      [
        "update released_payloads set due_at = 1",
        "update review_packs set status = 'complete', expires_at = 1",
        "update tenant_exports set status = 'complete', expires_at = 1",
        "update restore_plans set set_removed_at = 1",
        "update approval_requests set state = 'waiting', ends_at = 1",
        "update retention_turns set next_at = 1",
        "update baselines set status = 'building'",
        "update baseline_findings set status = 'accepted', accepted_until = 1",
      ].map((sql) => env.DATABASE.prepare(`${sql} where tenant_id = ?1`).bind(tenantId)),
    );
    const id = await begin(tenant);
    for (let turn = 0; (await read(id)).state !== "verifying"; turn += 1) {
      expect(turn).toBeLessThan(20);
      await moveTenants(env, steps(turn < 2 ? 3 : 15), { now: clock, id });
      clock += 21 * MINUTE_MS;
    }
    const shards = [env.DATABASE, second.DATABASE];
    for (const database of shards) {
      await database
        .prepare(
          `insert into idempotency_keys (tenant_id, user_id, key, request_hash, run_id, response_status, response_body, created_at)
           values ('t', 'u', ?1, 'h', 'r', 202, '{}', 0)`,
        )
        .bind(id)
        .run();
    }
    const state = async () => ({
      rows: await Promise.all(shards.map((database) => rowsOf(database, tenantId))),
      objects: (await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/` })).objects.map(({ etag }) => etag),
    });
    const held = await state();
    // Nobody goes on with the move itself meanwhile.
    await env.CONTROL.prepare("update tenant_moves set not_before = 9e15 where id = ?1").bind(id).run();
    for (let minute = 0; minute < 3; minute += 1) await sweep(env, clock + minute * MINUTE_MS);
    expect(await state()).toEqual(held);
    for (const database of shards) {
      const { results } = await database.prepare("select 1 from idempotency_keys where key = ?1").bind(id).all();
      expect(results).toEqual([]);
    }
  });

  it("is deleted where it has gone to, and leaves nothing in either shard", async () => {
    const { tenantId, actor } = moved;
    const asked = { tenantId, actor, reason: "r", days: 7, requestedAs: "owner" as const };
    const id = await requestOffboarding(second.DATABASE, { ...asked, at: clock - 8 * DAY_MS });
    const status = () => second.DATABASE.prepare("select status from offboardings where id = ?1").bind(id).first();
    for (let turn = 0; JSON.stringify(await status()) !== '{"status":"deleted"}'; turn += 1) {
      expect(turn).toBeLessThan(60);
      await offBoardTenants(second, clock + turn * DAY_MS);
    }
    for (const { DATABASE } of [env, second]) {
      expect(await rowsOf(DATABASE, tenantId)).toEqual([]);
      const { results } = await DATABASE.prepare("select 1 from tenant_fences where tenant_id = ?1")
        .bind(tenantId)
        .all();
      expect(results).toEqual([]);
    }
  });
});
