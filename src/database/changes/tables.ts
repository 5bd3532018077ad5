import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import {
  actorKindSchema,
  changedPropertySchema,
  changeLogSchema,
  changeOperationSchema,
} from "../../contract/changes.ts";
import { json, word } from "../sql/columns.ts";

/** What Microsoft's audit logs tell of changes: a row for each event and thing that it changed. Never updated. */
export const policyChanges = sqliteTable(
  "policy_changes",
  {
    tenantId: text("tenant_id").notNull(),
    eventId: text("event_id").notNull(),
    /** Graph's id of the thing, in lower case. */
    resourceId: text("resource_id").notNull(),
    log: word(changeLogSchema, "log").notNull(),
    resourceType: text("resource_type").notNull(),
    at: integer().notNull(),
    actorKind: word(actorKindSchema, "actor_kind").notNull(),
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    applicationId: text("application_id"),
    applicationName: text("application_name"),
    activity: text().notNull(),
    operation: word(changeOperationSchema, "operation").notNull(),
    /** Made with this product's own application. */
    ours: integer({ mode: "boolean" }).notNull(),
    properties: json(z.array(changedPropertySchema), "properties").notNull(),
    propertiesCut: integer("properties_cut", { mode: "boolean" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.eventId, table.resourceId] }),
    index("policy_changes_by_resource").on(table.tenantId, table.resourceId, table.log, table.at),
    index("policy_changes_by_age").on(table.tenantId, table.at),
  ],
);

/** How far each log of a tenant was read. Between `coveredFrom` and `coveredUntil` no event is missing. */
export const changeLogs = sqliteTable(
  "change_logs",
  {
    tenantId: text("tenant_id").notNull(),
    log: word(changeLogSchema, "log").notNull(),
    /** Null, both, until a span of the log was read completely. */
    coveredFrom: integer("covered_from"),
    coveredUntil: integer("covered_until"),
    lastAttemptAt: integer("last_attempt_at").notNull(),
    /** Why the last reading failed; null, both, when it did not. */
    reasonCode: text("reason_code"),
    reasonMessage: text("reason_message"),
    lastRunId: text("last_run_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.log] })],
);
