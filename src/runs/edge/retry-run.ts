/** Retries runs. */
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import { readRetryRow, readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import { declarationOf } from "../facts/declarations.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { RetryOutcome, RunRequest, StartRequest } from "../run-requests.ts";
import { beginRun, digest } from "./begin-run.ts";
import { present } from "../reading/run-reader.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Starts the one retry that a run can have, of its failed units only; pressed again, answers with that same run. */
export async function retryRun(env: TenantEnv, request: RunRequest): Promise<RetryOutcome> {
  const { tenantId, tenantSlug, runId } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  const existing = await readRetryRow(env.DATABASE, tenantId, runId);
  if (existing !== null) {
    return { kind: "deduplicated", body: { run: present(existing, tenantSlug), deduplicated: true } };
  }
  if (row.status !== "completed") return { kind: "not_finished" };
  if (!retriable(row)) return { kind: "nothing_to_retry" };
  const inputJson = JSON.stringify(await readRunInput(env.DATABASE, runId));
  const identity = await digest(["retry", tenantId, row.type, runId]);
  const start: StartRequest = { ...request, type: row.type, input: {}, idempotencyKey: null };
  const outcome = await beginRun(env, start, {
    identity,
    requestHash: "",
    inputJson,
    subject: row.subject,
    audited: {},
    retryOf: runId,
  });
  if (outcome.kind === "too_many_runs" || outcome.kind === "tenant_closing" || outcome.kind === "tenant_moving") {
    return outcome;
  }
  if (outcome.kind === "started" || outcome.kind === "deduplicated") return { kind: outcome.kind, body: outcome.body };
  throw new Error(`a retry cannot come to ${outcome.kind}`);
}

/** Units that failed can be done again; what is only worth something whole, also when something else made it come to nothing. */
function retriable(row: ProjectionRow): boolean {
  const declaration = declarationOf(row.type);
  if (declaration === null || declaration.progressMode === "phased") return false;
  if (declaration.retry === "everything") return row.outcome === "failed" || row.outcome === "partially_succeeded";
  return (normalizeSummaryCounts(row.summaryCounts).failed ?? 0) > 0;
}
