import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { evidenceSnapshotSchema } from "../../contract/evidence.ts";
import { sha256Bytes, word } from "../sql/columns.ts";

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
    status: word(evidenceSnapshotSchema.shape.status, "status").notNull(),
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
    /**
     * "policy/<family>/<graph id>", "family/<family>", "membership", … It tells kind and family (`item-key.ts`). Ascending keys are the
     * leaves' order.
     */
    key: text().notNull(),
    title: text().notNull(),
    /** Why an auditor should look at it first; null for an item without exception. */
    exceptionCode: text("exception_code"),
    exceptionMessage: text("exception_message"),
    /** Of a policy: where its document is (storage/payload-store.ts). */
    contentHash: sha256Bytes("content_hash"),
    contentBytes: integer("content_bytes"),
    /** SHA-256 of the item's document, its canonical JSON. */
    itemHash: sha256Bytes("item_hash").notNull(),
    itemBytes: integer("item_bytes").notNull(),
    /** The object in R2 that has the document (storage/evidence-documents.ts); null where an earlier version kept it in `document`. */
    segment: sha256Bytes("segment"),
    document: text(),
    /** The place in the audit log that the item's document pins: the log is not cut there. Null where it pins none. */
    auditPlace: integer("audit_place"),
  },
  (table) => [
    primaryKey({ columns: [table.snapshotId, table.key] }),
    index("evidence_items_by_content")
      .on(table.contentHash)
      .where(sql`content_hash is not null`),
  ],
);
