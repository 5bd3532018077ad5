/** Rows of a tenant for each of its tables, made from the tables themselves. For any database. */
import { getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { nameOf, TENANT_TABLES, type TenantTable } from "../../src/database/exports/tenant-tables.ts";

/** Values that a column has to have for the sweep to leave the row alone, or for a reader to take it. */
const SAID: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  operation_runs: { status: "completed", outcome: "succeeded", type: "inventory.sync", completed_at: 1, updated_at: 1 },
  review_packs: { status: "failed" },
  tenant_exports: { status: "failed" },
  restore_plans: { status: "ready" },
  inventory_families: { last_outcome: "succeeded", last_complete_at: 1 },
  approval_requests: { state: "declined", kind: "settings.change", change: "{}" },
  legal_holds: { lifted_at: 1 },
  tenant_settings: { tags: "[]" },
  tenant_moves: { state: "done", verified: "[]" },
  removed_things: { pending: 0 },
  retention_turns: { next_at: Number.MAX_SAFE_INTEGER },
  released_payloads: { due_at: Number.MAX_SAFE_INTEGER },
};

/** Tables that come into being otherwise: with the tenant, or by the log's own rules. */
const MADE_ELSEWHERE = ["tenants", "memberships", "audit_events", "audit_chain", "audit_cuts"];

/** Rows of a table that holds one a tenant, and of all others. */
const ONE = ["approval_settings", "tenant_settings", "tenant_retention", "retention_turns"];
export const ROWS_EACH = 3;

export function rowsOf(table: string): number {
  return ONE.includes(table) ? 1 : ROWS_EACH;
}

/** The inserts, what is referred to first, and how many rows each table gets. The tenant itself, its log and its members are made elsewhere. */
export function rowsOfEverything(
  database: D1Database,
  { tenantId, makerId }: { tenantId: string; makerId: string },
): { statements: D1PreparedStatement[]; rows: Record<string, number> } {
  const statements: D1PreparedStatement[] = [
    database
      .prepare(
        "insert into api_tokens (id, name, secret_hash, maker_id, capabilities, created_at, expires_at) values (?1, 'n', ?1, ?2, '[]', 1, 2)",
      )
      .bind(`token-of-${tenantId}`, makerId),
  ];
  const rows: Record<string, number> = { tenants: 1, memberships: 1, api_tokens: 1 };
  for (const entry of TENANT_TABLES.toReversed()) {
    const name = nameOf(entry);
    if (MADE_ELSEWHERE.includes(name)) continue;
    rows[name] = name === "api_token_tenants" ? 1 : rowsOf(name);
    for (let at = 0; at < (rows[name] ?? 0); at += 1) statements.push(insertion(database, entry, tenantId, at));
  }
  return { statements, rows };
}

function insertion(database: D1Database, entry: TenantTable, tenantId: string, at: number): D1PreparedStatement {
  const { table, through } = entry;
  const name = getTableName(table);
  const columns = getTableConfig(table).columns.filter(({ generated }) => generated === undefined);
  const values = columns.map((column) => {
    const said = SAID[name]?.[column.name];
    if (said !== undefined) return said;
    if (column.name === "tenant_id") return tenantId;
    // The database counts on.
    if (name === "tenant_moves" && column.name === "number") return null;
    // The parent's row of the same number; the other parent's rows stay without children.
    if (column.name === through?.column) return idOf(getTableName(through.parents[0] ?? table), tenantId, at);
    // Others' as well: the row stays, and names nothing of the tenant.
    if (name === "portfolio_run_tenants" && column.name === "run_id")
      return `run-${at}-${tenantId.split("").toReversed().join("")}`;
    if (column.name === "token_id") return `token-of-${tenantId}`;
    return valueOf(name, column, tenantId, at);
  });
  const marks = values.map((_, index) => `?${index + 1}`);
  return database
    .prepare(
      `insert into ${name} (${columns.map((column) => `"${column.name}"`).join(", ")}) values (${marks.join(", ")})`,
    )
    .bind(...values);
}

function idOf(table: string, tenantId: string, at: number): string {
  return `${table}-${at}-of-${tenantId}`;
}

/** Of a nullable column null, and of the others what is unique to the row. */
function valueOf(table: string, column: SQLiteColumn, tenantId: string, at: number): string | number | null {
  if (column.name === "id") return idOf(table, tenantId, at);
  if (!column.notNull && !column.primary) return null;
  if (/int/i.test(column.getSQLType())) return at + 1;
  if (column.name === "purpose") return ["read", "write", "third"][at] ?? "read";
  if (
    column.name === "origin" ||
    /options|rules|subjects|change|counts|detail$|findings|entries|response_body|request_ids|properties|capabilities/.test(
      column.name,
    )
  )
    return "{}";
  return `${column.name}-${at}-of-${tenantId}`;
}
