/** Schedules over tenants, in the control database: their owner's alone. What is due, what people list, and each change. */
import { and, asc, desc, eq, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { type ChosenHow, chosenHow, type TenantSelection } from "../../contract/portfolio.ts";
import {
  MAX_PORTFOLIO_SCHEDULES,
  type NewPortfolioSchedule,
  PORTFOLIO_OCCURRENCE_REASONS,
  type PortfolioSchedule,
} from "../../contract/portfolio-schedules.ts";
import { OCCURRENCE_REASONS } from "../../contract/schedules.ts";
import type { ControlDatabase } from "../databases.ts";
import {
  addByHand,
  type DueScheduleRow,
  endOccurrence,
  type Ending,
  factsOfRun,
  isDue,
  isToGoOn,
  isToStart,
  type OccurrenceKey,
  type OpenOccurrenceFacts,
  runColumns,
  runOfStep,
  type SweepPage,
} from "../schedules/due-times.ts";
import { OVER_TENANTS } from "../schedules/schedule-names.ts";
import {
  changeStatements,
  insertSchedule,
  pausingStatements,
  type Planned,
  removeStatements,
  resumeStatement,
  type ScheduleKey,
} from "../schedules/schedule-statements.ts";
import { historyColumns, shownKeys, told, toOccurrence } from "../schedules/schedules.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { users } from "../tenancy/tables.ts";
import { noticeOfFailures, noticeOfPause } from "./portfolio-notices.ts";
import { portfolioOccurrences, portfolioScheduleRuns, portfolioSchedules } from "./tables.ts";

const s = portfolioSchedules;
const o = portfolioOccurrences;
const r = portfolioScheduleRuns;

export type PortfolioScheduleRow = typeof s.$inferSelect;

/** SQL of the tenants of a schedule's list, as JSON. */
const LISTED = sql<string>`(select json_group_array(l.tenant_id) from portfolio_schedule_tenants l where l.schedule_id = ${sql.raw("portfolio_schedules.id")})`;
const listSchema = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));

/** An occurrence with all that it takes to start the next of its steps. */
export interface OpenPortfolioOccurrence extends OpenOccurrenceFacts, Pick<PortfolioScheduleRow, "name" | "steps"> {
  chosen: ChosenHow;
  /** Ids of the tenants of a list; of all others none. */
  listed: string[];
  owner: { id: string; name: string; disabled: boolean };
}

/** Schedules with a due time that nothing was decided about, longest due first. One query, by an index. */
export function duePortfolioSchedules(
  control: ControlDatabase,
  page: SweepPage<DueScheduleRow>,
): Promise<PortfolioScheduleRow[]> {
  const due = query(control).select().from(s).where(isDue(s, page)).orderBy(s.nextDueAt, s.id);
  return rowsOf(due.limit(page.limit));
}

function open(control: ControlDatabase) {
  return query(control)
    .select({
      occurrence: o,
      name: s.name,
      steps: s.steps,
      chosen: s.chosen,
      status: s.status,
      ownerId: s.ownerId,
      listed: LISTED.as("listed"),
      ownerName: sql<string | null>`${users.name}`.as("owner_name"),
      disabledAt: sql<number | null>`${users.disabledAt}`.as("disabled_at"),
      ...runColumns(o, OVER_TENANTS),
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.scheduleId))
    .leftJoin(users, eq(users.id, s.ownerId))
    .leftJoin(...runOfStep(o, OVER_TENANTS))
    .$dynamic();
}

function toOpen(row: Awaited<ReturnType<typeof open>>[number]): OpenPortfolioOccurrence {
  const { occurrence, name, steps, chosen, status, ownerId, listed, ownerName, disabledAt, ...run } = row;
  const { scheduleId, dueAt, startsAt, step } = occurrence;
  return {
    scheduleId,
    dueAt,
    startsAt,
    step,
    name,
    steps,
    chosen,
    listed: listSchema.parse(listed),
    // A person whose account is gone may do nothing.
    owner: { id: ownerId, name: ownerName ?? "", disabled: ownerName === null || disabledAt !== null },
    removed: status === "removed",
    ...factsOfRun(run),
  };
}

/** Occurrences that are to start, the longest waiting first. One query, by an index. */
export async function waitingPortfolioOccurrences(
  control: ControlDatabase,
  page: SweepPage<OpenOccurrenceFacts>,
): Promise<OpenPortfolioOccurrence[]> {
  const found = open(control).where(isToStart(o, page)).orderBy(o.startsAt, o.scheduleId, o.dueAt).limit(page.limit);
  return (await rowsOf(found)).map(toOpen);
}

/** Occurrences whose run of now has ended, or is gone. One query, by an index of those that run. */
export async function endedPortfolioOccurrences(
  control: ControlDatabase,
  page: SweepPage<OpenOccurrenceFacts>,
): Promise<OpenPortfolioOccurrence[]> {
  const found = open(control).where(isToGoOn(o, page)).orderBy(o.scheduleId, o.dueAt).limit(page.limit);
  return (await rowsOf(found)).map(toOpen);
}

/** One occurrence that has not ended; null when it has. One query, by key. */
export async function readOpenPortfolioOccurrence(
  control: ControlDatabase,
  { scheduleId, dueAt }: OccurrenceKey,
): Promise<OpenPortfolioOccurrence | null> {
  const isOpen = sql`${o.state} in ('waiting', 'running')`;
  const [row] = await rowsOf(open(control).where(and(eq(o.scheduleId, scheduleId), eq(o.dueAt, dueAt), isOpen)));
  return row === undefined ? null : toOpen(row);
}

/**
 * Ends an occurrence that is as it was read, and does what follows in the same batch: a schedule whose owner may not go on is paused, one that failed as often
 * in a row as it was told to bear is told of. False when another sweep was first.
 */
export function endPortfolioOccurrence(
  control: ControlDatabase,
  occurrence: OpenPortfolioOccurrence,
  ending: Ending,
): Promise<boolean> {
  const { scheduleId: id, owner } = occurrence;
  const { state, reason, message, at } = ending;
  const words = reason === null ? null : (PORTFOLIO_OCCURRENCE_REASONS[reason] ?? OCCURRENCE_REASONS[reason]);
  const said = [words, message].filter((each) => each !== null).join(" ");
  const pause = { reason: "owner", by: null, note: "" } as const;
  const also =
    reason === "owner_may_not"
      ? [
          ...pausingStatements(control, OVER_TENANTS, { id, holderId: owner.id, at }, pause, owner.id),
          noticeOfPause(control, { scheduleId: id, at }),
        ]
      : state === "failed"
        ? [noticeOfFailures(control, occurrence, { said, at })]
        : [];
  return endOccurrence(control, OVER_TENANTS, occurrence, ending, also);
}

const pauser = alias(users, "pauser");

function selected(control: ControlDatabase, now: number) {
  return query(control)
    .select({
      schedule: s,
      listed: LISTED.as("listed"),
      pauserName: sql<string | null>`${pauser.name}`.as("pauser_name"),
      ...historyColumns(OVER_TENANTS, now),
    })
    .from(s)
    .leftJoin(pauser, eq(pauser.id, sql`json_extract(${s.pause}, '$.by')`))
    .$dynamic();
}

/** A person's, by name; with an id that one, where it is theirs. Two queries. Of a list, only tenants that are still the person's (`mine`) are told. */
export async function listPortfolioSchedules(
  control: ControlDatabase,
  { ownerId, id, mine, now }: { ownerId: string; id?: string; mine: ReadonlySet<string>; now: number },
): Promise<PortfolioSchedule[]> {
  const isIt = id === undefined ? undefined : eq(s.id, id);
  const rows = await rowsOf(
    selected(control, now)
      .where(and(eq(s.ownerId, ownerId), ne(s.status, "removed"), isIt))
      .orderBy(asc(s.name), asc(s.id)),
  );
  const keys = shownKeys(rows);
  const isShown = sql`(${o.scheduleId}, ${o.dueAt}) in (select value ->> 0, value ->> 1 from json_each(${keys}))`;
  const found = keys === "[]" ? [] : await rowsOf(query(control).select().from(o).where(isShown));
  const at = (scheduleId: string, dueAt: number | null) => {
    const row = found.find((each) => each.scheduleId === scheduleId && each.dueAt === dueAt);
    return row === undefined ? null : toOccurrence(row, PORTFOLIO_OCCURRENCE_REASONS);
  };
  return rows.map(({ schedule, listed, lastAt, openAt, ...history }) => ({
    ...told(schedule, history, { last: at(schedule.id, lastAt), open: at(schedule.id, openAt), now }),
    steps: schedule.steps,
    chosen: schedule.chosen,
    listed: schedule.chosen.kind === "list" ? listSchema.parse(listed).filter((each) => mine.has(each)) : null,
  }));
}

/** One page of what became of a schedule's due times, newest first, each with the ids of its runs. Two queries, by keys. */
export async function listPortfolioOccurrences(
  control: ControlDatabase,
  request: { scheduleId: string; cursor: string | null; limit: number },
): Promise<Page<{ occurrence: ReturnType<typeof toOccurrence>; runIds: string[] }>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const rows = await rowsOf(
    query(control)
      .select()
      .from(o)
      .where(and(eq(o.scheduleId, request.scheduleId), beyond([o.dueAt], "<", after)))
      .orderBy(desc(o.dueAt))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(rows, request.limit, (last) => [last.dueAt]);
  const dueAts = JSON.stringify(page.items.map(({ dueAt }) => dueAt));
  const isOfPage = sql`${r.dueAt} in (select value from json_each(${dueAts}))`;
  const runs = await rowsOf(
    query(control)
      .select({ dueAt: r.dueAt, runId: r.runId })
      .from(r)
      .where(and(eq(r.scheduleId, request.scheduleId), isOfPage))
      .orderBy(r.dueAt, r.step),
  );
  return {
    nextCursor: page.nextCursor,
    items: page.items.map((row) => ({
      occurrence: toOccurrence(row, PORTFOLIO_OCCURRENCE_REASONS),
      runIds: runs.flatMap(({ dueAt, runId }) => (dueAt === row.dueAt ? [runId] : [])),
    })),
  };
}

/** Of a person and a moment: who changes their own schedule. */
export interface PortfolioScheduleAct {
  ownerId: string;
  at: number;
}

function chosenOf({ steps, tenants, ...times }: NewPortfolioSchedule, planned: Planned) {
  return {
    times: { ...times, spreadMinutes: 0 },
    steps,
    planned,
    own: { chosen: JSON.stringify(chosenHow(tenants)) },
  };
}

/** The list of a schedule that the same batch has made or changed at this moment. */
function listStatements(
  control: ControlDatabase,
  { id, holderId, at }: ScheduleKey & { at: number },
  version: number,
  tenants: TenantSelection,
): D1PreparedStatement[] {
  const isWritten =
    "exists (select 1 from portfolio_schedules where id = ?1 and owner_id = ?2 and version = ?3 and updated_at = ?4)";
  const key = [id, holderId, version, at] as const;
  const ids = JSON.stringify(tenants.kind === "list" ? tenants.tenants : []);
  return [
    control.prepare(`delete from portfolio_schedule_tenants where schedule_id = ?1 and ${isWritten}`).bind(...key),
    control
      .prepare(
        `insert into portfolio_schedule_tenants (schedule_id, tenant_id)
         select distinct ?1, value from json_each(?5) where ${isWritten} on conflict do nothing`,
      )
      .bind(...key, ids),
  ];
}

/** Makes a schedule. The tenants of a list are ids. False when the person has as many as they may have. */
export async function createPortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  id: string,
  schedule: NewPortfolioSchedule,
  planned: Planned,
): Promise<boolean> {
  const key = { id, holderId: ownerId };
  const [made] = await control.batch([
    insertSchedule(control, OVER_TENANTS, key, chosenOf(schedule, planned), {
      ownerId,
      at,
      most: MAX_PORTFOLIO_SCHEDULES,
    }),
    ...listStatements(control, { ...key, at }, 1, schedule.tenants),
  ]);
  return made?.meta.changes === 1;
}

/** Changes a schedule that is still of the version. False when it is not, or is gone. */
export async function changePortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  { id, version }: { id: string; version: number },
  schedule: NewPortfolioSchedule,
  planned: Planned,
): Promise<boolean> {
  const key = { id, holderId: ownerId };
  const [, changed] = await control.batch([
    ...changeStatements(control, OVER_TENANTS, { ...key, version }, chosenOf(schedule, planned), { ownerId, at }),
    ...listStatements(control, { ...key, at }, version + 1, schedule.tenants),
  ]);
  return changed?.meta.changes === 1;
}

/** Pauses a schedule that is at work. False when it is not. */
export async function pausePortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  id: string,
  note: string,
): Promise<boolean> {
  const pause = { reason: "person", by: ownerId, note } as const;
  const [, paused] = await control.batch(
    pausingStatements(control, OVER_TENANTS, { id, holderId: ownerId, at }, pause, null),
  );
  return paused?.meta.changes === 1;
}

/** Lets a paused schedule go on. False when it is not paused. */
export async function resumePortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  id: string,
  nextDueAt: number | null,
): Promise<boolean> {
  const key = { id, holderId: ownerId, at };
  return (await resumeStatement(control, OVER_TENANTS, key, { ownerId, nextDueAt }).run()).meta.changes === 1;
}

/** Ends a schedule; its list of tenants goes at once. False when it is gone already. */
export async function removePortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  id: string,
): Promise<boolean> {
  const [, removed] = await control.batch([
    ...removeStatements(control, OVER_TENANTS, { id, holderId: ownerId, at }),
    control
      .prepare(
        `delete from portfolio_schedule_tenants
          where schedule_id = ?1 and exists (select 1 from portfolio_schedules where id = ?1 and status = 'removed')`,
      )
      .bind(id),
  ]);
  return removed?.meta.changes === 1;
}

/** A start by hand, at once. False when the schedule is gone, or has an occurrence of this very moment. */
export function runPortfolioSchedule(
  control: ControlDatabase,
  { ownerId, at }: PortfolioScheduleAct,
  id: string,
): Promise<boolean> {
  return addByHand(control, OVER_TENANTS, { holderId: ownerId, scheduleId: id, at }, []);
}

/** Removes what became of due times before a moment, as soon as its runs are gone, and schedules that were removed of which nothing is left. One batch. */
export async function removeOldOccurrences(control: ControlDatabase, before: number, limit: number): Promise<void> {
  await control.batch([
    control
      .prepare(
        `delete from portfolio_occurrences where rowid in (
           select p.rowid from portfolio_occurrences p
            where p.due_at < ?1 and p.state not in ('waiting', 'running')
              and not exists (select 1 from portfolio_schedule_runs r where r.schedule_id = p.schedule_id and r.due_at = p.due_at)
            order by p.due_at limit ?2)`,
      )
      .bind(before, limit),
    control
      .prepare(
        `delete from portfolio_schedules where status = 'removed' and updated_at < ?1
            and not exists (select 1 from portfolio_occurrences p where p.schedule_id = portfolio_schedules.id)`,
      )
      .bind(before),
    control.prepare("delete from portfolio_notices where created_at < ?1").bind(before),
  ]);
}
