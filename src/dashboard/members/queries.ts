/** Reads of the members of a tenant, of its invitations and its roles. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { invitationRoutes, memberRoutes } from "../../contract/routes/members.ts";
import { roleRoutes } from "../../contract/routes/roles.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

/** All reads below begin with it: a change of one often changes the others. */
export const membersKey = (tenant: Tenant) => [...queryKeys.tenant(tenant), "members"] as const;

export function membersQuery(tenant: Tenant) {
  return pagedQuery([...membersKey(tenant), "list"], (cursor, signal) =>
    call(memberRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function invitationsQuery(tenant: Tenant) {
  return pagedQuery([...membersKey(tenant), "invitations"], (cursor, signal) =>
    call(invitationRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function rolesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...membersKey(tenant), "roles"],
    queryFn: ({ signal }) => call(roleRoutes.list, { params: { tenantId: tenant.slug }, signal }),
  });
}
