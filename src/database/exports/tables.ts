import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import { storedExportStatusSchema } from "../../contract/tenant-exports.ts";
import { word } from "../sql/columns.ts";

/**
 * An archive of everything of a tenant. `writing` while its entries are written, `assembling` from then on: what it is made of does not
 * change any more. Then `complete` or `failed`; a complete one becomes `expired`.
 */
export const tenantExports = sqliteTable(
  "tenant_exports",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull().unique(),
    status: word(storedExportStatusSchema, "status").notNull(),
    /** The end of the audit log's chain, up to which the export has it. Null until the entries are listed. */
    auditSeq: integer("audit_seq"),
    auditHash: text("audit_hash"),
    fileCount: integer("file_count"),
    /** Rows of all tables, the audit log's among them. */
    rowCount: integer("row_count"),
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
    index("tenant_exports_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("tenant_exports_to_expire")
      .on(table.expiresAt)
      .where(sql`status = 'complete'`),
    index("tenant_exports_in_making")
      .on(table.createdAt)
      .where(sql`status in ('writing', 'assembling')`),
  ],
);
