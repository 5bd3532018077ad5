/** Reads of evidence snapshots. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { EvidenceVerification } from "../../contract/evidence.ts";
import { evidenceRoutes } from "../../contract/routes/evidence.ts";
import { call, callText } from "../api/client.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../contract/routes/queries.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Evidence snapshots, newest first. */
export function snapshotsQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "evidence-snapshots"], (cursor, signal) =>
    call(evidenceRoutes.snapshots, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function snapshotQuery(tenant: Tenant, snapshotId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "evidence-snapshot", snapshotId],
    queryFn: ({ signal }) => call(evidenceRoutes.snapshot, { params: { tenantId: tenant.slug, snapshotId }, signal }),
  });
}

/** All items of a complete snapshot, page by page. They never change. */
export function snapshotItemsQuery(tenant: Tenant, snapshotId: string) {
  return {
    ...pagedQuery(["evidence", tenant.id, snapshotId, "items"], (cursor, signal) =>
      call(evidenceRoutes.items, {
        params: { tenantId: tenant.slug, snapshotId },
        query: { limit: WHOLE_LIST_PAGE_SIZE, cursor },
        signal,
      }),
    ),
    staleTime: Infinity,
  };
}

/** An item's canonical JSON, as text: it is what was hashed. */
export function snapshotItemQuery(tenant: Tenant, snapshotId: string, itemId: string) {
  return queryOptions({
    queryKey: ["evidence", tenant.id, snapshotId, "item", itemId],
    queryFn: ({ signal }) =>
      callText(evidenceRoutes.item, { params: { tenantId: tenant.slug, snapshotId, itemId }, signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** Recomputes a snapshot on the server: asked for by a person only, never cached. Throws ApiProblem. */
export function readVerification(tenant: Tenant, snapshotId: string): Promise<EvidenceVerification> {
  return call(evidenceRoutes.verification, { params: { tenantId: tenant.slug, snapshotId } });
}
