/** Makes runs' objects forget their runs: what retention and the deletion of a tenant do to runs. */
import { runsNotToForget } from "../../database/runs/forgetting.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { eachOf } from "../../storage/each-of.ts";
import type { ForgetAnswer } from "../run-commands.ts";
import { callRunObject } from "./call-run-object.ts";
import type { TenantEnv } from "../../database/databases.ts";

/**
 * How long after its end a run's object is kept at least. A start, a wake or a cancel is sent by a Worker that has seen the run's row
 * unfinished; no Worker lives longer than this, so none can bring a forgotten run to life.
 */
export const LATE_CALLS_MS = 15 * 60_000;

/** `unreachable`: the object did not answer; whether it has forgotten is not known, and to ask again does no harm. */
export type ForgottenRun = ForgetAnswer | "unreachable";

/**
 * Makes the objects of a tenant's runs forget them, six at a time; answers by run. A run may have a row or not: one that is unfinished, or
 * has a request to cancel that is not settled, stays. Idempotent. One query, and a call for each run: the caller limits their number. The
 * run's row is the caller's to remove, with a note in the same batch if that happens before.
 */
export async function forgetRuns(
  env: TenantEnv,
  { tenantId, runIds, now }: { tenantId: string; runIds: readonly string[]; now: number },
): Promise<Map<string, ForgottenRun>> {
  const kept = await runsNotToForget(env.DATABASE, tenantId, runIds);
  const answers = await eachOf(runIds, async (runId): Promise<[string, ForgottenRun]> => {
    const reason = kept.get(runId);
    if (reason !== undefined) return [runId, reason];
    try {
      return [runId, await callRunObject(env, runId, (run) => run.forget(now - LATE_CALLS_MS))];
    } catch (error) {
      logEvent("warn", "run_forget_failed", { tenantId, runId, ...errorFields(error) });
      return [runId, "unreachable"];
    }
  });
  return new Map(answers);
}
