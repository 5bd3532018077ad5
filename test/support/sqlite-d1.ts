/** D1 by Node's SQLite, for what is measured or proven on the tables themselves: `prepare`, `bind`, `run`, `all`, `first`, `raw` and `batch`, without D1's limits. */
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

  /** At once: a batch does all of its statements within one transaction. */
  execute() {
    const statement = this.#database.prepare(this.#sql);
    if (statement.columns().length === 0) {
      const { changes } = statement.run(...this.#values);
      return { results: [], success: true, meta: { changes: Number(changes), size_after: 0 } };
    }
    const results = statement.all(...this.#values);
    const row = this.#database.prepare("select changes() as changes").get();
    return { results, success: true, meta: { changes: Number(row?.["changes"] ?? 0), size_after: 0 } };
  }

  async all() {
    return this.execute();
  }

  async run() {
    return this.execute();
  }

  async first() {
    return this.execute().results[0] ?? null;
  }

  async raw() {
    const statement = this.#database.prepare(this.#sql);
    statement.setReturnArrays(true);
    return statement.all(...this.#values);
  }
}

/** Statements go to `database`; a batch is one transaction. */
export function d1Of(database: DatabaseSync): ControlDatabase & TenantDatabase {
  const own = {
    prepare: (sql: string) => new Statement(database, sql),
    batch: async (statements: readonly Statement[]) => {
      database.exec("begin");
      try {
        const results = statements.map((statement) => statement.execute());
        database.exec("commit");
        return results;
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
