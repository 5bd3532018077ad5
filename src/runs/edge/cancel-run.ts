/** Cancels runs. */
import { readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import { auditEventStatement } from "../../database/tenancy/audit-events.ts";
import type { CancelOutcome, RunRequest } from "../run-requests.ts";
import { callRunObject } from "./call-run-object.ts";
import { present } from "../reading/run-reader.ts";

/**
 * Cancels: the object decides, once; the answer is what it will project. Throws `ObjectUnavailableError` when the object cannot be
 * reached for now.
 */
export async function cancelRun(env: Env, request: RunRequest): Promise<CancelOutcome> {
  const { tenantId, tenantSlug, runId, actor } = request;
  const row = await readRunRow(env.DATABASE, tenantId, runId);
  if (row === null) return { kind: "not_found" };
  if (row.status === "completed") return { kind: "already_completed", run: present(row, tenantSlug) };
  const { type, subject, initiator, retryOf, createdAt } = row;
  const input = await readRunInput(env.DATABASE, runId);
  const specification = { runId, tenantId, tenantSlug, type, input, subject, initiator, retryOf, createdAt };
  // The same for each attempt of the call, so that the one that took effect is known by it.
  const cancelId = crypto.randomUUID();
  const answer = await callRunObject(env, runId, (object) => object.cancel(specification, cancelId));
  const run = present(answer.row, tenantSlug);
  if (!answer.canceled) return { kind: "already_completed", run };
  const event = {
    tenantId,
    at: Date.now(),
    action: "operation.cancel",
    actorId: actor.id,
    targetKind: "operation",
    targetId: runId,
  };
  await auditEventStatement(env.DATABASE, { ...event, detail: { type } }).run();
  return { kind: "ok", run };
}
