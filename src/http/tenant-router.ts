/**
 * The only way to add a route under `/api/tenants/:tenantId`: each one names the capability that it takes, and is mounted
 * behind the guard. Route files get this router and never the app, so there is no place to forget the guard.
 */
import { type Handler, Hono, type MiddlewareHandler } from "hono";
import { authorizeTenant } from "../access/guard.ts";
import type { Capability } from "../contract/access.ts";
import type { TenantEnvironment } from "./context.ts";
import { ApiError } from "./problems.ts";

export const TENANT_BASE = "/api/tenants/:tenantId";

type Method = "GET" | "POST" | "PATCH";
export interface TenantRoute {
  method: Method;
  /** Under `TENANT_BASE`, without a trailing slash. */
  path: string;
  capability: Capability;
}

export class TenantRouter {
  readonly #routes: TenantRoute[] = [];
  readonly #app = new Hono<TenantEnvironment>();

  get<P extends string>(path: P, capability: Capability, handler: Handler<TenantEnvironment, P>): this {
    return this.#add("GET", path, capability, handler);
  }

  post<P extends string>(path: P, capability: Capability, handler: Handler<TenantEnvironment, P>): this {
    return this.#add("POST", path, capability, handler);
  }

  patch<P extends string>(path: P, capability: Capability, handler: Handler<TenantEnvironment, P>): this {
    return this.#add("PATCH", path, capability, handler);
  }

  /** What has been added, for the test that knocks at every door. */
  get routes(): readonly TenantRoute[] {
    return this.#routes;
  }

  /** The routes as a hono app to mount at `TENANT_BASE`. Called last: other methods of known paths answer 405 then. */
  build(): Hono<TenantEnvironment> {
    for (const path of new Set(this.#routes.map((route) => route.path))) {
      const allow = this.#routes.filter((route) => route.path === path).map((route) => route.method);
      this.#app.all(path, tenantGuard("tenant.read"), () => {
        throw new ApiError("method_not_allowed", { headers: { allow: allow.join(", ") } });
      });
    }
    return this.#app;
  }

  #add<P extends string>(
    method: Method,
    path: P,
    capability: Capability,
    handler: Handler<TenantEnvironment, P>,
  ): this {
    this.#routes.push({ method, path, capability });
    this.#app.on(method, path, tenantGuard(capability), handler);
    return this;
  }
}

function tenantGuard(capability: Capability): MiddlewareHandler<TenantEnvironment> {
  return async (context, next) => {
    const authorization = await authorizeTenant(context.env.DATABASE, {
      userId: context.get("user").id,
      tenantIdOrSlug: context.req.param("tenantId") ?? "",
      capability,
    });
    switch (authorization.kind) {
      case "not_found":
        throw new ApiError("not_found");
      case "forbidden":
        throw new ApiError("forbidden");
      case "granted":
        context.set("tenant", authorization.tenant);
        await next();
    }
  };
}
