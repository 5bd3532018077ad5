/**
 * The HTTP surface of the product: what stands around every request, and the routes that it is given. What outside checks rely on is in
 * docs/design/interface.md.
 */
import { type Handler, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { IdentityUnavailableError } from "../../access/key-sets.ts";
import { BadCursor } from "../../database/sql/cursor.ts";
import { isFenceError } from "../../database/moves/fences.ts";
import { SettingsError } from "../../environment.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { ObjectUnavailableError } from "../../durable-objects/repeat-call.ts";
import type { AppEnvironment } from "./context.ts";
import { limitAddress, requestFrame, requireCaller, sameOriginOnly } from "./middleware.ts";
import { ApiError, problemResponse, tenantMoving } from "./problems.ts";
import { bodyCutShort, invalidInput, MAX_BODY_BYTES } from "./requests.ts";
import { mount } from "./router.ts";
import type { Served } from "./served.ts";

/** Identity providers are back soon, or for long not. */
const IDENTITY_RETRY_AFTER_SECONDS = 5;

/** @param served all routes; the product's are in `http/served-routes.ts` */
export function createApp(served: readonly Served[]): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();

  app.use("/healthz", requestFrame);
  app.use("/readyz", requestFrame);
  app.use("/auth/*", requestFrame, limitAddress);
  app.use("/auth/connect/*", requireCaller);
  app.use("/api/*", requestFrame, limitAddress, sameOriginOnly, requireCaller);
  app.use("/api/*", limitBodies(served));
  app.use("/api/*", async (context, next) => {
    context.set("dispatch", async (request) => app.fetch(request, context.env));
    await next();
  });
  app.route("/", mount(served));
  app.all("/api/*", () => {
    throw new ApiError("not_found");
  });

  app.get("/assets/*", consoleFile);
  // The platform serves the console's files before the Worker is asked; this keeps other ways in (tests) equal to it.
  app.notFound((context) => context.env.ASSETS.fetch(context.req.raw));

  app.onError((error, context) => {
    // Thrown before `requestFrame` has run, a request has no id yet.
    const requestId = context.get("requestId") ?? crypto.randomUUID();
    if (error instanceof ApiError) return problemResponse(error, requestId);
    if (error instanceof ObjectUnavailableError) {
      logEvent("warn", "object_unavailable", { requestId, path: context.req.path, ...errorFields(error) });
      const headers = { "retry-after": String(error.retryAfterSeconds) };
      return problemResponse(new ApiError("unavailable", { headers }), requestId);
    }
    if (error instanceof IdentityUnavailableError) {
      logEvent("warn", "identity_unavailable", { requestId, path: context.req.path, ...errorFields(error) });
      const headers = { "retry-after": String(IDENTITY_RETRY_AFTER_SECONDS) };
      return problemResponse(new ApiError("unavailable", { headers }), requestId);
    }
    if (isFenceError(error)) {
      logEvent("info", "tenant_moving", { requestId, path: context.req.path });
      return problemResponse(tenantMoving(), requestId);
    }
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

/** Reads a body of unknown length, up to the limit of its route. What handlers throw does not come by here: hono has answered it before. */
function limitBodies(served: readonly Served[]): MiddlewareHandler<AppEnvironment> {
  const usual = limitOf(MAX_BODY_BYTES);
  const uploads = served.flatMap(({ route: { method, path, upload } }) =>
    upload === null
      ? []
      : [{ method, path: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`), limit: limitOf(upload.maxBytes) }],
  );
  return async (context, next) => {
    const { method, path } = context.req;
    const upload = uploads.find((one) => one.method === method && one.path.test(path));
    try {
      return await (upload?.limit ?? usual)(context, next);
    } catch (error) {
      throw bodyCutShort(error);
    }
  };
}

function limitOf(maxSize: number): MiddlewareHandler<AppEnvironment> {
  const onError = (): never => {
    throw new ApiError("payload_too_large", { detail: `The limit is ${maxSize} bytes` });
  };
  return bodyLimit({ maxSize, onError });
}

/**
 * A file of the console's build. One of an earlier build is gone: the platform's answer for what is not there, the console's page, would be
 * taken for the file and kept.
 */
const consoleFile: Handler<AppEnvironment> = async (context) => {
  const file = await context.env.ASSETS.fetch(context.req.raw);
  if (file.headers.get("content-type")?.startsWith("text/html") !== true) return file;
  return new Response("This file belongs to another version of the console. Load the page again.", {
    status: 404,
    headers: { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" },
  });
};
