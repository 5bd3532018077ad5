/**
 * Reads through drizzle: it makes the SQL and the types from the tables, D1 answers (decisions/091). Only `batch` is atomic;
 * drizzle's `transaction` throws on D1.
 */
import { DrizzleQueryError, type SQL, sql } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/** The database, for a query to be built on. */
export function query(database: D1Database): DrizzleD1Database {
  return drizzle(database);
}

/** Runs a query. Throws D1's own error: drizzle's holds the parameters as well, which no log may show. */
export async function rowsOf<Row>(built: PromiseLike<Row[]>): Promise<Row[]> {
  try {
    return await built;
  } catch (error) {
    throw error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
  }
}

/** A query as a statement, for a batch with statements that are written as SQL. */
export function statementOf(
  database: D1Database,
  built: { toSQL: () => { sql: string; params: unknown[] } },
): D1PreparedStatement {
  const { sql: text, params } = built.toSQL();
  return database.prepare(text).bind(...params);
}

/** Runs a query that finds one row at most. */
export async function firstOf<Row>(built: PromiseLike<Row[]>): Promise<Row | null> {
  const [row] = await rowsOf(built);
  return row ?? null;
}

/**
 * Rows beyond a position in the order of the columns, for a list's next page; undefined, which is no condition, for its first.
 * A comparison of row values, which SQLite answers from an index over the columns.
 */
export function beyond(
  columns: readonly (SQLiteColumn | SQL)[],
  direction: ">" | "<",
  position: readonly (string | number)[] | null,
): SQL | undefined {
  if (position === null) return undefined;
  const list = (items: readonly unknown[]): SQL =>
    sql.join(
      items.map((item) => sql`${item}`),
      sql`, `,
    );
  return sql`(${list(columns)}) ${sql.raw(direction)} (${list(position)})`;
}

/** The column holds the text. `instr` and not `like`: what a person types has no wildcards. */
export function contains(column: SQLiteColumn, text: string): SQL {
  return sql`instr(${column}, ${text}) > 0`;
}
