/** Every read of the API as a query. Keys begin with the tenant, so that a tenant's news can be invalidated together. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { meSchema, memberListSchema, type Tenant } from "../../contract/access.ts";
import { auditEventListSchema } from "../../contract/audit-events.ts";
import {
  familyStateListSchema,
  policyListSchema,
  policySchema,
  policyVersionListSchema,
} from "../../contract/inventory.ts";
import { type Proof, proofSchema, type Run, runListSchema, runSchema, runUnitListSchema } from "../../contract/runs.ts";
import {
  type EvidenceVerification,
  evidenceItemListSchema,
  evidenceSnapshotListSchema,
  evidenceSnapshotSchema,
  evidenceVerificationSchema,
} from "../../contract/evidence.ts";
import { reviewPackListSchema, reviewPackOptionsSchema } from "../../contract/review-packs.ts";
import { tenantSettingsSchema } from "../../contract/settings.ts";
import { runStore } from "../runs/run-store.ts";
import { getJson, getText } from "./client.ts";
import { tenantPath, withQuery } from "./paths.ts";

/** Policies, or items of a snapshot, asked for at once: all of them are loaded, so few large pages beat many small ones. */
export const WHOLE_LIST_PAGE_SIZE = 1_000;

export const queryKeys = {
  tenant: (tenant: Tenant) => ["tenants", tenant.id] as const,
  inventory: (tenant: Tenant) => ["tenants", tenant.id, "inventory"] as const,
  operations: (tenant: Tenant) => ["tenants", tenant.id, "operations"] as const,
  /** All that operations leave behind: snapshots, packs, backup sets, plans, baselines, findings. */
  records: (tenant: Tenant) => ["tenants", tenant.id, "records"] as const,
  units: (tenant: Tenant, runId: string) => ["tenants", tenant.id, "units", runId] as const,
};

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => getJson("/api/me", meSchema, signal),
  staleTime: 60_000,
});

export function familiesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "families"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "inventory", "families"), familyStateListSchema, signal),
  });
}

export function settingsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "settings"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "settings"), tenantSettingsSchema, signal),
  });
}

/** All policies of the tenant, removed ones included, page by page. Filtering happens here, so that it costs no round trip. */
export function policiesQuery(tenant: Tenant) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.inventory(tenant), "policies"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "inventory", "policies"), {
          removed: "include",
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor: pageParam,
        }),
        policyListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 30_000,
  });
}

/** One policy by itself, for an address that is opened before the list is there. */
export function policyQuery(tenant: Tenant, policyId: string) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "policy", policyId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "inventory", "policies", policyId), policySchema, signal),
  });
}

export function policyVersionsQuery(tenant: Tenant, policyId: string) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "versions", policyId],
    queryFn: ({ signal }) =>
      getJson(tenantPath(tenant.slug, "inventory", "policies", policyId, "versions"), policyVersionListSchema, signal),
  });
}

/** The canonical JSON of one version, as text. A version never changes. */
export function policyContentQuery(tenant: Tenant, policyId: string, version: number) {
  return queryOptions({
    queryKey: ["content", tenant.id, policyId, version],
    queryFn: ({ signal }) =>
      getText(withQuery(tenantPath(tenant.slug, "inventory", "policies", policyId, "content"), { version }), signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** Evidence snapshots, newest first. */
export function snapshotsQuery(tenant: Tenant) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "evidence-snapshots"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "evidence-snapshots"), { cursor: pageParam }),
        evidenceSnapshotListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function reviewPacksQuery(tenant: Tenant) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.records(tenant), "review-packs"],
    queryFn: ({ signal, pageParam }) =>
      getJson(withQuery(tenantPath(tenant.slug, "review-packs"), { cursor: pageParam }), reviewPackListSchema, signal),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
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

export function snapshotQuery(tenant: Tenant, snapshotId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "evidence-snapshot", snapshotId],
    queryFn: ({ signal }) =>
      getJson(tenantPath(tenant.slug, "evidence-snapshots", snapshotId), evidenceSnapshotSchema, signal),
  });
}

/** All items of a complete snapshot, page by page. They never change. */
export function snapshotItemsQuery(tenant: Tenant, snapshotId: string) {
  return infiniteQueryOptions({
    queryKey: ["evidence", tenant.id, snapshotId, "items"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "evidence-snapshots", snapshotId, "items"), {
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor: pageParam,
        }),
        evidenceItemListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Infinity,
  });
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

export interface OperationFilter {
  state?: "active" | "finished" | undefined;
  type?: string | undefined;
  limit?: number;
}

/** Runs, newest first. What is read is merged into the run store; views take each run from there. */
export function operationsQuery(tenant: Tenant, filter: OperationFilter) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.operations(tenant), filter.state ?? "all", filter.type ?? "all", filter.limit ?? 50],
    queryFn: async ({ signal, pageParam }) => {
      const page = await getJson(
        withQuery(tenantPath(tenant.slug, "operations"), {
          state: filter.state,
          type: filter.type,
          limit: filter.limit ?? 50,
          cursor: pageParam,
        }),
        runListSchema,
        signal,
      );
      runStore.merge(tenant.id, page.items, "read");
      return page;
    },
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function runQuery(tenant: Tenant, runId: string) {
  return queryOptions({
    queryKey: ["tenants", tenant.id, "run", runId],
    queryFn: async ({ signal }): Promise<Run> => {
      const run = await getJson(tenantPath(tenant.slug, "operations", runId), runSchema, signal);
      runStore.merge(tenant.id, [run], "read");
      return run;
    },
  });
}

export function unitsQuery(tenant: Tenant, runId: string, outcome: "failed" | "skipped" | undefined) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.units(tenant, runId), outcome ?? "all"],
    queryFn: ({ signal, pageParam }) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "operations", runId, "units"), { outcome, cursor: pageParam }),
        runUnitListSchema,
        signal,
      ),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Recounts the ledger on the server: asked for by a person only, never cached. Throws ApiProblem. */
export function readProof(tenant: Tenant, runId: string): Promise<Proof> {
  return getJson(tenantPath(tenant.slug, "operations", runId, "proof"), proofSchema);
}

export function membersQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "members"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "members"), memberListSchema, signal),
  });
}

export function auditEventsQuery(tenant: Tenant) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.tenant(tenant), "audit-events"],
    queryFn: ({ signal, pageParam }) =>
      getJson(withQuery(tenantPath(tenant.slug, "audit-events"), { cursor: pageParam }), auditEventListSchema, signal),
    initialPageParam: firstPage(),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** The cursor of a list's first page, in the type of all the others. */
export function firstPage(): string | null {
  return null;
}
