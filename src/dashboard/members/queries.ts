/** Reads of the members of a tenant. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { memberRoutes } from "../../contract/routes/members.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

export function membersQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "members"],
    queryFn: ({ signal }) => call(memberRoutes.list, { params: { tenantId: tenant.slug }, signal }),
  });
}
