/** Occurrences of schedules: what is due, what became of it, which runs are whose. */
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import type { OccurrenceReason, OccurrenceState, Step } from "../../contract/schedules.ts";
import type { NewOccurrence } from "../../schedules/decide-due.ts";
import { mayDo } from "../approvals/may-do.ts";
import type { TenantDatabase } from "../databases.ts";
import { notMoving } from "../moves/fences.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { personOf } from "../tenancy/person.ts";
import { tenants, users } from "../tenancy/tables.ts";
import type { OccurrenceRow } from "./schedules.ts";
import { scheduleOccurrences, scheduleRuns, schedules } from "./tables.ts";

const s = schedules;
const o = scheduleOccurrences;
const r = scheduleRuns;

export type ScheduleRow = typeof schedules.$inferSelect;

/** A page of what a sweep looks at: as many as `limit`, beyond the last of the page before. */
export interface SweepPage<Place> {
  now: number;
  limit: number;
  after: Place | null;
}

/** Schedules of the shard with a due time that nothing was decided about, longest due first. One query, by an index. */
export async function dueSchedules(
  database: TenantDatabase,
  { now, limit, after }: SweepPage<ScheduleRow>,
): Promise<ScheduleRow[]> {
  const place = after === null ? null : ([after.nextDueAt ?? 0, after.id] as const);
  return rowsOf(
    query(database)
      .select()
      .from(s)
      .where(
        and(
          sql`${s.status} = 'active'`,
          sql`${s.nextDueAt} <= ${now}`,
          sql.raw(notMoving("schedules.tenant_id")),
          beyond([s.nextDueAt, s.id], ">", place),
        ),
      )
      .orderBy(s.nextDueAt, s.id)
      .limit(limit),
  );
}

/** What was decided about the due times of a schedule as it was read. */
export interface DecidedDue {
  schedule: ScheduleRow;
  occurrences: readonly NewOccurrence[];
  nextDueAt: number | null;
}

/**
 * Stores what was decided about the due times of some schedules. One batch of two statements; nothing is stored of a schedule that is not as it was read, or
 * that another sweep was first with.
 */
export async function recordDue(database: TenantDatabase, decided: readonly DecidedDue[], at: number): Promise<void> {
  const rows = decided.flatMap(({ schedule: { id, version, nextDueAt, tenantId }, occurrences }) =>
    occurrences.map(({ dueAt, startsAt, state, count, madeUp }) => [
      id,
      version,
      nextDueAt,
      tenantId,
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
        `insert into schedule_occurrences (schedule_id, tenant_id, due_at, starts_at, state, reason, count, made_up, by_hand, ended_at)
         select s.id, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, 0, value ->> 10
           from json_each(?1) join schedules s on ${asRead("value")}
          where true on conflict do nothing`,
      )
      .bind(JSON.stringify(rows)),
    database
      .prepare(
        `update schedules as s set next_due_at = decided.value ->> 3 from json_each(?1) as decided where ${asRead("decided.value")}`,
      )
      .bind(JSON.stringify(moves)),
  ]);
}

/** What the sweep of a shard notes in `sweep_cursors`: when it last looked at schedules. */
const AT_WORK = "schedules_at_work";

/**
 * Notes that the sweep is at work, at `now`. When it was not for longer than `lateAfterMs`, what was to start in that time, and waited for its place in the
 * spread, is missed as what was due in it: all of it, or, by the schedule's choice, all but the newest of each, which is made up for. What waited before for
 * other operations goes on waiting. One query, and one batch.
 */
export async function noteAtWork(database: TenantDatabase, now: number, lateAfterMs: number): Promise<void> {
  const row = await database
    .prepare("select position from sweep_cursors where name = ?1")
    .bind(AT_WORK)
    .first<{ position: string }>();
  const before = row === null ? null : Number(row.position);
  if (before !== null && before >= now) return;
  const noted = database
    .prepare(
      `insert into sweep_cursors (name, position) values (?1, ?2)
       on conflict (name) do update set position = excluded.position where cast(position as integer) < ?3`,
    )
    .bind(AT_WORK, String(now), now);
  if (before === null || before >= now - lateAfterMs) {
    await noted.run();
    return;
  }
  const late = `o.state = 'waiting' and o.by_hand = 0 and o.made_up = 0 and o.starts_at > ?1 and o.starts_at < ?2
                and ${notMoving("o.tenant_id")}`;
  const span = [before, now - lateAfterMs] as const;
  await database.batch([
    database
      .prepare(
        `update schedule_occurrences as o set state = 'missed', reason = 'late', ended_at = ?3
          where ${late} and exists (
            select 1 from schedules s where s.id = o.schedule_id and (s.missed = 'skip' or s.next_due_at <= ?3 or exists (
              select 1 from schedule_occurrences n
               where n.schedule_id = o.schedule_id and n.due_at > o.due_at and n.by_hand = 0)))`,
      )
      .bind(...span, now),
    database.prepare(`update schedule_occurrences as o set made_up = 1 where ${late}`).bind(...span),
    noted,
  ]);
}

/**
 * A start by hand, at once, with the event that tells of it. False when the schedule is gone, or has an occurrence of this very moment. One batch.
 */
export async function addByHand(
  database: TenantDatabase,
  { tenantId, scheduleId, at }: { tenantId: string; scheduleId: string; at: number },
  event: readonly D1PreparedStatement[],
): Promise<boolean> {
  const occurrence = database
    .prepare(
      `insert into schedule_occurrences (schedule_id, tenant_id, due_at, starts_at, state, count, made_up, by_hand)
       select ?1, ?2, ?3, ?3, 'waiting', 1, 0, 1
        where exists (select 1 from schedules where id = ?1 and tenant_id = ?2 and status <> 'removed')
       on conflict do nothing`,
    )
    .bind(scheduleId, tenantId, at);
  const [made] = await database.batch([occurrence, ...event]);
  return made?.meta.changes === 1;
}

/** Names an occurrence. */
export interface OccurrenceKey {
  scheduleId: string;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/** An occurrence with all that it takes to start the next of its steps. */
export interface OpenOccurrence extends OccurrenceKey {
  tenantId: string;
  tenantSlug: string;
  name: string;
  timeZone: string;
  steps: Step[];
  startsAt: number;
  /** The step that began last, and what became of its run; null before the first. */
  step: number | null;
  lastRun: { id: string; status: string; outcome: string; endedAt: number | null } | null;
  /** Whether any of its runs that have ended succeeded in part alone. */
  partly: boolean;
  /** Whether the schedule was removed meanwhile. */
  removed: boolean;
  ownerId: string;
  ownerName: string | null;
}

const lastRunId = sql`(select run_id from schedule_runs l where l.schedule_id = ${o.scheduleId} and l.due_at = ${o.dueAt} and l.step = ${o.step})`;

function open(database: TenantDatabase) {
  return query(database)
    .select({
      occurrence: o,
      schedule: s,
      slug: tenants.slug,
      ownerName: users.name,
      runId: sql<string | null>`run.id`,
      status: sql<string | null>`run.status`,
      outcome: sql<string | null>`run.outcome`,
      runEndedAt: sql<number | null>`run.completed_at`,
      partly: sql<number>`exists (select 1 from schedule_runs p join operation_runs e on e.id = p.run_id
                                   where p.schedule_id = ${o.scheduleId} and p.due_at = ${o.dueAt}
                                     and e.outcome = 'partially_succeeded')`,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.scheduleId))
    .innerJoin(tenants, eq(tenants.id, o.tenantId))
    .leftJoin(users, eq(users.id, s.ownerId))
    .leftJoin(sql`operation_runs run`, sql`run.id = ${lastRunId}`)
    .$dynamic();
}

function toOpen({
  occurrence,
  schedule,
  slug,
  ownerName,
  runId,
  status,
  outcome,
  runEndedAt,
  partly,
}: Awaited<ReturnType<typeof open>>[number]): OpenOccurrence {
  const { scheduleId, dueAt, tenantId, startsAt, step } = occurrence;
  const { name, timeZone, steps, ownerId } = schedule;
  const lastRun =
    runId === null || status === null || outcome === null ? null : { id: runId, status, outcome, endedAt: runEndedAt };
  return {
    scheduleId,
    dueAt,
    tenantId,
    tenantSlug: slug,
    name,
    timeZone,
    steps,
    startsAt,
    step,
    lastRun,
    partly: partly === 1,
    removed: schedule.status === "removed",
    ownerId,
    ownerName,
  };
}

/** Occurrences of the shard that are to start, the longest waiting first. One query, by an index. */
export async function waitingOccurrences(
  database: TenantDatabase,
  { now, limit, after }: SweepPage<OpenOccurrence>,
): Promise<OpenOccurrence[]> {
  const place = after === null ? null : ([after.startsAt, after.scheduleId, after.dueAt] as const);
  const rows = await rowsOf(
    open(database)
      .where(
        and(
          sql`${o.state} = 'waiting'`,
          sql`${o.startsAt} <= ${now}`,
          sql.raw(notMoving("schedule_occurrences.tenant_id")),
          beyond([o.startsAt, o.scheduleId, o.dueAt], ">", place),
        ),
      )
      .orderBy(o.startsAt, o.scheduleId, o.dueAt)
      .limit(limit),
  );
  return rows.map(toOpen);
}

/** Occurrences of the shard whose run of now has ended, or is gone. One query, by an index of those that run. */
export async function endedOccurrences(
  database: TenantDatabase,
  { limit, after }: SweepPage<OpenOccurrence>,
): Promise<OpenOccurrence[]> {
  const place = after === null ? null : ([after.scheduleId, after.dueAt] as const);
  const rows = await rowsOf(
    open(database)
      .where(
        and(
          sql`${o.state} = 'running'`,
          sql`(run.id is null or run.status = 'completed')`,
          sql.raw(notMoving("schedule_occurrences.tenant_id")),
          beyond([o.scheduleId, o.dueAt], ">", place),
        ),
      )
      .orderBy(o.scheduleId, o.dueAt)
      .limit(limit),
  );
  return rows.map(toOpen);
}

/** One occurrence that has not ended; null when it has. One query, by key. */
export async function readOpen(
  database: TenantDatabase,
  { scheduleId, dueAt }: OccurrenceKey,
): Promise<OpenOccurrence | null> {
  const [row] = await rowsOf(
    open(database).where(
      and(eq(o.scheduleId, scheduleId), eq(o.dueAt, dueAt), sql`${o.state} in ('waiting', 'running')`),
    ),
  );
  return row === undefined ? null : toOpen(row);
}

/** Whether the person may do all of it in the tenant at this moment. One query. */
export async function mayDoAll(
  database: TenantDatabase,
  { tenantId, personId, capabilities }: { tenantId: string; personId: string; capabilities: readonly Capability[] },
): Promise<boolean> {
  const may = capabilities.map((each) => mayDo("?1", "?2", each)).join(" and ");
  return (await database.prepare(`select 1 where ${may}`).bind(tenantId, personId).first()) !== null;
}

/** Whether an earlier occurrence of the schedule has begun and not ended. One query, by an index. */
export async function isAnotherRunning(
  database: TenantDatabase,
  { scheduleId, dueAt }: OccurrenceKey,
): Promise<boolean> {
  const found = await database
    .prepare("select 1 from schedule_occurrences where schedule_id = ?1 and due_at <> ?2 and state = 'running' limit 1")
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
  database: TenantDatabase,
  { scheduleId, dueAt, step }: Pick<OpenOccurrence, "scheduleId" | "dueAt" | "step">,
  { state, reason, message, at }: Ending,
  also: readonly D1PreparedStatement[] = [],
): Promise<boolean> {
  const [ended] = await database.batch([
    database
      .prepare(
        `update schedule_occurrences set state = ?4, reason = ?5, message = ?6, ended_at = ?7
          where schedule_id = ?1 and due_at = ?2 and step is ?3 and state in ('waiting', 'running')`,
      )
      .bind(scheduleId, dueAt, step, state, reason, message, at),
    ...also,
  ]);
  return ended?.meta.changes === 1;
}

/** One page of a schedule's occurrences, newest first. One query, in the order of the key. */
export async function listOccurrences(
  database: TenantDatabase,
  request: { tenantId: string; scheduleId: string; cursor: string | null; limit: number },
): Promise<Page<OccurrenceRow>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const rows = await rowsOf(
    query(database)
      .select()
      .from(o)
      .where(and(eq(o.scheduleId, request.scheduleId), eq(o.tenantId, request.tenantId), beyond([o.dueAt], "<", after)))
      .orderBy(desc(o.dueAt))
      .limit(oneMore(request.limit)),
  );
  return pageOf(rows, request.limit, (last) => [last.dueAt]);
}

/** The ids of the runs of some occurrences of a schedule, in the order of steps. One query, by keys. */
export async function runsOfOccurrences(
  database: TenantDatabase,
  { tenantId, scheduleId, dueAts }: { tenantId: string; scheduleId: string; dueAts: readonly number[] },
): Promise<{ dueAt: number; runId: string }[]> {
  return rowsOf(
    query(database)
      .select({ dueAt: r.dueAt, runId: r.runId })
      .from(r)
      .where(
        and(
          eq(r.scheduleId, scheduleId),
          eq(r.tenantId, tenantId),
          sql`${r.dueAt} in (select value from json_each(${JSON.stringify(dueAts)}))`,
        ),
      )
      .orderBy(r.dueAt, r.step),
  );
}

/** The schedule that started a run; null for a run that a person started. One query, by indexes. */
export async function scheduleOfRun(
  database: TenantDatabase,
  tenantId: string,
  runId: string,
): Promise<{ id: string; name: string; removed: boolean } | null> {
  const [row] = await rowsOf(
    query(database)
      .select({ id: s.id, name: s.name, status: s.status })
      .from(r)
      .innerJoin(s, eq(s.id, r.scheduleId))
      .where(and(eq(r.runId, runId), eq(r.tenantId, tenantId)))
      .limit(1),
  );
  return row === undefined ? null : { id: row.id, name: row.name, removed: row.status === "removed" };
}

/** The owner of an occurrence's schedule, as the actor of its runs. */
export function actorOf({ ownerId, ownerName }: OpenOccurrence): { id: string; name: string } {
  const person = personOf(ownerId, ownerName);
  if (person === null) throw new Error("a schedule has no owner");
  return person;
}
