/** D1 by Node's SQLite, for what is measured on the tables themselves: `prepare`, `bind`, `run`, `all` and `batch`, and nothing else of it. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { ControlDatabase, TenantDatabase } from "../../src/database/databases.ts";

class Statement {
  readonly #database: DatabaseSync;
  readonly #sql: string;
  readonly #values: SQLInputValue[];

  constructor(database: DatabaseSync, sql: string, values: SQLInputValue[] = []) {
    this.#database = database;
    this.#sql = sql;
    this.#values = values;
  }

  bind(...values: SQLInputValue[]): Statement {
    return new Statement(this.#database, this.#sql, values);
  }

  all() {
    return { results: this.#database.prepare(this.#sql).all(...this.#values), success: true };
  }

  run() {
    return this.all();
  }
}

/** Statements go to `database`; a batch is one transaction. */
export function d1Of(database: DatabaseSync): ControlDatabase & TenantDatabase {
  const own = {
    prepare: (sql: string) => new Statement(database, sql),
    batch: (statements: readonly Statement[]) => {
      database.exec("begin");
      try {
        const results = statements.map((statement) => statement.all());
        database.exec("commit");
        return Promise.resolve(results);
      } catch (error) {
        database.exec("rollback");
        throw error;
      }
    },
  };
  // The one cast: what is measured uses these methods of D1 and no other.
  return own as unknown as ControlDatabase & TenantDatabase;
}

/** Bytes of the pages of some tables and their indexes. */
export function bytesOf(database: DatabaseSync, tables: readonly string[]): number {
  const row = database
    .prepare(
      `select sum(pgsize) as bytes from dbstat
        where name in (select name from sqlite_schema where tbl_name in (select value from json_each(?)))`,
    )
    .get(JSON.stringify(tables));
  return Number(row?.["bytes"] ?? 0);
}
