import { useInfiniteQuery } from "@tanstack/react-query";
import { useWholeList } from "../api/use-whole-list.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toSearchable } from "./item-filter.ts";
import { snapshotItemsQuery } from "./queries.ts";

/** All items of a complete snapshot. */
export function useItems(snapshotId: string) {
  return useWholeList(useInfiniteQuery(snapshotItemsQuery(useTenant(), snapshotId)), toSearchable);
}
