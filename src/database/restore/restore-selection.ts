/** What of a backup set a restore is asked for. */
import { z } from "zod";

export interface SelectedItem {
  id: string;
  family: string;
  graphId: string;
}

const rowSchema = z
  .object({ id: z.string(), family: z.string(), graph_id: z.string() })
  .transform(({ id, family, graph_id }): SelectedItem => ({ id, family, graphId: graph_id }));

/** Those of the items that the set has. One query, by keys. */
export async function selectedItems(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
  itemIds: readonly string[],
): Promise<SelectedItem[]> {
  const { results } = await database
    .prepare(
      `select id, family, graph_id from backup_set_items
        where id in (select value from json_each(?3)) and tenant_id = ?1 and backup_set_id = ?2`,
    )
    .bind(tenantId, backupSetId, JSON.stringify(itemIds))
    .all();
  return z.array(rowSchema).parse(results);
}

/** Whether the set has any item. */
export async function holdsItems(database: D1Database, tenantId: string, backupSetId: string): Promise<boolean> {
  const row = await database
    .prepare("select 1 from backup_set_items where backup_set_id = ?2 and tenant_id = ?1 limit 1")
    .bind(tenantId, backupSetId)
    .first();
  return row !== null;
}

/** Every policy of a family that the set has an item of, by the id and the newest name it was backed up with. One query. */
export async function policiesOfSet(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
  family: string,
): Promise<Map<string, string>> {
  const { results } = await database
    .prepare(
      `select graph_id, name, max(captured_at) from backup_set_items
        where backup_set_id = ?2 and tenant_id = ?1 and family = ?3 group by graph_id`,
    )
    .bind(tenantId, backupSetId, family)
    .all();
  const rows = z.array(z.object({ graph_id: z.string(), name: z.string() })).parse(results);
  return new Map(rows.map(({ graph_id, name }) => [graph_id, name]));
}

/** What a plan has decided for policies of a family by the ids they were backed up with. One query, by the plan's key. */
export async function plannedPolicies(
  database: D1Database,
  planId: string,
  family: string,
): Promise<Map<string, { ordinal: number; action: string; targetId: string | null; targetName: string | null }>> {
  const { results } = await database
    .prepare(
      `select graph_id, ordinal, action, target_id, target_name from restore_plan_items
        where plan_id = ?1 and family = ?2 order by ordinal`,
    )
    .bind(planId, family)
    .all();
  const rows = z
    .array(
      z.object({
        graph_id: z.string(),
        ordinal: z.int(),
        action: z.string(),
        target_id: z.string().nullable(),
        target_name: z.string().nullable(),
      }),
    )
    .parse(results);
  return new Map(
    rows.map(({ graph_id, ordinal, action, target_id: targetId, target_name: targetName }) => [
      graph_id,
      { ordinal, action, targetId, targetName },
    ]),
  );
}

/** What an item keeps sealed; null when nothing, or when the item is gone. */
export function readItemSecrets(database: D1Database, tenantId: string, itemId: string): Promise<string | null> {
  return database
    .prepare("select sealed_secrets from backup_set_items where id = ?1 and tenant_id = ?2")
    .bind(itemId, tenantId)
    .first<string>("sealed_secrets");
}
