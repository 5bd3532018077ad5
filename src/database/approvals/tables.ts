import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import {
  approvalChangeSchema,
  approvalKindSchema,
  approvalStateSchema,
  approvalSubjectSchema,
} from "../../contract/approvals.ts";
import { json, word } from "../sql/columns.ts";
import { tenants } from "../tenancy/tables.ts";

/** What needs another person's approval in a tenant. A tenant without a row has the defaults. */
export const approvalSettings = sqliteTable("approval_settings", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  subjects: json(z.array(approvalSubjectSchema), "subjects").notNull(),
  requestHours: integer("request_hours").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/** Requests for an approval. A row ends once, in the transaction of what it was approved for (`carrying-out.ts`). */
export const approvalRequests = sqliteTable(
  "approval_requests",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    kind: word(approvalKindSchema, "kind").notNull(),
    /** What was asked for, normalized, as JSON. The act of its kind parses it. */
    input: text().notNull(),
    /** What it would change, from what to what, when it was asked for. */
    change: json(approvalChangeSchema, "change").notNull(),
    /** SHA-256 over tenant, kind, input and change. */
    hash: text().notNull(),
    requesterId: text("requester_id").notNull(),
    reason: text().notNull(),
    askedAt: integer("asked_at").notNull(),
    endsAt: integer("ends_at").notNull(),
    state: word(approvalStateSchema, "state").notNull(),
    /** The secret or key of a connection that was asked for, sealed; wiped when the request ends. */
    sealedSecret: text("sealed_secret"),
    deciderId: text("decider_id"),
    decidedAt: integer("decided_at"),
    decisionReason: text("decision_reason"),
    /** Of the attempt that ended it: no two attempts end a request. */
    decisionId: text("decision_id"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    /** The run that it started. */
    runId: text("run_id"),
  },
  (table) => [
    // Equal requests at a time are one.
    uniqueIndex("approval_requests_waiting")
      .on(table.tenantId, table.hash)
      .where(sql`state = 'waiting'`),
    index("approval_requests_by_tenant").on(table.tenantId, table.askedAt, table.id),
    index("approval_requests_by_end")
      .on(table.endsAt)
      .where(sql`state = 'waiting'`),
    index("approval_requests_sealed")
      .on(table.tenantId)
      .where(sql`sealed_secret is not null`),
  ],
);
