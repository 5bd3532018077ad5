/** What of a backup set a restore is asked for. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { backupSetItems } from "../backups/tables.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { restorePlanItems } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const i = backupSetItems;
const p = restorePlanItems;

const SELECTED = { id: i.id, family: i.family, graphId: i.graphId };
export type SelectedItem = Pick<typeof backupSetItems.$inferSelect, keyof typeof SELECTED>;

/** Those of the items that the set has. One query, by keys. */
export function selectedItems(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  itemIds: readonly string[],
): Promise<SelectedItem[]> {
  return rowsOf(
    query(database)
      .select(SELECTED)
      .from(i)
      .where(
        and(
          inArray(i.id, sql`(select value from json_each(${JSON.stringify(itemIds)}))`),
          eq(i.tenantId, tenantId),
          eq(i.backupSetId, backupSetId),
        ),
      ),
  );
}

/** Whether the set has any item. */
export async function holdsItems(database: TenantDatabase, tenantId: string, backupSetId: string): Promise<boolean> {
  const row = await firstOf(
    query(database)
      .select({ id: i.id })
      .from(i)
      .where(and(eq(i.backupSetId, backupSetId), eq(i.tenantId, tenantId)))
      .limit(1),
  );
  return row !== null;
}

/** Every policy of a family that the set has an item of, by the id and the newest name it was backed up with. One query. */
export async function policiesOfSet(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  family: string,
): Promise<Map<string, string>> {
  // Beside `max`, SQLite takes the other columns from the row that has it (https://sqlite.org/lang_select.html, "bare columns").
  const rows = await rowsOf(
    query(database)
      .select({ graphId: i.graphId, name: i.name, newest: sql`max(${i.capturedAt})` })
      .from(i)
      .where(and(eq(i.backupSetId, backupSetId), eq(i.tenantId, tenantId), eq(i.family, family)))
      .groupBy(i.graphId),
  );
  return new Map(rows.map(({ graphId, name }) => [graphId, name]));
}

const PLANNED = {
  graphId: p.graphId,
  ordinal: p.ordinal,
  action: p.action,
  targetId: p.targetId,
  targetName: p.targetName,
};
type PlannedPolicy = Pick<typeof restorePlanItems.$inferSelect, Exclude<keyof typeof PLANNED, "graphId">>;

/** What a plan has decided for policies of a family by the ids they were backed up with. One query, by the plan's key. */
export async function plannedPolicies(
  database: TenantDatabase,
  planId: string,
  family: string,
): Promise<Map<string, PlannedPolicy>> {
  const rows = await rowsOf(
    query(database)
      .select(PLANNED)
      .from(p)
      .where(and(eq(p.planId, planId), eq(p.family, family)))
      .orderBy(p.ordinal),
  );
  return new Map(rows.map(({ graphId, ...planned }) => [graphId, planned]));
}

/** What an item keeps sealed; null when nothing, or when the item is gone. */
export async function readItemSecrets(
  database: TenantDatabase,
  tenantId: string,
  itemId: string,
): Promise<string | null> {
  const row = await firstOf(
    query(database)
      .select({ sealed: i.sealedSecrets })
      .from(i)
      .where(and(eq(i.id, itemId), eq(i.tenantId, tenantId))),
  );
  return row?.sealed ?? null;
}
