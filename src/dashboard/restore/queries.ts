/** Reads of restore plans and of what restores did. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  type RestoreAction,
  type RestoreOutcome,
  restorePlanItemDetailSchema,
  restorePlanItemListSchema,
  restorePlanListSchema,
  restorePlanSchema,
  restoreResultListSchema,
} from "../../contract/restore.ts";
import { getJson } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function plansQuery(tenant: Tenant, setId: string) {
  return pagedQuery([...queryKeys.records(tenant), "restore-plans", "of-set", setId], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "backup-sets", setId, "restore-plans"), { limit: 20, cursor }),
      restorePlanListSchema,
      signal,
    ),
  );
}

export function planQuery(tenant: Tenant, planId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "restore-plans", "one", planId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "restore-plans", planId), restorePlanSchema, signal),
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
        getJson(
          withQuery(tenantPath(tenant.slug, "restore-plans", planId, "items"), {
            action,
            query,
            family,
            missing: missing ? "true" : null,
            cursor,
          }),
          restorePlanItemListSchema,
          signal,
        ),
    ),
    staleTime: Infinity,
  };
}

export function planItemQuery(tenant: Tenant, planId: string, ordinal: number) {
  return queryOptions({
    queryKey: ["restore-plan", tenant.id, planId, "item", ordinal],
    queryFn: ({ signal }) =>
      getJson(
        tenantPath(tenant.slug, "restore-plans", planId, "items", String(ordinal)),
        restorePlanItemDetailSchema,
        signal,
      ),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** What each unit of a restore came to. */
export function restoreResultsQuery(tenant: Tenant, runId: string, outcome: RestoreOutcome | undefined) {
  return pagedQuery([...queryKeys.records(tenant), "restore-results", runId, outcome ?? "all"], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "operations", runId, "restore-results"), { outcome, cursor }),
      restoreResultListSchema,
      signal,
    ),
  );
}
