/** What happens around every request: its id, the headers of its answer, where it may come from, who sent it. */
import type { Context, MiddlewareHandler } from "hono";
import { identify, type Identified } from "../../access/identity.ts";
import { readIdentitySettings } from "../../access/identity-settings.ts";
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
  if (hasEffect(context)) {
    const origin = context.req.header("origin");
    const foreign = origin !== undefined && origin !== new URL(context.req.url).origin;
    if (foreign || context.req.header("sec-fetch-site") === "cross-site") throw new ApiError("forbidden_origin");
  }
  await next();
};

/** Puts the caller into the context, or refuses: 401, with an event that says why. */
export const requireCaller: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const identification = await identify(context.req.raw, readIdentitySettings(context.env), {
    database: context.env.DATABASE,
    now: Date.now(),
  });
  if (identification.kind === "refused") {
    const { reason, problem, signInPath } = identification;
    logEvent("warn", "request_refused", { reason, problem, requestId: context.get("requestId") });
    throw new ApiError("unauthenticated", signInPath === undefined ? {} : { signInPath });
  }
  refuseOtherSites(context, identification);
  context.set("user", identification.user);
  context.set("sessionId", identification.sessionId);
  await next();
  // The answer to a WebSocket upgrade cannot be rebuilt with other headers.
  if (context.res.status === 101) return;
  for (const cookie of identification.setCookies) context.header("set-cookie", cookie, { append: true });
};

/**
 * What a browser vouches for by itself counts only with evidence that our own page asks: `sameOriginOnly` refuses foreign evidence,
 * this also none at all.
 */
function refuseOtherSites(context: Context<AppEnvironment>, { onlyFrom }: Identified): void {
  if (onlyFrom === null || !hasEffect(context)) return;
  const site = context.req.header("sec-fetch-site");
  const proven = site === undefined ? context.req.header("origin") === onlyFrom : site === "same-origin";
  if (!proven) throw new ApiError("forbidden_origin");
}

function hasEffect(context: Context<AppEnvironment>): boolean {
  return context.req.header("upgrade") !== undefined || !SAFE_METHODS.has(context.req.method);
}
