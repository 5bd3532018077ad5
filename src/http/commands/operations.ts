import type { TenantAccess } from "../../access/guard.ts";
import { FULL_RETRY_AFTER_SECONDS, MAX_ACTIVE_RUNS } from "../../contract/limits.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import type { StartedOperation } from "../../contract/runs.ts";
import { readRun } from "../../runs/reading/run-reader.ts";
import { cancelRun } from "../../runs/edge/cancel-run.ts";
import { proveRun } from "../../runs/edge/prove-run.ts";
import { retryRun } from "../../runs/edge/retry-run.ts";
import { operationCapability, startRun } from "../../runs/edge/start-run.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, readFromRunObject, Reply } from "../routing/served.ts";

export const operationCommands = {
  // Which capability a start takes depends on the type, so the handler asks for it beside the guard's.
  start: command(operationRoutes.start, async ({ env, tenant, user, headers, body: { type, input } }) => {
    requireCapabilityOf(type, tenant);
    const outcome = await startRun(env, {
      tenantId: tenant.id,
      tenantSlug: tenant.slug,
      type,
      input,
      actor: user,
      idempotencyKey: headers["Idempotency-Key"] ?? null,
    });
    switch (outcome.kind) {
      case "started":
      case "deduplicated":
      case "replayed":
        return started(outcome.status, outcome.body, tenant.slug);
      case "unknown_type":
        throw invalidInput([{ path: "type", message: "is not an operation type" }]);
      case "invalid_input":
        throw invalidInput(outcome.fields);
      case "legal_hold":
        throw new ApiError("legal_hold", { detail: outcome.message });
      case "idempotency_key_reused":
        throw new ApiError("idempotency_key_reused");
      case "too_many_runs":
        throw tooManyRuns();
      case "tenant_closing":
        throw new ApiError("tenant_closing");
    }
  }),
  cancel: command(operationRoutes.cancel, async ({ env, tenant, user, params: { runId } }) => {
    const outcome = await cancelRun(env, { tenantId: tenant.id, tenantSlug: tenant.slug, runId, actor: user });
    switch (outcome.kind) {
      case "ok":
        return outcome.run;
      case "not_found":
        throw new ApiError("not_found");
      case "already_completed":
        // Canceling twice gives what was asked for.
        if (outcome.run.outcome === "canceled") return outcome.run;
        throw new ApiError("run_already_completed");
    }
  }),
  // A retry does what the start did, and takes what that takes.
  retry: command(operationRoutes.retry, async ({ env, tenant, user, params: { runId } }) => {
    const { type } = orNotFound(await readRun(env.DATABASE, tenant, runId));
    requireCapabilityOf(type, tenant);
    const outcome = await retryRun(env, { tenantId: tenant.id, tenantSlug: tenant.slug, runId, actor: user });
    switch (outcome.kind) {
      case "started":
        return started(202, outcome.body, tenant.slug);
      case "deduplicated":
        return started(200, outcome.body, tenant.slug);
      case "not_found":
        throw new ApiError("not_found");
      case "nothing_to_retry":
        throw new ApiError("nothing_to_retry");
      case "not_finished":
        throw new ApiError("run_not_completed");
      case "too_many_runs":
        throw tooManyRuns();
      case "tenant_closing":
        throw new ApiError("tenant_closing");
    }
  }),
  proof: readFromRunObject(operationRoutes.proof, async ({ env, tenant, params: { runId } }) => {
    const outcome = await proveRun(env, { tenantId: tenant.id, runId });
    switch (outcome.kind) {
      case "ok":
        return outcome.proof;
      case "not_found":
        throw new ApiError("not_found");
    }
  }),
};

function requireCapabilityOf(type: string, { capabilities }: TenantAccess): void {
  const capability = operationCapability(type);
  if (capability !== null && !capabilities.includes(capability)) throw new ApiError("forbidden");
}

function tooManyRuns(): ApiError {
  const detail = `${MAX_ACTIVE_RUNS} are under way. Wait until one has ended, or cancel one`;
  return new ApiError("too_many_runs", { detail, headers: { "retry-after": String(FULL_RETRY_AFTER_SECONDS) } });
}

function started(status: number, body: StartedOperation, tenantSlug: string): Reply<StartedOperation> {
  return new Reply(status, body, { location: `/api/tenants/${tenantSlug}/operations/${body.run.id}` });
}
