/** Reads of a tenant's permissions. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { ConnectionPurpose } from "../../contract/connections.ts";
import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

/** A check takes seconds. */
const WHILE_CHECKING_MS = 2_000;

/** Read again while a check is under way that another person has started. */
export function permissionsQuery(tenant: Tenant, connection: ConnectionPurpose = "read") {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "permissions", connection],
    queryFn: ({ signal }) =>
      call(permissionRoutes.show, { params: { tenantId: tenant.slug }, query: { connection }, signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && state.data.checkingSince !== null ? WHILE_CHECKING_MS : false,
  });
}
