/** Reads of the settings of a tenant. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { tenantSettingsSchema } from "../../contract/settings.ts";
import { getJson } from "../api/client.ts";
import { tenantPath } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function settingsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "settings"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "settings"), tenantSettingsSchema, signal),
  });
}
