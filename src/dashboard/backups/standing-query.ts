import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { backupStandingRoutes } from "../../contract/routes/backup-standing.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

/** How old the newest whole backup is, and what the last check came to. Read again when a backup or a check has ended. */
export function backupStandingQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "standing"],
    queryFn: ({ signal }) => call(backupStandingRoutes.show, { params: { tenantId: tenant.slug }, signal }),
  });
}
