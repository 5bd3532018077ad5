/** What happens around every request: its id, the headers of its answer, where it may come from, who sent it. */
import type { Context, MiddlewareHandler } from "hono";
import { identify, type Identified } from "../../access/identity.ts";
import { type IdentitySettings, readIdentitySettings } from "../../access/identity-settings.ts";
import { addressKey, isWithinRate, type LimitedBy, type RateLimiters } from "../../access/rate-limits.ts";
import { RATE_PERIOD_SECONDS } from "../../contract/limits.ts";
import type { AuditOrigin } from "../../contract/audit-events.ts";
import { enter } from "../../database/databases.ts";
import { logEvent } from "../../observability/log.ts";
import { withOrigin } from "../../observability/origin.ts";
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
  // Browsers heed it over HTTPS only.
  context.header("strict-transport-security", "max-age=31536000");
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

/** Refuses an address that asks too often, before anything is looked up for it. */
export const limitAddress: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const address = context.req.header("cf-connecting-ip");
  if (address !== undefined) await refuseFlood(context.env, "address", addressKey(address));
  await next();
};

/** Throws `rate_limited` for one request more than the key may send. */
export async function refuseFlood(env: RateLimiters, by: LimitedBy, key: string): Promise<void> {
  if (await isWithinRate(env, by, key)) return;
  throw new ApiError("rate_limited", { headers: { "retry-after": String(RATE_PERIOD_SECONDS) } });
}

/** Puts the caller into the context, or refuses: 401, with an event that says why. */
export const requireCaller: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  const settings = readIdentitySettings(context.env);
  const identification = await identify(context.req.raw, settings, {
    database: enter(context.env).CONTROL,
    now: Date.now(),
  });
  if (identification.kind === "refused") {
    const { reason, problem, tokenId, signInPath } = identification;
    logEvent("warn", "request_refused", { reason, problem, tokenId, requestId: context.get("requestId") });
    throw new ApiError("unauthenticated", signInPath === undefined ? {} : { signInPath });
  }
  refuseOtherSites(context, identification);
  await refuseFlood(context.env, "person", identification.token?.id ?? identification.user.id);
  context.set("user", identification.user);
  context.set("sessionId", identification.sessionId);
  context.set("token", identification.token);
  context.set("endsAt", identification.endsAt);
  await withOrigin(originOf(context, settings.mode, identification.token?.id), next);
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

/** What the audit log says of where a request comes from. */
function originOf(context: Context<AppEnvironment>, mode: IdentitySettings["mode"], tokenId?: string): AuditOrigin {
  const address = context.req.header("cf-connecting-ip");
  return {
    ...(tokenId !== undefined ? { way: "token", tokenId } : mode === "none" ? {} : { way: mode }),
    requestId: context.get("requestId"),
    ...(address === undefined ? {} : { address }),
  };
}

function hasEffect(context: Context<AppEnvironment>): boolean {
  return context.req.header("upgrade") !== undefined || !SAFE_METHODS.has(context.req.method);
}
