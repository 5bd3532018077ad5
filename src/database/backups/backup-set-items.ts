/** What backup sets hold, as readers see it. Writing is in `backup-capture.ts`. */
import { and, desc, eq, getTableColumns, isNotNull, ne, not, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { type BackupSetItem, backupSetStateSchema, type PolicyBackup } from "../../contract/backup-sets.ts";
import { familyByKey } from "../../graph/families.ts";
import { foldName } from "../inventory/policies.ts";
import { decodePolicyId, encodePolicyId } from "../inventory/policy-id.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, contains, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { backupSetItems, backupSets } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const i = backupSetItems;
const n = alias(backupSetItems, "newer");
/**
 * The set has no newer item of the same policy. Uses the index of a set's policies. In braces of its own: drizzle takes the tables'
 * names off the columns of a selected expression where a query reads one table.
 */
const LATEST = sql<number>`${sql`not exists (select 1 from ${i} as "newer"
  where ${n.backupSetId} = ${i.backupSetId} and ${n.family} = ${i.family} and ${n.graphId} = ${i.graphId}
    and ${n.capturedAt} >= ${i.capturedAt} and (${n.capturedAt}, ${n.id}) > (${i.capturedAt}, ${i.id}))`}`;

const {
  tenantId: _tenantId,
  comparableHash: _comparableHash,
  sealedSecrets,
  sealedWith: _sealedWith,
  ...SHOWN
} = getTableColumns(i);
const COLUMNS = { ...SHOWN, hasSecrets: isNotNull(sealedSecrets).mapWith(Boolean), latest: LATEST.mapWith(Boolean) };

function itemsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database).select(COLUMNS).from(i).where(condition).$dynamic();
}
type ItemRow = Awaited<ReturnType<typeof itemsWhere>>[number];

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
  database: TenantDatabase,
  request: BackupSetItemListRequest,
): Promise<Page<BackupSetItem>> {
  const { family, platform, latest } = request;
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const order = [i.sortName, i.id];
  const text = request.query?.trim() ?? "";
  const condition = and(
    eq(i.backupSetId, request.backupSetId),
    eq(i.tenantId, request.tenantId),
    family === null ? undefined : eq(i.family, family),
    platform === null ? undefined : eq(i.platform, platform),
    text === "" ? undefined : contains(i.sortName, foldName(text)),
    latest === null ? undefined : latest ? LATEST : not(LATEST),
    beyond(order, ">", after),
  );
  const rows = await rowsOf(
    itemsWhere(database, condition)
      .orderBy(...order)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.sortName, last.id]),
    toItem,
  );
}

/** An item of a set that the tenant has; null for anything else. One query. */
export async function readBackupSetItem(
  database: TenantDatabase,
  key: { tenantId: string; backupSetId: string; itemId: string },
): Promise<BackupSetItem | null> {
  const item = await readItem(database, key.tenantId, key.itemId);
  return item?.backupSetId === key.backupSetId ? item : null;
}

/** An item of any set of the tenant. One query. */
export async function readItem(
  database: TenantDatabase,
  tenantId: string,
  itemId: string,
): Promise<BackupSetItem | null> {
  const row = await firstOf(itemsWhere(database, and(eq(i.id, itemId), eq(i.tenantId, tenantId))));
  return row === null ? null : toItem(row);
}

/** Every item of a policy in all of the tenant's sets, newest first. One query, in the order of an index. */
export async function listPolicyBackups(
  database: TenantDatabase,
  request: { tenantId: string; policyId: string; cursor: string | null; limit: number },
): Promise<Page<PolicyBackup>> {
  const { tenantId } = request;
  const before = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const key = decodePolicyId(request.policyId);
  if (!key) return { items: [], nextCursor: null };
  const rows = await rowsOf(
    query(database)
      .select({ ...COLUMNS, setName: backupSets.name, setStatus: backupSets.status })
      .from(i)
      .innerJoin(
        backupSets,
        and(eq(backupSets.id, i.backupSetId), eq(backupSets.tenantId, i.tenantId), ne(backupSets.status, "deleted")),
      )
      .where(
        and(
          eq(i.tenantId, tenantId),
          eq(i.family, key.family),
          eq(i.graphId, key.graphId),
          beyond([i.capturedAt, i.id], "<", before),
        ),
      )
      .orderBy(desc(i.capturedAt), desc(i.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.capturedAt, last.id]),
    (row) => ({
      ...toItem(row),
      backupSet: { id: row.backupSetId, name: row.setName, state: backupSetStateSchema.parse(row.setStatus) },
    }),
  );
}

function toItem(row: ItemRow): BackupSetItem {
  const { family, graphId } = row;
  return {
    id: row.id,
    backupSetId: row.backupSetId,
    policyId: encodePolicyId({ family, graphId }),
    family,
    familyLabel: familyByKey(family)?.label ?? family,
    graphId,
    name: row.name,
    description: row.description,
    platform: row.platform,
    odataType: row.odataType,
    assignmentCount: row.assignmentCount,
    contentHash: row.contentHash,
    contentBytes: row.contentBytes,
    hasSecrets: row.hasSecrets,
    capturedAt: isoTime(row.capturedAt),
    confirmedAt: isoTimeOrNull(row.confirmedAt),
    latest: row.latest,
    runId: row.runId,
    requestId: row.requestId,
  };
}
