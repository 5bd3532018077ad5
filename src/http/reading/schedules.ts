import { scheduleRoutes } from "../../contract/routes/schedules.ts";
import { type Occurrence, TIMES_TOLD } from "../../contract/schedules.ts";
import { listOccurrences, runsOfOccurrences } from "../../database/schedules/occurrences.ts";
import { hasSchedule, listSchedules, readSchedule, toOccurrence } from "../../database/schedules/schedules.ts";
import { isoTime } from "../../database/sql/time.ts";
import { readRuns } from "../../runs/reading/run-reader.ts";
import { nextTimes, readTimes } from "../../schedules/times.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

/** What a pattern means; what is wrong with it is answered. */
export function tellTimes(
  { pattern, timeZone }: { pattern: string; timeZone: string },
  now: number,
): { words: string; next: string[] } {
  const reading = readTimes(pattern, timeZone, now);
  if (reading.kind === "refused") throw invalidInput([{ path: reading.field, message: reading.message }]);
  const { times } = reading;
  return { words: times.words, next: nextTimes(times, now, TIMES_TOLD).map(isoTime) };
}

export const scheduleReads = {
  list: read(scheduleRoutes.list, async ({ env, tenant }) => ({
    items: await listSchedules(env.DATABASE, tenant.id, Date.now()),
  })),
  show: read(scheduleRoutes.show, async ({ env, tenant, params: { scheduleId } }) =>
    orNotFound(await readSchedule(env.DATABASE, tenant.id, scheduleId, Date.now())),
  ),
  times: read(scheduleRoutes.times, async ({ query }) => tellTimes(query, Date.now())),
  occurrences: read(scheduleRoutes.occurrences, async ({ env, tenant, params: { scheduleId }, query }) => {
    orNotFound((await hasSchedule(env.DATABASE, tenant.id, scheduleId)) || null);
    const page = await listOccurrences(env.DATABASE, { tenantId: tenant.id, scheduleId, ...query });
    const begun = await runsOfOccurrences(env.DATABASE, {
      tenantId: tenant.id,
      scheduleId,
      dueAts: page.items.map(({ dueAt }) => dueAt),
    });
    const runs = await readRuns(
      env.DATABASE,
      tenant,
      begun.map(({ runId }) => runId),
    );
    const items: Occurrence[] = page.items.map((row) => ({
      ...toOccurrence(row),
      runs: begun.flatMap(({ dueAt, runId }) => {
        const run = dueAt === row.dueAt ? runs.get(runId) : undefined;
        return run === undefined ? [] : [run];
      }),
    }));
    return { items, nextCursor: page.nextCursor };
  }),
};
