import { MAX_PORTFOLIO_SCHEDULES, type NewPortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { ownNotificationRoutes } from "../../contract/routes/own-notifications.ts";
import { portfolioScheduleRoutes } from "../../contract/routes/portfolio-schedules.ts";
import type { ControlEnv } from "../../database/databases.ts";
import { markPortfolioNoticeSeen } from "../../database/portfolio/portfolio-notices.ts";
import {
  changePortfolioSchedule,
  createPortfolioSchedule,
  pausePortfolioSchedule,
  readOpenPortfolioOccurrence,
  removePortfolioSchedule,
  resumePortfolioSchedule,
  runPortfolioSchedule,
} from "../../database/portfolio/portfolio-schedules.ts";
import type { Planned } from "../../database/schedules/schedule-statements.ts";
import { beginPortfolioOccurrence } from "../../runs/edge/portfolio/run-portfolio-schedules.ts";
import { presentNotices } from "../../runs/reading/own-notifications.ts";
import { type KnownReader, readPortfolioReader } from "../../runs/reading/portfolio-runs.ts";
import { readTimes, timesOf } from "../../schedules/times.ts";
import { ownSchedule } from "../reading/portfolio-schedules.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { commandOwn, Reply } from "../routing/served.ts";
import { chosenTenants } from "./portfolio.ts";

/** Checks what a person has chosen: nobody schedules what they may not start now. The names of a list become ids. */
async function plan(
  env: ControlEnv,
  reader: KnownReader,
  chosen: NewPortfolioSchedule,
  now: number,
): Promise<{ schedule: NewPortfolioSchedule; planned: Planned }> {
  const reading = readTimes(chosen.pattern, chosen.timeZone, now);
  if (reading.kind === "refused") throw invalidInput([{ path: reading.field, message: reading.message }]);
  const { tenants, steps } = chosen;
  for (const { type, standardId = null } of steps) await chosenTenants(env, reader, { type, standardId, tenants });
  const ids = new Map(reader.tenants.flatMap(({ id, slug }) => [[id, id] as const, [slug, id] as const]));
  const list = tenants.kind === "list" ? tenants.tenants.map((name) => ids.get(name) ?? name) : null;
  return {
    schedule: { ...chosen, tenants: list === null ? tenants : { kind: "list", tenants: list } },
    planned: { offsetMs: 0, nextDueAt: reading.times.next(now) },
  };
}

export const portfolioScheduleCommands = {
  create: commandOwn(portfolioScheduleRoutes.create, async ({ env, user, body }) => {
    const reader = await readPortfolioReader(env, user.id);
    const act = { ownerId: user.id, at: Date.now() };
    const { schedule, planned } = await plan(env, reader, body, act.at);
    const id = `psch_${crypto.randomUUID()}`;
    if (!(await createPortfolioSchedule(env.CONTROL, act, id, schedule, planned))) {
      throw new ApiError("too_many_portfolio_schedules", {
        detail: `The limit is ${MAX_PORTFOLIO_SCHEDULES}. Remove one`,
      });
    }
    const location = `/api/me/portfolio-schedules/${id}`;
    return new Reply(201, await ownSchedule(env, reader, id), { location });
  }),
  change: commandOwn(portfolioScheduleRoutes.change, async ({ env, user, params: { scheduleId: id }, body }) => {
    const reader = await readPortfolioReader(env, user.id);
    await ownSchedule(env, reader, id);
    const { version, ...chosen } = body;
    const act = { ownerId: user.id, at: Date.now() };
    const { schedule, planned } = await plan(env, reader, chosen, act.at);
    if (!(await changePortfolioSchedule(env.CONTROL, act, { id, version }, schedule, planned))) {
      throw new ApiError("schedule_changed");
    }
    return ownSchedule(env, reader, id);
  }),
  pause: commandOwn(portfolioScheduleRoutes.pause, async ({ env, user, params: { scheduleId: id }, body }) => {
    const reader = await readPortfolioReader(env, user.id);
    await ownSchedule(env, reader, id);
    if (!(await pausePortfolioSchedule(env.CONTROL, { ownerId: user.id, at: Date.now() }, id, body.reason))) {
      throw new ApiError("schedule_changed");
    }
    return ownSchedule(env, reader, id);
  }),
  resume: commandOwn(portfolioScheduleRoutes.resume, async ({ env, user, params: { scheduleId: id } }) => {
    const reader = await readPortfolioReader(env, user.id);
    const schedule = await ownSchedule(env, reader, id);
    const act = { ownerId: user.id, at: Date.now() };
    if (!(await resumePortfolioSchedule(env.CONTROL, act, id, timesOf(schedule).next(act.at)))) {
      throw new ApiError("schedule_changed");
    }
    return ownSchedule(env, reader, id);
  }),
  run: commandOwn(portfolioScheduleRoutes.run, async ({ env, user, params: { scheduleId: id } }) => {
    const reader = await readPortfolioReader(env, user.id);
    await ownSchedule(env, reader, id);
    const at = Date.now();
    if (!(await runPortfolioSchedule(env.CONTROL, { ownerId: user.id, at }, id))) {
      throw new ApiError("schedule_changed");
    }
    const occurrence = await readOpenPortfolioOccurrence(env.CONTROL, { scheduleId: id, dueAt: at });
    // The sweep begins it otherwise, within a minute.
    if (occurrence !== null) await beginPortfolioOccurrence(env, occurrence, at);
    return new Reply(202, await ownSchedule(env, reader, id));
  }),
  remove: commandOwn(portfolioScheduleRoutes.remove, async ({ env, user, params: { scheduleId: id } }) => {
    const act = { ownerId: user.id, at: Date.now() };
    orNotFound((await removePortfolioSchedule(env.CONTROL, act, id)) ? true : null);
    return { done: true as const };
  }),
};

export const ownNotificationCommands = {
  markSeen: commandOwn(ownNotificationRoutes.markSeen, async ({ env, user, params: { notificationId: id } }) => {
    const row = orNotFound(await markPortfolioNoticeSeen(env.CONTROL, { userId: user.id, id, at: Date.now() }));
    const [notice] = await presentNotices(env, await readPortfolioReader(env, user.id), [row]);
    return orNotFound(notice ?? null);
  }),
};
