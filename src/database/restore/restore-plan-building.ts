/** Writes restore plans: opened, filled and sealed by their preview run, immutable once ready. */
import type { RestoreAction } from "../../contract/restore.ts";
import type { PlanOptions, PlanSummary } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** The plan that a preview run makes. One a run, so that a repeated step finds it. */
export function planIdOf(runId: string): string {
  return `rpl_${runId.replace(/^run_/, "")}`;
}

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
  /** Within a family, by `@odata.type`; 0 where none is named. */
  turnOfType: Readonly<Record<string, number>>;
}

/**
 * Opens the plan and freezes its items, in the order of writing (an undo's goes backwards): all of them or, when somebody has done so before, none. Without
 * `itemIds` they are the newest items of every policy in the set, as it is now. One batch.
 */
export async function openPlan(database: TenantDatabase, plan: NewPlan): Promise<void> {
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
         select ?1, row_number() over (order by coalesce(f.key, 1000000) * way.sign, i.family, coalesce(t.value, 0) * way.sign, i.sort_name, i.id) - 1,
                i.tenant_id, i.id, i.family, i.graph_id, i.name, '${UNDECIDED}', '', ''
           from (select ${WAY} as sign) way cross join backup_set_items i left join json_each(?4) f on f.value = i.family
                left join json_each(?6) t on t.key = i.odata_type
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
        JSON.stringify(plan.turnOfType),
      ),
  ]);
}

/**
 * -1 where a restore is undone: backwards, so that what refers to a policy that goes is written before. What an undo has deleted is made again
 * forwards, as every policy that is made.
 */
const WAY = `case when exists (select 1 from backup_set_items u where u.backup_set_id = ?3 and u.undoes is not null)
  and not exists (select 1 from backup_set_items u where u.backup_set_id = ?3 and u.undoes = 'delete') then -1 else 1 end`;

/** What an item's action is until its family has been compared. A plan that is ready has none. */
export const UNDECIDED = "undecided";

/** The set has no newer item of the same policy. Uses the index of a set's policies. */
const LATEST = `not exists (select 1 from backup_set_items n
  where n.backup_set_id = i.backup_set_id and n.family = i.family and n.graph_id = i.graph_id
    and n.captured_at >= i.captured_at and (n.captured_at, n.id) > (i.captured_at, i.id))`;

/** Seals a plan all of whose items are decided. False when it is no longer being prepared, or an item is not decided. */
export async function sealPlan(
  database: TenantDatabase,
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
export async function failPlan(database: TenantDatabase, planId: string): Promise<void> {
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

export function noActions(): Record<RestoreAction, number> {
  return { create: 0, update: 0, delete: 0, unchanged: 0, ambiguous: 0, blocked: 0 };
}
