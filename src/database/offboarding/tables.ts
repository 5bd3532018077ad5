import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { microsoftTenantSchema, offboardingSchema, verificationSchema } from "../../contract/offboarding.ts";
import { json, word } from "../sql/columns.ts";

/** Deletions of tenants, and the proofs of those that are done. A row outlives its tenant, and refers to nothing of it. */
export const offboardings = sqliteTable(
  "offboardings",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    tenantSlug: text("tenant_slug").notNull(),
    tenantName: text("tenant_name").notNull(),
    microsoftTenants: json(z.array(microsoftTenantSchema), "microsoft_tenants").notNull(),
    status: word(offboardingSchema.shape.status, "status").notNull(),
    reason: text().notNull(),
    /** Names are kept: people may be gone when the proof is read. */
    requestedBy: text("requested_by").notNull(),
    requestedByName: text("requested_by_name").notNull(),
    requestedAs: word(offboardingSchema.shape.requestedAs, "requested_as").notNull(),
    requestedAt: integer("requested_at").notNull(),
    dueAt: integer("due_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
    withdrawnBy: text("withdrawn_by"),
    withdrawnByName: text("withdrawn_by_name"),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    /** The step that is to be done next, and where in it: what stands before it is durable (`runs/edge/offboarding/`). */
    position: text().notNull().default("{}"),
    /** When it is worth going on; null for at once. Until then a Worker that has died may still be believed to be at work. */
    notBefore: integer("not_before"),
    exportId: text("export_id"),
    exportHash: text("export_hash"),
    exportCompletedAt: integer("export_completed_at"),
    auditSeq: integer("audit_seq"),
    auditHash: text("audit_hash"),
    /** What was found when all was read again. */
    verification: json(verificationSchema, "verification"),
    refused: json(z.array(z.string()), "refused").notNull().default([]),
  },
  (table) => [
    uniqueIndex("offboardings_under_way")
      .on(table.tenantId)
      .where(sql`status in ('waiting', 'deleting', 'incomplete')`),
    index("offboardings_by_age").on(table.requestedAt, table.id),
  ],
);

/** What a deletion has removed, by kind ("rows", "objects", …) and, of rows, by table. Written in the transaction that removes, or before it. */
export const offboardingCounts = sqliteTable(
  "offboarding_counts",
  {
    offboardingId: text("offboarding_id").notNull(),
    kind: text().notNull(),
    name: text().notNull(),
    removed: integer().notNull(),
    bytes: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.offboardingId, table.kind, table.name] })],
);
