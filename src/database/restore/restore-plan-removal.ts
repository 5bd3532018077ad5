/** Removes restore plans that nobody can use any more. */
import { and, isNull, sql } from "drizzle-orm";
import { operationRuns } from "../runs/tables.ts";
import { notMoving } from "../moves/fences.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { query } from "../sql/read.ts";
import { restorePlans } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const p = restorePlans;
const SWEPT = { id: p.id, tenantId: p.tenantId };
/** Written out, not bound: only so does SQLite use the indexes that hold these plans alone. */
const OF_REMOVED_SET = sql`${p.setRemovedAt} is not null and ${sql.raw(notHeld("restore_plans.tenant_id"))}`;
const RUN_ENDED = sql`exists (select 1 from ${operationRuns}
  where ${operationRuns.id} = ${p.runId} and ${operationRuns.status} = 'completed')`;
const NOT_MOVING = sql.raw(notMoving("restore_plans.tenant_id"));
const PREPARING = sql`${p.status} = 'preparing'`;

/**
 * Plans whose set was removed for good, and plans whose run has ended without sealing them and without giving them up; at most
 * `limit` of each. Two queries in one batch, each over an index of such plans alone.
 */
export async function unusablePlans(
  database: TenantDatabase,
  limit: number,
): Promise<{ id: string; tenantId: string; setRemoved: boolean }[]> {
  const [ofRemovedSets, abandoned] = await query(database).batch([
    query(database).select(SWEPT).from(p).where(and(OF_REMOVED_SET, NOT_MOVING)).limit(limit),
    query(database)
      .select(SWEPT)
      .from(p)
      .where(and(PREPARING, isNull(p.setRemovedAt), RUN_ENDED, NOT_MOVING))
      .limit(limit),
  ]);
  return [
    ...ofRemovedSets.map((plan) => ({ ...plan, setRemoved: true })),
    ...abandoned.map((plan) => ({ ...plan, setRemoved: false })),
  ];
}

/** Marks the plans of a set that is removed for good by now; for the batch that removes it. */
export function releasePlansStatement(
  database: TenantDatabase,
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
export async function removePlan(database: TenantDatabase, tenantId: string, planId: string): Promise<void> {
  await database.batch([
    database.prepare("delete from restore_plan_items where plan_id = ?1 and tenant_id = ?2").bind(planId, tenantId),
    database.prepare("delete from restore_plans where id = ?1 and tenant_id = ?2").bind(planId, tenantId),
  ]);
}
