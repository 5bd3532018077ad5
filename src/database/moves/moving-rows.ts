/**
 * The rows of a tenant that moves: which there are, a page of them copied, compared, removed. Each write asks, in its statement, whether the
 * fence is still its Worker's; each may be repeated.
 */
import { z } from "zod";
import { sha256Hex } from "../../digests/sha256.ts";
import type { TenantDatabase } from "../databases.ts";
import { HELD_BY_US, type Holder, holderValues } from "./fences.ts";
import { MOVED_PARTS, type MovedPart } from "./moved-tables.ts";

/** Rows of a page at most; of large rows fewer, so that a page fits into a bound value of D1 and into memory. */
const ROWS_PER_PAGE = 500;
const PAGE_LENGTH = 400_000;
/** Rows that one statement removes. */
const ROWS_PER_REMOVAL = 2_000;
/** A function of D1 takes 32 values. */
const VALUES_PER_LIST = 30;

export const keySchema = z.array(z.union([z.string(), z.number()]));
/** The key of a row, in the order of the primary key; null before the first. */
export type Key = z.output<typeof keySchema> | null;

/** Places in `MOVED_PARTS` of which the shard has rows of the tenant. One batch, a look for each. */
export async function partsWithRows(database: TenantDatabase, tenantId: string): Promise<number[]> {
  const answers = await database.batch<{ some: number }>(
    MOVED_PARTS.map(({ table, condition }) =>
      database.prepare(`select exists (select 1 from ${table} where ${condition}) as some`).bind(tenantId),
    ),
  );
  return answers.flatMap(({ results }, place) => (results[0]?.some === 1 ? [place] : []));
}

/**
 * Tables that the shard has in another form than the code knows: a column that the code does not know would be lost. One batch.
 */
export async function unknownForms(database: TenantDatabase): Promise<string[]> {
  const parts = [...new Map(MOVED_PARTS.map((part) => [part.table, part])).values()];
  const answers = await database.batch<{ name: string }>(
    parts.map(({ table }) => database.prepare(`select name from pragma_table_info('${table}')`)),
  );
  return parts.flatMap(({ table, columns }, at) => {
    const stored = (answers[at]?.results ?? []).map(({ name }) => name);
    return stored.toSorted().join() === columns.toSorted().join() ? [] : [table];
  });
}

/** People of the product whom the tenant's rows name. One batch, a query for each table that names some. */
export async function peopleOf(database: TenantDatabase, tenantId: string): Promise<string[]> {
  const naming = MOVED_PARTS.filter(({ people }) => people.length > 0);
  const answers = await database.batch<{ id: string }>(
    naming.map(({ table, condition, people }) => {
      const named = people.map((column) => `select ${column} from ${table} where ${condition}`);
      return database.prepare(`select id from users where id in (${named.join(" union ")})`).bind(tenantId);
    }),
  );
  return [...new Set(answers.flatMap(({ results }) => results.map(({ id }) => id)))];
}

const pageSchema = z.array(z.object({ key: z.string(), text: z.string(), found: z.int() }));

interface Page {
  rows: string[];
  /** Of the last row. */
  last: Key;
  /** No row comes after these. */
  ended: boolean;
}

/** JSON of a row: lists of so many values each as a function takes. */
function jsonOf(values: readonly string[]): string {
  const lists: string[] = [];
  for (let at = 0; at < values.length; at += VALUES_PER_LIST) {
    lists.push(`json_array(${values.slice(at, at + VALUES_PER_LIST).join(", ")})`);
  }
  return `json_array(${lists.join(", ")})`;
}

/** The value of a column within such a list. */
function valueAt(place: number): string {
  return `value ->> '$[${Math.floor(place / VALUES_PER_LIST)}][${place % VALUES_PER_LIST}]'`;
}

/** JSON has no bytes. A column of bytes may hold a text as well: the letter before says which it is. */
function bytesAsText(name: string): string {
  return `case typeof("${name}") when 'blob' then 'b' || hex("${name}") when 'null' then null else 't' || "${name}" end`;
}

function bytesOfText(value: string): string {
  return `iif(substr(${value}, 1, 1) = 'b', unhex(substr(${value}, 2)), substr(${value}, 2))`;
}

/** One query. Its text is made by the database, so no number and no text changes on its way. */
async function readPage(
  database: TenantDatabase,
  part: MovedPart,
  { tenantId, after, text }: { tenantId: string; after: Key; text: string },
): Promise<Page> {
  const { table, key, condition } = part;
  const values: (string | number)[] = [tenantId];
  const marks = (after ?? []).map((value) => `?${values.push(value)}`);
  const order = key.join(", ");
  const behind = after === null ? "" : ` and (${order}) > (${marks.join(", ")})`;
  const { results } = await database
    .prepare(
      `select key, text, found from (
         select key, text, place, count(*) over () as found, sum(length(text)) over (order by place) - length(text) as before from (
           select json_array(${order}) as key, ${text} as text, row_number() over (order by ${order}) as place
             from ${table} where (${condition})${behind} order by ${order} limit ${ROWS_PER_PAGE}))
        where before < ${PAGE_LENGTH} order by place`,
    )
    .bind(...values)
    .all();
  const rows = pageSchema.parse(results);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => row.text),
    last: last === undefined ? after : keySchema.parse(JSON.parse(last.key)),
    ended: last === undefined || (last.found === rows.length && rows.length < ROWS_PER_PAGE),
  };
}

/**
 * Copies the page of a part behind a key. A row that is there already stays. Two queries.
 * @throws {MoveLostError} when a later Worker has the move.
 */
export async function copyPage(
  { from, to }: { from: TenantDatabase; to: TenantDatabase },
  part: MovedPart,
  holder: Holder,
  after: Key,
): Promise<{ last: Key; copied: number; ended: boolean }> {
  const { table, columns, bytes } = part;
  const text = jsonOf(columns.map((name) => (bytes.includes(name) ? bytesAsText(name) : `"${name}"`)));
  const { rows, last, ended } = await readPage(from, part, { tenantId: holder.tenantId, after, text });
  if (rows.length === 0) return { last, copied: 0, ended };
  const selected = columns.map((name, place) => (bytes.includes(name) ? bytesOfText(valueAt(place)) : valueAt(place)));
  const results = await to.batch([
    heldStatement(to, holder),
    to
      .prepare(
        `insert into ${table} (${columns.map((name) => `"${name}"`).join(", ")})
         select ${selected.join(", ")} from json_each(?4) where ${HELD_BY_US} on conflict do nothing`,
      )
      .bind(...holderValues(holder), `[${rows.join(",")}]`),
  ]);
  requireHeld(results[0]);
  return { last, copied: rows.length, ended };
}

/** What two shards hold of a part, up to where it has been compared. */
export interface Compared {
  rows: number;
  /** SHA-256, in hexadecimal, over the hash of the pages before and the next page. */
  sha256: string;
}

/**
 * Compares the page of a part behind a key: each value with its type. Null when the two differ. Two queries.
 */
export async function comparePage(
  { from, to }: { from: TenantDatabase; to: TenantDatabase },
  part: MovedPart,
  { tenantId, after, before }: { tenantId: string; after: Key; before: Compared },
): Promise<{ last: Key; compared: Compared; ended: boolean } | null> {
  const text = jsonOf(part.columns.map((name) => `quote("${name}")`));
  const [left, right] = await Promise.all(
    [from, to].map((database) => readPage(database, part, { tenantId, after, text })),
  );
  if (left === undefined || right === undefined) throw new Error("two databases give two pages");
  const hashes = await Promise.all([left, right].map(({ rows }) => sha256Hex(JSON.stringify([before.sha256, rows]))));
  const [sha256] = hashes;
  if (sha256 === undefined || sha256 !== hashes[1]) return null;
  const compared = { rows: before.rows + left.rows.length, sha256 };
  // A page of one may be the last, where the other has more of the same.
  return { last: left.last, compared, ended: left.ended && right.ended };
}

/**
 * Removes some rows of a part. Returns whether some may be left.
 * @throws {MoveLostError} when a later Worker has the move.
 */
export async function removeSome(database: TenantDatabase, part: MovedPart, holder: Holder): Promise<boolean> {
  const { table, condition } = part;
  const results = await database.batch([
    heldStatement(database, holder),
    database
      .prepare(
        `delete from ${table} where rowid in (select rowid from ${table} where ${condition} limit ${ROWS_PER_REMOVAL})
            and ${HELD_BY_US}`,
      )
      .bind(...holderValues(holder)),
  ]);
  requireHeld(results[0]);
  return (results[1]?.meta.changes ?? 0) >= ROWS_PER_REMOVAL;
}

/** The tenant's own row, before the rows that refer to it. Where all tenants are, it is there already. */
export async function writeTenant(
  database: TenantDatabase,
  holder: Holder,
  tenant: { slug: string; name: string; createdAt: number; shard: string },
): Promise<void> {
  const results = await database.batch([
    heldStatement(database, holder),
    database
      .prepare(
        `insert into tenants (id, slug, name, created_at, shard) select ?1, ?4, ?5, ?6, ?7 where ${HELD_BY_US}
         on conflict (id) do update set slug = ?4, name = ?5, shard = ?7`,
      )
      .bind(...holderValues(holder), tenant.slug, tenant.name, tenant.createdAt, tenant.shard),
  ]);
  requireHeld(results[0]);
}

/** Removes it, behind all that refer to it. Never of the control database. */
export async function removeTenant(database: TenantDatabase, holder: Holder): Promise<void> {
  const results = await database.batch([
    heldStatement(database, holder),
    database.prepare(`delete from tenants where id = ?1 and ${HELD_BY_US}`).bind(...holderValues(holder)),
  ]);
  requireHeld(results[0]);
}

/** Another Worker has the move: this one stops. */
export class MoveLostError extends Error {
  override name = "MoveLostError";
}

function heldStatement(database: TenantDatabase, holder: Holder): D1PreparedStatement {
  return database.prepare(`select 1 where ${HELD_BY_US}`).bind(...holderValues(holder));
}

function requireHeld(result: D1Result | undefined): void {
  if ((result?.results.length ?? 0) === 0) throw new MoveLostError("another Worker has this move");
}
