/** Occurrences of a tenant's schedules: what is due, which runs are whose. What is written of them is in `due-times.ts`. */
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import type { Step } from "../../contract/schedules.ts";
import { mayDo } from "../approvals/may-do.ts";
import type { TenantDatabase } from "../databases.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { personOf } from "../tenancy/person.ts";
import { tenants, users } from "../tenancy/tables.ts";
import {
  type DueScheduleRow,
  factsOfRun,
  isDue,
  isToGoOn,
  isToStart,
  type OccurrenceKey,
  type OpenOccurrenceFacts,
  runColumns,
  runOfStep,
  type SweepPage,
} from "./due-times.ts";
import { OF_TENANT } from "./schedule-names.ts";
import type { OccurrenceRow } from "./schedules.ts";
import { scheduleOccurrences, scheduleRuns, schedules } from "./tables.ts";

const s = schedules;
const o = scheduleOccurrences;
const r = scheduleRuns;

export type ScheduleRow = typeof schedules.$inferSelect;

/** Schedules of the shard with a due time that nothing was decided about, longest due first. One query, by an index. */
export async function dueSchedules(database: TenantDatabase, page: SweepPage<DueScheduleRow>): Promise<ScheduleRow[]> {
  return rowsOf(
    query(database)
      .select()
      .from(s)
      .where(and(isDue(s, page), sql.raw(OF_TENANT.isAtHome("schedules"))))
      .orderBy(s.nextDueAt, s.id)
      .limit(page.limit),
  );
}

/** An occurrence with all that it takes to start the next of its steps. */
export interface OpenOccurrence extends OpenOccurrenceFacts {
  tenantId: string;
  tenantSlug: string;
  name: string;
  timeZone: string;
  steps: Step[];
  ownerId: string;
  ownerName: string | null;
}

function open(database: TenantDatabase) {
  return query(database)
    .select({
      occurrence: o,
      schedule: s,
      slug: sql<string>`${tenants.slug}`.as("slug"),
      ownerName: sql<string | null>`${users.name}`.as("owner_name"),
      ...runColumns(o, OF_TENANT),
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.scheduleId))
    .innerJoin(tenants, eq(tenants.id, o.tenantId))
    .leftJoin(users, eq(users.id, s.ownerId))
    .leftJoin(...runOfStep(o, OF_TENANT))
    .$dynamic();
}

function toOpen({
  occurrence,
  schedule,
  slug,
  ownerName,
  ...run
}: Awaited<ReturnType<typeof open>>[number]): OpenOccurrence {
  const { scheduleId, dueAt, tenantId, startsAt, step } = occurrence;
  const { name, timeZone, steps, ownerId } = schedule;
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
    ...factsOfRun(run),
    removed: schedule.status === "removed",
    ownerId,
    ownerName,
  };
}

/** Occurrences of the shard that are to start, the longest waiting first. One query, by an index. */
export async function waitingOccurrences(
  database: TenantDatabase,
  page: SweepPage<OpenOccurrenceFacts>,
): Promise<OpenOccurrence[]> {
  const rows = await rowsOf(
    open(database)
      .where(and(isToStart(o, page), sql.raw(OF_TENANT.isAtHome("schedule_occurrences"))))
      .orderBy(o.startsAt, o.scheduleId, o.dueAt)
      .limit(page.limit),
  );
  return rows.map(toOpen);
}

/** Occurrences of the shard whose run of now has ended, or is gone. One query, by an index of those that run. */
export async function endedOccurrences(
  database: TenantDatabase,
  page: SweepPage<OpenOccurrenceFacts>,
): Promise<OpenOccurrence[]> {
  const rows = await rowsOf(
    open(database)
      .where(and(isToGoOn(o, page), sql.raw(OF_TENANT.isAtHome("schedule_occurrences"))))
      .orderBy(o.scheduleId, o.dueAt)
      .limit(page.limit),
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
