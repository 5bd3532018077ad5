/** Reads of review packs. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { reviewPackListSchema, reviewPackOptionsSchema } from "../../contract/review-packs.ts";
import { getJson } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function reviewPacksQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "review-packs"], (cursor, signal) =>
    getJson(withQuery(tenantPath(tenant.slug, "review-packs"), { cursor }), reviewPackListSchema, signal),
  );
}

/** What a pack of a snapshot would hold; null asks for the newest complete one. */
export function packOptionsQuery(tenant: Tenant, snapshotId: string | null) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "review-pack-options", snapshotId],
    queryFn: ({ signal }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "review-packs", "options"), { evidenceSnapshotId: snapshotId ?? undefined }),
        reviewPackOptionsSchema,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}
