import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Payloads that a removed row referred to: to be emptied when nothing else refers to them (`payload-references.ts`). */
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
