/**
 * The triggers that stand before each write to a tenant's table. They are made by a migration; the test of tenant-tables.ts prints
 * those of a table that is new, or that a migration has made anew, and a test finds a table without them.
 */
import { getTableName } from "drizzle-orm";
import { nameOf, type TenantTable } from "../exports/tenant-tables.ts";

/** What a refused write says: `isFenceError` looks for it. */
export const FENCE_MESSAGE = "tenant_moving";

const WRITES = [
  { write: "insert", row: "new", modes: ["fenced", "left"] },
  { write: "update", row: "old", modes: ["fenced", "left"] },
  // Who moves the tenant removes what it has left.
  { write: "delete", row: "old", modes: ["fenced"] },
] as const;

export type FencedTable = Pick<TenantTable, "table" | "through">;

export function triggerName(entry: FencedTable, write: string): string {
  return `${nameOf(entry)}_fence_${write}`;
}

/** Three statements. */
export function fenceTriggers(entry: FencedTable, tenantColumn: string | null): string[] {
  const table = nameOf(entry);
  return WRITES.map(({ write, row, modes }) => {
    const inMode = `mode IN (${modes.map((mode) => `'${mode}'`).join(", ")})`;
    const condition =
      tenantColumn === null
        ? // Most of the time there is no fence, and no parent is looked up.
          `EXISTS (SELECT 1 FROM \`tenant_fences\` WHERE ${inMode})\n  AND (${(entry.through?.parents ?? [])
            .map(
              (parent) =>
                `EXISTS (SELECT 1 FROM \`${getTableName(parent)}\` p JOIN \`tenant_fences\` f ON f.tenant_id = p.tenant_id WHERE p.id = ${row}.${entry.through?.column ?? ""} AND f.${inMode})`,
            )
            .join("\n    OR ")})`
        : `EXISTS (SELECT 1 FROM \`tenant_fences\` WHERE \`tenant_id\` = ${row}.${tenantColumn} AND ${inMode})`;
    return `CREATE TRIGGER \`${triggerName(entry, write)}\` BEFORE ${write.toUpperCase()} ON \`${table}\`
WHEN ${condition}
BEGIN
  SELECT raise(ABORT, '${FENCE_MESSAGE}: the tenant moves to another database');
END;`;
  });
}
