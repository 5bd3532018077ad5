/** Reads of the audit log. */
import type { Tenant } from "../../contract/access.ts";
import { auditEventRoutes } from "../../contract/routes/audit-events.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

export function auditEventsQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.tenant(tenant), "audit-events"], (cursor, signal) =>
    call(auditEventRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}
