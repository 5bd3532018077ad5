/** The items of restore plans: decided family by family while the plan is prepared, read by reviewers and executors after. */
import { z } from "zod";
import { type RestoreAction, restoreActionSchema, type RestorePlanItem } from "../../contract/restore.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { foldName } from "../inventory/policies.ts";

/** An item of a plan with what its backup holds. */
export interface ItemToDecide {
  ordinal: number;
  itemId: string;
  family: string;
  graphId: string;
  name: string;
  odataType: string | null;
  contentHash: string;
  sealedSecrets: string | null;
  /** Milliseconds since the epoch. */
  capturedAt: number;
}

const toDecideSchema = z
  .object({
    ordinal: z.int(),
    item_id: z.string(),
    family: z.string(),
    graph_id: z.string(),
    name: z.string(),
    odata_type: z.string().nullable(),
    content_hash: z.string(),
    sealed_secrets: z.string().nullable(),
    captured_at: z.int(),
  })
  .transform((row): ItemToDecide => ({
    ordinal: row.ordinal,
    itemId: row.item_id,
    family: row.family,
    graphId: row.graph_id,
    name: row.name,
    odataType: row.odata_type,
    contentHash: row.content_hash,
    sealedSecrets: row.sealed_secrets,
    capturedAt: row.captured_at,
  }));

/** A plan's items of one family, in order. One query, by the plan's key. Items that left the set meanwhile are missing. */
export async function itemsToDecide(database: D1Database, planId: string, family: string): Promise<ItemToDecide[]> {
  const { results } = await database
    .prepare(
      `select p.ordinal, p.item_id, p.family, p.graph_id, p.name, i.odata_type, i.content_hash,
              i.sealed_secrets, i.captured_at
         from restore_plan_items p join backup_set_items i on i.id = p.item_id and i.tenant_id = p.tenant_id
        where p.plan_id = ?1 and p.family = ?2 order by p.ordinal`,
    )
    .bind(planId, family)
    .all();
  return z.array(toDecideSchema).parse(results);
}

/** How many items a plan has of each family, in the order of writing. One query. */
export async function familiesOfPlan(
  database: D1Database,
  planId: string,
): Promise<{ family: string; first: number; count: number }[]> {
  const { results } = await database
    .prepare(
      `select family, min(ordinal) as first, count(*) as count from restore_plan_items
        where plan_id = ?1 group by family order by first`,
    )
    .bind(planId)
    .all();
  return z.array(z.object({ family: z.string(), first: z.int(), count: z.int() })).parse(results);
}

/** What a plan says of an item, as its row keeps it. */
export interface Decision {
  ordinal: number;
  action: RestoreAction;
  targetId: string | null;
  targetName: string | null;
  targetHash: string | null;
  reasonCode: string | null;
  message: string | null;
  changeCount: number;
  missingCount: number;
  detailKey: string;
  detailHash: string;
}

/** Writes decisions into a plan that is being prepared; again, it writes the same. One batch of a statement per 400,000 characters. */
export async function recordDecisions(
  database: D1Database,
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
                  detail_key = d.value ->> '$.detailKey', detail_hash = d.value ->> '$.detailHash'
             from json_each(?2) d
            where plan_id = ?1 and ordinal = d.value ->> '$.ordinal'
              and exists (select 1 from restore_plans where id = ?1 and status = 'preparing')`,
        )
        .bind(planId, list),
    ),
  );
}

export const storedPlanItemSchema = z
  .object({
    ordinal: z.int(),
    item_id: z.string(),
    family: z.string(),
    name: z.string(),
    graph_id: z.string(),
    action: z.string(),
    target_id: z.string().nullable(),
    target_name: z.string().nullable(),
    target_hash: z.string().nullable(),
    reason_code: z.string().nullable(),
    message: z.string().nullable(),
    change_count: z.int(),
    missing_count: z.int(),
    detail_key: z.string(),
    detail_hash: z.string(),
  })
  .transform((row) => ({
    ordinal: row.ordinal,
    itemId: row.item_id,
    family: row.family,
    name: row.name,
    graphId: row.graph_id,
    action: row.action,
    targetId: row.target_id,
    targetName: row.target_name,
    targetHash: row.target_hash,
    reasonCode: row.reason_code,
    message: row.message,
    changeCount: row.change_count,
    missingCount: row.missing_count,
    detailKey: row.detail_key,
    detailHash: row.detail_hash,
  }));
/** `action` is a `RestoreAction`, or `UNDECIDED` in a plan that is being prepared. */
export type StoredPlanItem = z.output<typeof storedPlanItemSchema>;

const COLUMNS = `ordinal, item_id, family, name, graph_id, action, target_id, target_name, target_hash, reason_code, message,
  change_count, missing_count, detail_key, detail_hash`;

/** A page of a plan's items, in order, from the one after `after` on. */
export async function planItemsAfter(
  database: D1Database,
  planId: string,
  after: number,
  limit: number,
): Promise<StoredPlanItem[]> {
  const { results } = await database
    .prepare(`select ${COLUMNS} from restore_plan_items where plan_id = ?1 and ordinal > ?2 order by ordinal limit ?3`)
    .bind(planId, after, limit)
    .all();
  return z.array(storedPlanItemSchema).parse(results);
}

/** One item of a tenant's plan. */
export async function readPlanItem(
  database: D1Database,
  tenantId: string,
  planId: string,
  ordinal: number,
): Promise<StoredPlanItem | null> {
  const row = await planItemStatement(database, tenantId, planId, ordinal).first();
  return row === null ? null : storedPlanItemSchema.parse(row);
}

/** The look-up of one item, for a batch. */
export function planItemStatement(
  database: D1Database,
  tenantId: string,
  planId: string,
  ordinal: number,
): D1PreparedStatement {
  return database
    .prepare(`select ${COLUMNS} from restore_plan_items where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3`)
    .bind(planId, ordinal, tenantId);
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
  database: D1Database,
  request: PlanItemListRequest,
): Promise<Page<RestorePlanItem> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const { sql, parameters } = planItemListStatement(request, after?.[0] ?? -1);
  const [owned, found] = await database.batch([
    database
      .prepare("select id from restore_plans where id = ?1 and tenant_id = ?2 and status = 'ready'")
      .bind(request.planId, request.tenantId),
    database.prepare(sql).bind(...parameters),
  ]);
  if (owned?.results.length !== 1) return null;
  const rows = z.array(storedPlanItemSchema).parse(found?.results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.ordinal]),
    toPlanItem,
  );
}

/** Separate so that a test can ask the database for its plan. Only fixed text goes into the SQL. */
export function planItemListStatement(
  request: PlanItemListRequest,
  after: number,
): { sql: string; parameters: (string | number)[] } {
  const conditions = ["p.plan_id = ?", "p.tenant_id = ?", "p.ordinal > ?"];
  const parameters: (string | number)[] = [request.planId, request.tenantId, after];
  if (request.action !== null) {
    conditions.push("p.action = ?");
    parameters.push(request.action);
  }
  if (request.family !== null) {
    conditions.push("p.family = ?");
    parameters.push(request.family);
  }
  if (request.missing) conditions.push("p.missing_count > 0");
  const query = foldName(request.query?.trim() ?? "");
  if (query !== "") {
    // The item's folded name: SQLite itself folds ASCII only.
    conditions.push("instr((select i.sort_name from backup_set_items i where i.id = p.item_id), ?) > 0");
    parameters.push(query);
  }
  parameters.push(oneMore(request.limit));
  return {
    sql: `select ${COLUMNS} from restore_plan_items p where ${conditions.join(" and ")} order by p.ordinal limit ?`,
    parameters,
  };
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
