/** Reads of the audit log. */
import type { Tenant } from "../../contract/access.ts";
import { auditEventListSchema } from "../../contract/audit-events.ts";
import { getJson } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function auditEventsQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.tenant(tenant), "audit-events"], (cursor, signal) =>
    getJson(withQuery(tenantPath(tenant.slug, "audit-events"), { cursor }), auditEventListSchema, signal),
  );
}
