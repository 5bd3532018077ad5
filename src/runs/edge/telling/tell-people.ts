/**
 * The sweep's part in news over tenants: brings what persons listen to into each shard, takes events from each, makes messages of what is due over all of
 * them, and begins their delivery. Each step stores what it did before the next, and may be done again (decisions/196-news-over-tenants.md).
 */
import { RETENTION_KINDS } from "../../../contract/retention.ts";
import { type ControlEnv, envOfShard, FIRST_SHARD } from "../../../database/databases.ts";
import { carryEvents, makePeopleMessages } from "../../../database/news/carrying.ts";
import { forgetTenants, peoplesDatabase, spreadListeners } from "../../../database/news/listeners.ts";
import { oldPeopleRuns, removePeopleRuns, takeQuietPeopleRuns } from "../../../database/news/people-runs.ts";
import { removePeoplesNews } from "../../../database/retention/peoples-news.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { eachOf } from "../../../storage/each-of.ts";
import { callRunObject } from "../call-run-object.ts";
import { LATE_CALLS_MS } from "../forget-run.ts";
import { wakeRun } from "../wake-run.ts";
import { deliverDue, TELLING_LIMITS, type TellingLimits } from "./tell-news.ts";

const QUIET_MS = 20_000;
const RUNS_PER_SWEEP = 50;
const REMOVED_PER_SWEEP = 500;
const DAY_MS = 86_400_000;

export async function tellPeople(env: ControlEnv, now: number, limits: TellingLimits = TELLING_LIMITS): Promise<void> {
  await forgetTenants(env);
  await spreadListeners(env);
  for (const shard of env.SHARDS.keys()) {
    try {
      await carryEvents(env, shard, limits.events);
    } catch (error) {
      // Its events stay marked: they are told late, and not lost.
      logEvent("warn", "news_waits_for_shard", { shard, ...errorFields(error) });
    }
  }
  await makePeopleMessages(env, now, limits.tellings);
  const home = envOfShard(env, FIRST_SHARD);
  await deliverDue(home, now, limits);
  const quiet = await takeQuietPeopleRuns(env.CONTROL, { before: now - QUIET_MS, now, limit: RUNS_PER_SWEEP });
  await eachOf(quiet, (specification) => wakeRun(home, specification));
  await removeOld(env, now);
}

/** They belong to no tenant, and so does the time for which they are kept: the standard one of operations. */
async function removeOld(env: ControlEnv, now: number): Promise<void> {
  const before = now - RETENTION_KINDS.runs.standard * DAY_MS;
  await removePeoplesNews(peoplesDatabase(env), before, REMOVED_PER_SWEEP);
  const old = await oldPeopleRuns(env.CONTROL, before, RUNS_PER_SWEEP);
  if (old.length === 0) return;
  const forgotten = await eachOf(old, async (runId) => {
    try {
      return (await callRunObject(env, runId, (run) => run.forget(now - LATE_CALLS_MS))) === "forgotten" ? [runId] : [];
    } catch (error) {
      logEvent("warn", "run_forget_failed", { runId, ...errorFields(error) });
      return [];
    }
  });
  await removePeopleRuns(env.CONTROL, forgotten.flat());
}
