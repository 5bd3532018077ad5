import { z } from "zod";
import { can } from "../../access/capabilities.ts";
import { type StartedOperation, startOperationSchema } from "../../contract/runs.ts";
import { listRunUnits } from "../../database/runs/run-units.ts";
import { listRuns, readRun } from "../../runs/edge/run-reader.ts";
import { cancelRun, operationCapability, proveRun, retryRun, startRun } from "../../runs/edge/service.ts";
import { ApiError } from "../problems.ts";
import { invalidInput, orNotFound, pageQuery, readBody, readIdempotencyKey, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const runsQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(["active", "finished"]).optional(),
  type: z.string().min(1).max(64).optional(),
});
const unitsQuery = z.strictObject({ ...pageQuery(), outcome: z.enum(["failed", "skipped"]).optional() });

export function addOperationRoutes(router: TenantRouter): void {
  // Which capability a start takes depends on the type, so the handler asks for it beside the guard's.
  router.post("/operations", "operations.read", async (context) => {
    const { id: tenantId, slug: tenantSlug, role } = context.get("tenant");
    const idempotencyKey = readIdempotencyKey(context);
    const { type, input } = await readBody(context, startOperationSchema);
    const capability = operationCapability(type);
    if (capability !== null && !can(role, capability)) throw new ApiError("forbidden");
    const outcome = await startRun(context.env, {
      tenantId,
      tenantSlug,
      type,
      input,
      actor: context.get("user"),
      idempotencyKey,
    });
    switch (outcome.kind) {
      case "started":
      case "deduplicated":
      case "replayed":
        return started(outcome.status, outcome.body, tenantSlug);
      case "unknown_type":
        throw invalidInput([{ path: "type", message: "is not an operation type" }]);
      case "invalid_input":
        throw invalidInput(outcome.fields);
      case "idempotency_key_reused":
        throw new ApiError("idempotency_key_reused");
    }
  });

  router.get("/operations", "operations.read", async (context) => {
    const query = readQuery(context, runsQuery);
    return context.json(await listRuns(context.env.DATABASE, context.get("tenant"), query));
  });

  router.get("/operations/:runId", "operations.read", async (context) => {
    return context.json(
      orNotFound(await readRun(context.env.DATABASE, context.get("tenant"), context.req.param("runId"))),
    );
  });

  router.get("/operations/:runId/units", "operations.read", async (context) => {
    const query = readQuery(context, unitsQuery);
    const request = { tenantId: context.get("tenant").id, runId: context.req.param("runId"), ...query };
    return context.json(orNotFound(await listRunUnits(context.env.DATABASE, request)));
  });

  router.post("/operations/:runId/cancel", "operations.cancel", async (context) => {
    const { id: tenantId, slug: tenantSlug } = context.get("tenant");
    const request = { tenantId, tenantSlug, runId: context.req.param("runId"), actor: context.get("user") };
    const outcome = await cancelRun(context.env, request);
    switch (outcome.kind) {
      case "ok":
        return context.json(outcome.run);
      case "not_found":
        throw new ApiError("not_found");
      case "already_completed":
        // Whoever cancels twice has what they asked for.
        if (outcome.run.outcome === "canceled") return context.json(outcome.run);
        throw new ApiError("run_already_completed");
    }
  });

  // A retry does what the start did, and takes what that takes.
  router.post("/operations/:runId/retry", "operations.retry", async (context) => {
    const { id: tenantId, slug: tenantSlug, role } = context.get("tenant");
    const request = { tenantId, tenantSlug, runId: context.req.param("runId"), actor: context.get("user") };
    const { type } = orNotFound(await readRun(context.env.DATABASE, context.get("tenant"), request.runId));
    const capability = operationCapability(type);
    if (capability !== null && !can(role, capability)) throw new ApiError("forbidden");
    const outcome = await retryRun(context.env, request);
    switch (outcome.kind) {
      case "started":
        return started(202, outcome.body, tenantSlug);
      case "deduplicated":
        return started(200, outcome.body, tenantSlug);
      case "not_found":
        throw new ApiError("not_found");
      case "nothing_to_retry":
        throw new ApiError("nothing_to_retry");
      case "not_finished":
        throw new ApiError("run_not_completed");
    }
  });

  router.get("/operations/:runId/proof", "operations.read", async (context) => {
    const request = { tenantId: context.get("tenant").id, runId: context.req.param("runId") };
    const outcome = await proveRun(context.env, request);
    switch (outcome.kind) {
      case "ok":
        return context.json(outcome.proof);
      case "not_found":
        throw new ApiError("not_found");
    }
  });
}

function started(status: number, body: StartedOperation, tenantSlug: string): Response {
  const location = `/api/tenants/${tenantSlug}/operations/${body.run.id}`;
  return Response.json(body, { status, headers: { location } });
}
