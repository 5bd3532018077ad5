/** Reads of baselines and their comparisons. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  baselineComparisonDetailSchema,
  baselineComparisonListSchema,
  baselineDetailSchema,
  baselineListSchema,
  baselinePolicyListSchema,
  comparisonFindingListSchema,
  driftSchema,
} from "../../contract/baselines.ts";
import { getJson } from "../api/client.ts";
import { pagedQuery, WHOLE_LIST_PAGE_SIZE } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Newest first. */
export function baselinesQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "baselines"], (cursor, signal) =>
    getJson(withQuery(tenantPath(tenant.slug, "baselines"), { cursor }), baselineListSchema, signal),
  );
}

export function baselineQuery(tenant: Tenant, baselineId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "baseline", baselineId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "baselines", baselineId), baselineDetailSchema, signal),
  });
}

/** All policies of a sealed baseline, page by page. They never change. */
export function baselinePoliciesQuery(tenant: Tenant, baselineId: string) {
  return {
    ...pagedQuery(["baselines", tenant.id, baselineId, "policies"], (cursor, signal) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baselines", baselineId, "policies"), {
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor,
        }),
        baselinePolicyListSchema,
        signal,
      ),
    ),
    staleTime: Infinity,
  };
}

/** As many comparisons as a chart shows side by side on a wide screen. */
const DRIFT_POINTS = 40;

/** What the newest sealed comparisons of a baseline found, newest first. */
export function driftQuery(tenant: Tenant, baselineId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "drift", baselineId],
    queryFn: ({ signal }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baselines", baselineId, "drift"), { limit: DRIFT_POINTS }),
        driftSchema,
        signal,
      ),
  });
}

/** A baseline's comparisons, newest first. */
export function comparisonsQuery(tenant: Tenant, baselineId: string) {
  return pagedQuery([...queryKeys.records(tenant), "comparisons", baselineId], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "baseline-comparisons"), { baselineId, limit: 20, cursor }),
      baselineComparisonListSchema,
      signal,
    ),
  );
}

/**
 * The tenant's newest comparisons, to tell which baseline a run that is under way compares with: a run does not say it.
 * `moment` changes with the runs and their phases, so that a comparison is found as soon as its row is there.
 */
export function comparisonsUnderWayQuery(tenant: Tenant, moment: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "comparisons-under-way", moment],
    queryFn: ({ signal }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baseline-comparisons"), { limit: 20 }),
        baselineComparisonListSchema,
        signal,
      ),
    enabled: moment !== "",
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

export function comparisonQuery(tenant: Tenant, comparisonId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "comparison", comparisonId],
    queryFn: ({ signal }) =>
      getJson(tenantPath(tenant.slug, "baseline-comparisons", comparisonId), baselineComparisonDetailSchema, signal),
  });
}

/** The findings as a comparison left them, the worst first. */
export function comparisonFindingsQuery(tenant: Tenant, comparisonId: string) {
  return pagedQuery([...queryKeys.records(tenant), "comparison", comparisonId, "findings"], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "baseline-comparisons", comparisonId, "findings"), { cursor }),
      comparisonFindingListSchema,
      signal,
    ),
  );
}
