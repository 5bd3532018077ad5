/** What the units of `policy.restore` runs came to, successes included. Written before a unit is settled. */
import { z } from "zod";
import {
  type RestoreOutcome,
  restoreOutcomeSchema,
  type RestoreResult,
  restoreResultSchema,
} from "../../contract/restore.ts";
import type { ServedChange } from "../../contract/policy-diff.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { planItemStatement, type StoredPlanItem, storedPlanItemSchema } from "./restore-plan-items.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime } from "../sql/time.ts";

export interface NewRestoreResult {
  runId: string;
  tenantId: string;
  planId: string;
  /** The plan item's. */
  ordinal: number;
  family: string;
  name: string;
  outcome: RestoreOutcome;
  targetId: string | null;
  reasonCode: string | null;
  message: string | null;
  requestIds: readonly string[];
  differences: readonly ServedChange[];
  approvalCode: string | null;
  at: number;
}

const rowSchema = z.object({
  plan_id: z.string(),
  ordinal: z.int(),
  item_id: z.string().nullable(),
  family: z.string(),
  name: z.string(),
  outcome: restoreOutcomeSchema,
  target_id: z.string().nullable(),
  reason_code: z.string().nullable(),
  message: z.string().nullable(),
  request_ids: z.string(),
  differences: z.string().nullable(),
  approval_code: z.string().nullable(),
  at: z.int(),
});

const COLUMNS = `r.plan_id, r.ordinal, i.item_id, r.family, r.name, r.outcome, r.target_id, r.reason_code, r.message, r.request_ids,
  r.differences, r.approval_code, r.at`;
const FROM = "from restore_results r left join restore_plan_items i on i.plan_id = r.plan_id and i.ordinal = r.ordinal";

/**
 * Keeps a unit's result: the first one of a run and item stays, and is answered, whoever comes second. Durable when it resolves.
 * One batch of two statements.
 */
export async function recordRestoreResult(database: D1Database, result: NewRestoreResult): Promise<RestoreResult> {
  const [, stored] = await database.batch([
    database
      .prepare(
        `insert into restore_results (run_id, ordinal, tenant_id, plan_id, family, name, outcome, target_id, reason_code, message,
                request_ids, differences, approval_code, at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) on conflict do nothing`,
      )
      .bind(
        result.runId,
        result.ordinal,
        result.tenantId,
        result.planId,
        result.family,
        result.name,
        result.outcome,
        result.targetId,
        result.reasonCode,
        result.message,
        JSON.stringify(result.requestIds),
        result.differences.length === 0 ? null : JSON.stringify(result.differences),
        result.approvalCode,
        result.at,
      ),
    resultStatement(database, result.runId, result.ordinal),
  ]);
  return toResult(rowSchema.parse(stored?.results[0]));
}

function resultStatement(database: D1Database, runId: string, ordinal: number): D1PreparedStatement {
  return database.prepare(`select ${COLUMNS} ${FROM} where r.run_id = ?1 and r.ordinal = ?2`).bind(runId, ordinal);
}

/** A unit's item of the plan, and what it has come to already in its run. Two queries of one moment. */
export async function readUnitState(
  database: D1Database,
  unit: { runId: string; tenantId: string; planId: string; itemOrdinal: number },
): Promise<{ result: RestoreResult | null; item: StoredPlanItem | null }> {
  const { runId, tenantId, planId, itemOrdinal } = unit;
  const [results, items] = await database.batch([
    resultStatement(database, runId, itemOrdinal),
    planItemStatement(database, tenantId, planId, itemOrdinal),
  ]);
  const [result] = results?.results ?? [];
  const [item] = items?.results ?? [];
  return {
    result: result === undefined ? null : toResult(rowSchema.parse(result)),
    item: item === undefined ? null : storedPlanItemSchema.parse(item),
  };
}

/** The id of the policy that an item of the plan made, changed or found, in whichever run; null when none did. */
export async function restoredTargets(
  database: D1Database,
  planId: string,
  ordinals: readonly number[],
): Promise<Map<number, string>> {
  const { results } = await database
    .prepare(
      `select r.ordinal, r.target_id from operation_runs o
         join restore_results r on r.run_id = o.id
        where o.type = 'policy.restore' and o.tenant_id = (select tenant_id from restore_plans where id = ?1)
          and json_extract(o.input, '$.planId') = ?1
          and r.ordinal in (select value from json_each(?2)) and r.outcome in ('created', 'updated', 'unchanged')
        order by r.at`,
    )
    .bind(planId, JSON.stringify(ordinals))
    .all();
  const rows = z.array(z.object({ ordinal: z.int(), target_id: z.string().nullable() })).parse(results);
  return new Map(rows.flatMap(({ ordinal, target_id }) => (target_id === null ? [] : [[ordinal, target_id]])));
}

/**
 * How many units of a run whose items stand before `itemOrdinal` in the plan have neither a result nor been given up by their run. All items
 * of a plan are units of its runs, and their ordinals have no gaps; a retry's units are the failed ones of the run that it retries.
 * One query, by keys: it reads the results and problems of the run so far.
 */
export async function openUnitsBefore(
  database: D1Database,
  unit: { runId: string; itemOrdinal: number },
): Promise<number> {
  const open = await database
    .prepare(
      `with run as (select id, retry_of from operation_runs where id = ?1)
       select case when run.retry_of is null then ?2 else
                (select count(*) from operation_run_units u
                  where u.run_id = run.retry_of and u.outcome = 'failed' and ${ITEM_ORDINAL} < ?2) end
              - (select count(*) from restore_results r where r.run_id = ?1 and r.ordinal < ?2)
              - (select count(*) from operation_run_units u where u.run_id = ?1 and ${ITEM_ORDINAL} < ?2
                  and not exists (select 1 from restore_results r where r.run_id = ?1 and r.ordinal = ${ITEM_ORDINAL})) as open
         from run`,
    )
    .bind(unit.runId, unit.itemOrdinal)
    .first<number>("open");
  return z.int().parse(open);
}

/**
 * Whether a restore of another plan was started before this one and has not ended. Restores of one plan share its journal; those of
 * two plans know nothing of each other's writes. One query, by the tenant's restores.
 */
export async function isBehindAnotherRestore(
  database: D1Database,
  run: { tenantId: string; runId: string; planId: string },
): Promise<boolean> {
  const row = await database.prepare(EARLIER_RESTORE).bind(run.tenantId, run.runId, run.planId).first();
  return row !== null;
}

/** Separate so that a test can ask the database for its plan. */
export const EARLIER_RESTORE = `
  select o.id from operation_runs o join operation_runs own on own.id = ?2
   where o.tenant_id = ?1 and o.type = 'policy.restore' and o.status <> 'completed'
     and json_extract(o.input, '$.planId') <> ?3 and (o.created_at, o.id) < (own.created_at, own.id)
   limit 1`;

/** A unit's key is its item's ordinal in the plan, in digits; `u.ordinal` is the unit's place in its run, another number in a retry. */
const ITEM_ORDINAL = "cast(u.unit_key as integer)";

export interface RestoreResultListRequest {
  tenantId: string;
  runId: string;
  outcome: RestoreOutcome | null;
  cursor: string | null;
  limit: number;
}

/** A run's results in the order of the plan. Null when the tenant has no such run. Two queries of one moment. */
export async function listRestoreResults(
  database: D1Database,
  request: RestoreResultListRequest,
): Promise<Page<RestoreResult> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const { sql, parameters } = restoreResultsStatement(request, after?.[0] ?? -1);
  const [owned, found] = await database.batch([
    database
      .prepare("select id from operation_runs where id = ?1 and tenant_id = ?2 and type = 'policy.restore'")
      .bind(request.runId, request.tenantId),
    database.prepare(sql).bind(...parameters),
  ]);
  if (owned?.results.length !== 1) return null;
  const rows = z.array(rowSchema).parse(found?.results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.ordinal]),
    toResult,
  );
}

/** Separate so that a test can ask the database for its plan. */
export function restoreResultsStatement(
  request: RestoreResultListRequest,
  after: number,
): { sql: string; parameters: (string | number | null)[] } {
  return {
    sql: `select ${COLUMNS} ${FROM}
           where r.run_id = ?1 and r.tenant_id = ?2 and r.ordinal > ?3 and (?4 is null or r.outcome = ?4)
           order by r.ordinal limit ?5`,
    parameters: [request.runId, request.tenantId, after, request.outcome, oneMore(request.limit)],
  };
}

const differencesSchema = restoreResultSchema.shape.differences;

function toResult(row: z.infer<typeof rowSchema>): RestoreResult {
  return {
    planId: row.plan_id,
    ordinal: row.ordinal,
    itemId: row.item_id,
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    name: row.name,
    outcome: row.outcome,
    targetId: row.target_id,
    reason: row.reason_code === null ? null : { code: row.reason_code, message: row.message ?? "" },
    approvalCode: row.approval_code,
    requestIds: z.array(z.string()).parse(parseStoredJson(row.request_ids)),
    differences: row.differences === null ? [] : differencesSchema.parse(parseStoredJson(row.differences)),
    at: isoTime(row.at),
  };
}
