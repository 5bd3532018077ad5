/** Reads of the inventory. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { inventoryRoutes } from "../../contract/routes/inventory.ts";
import { unreadablePolicyRoutes } from "../../contract/routes/unreadable-policies.ts";
import { call, callText } from "../api/client.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../contract/routes/queries.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";

export function familiesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "families"],
    queryFn: ({ signal }) => call(inventoryRoutes.families, { params: { tenantId: tenant.slug }, signal }),
  });
}

/** All policies of the tenant, removed ones included, page by page. Filtering happens here, so that it costs no round trip. */
export function policiesQuery(tenant: Tenant) {
  return {
    ...pagedQuery([...queryKeys.inventory(tenant), "policies"], (cursor, signal) =>
      call(inventoryRoutes.policies, {
        params: { tenantId: tenant.slug },
        query: { removed: "include", limit: WHOLE_LIST_PAGE_SIZE, cursor },
        signal,
      }),
    ),
    staleTime: 30_000,
  };
}

/** The policies that could not be read: those among them, too, that the inventory does not know. */
export function unreadableQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.inventory(tenant), "unreadable"], (cursor, signal) =>
    call(unreadablePolicyRoutes.list, {
      params: { tenantId: tenant.slug },
      query: { limit: WHOLE_LIST_PAGE_SIZE, cursor },
      signal,
    }),
  );
}

/** One policy by itself, for an address that is opened before the list is there. */
export function policyQuery(tenant: Tenant, policyId: string) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "policy", policyId],
    queryFn: ({ signal }) => call(inventoryRoutes.policy, { params: { tenantId: tenant.slug, policyId }, signal }),
  });
}

export function policyVersionsQuery(tenant: Tenant, policyId: string) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "versions", policyId],
    queryFn: ({ signal }) => call(inventoryRoutes.versions, { params: { tenantId: tenant.slug, policyId }, signal }),
  });
}

/** A policy's versions to choose from, newest first, page by page. */
export function versionListQuery(tenant: Tenant, policyId: string) {
  return pagedQuery([...queryKeys.inventory(tenant), "version-list", policyId], (cursor, signal) =>
    call(inventoryRoutes.versions, { params: { tenantId: tenant.slug, policyId }, query: { cursor }, signal }),
  );
}

/** Settings and assignments of one version. Names in it may become known later, so it does not stay fresh for ever. */
export function readablePolicyQuery(tenant: Tenant, policyId: string, version: number) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "readable", policyId, version],
    queryFn: ({ signal }) =>
      call(inventoryRoutes.readable, { params: { tenantId: tenant.slug, policyId }, query: { version }, signal }),
    staleTime: 60_000,
  });
}

/** Two versions compared; `before` undefined is the one before `after`. */
export function versionDiffQuery(tenant: Tenant, policyId: string, before: number | undefined, after: number) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "version-diff", policyId, before ?? null, after],
    queryFn: ({ signal }) =>
      call(inventoryRoutes.versionDiff, {
        params: { tenantId: tenant.slug, policyId },
        query: { before, after },
        signal,
      }),
  });
}

/** A search through all settings, step by step. */
export function settingSearchQuery(tenant: Tenant, query: string, family: string | undefined) {
  return pagedQuery([...queryKeys.inventory(tenant), "settings", { query, family }], (cursor, signal) =>
    call(inventoryRoutes.settings, { params: { tenantId: tenant.slug }, query: { query, family, cursor }, signal }),
  );
}

/** The canonical JSON of one version, as text. A version never changes. */
export function policyContentQuery(tenant: Tenant, policyId: string, version: number) {
  return queryOptions({
    queryKey: ["content", tenant.id, policyId, version],
    queryFn: ({ signal }) =>
      callText(inventoryRoutes.content, { params: { tenantId: tenant.slug, policyId }, query: { version }, signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}
