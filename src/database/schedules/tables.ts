import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { missedChoiceSchema, occurrenceStateSchema, PAUSE_REASONS, stepSchema } from "../../contract/schedules.ts";
import { json, word } from "../sql/columns.ts";
import { tenants } from "../tenancy/tables.ts";

/** Times are milliseconds since the epoch. */
const storedPauseSchema = z.object({
  at: z.int(),
  reason: z.enum(PAUSE_REASONS),
  by: z.string().nullable(),
  note: z.string(),
});

/** What every schedule has: one of a tenant, and one over tenants. */
export const scheduleColumns = () => ({
  id: text().primaryKey(),
  name: text().notNull(),
  pattern: text().notNull(),
  timeZone: text("time_zone").notNull(),
  spreadMinutes: integer("spread_minutes").notNull(),
  /** How much later than due an occurrence starts: the schedule's place in the spread. */
  offsetMs: integer("offset_ms").notNull(),
  missed: word(missedChoiceSchema, "missed").notNull(),
  tellAfter: integer("tell_after").notNull(),
  status: word(z.enum(["active", "paused", "removed"]), "status").notNull(),
  pause: json(storedPauseSchema, "pause"),
  /** In whose name its runs are started. */
  ownerId: text("owner_id").notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  updatedAt: integer("updated_at").notNull(),
  version: integer().notNull(),
  /** The first due time that nothing was decided about; null while there is none. One instant alone is stored: time zones change. */
  nextDueAt: integer("next_due_at"),
});

/** What became of a due time, of either kind of schedule. */
export const occurrenceColumns = () => ({
  scheduleId: text("schedule_id").notNull(),
  dueAt: integer("due_at").notNull(),
  startsAt: integer("starts_at").notNull(),
  state: word(occurrenceStateSchema, "state").notNull(),
  /** Of `OCCURRENCE_REASONS`; and what is to be said beside it. */
  reason: text(),
  message: text(),
  count: integer().notNull(),
  madeUp: integer("made_up", { mode: "boolean" }).notNull(),
  byHand: integer("by_hand", { mode: "boolean" }).notNull(),
  /** The step whose run began last. */
  step: integer(),
  endedAt: integer("ended_at"),
});

export const stepRunColumns = () => ({
  scheduleId: text("schedule_id").notNull(),
  dueAt: integer("due_at").notNull(),
  step: integer().notNull(),
  runId: text("run_id").notNull(),
});

/** Operations that begin by themselves. A schedule that was removed keeps its row: its occurrences name it. */
export const schedules = sqliteTable(
  "schedules",
  {
    ...scheduleColumns(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    steps: json(z.array(stepSchema), "steps").notNull(),
  },
  (table) => [
    index("schedules_by_tenant").on(table.tenantId, table.status),
    index("schedules_due")
      .on(table.nextDueAt)
      .where(sql`status = 'active'`),
  ],
);

/** What became of a due time. The key makes it one: no due time is started twice. */
export const scheduleOccurrences = sqliteTable(
  "schedule_occurrences",
  { ...occurrenceColumns(), tenantId: text("tenant_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.dueAt] }),
    index("schedule_occurrences_by_tenant").on(table.tenantId, table.dueAt),
    index("schedule_occurrences_waiting")
      .on(table.startsAt)
      .where(sql`state = 'waiting'`),
    index("schedule_occurrences_running")
      .on(table.scheduleId, table.dueAt)
      .where(sql`state = 'running'`),
  ],
);

/** Which runs are whose: a row is inserted with its run, so each step of an occurrence has one run at most. */
export const scheduleRuns = sqliteTable(
  "schedule_runs",
  { ...stepRunColumns(), tenantId: text("tenant_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.dueAt, table.step] }),
    index("schedule_runs_by_run").on(table.runId),
    index("schedule_runs_by_tenant").on(table.tenantId),
  ],
);
