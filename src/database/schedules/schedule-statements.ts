/** The statements that make, change, pause, resume and remove a schedule of either kind. Each holds by itself where it is done again. */
import type { NewSchedule, PAUSE_REASONS } from "../../contract/schedules.ts";
import type { ScheduleNames } from "./schedule-names.ts";

/** What is stored of a schedule beside what a person chose. */
export interface Planned {
  offsetMs: number;
  nextDueAt: number | null;
}

/** What a person chose of times, and of what becomes of them. */
type ChosenTimes = Omit<NewSchedule, "steps">;

/** A schedule by its id, of the tenant or the person whose it is. */
export interface ScheduleKey {
  id: string;
  holderId: string;
}

/** The columns of what a person chose, with what follows from it; `own` are those of one kind alone. */
function chosenColumns(
  { name, pattern, timeZone, spreadMinutes, missed, tellAfter }: ChosenTimes,
  steps: readonly unknown[],
  { offsetMs }: Planned,
  own: Readonly<Record<string, string>>,
): [column: string, value: string | number][] {
  return [
    ["name", name],
    ["steps", JSON.stringify(steps)],
    ["pattern", pattern],
    ["time_zone", timeZone],
    ["spread_minutes", spreadMinutes],
    ["offset_ms", offsetMs],
    ["missed", missed],
    ["tell_after", tellAfter],
    ...Object.entries(own),
  ];
}

interface Chosen {
  times: ChosenTimes;
  steps: readonly unknown[];
  planned: Planned;
  own: Readonly<Record<string, string>>;
}

/** SQL that holds while the holder has fewer than so many schedules. `holder` is the name of a parameter. */
export function isRoomForSchedule({ schedules, holder }: ScheduleNames, parameter: string, most: number): string {
  return `(select count(*) from ${schedules} where ${holder} = ${parameter} and status <> 'removed') < ${most}`;
}

/** Makes a schedule of the owner, unless the holder has as many as they may have. */
export function insertSchedule(
  database: D1Database,
  names: ScheduleNames,
  { id, holderId }: ScheduleKey,
  { times, steps, planned, own }: Chosen,
  { ownerId, at, most }: { ownerId: string; at: number; most: number },
): D1PreparedStatement {
  const columns: [string, string | number | null][] = [
    ...chosenColumns(times, steps, planned, own),
    ["id", id],
    ["status", "active"],
    ["owner_id", ownerId],
    ["created_at", at],
    ["created_by", ownerId],
    ["updated_at", at],
    ["version", 1],
    ["next_due_at", planned.nextDueAt],
  ];
  return database
    .prepare(
      `insert into ${names.schedules} (${columns.map(([column]) => column).join(", ")})
       select ${columns.map((_, index) => `?${index + 2}`).join(", ")} where ${isRoomForSchedule(names, "?1", most)}`,
    )
    .bind(holderId, ...columns.map(([, value]) => value));
}

/** Changes a schedule that is still of the version; `ownerId` is its owner from then on. What waited for its start does not begin. */
export function changeStatements(
  database: D1Database,
  names: ScheduleNames,
  { id, holderId, version }: ScheduleKey & { version: number },
  { times, steps, planned, own }: Chosen,
  { ownerId, at }: { ownerId: string; at: number },
): D1PreparedStatement[] {
  const columns: [string, string | number][] = [
    ...chosenColumns(times, steps, planned, own),
    ["owner_id", ownerId],
    ["updated_at", at],
  ];
  return [
    skipWaiting(database, names, { id, holderId, at }, "s.version = ?4", version),
    database
      .prepare(
        `update ${names.schedules}
            set ${columns.map(([column], index) => `${column} = ?${index + 5}`).join(", ")}, version = version + 1,
                next_due_at = case when status = 'active' then ?4 end
          where ${names.holder} = ?1 and id = ?2 and version = ?3 and status <> 'removed'`,
      )
      .bind(holderId, id, version, planned.nextDueAt, ...columns.map(([, value]) => value)),
  ];
}

export interface Pause {
  reason: (typeof PAUSE_REASONS)[number];
  /** Null: the product paused it. */
  by: string | null;
  note: string;
}

/** SQL that holds for a schedule that is at work; with an owner, in that person's name. By the name of a parameter. */
export function isAtWork(owner: string): string {
  return `status = 'active' and (${owner} is null or owner_id = ${owner})`;
}

/** Pauses a schedule that is at work; with an owner, only where it still works in that person's name. What waits for its start does not begin. */
export function pausingStatements(
  database: D1Database,
  names: ScheduleNames,
  { id, holderId, at }: ScheduleKey & { at: number },
  pause: Pause,
  ownerId: string | null,
): D1PreparedStatement[] {
  return [
    skipWaiting(database, names, { id, holderId, at }, isAtWork("?4"), ownerId),
    database
      .prepare(
        `update ${names.schedules} set status = 'paused', pause = ?3, next_due_at = null, updated_at = ?4, version = version + 1
          where ${names.holder} = ?1 and id = ?2 and ${isAtWork("?5")}`,
      )
      .bind(holderId, id, JSON.stringify({ at, ...pause }), at, ownerId),
  ];
}

/** Lets a paused schedule go on, in the owner's name. Due times of the pause are not made up for. */
export function resumeStatement(
  database: D1Database,
  { schedules, holder }: ScheduleNames,
  { id, holderId, at }: ScheduleKey & { at: number },
  { ownerId, nextDueAt }: { ownerId: string; nextDueAt: number | null },
): D1PreparedStatement {
  return database
    .prepare(
      `update ${schedules} set status = 'active', pause = null, owner_id = ?3, updated_at = ?4, version = version + 1, next_due_at = ?5
        where ${holder} = ?1 and id = ?2 and status = 'paused'`,
    )
    .bind(holderId, id, ownerId, at, nextDueAt);
}

/** Ends a schedule. Its row stays for its occurrences, which are kept as long as runs are. */
export function removeStatements(
  database: D1Database,
  names: ScheduleNames,
  { id, holderId, at }: ScheduleKey & { at: number },
): D1PreparedStatement[] {
  return [
    skipWaiting(database, names, { id, holderId, at }, "s.status <> 'removed'"),
    database
      .prepare(
        `update ${names.schedules} set status = 'removed', next_due_at = null, updated_at = ?3, version = version + 1
          where ${names.holder} = ?1 and id = ?2 and status <> 'removed'`,
      )
      .bind(holderId, id, at),
  ];
}

/** What waits for its start does not begin any more. `condition` is of the schedule `s`, and has its value as `?4`. */
function skipWaiting(
  database: D1Database,
  { schedules, occurrences, holder }: ScheduleNames,
  { id, holderId, at }: ScheduleKey & { at: number },
  condition: string,
  ...values: readonly (string | number | null)[]
): D1PreparedStatement {
  return database
    .prepare(
      `update ${occurrences} set state = 'skipped', reason = 'removed', ended_at = ?3
        where schedule_id = ?1 and state = 'waiting'
          and exists (select 1 from ${schedules} s where s.id = ?1 and s.${holder} = ?2 and ${condition})`,
    )
    .bind(id, holderId, at, ...values);
}
