import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { settingsRoutes } from "../../contract/routes/settings.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

/** What holds for the whole tenant. */
export function settingsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "settings"],
    queryFn: ({ signal }) => call(settingsRoutes.show, { params: { tenantId: tenant.slug }, signal }),
  });
}
