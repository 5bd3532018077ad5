/** Making, changing, pausing, resuming and removing a tenant's schedules: each with its event, in one batch. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { MAX_SCHEDULES, type NewSchedule } from "../../contract/schedules.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import type { TenantDatabase } from "../databases.ts";
import { OF_TENANT } from "./schedule-names.ts";
import {
  changeStatements,
  insertSchedule,
  isAtWork,
  isRoomForSchedule,
  type Pause,
  pausingStatements,
  type Planned,
  removeStatements,
  resumeStatement,
} from "./schedule-statements.ts";

/** Who acts, and when (milliseconds since the epoch). */
export interface ScheduleAct {
  tenantId: string;
  actorId: string;
  at: number;
}

/** Makes a schedule that has the actor as its owner. False when the tenant has as many as it may have. */
export async function createSchedule(
  database: TenantDatabase,
  act: ScheduleAct,
  id: string,
  schedule: NewSchedule,
  planned: Planned,
): Promise<boolean> {
  const { tenantId, actorId, at } = act;
  const { steps, ...times } = schedule;
  const [event] = await database.batch([
    eventWhere(database, act, "schedule.create", id, detailOf(schedule), {
      condition: isRoomForSchedule(OF_TENANT, "?9", MAX_SCHEDULES),
      values: [tenantId],
    }),
    insertSchedule(
      database,
      OF_TENANT,
      { id, holderId: tenantId },
      { times, steps, planned, own: { tenant_id: tenantId } },
      { ownerId: actorId, at, most: MAX_SCHEDULES },
    ),
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
  planned: Planned,
): Promise<boolean> {
  const { tenantId, actorId, at } = act;
  const { steps, ...times } = schedule;
  const still = "tenant_id = ?9 and id = ?10 and version = ?11 and status <> 'removed'";
  const [event] = await database.batch([
    eventWhere(database, act, "schedule.change", id, detailOf(schedule), {
      from: "schedules",
      condition: still,
      values: [act.tenantId, id, version],
      detail: "json_object('previousName', name, 'previousPattern', pattern, 'previousTimeZone', time_zone)",
    }),
    ...changeStatements(
      database,
      OF_TENANT,
      { id, holderId: tenantId, version },
      { times, steps, planned, own: {} },
      { ownerId: actorId, at },
    ),
  ]);
  return event?.meta.changes === 1;
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
  return [
    eventWhere(
      database,
      act,
      "schedule.pause",
      id,
      { reason: pause.reason, note: pause.note },
      {
        from: "schedules",
        condition: `tenant_id = ?9 and id = ?10 and ${isAtWork("?11")}`,
        values: [tenantId, id, ownerId],
        detail: "json_object('name', name)",
      },
    ),
    ...pausingStatements(database, OF_TENANT, { id, holderId: tenantId, at }, pause, ownerId),
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
    resumeStatement(
      database,
      OF_TENANT,
      { id, holderId: act.tenantId, at: act.at },
      { ownerId: act.actorId, nextDueAt },
    ),
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
    ...removeStatements(database, OF_TENANT, { id, holderId: act.tenantId, at: act.at }),
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
