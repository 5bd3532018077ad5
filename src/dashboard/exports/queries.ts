/** Reads of exports. */
import type { Tenant } from "../../contract/access.ts";
import { tenantExportRoutes } from "../../contract/routes/tenant-exports.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

export function exportsQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "exports"], (cursor, signal) =>
    call(tenantExportRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}
