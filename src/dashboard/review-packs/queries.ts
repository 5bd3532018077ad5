/** Reads of review packs. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { reviewPackRoutes } from "../../contract/routes/review-packs.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

export function reviewPacksQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "review-packs"], (cursor, signal) =>
    call(reviewPackRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

/** What a pack of a snapshot would hold; null asks for the newest complete one. */
export function packOptionsQuery(tenant: Tenant, snapshotId: string | null) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "review-pack-options", snapshotId],
    queryFn: ({ signal }) =>
      call(reviewPackRoutes.options, {
        params: { tenantId: tenant.slug },
        query: { evidenceSnapshotId: snapshotId },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}
