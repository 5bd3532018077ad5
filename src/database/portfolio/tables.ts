import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { chosenHowSchema, portfolioTypeSchema } from "../../contract/portfolio.ts";
import { portfolioStepSchema } from "../../contract/portfolio-schedules.ts";
import { runOutcomeSchema, runStatusSchema } from "../../contract/runs.ts";
import { json, word } from "../sql/columns.ts";
import { storedPauseSchema } from "../runs/tables.ts";
import { occurrenceColumns, scheduleColumns, stepRunColumns } from "../schedules/tables.ts";
import { z } from "zod";

/**
 * In the control database: the projection of runs over tenants, as `operation_runs` is that of a tenant's runs. They belong to no tenant, and
 * name none.
 */
export const portfolioRuns = sqliteTable(
  "portfolio_runs",
  {
    id: text().primaryKey(),
    /** The operation that is started in each tenant. */
    type: word(portfolioTypeSchema, "type").notNull(),
    /** The gold standard that it is about; null for most. */
    standardId: text("standard_id"),
    starterId: text("starter_id").notNull(),
    status: word(runStatusSchema, "status").notNull(),
    outcome: word(runOutcomeSchema, "outcome").notNull(),
    /** How its tenants were chosen; null for a retry. */
    chosen: json(chosenHowSchema, "chosen"),
    /** SHA-256 over starter, operation and tenants. */
    identity: text().notNull(),
    sealed: integer({ mode: "boolean" }).notNull().default(false),
    pause: json(storedPauseSchema, "pause"),
    /** Summary counts as JSON, whitelisted keys only. */
    summaryCounts: text("summary_counts").notNull().default("{}"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    retryOf: text("retry_of"),
    /** The Idempotency-Key that it was started with, and the SHA-256 of that request. */
    requestKey: text("request_key"),
    requestHash: text("request_hash").notNull(),
    workerVersion: text("worker_version"),
    version: integer().notNull().default(1),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("portfolio_runs_active_identity")
      .on(table.identity)
      .where(sql`status <> 'completed'`),
    uniqueIndex("portfolio_runs_by_key")
      .on(table.starterId, table.requestKey)
      .where(sql`request_key is not null`),
    index("portfolio_runs_by_age").on(table.createdAt, table.id),
    index("portfolio_runs_unfinished")
      .on(table.updatedAt)
      .where(sql`status <> 'completed'`),
    index("portfolio_runs_finished")
      .on(table.completedAt)
      .where(sql`status = 'completed'`),
  ],
);

/**
 * In the control database: the sealed list of a run's tenants, and what became of each. Of a tenant that is deleted nothing stays but that
 * there was one.
 */
export const portfolioTenants = sqliteTable(
  "portfolio_run_tenants",
  {
    runId: text("run_id").notNull(),
    ordinal: integer().notNull(),
    /** Null when the tenant was deleted. */
    tenantId: text("tenant_id"),
    /** The operation of the run before that failed, in a retry. */
    priorId: text("prior_id"),
    /** When its operation was about to be started; null before. */
    startedAt: integer("started_at"),
    /** The operation; null until it is there. */
    childId: text("child_id"),
    /** Whether it was started for this run: only then is it canceled and paused with it. */
    own: integer({ mode: "boolean" }),
    /** 0: not paused for the run. 1: paused with it, and resumed with it. 2: it was paused before, and stays so when the run goes on. */
    pausedWith: integer("paused_with").notNull().default(0),
    /** Null until it has ended. */
    outcome: word(z.enum(["succeeded", "failed", "skipped"]), "outcome"),
    reasonCode: text("reason_code"),
    message: text(),
    endedAt: integer("ended_at"),
    /** The run that takes it again. */
    retriedBy: text("retried_by"),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.ordinal] }),
    index("portfolio_run_tenants_by_tenant")
      .on(table.tenantId, table.runId)
      .where(sql`tenant_id is not null`),
  ],
);

/**
 * In the control database: schedules over tenants. Each is a person's, who owns it, and starts runs over tenants: the columns are those of a tenant's
 * schedules.
 */
export const portfolioSchedules = sqliteTable(
  "portfolio_schedules",
  {
    ...scheduleColumns(),
    steps: json(z.array(portfolioStepSchema), "steps").notNull(),
    /** Which tenants; those of a list are in `portfolio_schedule_tenants`. */
    chosen: json(chosenHowSchema, "chosen").notNull(),
  },
  (table) => [
    index("portfolio_schedules_by_owner").on(table.ownerId, table.status),
    index("portfolio_schedules_due")
      .on(table.nextDueAt)
      .where(sql`status = 'active'`),
  ],
);

/** In the control database: the list of a schedule over tenants. A tenant that is deleted leaves it. */
export const portfolioScheduleTenants = sqliteTable(
  "portfolio_schedule_tenants",
  { scheduleId: text("schedule_id").notNull(), tenantId: text("tenant_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.tenantId] }),
    index("portfolio_schedule_tenants_by_tenant").on(table.tenantId),
  ],
);

/** In the control database: what became of a due time of a schedule over tenants. */
export const portfolioOccurrences = sqliteTable("portfolio_occurrences", occurrenceColumns(), (table) => [
  primaryKey({ columns: [table.scheduleId, table.dueAt] }),
  index("portfolio_occurrences_by_age").on(table.dueAt),
  index("portfolio_occurrences_waiting")
    .on(table.startsAt)
    .where(sql`state = 'waiting'`),
  index("portfolio_occurrences_running")
    .on(table.scheduleId, table.dueAt)
    .where(sql`state = 'running'`),
]);

/** In the control database: which runs over tenants are whose steps. */
export const portfolioScheduleRuns = sqliteTable("portfolio_schedule_runs", stepRunColumns(), (table) => [
  primaryKey({ columns: [table.scheduleId, table.dueAt, table.step] }),
  index("portfolio_schedule_runs_by_run").on(table.runId),
]);

/**
 * In the control database: what a person is told of their runs and schedules over tenants, once each. What a run came to is not in it: it is told as the person
 * may see the run when they read it.
 */
export const portfolioNotices = sqliteTable(
  "portfolio_notices",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    /** A run over tenants; null where it is of a schedule alone. */
    runId: text("run_id"),
    scheduleId: text("schedule_id"),
    /** What it says of the schedule; empty for a run that ended. */
    title: text().notNull(),
    body: text().notNull(),
    createdAt: integer("created_at").notNull(),
    seenAt: integer("seen_at"),
  },
  (table) => [
    index("portfolio_notices_by_user").on(table.userId, table.createdAt, table.id),
    index("portfolio_notices_by_age").on(table.createdAt),
  ],
);
