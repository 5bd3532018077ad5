/** Cancels, pauses and resumes runs over tenants, with the operations that were started for them. */
import { type ControlEnv, envOfShard, FIRST_SHARD, type TenantEnv } from "../../../database/databases.ts";
import { listPauseDrift, type PortfolioRow } from "../../../database/portfolio/portfolio-reading.ts";
import { notePausedWith, specificationOf } from "../../../database/portfolio/portfolio-writing.ts";
import { readRunRow } from "../../../database/runs/operation-runs.ts";
import { cancelChildren, eachChild } from "../../../operations/portfolio/children.ts";
import type { ProjectionRow } from "../../facts/projection-row.ts";
import type { Actor } from "../../run-requests.ts";
import { callRunObject } from "../call-run-object.ts";
import { changePause } from "../change-run.ts";
import { runVerbs } from "../run-verbs.ts";

/** What is done to a run over tenants works with the control database. */
export function portfolioEnv(env: ControlEnv): TenantEnv {
  return envOfShard(env, FIRST_SHARD);
}

function specification({ row, type, starterId }: PortfolioRow) {
  const { id, retryOf, workerVersion, createdAt, initiator } = row;
  return specificationOf({
    id,
    type,
    starterId,
    starterName: initiator?.name ?? null,
    retryOf,
    workerVersion,
    createdAt,
  });
}

/**
 * Cancels the run, once: true when it is canceled. The operations that were started for it are canceled now, as far as they are known; the run's
 * cleanup cancels what a unit was about to start. Throws `ObjectUnavailableError` when an object cannot be reached for now.
 */
export async function cancelPortfolioRun(
  env: ControlEnv,
  run: PortfolioRow,
  actor: Actor,
): Promise<{ canceled: boolean; row: ProjectionRow }> {
  const { id } = run.row;
  const { row } = await callRunObject(env, id, (object) => object.cancel(specification(run), crypto.randomUUID()));
  const canceled = row.outcome === "canceled";
  if (canceled) {
    const within = portfolioEnv(env);
    await cancelChildren(
      within,
      runVerbs(() => {}),
      { runId: id, starterId: run.starterId, actor },
    );
  }
  return { canceled, row };
}

/** Pauses or resumes the run, then its operations. Null when nothing is left of it. What is cut off between the two, the sweep does. */
export async function changePortfolioPause(
  env: ControlEnv,
  run: PortfolioRow,
  { actor, paused, at }: { actor: Actor; paused: boolean; at: number },
): Promise<ProjectionRow | null> {
  const { id } = run.row;
  const request = { id: crypto.randomUUID(), at, by: { id: actor.id, name: actor.name }, paused };
  const { answer, row } = await callRunObject(env, id, (object) => object.changePause(specification(run), request));
  if (answer === "closed") return null;
  await pauseChildren(env, { runId: id, starterId: run.starterId, actor, paused });
  return row;
}

/** Makes the operations of a run paused, or not, as the run is. An operation that was paused before stays paused. Idempotent. */
async function pauseChildren(
  env: ControlEnv,
  { runId, starterId, actor, paused }: { runId: string; starterId: string; actor: Actor; paused: boolean },
): Promise<void> {
  const { CONTROL } = env;
  await eachChild(portfolioEnv(env), { runId, starterId }, async (child) => {
    const { ordinal, tenantId, tenantSlug, childId, pausedWith } = child;
    if (pausedWith > 0 === paused) return;
    const request = { tenantId, tenantSlug, runId: childId, actor };
    if (!paused) {
      if (pausedWith === 1) await changePause(child.env, request, "resume");
      await notePausedWith(CONTROL, { runId, ordinal }, 0);
      return;
    }
    const row = await readRunRow(child.env.DATABASE, tenantId, childId);
    const pausedBefore = row !== null && row.pause !== null;
    // Noted first: what is paused and not noted would never be resumed.
    await notePausedWith(CONTROL, { runId, ordinal }, pausedBefore ? 2 : 1);
    if (!pausedBefore) await changePause(child.env, request, "pause");
  });
}

/** Of the sweep: runs whose operations are not as they are, because something was cut off, or was started at the same moment. */
export async function mendPauses(env: ControlEnv, limit: number): Promise<void> {
  for (const { runId, starterId, paused, actorId } of await listPauseDrift(env.CONTROL, limit)) {
    await pauseChildren(env, { runId, starterId, paused, actor: { id: actorId, name: "" } });
  }
}
