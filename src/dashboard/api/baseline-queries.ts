/** Reads of baselines, their comparisons and findings. A finished operation invalidates all of them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  baselineComparisonDetailSchema,
  baselineComparisonListSchema,
  baselineDetailSchema,
  baselineListSchema,
  baselinePolicyListSchema,
  comparisonFindingListSchema,
  driftSchema,
  findingDetailSchema,
  type FindingKind,
  findingListSchema,
  type FindingStatus,
  type Severity,
} from "../../contract/baselines.ts";
import { getJson } from "./client.ts";
import { tenantPath, withQuery } from "./paths.ts";
import { firstPage, queryKeys, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";

/** As many comparisons as a chart shows side by side on a wide screen. */
const DRIFT_POINTS = 40;

/** Newest first. */
export function baselinesQuery(tenant: Tenant) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "baselines"],
    queryFn: ({ signal, pageParam }) =>
      getJson(withQuery(tenantPath(tenant.slug, "baselines"), { cursor: pageParam }), baselineListSchema, signal),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function baselineQuery(tenant: Tenant, baselineId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "baseline", baselineId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "baselines", baselineId), baselineDetailSchema, signal),
  });
}

/** All policies of a sealed baseline, page by page. They never change. */
export function baselinePoliciesQuery(tenant: Tenant, baselineId: string) {
  return infiniteQueryOptions({
    queryKey: ["baselines", tenant.id, baselineId, "policies"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baselines", baselineId, "policies"), {
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor: pageParam,
        }),
        baselinePolicyListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Infinity,
  });
}

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
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "comparisons", baselineId],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baseline-comparisons"), { baselineId, limit: 20, cursor: pageParam }),
        baselineComparisonListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
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
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "comparison", comparisonId, "findings"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "baseline-comparisons", comparisonId, "findings"), { cursor: pageParam }),
        comparisonFindingListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export interface FindingFilter {
  status?: FindingStatus | undefined;
  severity?: Severity | undefined;
  kind?: FindingKind | undefined;
  baselineId?: string | undefined;
  limit?: number;
}

/** The tenant's findings, the worst first. The server filters: what is resolved is kept, and may be a great deal. */
export function findingsQuery(tenant: Tenant, filter: FindingFilter) {
  const { status, severity, kind, baselineId, limit } = filter;
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "findings", { status, severity, kind, baselineId, limit }],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "findings"), {
          status,
          severity,
          kind,
          baselineId,
          limit,
          cursor: pageParam,
        }),
        findingListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function findingQuery(tenant: Tenant, findingId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "finding", findingId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "findings", findingId), findingDetailSchema, signal),
  });
}
