/** What backup sets hold, as readers see it. Writing is in `backup-capture.ts`. */
import { z } from "zod";
import { backupSetStateSchema, type BackupSetItem, type PolicyBackup } from "../../contract/backup-sets.ts";
import { familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { foldName } from "../inventory/policies.ts";
import { decodePolicyId, encodePolicyId } from "../inventory/policy-id.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";

const COLUMNS = `i.id, i.backup_set_id, i.family, i.graph_id, i.name, i.sort_name, i.description, i.platform, i.odata_type,
  i.assignment_count, i.content_hash, i.content_bytes, i.sealed_secrets is not null as has_secrets, i.captured_at,
  i.confirmed_at, i.run_id, i.request_id`;
/** The set has no newer item of the same policy. Uses the index of a set's policies. */
const LATEST = `not exists (select 1 from backup_set_items n
  where n.backup_set_id = i.backup_set_id and n.family = i.family and n.graph_id = i.graph_id
    and n.captured_at >= i.captured_at and (n.captured_at, n.id) > (i.captured_at, i.id))`;

const rowSchema = z.object({
  id: z.string(),
  backup_set_id: z.string(),
  family: z.string(),
  graph_id: z.string(),
  name: z.string(),
  sort_name: z.string(),
  description: z.string().nullable(),
  platform: z.string().nullable(),
  odata_type: z.string().nullable(),
  assignment_count: z.int().nullable(),
  content_hash: z.string(),
  content_bytes: z.int(),
  has_secrets: z.int(),
  captured_at: z.int(),
  confirmed_at: z.int().nullable(),
  run_id: z.string(),
  request_id: z.string().nullable(),
  latest: z.int(),
});
type ItemRow = z.infer<typeof rowSchema>;

export interface BackupSetItemListRequest {
  tenantId: string;
  backupSetId: string;
  /** Part of the name, in any case. */
  query: string | null;
  family: string | null;
  platform: string | null;
  /** True: the newest item of each policy alone. False: those that a newer one has replaced. Null: all. */
  latest: boolean | null;
  cursor: string | null;
  limit: number;
}

/** One page of a set's items, by name. One query, in the order of an index; empty for a set that is not the tenant's. */
export async function listBackupSetItems(
  database: D1Database,
  request: BackupSetItemListRequest,
): Promise<Page<BackupSetItem>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const { sql, params } = backupSetItemListStatement(request, after);
  const { results } = await database
    .prepare(sql)
    .bind(...params)
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.sort_name, last.id]),
    toItem,
  );
}

/** The list's query; separate so that a test can ask the database for its plan. Only fixed text goes into the SQL. */
export function backupSetItemListStatement(
  request: BackupSetItemListRequest,
  after: readonly [string, string] | null,
): { sql: string; params: (string | number)[] } {
  const conditions = ["i.backup_set_id = ?", "i.tenant_id = ?"];
  const params: (string | number)[] = [request.backupSetId, request.tenantId];
  if (request.family !== null) {
    conditions.push("i.family = ?");
    params.push(request.family);
  }
  if (request.platform !== null) {
    conditions.push("i.platform = ?");
    params.push(request.platform);
  }
  if (request.query !== null && request.query.trim() !== "") {
    conditions.push("instr(i.sort_name, ?) > 0");
    params.push(foldName(request.query.trim()));
  }
  if (request.latest !== null) conditions.push(request.latest ? LATEST : `not ${LATEST}`);
  if (after) {
    conditions.push("(i.sort_name, i.id) > (?, ?)");
    params.push(...after);
  }
  params.push(oneMore(request.limit));
  return {
    sql: `select ${COLUMNS}, ${LATEST} as latest from backup_set_items i
           where ${conditions.join(" and ")} order by i.sort_name, i.id limit ?`,
    params,
  };
}

/** An item of a set that the tenant has; null for anything else. One query. */
export async function readBackupSetItem(
  database: D1Database,
  key: { tenantId: string; backupSetId: string; itemId: string },
): Promise<BackupSetItem | null> {
  const item = await readItem(database, key.tenantId, key.itemId);
  return item?.backupSetId === key.backupSetId ? item : null;
}

/** An item of whichever of the tenant's sets. */
export async function readItem(database: D1Database, tenantId: string, itemId: string): Promise<BackupSetItem | null> {
  const row = await database
    .prepare(`select ${COLUMNS}, ${LATEST} as latest from backup_set_items i where i.id = ? and i.tenant_id = ?`)
    .bind(itemId, tenantId)
    .first();
  return row === null ? null : toItem(rowSchema.parse(row));
}

const backupRowSchema = rowSchema.extend({ set_name: z.string(), set_status: backupSetStateSchema });

/** Every item of a policy in all of the tenant's sets, newest first. One query, in the order of an index. */
export async function listPolicyBackups(
  database: D1Database,
  request: { tenantId: string; policyId: string; cursor: string | null; limit: number },
): Promise<Page<PolicyBackup>> {
  const before = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const key = decodePolicyId(request.policyId);
  if (!key) return { items: [], nextCursor: null };
  const { sql, params } = policyBackupsStatement({ ...request, ...key }, before);
  const { results } = await database
    .prepare(sql)
    .bind(...params)
    .all();
  const rows = z.array(backupRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.captured_at, last.id]),
    (row) => ({
      ...toItem(row),
      backupSet: { id: row.backup_set_id, name: row.set_name, state: row.set_status },
    }),
  );
}

export function policyBackupsStatement(
  request: { tenantId: string; family: string; graphId: string; limit: number },
  before: readonly [number, string] | null,
): { sql: string; params: (string | number | null)[] } {
  const [capturedAt, id] = before ?? [null, null];
  return {
    sql: `select ${COLUMNS}, ${LATEST} as latest, s.name as set_name, s.status as set_status
            from backup_set_items i join backup_sets s on s.id = i.backup_set_id and s.tenant_id = i.tenant_id and s.status <> 'deleted'
           where i.tenant_id = ?1 and i.family = ?2 and i.graph_id = ?3
             and (?4 is null or (i.captured_at, i.id) < (?4, ?5))
           order by i.captured_at desc, i.id desc limit ?6`,
    params: [request.tenantId, request.family, request.graphId, capturedAt, id, oneMore(request.limit)],
  };
}

function toItem(row: ItemRow): BackupSetItem {
  return {
    id: row.id,
    backupSetId: row.backup_set_id,
    policyId: encodePolicyId({ family: row.family, graphId: row.graph_id }),
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    graphId: row.graph_id,
    name: row.name,
    description: row.description,
    platform: row.platform,
    odataType: row.odata_type,
    assignmentCount: row.assignment_count,
    contentHash: row.content_hash,
    contentBytes: row.content_bytes,
    hasSecrets: row.has_secrets === 1,
    capturedAt: isoTime(row.captured_at),
    confirmedAt: isoTimeOrNull(row.confirmed_at),
    latest: row.latest === 1,
    runId: row.run_id,
    requestId: row.request_id,
  };
}
