/** Proves runs' counts. */
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import { readRunRow } from "../../database/runs/operation-runs.ts";
import type { Proof } from "../../contract/runs.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { ProofOutcome } from "../run-requests.ts";
import { callRunObject } from "./call-run-object.ts";
import type { TenantEnv } from "../../database/databases.ts";

const KINDS = ["succeeded", "failed", "skipped"] as const;

/** Recounts the run's ledger and sets it beside the projection. */
export async function proveRun(env: TenantEnv, request: { tenantId: string; runId: string }): Promise<ProofOutcome> {
  const { tenantId, runId } = request;
  if ((await readRunRow(env.DATABASE, tenantId, runId)) === null) return { kind: "not_found" };
  const proof = await proofOf(env, runId, () => readRunRow(env.DATABASE, tenantId, runId));
  return proof === null ? { kind: "not_found" } : { kind: "ok", proof };
}

/** The recount beside the projection that `read` gives; null when there is none. */
export async function proofOf(
  env: Pick<TenantEnv, "OPERATION_RUNS">,
  runId: string,
  read: () => Promise<ProjectionRow | null>,
): Promise<Proof | null> {
  const ledger = await callRunObject(env, runId, (run) => run.proof());
  // The projection is read after the ledger, so that it can only be as new or newer.
  const row = await read();
  if (row === null) return null;
  const projected = normalizeSummaryCounts(row.summaryCounts);
  const projection = {
    total: projected.total ?? 0,
    processed: projected.processed ?? 0,
    succeeded: projected.succeeded ?? 0,
    failed: projected.failed ?? 0,
    skipped: projected.skipped ?? 0,
  };
  const recountedAt = new Date().toISOString();
  if (ledger === null) {
    const none = { total: 0, processed: 0, succeeded: 0, failed: 0, skipped: 0 };
    const empty = { deliveries: 0, duplicatesSuppressed: 0, redispatched: 0 };
    const drift = projection.processed > 0 || row.status === "completed";
    return { ledger: none, projection, ...empty, drift, projectionPending: !drift, recountedAt };
  }
  const { succeeded, failed, skipped } = ledger.recounted;
  const recounted = { total: ledger.total ?? 0, processed: succeeded + failed + skipped, succeeded, failed, skipped };
  const projectionPending = row.version < ledger.version;
  const countsDiffer = KINDS.some((kind) => ledger.recounted[kind] !== ledger.running[kind]);
  const projectionDiffers =
    row.version === ledger.version && (["total", ...KINDS] as const).some((key) => recounted[key] !== projection[key]);
  return {
    ledger: recounted,
    projection,
    deliveries: ledger.deliveries,
    duplicatesSuppressed: ledger.duplicatesSuppressed,
    redispatched: ledger.redispatched,
    drift: countsDiffer || ledger.settledTwice > 0 || projectionDiffers,
    projectionPending,
    recountedAt,
  };
}
