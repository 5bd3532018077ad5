/** Reads of deletions of tenants. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Below the tenant's records: an export that has just ended changes the answer. */
export function closingQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "closing"],
    queryFn: ({ signal }) => call(offboardingRoutes.show, { params: { tenantId: tenant.slug }, signal }),
  });
}

export const offboardingsQuery = pagedQuery(["platform", "offboardings"], (cursor, signal) =>
  call(offboardingRoutes.list, { params: {}, query: { cursor }, signal }),
);
