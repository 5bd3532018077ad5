import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { archiveStatusSchema } from "../../contract/archives.ts";
import { packIncludeSchema } from "../../contract/review-packs.ts";
import { json, word } from "../sql/columns.ts";

/** An archive for auditors. `writing` until its run ends, then `complete` or `failed`; a complete one becomes `expired`. */
export const reviewPacks = sqliteTable(
  "review_packs",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    snapshotId: text("snapshot_id").notNull(),
    /** What was included. */
    options: json(packIncludeSchema, "options").notNull(),
    status: word(archiveStatusSchema, "status").notNull(),
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

const segmentEntriesSchema = z.object({
  /** Ordinals of the entries, ascending, in the order in which they stand in the object. */
  ordinals: z.array(z.int().min(0)),
  /** Generated files that were written or told of with them: path and SHA-256. */
  generated: z.array(z.tuple([z.string(), z.string()])),
  /** Of an export: what was written, in the order of `ordinals`. The manifest is made from it. Absent in review packs. */
  written: z
    .array(
      z.object({
        path: z.string(),
        sha256: z.string(),
        bytes: z.int(),
        /** Of a table's file. */
        rows: z.int().optional(),
        /** Of a content that is not what it should be. */
        exception: z.string().optional(),
      }),
    )
    .optional(),
});
export type SegmentEntries = z.infer<typeof segmentEntriesSchema>;

/** Deflated entries of an archive (a review pack's, an export's: the columns are older than exports) that wait in R2 to be put into the archive, a row per object. */
export const reviewPackSegments = sqliteTable(
  "review_pack_segments",
  {
    packId: text("pack_id").notNull(),
    firstOrdinal: integer("first_ordinal").notNull(),
    objectKey: text("object_key").notNull(),
    objectBytes: integer("object_bytes").notNull(),
    entries: json(segmentEntriesSchema, "entries").notNull(),
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
