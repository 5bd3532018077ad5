/** The backup sets in which standards are prepared for a deployment: the standard as it holds for the tenant, frozen, for one plan. */
import { and, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { backupReferenceNames } from "../backups/tables.ts";
import { foldName } from "../inventory/policies.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import type { NewItem } from "../backups/backup-capture.ts";
import type { ReferenceKind } from "../../contract/restore.ts";
import type { TenantDatabase } from "../databases.ts";

/** The set that a preview prepares. One a run, so that a repeated step finds it. */
export function deploymentSetId(runId: string): string {
  return `set_std_${runId.replace(/^run_/, "")}`;
}

interface Place {
  tenantId: string;
  backupSetId: string;
  runId: string;
}

/** Makes the set unless it is there. One statement. */
export async function openDeploymentSet(
  database: TenantDatabase,
  { tenantId, backupSetId, runId }: Place,
  set: { name: string; at: number; by: string | null },
): Promise<void> {
  await database
    .prepare(
      `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at, origin, origin_id)
       values (?1, ?2, ?3, ?4, '', 'active', ?5, ?6, ?5, 'standard', ?7) on conflict do nothing`,
    )
    .bind(backupSetId, tenantId, set.name, foldName(set.name), set.at, set.by, runId)
    .run();
}

export interface DeploymentItem extends Omit<NewItem, "sealedSecrets" | "requestId"> {
  /** Of the standard. */
  key: string;
  family: string;
  /** What it is in the home tenant: what other policies of the standard refer to it by. */
  graphId: string;
}

/** The id of a policy's item in its set. */
export function deploymentItemId(backupSetId: string, key: string): string {
  return `${backupSetId}/${key}`;
}

/** Adds policies; again, it adds nothing. One batch of a statement for every 400,000 characters. */
export async function addDeploymentItems(
  database: TenantDatabase,
  { tenantId, backupSetId, runId }: Place,
  items: readonly DeploymentItem[],
): Promise<void> {
  const lists = jsonLists(
    items.map((item) => ({ ...item, id: deploymentItemId(backupSetId, item.key), sortName: foldName(item.name) })),
  );
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, description, platform, odata_type,
                                         assignment_count, content_hash, content_bytes, comparable_hash, captured_at, run_id)
           select value ->> 'id', ?2, ?1, value ->> 'family', value ->> 'graphId', value ->> 'name', value ->> 'sortName',
                  value ->> 'description', value ->> 'platform', value ->> 'odataType', value ->> 'assignmentCount', value ->> 'contentHash',
                  value ->> 'contentBytes', value ->> 'comparableHash', value ->> 'capturedAt', ?3
             from json_each(?4)
            where exists (select 1 from backup_sets where id = ?1 and tenant_id = ?2 and status = 'active')
               on conflict do nothing`,
        )
        .bind(backupSetId, tenantId, runId, list),
    ),
  );
}

const n = backupReferenceNames;

/** What things of a tenant were last called, as far as its backups have asked. One query for every 400,000 characters of keys. */
export async function lastKnownNames(
  database: TenantDatabase,
  tenantId: string,
  things: readonly { kind: ReferenceKind; id: string }[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const list of jsonLists([...new Set(things.map(({ id }) => id))])) {
    const rows = await rowsOf(
      query(database)
        .select({ kind: n.kind, id: n.referenceId, name: n.name })
        .from(n)
        .where(
          and(
            eq(n.tenantId, tenantId),
            inArray(n.referenceId, sql`(select value from json_each(${list}))`),
            isNotNull(n.name),
          ),
        )
        .orderBy(desc(sql`rowid`)),
    );
    for (const { kind, id, name } of rows) {
      const key = thingKey({ kind, id });
      if (name !== null && !names.has(key)) names.set(key, name);
    }
  }
  return names;
}

export function thingKey({ kind, id }: { kind: ReferenceKind; id: string }): string {
  return JSON.stringify([kind, id]);
}
