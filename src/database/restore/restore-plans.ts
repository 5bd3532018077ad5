/** Restore plans, as the product and its readers see them. Writing is in `restore-plan-building.ts`. */
import { alias } from "drizzle-orm/sqlite-core";
import { and, desc, eq, getTableColumns, inArray, lte, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { RestorePlan } from "../../contract/restore.ts";
import { backupSets } from "../backups/tables.ts";
import { operationRuns } from "../runs/tables.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { planSummarySchema, restorePlans } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const p = restorePlans;
const r = operationRuns;
const s = backupSets;
/** The restore that a plan of an undo set undoes. */
const undone = alias(operationRuns, "undone");

const STORED = {
  id: p.id,
  tenantId: p.tenantId,
  backupSetId: p.backupSetId,
  status: p.status,
  options: p.options,
  planHash: p.planHash,
};
/** A plan as the product itself works with it. */
export type StoredPlan = Pick<typeof restorePlans.$inferSelect, keyof typeof STORED>;

export async function readStoredPlan(
  database: TenantDatabase,
  tenantId: string,
  planId: string,
): Promise<StoredPlan | null> {
  return firstOf(
    query(database)
      .select(STORED)
      .from(p)
      .where(and(eq(p.id, planId), eq(p.tenantId, tenantId))),
  );
}

/** The ready plan of a set that has the hash. One query, by the index of a set's plans. */
export async function readApprovedPlan(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  planHash: string,
): Promise<StoredPlan | null> {
  return firstOf(
    query(database)
      .select(STORED)
      .from(p)
      .where(
        and(eq(p.tenantId, tenantId), eq(p.backupSetId, backupSetId), eq(p.status, "ready"), eq(p.planHash, planHash)),
      )
      .orderBy(desc(p.createdAt))
      .limit(1),
  );
}

/** A plan whose run has ended without sealing it has failed, whether or not its status says so yet. */
const STATUS = sql`case when ${p.status} = 'preparing' and ${r.status} = 'completed' then 'failed' else ${p.status} end`;
const COLUMNS = {
  ...getTableColumns(p),
  status: STATUS.mapWith(p.status).as("status_now"),
  creatorName: sql<string | null>`${users.name}`.as("creator_name"),
  undoneRunId: sql<string | null>`case when ${s.origin} = 'undo' then ${s.originId} end`.as("undone_run_id"),
  undoneAt: sql<number | null>`${undone.createdAt}`.as("undone_at"),
};

function plansWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select(COLUMNS)
    .from(p)
    .leftJoin(r, eq(r.id, p.runId))
    .leftJoin(users, eq(users.id, p.createdBy))
    .leftJoin(s, and(eq(s.id, p.backupSetId), eq(s.tenantId, p.tenantId)))
    .leftJoin(undone, and(eq(undone.id, s.originId), eq(undone.tenantId, p.tenantId), eq(s.origin, "undo")))
    .where(condition)
    .$dynamic();
}
type PlanRow = Awaited<ReturnType<typeof plansWhere>>[number];

/** Restores of one plan; readers see the newest of them. */
const RUNS_SHOWN = 20;
const PLAN_OF_RUN = sql<string>`json_extract(${r.input}, '$.planId')`;

/** The newest restores of each plan. Restores are few, and an index leads to a tenant's. */
function restoresOf(database: TenantDatabase, tenantId: string, planIds: readonly string[]) {
  const placed = query(database)
    .select({
      id: r.id,
      status: r.status,
      outcome: r.outcome,
      createdAt: r.createdAt,
      planId: PLAN_OF_RUN.as("plan_id"),
      place: sql<number>`row_number() over (partition by ${PLAN_OF_RUN} order by ${r.createdAt} desc, ${r.id} desc)`.as(
        "place",
      ),
    })
    .from(r)
    .where(
      and(
        eq(r.tenantId, tenantId),
        eq(r.type, "policy.restore"),
        inArray(PLAN_OF_RUN, sql`(select value from json_each(${JSON.stringify(planIds)}))`),
      ),
    )
    .as("placed");
  return query(database)
    .select()
    .from(placed)
    .where(lte(placed.place, RUNS_SHOWN))
    .orderBy(desc(placed.createdAt), desc(placed.id));
}
type RestoreOfPlan = Awaited<ReturnType<typeof restoresOf>>[number];

/** A plan as readers see it; null when the tenant has none of that id. Two queries of one moment. */
export async function readPlan(
  database: TenantDatabase,
  tenantId: string,
  planId: string,
): Promise<RestorePlan | null> {
  const [[row], runs] = await query(database).batch([
    plansWhere(database, and(eq(p.id, planId), eq(p.tenantId, tenantId))),
    restoresOf(database, tenantId, [planId]),
  ]);
  return row === undefined ? null : toPlan(row, runs);
}

/** A set's plans, newest first. Two queries, the first in the order of an index. */
export async function listPlans(
  database: TenantDatabase,
  request: { tenantId: string; backupSetId: string; cursor: string | null; limit: number },
): Promise<Page<RestorePlan>> {
  const before = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const ofSet = and(eq(p.tenantId, request.tenantId), eq(p.backupSetId, request.backupSetId));
  const rows = await rowsOf(
    plansWhere(database, and(ofSet, beyond([p.createdAt, p.id], "<", before)))
      .orderBy(desc(p.createdAt), desc(p.id))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(rows, request.limit, (last) => [last.createdAt, last.id]);
  const planIds = page.items.map(({ id }) => id);
  const runs = await rowsOf(restoresOf(database, request.tenantId, planIds));
  return { ...page, items: page.items.map((row) => toPlan(row, runs)) };
}

function toPlan(row: PlanRow, runs: readonly RestoreOfPlan[]): RestorePlan {
  const summary = row.status === "ready" ? planSummarySchema.parse(parseStoredJson(row.actionCounts)) : null;
  return {
    id: row.id,
    backupSetId: row.backupSetId,
    runId: row.runId,
    state: row.status,
    options: row.options,
    planHash: row.status === "ready" ? row.planHash : null,
    actionCounts: summary?.actions ?? null,
    itemsMissingReferences: summary?.itemsMissingReferences ?? null,
    createdAt: isoTime(row.createdAt),
    createdBy: personOf(row.createdBy, row.creatorName),
    readyAt: isoTimeOrNull(row.readyAt),
    undoes: row.undoneRunId === null ? null : { runId: row.undoneRunId, startedAt: isoTimeOrNull(row.undoneAt) },
    runs: runs
      .filter((run) => run.planId === row.id)
      .map(({ id, status, outcome, createdAt }) => ({ id, status, outcome, createdAt: isoTime(createdAt) })),
  };
}
