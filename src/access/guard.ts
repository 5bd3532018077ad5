/**
 * The tenant guard: the only way from a request's `:tenantId` to a tenant. Everything that is read or done for a tenant
 * takes the `TenantAccess` that it returns.
 */
import type { UsedToken } from "./api-tokens.ts";
import type { Capability } from "../contract/access.ts";
import { findMembership, type TenantMembership } from "../database/tenancy/tenants.ts";
import { type ControlEnv, envOfTenant, type TenantEnv } from "../database/databases.ts";

/** A tenant with the caller's role in it, and with what the caller may do. */
export type TenantAccess = TenantMembership;

export type TenantAuthorization =
  | { kind: "granted"; tenant: TenantAccess; env: TenantEnv }
  /** No such tenant, or none that the caller may know to exist: the two are not told apart, not even in here. */
  | { kind: "not_found" }
  | { kind: "forbidden"; tenant: TenantAccess; env: TenantEnv };

/**
 * Resolves a tenant by id or slug for a user, in one query, whose work depends on the user's own memberships alone: asking
 * for somebody else's tenant takes what asking for none takes.
 */
export async function authorizeTenant(
  env: ControlEnv,
  request: { userId: string; token: UsedToken | null; tenantIdOrSlug: string; capability: Capability },
): Promise<TenantAuthorization> {
  const tenantEnv = await envOfTenant(env, request.tenantIdOrSlug);
  const membership = await findMembership(tenantEnv.DATABASE, request.userId, request.tenantIdOrSlug);
  const tenant = membership === null ? null : withinToken(membership, request.token);
  if (!tenant) return { kind: "not_found" };
  const kind = tenant.capabilities.includes(request.capability) ? "granted" : "forbidden";
  return { kind, tenant, env: tenantEnv };
}

/** A tenant as an API token reaches it: what both the token and its maker may do. Null for one outside of its scope. */
export function withinToken(tenant: TenantAccess, token: UsedToken | null): TenantAccess | null {
  if (token === null) return tenant;
  if (!token.tenantIds.includes(tenant.id)) return null;
  return { ...tenant, capabilities: tenant.capabilities.filter((each) => token.capabilities.includes(each)) };
}
