/** The cron sweep: wakes runs whose object lost its alarm or never heard of its start, drops old idempotency keys, and does what operations leave to it. */
import { dropKeyedAnswers } from "../../database/runs/idempotency-keys.ts";
import { takeQuietRuns } from "../../database/runs/run-writing.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { freeDuePayloads } from "../../operations/backup-sets/free-payloads.ts";
import { sweepBaselines } from "../../operations/baseline-compare/sweep-baselines.ts";
import { sweepRestorePlans } from "../../operations/policy-restore/sweep-plans.ts";
import { sweepPacks } from "../../operations/review-pack/discard-pack.ts";
import { wakeRun } from "./wake-run.ts";

/** A row that has been quiet for this long gets its object woken. A healthy object does nothing then but look. */
const QUIET_MS = 20_000;
const RUNS_PER_SWEEP = 200;
const WAKES_AT_A_TIME = 6;
const IDEMPOTENCY_KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;

/** Each part by itself: what one of them meets, an outage or a bug, is not the others'. */
export async function sweep(env: Env, now: number): Promise<void> {
  await attempt("quiet_runs", () => wakeQuietRuns(env, now));
  await attempt("idempotency_keys", () => dropKeyedAnswers(env.DATABASE, now - IDEMPOTENCY_KEY_LIFETIME_MS));
  await attempt("payloads", () => freeDuePayloads(env, now));
  await attempt("review_packs", () => sweepPacks(env, now));
  await attempt("baselines", () => sweepBaselines(env, now));
  await attempt("restore_plans", () => sweepRestorePlans(env));
}

async function attempt(part: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logEvent("error", "sweep_failed", { part, ...errorFields(error) });
  }
}

async function wakeQuietRuns(env: Env, now: number): Promise<void> {
  const quiet = await takeQuietRuns(env.DATABASE, now - QUIET_MS, now, RUNS_PER_SWEEP);
  for (let start = 0; start < quiet.length; start += WAKES_AT_A_TIME) {
    await Promise.all(quiet.slice(start, start + WAKES_AT_A_TIME).map((specification) => wakeRun(env, specification)));
  }
  if (quiet.length > 0) logEvent("info", "sweep_woke_runs", { runs: quiet.length });
}
