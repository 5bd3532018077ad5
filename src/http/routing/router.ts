/**
 * The only way to serve a route: each is mounted behind the guard that its description asks for. Handlers never see the app, so
 * there is no place to forget the guard.
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { authorizeTenant } from "../../access/guard.ts";
import type { Capability } from "../../contract/access.ts";
import { TENANT_BASE } from "../../contract/routes/route.ts";
import { PLATFORM_LOG } from "../../database/audit/audit-events.ts";
import { type ControlDatabase, enter, type TenantDatabase } from "../../database/databases.ts";
import { recordOnceInAWhile } from "../../database/audit/recent-events.ts";
import type { AppEnvironment, TenantEnvironment } from "./context.ts";
import { isPlatformAdministrator } from "../../database/tenancy/platform.ts";
import { refuseFlood } from "./middleware.ts";
import { ApiError, apiTokenRefused } from "./problems.ts";
import type { Served } from "./served.ts";

/** All routes as one hono app. What stands before all of them (identity, size) is the caller's (`app.ts`). */
export function mount(served: readonly Served[]): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();
  const tenant = new Hono<TenantEnvironment>();
  for (const one of served) {
    const { method, path, access, peopleOnly } = one.route;
    const who = peopleOnly ? refuseTokens : letPass;
    if (access === "platform" && one.kind === "open") app.on(method, path, who, platformGuard, one.respond);
    else if (one.kind === "open") app.on(method, path, who, one.respond);
    else if (typeof access === "object") {
      tenant.on(method, path.slice(TENANT_BASE.length), tenantGuard(access.capability), who, one.respond);
    } else throw new Error(`${method} ${path} is served for a tenant, and names no capability.`);
  }
  for (const [path, methods] of methodsByPath(served)) {
    const refuse = () => {
      throw new ApiError("method_not_allowed", { headers: { allow: methods.join(", ") } });
    };
    if (path.startsWith(TENANT_BASE)) tenant.all(path.slice(TENANT_BASE.length), tenantGuard("tenant.read"), refuse);
    else app.all(path, refuse);
  }
  return app.route(TENANT_BASE, tenant);
}

function methodsByPath(served: readonly Served[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { route } of served) methods.set(route.path, [...(methods.get(route.path) ?? []), route.method]);
  return methods;
}

/** For what people alone decide, however much an API token may do. */
const refuseTokens: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  if (context.get("token") !== null) throw apiTokenRefused();
  await next();
};

const letPass: MiddlewareHandler<AppEnvironment> = (_, next) => next();

const platformGuard: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  if (await isPlatformAdministrator(enter(context.env).CONTROL, context.get("user").id)) return next();
  await recordRefusal(context, enter(context.env).CONTROL, PLATFORM_LOG, {});
  throw new ApiError("forbidden");
};

function tenantGuard(capability: Capability): MiddlewareHandler<TenantEnvironment> {
  return async (context, next) => {
    const env = enter(context.env);
    const authorization = await authorizeTenant(env, {
      userId: context.get("user").id,
      token: context.get("token"),
      tenantIdOrSlug: context.req.param("tenantId") ?? "",
      capability,
    });
    switch (authorization.kind) {
      case "not_found":
        throw new ApiError("not_found");
      case "forbidden":
        await recordRefusal(context, authorization.env.DATABASE, authorization.tenant.id, {
          capability,
          role: authorization.tenant.role,
        });
        throw new ApiError("forbidden");
      case "granted":
        await refuseFlood(env, "tenant", authorization.tenant.id);
        context.set("tenant", authorization.tenant);
        context.set("tenantEnv", authorization.env);
        await next();
    }
  };
}

/** The audit log tells of what a person was refused. People who are no members leave no trace in a tenant: for them there is none. */
async function recordRefusal(
  context: Pick<Context<AppEnvironment>, "get" | "req">,
  log: ControlDatabase | TenantDatabase,
  tenantId: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const route = `${context.req.method} ${context.req.routePath}`;
  await recordOnceInAWhile(log, {
    tenantId,
    at: Date.now(),
    action: "request.refuse",
    actorId: context.get("user").id,
    targetKind: "route",
    targetId: route,
    detail,
  });
}
