/** Cancels, pauses and resumes runs. */
import { readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import {
  listRunIntents,
  noteRunIntent,
  type RunAct,
  type RunIntent,
  settleRunIntent,
} from "../../database/runs/run-intents.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { PauseAnswer } from "../run-commands.ts";
import type { CancelOutcome, PauseOutcome, RunRequest } from "../run-requests.ts";
import { present } from "../reading/run-reader.ts";
import { callRunObject } from "./call-run-object.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** After this long, the Worker that asked is gone. */
const FORGOTTEN_MS = 60_000;
const INTENTS_PER_SWEEP = 50;

/**
 * Cancels: the object decides, once; the answer is what it will project. Throws `ObjectUnavailableError` when the object cannot be
 * reached for now; then the sweep asks again, since an answer that got lost may stand for a run that is canceled. A request that names
 * itself may be made again: it is answered `ok` each time if it was this one that canceled the run, as long as the object remembers.
 */
export async function cancelRun(env: TenantEnv, request: RunRequest, requestId?: string): Promise<CancelOutcome> {
  const { tenantId, tenantSlug, runId } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  if (row.status === "completed") {
    const did =
      requestId !== undefined && (await callRunObject(env, runId, (object) => object.wasCanceledBy(requestId)));
    return { kind: did ? "ok" : "already_completed", run: present(row, tenantSlug) };
  }
  const answer = await carryOut(env, await note(env, request, row, "cancel", requestId), row);
  const run = present(answer.row, tenantSlug);
  return answer.did ? { kind: "ok", run } : { kind: "already_completed", run };
}

/** Pauses or resumes, as `cancelRun` cancels. */
export async function changePause(env: TenantEnv, request: RunRequest, act: "pause" | "resume"): Promise<PauseOutcome> {
  const { tenantId, tenantSlug, runId } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  if (row.status === "completed") return { kind: "nothing_to_pause" };
  const { pauseAnswer, row: changed } = await carryOut(env, await note(env, request, row, act), row);
  return pauseAnswer === "closed" ? { kind: "nothing_to_pause" } : { kind: "ok", run: present(changed, tenantSlug) };
}

function note(
  env: TenantEnv,
  request: RunRequest,
  row: ProjectionRow,
  act: RunAct,
  id: string = crypto.randomUUID(),
): Promise<RunIntent> {
  const { tenantId, tenantSlug, runId, actor } = request;
  const about = { tenantId, tenantSlug, runId, runType: row.type };
  return noteRunIntent(env.DATABASE, { id, act, ...about, actor, at: Date.now() });
}

interface CarriedOut {
  /** Whether it was this request that did it, also when it was asked again. */
  did: boolean;
  /** Null of a cancel. */
  pauseAnswer: PauseAnswer | null;
  row: ProjectionRow;
}

async function carryOut(env: TenantEnv, intent: RunIntent, row: ProjectionRow): Promise<CarriedOut> {
  const { act, id, at, actor, tenantId, tenantSlug, runId } = intent;
  const { type, subject, initiator, retryOf, workerVersion, createdAt } = row;
  const input = await readRunInput(env.DATABASE, runId);
  const about = { type, input, subject, initiator, retryOf, workerVersion, createdAt };
  const specification = { runId, tenantId, tenantSlug, ...about };
  const carriedOut = await (async (): Promise<CarriedOut> => {
    if (act === "cancel") {
      const { canceled, row } = await callRunObject(env, runId, (object) => object.cancel(specification, id));
      return { did: canceled, pauseAnswer: null, row };
    }
    const request = { id, at, by: { id: actor.id, name: actor.name }, paused: act === "pause" };
    const { answer, row } = await callRunObject(env, runId, (object) => object.changePause(specification, request));
    return { did: answer === "changed", pauseAnswer: answer, row };
  })();
  await settleRunIntent(env.DATABASE, intent, carriedOut.did);
  return carriedOut;
}

/** Carries out what Workers left undone that were asked to change a run more than a minute ago. */
export async function finishChanges(env: TenantEnv, now: number): Promise<void> {
  for (const intent of await listRunIntents(env.DATABASE, now - FORGOTTEN_MS, INTENTS_PER_SWEEP)) {
    const row = await readRunRow(env.DATABASE, intent.tenantId, intent.runId);
    if (row === null) await settleRunIntent(env.DATABASE, intent, false);
    else if (row.status === "completed") await settleLate(env, intent);
    else await carryOut(env, intent, row);
  }
}

/** The run has ended, by this request or otherwise. */
async function settleLate(env: TenantEnv, intent: RunIntent): Promise<void> {
  const { act, id, runId } = intent;
  const did = await callRunObject(env, runId, (run) => (act === "cancel" ? run.wasCanceledBy(id) : run.tookPause(id)));
  await settleRunIntent(env.DATABASE, intent, did);
}
