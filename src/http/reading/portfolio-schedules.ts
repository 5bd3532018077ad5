/** A person's own schedules over tenants, and what they are told of these and of runs. */
import type { PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { ownNotificationRoutes } from "../../contract/routes/own-notifications.ts";
import { portfolioScheduleRoutes } from "../../contract/routes/portfolio-schedules.ts";
import type { ControlEnv } from "../../database/databases.ts";
import { listPortfolioNotices } from "../../database/portfolio/portfolio-notices.ts";
import { listPortfolioOccurrences, listPortfolioSchedules } from "../../database/portfolio/portfolio-schedules.ts";
import { presentNotices } from "../../runs/reading/own-notifications.ts";
import { type KnownReader, readPortfolioReader, readPortfolioRuns } from "../../runs/reading/portfolio-runs.ts";
import { orNotFound } from "../routing/requests.ts";
import { readOwn } from "../routing/served.ts";
import { tellTimes } from "./schedules.ts";

/** The person's own schedule of that id. */
export async function ownSchedule(
  { CONTROL }: Pick<ControlEnv, "CONTROL">,
  { userId, tenants }: KnownReader,
  id: string,
): Promise<PortfolioSchedule> {
  const mine = new Set(tenants.map((tenant) => tenant.id));
  const [found] = await listPortfolioSchedules(CONTROL, { ownerId: userId, id, mine, now: Date.now() });
  return orNotFound(found ?? null);
}

export const portfolioScheduleReads = {
  list: readOwn(portfolioScheduleRoutes.list, async ({ env, user }) => {
    const { tenants } = await readPortfolioReader(env, user.id);
    const mine = new Set(tenants.map(({ id }) => id));
    return { items: await listPortfolioSchedules(env.CONTROL, { ownerId: user.id, mine, now: Date.now() }) };
  }),
  times: readOwn(portfolioScheduleRoutes.times, async ({ query }) => tellTimes(query, Date.now())),
  show: readOwn(portfolioScheduleRoutes.show, async ({ env, user, params: { scheduleId } }) =>
    ownSchedule(env, await readPortfolioReader(env, user.id), scheduleId),
  ),
  occurrences: readOwn(portfolioScheduleRoutes.occurrences, async ({ env, user, params: { scheduleId }, query }) => {
    const reader = await readPortfolioReader(env, user.id);
    await ownSchedule(env, reader, scheduleId);
    const page = await listPortfolioOccurrences(env.CONTROL, { scheduleId, ...query });
    const runs = await readPortfolioRuns(
      env,
      reader,
      page.items.flatMap(({ runIds }) => runIds),
    );
    return {
      nextCursor: page.nextCursor,
      items: page.items.map(({ occurrence, runIds }) => ({
        ...occurrence,
        runs: runIds.map((id) => runs.get(id)).filter((run) => run !== undefined),
      })),
    };
  }),
};

export const ownNotificationReads = {
  list: readOwn(ownNotificationRoutes.list, async ({ env, user, query: { cursor, limit, unseen } }) => {
    const page = await listPortfolioNotices(env.CONTROL, { userId: user.id, unseenOnly: unseen, cursor, limit });
    // Asked often, and mostly there is nothing.
    if (page.items.length === 0) return { items: [], nextCursor: null };
    const reader = await readPortfolioReader(env, user.id);
    return { items: await presentNotices(env, reader, page.items), nextCursor: page.nextCursor };
  }),
};
