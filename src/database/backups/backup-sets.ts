/** Backup sets, as people list and find them. Changing them is in `backup-set-changes.ts`. */
import { and, eq, inArray, ne, sql } from "drizzle-orm";
import { z } from "zod";
import {
  BACKUP_SET_ORIGINS,
  BACKUP_SET_STATES,
  backupSetOriginSchema,
  backupSetStateSchema,
  type BackupSet,
  type BackupSetDetail,
  type BackupSetOrigin,
  type BackupSetOriginFilter,
  type BackupSetState,
  type BackupSetStateFilter,
  isSealedOrigin,
} from "../../contract/backup-sets.ts";
import { FAMILIES, familyByKey } from "../../graph/families.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { foldName } from "../inventory/policies.ts";
import { beyond, contains, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { originOfSet } from "./scheduled-sets.ts";
import { backupSets } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const sets = backupSets;

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  sort_name: z.string(),
  description: z.string(),
  status: backupSetStateSchema,
  origin: backupSetOriginSchema,
  origin_id: z.string().nullable(),
  created_at: z.int(),
  created_by: z.string().nullable(),
  creator_name: z.string().nullable(),
  updated_at: z.int(),
  archived_at: z.int().nullable(),
  item_count: z.int(),
  policy_count: z.int(),
  last_captured_at: z.int().nullable(),
});

/** The sets of the `page` that stands before it, with their counts. Its parameter ?1 is the tenant. */
const WITH_COUNTS = `
  select page.*, u.name as creator_name, coalesce(held.item_count, 0) as item_count,
         coalesce(held.policy_count, 0) as policy_count, held.last_captured_at
    from page
    left join users u on u.id = page.created_by
    left join (select backup_set_id, sum(items) as item_count, count(*) as policy_count, max(newest) as last_captured_at
                 from (select backup_set_id, count(*) as items, max(captured_at) as newest from backup_set_items
                        where tenant_id = ?1 and backup_set_id in (select id from page)
                        group by backup_set_id, family, graph_id)
                group by backup_set_id) held on held.backup_set_id = page.id
   order by page.status, page.sort_name, page.id`;
const COLUMNS =
  "id, name, sort_name, description, status, created_at, created_by, updated_at, archived_at, origin, origin_id";

export interface BackupSetListRequest {
  tenantId: string;
  state: BackupSetStateFilter;
  origin: BackupSetOriginFilter;
  /** Part of the name, in any case. */
  query: string | null;
  cursor: string | null;
  limit: number;
}

const cursorSchema = z.tuple([backupSetStateSchema, z.string(), z.string()]);

/** One page: active sets before archived ones, each by name. One query, in the order of an index. */
export async function listBackupSets(
  database: TenantDatabase,
  request: BackupSetListRequest,
): Promise<Page<BackupSet>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const [state, name, id] = after ?? [null, null, null];
  const { results } = await database
    .prepare(
      `with page as (
         select ${COLUMNS} from backup_sets
          where tenant_id = ?1 and status in (select value from json_each(?2)) and instr(sort_name, ?3) > 0
            and origin in (select value from json_each(?8)) and (?4 is null or (status, sort_name, id) > (?4, ?5, ?6))
          order by status, sort_name, id limit ?7)
       ${WITH_COUNTS}`,
    )
    .bind(
      request.tenantId,
      JSON.stringify(statesOf(request.state)),
      foldName(request.query?.trim() ?? ""),
      state,
      name,
      id,
      oneMore(request.limit),
      JSON.stringify(originsOf(request.origin)),
    )
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.status, last.sort_name, last.id]),
    toBackupSet,
  );
}

const familyRowSchema = z.object({ family: z.string(), item_count: z.int(), policy_count: z.int() });

/** A set with what it holds; null when the tenant has none of that id, or has it no more. Two queries of one moment, and what made it and keeps it. */
export async function readBackupSet(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  now: number,
): Promise<BackupSetDetail | null> {
  const origin = await originOfSet(database, { tenantId, backupSetId, now });
  const [sets, families] = await database.batch([
    database
      .prepare(
        `with page as (select ${COLUMNS} from backup_sets where id = ?2 and tenant_id = ?1 and status <> 'deleted') ${WITH_COUNTS}`,
      )
      .bind(tenantId, backupSetId),
    database
      .prepare(
        `select family, count(*) as item_count, count(distinct graph_id) as policy_count
           from backup_set_items where backup_set_id = ?2 and tenant_id = ?1 group by family`,
      )
      .bind(tenantId, backupSetId),
  ]);
  const row = sets?.results[0];
  if (row === undefined) return null;
  const held = new Map(
    z
      .array(familyRowSchema)
      .parse(families?.results)
      .map((family) => [family.family, family]),
  );
  // In catalogue order; a family that this version does not know any more comes last, under its key.
  const known: { key: string; label: string }[] = FAMILIES.map(({ key, label }) => ({ key, label }));
  const unknown = [...held.keys()].filter((key) => familyByKey(key) === null);
  return {
    ...toBackupSet(rowSchema.parse(row)),
    ...origin,
    families: [...known, ...unknown.map((key) => ({ key, label: key }))].flatMap(({ key, label }) => {
      const counts = held.get(key);
      return counts ? [{ key, label, itemCount: counts.item_count, policyCount: counts.policy_count }] : [];
    }),
  };
}

/** Name, status and origin; null when the tenant has no such set, or has it no more. One query. */
export async function findBackupSet(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
): Promise<{ name: string; status: BackupSetState; origin: BackupSetOrigin } | null> {
  const row = await firstOf(
    query(database)
      .select({ name: sets.name, status: sets.status, origin: sets.origin })
      .from(sets)
      .where(and(eq(sets.id, backupSetId), eq(sets.tenantId, tenantId), ne(sets.status, "deleted"))),
  );
  return row === null ? null : { ...row, status: backupSetStateSchema.parse(row.status) };
}

/** The status alone; null when the tenant has no such set, or has it no more. One query. */
export async function readBackupSetStatus(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
): Promise<BackupSetState | null> {
  return (await findBackupSet(database, tenantId, backupSetId))?.status ?? null;
}

export interface MatchingSetsRequest {
  tenantId: string;
  state: BackupSetStateFilter;
  /** `kept` when absent, as in the list. */
  origin?: BackupSetOriginFilter | undefined;
  query: string | null;
  after: readonly [createdAt: number, id: string] | null;
  limit: number;
}

/** The sets that a list with the same filter would show (F28), oldest first. One query, in the order of an index. */
export function matchingBackupSets(
  database: TenantDatabase,
  request: MatchingSetsRequest,
): Promise<{ id: string; name: string; createdAt: number }[]> {
  const order = [sets.createdAt, sets.id];
  const text = request.query?.trim() ?? "";
  return rowsOf(
    query(database)
      .select({ id: sets.id, name: sets.name, createdAt: sets.createdAt })
      .from(sets)
      .where(
        and(
          eq(sets.tenantId, request.tenantId),
          inArray(sets.status, statesOf(request.state)),
          inArray(sets.origin, originsOf(request.origin ?? "kept")),
          text === "" ? undefined : contains(sets.sortName, foldName(text)),
          beyond(order, ">", request.after),
        ),
      )
      .orderBy(...order)
      .limit(request.limit),
  );
}

/** Names of those of the sets that the tenant has. One query. */
export async function namesOfBackupSets(
  database: TenantDatabase,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await rowsOf(
    query(database)
      .select({ id: sets.id, name: sets.name })
      .from(sets)
      .where(
        and(
          eq(sets.tenantId, tenantId),
          inArray(sets.id, sql`(select value from json_each(${JSON.stringify(ids)}))`),
          ne(sets.status, "deleted"),
        ),
      ),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function statesOf(state: BackupSetStateFilter): BackupSetState[] {
  return state === "all" ? [...BACKUP_SET_STATES] : [state];
}

function originsOf(filter: BackupSetOriginFilter): BackupSetOrigin[] {
  if (filter === "all") return [...BACKUP_SET_ORIGINS];
  return BACKUP_SET_ORIGINS.filter((origin) => (filter === "kept" ? !isSealedOrigin(origin) : origin === filter));
}

function toBackupSet(row: z.infer<typeof rowSchema>): BackupSet {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state: row.status,
    origin: row.origin,
    originId: row.origin_id,
    itemCount: row.item_count,
    policyCount: row.policy_count,
    createdAt: isoTime(row.created_at),
    createdBy: personOf(row.created_by, row.creator_name),
    updatedAt: isoTime(row.updated_at),
    archivedAt: isoTimeOrNull(row.archived_at),
    lastCapturedAt: isoTimeOrNull(row.last_captured_at),
  };
}
