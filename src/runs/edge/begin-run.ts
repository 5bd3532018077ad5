/** The beginning of a run, whether a person starts it or retries another. */
import { MAX_ACTIVE_RUNS } from "../../contract/limits.ts";
import type { StartedOperation } from "../../contract/runs.ts";
import { isMoving } from "../../database/moves/fences.ts";
import { isRunRefused } from "../../database/offboarding/closing.ts";
import { type KeyOwner, keyedAnswerStatement, readKeyedAnswer } from "../../database/runs/idempotency-keys.ts";
import { hasActiveRuns, readActiveRunRow, readRetryRow } from "../../database/runs/operation-runs.ts";
import { insertRun } from "../../database/runs/run-writing.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { workerVersionOf } from "../../observability/worker-version.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { StartOutcome, StartRequest, Work } from "../run-requests.ts";
import { present } from "../reading/run-reader.ts";
import { wakeRun } from "./wake-run.ts";
import type { TenantEnv } from "../../database/databases.ts";

/**
 * Inserts the run's row and wakes its object; or finds the run that is active for the same work; or repeats the answer that the request's
 * key was given before. Any number of starters may do this together: the row's unique indexes decide. The limit of active runs is looked
 * at before, so starters at the same moment may pass it by their number.
 */
export async function beginRun(env: TenantEnv, request: StartRequest, work: Work): Promise<StartOutcome> {
  const { tenantId, tenantSlug, actor } = request;
  const { requestHash, retryOf } = work;
  const workerVersion = workerVersionOf(env);
  const key = keyOf(request);
  // An active run may finish, and a key may be stored, between our insert and our look: then the next round decides.
  for (let round = 0; round < 5; round += 1) {
    const known = await firstAnswer(env, request, requestHash);
    if (known !== null) return known;
    const row = newRow(request, work, workerVersion);
    const body: StartedOperation = { run: present(row, tenantSlug), deduplicated: false };
    const { id, type, createdAt } = row;
    const occasion = request.occasion ?? null;
    const run = {
      id,
      tenantId,
      type,
      ...work,
      actorId: actor.id,
      workerVersion,
      createdAt,
      occasion,
      newSet: request.newSet,
    };
    const answer = key === null ? null : { ...key, requestHash, runId: id, status: 202, body, at: Date.now() };
    const isFull = await hasActiveRuns(env.DATABASE, tenantId, MAX_ACTIVE_RUNS);
    if (!isFull && (await insertRun(env.DATABASE, run, answer))) {
      await wakeRun(env, {
        runId: id,
        tenantId,
        tenantSlug,
        type,
        input: JSON.parse(work.inputJson),
        subject: work.subject,
        initiator: { id: actor.id, name: actor.name },
        retryOf,
        workerVersion,
        createdAt,
        parent: request.parent ?? null,
      });
      return { kind: "started", status: 202, body };
    }
    const active =
      retryOf === null
        ? await readActiveRunRow(env.DATABASE, tenantId, work.identity)
        : await readRetryRow(env.DATABASE, tenantId, retryOf);
    if (active === null) {
      if (isFull) return { kind: "too_many_runs" };
      if (await isRunRefused(env.DATABASE, tenantId, request.type)) return { kind: "tenant_closing" };
      if (await isMoving(env.DATABASE, tenantId)) return { kind: "tenant_moving" };
      if (request.occasion !== undefined) return { kind: "occasion_over" };
      continue;
    }
    const found: StartedOperation = { run: present(active, tenantSlug), deduplicated: true };
    if (key !== null) {
      const answer = { ...key, requestHash, runId: active.id, status: 200, body: found, at: Date.now() };
      await keyedAnswerStatement(env.DATABASE, answer).run();
      const stored = await firstAnswer(env, request, requestHash);
      if (stored !== null && (stored.kind !== "replayed" || stored.body.run.id !== active.id)) return stored;
    }
    return { kind: "deduplicated", status: 200, body: found };
  }
  throw new Error("a run of this identity kept appearing and disappearing");
}

function newRow(request: StartRequest, work: Work, workerVersion: string): ProjectionRow {
  return {
    id: `run_${crypto.randomUUID()}`,
    tenantId: request.tenantId,
    type: request.type,
    status: "queued",
    outcome: "pending",
    sealed: false,
    finalizerPending: false,
    phase: null,
    pause: null,
    summaryCounts: {},
    failure: null,
    result: null,
    subject: work.subject,
    extent: null,
    initiator: { id: request.actor.id, name: request.actor.name },
    retryOf: work.retryOf,
    workerVersion,
    version: 1,
    createdAt: Date.now(),
    startedAt: null,
    completedAt: null,
  };
}

/** What the request's Idempotency-Key was answered first, word for word; null for a request whose key is new, or that has none. */
export async function firstAnswer(
  env: TenantEnv,
  request: StartRequest,
  requestHash: string,
): Promise<Extract<StartOutcome, { kind: "replayed" | "idempotency_key_reused" }> | null> {
  const key = keyOf(request);
  const answer = key === null ? null : await readKeyedAnswer(env.DATABASE, key);
  if (answer === null) return null;
  if (answer.requestHash !== requestHash) return { kind: "idempotency_key_reused" };
  return { kind: "replayed", status: answer.status, body: answer.body };
}

function keyOf({ tenantId, actor, idempotencyKey: key }: StartRequest): KeyOwner | null {
  return key === null ? null : { tenantId, userId: actor.id, key };
}

/** SHA-256 of the parts, which no other parts have. */
export function digest(parts: string[]): Promise<string> {
  return sha256Hex(JSON.stringify(parts));
}
