/** Making, changing, pausing, resuming and removing schedules: each with its event, in one batch. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { MAX_SCHEDULES, type NewSchedule, type PAUSE_REASONS } from "../../contract/schedules.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import type { TenantDatabase } from "../databases.ts";

/** Who acts, and when (milliseconds since the epoch). */
export interface ScheduleAct {
  tenantId: string;
  actorId: string;
  at: number;
}

/** What is stored of a schedule beside what a person chose. */
export interface Planned {
  offsetMs: number;
  nextDueAt: number | null;
}

/** What a person chose, and the place in the spread that follows from it, in the order in which both statements have them. */
function chosenValues(schedule: NewSchedule, offsetMs: number): (string | number)[] {
  const { name, steps, pattern, timeZone, spreadMinutes, missed, tellAfter } = schedule;
  return [name, JSON.stringify(steps), pattern, timeZone, spreadMinutes, offsetMs, missed, tellAfter];
}

/** Makes a schedule that has the actor as its owner. False when the tenant has as many as it may have. */
export async function createSchedule(
  database: TenantDatabase,
  act: ScheduleAct,
  id: string,
  schedule: NewSchedule,
  { offsetMs, nextDueAt }: Planned,
): Promise<boolean> {
  const isRoom = (tenant: string) =>
    `(select count(*) from schedules where tenant_id = ${tenant} and status <> 'removed') < ${MAX_SCHEDULES}`;
  const [event] = await database.batch([
    eventWhere(database, act, "schedule.create", id, detailOf(schedule), {
      condition: isRoom("?9"),
      values: [act.tenantId],
    }),
    database
      .prepare(
        `insert into schedules (id, tenant_id, name, steps, pattern, time_zone, spread_minutes, offset_ms, missed, tell_after,
                                status, owner_id, created_at, created_by, updated_at, version, next_due_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'active', ?11, ?12, ?11, ?12, 1, ?13 where ${isRoom("?2")}`,
      )
      .bind(id, act.tenantId, ...chosenValues(schedule, offsetMs), act.actorId, act.at, nextDueAt),
  ]);
  return event?.meta.changes === 1;
}

/**
 * Changes a schedule that is still of the version; the actor is its owner from then on. What waited for its start by the earlier times is told as
 * skipped. False when it is not of that version, or gone.
 */
export async function changeSchedule(
  database: TenantDatabase,
  act: ScheduleAct,
  { id, version }: { id: string; version: number },
  schedule: NewSchedule,
  { offsetMs, nextDueAt }: Planned,
): Promise<boolean> {
  const still = "tenant_id = ?9 and id = ?10 and version = ?11 and status <> 'removed'";
  const [event] = await database.batch([
    eventWhere(database, act, "schedule.change", id, detailOf(schedule), {
      from: "schedules",
      condition: still,
      values: [act.tenantId, id, version],
      detail: "json_object('previousName', name, 'previousPattern', pattern, 'previousTimeZone', time_zone)",
    }),
    skipWaiting(database, act, id, `exists (select 1 from schedules where id = ?1 and version = ?4)`, version),
    database
      .prepare(
        `update schedules
            set name = ?4, steps = ?5, pattern = ?6, time_zone = ?7, spread_minutes = ?8, offset_ms = ?9, missed = ?10,
                tell_after = ?11, owner_id = ?12, updated_at = ?13, version = version + 1,
                next_due_at = case when status = 'active' then ?14 end
          where tenant_id = ?1 and id = ?2 and version = ?3 and status <> 'removed'`,
      )
      .bind(act.tenantId, id, version, ...chosenValues(schedule, offsetMs), act.actorId, act.at, nextDueAt),
  ]);
  return event?.meta.changes === 1;
}

interface Pause {
  reason: (typeof PAUSE_REASONS)[number];
  /** Null: the product paused it. */
  by: string | null;
  note: string;
}

/** Pauses a schedule that is at work. What waits for its start is told as skipped. False when it is not at work. */
export async function pauseSchedule(
  database: TenantDatabase,
  act: Pick<ScheduleAct, "tenantId" | "at">,
  id: string,
  pause: Pause,
): Promise<boolean> {
  const [event] = await database.batch(pauseStatements(database, act, id, pause));
  return event?.meta.changes === 1;
}

/** The statements of it, the first of which is its event. With an owner: only where the schedule still works in that person's name. */
export function pauseStatements(
  database: TenantDatabase,
  { tenantId, at }: Pick<ScheduleAct, "tenantId" | "at">,
  id: string,
  pause: Pause,
  ownerId: string | null = null,
): D1PreparedStatement[] {
  const act = { tenantId, at, actorId: pause.by };
  const atWork = (owner: string) => `status = 'active' and (${owner} is null or owner_id = ${owner})`;
  return [
    eventWhere(
      database,
      act,
      "schedule.pause",
      id,
      { reason: pause.reason, note: pause.note },
      {
        from: "schedules",
        condition: `tenant_id = ?9 and id = ?10 and ${atWork("?11")}`,
        values: [tenantId, id, ownerId],
        detail: "json_object('name', name)",
      },
    ),
    skipWaiting(database, act, id, `exists (select 1 from schedules where id = ?1 and ${atWork("?4")})`, ownerId),
    database
      .prepare(
        `update schedules set status = 'paused', pause = ?3, next_due_at = null, updated_at = ?4, version = version + 1
          where tenant_id = ?1 and id = ?2 and ${atWork("?5")}`,
      )
      .bind(tenantId, id, JSON.stringify({ at, ...pause }), at, ownerId),
  ];
}

/** Lets a paused schedule go on, in the actor's name. Due times of the pause are not made up for. False when it is not paused. */
export async function resumeSchedule(
  database: TenantDatabase,
  act: ScheduleAct,
  id: string,
  nextDueAt: number | null,
): Promise<boolean> {
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "schedule.resume",
      id,
      {},
      {
        from: "schedules",
        condition: "tenant_id = ?9 and id = ?10 and status = 'paused'",
        values: [act.tenantId, id],
        detail: "json_object('name', name)",
      },
    ),
    database
      .prepare(
        `update schedules set status = 'active', pause = null, owner_id = ?3, updated_at = ?4, version = version + 1, next_due_at = ?5
          where tenant_id = ?1 and id = ?2 and status = 'paused'`,
      )
      .bind(act.tenantId, id, act.actorId, act.at, nextDueAt),
  ]);
  return event?.meta.changes === 1;
}

/** Ends a schedule. Its row stays for its occurrences, which are kept as long as runs are. False when it is gone already. */
export async function removeSchedule(database: TenantDatabase, act: ScheduleAct, id: string): Promise<boolean> {
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "schedule.remove",
      id,
      {},
      {
        from: "schedules",
        condition: "tenant_id = ?9 and id = ?10 and status <> 'removed'",
        values: [act.tenantId, id],
        detail: "json_object('name', name)",
      },
    ),
    skipWaiting(database, act, id, "exists (select 1 from schedules where id = ?1 and status <> 'removed')"),
    database
      .prepare(
        `update schedules set status = 'removed', next_due_at = null, updated_at = ?3, version = version + 1
          where tenant_id = ?1 and id = ?2 and status <> 'removed'`,
      )
      .bind(act.tenantId, id, act.at),
  ]);
  return event?.meta.changes === 1;
}

/** The event of a start by hand, for the batch that adds its occurrence. */
export function noteStartByHand(database: TenantDatabase, act: ScheduleAct, id: string): D1PreparedStatement {
  return eventWhere(
    database,
    act,
    "schedule.run",
    id,
    {},
    {
      from: "schedules",
      condition: "tenant_id = ?9 and id = ?10 and status <> 'removed'",
      values: [act.tenantId, id],
      detail: "json_object('name', name)",
    },
  );
}

/** What waits for its start does not begin any more. `condition` has the schedule as `?1`, and its own values as `?4` and up. */
function skipWaiting(
  database: TenantDatabase,
  { tenantId, at }: { tenantId: string; at: number },
  id: string,
  condition: string,
  ...values: readonly (string | number | null)[]
): D1PreparedStatement {
  return database
    .prepare(
      `update schedule_occurrences set state = 'skipped', reason = 'removed', ended_at = ?3
        where schedule_id = ?1 and tenant_id = ?2 and state = 'waiting' and ${condition}`,
    )
    .bind(id, tenantId, at, ...values);
}

function detailOf({ name, steps, pattern, timeZone, spreadMinutes, missed, tellAfter }: NewSchedule) {
  return { name, steps, pattern, timeZone, spreadMinutes, missed, tellAfter };
}

function eventWhere(
  database: TenantDatabase,
  { tenantId, actorId, at }: { tenantId: string; actorId: string | null; at: number },
  action: AuditAction,
  id: string,
  detail: Record<string, unknown>,
  condition: Parameters<typeof auditEventWhere>[2],
): D1PreparedStatement {
  const event = { tenantId, at, action, actorId, targetKind: "schedule", targetId: id, detail };
  return auditEventWhere(database, event, condition);
}
