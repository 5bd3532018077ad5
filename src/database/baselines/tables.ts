import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { buildStatusSchema } from "../../contract/baselines.ts";
import { word } from "../sql/columns.ts";

/** A named, immutable state of a tenant's policies. `building` until its run ends, then `sealed` or `failed`. */
export const baselines = sqliteTable(
  "baselines",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    name: text().notNull(),
    status: word(buildStatusSchema, "status").notNull(),
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
    index("baseline_policies_by_content").on(table.contentHash),
  ],
);

export const baselineComparisons = sqliteTable(
  "baseline_comparisons",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    baselineId: text("baseline_id").notNull(),
    runId: text("run_id").notNull().unique(),
    /** Of a followed standard: with which of its versions was compared. Null of any other baseline. */
    standardVersion: integer("standard_version"),
    /** `building`, `sealed` or `failed`. */
    status: word(buildStatusSchema, "status").notNull(),
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
    /** "added", "removed", "differs"; "unread" of a policy that could not be read, of which nothing is said. */
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
