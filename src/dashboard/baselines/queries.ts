/** Reads of baselines and their comparisons. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { baselineRoutes, comparisonRoutes } from "../../contract/routes/baselines.ts";
import { call } from "../api/client.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../contract/routes/queries.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Newest first. */
export function baselinesQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "baselines"], (cursor, signal) =>
    call(baselineRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function baselineQuery(tenant: Tenant, baselineId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "baseline", baselineId],
    queryFn: ({ signal }) => call(baselineRoutes.show, { params: { tenantId: tenant.slug, baselineId }, signal }),
  });
}

/** All policies of a sealed baseline, page by page. They never change. */
export function baselinePoliciesQuery(tenant: Tenant, baselineId: string) {
  return {
    ...pagedQuery(["baselines", tenant.id, baselineId, "policies"], (cursor, signal) =>
      call(baselineRoutes.policies, {
        params: { tenantId: tenant.slug, baselineId },
        query: { limit: WHOLE_LIST_PAGE_SIZE, cursor },
        signal,
      }),
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
      call(baselineRoutes.drift, {
        params: { tenantId: tenant.slug, baselineId },
        query: { limit: DRIFT_POINTS },
        signal,
      }),
  });
}

/** A baseline's comparisons, newest first. */
export function comparisonsQuery(tenant: Tenant, baselineId: string) {
  return pagedQuery([...queryKeys.records(tenant), "comparisons", baselineId], (cursor, signal) =>
    call(comparisonRoutes.list, {
      params: { tenantId: tenant.slug },
      query: { baselineId, limit: 20, cursor },
      signal,
    }),
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
      call(comparisonRoutes.list, { params: { tenantId: tenant.slug }, query: { limit: 20 }, signal }),
    enabled: moment !== "",
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

export function comparisonQuery(tenant: Tenant, comparisonId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "comparison", comparisonId],
    queryFn: ({ signal }) => call(comparisonRoutes.show, { params: { tenantId: tenant.slug, comparisonId }, signal }),
  });
}

/** The findings as a comparison left them, the worst first. */
export function comparisonFindingsQuery(tenant: Tenant, comparisonId: string) {
  return pagedQuery([...queryKeys.records(tenant), "comparison", comparisonId, "findings"], (cursor, signal) =>
    call(comparisonRoutes.findings, { params: { tenantId: tenant.slug, comparisonId }, query: { cursor }, signal }),
  );
}
