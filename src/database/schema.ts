/**
 * D1 tables. Times are milliseconds since the epoch; JSON columns hold text parsed by a zod schema where it is read.
 * `migrations/` is generated from this file with `npx drizzle-kit generate` and never edited once landed.
 */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

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
    role: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] }), index("memberships_by_user").on(table.userId)],
);

/** How to reach a tenant's Microsoft Graph. The secret is sealed (access/secret-box.ts). */
export const tenantConnections = sqliteTable("tenant_connections", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** A key of `graph/clouds.ts`: "global", "usGov", …; "local" only exists in local mode. */
  cloud: text().notNull(),
  /** What stands in the token address: the directory's id or a verified domain. */
  directoryId: text("directory_id").notNull(),
  clientId: text("client_id").notNull(),
  sealedClientSecret: text("sealed_client_secret").notNull(),
});

/** The projection (progress.md, section 6): what every reader of runs reads. */
export const operationRuns = sqliteTable(
  "operation_runs",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    type: text().notNull(),
    status: text().notNull(),
    outcome: text().notNull(),
    /** Normalized input as JSON. */
    input: text().notNull(),
    /** SHA-256 over tenant, type and normalized input. */
    identity: text().notNull(),
    sealed: integer({ mode: "boolean" }).notNull().default(false),
    finalizerPending: integer("finalizer_pending", { mode: "boolean" }).notNull().default(false),
    phase: text(),
    /** Summary counts as JSON, whitelisted keys only. */
    summaryCounts: text("summary_counts").notNull().default("{}"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    resultKind: text("result_kind"),
    resultId: text("result_id"),
    resultHref: text("result_href"),
    initiatorId: text("initiator_id"),
    retryOf: text("retry_of"),
    version: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    /** When the row was last written; the sweep looks for unfinished rows that have been quiet. */
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("operation_runs_active_identity")
      .on(table.identity)
      .where(sql`status <> 'completed'`),
    uniqueIndex("operation_runs_retry_of")
      .on(table.retryOf)
      .where(sql`retry_of is not null`),
    index("operation_runs_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("operation_runs_by_tenant_type").on(table.tenantId, table.type, table.createdAt, table.id),
    index("operation_runs_finished")
      .on(table.tenantId, table.completedAt, table.id)
      .where(sql`status = 'completed'`),
    index("operation_runs_active")
      .on(table.tenantId, table.createdAt, table.id)
      .where(sql`status <> 'completed'`),
    index("operation_runs_unfinished")
      .on(table.updatedAt)
      .where(sql`status <> 'completed'`),
  ],
);

/** Units that did not succeed, for people to read, filter, export and retry. */
export const operationRunUnits = sqliteTable(
  "operation_run_units",
  {
    runId: text("run_id").notNull(),
    ordinal: integer().notNull(),
    outcome: text().notNull(),
    unitKey: text("unit_key").notNull(),
    label: text().notNull(),
    input: text().notNull(),
    reasonCode: text("reason_code").notNull(),
    message: text().notNull(),
    attempts: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.ordinal] })],
);

export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    key: text().notNull(),
    /** SHA-256 of the request, to refuse the same key with another body. */
    requestHash: text("request_hash").notNull(),
    runId: text("run_id").notNull(),
    responseStatus: integer("response_status").notNull(),
    responseBody: text("response_body").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);

/** One per (run, user): a terminal notification is stored exactly once. */
export const notifications = sqliteTable(
  "notifications",
  {
    id: text().primaryKey(),
    runId: text("run_id").notNull(),
    userId: text("user_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    outcome: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    createdAt: integer("created_at").notNull(),
    seenAt: integer("seen_at"),
  },
  (table) => [
    uniqueIndex("notifications_once").on(table.runId, table.userId),
    index("notifications_by_user").on(table.userId, table.tenantId, table.createdAt),
  ],
);

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
    detail: text().notNull().default("{}"),
  },
  (table) => [index("audit_events_by_tenant").on(table.tenantId, table.at, table.id)],
);

/**
 * The inventory: one row per policy that was ever seen. Content is in R2, addressed by `contentHash`; `comparableHash` decides
 * whether it changed (decisions/010-policy-content-and-change.md). The `…RunId` columns let a repeated unit tell the same counters.
 */
export const policies = sqliteTable(
  "policies",
  {
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    /** The name folded for order and search, in every script: SQLite folds ASCII only. */
    sortName: text("sort_name").notNull(),
    description: text(),
    platform: text(),
    odataType: text("odata_type"),
    assignmentCount: integer("assignment_count"),
    versionNumber: integer("version_number").notNull(),
    contentHash: text("content_hash").notNull(),
    contentBytes: integer("content_bytes").notNull(),
    comparableHash: text("comparable_hash").notNull(),
    /** The run that stored the current version. */
    changedRunId: text("changed_run_id").notNull(),
    /** ISO 8601 UTC; empty, not null, where Graph tells none, so that lists can be paged by it. */
    lastModifiedAt: text("last_modified_at").notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    /** The run that saw it first, or first again after it had been removed. */
    appearedRunId: text("appeared_run_id").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    lastSeenRunId: text("last_seen_run_id").notNull(),
    removedAt: integer("removed_at"),
    removedRunId: text("removed_run_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.family, table.graphId] }),
    index("policies_by_name").on(table.tenantId, table.sortName, table.family, table.graphId),
    index("policies_by_family").on(table.tenantId, table.family, table.sortName, table.graphId),
    index("policies_by_modified").on(table.tenantId, table.lastModifiedAt, table.family, table.graphId),
  ],
);

/** History: a row for each content a policy was seen with. */
export const policyVersions = sqliteTable(
  "policy_versions",
  {
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    versionNumber: integer("version_number").notNull(),
    contentHash: text("content_hash").notNull(),
    contentBytes: integer("content_bytes").notNull(),
    seenAt: integer("seen_at").notNull(),
    runId: text("run_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.family, table.graphId, table.versionNumber] })],
);

/** What is known of each family in a tenant, so that "none" and "could not be read" never look alike. */
export const inventoryFamilies = sqliteTable(
  "inventory_families",
  {
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    policyCount: integer("policy_count").notNull(),
    lastCompleteAt: integer("last_complete_at"),
    lastAttemptAt: integer("last_attempt_at").notNull(),
    lastOutcome: text("last_outcome").notNull(),
    lastReasonCode: text("last_reason_code"),
    lastReasonMessage: text("last_reason_message"),
    lastRunId: text("last_run_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.family] })],
);
