/** The HTTP surface of the product (docs/api.md; what outside checks rely on: docs/design/interface.md). */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { BadCursor } from "../database/sql/cursor.ts";
import { SettingsError } from "../environment.ts";
import { errorFields, logEvent } from "../observability/log.ts";
import type { AppEnvironment } from "./context.ts";
import { identify, requestFrame, sameOriginOnly } from "./middleware.ts";
import { ApiError, problemResponse } from "./problems.ts";
import { invalidInput, MAX_BODY_BYTES } from "./requests.ts";
import { addActivityRoutes } from "./routes/activity.ts";
import { addAuditEventRoutes } from "./routes/audit-events.ts";
import { addEvidenceRoutes } from "./routes/evidence.ts";
import { addBackupSetRoutes } from "./routes/backup-sets.ts";
import { addBaselineRoutes } from "./routes/baselines.ts";
import { addFindingRoutes } from "./routes/findings.ts";
import { checkHealth } from "./routes/healthz.ts";
import { addInventoryRoutes } from "./routes/inventory.ts";
import { showMe } from "./routes/me.ts";
import { addMemberRoutes } from "./routes/members.ts";
import { addNotificationRoutes } from "./routes/notifications.ts";
import { addOperationRoutes } from "./routes/operations.ts";
import { addReviewPackRoutes } from "./routes/review-packs.ts";
import { addRestoreRoutes } from "./routes/restore.ts";
import { addSettingsRoutes } from "./routes/settings.ts";
import { addTenantRoutes, listTenants } from "./routes/tenants.ts";
import { TENANT_BASE, TenantRouter } from "./tenant-router.ts";

/** Every route of a tenant, each with the capability that it takes. */
export function tenantRouter(): TenantRouter {
  const router = new TenantRouter();
  addTenantRoutes(router);
  addOperationRoutes(router);
  addActivityRoutes(router);
  addInventoryRoutes(router);
  addBackupSetRoutes(router);
  addRestoreRoutes(router);
  addMemberRoutes(router);
  addAuditEventRoutes(router);
  addNotificationRoutes(router);
  addSettingsRoutes(router);
  addEvidenceRoutes(router);
  addReviewPackRoutes(router);
  addBaselineRoutes(router);
  addFindingRoutes(router);
  return router;
}

export function createApp(): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();

  app.use("/healthz", requestFrame);
  app.get("/healthz", checkHealth).all(refuseMethod);

  app.use("/api/*", requestFrame, sameOriginOnly, identify);
  app.use("/api/*", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseLargeBody }));
  app.get("/api/me", showMe).all(refuseMethod);
  app.get("/api/tenants", listTenants).all(refuseMethod);
  app.route(TENANT_BASE, tenantRouter().build());
  app.all("/api/*", () => {
    throw new ApiError("not_found");
  });

  // The platform serves the console's files before the Worker is asked; this keeps other ways in (tests) equal to it.
  app.notFound((context) => context.env.ASSETS.fetch(context.req.raw));

  app.onError((error, context) => {
    // Thrown before `requestFrame` has run, a request has no id yet.
    const requestId = context.get("requestId") ?? crypto.randomUUID();
    if (error instanceof ApiError) return problemResponse(error, requestId);
    if (error instanceof BadCursor) {
      return problemResponse(invalidInput([{ path: "cursor", message: "is not a cursor of this list" }]), requestId);
    }
    logEvent("error", error instanceof SettingsError ? "settings_invalid" : "request_failed", {
      requestId,
      method: context.req.method,
      path: context.req.path,
      ...errorFields(error),
    });
    return problemResponse(new ApiError("internal_error"), requestId);
  });

  return app;
}

function refuseMethod(): never {
  throw new ApiError("method_not_allowed", { headers: { allow: "GET" } });
}

function refuseLargeBody(): never {
  throw new ApiError("payload_too_large", { detail: `The limit is ${MAX_BODY_BYTES} bytes` });
}
