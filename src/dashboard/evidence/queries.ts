/** Reads of evidence snapshots. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  evidenceItemListSchema,
  evidenceSnapshotListSchema,
  evidenceSnapshotSchema,
  type EvidenceVerification,
  evidenceVerificationSchema,
} from "../../contract/evidence.ts";
import { getJson, getText } from "../api/client.ts";
import { pagedQuery, WHOLE_LIST_PAGE_SIZE } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Evidence snapshots, newest first. */
export function snapshotsQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.records(tenant), "evidence-snapshots"], (cursor, signal) =>
    getJson(withQuery(tenantPath(tenant.slug, "evidence-snapshots"), { cursor }), evidenceSnapshotListSchema, signal),
  );
}

export function snapshotQuery(tenant: Tenant, snapshotId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "evidence-snapshot", snapshotId],
    queryFn: ({ signal }) =>
      getJson(tenantPath(tenant.slug, "evidence-snapshots", snapshotId), evidenceSnapshotSchema, signal),
  });
}

/** All items of a complete snapshot, page by page. They never change. */
export function snapshotItemsQuery(tenant: Tenant, snapshotId: string) {
  return {
    ...pagedQuery(["evidence", tenant.id, snapshotId, "items"], (cursor, signal) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "evidence-snapshots", snapshotId, "items"), {
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor,
        }),
        evidenceItemListSchema,
        signal,
      ),
    ),
    staleTime: Infinity,
  };
}

/** An item's canonical JSON, as text: it is what was hashed. */
export function snapshotItemQuery(tenant: Tenant, snapshotId: string, itemId: string) {
  return queryOptions({
    queryKey: ["evidence", tenant.id, snapshotId, "item", itemId],
    queryFn: ({ signal }) =>
      getText(tenantPath(tenant.slug, "evidence-snapshots", snapshotId, "items", itemId), signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** Recomputes a snapshot on the server: asked for by a person only, never cached. Throws ApiProblem. */
export function readVerification(tenant: Tenant, snapshotId: string): Promise<EvidenceVerification> {
  return getJson(tenantPath(tenant.slug, "evidence-snapshots", snapshotId, "verification"), evidenceVerificationSchema);
}
