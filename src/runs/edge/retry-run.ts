/** Retries runs. */
import { isRetriable } from "../../database/runs/matching-runs.ts";
import { readRetryRow, readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import type { RetryOutcome, RunRequest, StartOutcome, StartRequest } from "../run-requests.ts";
import { beginRun, digest, firstAnswer } from "./begin-run.ts";
import { present } from "../reading/run-reader.ts";
import type { TenantEnv } from "../../database/databases.ts";

/**
 * Starts the one retry that a run can have, of its failed units only; asked for again, answers with that same run. A request with a key is
 * answered each time as it was first: `started` if it was this one that started the run.
 */
export async function retryRun(
  env: TenantEnv,
  request: RunRequest,
  idempotencyKey: string | null = null,
): Promise<RetryOutcome> {
  const { tenantId, tenantSlug, runId } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  const start: StartRequest = { ...request, type: row.type, input: {}, idempotencyKey };
  const requestHash = await digest(["retry", runId]);
  // A retry that is there has its key's answer: they are one batch. So the answer is read after it.
  const existing = await readRetryRow(env.DATABASE, tenantId, runId);
  const known = await firstAnswer(env, start, requestHash);
  if (known !== null) return told(known);
  if (existing !== null) {
    return { kind: "deduplicated", body: { run: present(existing, tenantSlug), deduplicated: true } };
  }
  if (row.status !== "completed") return { kind: "not_finished" };
  if (!(await isRetriable(env.DATABASE, tenantId, runId))) return { kind: "nothing_to_retry" };
  const inputJson = JSON.stringify(await readRunInput(env.DATABASE, runId));
  const identity = await digest(["retry", tenantId, row.type, runId]);
  const work = { identity, requestHash, inputJson, subject: row.subject, audited: {}, retryOf: runId };
  const begun = await beginRun(env, start, work);
  // Another execution of this request may have been first.
  return told((begun.kind === "deduplicated" ? await firstAnswer(env, start, requestHash) : null) ?? begun);
}

function told(outcome: StartOutcome): RetryOutcome {
  switch (outcome.kind) {
    case "too_many_runs":
    case "tenant_closing":
    case "tenant_moving":
      return outcome;
    case "started":
    case "deduplicated":
      return { kind: outcome.kind, body: outcome.body };
    case "replayed":
      return { kind: outcome.body.deduplicated ? "deduplicated" : "started", body: outcome.body };
    default:
      throw new Error(`a retry cannot come to ${outcome.kind}`);
  }
}
