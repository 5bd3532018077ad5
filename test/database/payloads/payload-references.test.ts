import { getTableColumns, type Table } from "drizzle-orm";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { KEEPERS, NO_KEEPERS } from "../../../src/database/payloads/payload-references.ts";
import { allTables } from "../../support/all-tables.ts";

/** Tables that name a payload, and of which nothing says whether they keep it. */
function undecided(tables: readonly Table[]): Table[] {
  const decided = new Set<Table>([...KEEPERS, ...NO_KEEPERS]);
  return tables.filter(
    (table) =>
      !decided.has(table) && Object.values(getTableColumns(table)).some((column) => column.name === "content_hash"),
  );
}

describe("every table that names a payload", () => {
  it("keeps it from being freed, or is said not to", async () => {
    const tables = await allTables();
    expect(tables.length).toBeGreaterThan(30);
    expect(undecided(tables)).toEqual([]);
  });

  it("is found when it is new", async () => {
    const planted = sqliteTable("planted", { tenantId: text("tenant_id"), contentHash: text("content_hash") });
    expect(undecided([...(await allTables()), planted])).toEqual([planted]);
  });
});
