import type { Handler } from "hono";
import { z } from "zod";
import { capabilitiesOf } from "../../access/capabilities.ts";
import type { Tenant } from "../../contract/access.ts";
import { listMemberships, type TenantMembership } from "../../database/tenancy/tenants.ts";
import type { AppEnvironment } from "../context.ts";
import { pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const listQuery = z.strictObject(pageQuery());

/** The caller's own tenants: the list is made from their memberships, so it needs no guard. */
export const listTenants: Handler<AppEnvironment> = async (context) => {
  const { cursor, limit } = readQuery(context, listQuery);
  const page = await listMemberships(context.env.DATABASE, { userId: context.get("user").id, cursor, limit });
  return context.json({ items: page.items.map(toTenant), nextCursor: page.nextCursor });
};

export function addTenantRoutes(router: TenantRouter): void {
  router.get("", "tenant.read", (context) => context.json(toTenant(context.get("tenant"))));
}

export function toTenant({ id, slug, name, role }: TenantMembership): Tenant {
  return { id, slug, name, role, capabilities: capabilitiesOf(role) };
}
