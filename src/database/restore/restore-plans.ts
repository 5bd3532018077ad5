/** Restore plans: opened, filled and sealed by their preview run, immutable once ready, executed by `policy.restore` runs. */
import { and, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { runOutcomeSchema, runStatusSchema } from "../../contract/runs.ts";
import {
  type RestoreAction,
  restoreActionSchema,
  type RestorePlan,
  restorePlanSchema,
  restorePlanStateSchema,
} from "../../contract/restore.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { operationRuns } from "../runs/tables.ts";
import { query } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { restorePlans } from "./tables.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

/** The plan that a preview run makes. One a run, so that a repeated step finds it. */
export function planIdOf(runId: string): string {
  return `rpl_${runId.replace(/^run_/, "")}`;
}

export type PlanOptions = RestorePlan["options"];
const optionsSchema = restorePlanSchema.shape.options;

export interface NewPlan {
  id: string;
  tenantId: string;
  backupSetId: string;
  runId: string;
  options: PlanOptions;
  createdAt: number;
  createdBy: string | null;
  /** Families in the order of writing. Those that this version does not know come after all of them. */
  familyOrder: readonly string[];
}

/**
 * Opens the plan and freezes its items, in the order of writing: all of them or, when somebody has done so before, none. Without
 * `itemIds` they are the newest items of every policy in the set, as it is now. One batch.
 */
export async function openPlan(database: D1Database, plan: NewPlan): Promise<void> {
  await database.batch([
    database
      .prepare(
        `insert into restore_plans (id, tenant_id, backup_set_id, run_id, status, options, created_at, created_by)
         select ?1, ?2, ?3, ?4, 'preparing', ?5, ?6, ?7
          where exists (select 1 from backup_sets where id = ?3 and tenant_id = ?2 and status <> 'deleted')
             on conflict do nothing`,
      )
      .bind(
        plan.id,
        plan.tenantId,
        plan.backupSetId,
        plan.runId,
        JSON.stringify(plan.options),
        plan.createdAt,
        plan.createdBy,
      ),
    database
      .prepare(
        `insert into restore_plan_items (plan_id, ordinal, tenant_id, item_id, family, graph_id, name, action, detail_key, detail_hash)
         select ?1, row_number() over (order by coalesce(f.key, 1000000), i.family, i.sort_name, i.id) - 1, i.tenant_id, i.id,
                i.family, i.graph_id, i.name, '${UNDECIDED}', '', ''
           from backup_set_items i left join json_each(?4) f on f.value = i.family
          where i.backup_set_id = ?3 and i.tenant_id = ?2
            and case when ?5 is null then ${LATEST} else i.id in (select value from json_each(?5)) end
            and exists (select 1 from restore_plans where id = ?1 and status = 'preparing')
            and not exists (select 1 from restore_plan_items where plan_id = ?1)`,
      )
      .bind(
        plan.id,
        plan.tenantId,
        plan.backupSetId,
        JSON.stringify(plan.familyOrder),
        plan.options.itemIds === null ? null : JSON.stringify(plan.options.itemIds),
      ),
  ]);
}

/** What an item's action is until its family has been compared. A plan that is ready has none. */
export const UNDECIDED = "undecided";

/** The set has no newer item of the same policy. Uses the index of a set's policies. */
const LATEST = `not exists (select 1 from backup_set_items n
  where n.backup_set_id = i.backup_set_id and n.family = i.family and n.graph_id = i.graph_id
    and n.captured_at >= i.captured_at and (n.captured_at, n.id) > (i.captured_at, i.id))`;

export interface PlanSummary {
  actions: Record<RestoreAction, number>;
  /** Items with references that the tenant does not have. */
  itemsMissingReferences: number;
}

/** Seals a plan all of whose items are decided. False when it is no longer being prepared, or an item is not decided. */
export async function sealPlan(
  database: D1Database,
  planId: string,
  seal: { planHash: string; summary: PlanSummary; at: number },
): Promise<boolean> {
  const { planHash, summary, at } = seal;
  const { meta } = await database
    .prepare(
      `update restore_plans set status = 'ready', plan_hash = ?2, action_counts = ?3, ready_at = ?4
        where id = ?1 and status = 'preparing'
          and not exists (select 1 from restore_plan_items where plan_id = ?1 and action = '${UNDECIDED}')`,
    )
    .bind(planId, planHash, JSON.stringify(summary), at)
    .run();
  return meta.changes === 1;
}

/** Gives up a plan that is still being prepared; one that is ready stays so. Its items are of no use to anybody then. */
export async function failPlan(database: D1Database, planId: string): Promise<void> {
  await database.batch([
    database.prepare("update restore_plans set status = 'failed' where id = ?1 and status = 'preparing'").bind(planId),
    database
      .prepare(
        `delete from restore_plan_items
          where plan_id = ?1 and exists (select 1 from restore_plans where id = ?1 and status = 'failed')`,
      )
      .bind(planId),
  ]);
}

const p = restorePlans;
const SWEPT = { id: p.id, tenantId: p.tenantId };
/** Written out, not bound: only so does SQLite use the indexes that hold these plans alone. */
const OF_REMOVED_SET = sql`${p.setRemovedAt} is not null`;
const RUN_ENDED = sql`exists (select 1 from ${operationRuns}
  where ${operationRuns.id} = ${p.runId} and ${operationRuns.status} = 'completed')`;
const PREPARING = sql`${p.status} = 'preparing'`;

/**
 * Plans whose set was removed for good, and plans whose run has ended without sealing them and without giving them up; at most
 * `limit` of each. Two queries in one batch, each over an index of such plans alone.
 */
export async function unusablePlans(
  database: D1Database,
  limit: number,
): Promise<{ id: string; tenantId: string; setRemoved: boolean }[]> {
  const [ofRemovedSets, abandoned] = await query(database).batch([
    query(database).select(SWEPT).from(p).where(OF_REMOVED_SET).limit(limit),
    query(database)
      .select(SWEPT)
      .from(p)
      .where(and(PREPARING, isNull(p.setRemovedAt), RUN_ENDED))
      .limit(limit),
  ]);
  return [
    ...ofRemovedSets.map((plan) => ({ ...plan, setRemoved: true })),
    ...abandoned.map((plan) => ({ ...plan, setRemoved: false })),
  ];
}

/** Marks the plans of a set that is removed for good by now; for the batch that removes it. */
export function releasePlansStatement(
  database: D1Database,
  set: { tenantId: string; backupSetId: string; at: number },
): D1PreparedStatement {
  return database
    .prepare(
      `update restore_plans set set_removed_at = ?3
        where tenant_id = ?1 and backup_set_id = ?2 and set_removed_at is null
          and exists (select 1 from backup_sets where id = ?2 and tenant_id = ?1 and status = 'deleted')`,
    )
    .bind(set.tenantId, set.backupSetId, set.at);
}

/** Removes a plan with its items. What runs of it came to stays, and so does its journal: it says what was made. */
export async function removePlan(database: D1Database, tenantId: string, planId: string): Promise<void> {
  await database.batch([
    database.prepare("delete from restore_plan_items where plan_id = ?1 and tenant_id = ?2").bind(planId, tenantId),
    database.prepare("delete from restore_plans where id = ?1 and tenant_id = ?2").bind(planId, tenantId),
  ]);
}

const storedPlanSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  backup_set_id: z.string(),
  status: z.string(),
  options: z.string(),
  plan_hash: z.string().nullable(),
});

export interface StoredPlan {
  id: string;
  tenantId: string;
  backupSetId: string;
  status: string;
  options: PlanOptions;
  planHash: string | null;
}

/** A plan as the product itself works with it. */
export async function readStoredPlan(
  database: D1Database,
  tenantId: string,
  planId: string,
): Promise<StoredPlan | null> {
  const row = await database
    .prepare(`select ${STORED_COLUMNS} from restore_plans where id = ?1 and tenant_id = ?2`)
    .bind(planId, tenantId)
    .first();
  return row === null ? null : toStoredPlan(row);
}

/** The ready plan of a set that has the hash. One query, by the index of a set's plans. */
export async function readApprovedPlan(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
  planHash: string,
): Promise<StoredPlan | null> {
  const row = await database
    .prepare(
      `select ${STORED_COLUMNS} from restore_plans
        where tenant_id = ?1 and backup_set_id = ?2 and status = 'ready' and plan_hash = ?3
        order by created_at desc limit 1`,
    )
    .bind(tenantId, backupSetId, planHash)
    .first();
  return row === null ? null : toStoredPlan(row);
}

const STORED_COLUMNS = "id, tenant_id, backup_set_id, status, options, plan_hash";

function toStoredPlan(raw: unknown): StoredPlan {
  const row = storedPlanSchema.parse(raw);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    backupSetId: row.backup_set_id,
    status: row.status,
    options: optionsSchema.parse(JSON.parse(row.options)),
    planHash: row.plan_hash,
  };
}

/** A plan whose run has ended without sealing it has failed, whether or not anybody has written that down yet. */
const SELECT = `select p.id, p.backup_set_id, p.run_id, p.options, p.plan_hash, p.action_counts, p.created_at, p.created_by,
    u.name as creator_name, p.ready_at,
    case when p.status = 'preparing' and r.status = 'completed' then 'failed' else p.status end as status
  from restore_plans p
  left join operation_runs r on r.id = p.run_id
  left join users u on u.id = p.created_by`;

const rowSchema = z.object({
  id: z.string(),
  backup_set_id: z.string(),
  run_id: z.string(),
  options: z.string(),
  plan_hash: z.string().nullable(),
  action_counts: z.string(),
  created_at: z.int(),
  created_by: z.string().nullable(),
  creator_name: z.string().nullable(),
  ready_at: z.int().nullable(),
  status: restorePlanStateSchema,
});
const summarySchema = z.object({
  actions: z.record(restoreActionSchema, z.int().min(0)),
  itemsMissingReferences: z.int().min(0),
});

const runRowSchema = z.object({
  id: z.string(),
  status: runStatusSchema,
  outcome: runOutcomeSchema,
  created_at: z.int(),
  plan_id: z.string(),
});
/** Restores of one plan; the newest of them are told of. */
const RUNS_TOLD = 20;

/** ?1 the tenant, ?2 the plans' ids. Restores are few, and an index leads to a tenant's. */
const RUNS = `
  select id, status, outcome, created_at, plan_id from (
    select r.id, r.status, r.outcome, r.created_at, json_extract(r.input, '$.planId') as plan_id,
           row_number() over (partition by json_extract(r.input, '$.planId') order by r.created_at desc, r.id desc) as place
      from operation_runs r
     where r.tenant_id = ?1 and r.type = 'policy.restore'
       and json_extract(r.input, '$.planId') in (select value from json_each(?2)))
   where place <= ${RUNS_TOLD} order by created_at desc, id desc`;

/** A plan as readers see it; null when the tenant has none of that id. Two queries of one moment. */
export async function readPlan(database: D1Database, tenantId: string, planId: string): Promise<RestorePlan | null> {
  const [plans, runs] = await database.batch([
    database.prepare(`${SELECT} where p.id = ?1 and p.tenant_id = ?2`).bind(planId, tenantId),
    database.prepare(RUNS).bind(tenantId, JSON.stringify([planId])),
  ]);
  const [row] = plans?.results ?? [];
  return row === undefined ? null : toPlan(rowSchema.parse(row), z.array(runRowSchema).parse(runs?.results));
}

/** A set's plans, newest first. Two queries, the first in the order of an index. */
export async function listPlans(
  database: D1Database,
  request: { tenantId: string; backupSetId: string; cursor: string | null; limit: number },
): Promise<Page<RestorePlan>> {
  const before = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const { sql, parameters } = plansStatement(request, before);
  const { results } = await database
    .prepare(sql)
    .bind(...parameters)
    .all();
  const rows = z.array(rowSchema).parse(results);
  const page = pageOf(rows, request.limit, (last) => [last.created_at, last.id]);
  const ids = JSON.stringify(page.items.map(({ id }) => id));
  const found = await database.prepare(RUNS).bind(request.tenantId, ids).all();
  const runs = z.array(runRowSchema).parse(found.results);
  return { ...page, items: page.items.map((row) => toPlan(row, runs)) };
}

/** Separate so that a test can ask the database for its plan. */
export function plansStatement(
  request: { tenantId: string; backupSetId: string; limit: number },
  before: readonly [number, string] | null,
): { sql: string; parameters: (string | number | null)[] } {
  const [createdAt, id] = before ?? [null, null];
  return {
    sql: `${SELECT} where p.tenant_id = ?1 and p.backup_set_id = ?2 and (?3 is null or (p.created_at, p.id) < (?3, ?4))
          order by p.created_at desc, p.id desc limit ?5`,
    parameters: [request.tenantId, request.backupSetId, createdAt, id, oneMore(request.limit)],
  };
}

function toPlan(row: z.infer<typeof rowSchema>, runs: readonly z.infer<typeof runRowSchema>[]): RestorePlan {
  const summary = row.status === "ready" ? summarySchema.parse(parseStoredJson(row.action_counts)) : null;
  return {
    id: row.id,
    backupSetId: row.backup_set_id,
    runId: row.run_id,
    state: row.status,
    options: optionsSchema.parse(JSON.parse(row.options)),
    planHash: row.status === "ready" ? row.plan_hash : null,
    actionCounts: summary?.actions ?? null,
    itemsMissingReferences: summary?.itemsMissingReferences ?? null,
    createdAt: isoTime(row.created_at),
    createdBy: personOf(row.created_by, row.creator_name),
    readyAt: isoTimeOrNull(row.ready_at),
    runs: runs
      .filter((run) => run.plan_id === row.id)
      .map(({ id, status, outcome, created_at }) => ({
        id,
        status,
        outcome,
        createdAt: isoTime(created_at),
      })),
  };
}

export function noActions(): Record<RestoreAction, number> {
  return { create: 0, update: 0, unchanged: 0, ambiguous: 0, blocked: 0 };
}
