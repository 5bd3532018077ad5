/** Reads of the inventory. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  familyStateListSchema,
  policyListSchema,
  policySchema,
  policyVersionListSchema,
} from "../../contract/inventory.ts";
import { getJson, getText } from "../api/client.ts";
import { pagedQuery, WHOLE_LIST_PAGE_SIZE } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";

export function familiesQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.inventory(tenant), "families"],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "inventory", "families"), familyStateListSchema, signal),
  });
}

/** All policies of the tenant, removed ones included, page by page. Filtering happens here, so that it costs no round trip. */
export function policiesQuery(tenant: Tenant) {
  return {
    ...pagedQuery([...queryKeys.inventory(tenant), "policies"], (cursor, signal) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "inventory", "policies"), {
          removed: "include",
          limit: WHOLE_LIST_PAGE_SIZE,
          cursor,
        }),
        policyListSchema,
        signal,
      ),
    ),
    staleTime: 30_000,
  };
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
