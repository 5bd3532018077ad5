import { getTableName } from "drizzle-orm";
import { getTableConfig, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { EXPORT_SOURCES } from "../../../src/database/exports/export-rows.ts";
import {
  columnsOf,
  FENCES,
  keyOf,
  nameOf,
  OF_NO_TENANT,
  PROOF,
  TENANT_TABLES,
  tenantColumn,
  tenantRows,
} from "../../../src/database/exports/tenant-tables.ts";
import { fenceTriggers } from "../../../src/database/moves/fence-triggers.ts";
import { MOVED_TABLES } from "../../../src/database/moves/moved-tables.ts";
import { allTables, migratedDatabase } from "../../support/all-tables.ts";

/** Tables of a database that are neither a tenant's nor said to be nobody's. */
function undecided(names: readonly string[]): string[] {
  const decided = new Set([...TENANT_TABLES.map(nameOf), ...Object.keys(OF_NO_TENANT), ...PROOF, ...FENCES]);
  return names.filter((name) => !decided.has(name));
}

const database = migratedDatabase();

function all(sql: string, ...values: string[]): Record<string, unknown>[] {
  return database.prepare(sql).all(...values);
}

const names = all("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").map(({ name }) =>
  String(name),
);

describe("the list of a tenant's tables", () => {
  it("has each table of the database, or the reason why it holds nothing of a tenant", async () => {
    expect(names.length).toBeGreaterThan(45);
    expect(undecided(names)).toEqual([]);
    expect((await allTables()).map(getTableName).toSorted()).toEqual(names.toSorted());
    expect(Object.values(OF_NO_TENANT).every((reason) => reason.endsWith("."))).toBe(true);
  });

  it("misses a table that is new", () => {
    const planted = sqliteTable("planted", { tenantId: text("tenant_id") });
    expect(undecided([...names, getTableName(planted)])).toEqual(["planted"]);
  });

  it("has no table with a tenant's id among those of no tenant", () => {
    for (const name of Object.keys(OF_NO_TENANT)) {
      const columns = all("select name from pragma_table_info(?)", name).map((column) => column["name"]);
      expect(columns.length, name).toBeGreaterThan(0);
      expect(columns, name).not.toContain("tenant_id");
    }
  });

  it("reaches each table: by its tenant's id, or through a table that has it", () => {
    for (const entry of TENANT_TABLES) {
      if (tenantColumn(entry) !== null) continue;
      expect(
        entry.through?.parents.map((table) => tenantColumn({ table })),
        nameOf(entry),
      ).toContain("tenant_id");
    }
  });

  it("removes what refers before what it refers to", () => {
    const order = TENANT_TABLES.map(nameOf);
    for (const entry of TENANT_TABLES) {
      const name = nameOf(entry);
      const referred = all('select distinct "table" as name from pragma_foreign_key_list(?)', name).map((row) =>
        String(row["name"]),
      );
      const through = entry.through?.parents.map(getTableName) ?? [];
      for (const other of [...referred, ...through]) {
        if (other === name || OF_NO_TENANT[other] !== undefined) continue;
        expect(order.indexOf(other), `${name} before ${other}`).toBeGreaterThan(order.indexOf(name));
      }
    }
  });

  it("finds a tenant's rows by an index, so that other tenants' rows cost nothing", () => {
    // These hold what is under way for minutes, or a row for each tenant.
    const small = ["cancel_intents", "connection_consents"];
    for (const entry of TENANT_TABLES) {
      const name = nameOf(entry);
      const plan = all(`explain query plan select 1 from ${name} where ${tenantRows(entry)}`, "t");
      const scans = plan.filter(({ detail }) => String(detail).startsWith(`SCAN ${name}`));
      expect(scans.length > 0, `${name}: ${JSON.stringify(plan)}`).toBe(small.includes(name));
    }
  });
});

describe("the fences of a tenant that moves", () => {
  it("stand before each write of each table, as the code makes them", () => {
    const stored = new Set(
      all("select sql from sqlite_schema where type = 'trigger'").map(({ sql }) =>
        String(sql).replaceAll(/;\s*$/g, ""),
      ),
    );
    const missing = MOVED_TABLES.flatMap((entry) =>
      fenceTriggers(entry, tenantColumn(entry)).filter((sql) => !stored.has(sql.replace(/;$/, ""))),
    );
    // They are what the migration of a table that is new, or made anew, ends with.
    expect(missing).toEqual([]);
    const elsewhere = new Set(["tenants", ...TENANT_TABLES.filter(({ control }) => control === true).map(nameOf)]);
    expect(MOVED_TABLES.map(nameOf).filter((name) => elsewhere.has(name))).toEqual([]);
    expect(MOVED_TABLES.length + elsewhere.size).toBe(TENANT_TABLES.length + 1);
  });

  it("refuse every kind of write, whatever way the tenant's rows are found", () => {
    const own = migratedDatabase();
    own.exec(`
      insert into tenants (id, slug, name, created_at) values ('t', 't', 't', 1), ('u', 'u', 'u', 1);
      insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
        values ('r', 't', 'x', 'completed', 'succeeded', '{}', 'r', 1, 1), ('s', 'u', 'x', 'completed', 'succeeded', '{}', 's', 1, 1);
      insert into operation_run_units (run_id, ordinal, outcome, unit_key, label, input, reason_code, message, attempts)
        values ('r', 0, 'failed', 'k', 'l', '{}', 'c', 'm', 1);
      insert into tenant_fences (tenant_id, move, generation, mode) values ('t', 1, 1, 'fenced');`);
    const unit =
      "insert into operation_run_units select run_id, 1, outcome, unit_key, label, input, reason_code, message, attempts from operation_run_units";
    const writes = [
      unit,
      "update operation_run_units set label = 'n'",
      "delete from operation_run_units",
      "update operation_runs set version = 2 where id = 'r'",
      "insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values ('t', 1, 1) on conflict do update set updated_at = 2",
    ];
    for (const sql of writes) expect(() => own.exec(sql), sql).toThrow("tenant_moving");
    own.exec("update operation_runs set version = 2 where id = 's'");
    own.exec("update tenant_fences set mode = 'left'");
    for (const sql of writes.filter((each) => !each.startsWith("delete"))) {
      expect(() => own.exec(sql), sql).toThrow("tenant_moving");
    }
    own.exec("delete from operation_run_units");
    for (const mode of ["draining", "arriving", "lifted"]) {
      own.exec(`update tenant_fences set mode = '${mode}'`);
      own.exec("update operation_runs set version = 3 where id = 'r'");
    }
  });
});

describe("an export", () => {
  it("takes columns that exist, by a key that is the table's", async () => {
    const tables = new Map((await allTables()).map((table) => [getTableName(table), table]));
    for (const { name, table, key } of EXPORT_SOURCES) {
      const drizzled = tables.get(table);
      expect(drizzled, name).toBeDefined();
      const stored = all("select name from pragma_table_info(?) where pk > 0 order by pk", table);
      expect(key, name).toEqual(stored.map((column) => column["name"]));
    }
    for (const { table, exported } of TENANT_TABLES) {
      if ("leftOut" in exported) continue;
      const columns = columnsOf(table);
      for (const column of exported.without) expect(columns, getTableConfig(table).name).toContain(column);
      expect(keyOf(table).length).toBeGreaterThan(0);
    }
  });

  it("takes no column that could hold a secret", () => {
    // Hashes of contents, and of documents: they are what proves an export.
    const harmless =
      /^hash$|^sealed(_at)?$|^(content|comparable|left|normal|changes|detail|item|target|plan|archive|audit)_hash$|^certificate_thumbprint$|^credential_ends_at$|^token_id$/;
    for (const { name, columns } of EXPORT_SOURCES) {
      const doubtful = columns.filter(
        (column) =>
          /secret|token|sealed|credential|hash|proof|password|key$|verifier/.test(column) && !harmless.test(column),
      );
      // A unit's and a finding's key are their names.
      expect(doubtful, name).toEqual(
        columns.filter((column) => column === "key" || column === "unit_key" || column === "detail_key"),
      );
    }
  });
});
