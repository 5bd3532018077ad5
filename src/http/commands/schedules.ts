import { scheduleRoutes } from "../../contract/routes/schedules.ts";
import {
  capabilitiesOfSteps,
  MAX_SCHEDULES,
  type NewSchedule,
  type Schedule,
  type Step,
} from "../../contract/schedules.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { TenantEnv } from "../../database/databases.ts";
import { addByHand } from "../../database/schedules/due-times.ts";
import { readOpen } from "../../database/schedules/occurrences.ts";
import {
  changeSchedule,
  createSchedule,
  noteStartByHand,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
} from "../../database/schedules/schedule-changes.ts";
import { OF_TENANT } from "../../database/schedules/schedule-names.ts";
import type { Planned } from "../../database/schedules/schedule-statements.ts";
import { readSchedule } from "../../database/schedules/schedules.ts";
import { withOrigin } from "../../observability/origin.ts";
import { begin } from "../../runs/edge/scheduling/run-schedules.ts";
import { judgeSteps } from "../../runs/edge/scheduling/start-step.ts";
import { offsetIn } from "../../schedules/spread.ts";
import { readTimes, timesOf } from "../../schedules/times.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

type Bindings = Pick<TenantEnv, "DATABASE">;

async function shown({ DATABASE }: Bindings, tenant: TenantAccess, scheduleId: string): Promise<Schedule> {
  return orNotFound(await readSchedule(DATABASE, tenant.id, scheduleId, Date.now()));
}

/** Nobody schedules what they may not start. */
function checkSteps({ capabilities }: TenantAccess, steps: readonly Step[]): void {
  if (!capabilitiesOfSteps(steps).every((each) => capabilities.includes(each))) throw new ApiError("forbidden");
}

/** Checks what a person has chosen, and says when it is due first. */
async function plan(
  env: TenantEnv,
  tenant: TenantAccess,
  chosen: NewSchedule,
  { id, now }: { id: string; now: number },
): Promise<Planned> {
  checkSteps(tenant, chosen.steps);
  const reading = readTimes(chosen.pattern, chosen.timeZone, now);
  if (reading.kind === "refused") throw invalidInput([{ path: reading.field, message: reading.message }]);
  const fields = await judgeSteps(env, tenant.id, chosen);
  if (fields.length > 0) throw invalidInput(fields);
  return { offsetMs: await offsetIn(chosen.spreadMinutes, id), nextDueAt: reading.times.next(now) };
}

export const scheduleCommands = {
  create: command(scheduleRoutes.create, async ({ env, tenant, user, body }) => {
    const id = `sch_${crypto.randomUUID()}`;
    const now = Date.now();
    const planned = await plan(env, tenant, body, { id, now });
    const act = { tenantId: tenant.id, actorId: user.id, at: now };
    if (!(await createSchedule(env.DATABASE, act, id, body, planned))) {
      throw new ApiError("too_many_schedules", { detail: `The limit is ${MAX_SCHEDULES}. Remove one` });
    }
    return new Reply(201, await shown(env, tenant, id), { location: `/api/tenants/${tenant.slug}/schedules/${id}` });
  }),
  change: command(scheduleRoutes.change, async ({ env, tenant, user, params: { scheduleId: id }, body }) => {
    await shown(env, tenant, id);
    const { version, ...chosen } = body;
    const now = Date.now();
    const planned = await plan(env, tenant, chosen, { id, now });
    const act = { tenantId: tenant.id, actorId: user.id, at: now };
    if (!(await changeSchedule(env.DATABASE, act, { id, version }, chosen, planned))) {
      throw new ApiError("schedule_changed");
    }
    return shown(env, tenant, id);
  }),
  pause: command(scheduleRoutes.pause, async ({ env, tenant, user, params: { scheduleId: id }, body: { reason } }) => {
    await shown(env, tenant, id);
    const act = { tenantId: tenant.id, at: Date.now() };
    const pause = { reason: "person", by: user.id, note: reason } as const;
    if (!(await pauseSchedule(env.DATABASE, act, id, pause))) throw new ApiError("schedule_changed");
    return shown(env, tenant, id);
  }),
  resume: command(scheduleRoutes.resume, async ({ env, tenant, user, params: { scheduleId: id } }) => {
    const schedule = await shown(env, tenant, id);
    checkSteps(tenant, schedule.steps);
    const at = Date.now();
    const act = { tenantId: tenant.id, actorId: user.id, at };
    if (!(await resumeSchedule(env.DATABASE, act, id, timesOf(schedule).next(at)))) {
      throw new ApiError("schedule_changed");
    }
    return shown(env, tenant, id);
  }),
  run: command(scheduleRoutes.run, async ({ env, tenant, user, params: { scheduleId } }) => {
    const schedule = await shown(env, tenant, scheduleId);
    checkSteps(tenant, schedule.steps);
    const at = Date.now();
    const added = await addByHand(env.DATABASE, OF_TENANT, { holderId: tenant.id, scheduleId, at }, [
      noteStartByHand(env.DATABASE, { tenantId: tenant.id, actorId: user.id, at }, scheduleId),
    ]);
    if (!added) throw new ApiError("schedule_changed");
    const occurrence = await readOpen(env.DATABASE, { scheduleId, dueAt: at });
    // The sweep begins it otherwise, within a minute.
    if (occurrence !== null) {
      await withOrigin({ way: "schedule", scheduleId }, () => begin(env, occurrence, at));
    }
    return new Reply(202, await shown(env, tenant, scheduleId));
  }),
  remove: command(scheduleRoutes.remove, async ({ env, tenant, user, params: { scheduleId: id } }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    orNotFound((await removeSchedule(env.DATABASE, act, id)) ? true : null);
    return { done: true as const };
  }),
};
