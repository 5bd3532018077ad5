/** The writes of a deletion: each removes and counts in one transaction, and says in the same where the next one begins. */
import { z } from "zod";
import type { Verification } from "../../contract/offboarding.ts";
import { notMoving } from "../moves/fences.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import {
  nameOf,
  refersTo,
  type TenantTable,
  TENANT_TABLES,
  tenantColumn,
  tenantRows,
} from "../exports/tenant-tables.ts";
import type { ControlDatabase, TenantDatabase, TenantEnv } from "../databases.ts";

export const OFFBOARDING_STEPS = ["begin", "runs", "objects", "uploads", "contents", "rows", "verify"] as const;

/** Where a deletion stands. All before it is durable. */
export const positionSchema = z.object({
  step: z.enum(OFFBOARDING_STEPS).default("begin"),
  /** What is being done, in words for people. */
  phase: z.string().default("Beginning"),
  /** In a step that goes through a list: the last that is done. */
  after: z.string().default(""),
  /** Objects in R2 that are counted as removed and are to be removed next. */
  pending: z.array(z.object({ key: z.string(), bytes: z.int() })).default([]),
  /** Times in a row that R2 has refused to remove them. */
  failures: z.int().default(0),
  /** The place in `TENANT_TABLES`. */
  table: z.int().default(0),
  /** Times that all was read again, and something was found. */
  round: z.int().default(0),
});
export type Position = z.output<typeof positionSchema>;

export interface Deletion {
  id: string;
  tenantId: string;
  tenantSlug: string;
  requestedBy: { id: string; name: string };
  position: Position;
  /** The position as it is stored: what a write compares with. */
  stored: string;
}

const takenSchema = z.array(
  z.object({
    id: z.string(),
    tenant_id: z.string(),
    tenant_slug: z.string(),
    requested_by: z.string(),
    requested_by_name: z.string(),
    position: z.string(),
  }),
);

/** Deletions that are due, each taken by one caller until `until`. One statement. */
export async function takeDeletions(
  database: TenantDatabase,
  { now, until, limit }: { now: number; until: number; limit: number },
): Promise<Deletion[]> {
  const { results } = await database
    .prepare(
      `update offboardings set not_before = ?2
        where id in (select id from offboardings
                      where status in ('waiting', 'deleting', 'incomplete')
                        and due_at <= ?1 and coalesce(not_before, 0) <= ?1 and ${notMoving("offboardings.tenant_id")}
                      order by due_at limit ?3)
        returning id, tenant_id, tenant_slug, requested_by, requested_by_name, position`,
    )
    .bind(now, until, limit)
    .all();
  return takenSchema.parse(results).map((row) => ({
    id: row.id,
    tenantId: row.tenant_id,
    tenantSlug: row.tenant_slug,
    requestedBy: { id: row.requested_by, name: row.requested_by_name },
    position: positionSchema.parse(parseStoredJson(row.position)),
    stored: row.position,
  }));
}

/** Lets the next Worker go on, at `notBefore` at the earliest. */
export async function releaseDeletion(database: TenantDatabase, id: string, notBefore: number | null): Promise<void> {
  await database.prepare("update offboardings set not_before = ?2 where id = ?1").bind(id, notBefore).run();
}

/** Does the statements and stores the new position, in one transaction. The deletion as it stands then. */
export async function advance(
  database: TenantDatabase,
  deletion: Deletion,
  change: Partial<Position>,
  statements: readonly D1PreparedStatement[] = [],
): Promise<Deletion> {
  const position = { ...deletion.position, ...change };
  const stored = JSON.stringify(position);
  await database.batch([
    ...statements,
    database
      .prepare("update offboardings set position = ?3 where id = ?1 and position = ?2")
      .bind(deletion.id, deletion.stored, stored),
  ]);
  return { ...deletion, position, stored };
}

/** Adds to a count, unless another Worker has gone on from this position. */
export function countStatement(
  database: TenantDatabase,
  deletion: Deletion,
  count: { kind: string; name: string; removed: number; bytes?: number },
): D1PreparedStatement {
  return database
    .prepare(
      `insert into offboarding_counts (offboarding_id, kind, name, removed, bytes)
       select id, ?3, ?4, ?5, ?6 from offboardings where id = ?1 and position = ?2
       on conflict do update set removed = removed + excluded.removed, bytes = bytes + excluded.bytes`,
    )
    .bind(deletion.id, deletion.stored, count.kind, count.name, count.removed, count.bytes ?? 0);
}

/**
 * What lets people in, and the product into the Microsoft tenant: it goes first. An API token and a consent lead nowhere without a membership.
 */
const ACCESS = ["memberships", "invitations", "tenant_connections"];

/**
 * Begins a deletion that waits: from then on nobody gets into the tenant, and its credentials are gone. Null when it was withdrawn, or while
 * a legal hold stands. One transaction.
 */
export async function beginDeletion(
  database: TenantDatabase,
  deletion: Deletion,
  now: number,
  event: D1PreparedStatement,
): Promise<Deletion | null> {
  const { id, tenantId } = deletion;
  const position = positionSchema.parse({ step: "runs", phase: "Ending operations" });
  const stored = JSON.stringify(position);
  const begun = "exists (select 1 from offboardings where id = ?2 and status = 'deleting')";
  const [updated] = await database.batch([
    database
      .prepare(
        `update offboardings
            set status = 'deleting', started_at = ?3, position = ?4,
                (export_id, export_hash, export_completed_at) =
                  (select id, archive_hash, completed_at from tenant_exports
                    where tenant_id = ?2 and status = 'complete' order by created_at desc limit 1)
          where id = ?1 and status = 'waiting' and ${notHeld("?2")} and ${notMoving("?2")}`,
      )
      .bind(id, tenantId, now, stored),
    ...TENANT_TABLES.filter((entry) => ACCESS.includes(nameOf(entry))).flatMap((entry) =>
      removal(database, { id, tenantId }, entry, `${tenantRows(entry)} and ${begun}`),
    ),
    event,
  ]);
  return updated?.meta.changes === 1 ? { ...deletion, position, stored } : null;
}

const ROWS_PER_STATEMENT = 2_000;

/**
 * Removes some of a table's rows and counts them, with rows of other tables that refer to them. 0 when none of the
 * tenant's are left. One transaction.
 */
export async function removeRows(
  database: TenantDatabase,
  deletion: Pick<Deletion, "id" | "tenantId">,
  entry: TenantTable,
): Promise<number> {
  // None of their rows may be left when these go: one that is written meanwhile goes with them.
  const children = TENANT_TABLES.filter((other) => refersTo(other, entry));
  const childless = children.map(
    (child) => ` and not exists (select 1 from ${nameOf(child)} where ${tenantRows(child)})`,
  );
  const statements = [
    ...children.flatMap((child) => removal(database, deletion, child, tenantRows(child))),
    ...removal(database, deletion, entry, `${tenantRows(entry)}${childless.join("")}`),
  ];
  const results = await database.batch(statements);
  return results.reduce((removed, { meta }, at) => removed + (at % 2 === 1 ? meta.changes : 0), 0);
}

/** Rows of a table that the tenant's id alone finds: their parents have gone before them. 0 when none is left. One transaction. */
export async function removeOrphans(
  database: TenantDatabase,
  deletion: Pick<Deletion, "id" | "tenantId">,
  entry: TenantTable,
): Promise<number> {
  const column = tenantColumn(entry);
  if (column === null || entry.through === undefined) return 0;
  const [, removed] = await database.batch(removal(database, deletion, entry, `${column} = ?1`));
  return removed?.meta.changes ?? 0;
}

/** Two statements: the count, and the removal of as many. `?1` is the tenant's id, `?2` the deletion's. */
function removal(
  database: TenantDatabase,
  { id, tenantId }: Pick<Deletion, "id" | "tenantId">,
  entry: TenantTable,
  condition: string,
): D1PreparedStatement[] {
  const table = nameOf(entry);
  // The cut that lets the log go is ours: nobody had it.
  const counted = table === "audit_cuts" ? " where hash <> ''" : "";
  const some = `select rowid, * from ${table} where ${condition} limit ${ROWS_PER_STATEMENT}`;
  return [
    database
      .prepare(
        `insert into offboarding_counts (offboarding_id, kind, name, removed)
         select ?2, 'rows', '${table}', (select count(*) from (${some})${counted}) where true
         on conflict do update set removed = removed + excluded.removed`,
      )
      .bind(tenantId, id),
    database
      .prepare(`delete from ${table} where rowid in (select rowid from (${some})) and ?2 <> ''`)
      .bind(tenantId, id),
  ];
}

/** API tokens that reach no tenant any more: they can do nothing, and are counted as rows of the tenant that was their last. */
const UNUSED_TOKENS = "not exists (select 1 from api_token_tenants where token_id = api_tokens.id)";

/** What the control database has of a tenant in a table; of `api_tokens`, the tokens that reach no tenant any more. */
function controlRows(entry: TenantTable | "api_tokens"): { table: string; condition: string; emptied: string | null } {
  if (entry === "api_tokens") return { table: entry, condition: `${UNUSED_TOKENS} and ?1 <> ''`, emptied: null };
  const emptied = entry.emptied?.map((column) => `${column} = null`).join(", ") ?? null;
  return { table: nameOf(entry), condition: tenantRows(entry), emptied };
}

/**
 * Counts rows of the control database that `removeInControl` removes next. They lie in another database than the counts: so they are counted
 * first, with a note of it in the position, and a removal that is repeated counts nothing.
 */
export async function countInControl(
  { CONTROL, DATABASE }: Pick<TenantEnv, "CONTROL" | "DATABASE">,
  deletion: Deletion,
  entry: TenantTable | "api_tokens",
): Promise<Deletion> {
  const { table, condition } = controlRows(entry);
  const row = await CONTROL.prepare(`select count(*) as rows from ${table} where ${condition}`)
    .bind(deletion.tenantId)
    .first<{ rows: number }>();
  const count = countStatement(DATABASE, deletion, { kind: "rows", name: table, removed: row?.rows ?? 0 });
  return advance(DATABASE, deletion, { after: "counted" }, [count]);
}

/** Removes them; of rows that are others' as well, what is the tenant's. */
export async function removeInControl(
  control: ControlDatabase,
  { tenantId }: Pick<Deletion, "tenantId">,
  entry: TenantTable | "api_tokens",
): Promise<void> {
  const { table, condition, emptied } = controlRows(entry);
  const change = emptied === null ? `delete from ${table}` : `update ${table} set ${emptied}`;
  await control.prepare(`${change} where ${condition}`).bind(tenantId).run();
}

/** Takes a tenant that has no rows any more from the list of tenants: its address is free. */
export async function removeFromTenants(control: ControlDatabase, tenantId: string): Promise<void> {
  await control.prepare("delete from tenants where id = ?1").bind(tenantId).run();
}

/** Notes the end of the audit log's chain, and lets its events be removed: triggers keep them otherwise (decision 124). One transaction. */
export async function cutAuditLog(
  database: TenantDatabase,
  deletion: Pick<Deletion, "id" | "tenantId">,
  head: { seq: number; hash: string },
  now: number,
): Promise<void> {
  const { id, tenantId } = deletion;
  await database.batch([
    database
      .prepare("update offboardings set audit_seq = ?2, audit_hash = ?3 where id = ?1 and audit_seq is null")
      .bind(id, head.seq, head.hash),
    database
      .prepare(
        "insert into audit_cuts (tenant_id, through_seq, hash, at) values (?1, ?2, '', ?3) on conflict do nothing",
      )
      .bind(tenantId, head.seq, now),
  ]);
}

/**
 * What is left of a tenant, by table. A batch for each of the two databases. Of tables without a tenant's id nothing can be left: their parents
 * went after them alone.
 */
export async function countLeft(
  { CONTROL, DATABASE }: Pick<TenantEnv, "CONTROL" | "DATABASE">,
  tenantId: string,
): Promise<Record<string, number>> {
  const left = async (database: D1Database, some: readonly TenantTable[]) => {
    const entries = some.map((entry) => ({ table: nameOf(entry), column: tenantColumn(entry) }));
    const results = await database.batch<{ left: number }>(
      entries.map(({ table, column }) =>
        column === null
          ? database.prepare("select 0 as left where ?1 <> ''").bind(tenantId)
          : database.prepare(`select count(*) as left from ${table} where ${column} = ?1`).bind(tenantId),
      ),
    );
    return entries.map(({ table }, at): [string, number] => [table, results[at]?.results[0]?.left ?? 0]);
  };
  const inShard = await left(
    DATABASE,
    TENANT_TABLES.filter(({ control }) => control !== true),
  );
  const inControl = await left(
    CONTROL,
    TENANT_TABLES.filter((entry) => entry.control === true || nameOf(entry) === "tenants"),
  );
  const found = new Map(inShard);
  // The tenant itself is in both, or in the one that is both.
  for (const [table, rows] of inControl) found.set(table, Math.max(rows, found.get(table) ?? 0));
  return Object.fromEntries(TENANT_TABLES.map((entry) => [nameOf(entry), found.get(nameOf(entry)) ?? 0]));
}

/** The end of a deletion, or of an attempt at it. `event` is written with it. One transaction. */
export async function endDeletion(
  database: TenantDatabase,
  deletion: Deletion,
  end: { status: "deleted" | "incomplete"; verification: Verification; now: number; position: Position },
  event: D1PreparedStatement,
): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update offboardings set status = ?3, verification = ?4, position = ?6,
                completed_at = case when ?3 = 'deleted' then ?5 end,
                refused = case when ?3 = 'deleted' then '[]' else refused end
          where id = ?1 and position = ?2`,
      )
      .bind(
        deletion.id,
        deletion.stored,
        end.status,
        JSON.stringify(end.verification),
        end.now,
        JSON.stringify(end.position),
      ),
    event,
  ]);
}

/** Adds objects that R2 does not let go, 100 at most. */
export function refuseStatement(database: TenantDatabase, id: string, keys: readonly string[]): D1PreparedStatement {
  return database
    .prepare(
      `update offboardings set refused = (
         select json_group_array(value) from (
           select value from (select value from json_each(refused) union select value from json_each(?2)) order by value limit 100))
        where id = ?1`,
    )
    .bind(id, JSON.stringify(keys));
}

/** Uploads to R2 that are under way. One query. */
export async function listUploads(
  database: TenantDatabase,
  tenantId: string,
): Promise<{ folder: "review-packs" | "exports"; id: string; uploadId: string }[]> {
  const { results } = await database
    .prepare(
      `select 'review-packs' as folder, id, upload_id as "uploadId" from review_packs where tenant_id = ?1 and upload_id is not null
       union all
       select 'exports', id, upload_id from tenant_exports where tenant_id = ?1 and upload_id is not null`,
    )
    .bind(tenantId)
    .all();
  return z
    .array(z.object({ folder: z.enum(["review-packs", "exports"]), id: z.string(), uploadId: z.string() }))
    .parse(results);
}

/** Ids of a tenant's runs, behind one, in their order; those that have not completed alone where that is asked. One query. */
export async function listRunIds(
  database: TenantDatabase,
  tenantId: string,
  request: { after: string; limit: number; unfinished: boolean },
): Promise<string[]> {
  const unfinished = request.unfinished ? " and status <> 'completed'" : "";
  const { results } = await database
    .prepare(`select id from operation_runs where tenant_id = ?1 and id > ?2${unfinished} order by id limit ?3`)
    .bind(tenantId, request.after, request.limit)
    .all();
  return z
    .array(z.object({ id: z.string() }))
    .parse(results)
    .map(({ id }) => id);
}
