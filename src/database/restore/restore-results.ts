/** What the units of `policy.restore` runs came to, successes included. Written before a unit is settled. */
import { and, eq, getTableColumns, gt, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { auditEventWhere } from "../audit/audit-events.ts";
import type { RestoreOutcome, RestoreResult } from "../../contract/restore.ts";
import type { ServedChange } from "../../contract/policy-diff.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { operationRuns } from "../runs/tables.ts";
import { query, rowsOf, statementOf } from "../sql/read.ts";
import { planItem, type StoredPlanItem } from "./restore-plan-items.ts";
import { isoTime } from "../sql/time.ts";
import { restorePlanItems, restorePlans, restoreResults } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";
import { unneededStatements } from "./undo-items.ts";

const r = restoreResults;
const o = operationRuns;
const i = restorePlanItems;

/** `ordinal` is the plan item's. */
export type NewRestoreResult = Omit<typeof restoreResults.$inferInsert, "differences"> & {
  differences: readonly ServedChange[];
};

function resultsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({ ...getTableColumns(r), itemId: i.itemId })
    .from(r)
    .leftJoin(i, and(eq(i.planId, r.planId), eq(i.ordinal, r.ordinal)))
    .where(condition)
    .$dynamic();
}
type ResultRow = Awaited<ReturnType<typeof resultsWhere>>[number];

/** A unit's result in its run. */
function resultOf(database: TenantDatabase, runId: string, ordinal: number) {
  return resultsWhere(database, and(eq(r.runId, runId), eq(r.ordinal, ordinal)));
}

/**
 * Keeps a unit's result: the first one of a run and item stays, and is answered, whoever comes second. With the first one, the audit log
 * gets what the run has written in the customer's tenant, by the restore's journal, and what was kept for undoing a write that never was goes.
 * Durable when it resolves. One batch of four statements, and a read.
 */
export async function recordRestoreResult(database: TenantDatabase, result: NewRestoreResult): Promise<RestoreResult> {
  const differences = result.differences.length === 0 ? null : [...result.differences];
  // The event first: it asks whether there is a result yet.
  await database.batch([
    writtenEvent(database, result),
    ...unneededStatements(database, result),
    statementOf(
      database,
      query(database)
        .insert(r)
        .values({ ...result, differences })
        .onConflictDoNothing(),
    ),
  ]);
  const [stored] = await rowsOf(resultOf(database, result.runId, result.ordinal));
  if (stored === undefined) throw new Error("a result that was written is there");
  return toResult(stored);
}

/** What a unit has sent to the customer's tenant and Graph has answered, once for a run and item; nothing for a unit that sent nothing. */
function writtenEvent(database: TenantDatabase, result: NewRestoreResult): D1PreparedStatement {
  const { runId, ordinal, tenantId, planId, family, name, outcome, targetId = null, reasonCode = null, at } = result;
  return auditEventWhere(
    database,
    {
      id: `${runId}/${ordinal}`,
      tenantId,
      at,
      action: "policy.restore",
      actorId: null,
      runId,
      targetKind: "policy",
      targetId: targetId ?? "",
      detail: { family, name, outcome, runId, planId, ordinal, ...(reasonCode === null ? {} : { reasonCode }) },
    },
    {
      condition: `exists (select 1 from restore_journal where plan_id = ?9 and ordinal = ?10 and tenant_id = ?11 and run_id = ?12)
        and not exists (select 1 from restore_results where run_id = ?12 and ordinal = ?10)`,
      values: [planId, ordinal, tenantId, runId],
      detail: `json_object('writes', json((
        select json_group_array(json_object('step', json_extract(entry, '$.step'), 'answer', json_extract(entry, '$.outcome.kind')))
          from restore_journal where plan_id = ?9 and ordinal = ?10 and tenant_id = ?11 and run_id = ?12)))`,
    },
  );
}

/** A unit's item of the plan, and what it has come to already in its run. Two queries of one moment. */
export async function readUnitState(
  database: TenantDatabase,
  unit: { runId: string; tenantId: string; planId: string; itemOrdinal: number },
): Promise<{ result: RestoreResult | null; item: StoredPlanItem | null }> {
  const { runId, tenantId, planId, itemOrdinal } = unit;
  const [[result], [item]] = await query(database).batch([
    resultOf(database, runId, itemOrdinal),
    planItem(database, tenantId, planId, itemOrdinal),
  ]);
  return { result: result === undefined ? null : toResult(result), item: item ?? null };
}

/** The id of the policy that an item of the plan made, changed or found, in whichever run; null when none did. */
export async function restoredTargets(
  database: TenantDatabase,
  planId: string,
  ordinals: readonly number[],
): Promise<Map<number, string>> {
  const rows = await rowsOf(
    query(database)
      .select({ ordinal: r.ordinal, targetId: r.targetId })
      .from(o)
      .innerJoin(r, eq(r.runId, o.id))
      .where(
        and(
          eq(o.type, "policy.restore"),
          eq(
            o.tenantId,
            sql`(select ${restorePlans.tenantId} from ${restorePlans} where ${restorePlans.id} = ${planId})`,
          ),
          sql`json_extract(${o.input}, '$.planId') = ${planId}`,
          inArray(r.ordinal, sql`(select value from json_each(${JSON.stringify(ordinals)}))`),
          inArray(r.outcome, ["created", "updated", "unchanged"]),
        ),
      )
      .orderBy(r.at),
  );
  return new Map(rows.flatMap(({ ordinal, targetId }) => (targetId === null ? [] : [[ordinal, targetId]])));
}

/**
 * How many units of a run whose items stand before `itemOrdinal` in the plan have neither a result nor been given up by their run. All items
 * of a plan are units of its runs, and their ordinals have no gaps; a retry's units are the failed ones of the run that it retries.
 * One query, by keys: it reads the results and problems of the run so far.
 */
export async function openUnitsBefore(
  database: TenantDatabase,
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
  database: TenantDatabase,
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
  database: TenantDatabase,
  request: RestoreResultListRequest,
): Promise<Page<RestoreResult> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const { runId, tenantId, outcome } = request;
  const [owned, rows] = await query(database).batch([
    query(database)
      .select({ id: o.id })
      .from(o)
      .where(and(eq(o.id, runId), eq(o.tenantId, tenantId), eq(o.type, "policy.restore"))),
    resultsWhere(
      database,
      and(
        eq(r.runId, runId),
        eq(r.tenantId, tenantId),
        after === null ? undefined : gt(r.ordinal, after[0]),
        outcome === null ? undefined : eq(r.outcome, outcome),
      ),
    )
      .orderBy(r.ordinal)
      .limit(oneMore(request.limit)),
  ]);
  if (owned.length !== 1) return null;
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.ordinal]),
    toResult,
  );
}

function toResult(row: ResultRow): RestoreResult {
  return {
    planId: row.planId,
    ordinal: row.ordinal,
    itemId: row.itemId,
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    name: row.name,
    outcome: row.outcome,
    targetId: row.targetId,
    reason: row.reasonCode === null ? null : { code: row.reasonCode, message: row.message ?? "" },
    approvalCode: row.approvalCode,
    requestIds: row.requestIds,
    differences: row.differences ?? [],
    at: isoTime(row.at),
  };
}
