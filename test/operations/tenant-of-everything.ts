/** A tenant with rows in each of its tables and objects in each folder of R2, made from the tables themselves. For the Workers runtime. */
import { getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { auditEventStatement } from "../../src/database/audit/audit-events.ts";
import { chainAuditEvents } from "../../src/database/audit/audit-chain.ts";
import { nameOf, TENANT_TABLES, type TenantTable } from "../../src/database/exports/tenant-tables.ts";
import { seedTenant } from "../support/tenants.ts";
import { env } from "../support/environment.ts";

/** Values that a column has to have for the sweep to leave the row alone, or for a reader to take it. */
const SAID: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  operation_runs: { status: "completed", outcome: "succeeded", type: "inventory.sync", completed_at: 1, updated_at: 1 },
  review_packs: { status: "failed" },
  tenant_exports: { status: "failed" },
  restore_plans: { status: "ready" },
  inventory_families: { last_outcome: "succeeded", last_complete_at: 1 },
  approval_requests: { state: "declined", kind: "settings.change", change: "{}" },
  legal_holds: { lifted_at: 1 },
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

/** Seeds it. Returns how many rows each table has of it, and how many objects and bytes R2 has. */
export async function tenantOfEverything(slug: string) {
  const tenant = await seedTenant(slug);
  const { tenantId, actor } = tenant;
  const statements: D1PreparedStatement[] = [
    env.DATABASE.prepare(
      "insert into api_tokens (id, name, secret_hash, maker_id, capabilities, created_at, expires_at) values (?1, 'n', ?1, ?2, '[]', 1, 2)",
    ).bind(`token-of-${tenantId}`, actor.id),
  ];
  const rows: Record<string, number> = { tenants: 1, memberships: 1, api_tokens: 1 };
  // What is referred to comes first.
  for (const entry of TENANT_TABLES.toReversed()) {
    const name = nameOf(entry);
    if (MADE_ELSEWHERE.includes(name)) continue;
    rows[name] = name === "api_token_tenants" ? 1 : rowsOf(name);
    for (let at = 0; at < (rows[name] ?? 0); at += 1) statements.push(insertion(entry, tenantId, at));
  }
  for (let start = 0; start < statements.length; start += 50) {
    await env.DATABASE.batch(statements.slice(start, start + 50));
  }
  for (const target of ["a", "b", "c"]) {
    const event = { tenantId, at: 1, action: "settings.change" as const, actorId: actor.id, targetKind: "settings" };
    await auditEventStatement(env.DATABASE, { ...event, targetId: target, detail: { slug } }).run();
  }
  await chainAuditEvents(env.DATABASE, tenantId);
  let bytes = 0;
  const keys = [
    "payloads/sha256/a",
    "payloads/sha256/b",
    "normal-forms/sha256/a",
    "review-packs/p/archive.zip",
    "restore-plans/r/d.json",
  ];
  for (const key of keys) {
    const text = `${key} of ${slug}`;
    bytes += text.length;
    await env.ARTIFACTS.put(`tenants/${tenantId}/${key}`, text);
  }
  // With the entry of the owner, whom `seedTenant` has made a member.
  const entries = { member_directory: (rows["member_directory"] ?? 0) + 1 };
  return { ...tenant, rows: { ...rows, ...entries, audit_events: 3, audit_chain: 3 }, objects: keys.length, bytes };
}

function insertion(entry: TenantTable, tenantId: string, at: number): D1PreparedStatement {
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
    if (column.name === "token_id") return `token-of-${tenantId}`;
    return valueOf(name, column, tenantId, at);
  });
  const marks = values.map((_, index) => `?${index + 1}`);
  return env.DATABASE.prepare(
    `insert into ${name} (${columns.map((column) => `"${column.name}"`).join(", ")}) values (${marks.join(", ")})`,
  ).bind(...values);
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

/** All that the database and R2 have of a tenant, as one text: equal before and after when nothing of it was touched. */
export async function fingerprint(tenantId: string): Promise<string> {
  const parts: string[] = [];
  for (const entry of TENANT_TABLES) {
    const { results } = await env.DATABASE.prepare(`select * from ${nameOf(entry)}`).all();
    parts.push(...results.map((row) => JSON.stringify(row)).filter((text) => text.includes(tenantId)));
  }
  const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/` });
  parts.push(...objects.map(({ key, etag, size }) => `${key} ${etag} ${size}`));
  return parts.toSorted().join("\n");
}
