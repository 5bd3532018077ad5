/** Reads of backup sets and their items. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { backupSetRoutes } from "../../contract/routes/backup-sets.ts";
import { inventoryRoutes } from "../../contract/routes/inventory.ts";
import { addressOf } from "../../client/place.ts";
import { call, callText } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ItemFilter, SetListFilter } from "./backup-filters.ts";

/** The most that the server gives at once. */
const ITEM_PAGE_SIZE = 200;

export function backupSetsQuery(tenant: Tenant, { query, state }: SetListFilter) {
  return pagedQuery(
    [...queryKeys.records(tenant), "backup-sets", "list", state ?? "all", query ?? ""],
    (cursor, signal) =>
      call(backupSetRoutes.list, { params: { tenantId: tenant.slug }, query: { query, state, cursor }, signal }),
  );
}

export function backupSetQuery(tenant: Tenant, setId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "one", setId],
    queryFn: ({ signal }) =>
      call(backupSetRoutes.show, { params: { tenantId: tenant.slug, backupSetId: setId }, signal }),
  });
}

export function backupItemsQuery(tenant: Tenant, setId: string, { query, family, every }: ItemFilter) {
  return pagedQuery(
    [...queryKeys.records(tenant), "backup-sets", "items", setId, family ?? "", every ?? false, query ?? ""],
    (cursor, signal) =>
      call(backupSetRoutes.items, {
        params: { tenantId: tenant.slug, backupSetId: setId },
        query: { query, family, latest: every ? null : true, limit: ITEM_PAGE_SIZE, cursor },
        signal,
      }),
  );
}

export function backupItemQuery(tenant: Tenant, setId: string, itemId: string) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "item", setId, itemId],
    queryFn: ({ signal }) => call(backupSetRoutes.item, { params: itemParams(tenant, setId, itemId), signal }),
  });
}

/** The canonical JSON of an item, as text. An item never changes. */
export function backupContentQuery(tenant: Tenant, setId: string, itemId: string) {
  return queryOptions({
    queryKey: ["content", tenant.id, setId, itemId],
    queryFn: ({ signal }) => callText(backupSetRoutes.content, { params: itemParams(tenant, setId, itemId), signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** What an item's policy refers to, by the names at the time of the backup. */
export function itemReferencesQuery(tenant: Tenant, setId: string, itemId: string) {
  return queryOptions({
    queryKey: ["item-references", tenant.id, setId, itemId],
    queryFn: ({ signal }) => call(backupSetRoutes.references, { params: itemParams(tenant, setId, itemId), signal }),
    staleTime: Infinity,
  });
}

/** How an item differs from the inventory's newest version (`otherId` null), or from another item. */
export function comparisonQuery(tenant: Tenant, setId: string, itemId: string, otherId: string | null) {
  return queryOptions({
    queryKey: [...queryKeys.records(tenant), "backup-sets", "diff", itemId, otherId ?? "inventory"],
    queryFn: ({ signal }) =>
      call(backupSetRoutes.diff, {
        params: itemParams(tenant, setId, itemId),
        query: { against: otherId === null ? "inventory" : "item", itemId: otherId },
        signal,
      }),
  });
}

/** Which sets hold a policy, and as what, newest first. */
export function policyBackupsQuery(tenant: Tenant, policyId: string) {
  return pagedQuery([...queryKeys.records(tenant), "backup-sets", "of-policy", policyId], (cursor, signal) =>
    call(inventoryRoutes.backups, { params: { tenantId: tenant.slug, policyId }, query: { cursor }, signal }),
  );
}

/** The item's document as a file: a download is in the audit log. */
export function downloadPath(tenant: Tenant, setId: string, itemId: string): string {
  return addressOf(backupSetRoutes.content, { params: itemParams(tenant, setId, itemId), query: { download: true } });
}

function itemParams(tenant: Tenant, setId: string, itemId: string) {
  return { tenantId: tenant.slug, backupSetId: setId, itemId };
}
