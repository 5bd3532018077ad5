/** What happens around every request: its id, the headers of its answer, where it may come from, who sent it. */
import type { MiddlewareHandler } from "hono";
import { identityProvider } from "../../access/identity.ts";
import { readSettings } from "../../environment.ts";
import { logEvent } from "../../observability/log.ts";
import type { AppEnvironment } from "./context.ts";
import { ApiError } from "./problems.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Gives the request an id and the answer the headers that keep it out of caches, frames and guesses about its type. */
export const requestFrame: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const requestId = crypto.randomUUID();
  context.set("requestId", requestId);
  await next();
  // The answer to a WebSocket upgrade cannot be rebuilt with other headers.
  if (context.res.status === 101) return;
  context.header("x-request-id", requestId);
  context.header("cache-control", "no-store");
  context.header("x-content-type-options", "nosniff");
  context.header("referrer-policy", "no-referrer");
  context.header("cross-origin-resource-policy", "same-origin");
  // The reference page is a file of the console, and has its policy (`src/dashboard/public/_headers`).
  if (!context.res.headers.has("content-security-policy")) {
    context.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
};

/**
 * Refuses what another site's page could make a browser send: anything that changes something, and socket upgrades, which
 * no same-origin policy protects. Programs that are not browsers send neither header.
 */
export const sameOriginOnly: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const upgrade = context.req.header("upgrade") !== undefined;
  if (upgrade || !SAFE_METHODS.has(context.req.method)) {
    const origin = context.req.header("origin");
    const foreign = origin !== undefined && origin !== new URL(context.req.url).origin;
    if (foreign || context.req.header("sec-fetch-site") === "cross-site") throw new ApiError("forbidden_origin");
  }
  await next();
};

/** Puts the caller into the context, or refuses: 401, with an event that says why. */
export const identify: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const provider = identityProvider(readSettings(context.env));
  const identification = await provider.identify(context.req.raw, context.env.DATABASE);
  if (identification.kind === "refused") {
    logEvent("warn", "request_refused", { reason: identification.reason, requestId: context.get("requestId") });
    throw new ApiError("unauthenticated");
  }
  context.set("user", identification.user);
  await next();
};
