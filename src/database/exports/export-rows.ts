/** The rows of an export: which there are, in slices of a size that one file holds, and the rows of a slice. */
import { z } from "zod";
import { bytesOf, columnsOf, keyOf, nameOf, TENANT_TABLES, tenantRows } from "./tenant-tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** What a file of rows is made from: a name, columns, and SQL that chooses a tenant's rows (`?1` is its id). */
export interface ExportSource {
  name: string;
  columns: readonly string[];
  /** Those of the columns that hold bytes: an export has them in hexadecimal. */
  bytes: readonly string[];
  key: readonly string[];
  table: string;
  condition: string;
}

/** People whom the tenant's rows name: its members, and those who have acted in it. Their ids, and no more than the audit log shows of them. */
const PEOPLE: ExportSource = {
  name: "people",
  columns: ["id", "name", "email"],
  bytes: [],
  key: ["id"],
  table: "users",
  condition: `id in (select user_id from memberships where tenant_id = ?1
                     union select actor_id from audit_events where tenant_id = ?1 and seq > 0
                     union select initiator_id from operation_runs where tenant_id = ?1)`,
};

const API_TOKENS: ExportSource = {
  name: "api_tokens",
  columns: ["id", "name", "maker_id", "capabilities", "created_at", "expires_at", "revoked_at", "last_used_at"],
  bytes: [],
  key: ["id"],
  table: "api_tokens",
  condition: "id in (select token_id from api_token_tenants where tenant_id = ?1)",
};

/** In the order of their names. */
export const EXPORT_SOURCES: readonly ExportSource[] = [
  PEOPLE,
  API_TOKENS,
  ...TENANT_TABLES.flatMap((entry): ExportSource[] => {
    const { exported, table } = entry;
    if ("leftOut" in exported) return [];
    const columns = columnsOf(table).filter((column) => !exported.without.includes(column));
    const name = nameOf(entry);
    return [{ name, columns, bytes: bytesOf(table), key: keyOf(table), table: name, condition: tenantRows(entry) }];
  }),
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

const keySchema = z.array(z.union([z.string(), z.number()]));

/** Rows behind one key up to another, both in the order of the table's primary key. Null is no bound: new rows fall into the last slice. */
export const sliceSchema = z.object({ after: keySchema.nullable(), through: keySchema.nullable() });
export type Slice = z.infer<typeof sliceSchema>;

/** Rows of a slice. */
const ROWS_PER_SLICE = 5_000;
const ROWS_PER_PAGE = 500;

/** Slices of all sources, in the sources' order; at least one each. One batch. */
export async function listSlices(
  database: TenantDatabase,
  tenantId: string,
  rowsPerSlice = ROWS_PER_SLICE,
): Promise<{ source: string; slices: Slice[] }[]> {
  const answers = await database.batch<Record<string, string | number>>(
    EXPORT_SOURCES.map(({ table, key, condition }) =>
      database
        .prepare(
          `select ${key.join(", ")} from (
             select ${key.join(", ")}, row_number() over (order by ${key.join(", ")}) as place from ${table} where ${condition})
            where place % ?2 = 0 order by ${key.join(", ")}`,
        )
        .bind(tenantId, rowsPerSlice),
    ),
  );
  return EXPORT_SOURCES.map(({ name, key }, at) => {
    const ends = (answers[at]?.results ?? []).map((row) => keySchema.parse(key.map((column) => row[column])));
    return {
      source: name,
      slices: [...ends, null].map((through, slice) => ({ after: ends[slice - 1] ?? null, through })),
    };
  });
}

/** The rows of a slice as they are stored, a page at a time: an object each, with its columns. */
export async function* rowsOfSlice(
  database: TenantDatabase,
  tenantId: string,
  sourceName: string,
  { after, through }: Slice,
): AsyncGenerator<Record<string, unknown>[]> {
  const source = EXPORT_SOURCES.find(({ name }) => name === sourceName);
  if (source === undefined) throw new Error(`no export has ${sourceName}`);
  const { columns, bytes, key, table, condition } = source;
  const selected = columns.map((name) =>
    bytes.includes(name) ? `iif("${name}" is null, null, lower(hex("${name}"))) as "${name}"` : `"${name}"`,
  );
  const from = key.length === 1 ? key.join() : `(${key.join(", ")})`;
  let behind = after;
  for (;;) {
    const values: (string | number)[] = [tenantId];
    const bound = (position: readonly (string | number)[]): string => {
      const marks = position.map((value) => `?${values.push(value)}`);
      return marks.length === 1 ? marks.join() : `(${marks.join(", ")})`;
    };
    const bounds = [
      ...(behind === null ? [] : [`${from} > ${bound(behind)}`]),
      ...(through === null ? [] : [`${from} <= ${bound(through)}`]),
    ];
    const { results } = await database
      .prepare(
        `select ${selected.join(", ")} from ${table}
          where ${[condition, ...bounds].join(" and ")} order by ${key.join(", ")} limit ${ROWS_PER_PAGE}`,
      )
      .bind(...values)
      .all();
    if (results.length > 0) yield results;
    const last = results.at(-1);
    if (last === undefined || results.length < ROWS_PER_PAGE) return;
    behind = keySchema.parse(key.map((column) => last[column]));
  }
}
