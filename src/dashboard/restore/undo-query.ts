import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

/** What undoes a restore, and what it undoes. */
export function restoreUndoQuery(tenant: Tenant, runId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "restore-undo", runId],
    queryFn: ({ signal }) => call(operationRoutes.restoreUndo, { params: { tenantId: tenant.slug, runId }, signal }),
  });
}
