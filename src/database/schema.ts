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

/** The projection (docs/design/progress.md, section 6): what every reader of runs reads. */
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
    /** Graph's id of the request that told of it last; null where an older sync did not note it. */
    lastRequestId: text("last_request_id"),
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
  (table) => [
    primaryKey({ columns: [table.tenantId, table.family, table.graphId, table.versionNumber] }),
    index("policy_versions_by_content").on(table.tenantId, table.contentHash),
  ],
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

/** Tenant-wide choices; a tenant without a row has the defaults (`database/tenancy/tenant-settings.ts`). */
export const tenantSettings = sqliteTable("tenant_settings", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** Days a review pack is kept. */
  reviewPackRetentionDays: integer("review_pack_retention_days").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/**
 * What was recorded of a tenant at one moment. `building` until its run ends; then `complete` (immutable from there on),
 * `empty` (there was nothing to record) or `incomplete` (never used for anything).
 */
export const evidenceSnapshots = sqliteTable(
  "evidence_snapshots",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    status: text().notNull(),
    itemCount: integer("item_count").notNull().default(0),
    exceptionCount: integer("exception_count").notNull().default(0),
    /** Hexadecimal; null until complete. */
    merkleRoot: text("merkle_root"),
    /** When the items were listed: what they tell is the stored truth of that moment. */
    takenAt: integer("taken_at").notNull(),
    completedAt: integer("completed_at"),
    initiatorId: text("initiator_id"),
  },
  (table) => [index("evidence_snapshots_by_tenant").on(table.tenantId, table.takenAt, table.id)],
);

/** One row per (snapshot, key): a unit that is repeated inserts nothing. Never updated. */
export const evidenceItems = sqliteTable(
  "evidence_items",
  {
    snapshotId: text("snapshot_id").notNull(),
    /** "policy/<family>/<graph id>", "family/<family>", "membership", … Ascending keys are the leaves' order. */
    key: text().notNull(),
    tenantId: text("tenant_id").notNull(),
    kind: text().notNull(),
    family: text(),
    title: text().notNull(),
    /** Why an auditor should look at it first; null for an item without exception. */
    exceptionCode: text("exception_code"),
    exceptionMessage: text("exception_message"),
    /** Of a policy: where its document is (storage/payload-store.ts). */
    contentHash: text("content_hash"),
    contentBytes: integer("content_bytes"),
    /** SHA-256 of `document`, the canonical JSON of the item. */
    itemHash: text("item_hash").notNull(),
    itemBytes: integer("item_bytes").notNull(),
    document: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.snapshotId, table.key] }),
    index("evidence_items_exceptions")
      .on(table.snapshotId, table.key)
      .where(sql`exception_code is not null`),
    index("evidence_items_by_content")
      .on(table.tenantId, table.contentHash)
      .where(sql`content_hash is not null`),
  ],
);

/** An archive for auditors. `writing` until its run ends, then `complete` or `failed`; a complete one becomes `expired`. */
export const reviewPacks = sqliteTable(
  "review_packs",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    snapshotId: text("snapshot_id").notNull(),
    /** What was included, as normalized JSON. */
    options: text().notNull(),
    status: text().notNull(),
    fileCount: integer("file_count"),
    archiveName: text("archive_name").notNull(),
    archiveBytes: integer("archive_bytes"),
    archiveHash: text("archive_hash"),
    /** Of a multipart upload under way; null when there is none. */
    uploadId: text("upload_id"),
    initiatorId: text("initiator_id"),
    createdAt: integer("created_at").notNull(),
    completedAt: integer("completed_at"),
    expiresAt: integer("expires_at"),
    expiredAt: integer("expired_at"),
  },
  (table) => [
    index("review_packs_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("review_packs_to_expire")
      .on(table.expiresAt)
      .where(sql`status = 'complete'`),
    index("review_packs_writing")
      .on(table.createdAt)
      .where(sql`status = 'writing'`),
  ],
);

/** Deflated entries that wait in R2 to be put into the archive, a row per object. */
export const reviewPackSegments = sqliteTable(
  "review_pack_segments",
  {
    packId: text("pack_id").notNull(),
    firstOrdinal: integer("first_ordinal").notNull(),
    objectKey: text("object_key").notNull(),
    objectBytes: integer("object_bytes").notNull(),
    /** As JSON: ordinals of the entries in their order, and the hashes of generated files that were written or told of with them. */
    entries: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.packId, table.firstOrdinal, table.objectKey] })],
);

/** Parts of the multipart upload that R2 has taken. */
export const reviewPackParts = sqliteTable(
  "review_pack_parts",
  {
    packId: text("pack_id").notNull(),
    uploadId: text("upload_id").notNull(),
    partNumber: integer("part_number").notNull(),
    etag: text().notNull(),
    partBytes: integer("part_bytes").notNull(),
  },
  (table) => [primaryKey({ columns: [table.packId, table.uploadId, table.partNumber] })],
);

/** `active`, `archived`, or `deleted`: the last keeps only the id, so that a repeated deletion knows that it was done. */
export const backupSets = sqliteTable(
  "backup_sets",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    /** The name folded for order and search (`foldName`). */
    sortName: text("sort_name").notNull(),
    description: text().notNull().default(""),
    status: text().notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    updatedAt: integer("updated_at").notNull(),
    archivedAt: integer("archived_at"),
    /** The run that last changed the status, or the id of the audit event of a person who did. */
    statusRunId: text("status_run_id"),
  },
  (table) => [
    index("backup_sets_by_tenant").on(table.tenantId, table.status, table.sortName, table.id),
    index("backup_sets_by_age").on(table.tenantId, table.createdAt, table.id),
  ],
);

/** A policy as it was when a set took it. A set may hold several of one policy; the newest is the one that counts. */
export const backupSetItems = sqliteTable(
  "backup_set_items",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    backupSetId: text("backup_set_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    sortName: text("sort_name").notNull(),
    description: text(),
    platform: text(),
    odataType: text("odata_type"),
    assignmentCount: integer("assignment_count"),
    contentHash: text("content_hash").notNull(),
    contentBytes: integer("content_bytes").notNull(),
    comparableHash: text("comparable_hash").notNull(),
    /** Values that Graph tells only in clear on request (encrypted OMA settings), sealed (access/secret-box.ts). */
    sealedSecrets: text("sealed_secrets"),
    capturedAt: integer("captured_at").notNull(),
    /** The run that took it, and Graph's id of the request that read it. */
    runId: text("run_id").notNull(),
    requestId: text("request_id"),
    /** The run that last found the policy to be as it is here, so that a repeated unit of it answers the same. */
    confirmedAt: integer("confirmed_at"),
    confirmedRunId: text("confirmed_run_id"),
  },
  (table) => [
    index("backup_set_items_by_policy").on(table.backupSetId, table.family, table.graphId, table.capturedAt),
    index("backup_set_items_by_name").on(table.backupSetId, table.sortName, table.id),
    index("backup_set_items_of_policy").on(table.tenantId, table.family, table.graphId, table.capturedAt),
    index("backup_set_items_by_content").on(table.tenantId, table.contentHash),
  ],
);

/** Payloads that a removed row referred to: to be emptied when nothing else refers to them (`database/payloads/payload-references.ts`). */
export const releasedPayloads = sqliteTable(
  "released_payloads",
  {
    tenantId: text("tenant_id").notNull(),
    contentHash: text("content_hash").notNull(),
    /** When to look next. */
    dueAt: integer("due_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.contentHash] }),
    index("released_payloads_due").on(table.dueAt),
  ],
);

/** What a restore would do, frozen, for people to review. `preparing` until its preview run ends, then `ready` or `failed`. */
export const restorePlans = sqliteTable(
  "restore_plans",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    backupSetId: text("backup_set_id").notNull(),
    /** The preview run that made it. */
    runId: text("run_id").notNull().unique(),
    status: text().notNull(),
    /** Mode, prefix, assignments, mapping, … as normalized JSON. */
    options: text().notNull(),
    /** SHA-256 over the options and all items, in order: what `approvedPlan` has to be. Null until ready. */
    planHash: text("plan_hash"),
    /** Items by action, as JSON. */
    actionCounts: text("action_counts").notNull().default("{}"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    readyAt: integer("ready_at"),
  },
  (table) => [index("restore_plans_by_set").on(table.tenantId, table.backupSetId, table.createdAt)],
);

export const restorePlanItems = sqliteTable(
  "restore_plan_items",
  {
    planId: text("plan_id").notNull(),
    /** In the order of writing (docs/design/graph.md, section 7). */
    ordinal: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    itemId: text("item_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    /** "create", "update", "unchanged", "ambiguous", "blocked". */
    action: text().notNull(),
    targetId: text("target_id"),
    targetName: text("target_name"),
    /** Of the target as the preview read it; another one at execution is a conflict. */
    targetHash: text("target_hash"),
    reasonCode: text("reason_code"),
    message: text(),
    changeCount: integer("change_count").notNull().default(0),
    missingCount: integer("missing_count").notNull().default(0),
    /** R2 object with the steps, differences, candidates and references, and its SHA-256. */
    detailKey: text("detail_key").notNull(),
    detailHash: text("detail_hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.ordinal] }),
    index("restore_plan_items_by_action").on(table.planId, table.action, table.ordinal),
  ],
);

/** Attempts at writes to Graph, and what came of them, by plan item: whoever executes the item again goes on from here. */
export const restoreJournal = sqliteTable(
  "restore_journal",
  {
    planId: text("plan_id").notNull(),
    ordinal: integer().notNull(),
    seq: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull(),
    at: integer().notNull(),
    entry: text().notNull(),
    /** Of an attempt that made a policy: no two items may call one policy their own. */
    policyId: text("policy_id"),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.ordinal, table.seq] }),
    uniqueIndex("restore_journal_made_once")
      .on(table.tenantId, table.policyId)
      .where(sql`policy_id is not null`),
  ],
);

/** What each unit of a `policy.restore` run came to, successes included. */
export const restoreResults = sqliteTable(
  "restore_results",
  {
    runId: text("run_id").notNull(),
    /** The plan item's, which a retry's unit keeps. */
    ordinal: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    planId: text("plan_id").notNull(),
    family: text().notNull(),
    name: text().notNull(),
    /** "created", "updated", "unchanged", "skipped", "failed". */
    outcome: text().notNull(),
    targetId: text("target_id"),
    reasonCode: text("reason_code"),
    message: text(),
    /** Graph's request ids, newest last, as JSON. */
    requestIds: text("request_ids").notNull(),
    /** Of a read-back that did not match, as JSON. */
    differences: text(),
    /** Of the request that another administrator has to approve before the unit is retried. */
    approvalCode: text("approval_code"),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.ordinal] })],
);

/** A named, immutable state of a tenant's policies. `building` until its run ends, then `sealed` or `failed`. */
export const baselines = sqliteTable(
  "baselines",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    name: text().notNull(),
    status: text().notNull(),
    policyCount: integer("policy_count").notNull().default(0),
    /** The root of the tree over all its families and policies (docs/baselines.md); null until sealed. */
    contentRoot: text("content_root"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    sealedAt: integer("sealed_at"),
  },
  (table) => [
    index("baselines_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("baselines_building")
      .on(table.createdAt)
      .where(sql`status = 'building'`),
  ],
);

/** Which families a baseline covers, and from which complete reading. */
export const baselineFamilies = sqliteTable(
  "baseline_families",
  {
    baselineId: text("baseline_id").notNull(),
    family: text().notNull(),
    policyCount: integer("policy_count").notNull(),
    /** Null: the family had never been read completely, so the baseline knows nothing of it. */
    readAt: integer("read_at"),
  },
  (table) => [primaryKey({ columns: [table.baselineId, table.family] })],
);

export const baselinePolicies = sqliteTable(
  "baseline_policies",
  {
    baselineId: text("baseline_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    sortName: text("sort_name").notNull(),
    platform: text(),
    odataType: text("odata_type"),
    /** The stored document, and the hash that tells whether anything that matters differs. */
    contentHash: text("content_hash").notNull(),
    comparableHash: text("comparable_hash").notNull(),
    /** SHA-256 of the normal form, which the compare reads from R2; null until it is there. */
    normalHash: text("normal_hash"),
  },
  (table) => [
    primaryKey({ columns: [table.baselineId, table.family, table.graphId] }),
    index("baseline_policies_by_name").on(table.baselineId, table.sortName, table.family, table.graphId),
    index("baseline_policies_by_content").on(table.tenantId, table.contentHash),
  ],
);

export const baselineComparisons = sqliteTable(
  "baseline_comparisons",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    baselineId: text("baseline_id").notNull(),
    runId: text("run_id").notNull().unique(),
    /** `building`, `sealed` or `failed`. */
    status: text().notNull(),
    /** Findings by kind, severity and status as this comparison left them, and policies by what they came to, as JSON. */
    counts: text().notNull().default("{}"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    sealedAt: integer("sealed_at"),
  },
  (table) => [
    index("baseline_comparisons_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("baseline_comparisons_by_baseline").on(table.baselineId, table.createdAt, table.id),
    index("baseline_comparisons_building")
      .on(table.createdAt)
      .where(sql`status = 'building'`),
  ],
);

/** What was known of each of the baseline's families at the moment that is compared. */
export const comparisonFamilies = sqliteTable(
  "comparison_families",
  {
    comparisonId: text("comparison_id").notNull(),
    family: text().notNull(),
    /** Of the baseline and of the inventory: the complete readings that are compared. */
    baselineReadAt: integer("baseline_read_at"),
    readAt: integer("read_at"),
    lastOutcome: text("last_outcome"),
    lastReasonCode: text("last_reason_code"),
    lastReasonMessage: text("last_reason_message"),
    /** Why nothing can be said of it; null when it can be compared. */
    unknownCode: text("unknown_code"),
    unknownMessage: text("unknown_message"),
  },
  (table) => [primaryKey({ columns: [table.comparisonId, table.family] })],
);

/** Policies that differ by their hashes, frozen at that moment, for the comparison to work through. Gone when it ends. */
export const comparisonCandidates = sqliteTable(
  "comparison_candidates",
  {
    comparisonId: text("comparison_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    /** "added", "removed", "differs". */
    kind: text().notNull(),
    name: text().notNull(),
    /** The current document; null for a removed policy. */
    contentHash: text("content_hash"),
    /** The baseline's normal form; null for an added policy. */
    baselineHash: text("baseline_hash"),
    /** Of an added policy's normal form, once it was read: a removed policy of the same may be the same thing. */
    normalHash: text("normal_hash"),
  },
  (table) => [primaryKey({ columns: [table.comparisonId, table.family, table.graphId] })],
);

/** A difference between a baseline and its tenant, one row for as long as it is the same one, across comparisons. */
export const baselineFindings = sqliteTable(
  "baseline_findings",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    baselineId: text("baseline_id").notNull(),
    /** "<kind>/<family>/<graph id>"; "unknown/<family>". */
    key: text().notNull(),
    /** "added", "removed", "changed", "renamed", "assignments", "unknown". */
    kind: text().notNull(),
    family: text().notNull(),
    graphId: text("graph_id"),
    name: text().notNull(),
    severity: text().notNull(),
    /** 0 is the worst. */
    severityRank: integer("severity_rank").notNull(),
    /** The row of the severity table that decided, and what is so in words. */
    rule: text().notNull(),
    message: text().notNull(),
    /** "open", "accepted", "resolved". */
    status: text().notNull(),
    /** Of an acceptance; kept after it expired, until somebody or the next comparison decides anew. */
    acceptedReason: text("accepted_reason"),
    acceptedBy: text("accepted_by"),
    acceptedAt: integer("accepted_at"),
    acceptedUntil: integer("accepted_until"),
    /** SHA-256 of the differences: an acceptance holds for these and no others. */
    changesHash: text("changes_hash").notNull(),
    changeCount: integer("change_count").notNull().default(0),
    /** Address of the differences in R2; null where there are none to tell. */
    detailHash: text("detail_hash"),
    /** Whether the newest comparison could say anything of it. */
    checked: integer({ mode: "boolean" }).notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    firstComparisonId: text("first_comparison_id").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    lastComparisonId: text("last_comparison_id").notNull(),
    resolvedAt: integer("resolved_at"),
  },
  (table) => [
    uniqueIndex("baseline_findings_once").on(table.baselineId, table.key),
    index("baseline_findings_by_tenant").on(table.tenantId, table.severityRank, table.key, table.id),
    index("baseline_findings_unresolved")
      .on(table.tenantId, table.severityRank, table.key, table.id)
      .where(sql`status in ('open', 'accepted')`),
    index("baseline_findings_accepted")
      .on(table.acceptedUntil)
      .where(sql`status = 'accepted'`),
  ],
);

/** The findings as each comparison left them: those it found, those it resolved, and those that it could not check. */
export const comparisonFindings = sqliteTable(
  "comparison_findings",
  {
    comparisonId: text("comparison_id").notNull(),
    findingId: text("finding_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    key: text().notNull(),
    kind: text().notNull(),
    family: text().notNull(),
    graphId: text("graph_id"),
    name: text().notNull(),
    severity: text().notNull(),
    severityRank: integer("severity_rank").notNull(),
    rule: text().notNull(),
    message: text().notNull(),
    status: text().notNull(),
    changesHash: text("changes_hash").notNull(),
    changeCount: integer("change_count").notNull().default(0),
    detailHash: text("detail_hash"),
    checked: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.comparisonId, table.findingId] }),
    index("comparison_findings_worst_first").on(table.comparisonId, table.severityRank, table.key),
  ],
);

/** A finding's history: appeared, changed, resolved, reappeared, accepted, acceptance expired, reopened. */
export const findingEvents = sqliteTable(
  "finding_events",
  {
    findingId: text("finding_id").notNull(),
    /** Deterministic for what a comparison or the clock does, so that a repeated step adds nothing. */
    id: text().notNull(),
    tenantId: text("tenant_id").notNull(),
    at: integer().notNull(),
    event: text().notNull(),
    comparisonId: text("comparison_id"),
    actorId: text("actor_id"),
    /** Of an acceptance. */
    reason: text(),
    until: integer(),
  },
  (table) => [primaryKey({ columns: [table.findingId, table.id] })],
);
