/** Reads of the members of a tenant. */
import { queryOptions } from "@tanstack/react-query";
import { memberListSchema, type Tenant } from "../../contract/access.ts";
import { getJson } from "../api/client.ts";
import { tenantPath } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function membersQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "members"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "members"), memberListSchema, signal),
  });
}
