/** Backup sets, as people list, make, rename and archive them. What runs do with them is in `backup-set-status.ts`. */
import { z } from "zod";
import {
  BACKUP_SET_STATES,
  backupSetStateSchema,
  type BackupSet,
  type BackupSetDetail,
  type BackupSetState,
  type BackupSetStateFilter,
  type ChangeBackupSet,
  type CreateBackupSet,
} from "../../contract/backup-sets.ts";
import { FAMILIES, familyByKey } from "../../graph/families.ts";
import { auditEventStatement } from "../tenancy/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { foldName } from "../inventory/policies.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

/** Who does something with one set, and when (milliseconds since the epoch). */
export interface BackupSetAct {
  tenantId: string;
  backupSetId: string;
  actorId: string;
  at: number;
}

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  sort_name: z.string(),
  description: z.string(),
  status: backupSetStateSchema,
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
const COLUMNS = "id, name, sort_name, description, status, created_at, created_by, updated_at, archived_at";

export interface BackupSetListRequest {
  tenantId: string;
  state: BackupSetStateFilter;
  /** Part of the name, in any case. */
  query: string | null;
  cursor: string | null;
  limit: number;
}

const cursorSchema = z.tuple([backupSetStateSchema, z.string(), z.string()]);

/** One page: active sets before archived ones, each by name. One query, in the order of an index. */
export async function listBackupSets(database: D1Database, request: BackupSetListRequest): Promise<Page<BackupSet>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const { sql, params } = backupSetListStatement(request, after);
  const { results } = await database
    .prepare(sql)
    .bind(...params)
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.status, last.sort_name, last.id]),
    toBackupSet,
  );
}

/** The list's query; separate so that a test can ask the database for its plan. */
export function backupSetListStatement(
  request: BackupSetListRequest,
  after: readonly [string, string, string] | null,
): { sql: string; params: (string | number | null)[] } {
  const [state, name, id] = after ?? [null, null, null];
  return {
    sql: `with page as (
      select ${COLUMNS} from backup_sets
       where tenant_id = ?1 and status in (select value from json_each(?2)) and instr(sort_name, ?3) > 0
         and (?4 is null or (status, sort_name, id) > (?4, ?5, ?6))
       order by status, sort_name, id limit ?7)
      ${WITH_COUNTS}`,
    params: [
      request.tenantId,
      statusesOf(request.state),
      foldName(request.query?.trim() ?? ""),
      state,
      name,
      id,
      oneMore(request.limit),
    ],
  };
}

const familyRowSchema = z.object({ family: z.string(), item_count: z.int(), policy_count: z.int() });

/** A set with what it holds; null when the tenant has none of that id, or has it no more. Two queries of one moment. */
export async function readBackupSet(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
): Promise<BackupSetDetail | null> {
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
    families: [...known, ...unknown.map((key) => ({ key, label: key }))].flatMap(({ key, label }) => {
      const counts = held.get(key);
      return counts ? [{ key, label, itemCount: counts.item_count, policyCount: counts.policy_count }] : [];
    }),
  };
}

const headSchema = z.object({ name: z.string(), status: backupSetStateSchema });

/** Name and status; null when the tenant has no such set, or has it no more. One query. */
export async function findBackupSet(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
): Promise<z.infer<typeof headSchema> | null> {
  const row = await database
    .prepare("select name, status from backup_sets where id = ?2 and tenant_id = ?1 and status <> 'deleted'")
    .bind(tenantId, backupSetId)
    .first();
  return row === null ? null : headSchema.parse(row);
}

/** The status alone; null when the tenant has no such set, or has it no more. One query. */
export async function readBackupSetStatus(
  database: D1Database,
  tenantId: string,
  backupSetId: string,
): Promise<BackupSetState | null> {
  return (await findBackupSet(database, tenantId, backupSetId))?.status ?? null;
}

export interface MatchingSetsRequest {
  tenantId: string;
  state: BackupSetStateFilter;
  query: string | null;
  after: readonly [createdAt: number, id: string] | null;
  limit: number;
}

const matchRowSchema = z
  .object({ id: z.string(), name: z.string(), created_at: z.int() })
  .transform(({ id, name, created_at }) => ({ id, name, createdAt: created_at }));

/** The sets that a list with the same filter would show (F28), oldest first. One query, in the order of an index. */
export async function matchingBackupSets(
  database: D1Database,
  request: MatchingSetsRequest,
): Promise<{ id: string; name: string; createdAt: number }[]> {
  const { sql, params } = matchingBackupSetsStatement(request);
  const { results } = await database
    .prepare(sql)
    .bind(...params)
    .all();
  return z.array(matchRowSchema).parse(results);
}

/** Separate so that a test can ask the database for its plan. */
export function matchingBackupSetsStatement(request: MatchingSetsRequest): {
  sql: string;
  params: (string | number)[];
} {
  const [createdAt, id] = request.after ?? [-1, ""];
  return {
    sql: `select id, name, created_at from backup_sets
           where tenant_id = ?1 and (created_at, id) > (?4, ?5)
             and status in (select value from json_each(?2)) and instr(sort_name, ?3) > 0
           order by created_at, id limit ?6`,
    params: [
      request.tenantId,
      statusesOf(request.state),
      foldName(request.query?.trim() ?? ""),
      createdAt,
      id,
      request.limit,
    ],
  };
}

/** Names of those of the sets that the tenant has. One query. */
export async function namesOfBackupSets(
  database: D1Database,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const { results } = await database
    .prepare(
      `select id, name from backup_sets
        where tenant_id = ?1 and id in (select value from json_each(?2)) and status <> 'deleted'`,
    )
    .bind(tenantId, JSON.stringify(ids))
    .all();
  return new Map(
    z
      .array(z.object({ id: z.string(), name: z.string() }))
      .parse(results)
      .map(({ id, name }) => [id, name]),
  );
}

/** Makes a set; durable when it resolves to its id. Names need not differ: two sets are two by their ids. */
export async function createBackupSet(
  database: D1Database,
  act: Omit<BackupSetAct, "backupSetId">,
  { name, description }: CreateBackupSet,
): Promise<string> {
  const id = `set_${crypto.randomUUID()}`;
  await database.batch([
    database
      .prepare(
        `insert into backup_sets (id, tenant_id, name, sort_name, description, status, created_at, created_by, updated_at)
         values (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7, ?6)`,
      )
      .bind(id, act.tenantId, name, foldName(name), description, act.at, act.actorId),
    setEvent(database, { ...act, backupSetId: id }, "backup-set.create", { name }),
  ]);
  return id;
}

/** Renames, describes. False when there is no such set; what is the same already is no change and no event. */
export async function changeBackupSet(
  database: D1Database,
  act: BackupSetAct,
  change: ChangeBackupSet,
): Promise<boolean> {
  const before = await readBackupSet(database, act.tenantId, act.backupSetId);
  if (before === null) return false;
  const name = change.name ?? before.name;
  const description = change.description ?? before.description;
  if (name === before.name && description === before.description) return true;
  await database.batch([
    database
      .prepare(
        `update backup_sets set name = ?3, sort_name = ?4, description = ?5, updated_at = ?6
          where id = ?2 and tenant_id = ?1 and status <> 'deleted'`,
      )
      .bind(act.tenantId, act.backupSetId, name, foldName(name), description, act.at),
    setEvent(database, act, "backup-set.change", { ...change, previousName: before.name }),
  ]);
  return true;
}

function statusesOf(state: BackupSetStateFilter): string {
  return JSON.stringify(state === "all" ? BACKUP_SET_STATES : [state]);
}

function setEvent(
  database: D1Database,
  { tenantId, backupSetId, actorId, at }: BackupSetAct,
  action: string,
  detail: Record<string, unknown>,
): D1PreparedStatement {
  return auditEventStatement(database, {
    tenantId,
    at,
    action,
    actorId,
    targetKind: "backup-set",
    targetId: backupSetId,
    detail,
  });
}

function toBackupSet(row: z.infer<typeof rowSchema>): BackupSet {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state: row.status,
    itemCount: row.item_count,
    policyCount: row.policy_count,
    createdAt: isoTime(row.created_at),
    createdBy: personOf(row.created_by, row.creator_name),
    updatedAt: isoTime(row.updated_at),
    archivedAt: isoTimeOrNull(row.archived_at),
    lastCapturedAt: isoTimeOrNull(row.last_captured_at),
  };
}
