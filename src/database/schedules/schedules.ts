/** Schedules, as people list them. What is due, and what became of it, is in `occurrences.ts`. */
import { and, asc, eq, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import {
  isOccurrenceReason,
  MISSED_LATELY_DAYS,
  type Occurrence,
  OCCURRENCE_REASONS,
  type OccurrenceReason,
  type Schedule,
  TIMES_TOLD,
} from "../../contract/schedules.ts";
import { nextTimes, timesOf } from "../../schedules/times.ts";
import type { TenantDatabase } from "../databases.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { failuresInARow } from "./failures-in-a-row.ts";
import { OF_TENANT, type ScheduleNames } from "./schedule-names.ts";
import { scheduleOccurrences, schedules } from "./tables.ts";

const s = schedules;
const o = scheduleOccurrences;
const DAY_MS = 86_400_000;

export type OccurrenceRow = typeof scheduleOccurrences.$inferSelect;
type ScheduleRow = typeof schedules.$inferSelect;

const owner = alias(users, "owner");
const creator = alias(users, "creator");
const pauser = alias(users, "pauser");

/** What became of a schedule's due times, in short: of the row of its table in a query. */
export function historyColumns({ schedules: table, occurrences, ...names }: ScheduleNames, now: number) {
  const [id, from] = [sql.raw(`${table}.id`), sql.raw(occurrences)];
  return {
    lastAt: sql<number | null>`(select max(due_at) from ${from} l
                                 where l.schedule_id = ${id} and l.state not in ('waiting', 'running'))`.as("last_at"),
    openAt: sql<number | null>`(select min(due_at) from ${from} p
                                 where p.schedule_id = ${id} and p.state in ('waiting', 'running'))`.as("open_at"),
    failures: sql<number>`${sql.raw(failuresInARow(`${table}.id`, { schedules: table, occurrences, ...names }))}`.as(
      "failures",
    ),
    missedLately: sql<number>`(select coalesce(sum(count), 0) from ${from} m
                                where m.schedule_id = ${id} and m.state = 'missed'
                                  and m.due_at > ${now - MISSED_LATELY_DAYS * DAY_MS})`.as("missed_lately"),
  };
}

/** What is told alike of both kinds of schedules. */
export function told(
  schedule: Omit<ScheduleRow, "tenantId" | "steps">,
  { failures, missedLately, pauserName }: { failures: number; missedLately: number; pauserName: string | null },
  { last, open, now }: { last: Schedule["last"]; open: Schedule["open"]; now: number },
): Omit<Schedule, "steps" | "spreadMinutes" | "owner" | "createdBy"> {
  const times = timesOf(schedule);
  return {
    id: schedule.id,
    name: schedule.name,
    pattern: schedule.pattern,
    words: times.words,
    timeZone: schedule.timeZone,
    missed: schedule.missed,
    tellAfter: schedule.tellAfter,
    pause:
      schedule.pause === null
        ? null
        : {
            at: isoTime(schedule.pause.at),
            reason: schedule.pause.reason,
            by: personOf(schedule.pause.by, pauserName),
            note: schedule.pause.note,
          },
    createdAt: isoTime(schedule.createdAt),
    updatedAt: isoTime(schedule.updatedAt),
    version: schedule.version,
    next:
      schedule.status === "active"
        ? nextTimes(times, now, TIMES_TOLD).map((time) => isoTime(time + schedule.offsetMs))
        : [],
    last,
    open,
    failuresInARow: failures,
    missedLately,
  };
}

/** The keys of the occurrences that lists show, as JSON for SQL. */
export function shownKeys(
  rows: readonly { schedule: { id: string }; lastAt: number | null; openAt: number | null }[],
): string {
  return JSON.stringify(
    rows.flatMap(({ schedule, lastAt, openAt }) =>
      [lastAt, openAt].flatMap((dueAt) => (dueAt === null ? [] : [[schedule.id, dueAt]])),
    ),
  );
}

function selected(database: TenantDatabase, now: number) {
  return query(database)
    .select({
      schedule: s,
      ownerName: owner.name,
      creatorName: creator.name,
      pauserName: pauser.name,
      ...historyColumns(OF_TENANT, now),
    })
    .from(s)
    .leftJoin(owner, eq(owner.id, s.ownerId))
    .leftJoin(creator, eq(creator.id, s.createdBy))
    .leftJoin(pauser, eq(pauser.id, sql`json_extract(${s.pause}, '$.by')`))
    .$dynamic();
}

type Selected = Awaited<ReturnType<typeof selected>>[number];

/** All of a tenant, by name. Two queries. */
export async function listSchedules(database: TenantDatabase, tenantId: string, now: number): Promise<Schedule[]> {
  const rows = await rowsOf(
    selected(database, now)
      .where(and(eq(s.tenantId, tenantId), ne(s.status, "removed")))
      .orderBy(asc(s.name), asc(s.id)),
  );
  return withOccurrences(database, rows, now);
}

/** One; null when the tenant has none of that id, or has it no more. Two queries. */
export async function readSchedule(
  database: TenantDatabase,
  tenantId: string,
  scheduleId: string,
  now: number,
): Promise<Schedule | null> {
  const rows = await rowsOf(
    selected(database, now).where(and(eq(s.tenantId, tenantId), eq(s.id, scheduleId), ne(s.status, "removed"))),
  );
  return (await withOccurrences(database, rows, now))[0] ?? null;
}

/** Whether the tenant has a schedule of that id that was not removed. One query, by key. */
export async function hasSchedule(database: TenantDatabase, tenantId: string, scheduleId: string): Promise<boolean> {
  const found = await firstOf(
    query(database)
      .select({ id: s.id })
      .from(s)
      .where(and(eq(s.tenantId, tenantId), eq(s.id, scheduleId), ne(s.status, "removed"))),
  );
  return found !== null;
}

async function withOccurrences(database: TenantDatabase, rows: readonly Selected[], now: number): Promise<Schedule[]> {
  const keys = shownKeys(rows);
  const found =
    keys === "[]"
      ? []
      : await rowsOf(
          query(database)
            .select()
            .from(o)
            .where(sql`(${o.scheduleId}, ${o.dueAt}) in (select value ->> 0, value ->> 1 from json_each(${keys}))`),
        );
  const at = (id: string, dueAt: number | null) => {
    const row = found.find((each) => each.scheduleId === id && each.dueAt === dueAt);
    return row === undefined ? null : toOccurrence(row);
  };
  return rows.map(({ schedule, ownerName, creatorName, lastAt, openAt, ...history }) => ({
    ...told(schedule, history, { last: at(schedule.id, lastAt), open: at(schedule.id, openAt), now }),
    steps: schedule.steps,
    spreadMinutes: schedule.spreadMinutes,
    owner: personOf(schedule.ownerId, ownerName),
    createdBy: personOf(schedule.createdBy, creatorName),
  }));
}

/** An occurrence without its runs. */
export function toOccurrence(
  row: Omit<OccurrenceRow, "tenantId">,
  reasons: Partial<Record<OccurrenceReason, string>> = {},
): Omit<Occurrence, "runs"> {
  const { reason: code } = row;
  const words = code !== null && isOccurrenceReason(code) ? (reasons[code] ?? OCCURRENCE_REASONS[code]) : null;
  const reason = [words, row.message].filter((each) => each !== null).join(" ");
  return {
    dueAt: isoTime(row.dueAt),
    startsAt: isoTime(row.startsAt),
    state: row.state,
    reason: reason === "" ? null : reason,
    count: row.count,
    madeUp: row.madeUp,
    byHand: row.byHand,
    endedAt: isoTimeOrNull(row.endedAt),
  };
}
