/** Policies of an upload that become items of a set, all of a file in one transaction. */
import { z } from "zod";
import type { PolicyFacts } from "../../graph/policy-facts.ts";
import { foldName } from "../inventory/policies.ts";
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

export interface ImportTarget {
  tenantId: string;
  backupSetId: string;
  runId: string;
}

/** An item to be. Its payload is in R2 already. */
export interface ImportedItem extends Omit<PolicyFacts, "lastModifiedAt"> {
  /** The same at each execution of the unit that makes it. */
  id: string;
  family: string;
  contentHash: string;
  contentBytes: number;
  comparableHash: string;
  /** Milliseconds since the epoch. */
  capturedAt: number;
}

export interface ImportState {
  /** The set is there, the tenant's, and in service. */
  setActive: boolean;
  /** Items that this unit has made. */
  made: number;
  /** Policies of the unit that the set has by another one. */
  held: number;
}

const SET_ACTIVE = "exists (select 1 from backup_sets where id = ?2 and tenant_id = ?1 and status = 'active')";

/** What of the unit's items is in the set. One query for every 400,000 characters of keys. */
export async function readImportState(
  database: TenantDatabase,
  { tenantId, backupSetId }: ImportTarget,
  items: readonly { id: string; family: string; graphId: string }[],
): Promise<ImportState> {
  const state: ImportState = { setActive: false, made: 0, held: 0 };
  for (const list of jsonLists(items.map(({ id, family, graphId }) => [id, family, graphId]))) {
    const row = await database
      .prepare(
        `select ${SET_ACTIVE} as set_active,
                (select count(*) from json_each(?3) wanted join backup_set_items i on i.id = wanted.value ->> 0
                  where i.backup_set_id = ?2) as made,
                (select count(*) from json_each(?3) wanted
                  where exists (select 1 from backup_set_items i
                                 where i.backup_set_id = ?2 and i.family = wanted.value ->> 1 and i.graph_id = wanted.value ->> 2
                                   and i.id <> wanted.value ->> 0)) as held`,
      )
      .bind(tenantId, backupSetId, list)
      .first();
    const { set_active, made, held } = stateRowSchema.parse(row);
    state.setActive = set_active === 1;
    state.made += made;
    state.held += held;
  }
  return state;
}

const stateRowSchema = z.object({ set_active: z.int(), made: z.int(), held: z.int() });

/**
 * Adds the items whose policies the set has not yet, if it is in service. Durable when it resolves; again, it adds nothing. One batch of a
 * statement for every 400,000 characters.
 */
export async function addImportedItems(
  database: TenantDatabase,
  { tenantId, backupSetId, runId }: ImportTarget,
  items: readonly ImportedItem[],
): Promise<void> {
  const lists = jsonLists(
    items.map((item) => [
      item.id,
      item.family,
      item.graphId,
      item.name,
      foldName(item.name),
      item.description,
      item.platform,
      item.odataType,
      item.assignmentCount,
      item.contentHash,
      item.contentBytes,
      item.comparableHash,
      item.capturedAt,
    ]),
  );
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, description, platform,
                  odata_type, assignment_count, content_hash, content_bytes, comparable_hash, captured_at, run_id)
           select value ->> 0, ?1, ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                  value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, ?3
             from json_each(?4)
            where ${SET_ACTIVE}
              and not exists (select 1 from backup_set_items i
                               where i.backup_set_id = ?2 and i.family = value ->> 1 and i.graph_id = value ->> 2)
               on conflict do nothing`,
        )
        .bind(tenantId, backupSetId, runId, list),
    ),
  );
}

/** Policies that the set has of a run. */
export async function countImported(database: TenantDatabase, { backupSetId, runId }: ImportTarget): Promise<number> {
  const row = await database
    .prepare("select count(*) as items from backup_set_items where backup_set_id = ?1 and run_id = ?2")
    .bind(backupSetId, runId)
    .first();
  return z.object({ items: z.int() }).parse(row).items;
}
