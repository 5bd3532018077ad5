import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { auditOriginSchema } from "../../contract/audit-events.ts";
import {
  runOutcomeSchema,
  runSchema,
  runStatusSchema,
  runUnitSchema,
  startedOperationSchema,
} from "../../contract/runs.ts";
import { z } from "zod";
import { reportFactsSchema, unitPageSchema } from "../../runs/facts/run-report.ts";
import { json, word } from "../sql/columns.ts";
import { tenants } from "../tenancy/tables.ts";
import { noticeSubjectSchema } from "./notices.ts";

/** As the run's object projects it; times are milliseconds since the epoch. */
export const storedPauseSchema = z.object({
  at: z.int(),
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  reason: runSchema.shape.pause.unwrap().unwrap().shape.reason,
  failed: z.int().nullable(),
});

/** The projection (docs/design/progress.md, section 6): what every reader of runs reads. */
export const operationRuns = sqliteTable(
  "operation_runs",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    type: text().notNull(),
    status: word(runStatusSchema, "status").notNull(),
    outcome: word(runOutcomeSchema, "outcome").notNull(),
    /** Normalized input as JSON. */
    input: text().notNull(),
    /** SHA-256 over tenant, type and normalized input. */
    identity: text().notNull(),
    sealed: integer({ mode: "boolean" }).notNull().default(false),
    finalizerPending: integer("finalizer_pending", { mode: "boolean" }).notNull().default(false),
    phase: text(),
    /** Why the run is paused; null while it goes on. */
    pause: json(storedPauseSchema, "pause"),
    /** Summary counts as JSON, whitelisted keys only. */
    summaryCounts: text("summary_counts").notNull().default("{}"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    resultKind: text("result_kind"),
    resultId: text("result_id"),
    /** Not read or written any more: the address of a result is made where a run is presented. Workers of an earlier version still name it. */
    resultHref: text("result_href"),
    /** What the run is about: names, written at its start, and how much, written when it has ended (contract/run-subject.ts). */
    subject: text(),
    extent: integer(),
    initiatorId: text("initiator_id"),
    retryOf: text("retry_of"),
    /** Of the product, as it was when the run began (observability/worker-version.ts). */
    workerVersion: text("worker_version"),
    version: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    /** When the row was last written; the sweep looks for unfinished rows that have been quiet. */
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("operation_runs_active_identity")
      .on(table.identity)
      .where(sql`status <> 'completed'`),
    uniqueIndex("operation_runs_retry_of")
      .on(table.retryOf)
      .where(sql`retry_of is not null`),
    index("operation_runs_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("operation_runs_by_tenant_type").on(table.tenantId, table.type, table.createdAt, table.id),
    index("operation_runs_finished")
      .on(table.tenantId, table.completedAt, table.id)
      .where(sql`status = 'completed'`),
    index("operation_runs_failed")
      .on(table.tenantId, table.completedAt, table.id)
      .where(sql`outcome in ('failed', 'partially_succeeded')`),
    index("operation_runs_active")
      .on(table.tenantId, table.createdAt, table.id)
      .where(sql`status <> 'completed'`),
    index("operation_runs_unfinished")
      .on(table.updatedAt)
      .where(sql`status <> 'completed'`),
  ],
);

/** Units that did not succeed, for people to read, filter, export and retry. */
export const operationRunUnits = sqliteTable(
  "operation_run_units",
  {
    runId: text("run_id").notNull(),
    ordinal: integer().notNull(),
    outcome: word(runUnitSchema.shape.outcome, "outcome").notNull(),
    unitKey: text("unit_key").notNull(),
    label: text().notNull(),
    input: text().notNull(),
    reasonCode: text("reason_code").notNull(),
    message: text().notNull(),
    attempts: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.ordinal] })],
);

/** What a run told last beside its row: waits, timeline. One row a run, written by its object every few seconds while something changes. */
export const operationRunReports = sqliteTable(
  "operation_run_reports",
  {
    runId: text("run_id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    /** Of the run, when it told this. */
    version: integer().notNull(),
    at: integer().notNull(),
    facts: json(reportFactsSchema, "facts").notNull(),
  },
  (table) => [index("operation_run_reports_by_tenant").on(table.tenantId)],
);

/** The state of all units of a run, some hundreds to a row. */
export const operationRunUnitPages = sqliteTable(
  "operation_run_unit_pages",
  {
    runId: text("run_id").notNull(),
    firstOrdinal: integer("first_ordinal").notNull(),
    tenantId: text("tenant_id").notNull(),
    version: integer().notNull(),
    at: integer().notNull(),
    unitCount: integer("unit_count").notNull(),
    units: json(unitPageSchema, "units").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.firstOrdinal] }),
    index("operation_run_unit_pages_by_tenant").on(table.tenantId),
  ],
);

export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    key: text().notNull(),
    /** SHA-256 of the request, to refuse the same key with another body. */
    requestHash: text("request_hash").notNull(),
    runId: text("run_id").notNull(),
    responseStatus: integer("response_status").notNull(),
    responseBody: json(startedOperationSchema, "response_body").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);

/** Requests to cancel, pause or resume whose outcome is not in the audit log yet. The name is of the time when there were only cancels. */
export const runIntents = sqliteTable(
  "cancel_intents",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    tenantSlug: text("tenant_slug").notNull(),
    runId: text("run_id").notNull(),
    runType: text("run_type").notNull(),
    act: word(z.enum(["cancel", "pause", "resume"]), "act")
      .notNull()
      .default("cancel"),
    actorId: text("actor_id").notNull(),
    at: integer().notNull(),
    origin: json(auditOriginSchema, "origin").notNull(),
  },
  (table) => [index("cancel_intents_by_age").on(table.at)],
);

/** One per (run, user), or (message of news, user): a notification is stored exactly once. */
export const notifications = sqliteTable(
  "notifications",
  {
    id: text().primaryKey(),
    /** The run that it tells of; of another thing, a name of what happened, so that a person is told once. */
    runId: text("run_id").notNull(),
    userId: text("user_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    /** What it tells of, where that is no run. */
    about: json(noticeSubjectSchema, "about"),
    outcome: word(runOutcomeSchema, "outcome").notNull(),
    title: text().notNull(),
    body: text().notNull(),
    /** Where it leads to; null for the page of its run. Of news, `run_id` is not a run's but the message's id. */
    href: text(),
    createdAt: integer("created_at").notNull(),
    seenAt: integer("seen_at"),
  },
  (table) => [
    uniqueIndex("notifications_once").on(table.runId, table.userId),
    index("notifications_by_user").on(table.userId, table.tenantId, table.createdAt),
    index("notifications_by_tenant").on(table.tenantId, table.createdAt),
  ],
);
