import { roleSchema } from "../../contract/access.ts";
import { auditEventSchema } from "../../contract/audit-events.ts";
import { permissionReasonSchema } from "../../contract/permissions.ts";
import { checkFindingsSchema } from "../../graph/permissions/permission-report.ts";
import { json, word } from "../sql/columns.ts";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const tenants = sqliteTable("tenants", {
  id: text().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  createdAt: integer("created_at").notNull(),
});

export const users = sqliteTable("users", {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  createdAt: integer("created_at").notNull(),
});

export const memberships = sqliteTable(
  "memberships",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    role: word(roleSchema, "role").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] }), index("memberships_by_user").on(table.userId)],
);

/** How to reach a tenant's Microsoft Graph. The secret is sealed (secrets/secret-box.ts). */
export const tenantConnections = sqliteTable("tenant_connections", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** A key of `graph/calls/clouds.ts`: "global", "usGov", …; "local" only exists in local mode. */
  cloud: text().notNull(),
  /** What stands in the token address: the directory's id or a verified domain. */
  directoryId: text("directory_id").notNull(),
  clientId: text("client_id").notNull(),
  sealedClientSecret: text("sealed_client_secret").notNull(),
});

/**
 * The last permission check of a tenant, and the last that failed. One row a tenant: what is granted now can only be told by asking
 * again. Nothing of a token is in it.
 */
export const permissionChecks = sqliteTable("permission_checks", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** When the newest check began: while `ended_at` is null, it is under way. */
  startedAt: integer("started_at").notNull(),
  endedAt: integer("ended_at"),
  /** When the check began that `findings` is of. Later work uses no token that is older. */
  checkedAt: integer("checked_at"),
  findings: json(checkFindingsSchema, "findings"),
  /** When a newer check failed as a whole, and why; null when the newest did not. */
  failedAt: integer("failed_at"),
  failure: json(permissionReasonSchema, "failure"),
});

/** Tenant-wide choices; a tenant without a row has the defaults (`tenant-settings.ts`). */
export const tenantSettings = sqliteTable("tenant_settings", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** Days a review pack is kept. */
  reviewPackRetentionDays: integer("review_pack_retention_days").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    at: integer().notNull(),
    action: text().notNull(),
    actorId: text("actor_id"),
    targetKind: text("target_kind").notNull(),
    targetId: text("target_id").notNull(),
    detail: json(auditEventSchema.shape.detail, "detail").notNull().default({}),
  },
  (table) => [index("audit_events_by_tenant").on(table.tenantId, table.at, table.id)],
);
