/** The items of restore plans: decided family by family while the plan is prepared, read by reviewers and executors after. */
import { and, count, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { type RestoreAction, restoreActionSchema, type RestorePlanItem } from "../../contract/restore.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { foldName } from "../inventory/policies.ts";
import { backupSetItems } from "../backups/tables.ts";
import { restorePlanItems, restorePlans } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const p = restorePlanItems;
const i = backupSetItems;

const TO_DECIDE = {
  ordinal: p.ordinal,
  itemId: p.itemId,
  family: p.family,
  graphId: p.graphId,
  name: p.name,
  odataType: i.odataType,
  contentHash: i.contentHash,
  sealedSecrets: i.sealedSecrets,
  capturedAt: i.capturedAt,
  runId: i.runId,
  undoes: i.undoes,
  leftHash: i.leftHash,
};

function toDecide(database: TenantDatabase, planId: string, family: string) {
  return query(database)
    .select(TO_DECIDE)
    .from(p)
    .innerJoin(i, and(eq(i.id, p.itemId), eq(i.tenantId, p.tenantId)))
    .where(and(eq(p.planId, planId), eq(p.family, family)))
    .orderBy(p.ordinal);
}
/** An item of a plan with what its backup holds. */
export type ItemToDecide = Awaited<ReturnType<typeof toDecide>>[number];

/** A plan's items of one family, in order. One query, by the plan's key. Items that left the set meanwhile are missing. */
export function itemsToDecide(database: TenantDatabase, planId: string, family: string): Promise<ItemToDecide[]> {
  return rowsOf(toDecide(database, planId, family));
}

/** How many items a plan has of each family, in the order of writing. One query. */
export async function familiesOfPlan(
  database: TenantDatabase,
  planId: string,
): Promise<{ family: string; first: number; count: number }[]> {
  const first = sql<number>`min(${p.ordinal})`;
  return rowsOf(
    query(database)
      .select({ family: p.family, first, count: count() })
      .from(p)
      .where(eq(p.planId, planId))
      .groupBy(p.family)
      .orderBy(first),
  );
}

/** What a plan says of an item, as its row keeps it. */
export interface Decision extends Pick<
  StoredPlanItem,
  | "ordinal"
  | "targetId"
  | "targetName"
  | "targetHash"
  | "reasonCode"
  | "message"
  | "changeCount"
  | "missingCount"
  | "needsOrdinal"
  | "detailKey"
  | "detailHash"
> {
  action: RestoreAction;
}

/** Writes decisions into a plan that is being prepared; again, it writes the same. One batch of a statement per 400,000 characters. */
export async function recordDecisions(
  database: TenantDatabase,
  planId: string,
  decisions: readonly Decision[],
): Promise<void> {
  const lists = jsonLists(decisions);
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `update restore_plan_items
              set action = d.value ->> '$.action', target_id = d.value ->> '$.targetId',
                  target_name = d.value ->> '$.targetName', target_hash = d.value ->> '$.targetHash',
                  reason_code = d.value ->> '$.reasonCode', message = d.value ->> '$.message',
                  change_count = d.value ->> '$.changeCount', missing_count = d.value ->> '$.missingCount',
                  needs_ordinal = d.value ->> '$.needsOrdinal',
                  detail_key = d.value ->> '$.detailKey', detail_hash = d.value ->> '$.detailHash'
             from json_each(?2) d
            where plan_id = ?1 and ordinal = d.value ->> '$.ordinal'
              and exists (select 1 from restore_plans where id = ?1 and status = 'preparing')`,
        )
        .bind(planId, list),
    ),
  );
}

const { planId: _planId, tenantId: _tenantId, ...ITEM } = getTableColumns(p);
/** `action` is a `RestoreAction`, or `UNDECIDED` in a plan that is being prepared. */
export type StoredPlanItem = Pick<typeof restorePlanItems.$inferSelect, keyof typeof ITEM>;

/** A page of a plan's items, in order, from the one after `after` on. */
export function planItemsAfter(
  database: TenantDatabase,
  planId: string,
  after: number,
  limit: number,
): Promise<StoredPlanItem[]> {
  return rowsOf(
    query(database)
      .select(ITEM)
      .from(p)
      .where(and(eq(p.planId, planId), gt(p.ordinal, after)))
      .orderBy(p.ordinal)
      .limit(limit),
  );
}

/** One item of a tenant's plan. */
export function readPlanItem(
  database: TenantDatabase,
  tenantId: string,
  planId: string,
  ordinal: number,
): Promise<StoredPlanItem | null> {
  return firstOf(planItem(database, tenantId, planId, ordinal));
}

/** The look-up of one item, for a batch. */
export function planItem(database: TenantDatabase, tenantId: string, planId: string, ordinal: number) {
  return query(database)
    .select(ITEM)
    .from(p)
    .where(and(eq(p.planId, planId), eq(p.ordinal, ordinal), eq(p.tenantId, tenantId)));
}

export interface PlanItemListRequest {
  tenantId: string;
  planId: string;
  action: RestoreAction | null;
  family: string | null;
  /** Part of the name, in any case. */
  query: string | null;
  /** Only items with references that the tenant does not have. */
  missing: boolean;
  cursor: string | null;
  limit: number;
}

/** One page for reviewers, in the order of writing. Null when the tenant has no such plan, or it is not ready. Two queries. */
export async function listPlanItems(
  database: TenantDatabase,
  request: PlanItemListRequest,
): Promise<Page<RestorePlanItem> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const named = foldName(request.query?.trim() ?? "");
  const { planId, tenantId } = request;
  const [owned, rows] = await query(database).batch([
    query(database)
      .select({ id: restorePlans.id })
      .from(restorePlans)
      .where(and(eq(restorePlans.id, planId), eq(restorePlans.tenantId, tenantId), eq(restorePlans.status, "ready"))),
    query(database)
      .select(ITEM)
      .from(p)
      .where(
        and(
          eq(p.planId, planId),
          eq(p.tenantId, tenantId),
          after === null ? undefined : gt(p.ordinal, after[0]),
          request.action === null ? undefined : eq(p.action, request.action),
          request.family === null ? undefined : eq(p.family, request.family),
          request.missing ? gt(p.missingCount, 0) : undefined,
          // By the backed up item's folded name: SQLite itself folds ASCII only.
          named === ""
            ? undefined
            : sql`instr((select ${i.sortName} from ${i} where ${i.id} = ${p.itemId}), ${named}) > 0`,
        ),
      )
      .orderBy(p.ordinal)
      .limit(oneMore(request.limit)),
  ]);
  if (owned.length !== 1) return null;
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.ordinal]),
    toPlanItem,
  );
}

/** An item of a ready plan as readers see it. */
export function toPlanItem(item: StoredPlanItem): RestorePlanItem {
  const { ordinal, itemId, family, name, graphId, targetId, targetName, reasonCode, message } = item;
  return {
    ordinal,
    itemId,
    family,
    familyLabel: familyByKey(family)?.label ?? family,
    graphId,
    name,
    action: restoreActionSchema.parse(item.action),
    target: targetId === null ? null : { graphId: targetId, name: targetName ?? name },
    reason: reasonCode === null ? null : { code: reasonCode, message: message ?? "" },
    changeCount: item.changeCount,
    missingCount: item.missingCount,
  };
}
