import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { FINDING_EVENTS, findingKindSchema, findingStatusSchema, severitySchema } from "../../contract/baselines.ts";
import { word } from "../sql/columns.ts";

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
    kind: word(findingKindSchema, "kind").notNull(),
    family: text().notNull(),
    graphId: text("graph_id"),
    name: text().notNull(),
    severity: word(severitySchema, "severity").notNull(),
    /** 0 is the worst. */
    severityRank: integer("severity_rank").notNull(),
    /** The row of the severity table that decided, and what is so in words. */
    rule: text().notNull(),
    message: text().notNull(),
    /** "open", "accepted", "resolved". */
    status: word(findingStatusSchema, "status").notNull(),
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
    kind: word(findingKindSchema, "kind").notNull(),
    family: text().notNull(),
    graphId: text("graph_id"),
    name: text().notNull(),
    severity: word(severitySchema, "severity").notNull(),
    severityRank: integer("severity_rank").notNull(),
    rule: text().notNull(),
    message: text().notNull(),
    status: word(findingStatusSchema, "status").notNull(),
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
    event: word(z.enum(FINDING_EVENTS), "event").notNull(),
    comparisonId: text("comparison_id"),
    actorId: text("actor_id"),
    /** Of an acceptance. */
    reason: text(),
    until: integer(),
  },
  (table) => [primaryKey({ columns: [table.findingId, table.id] })],
);
