/** The end of a tenant's runs: those under way are canceled, sockets are closed, and each run's object forgets its run. */
import { advance, countStatement, type Deletion, listRunIds } from "../../../database/offboarding/removal.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { callActivityHub } from "../../reading/activity-hub.ts";
import { cancelRun } from "../change-run.ts";
import { forgetRuns } from "../forget-run.ts";
import type { StepResult } from "./step-result.ts";
import type { TenantEnv } from "../../../database/databases.ts";

const RUNS_A_STEP = 60;
const AGAIN_MS = 60_000;

/** Cancels what is under way, and waits until it has ended: a run that still writes would leave rows behind. */
export async function endRuns(env: TenantEnv, deletion: Deletion): Promise<StepResult> {
  const { tenantId, tenantSlug, requestedBy: actor } = deletion;
  // Nobody is a member any more.
  await callActivityHub(env, tenantId, (hub) => hub.closeAll());
  const runIds = await listRunIds(env.DATABASE, tenantId, { after: "", limit: RUNS_A_STEP, unfinished: true });
  if (runIds.length === 0) {
    const next = { step: "objects", phase: "Forgetting operations", after: "" } as const;
    return { kind: "on", deletion: await advance(env.DATABASE, deletion, next) };
  }
  for (const runId of runIds) {
    try {
      await cancelRun(env, { tenantId, tenantSlug, runId, actor });
    } catch (error) {
      logEvent("warn", "offboarding_cancel_failed", { tenantId, runId, ...errorFields(error) });
    }
  }
  return { kind: "later", afterMs: AGAIN_MS };
}

/**
 * Makes some objects of runs forget their run. They do a quarter of an hour after its end, when no Worker can bring it back to life; until then
 * the deletion waits.
 */
export async function forgetObjects(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  const { tenantId, position } = deletion;
  const request = { after: position.after, limit: RUNS_A_STEP, unfinished: false };
  const runIds = await listRunIds(env.DATABASE, tenantId, request);
  const last = runIds.at(-1);
  if (last === undefined) {
    const next = { step: "uploads", phase: "Deleting files", after: "" } as const;
    return { kind: "on", deletion: await advance(env.DATABASE, deletion, next) };
  }
  const answers = await forgetRuns(env, { tenantId, runIds, now });
  if ([...answers.values()].some((answer) => answer !== "forgotten")) return { kind: "later", afterMs: AGAIN_MS };
  const count = countStatement(env.DATABASE, deletion, { kind: "runs", name: "", removed: runIds.length });
  return { kind: "on", deletion: await advance(env.DATABASE, deletion, { after: last }, [count]) };
}
