/** The sweep's part for runs over tenants: wakes those whose object lost its alarm, mends pauses, removes old ones. */
import { RETENTION_KINDS } from "../../../contract/retention.ts";
import type { ControlEnv } from "../../../database/databases.ts";
import { removeOldOccurrences } from "../../../database/portfolio/portfolio-schedules.ts";
import {
  oldPortfolioRuns,
  removePortfolioRuns,
  takeQuietPortfolioRuns,
} from "../../../database/portfolio/portfolio-writing.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { eachOf } from "../../../storage/each-of.ts";
import { callRunObject } from "../call-run-object.ts";
import { LATE_CALLS_MS } from "../forget-run.ts";
import { wakeRun } from "../wake-run.ts";
import { mendPauses, portfolioEnv } from "./change-portfolio-run.ts";

const QUIET_MS = 20_000;
const RUNS_PER_SWEEP = 50;
const DAY_MS = 86_400_000;

export async function sweepPortfolio(env: ControlEnv, now: number): Promise<void> {
  const quiet = await takeQuietPortfolioRuns(env.CONTROL, { before: now - QUIET_MS, now, limit: RUNS_PER_SWEEP });
  await eachOf(quiet, (specification) => wakeRun(portfolioEnv(env), specification));
  await mendPauses(env, RUNS_PER_SWEEP);
  await removeOld(env, now);
}

/** They belong to no tenant, and so does the time for which they are kept: the standard one of operations. */
async function removeOld(env: ControlEnv, now: number): Promise<void> {
  const before = now - RETENTION_KINDS.runs.standard * DAY_MS;
  await removeOldOccurrences(env.CONTROL, before, RUNS_PER_SWEEP);
  const old = await oldPortfolioRuns(env.CONTROL, before, RUNS_PER_SWEEP);
  if (old.length === 0) return;
  const forgotten = await eachOf(old, async (runId) => {
    try {
      return (await callRunObject(env, runId, (run) => run.forget(now - LATE_CALLS_MS))) === "forgotten" ? [runId] : [];
    } catch (error) {
      logEvent("warn", "run_forget_failed", { runId, ...errorFields(error) });
      return [];
    }
  });
  await removePortfolioRuns(env.CONTROL, forgotten.flat());
}
