/** Cancels runs. */
import {
  type CancelIntent,
  listCancelIntents,
  noteCancelIntent,
  settleCancelIntent,
} from "../../database/runs/cancel-intents.ts";
import { readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { CancelOutcome, RunRequest } from "../run-requests.ts";
import { callRunObject } from "./call-run-object.ts";
import { present } from "../reading/run-reader.ts";

/** After this long, the Worker that asked is gone. */
const FORGOTTEN_MS = 60_000;
const INTENTS_PER_SWEEP = 50;

/**
 * Cancels: the object decides, once; the answer is what it will project. Throws `ObjectUnavailableError` when the object cannot be
 * reached for now; then the sweep asks again, since an answer that got lost may stand for a run that is canceled.
 */
export async function cancelRun(env: Env, request: RunRequest): Promise<CancelOutcome> {
  const { tenantId, tenantSlug, runId, actor } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  if (row.status === "completed") return { kind: "already_completed", run: present(row, tenantSlug) };
  const intent = await noteCancelIntent(env.DATABASE, {
    tenantId,
    tenantSlug,
    runId,
    runType: row.type,
    actorId: actor.id,
    at: Date.now(),
  });
  const answer = await carryOut(env, intent, row);
  const run = present(answer.row, tenantSlug);
  return answer.canceled ? { kind: "ok", run } : { kind: "already_completed", run };
}

async function carryOut(
  env: Env,
  intent: CancelIntent,
  row: ProjectionRow,
): Promise<{ canceled: boolean; row: ProjectionRow }> {
  const { id, tenantId, tenantSlug, runId } = intent;
  const { type, subject, initiator, retryOf, workerVersion, createdAt } = row;
  const input = await readRunInput(env.DATABASE, runId);
  const about = { type, input, subject, initiator, retryOf, workerVersion, createdAt };
  const specification = { runId, tenantId, tenantSlug, ...about };
  const answer = await callRunObject(env, runId, (object) => object.cancel(specification, id));
  await settleCancelIntent(env.DATABASE, intent, answer.canceled);
  return answer;
}

/** Carries out what Workers left undone that were asked to cancel a run more than a minute ago. */
export async function finishCancels(env: Env, now: number): Promise<void> {
  for (const intent of await listCancelIntents(env.DATABASE, now - FORGOTTEN_MS, INTENTS_PER_SWEEP)) {
    const row = await readRunRow(env.DATABASE, intent.tenantId, intent.runId);
    if (row === null) await settleCancelIntent(env.DATABASE, intent, false);
    else if (row.status === "completed") await settleLate(env, intent);
    else await carryOut(env, intent, row);
  }
}

/** The run has ended, by this request or otherwise. */
async function settleLate(env: Env, intent: CancelIntent): Promise<void> {
  const canceled = await callRunObject(env, intent.runId, (run) => run.wasCanceledBy(intent.id));
  await settleCancelIntent(env.DATABASE, intent, canceled);
}
