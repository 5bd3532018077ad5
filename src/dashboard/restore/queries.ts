/** Reads of restore plans and of what restores did. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { RestoreAction, RestoreOutcome } from "../../contract/restore.ts";
import { backupSetRoutes } from "../../contract/routes/backup-sets.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import { restorePlanRoutes } from "../../contract/routes/restore-plans.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

export function plansQuery(tenant: Tenant, setId: string) {
  return pagedQuery([...queryKeys.records(tenant), "restore-plans", "of-set", setId], (cursor, signal) =>
    call(backupSetRoutes.restorePlans, {
      params: { tenantId: tenant.slug, backupSetId: setId },
      query: { limit: 20, cursor },
      signal,
    }),
  );
}

export function planQuery(tenant: Tenant, planId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "restore-plans", "one", planId],
    queryFn: ({ signal }) => call(restorePlanRoutes.show, { params: { tenantId: tenant.slug, planId }, signal }),
  });
}

export interface PlanItemFilter {
  query?: string | undefined;
  family?: string | undefined;
  /** Only items with references that the tenant does not have. */
  missing?: boolean | undefined;
}

/** A sealed plan never changes. */
export function planItemsQuery(tenant: Tenant, planId: string, action: RestoreAction, filter: PlanItemFilter) {
  const { query, family, missing } = filter;
  return {
    ...pagedQuery(
      ["restore-plan", tenant.id, planId, "items", action, family ?? "", missing ?? false, query ?? ""],
      (cursor, signal) =>
        call(restorePlanRoutes.items, {
          params: { tenantId: tenant.slug, planId },
          query: { action, query, family, missing: missing ? true : null, cursor },
          signal,
        }),
    ),
    staleTime: Infinity,
  };
}

export function planItemQuery(tenant: Tenant, planId: string, ordinal: number) {
  return queryOptions({
    queryKey: ["restore-plan", tenant.id, planId, "item", ordinal],
    queryFn: ({ signal }) =>
      call(restorePlanRoutes.item, { params: { tenantId: tenant.slug, planId, ordinal }, signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** What each unit of a restore came to. */
export function restoreResultsQuery(tenant: Tenant, runId: string, outcome: RestoreOutcome | undefined) {
  return pagedQuery([...queryKeys.records(tenant), "restore-results", runId, outcome ?? "all"], (cursor, signal) =>
    call(operationRoutes.restoreResults, {
      params: { tenantId: tenant.slug, runId },
      query: { outcome, cursor },
      signal,
    }),
  );
}

/** How often a page that shows them asks what waits for approval: nobody tells the run's version of it. */
const APPROVALS_POLL_MS = 15_000;

/** What of a restore waits for another administrator's approval. */
export function restoreApprovalsQuery(tenant: Tenant, runId: string) {
  return {
    ...pagedQuery([...queryKeys.records(tenant), "restore-approvals", runId], (cursor, signal) =>
      call(operationRoutes.restoreApprovals, { params: { tenantId: tenant.slug, runId }, query: { cursor }, signal }),
    ),
    refetchInterval: APPROVALS_POLL_MS,
  };
}
