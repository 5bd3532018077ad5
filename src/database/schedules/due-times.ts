/** Due times and what became of them, for both kinds of schedules: the sweep's reading conditions, and all that it writes of them. */
import { and, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { OccurrenceReason, OccurrenceState } from "../../contract/schedules.ts";
import type { NewOccurrence } from "../../schedules/decide-due.ts";
import { beyond } from "../sql/read.ts";
import { type ScheduleNames, whereOfTenant } from "./schedule-names.ts";

/** A page of what a sweep looks at: as many as `limit`, beyond the last of the page before. */
export interface SweepPage<Place> {
  now: number;
  limit: number;
  after: Place | null;
}

/** Names an occurrence. */
export interface OccurrenceKey {
  scheduleId: string;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/** As much of a schedule as it takes to decide about its due times. */
export interface DueScheduleRow {
  id: string;
  pattern: string;
  timeZone: string;
  offsetMs: number;
  missed: "skip" | "run_once";
  version: number;
  nextDueAt: number | null;
}

/** An occurrence that has not ended, as far as it is the same for both kinds. */
export interface OpenOccurrenceFacts extends OccurrenceKey {
  startsAt: number;
  /** The step that began last, and what became of its run; null before the first. */
  step: number | null;
  lastRun: { id: string; status: string; outcome: string; endedAt: number | null } | null;
  /** Whether any of its runs that have ended succeeded in part alone. */
  partly: boolean;
  /** Whether the schedule was removed meanwhile. */
  removed: boolean;
}

/** Schedules with a due time that nothing was decided about, in the order of `next_due_at` and `id`. By an index. */
export function isDue(
  s: Record<"id" | "status" | "nextDueAt", SQLiteColumn>,
  { now, after }: Pick<SweepPage<DueScheduleRow>, "now" | "after">,
): SQL | undefined {
  const place = after === null ? null : ([after.nextDueAt ?? 0, after.id] as const);
  return and(sql`${s.status} = 'active'`, sql`${s.nextDueAt} <= ${now}`, beyond([s.nextDueAt, s.id], ">", place));
}

type OccurrenceTable = Record<"state" | "startsAt" | "scheduleId" | "dueAt", SQLiteColumn>;

/** Occurrences that are to start, in the order of `starts_at` and their key. By an index. */
export function isToStart(
  o: OccurrenceTable,
  { now, after }: Pick<SweepPage<OpenOccurrenceFacts>, "now" | "after">,
): SQL | undefined {
  const place = after === null ? null : ([after.startsAt, after.scheduleId, after.dueAt] as const);
  return and(
    sql`${o.state} = 'waiting'`,
    sql`${o.startsAt} <= ${now}`,
    beyond([o.startsAt, o.scheduleId, o.dueAt], ">", place),
  );
}

/** Occurrences whose run of now, which is joined as `run`, has ended or is gone, in the order of their key. By an index of those that run. */
export function isToGoOn(
  o: OccurrenceTable,
  { after }: Pick<SweepPage<OpenOccurrenceFacts>, "after">,
): SQL | undefined {
  const place = after === null ? null : ([after.scheduleId, after.dueAt] as const);
  return and(
    sql`${o.state} = 'running'`,
    sql`(run.id is null or run.status = 'completed')`,
    beyond([o.scheduleId, o.dueAt], ">", place),
  );
}

/** The columns of `run`, and whether any run of the occurrence succeeded in part alone. */
export function runColumns(o: OccurrenceTable, { stepRuns, runs }: ScheduleNames) {
  return {
    runId: sql<string | null>`run.id`.as("run_id"),
    runStatus: sql<string | null>`run.status`.as("run_status"),
    runOutcome: sql<string | null>`run.outcome`.as("run_outcome"),
    runEndedAt: sql<number | null>`run.completed_at`.as("run_ended_at"),
    partly: sql<number>`exists (select 1 from ${sql.raw(stepRuns)} p join ${sql.raw(runs)} e on e.id = p.run_id
                                 where p.schedule_id = ${o.scheduleId} and p.due_at = ${o.dueAt}
                                   and e.outcome = 'partially_succeeded')`.as("partly"),
  };
}

/** The join of the run of the step that began last, as `run`. */
export function runOfStep(
  o: OccurrenceTable & Record<"step", SQLiteColumn>,
  { stepRuns, runs }: ScheduleNames,
): [table: SQL, on: SQL] {
  return [
    sql`${sql.raw(runs)} run`,
    sql`run.id = (select run_id from ${sql.raw(stepRuns)} l where l.schedule_id = ${o.scheduleId} and l.due_at = ${o.dueAt} and l.step = ${o.step})`,
  ];
}

/** What the columns of `runColumns` say. */
export function factsOfRun(row: {
  runId: string | null;
  runStatus: string | null;
  runOutcome: string | null;
  runEndedAt: number | null;
  partly: number;
}): Pick<OpenOccurrenceFacts, "lastRun" | "partly"> {
  const { runId: id, runStatus: status, runOutcome: outcome, runEndedAt: endedAt, partly } = row;
  return {
    lastRun: id === null || status === null || outcome === null ? null : { id, status, outcome, endedAt },
    partly: partly === 1,
  };
}

/** What was decided about the due times of a schedule as it was read. */
export interface DecidedDue<Schedule extends DueScheduleRow = DueScheduleRow> {
  schedule: Schedule;
  occurrences: readonly NewOccurrence[];
  nextDueAt: number | null;
}

/**
 * Stores what was decided about the due times of some schedules. One batch of two statements; nothing is stored of a schedule that is not as it was read, or
 * that another sweep was first with.
 */
export async function recordDue(
  database: D1Database,
  names: ScheduleNames,
  decided: readonly DecidedDue[],
  at: number,
): Promise<void> {
  const rows = decided.flatMap(({ schedule: { id, version, nextDueAt }, occurrences }) =>
    occurrences.map(({ dueAt, startsAt, state, count, madeUp }) => [
      id,
      version,
      nextDueAt,
      dueAt,
      startsAt,
      state,
      state === "missed" ? "late" : null,
      count,
      madeUp ? 1 : 0,
      state === "missed" ? at : null,
    ]),
  );
  const moves = decided.map(({ schedule: { id, version, nextDueAt }, nextDueAt: next }) => [
    id,
    version,
    nextDueAt,
    next,
  ]);
  const asRead = (row: string) =>
    `s.id = ${row} ->> 0 and s.version = ${row} ->> 1 and s.status = 'active' and s.next_due_at = ${row} ->> 2`;
  await database.batch([
    database
      .prepare(
        `insert into ${names.occurrences} (schedule_id${whereOfTenant(names, ", tenant_id")}, due_at, starts_at, state, reason, count, made_up, by_hand, ended_at)
         select s.id${whereOfTenant(names, ", s.tenant_id")}, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, 0, value ->> 9
           from json_each(?1) join ${names.schedules} s on ${asRead("value")}
          where true on conflict do nothing`,
      )
      .bind(JSON.stringify(rows)),
    database
      .prepare(
        `update ${names.schedules} as s set next_due_at = decided.value ->> 3 from json_each(?1) as decided where ${asRead("decided.value")}`,
      )
      .bind(JSON.stringify(moves)),
  ]);
}

/**
 * Notes that the sweep is at work, at `now`. When it was not for longer than `lateAfterMs`, what was to start in that time, and waited for its place in the
 * spread, is missed as what was due in it: all of it, or, by the schedule's choice, all but the newest of each, which is made up for. What waited before for
 * other operations goes on waiting. One query, and one batch.
 */
export async function noteAtWork(
  database: D1Database,
  { schedules, occurrences, atWork, isAtHome }: ScheduleNames,
  now: number,
  lateAfterMs: number,
): Promise<void> {
  const row = await database
    .prepare("select position from sweep_cursors where name = ?1")
    .bind(atWork)
    .first<{ position: string }>();
  const before = row === null ? null : Number(row.position);
  if (before !== null && before >= now) return;
  const noted = database
    .prepare(
      `insert into sweep_cursors (name, position) values (?1, ?2)
       on conflict (name) do update set position = excluded.position where cast(position as integer) < ?3`,
    )
    .bind(atWork, String(now), now);
  if (before === null || before >= now - lateAfterMs) {
    await noted.run();
    return;
  }
  const late = `o.state = 'waiting' and o.by_hand = 0 and o.made_up = 0 and o.starts_at > ?1 and o.starts_at < ?2
                and ${isAtHome("o")}`;
  const span = [before, now - lateAfterMs] as const;
  await database.batch([
    database
      .prepare(
        `update ${occurrences} as o set state = 'missed', reason = 'late', ended_at = ?3
          where ${late} and exists (
            select 1 from ${schedules} s where s.id = o.schedule_id and (s.missed = 'skip' or s.next_due_at <= ?3 or exists (
              select 1 from ${occurrences} n
               where n.schedule_id = o.schedule_id and n.due_at > o.due_at and n.by_hand = 0)))`,
      )
      .bind(...span, now),
    database.prepare(`update ${occurrences} as o set made_up = 1 where ${late}`).bind(...span),
    noted,
  ]);
}

/**
 * A start by hand, at once, with the event that tells of it. False when the schedule is gone, or has an occurrence of this very moment. One batch.
 */
export async function addByHand(
  database: D1Database,
  names: ScheduleNames,
  { holderId, scheduleId, at }: { holderId: string; scheduleId: string; at: number },
  event: readonly D1PreparedStatement[],
): Promise<boolean> {
  const occurrence = database
    .prepare(
      `insert into ${names.occurrences} (schedule_id${whereOfTenant(names, ", tenant_id")}, due_at, starts_at, state, count, made_up, by_hand)
       select s.id${whereOfTenant(names, ", s.tenant_id")}, ?3, ?3, 'waiting', 1, 0, 1
         from ${names.schedules} s where s.id = ?1 and s.${names.holder} = ?2 and s.status <> 'removed'
       on conflict do nothing`,
    )
    .bind(scheduleId, holderId, at);
  const [made] = await database.batch([occurrence, ...event]);
  return made?.meta.changes === 1;
}

/** Whether an earlier occurrence of the schedule has begun and not ended. One query, by an index. */
export async function isAnotherRunning(
  database: D1Database,
  { occurrences }: ScheduleNames,
  { scheduleId, dueAt }: OccurrenceKey,
): Promise<boolean> {
  const found = await database
    .prepare(`select 1 from ${occurrences} where schedule_id = ?1 and due_at <> ?2 and state = 'running' limit 1`)
    .bind(scheduleId, dueAt)
    .first();
  return found !== null;
}

/** How an occurrence ended. */
export interface Ending {
  state: Exclude<OccurrenceState, "waiting" | "running">;
  reason: OccurrenceReason | null;
  message: string | null;
  at: number;
}

/**
 * Ends an occurrence that is as it was read, and does what follows from it: `also`, which holds by itself when it is done again. False when it is not as it
 * was read: then another sweep was first. One batch.
 */
export async function endOccurrence(
  database: D1Database,
  { occurrences }: ScheduleNames,
  { scheduleId, dueAt, step }: Pick<OpenOccurrenceFacts, "scheduleId" | "dueAt" | "step">,
  { state, reason, message, at }: Ending,
  also: readonly D1PreparedStatement[] = [],
): Promise<boolean> {
  const [ended] = await database.batch([
    database
      .prepare(
        `update ${occurrences} set state = ?4, reason = ?5, message = ?6, ended_at = ?7
          where schedule_id = ?1 and due_at = ?2 and step is ?3 and state in ('waiting', 'running')`,
      )
      .bind(scheduleId, dueAt, step, state, reason, message, at),
    ...also,
  ]);
  return ended?.meta.changes === 1;
}
