import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { uploadReportSchema } from "../../contract/policy-files.ts";
import { json } from "../sql/columns.ts";

/** Archives of files that other tools have exported. Their bytes are in R2 (`storage/policy-uploads.ts`) until `removed_at`. */
export const policyUploads = sqliteTable(
  "policy_uploads",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    bytes: integer().notNull(),
    sha256: text().notNull(),
    fileCount: integer("file_count").notNull(),
    policyCount: integer("policy_count").notNull(),
    report: json(uploadReportSchema, "report").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    /** When its bytes were durable; null before. */
    storedAt: integer("stored_at"),
    /** The run that imports it. */
    runId: text("run_id"),
    /** When the sweep looks at it next: until then an upload can be imported, and the bytes of one that was can be read again. */
    dueAt: integer("due_at").notNull(),
    removedAt: integer("removed_at"),
  },
  (table) => [
    index("policy_uploads_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("policy_uploads_by_due").on(table.dueAt, table.id),
  ],
);
