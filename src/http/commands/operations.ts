import type { UsedToken } from "../../access/api-tokens.ts";
import type { TenantAccess } from "../../access/guard.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import type { Run, StartedOperation } from "../../contract/runs.ts";
import { declarationOf } from "../../runs/facts/declarations.ts";
import { readRun } from "../../runs/reading/run-reader.ts";
import type { Actor } from "../../runs/run-requests.ts";
import { cancelRun, changePause } from "../../runs/edge/change-run.ts";
import { proveRun } from "../../runs/edge/prove-run.ts";
import { madeOrAsked, mayNeedApproval } from "../acts/ask.ts";
import { actsOfType, performRetry, performStart, settledInput, type StartedRun } from "../acts/operation-acts.ts";
import { ApiError, apiTokenRefused } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, readFromRunObject, Reply } from "../routing/served.ts";
import type { TenantEnv } from "../../database/databases.ts";

export const operationCommands = {
  // Which capability a start takes depends on the type, so the handler asks for it beside the guard's.
  start: command(operationRoutes.start, async (call) => {
    const { tenant, headers, body } = call;
    const { type, input } = body;
    requireRight(type, call);
    const idempotencyKey = headers["Idempotency-Key"] ?? null;
    const act = actsOfType(type)?.start;
    if (act === undefined || !(await mayNeedApproval(call, act.kind))) {
      const context = { env: call.env, tenant, actor: call.user, secret: null, idempotencyKey };
      return started(tenant.slug, await performStart(context, type, input));
    }
    return madeOrAsked(call, act, await settledInput(call, type, input), (run) => started(tenant.slug, run), {
      idempotencyKey,
    });
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
  pause: command(operationRoutes.pause, (call) => pauseOrResume(call, "pause")),
  resume: command(operationRoutes.resume, (call) => pauseOrResume(call, "resume")),
  // A retry does what the start did, and takes what that takes.
  retry: command(operationRoutes.retry, async (call) => {
    const { env, tenant, params } = call;
    const { runId } = params;
    const { type } = orNotFound(await readRun(env.DATABASE, tenant, runId));
    requireRight(type, call);
    const act = actsOfType(type)?.retry;
    if (act !== undefined) return madeOrAsked(call, act, { runId }, (run) => started(tenant.slug, run));
    const context = { env, tenant, actor: call.user, secret: null, idempotencyKey: null };
    return started(tenant.slug, await performRetry(context, runId));
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

async function pauseOrResume(
  call: { env: TenantEnv; tenant: TenantAccess; user: Actor; params: { runId: string } },
  act: "pause" | "resume",
): Promise<Run> {
  const { env, tenant, user, params } = call;
  const request = { tenantId: tenant.id, tenantSlug: tenant.slug, runId: params.runId, actor: user };
  const outcome = await changePause(env, request, act);
  switch (outcome.kind) {
    case "ok":
      return outcome.run;
    case "not_found":
      throw new ApiError("not_found");
    case "nothing_to_pause":
      throw new ApiError("nothing_to_pause");
  }
}

/** Refuses who may not start the type. */
function requireRight(type: string, { tenant, token }: { tenant: TenantAccess; token: UsedToken | null }): void {
  const declaration = declarationOf(type);
  if (declaration === null) return;
  if (!tenant.capabilities.includes(declaration.capability)) throw new ApiError("forbidden");
  if (declaration.peopleOnly === true && token !== null) throw apiTokenRefused();
}

function started(tenantSlug: string, { status, body }: StartedRun): Reply<StartedOperation> {
  return new Reply(status, body, { location: `/api/tenants/${tenantSlug}/operations/${body.run.id}` });
}
