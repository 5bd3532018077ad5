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

/** Schedules of the shard with a due time that nothing was decided about, longest due first. One query, by an index. */
export async function dueSchedules(database: TenantDatabase, now: number, limit: number): Promise<ScheduleRow[]> {
  return rowsOf(
    query(database)
      .select()
      .from(s)
      .where(and(sql`${s.status} = 'active'`, sql`${s.nextDueAt} <= ${now}`, sql.raw(notMoving("schedules.tenant_id"))))
      .orderBy(s.nextDueAt, s.id)
      .limit(limit),
  );
}

/**
 * Stores what was decided about the due times of a schedule. One batch; nothing is stored when the schedule is not as it was read, or another sweep was
 * first.
 */
export async function recordDue(
  database: TenantDatabase,
  { id, tenantId, version, nextDueAt }: ScheduleRow,
  decided: { occurrences: readonly NewOccurrence[]; nextDueAt: number | null; at: number },
): Promise<void> {
  const still =
    "exists (select 1 from schedules where id = ?1 and version = ?2 and status = 'active' and next_due_at = ?3)";
  const rows = decided.occurrences.map(({ dueAt, startsAt, state, count, madeUp }) => [
    dueAt,
    startsAt,
    state,
    state === "missed" ? "late" : null,
    count,
    madeUp ? 1 : 0,
    state === "missed" ? decided.at : null,
  ]);
  await database.batch([
    database
      .prepare(
        `insert into schedule_occurrences (schedule_id, tenant_id, due_at, starts_at, state, reason, count, made_up, by_hand, ended_at)
         select ?1, ?4, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, 0, value ->> 6
           from json_each(?5) where ${still} on conflict do nothing`,
      )
      .bind(id, version, nextDueAt, tenantId, JSON.stringify(rows)),
    database
      .prepare(
        `update schedules set next_due_at = ?4 where id = ?1 and version = ?2 and status = 'active' and next_due_at = ?3`,
      )
      .bind(id, version, nextDueAt, decided.nextDueAt),
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
  lastRun: { id: string; status: string; outcome: string } | null;
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
  partly,
}: Awaited<ReturnType<typeof open>>[number]): OpenOccurrence {
  const { scheduleId, dueAt, tenantId, startsAt, step } = occurrence;
  const { name, timeZone, steps, ownerId } = schedule;
  const lastRun = runId === null || status === null || outcome === null ? null : { id: runId, status, outcome };
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
  now: number,
  limit: number,
): Promise<OpenOccurrence[]> {
  const rows = await rowsOf(
    open(database)
      .where(
        and(
          sql`${o.state} = 'waiting'`,
          sql`${o.startsAt} <= ${now}`,
          sql.raw(notMoving("schedule_occurrences.tenant_id")),
        ),
      )
      .orderBy(o.startsAt, o.scheduleId)
      .limit(limit),
  );
  return rows.map(toOpen);
}

/** Occurrences of the shard whose run of now has ended, or is gone. One query, by an index of those that run. */
export async function endedOccurrences(database: TenantDatabase, limit: number): Promise<OpenOccurrence[]> {
  const rows = await rowsOf(
    open(database)
      .where(
        and(
          sql`${o.state} = 'running'`,
          sql`(run.id is null or run.status = 'completed')`,
          sql.raw(notMoving("schedule_occurrences.tenant_id")),
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

/** Ends an occurrence that is as it was read. False when it is not: then another sweep was first. One statement. */
export async function endOccurrence(
  database: TenantDatabase,
  { scheduleId, dueAt, step }: Pick<OpenOccurrence, "scheduleId" | "dueAt" | "step">,
  { state, reason, message, at }: Ending,
): Promise<boolean> {
  const ended = await database
    .prepare(
      `update schedule_occurrences set state = ?4, reason = ?5, message = ?6, ended_at = ?7
        where schedule_id = ?1 and due_at = ?2 and step is ?3 and state in ('waiting', 'running')`,
    )
    .bind(scheduleId, dueAt, step, state, reason, message, at)
    .run();
  return ended.meta.changes === 1;
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
