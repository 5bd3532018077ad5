import { familyOutcomeSchema } from "../../contract/inventory.ts";
import { word } from "../sql/columns.ts";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
    /**
     * Null of a policy that the newest complete reading of its family saw: then it was seen when, by which run and by which request the
     * family's row says (`last-seen.ts`). So a reading that finds nothing new writes no policy. Of any other: when a reading last saw it.
     */
    lastSeenAt: integer("last_seen_at"),
    lastSeenRunId: text("last_seen_run_id"),
    /** Graph's id of the request that told of it then; null where that was not noted. */
    lastRequestId: text("last_request_id"),
    removedAt: integer("removed_at"),
    removedRunId: text("removed_run_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.family, table.graphId] }),
    index("policies_by_name").on(table.tenantId, table.sortName),
    index("policies_by_modified").on(table.tenantId, table.lastModifiedAt),
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
    index("policy_versions_by_content").on(table.contentHash),
  ],
);

/**
 * Policies that a family's newest list tells of and that could not be read whole. What `policies` holds of them, if anything, is as it
 * was last known. A row goes when its policy is read, or is no longer listed.
 */
export const unreadablePolicies = sqliteTable(
  "unreadable_policies",
  {
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    reasonCode: text("reason_code").notNull(),
    reasonMessage: text("reason_message").notNull(),
    /** The first reading of those in a row that could not read it. */
    since: integer().notNull(),
    lastTriedAt: integer("last_tried_at").notNull(),
    /** A person's word that it is known, until a time; null for none. */
    acknowledgedReason: text("acknowledged_reason"),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: integer("acknowledged_at"),
    acknowledgedUntil: integer("acknowledged_until"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.family, table.graphId] })],
);

/** What is known of each family in a tenant, so that "none" and "could not be read" never look alike. */
export const inventoryFamilies = sqliteTable(
  "inventory_families",
  {
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    policyCount: integer("policy_count").notNull(),
    /** When the whole list was last read, policies that could not be read among it (`unreadable_policies`). */
    lastCompleteAt: integer("last_complete_at"),
    lastAttemptAt: integer("last_attempt_at").notNull(),
    lastOutcome: word(familyOutcomeSchema, "last_outcome").notNull(),
    lastReasonCode: text("last_reason_code"),
    lastReasonMessage: text("last_reason_message"),
    lastRunId: text("last_run_id").notNull(),
    /** The run of the newest complete reading; null without one. */
    lastCompleteRunId: text("last_complete_run_id"),
    /**
     * SHA-256 of what the newest complete reading told of all its policies, so that one that tells the same writes none of their rows. Null
     * where a policy could not be read, and where no reading has been complete since there is this column.
     */
    readingDigest: text("reading_digest"),
    /** The requests that told of policies in the newest complete reading: JSON, lists of Graph ids by Graph's ids of requests. */
    requestIds: text("request_ids"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.family] })],
);
