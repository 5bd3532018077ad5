/** Reads of backup sets and their items. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  backupSetDetailSchema,
  backupSetItemListSchema,
  backupSetItemSchema,
  backupSetListSchema,
  itemComparisonSchema,
  policyBackupListSchema,
} from "../../contract/backup-sets.ts";
import { getJson, getText } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ItemFilter, SetListFilter } from "./backup-filters.ts";

/** The most that the server gives at once. */
const ITEM_PAGE_SIZE = 200;

export function backupSetsQuery(tenant: Tenant, { query, state }: SetListFilter) {
  return pagedQuery(
    [...queryKeys.records(tenant), "backup-sets", "list", state ?? "all", query ?? ""],
    (cursor, signal) =>
      getJson(withQuery(tenantPath(tenant.slug, "backup-sets"), { query, state, cursor }), backupSetListSchema, signal),
  );
}

export function backupSetQuery(tenant: Tenant, setId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "one", setId],
    queryFn: ({ signal }) => getJson(tenantPath(tenant.slug, "backup-sets", setId), backupSetDetailSchema, signal),
  });
}

export function backupItemsQuery(tenant: Tenant, setId: string, { query, family, every }: ItemFilter) {
  return pagedQuery(
    [...queryKeys.records(tenant), "backup-sets", "items", setId, family ?? "", every ?? false, query ?? ""],
    (cursor, signal) =>
      getJson(
        withQuery(tenantPath(tenant.slug, "backup-sets", setId, "items"), {
          query,
          family,
          latest: every ? null : "true",
          limit: ITEM_PAGE_SIZE,
          cursor,
        }),
        backupSetItemListSchema,
        signal,
      ),
  );
}

export function backupItemQuery(tenant: Tenant, setId: string, itemId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "item", setId, itemId],
    queryFn: ({ signal }) => getJson(itemPath(tenant, setId, itemId), backupSetItemSchema, signal),
  });
}

/** The canonical JSON of an item, as text. An item never changes. */
export function backupContentQuery(tenant: Tenant, setId: string, itemId: string) {
  return queryOptions({
    queryKey: ["content", tenant.id, setId, itemId],
    queryFn: ({ signal }) => getText(`${itemPath(tenant, setId, itemId)}/content`, signal),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** How an item differs from the inventory's newest version (`otherId` null), or from another item. */
export function comparisonQuery(tenant: Tenant, setId: string, itemId: string, otherId: string | null) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "diff", itemId, otherId ?? "inventory"],
    queryFn: ({ signal }) =>
      getJson(
        withQuery(`${itemPath(tenant, setId, itemId)}/diff`, {
          against: otherId === null ? "inventory" : "item",
          itemId: otherId,
        }),
        itemComparisonSchema,
        signal,
      ),
  });
}

/** Which sets hold a policy, and as what, newest first. */
export function policyBackupsQuery(tenant: Tenant, policyId: string) {
  return pagedQuery([...queryKeys.records(tenant), "backup-sets", "of-policy", policyId], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "inventory", "policies", policyId, "backups"), { cursor }),
      policyBackupListSchema,
      signal,
    ),
  );
}

/** The item's document as a file: a download is in the audit log. */
export function downloadPath(tenant: Tenant, setId: string, itemId: string): string {
  return withQuery(`${itemPath(tenant, setId, itemId)}/content`, { download: "true" });
}

function itemPath(tenant: Tenant, setId: string, itemId: string): string {
  return tenantPath(tenant.slug, "backup-sets", setId, "items", itemId);
}
