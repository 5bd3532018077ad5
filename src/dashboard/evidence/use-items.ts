import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { snapshotItemsQuery } from "../api/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toSearchable } from "./item-filter.ts";

/** All items of a complete snapshot: shown from the first page on, all there when `complete` is true. */
export function useItems(snapshotId: string) {
  const query = useInfiniteQuery(snapshotItemsQuery(useTenant(), snapshotId));
  const { hasNextPage, isFetching, isError, fetchNextPage, data } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const items = useMemo(() => toSearchable(data?.pages.flatMap((page) => page.items) ?? []), [data]);
  return {
    items,
    loaded: data !== undefined,
    complete: data !== undefined && !hasNextPage,
    error: query.error,
    retry: () => void (data === undefined ? query.refetch() : fetchNextPage()),
  };
}
