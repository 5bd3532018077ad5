/** Reads of findings. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { FindingKind, FindingStatus, Severity } from "../../contract/baselines.ts";
import { findingRoutes } from "../../contract/routes/findings.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

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
  return {
    ...pagedQuery(
      [...queryKeys.records(tenant), "findings", { status, severity, kind, baselineId, limit }],
      (cursor, signal) =>
        call(findingRoutes.list, {
          params: { tenantId: tenant.slug },
          query: { status, severity, kind, baselineId, limit, cursor },
          signal,
        }),
    ),
    placeholderData: keepPreviousData,
  };
}

export function findingQuery(tenant: Tenant, findingId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "finding", findingId],
    queryFn: ({ signal }) => call(findingRoutes.show, { params: { tenantId: tenant.slug, findingId }, signal }),
  });
}

/** The backup that holds a finding's policy as its baseline has it. For those who may read backups. */
export function findingRemedyQuery(tenant: Tenant, findingId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "finding-remedy", findingId],
    queryFn: ({ signal }) => call(findingRoutes.remedy, { params: { tenantId: tenant.slug, findingId }, signal }),
  });
}
