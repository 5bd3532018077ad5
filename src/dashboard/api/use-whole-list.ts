import { useEffect, useMemo } from "react";
import { choosableItems, type ListQuery } from "./listed-items.ts";

/**
 * Reads a list to its end, page after page: there from the first page on, whole when `complete` is true. `prepare` runs once for each
 * page that arrives; give it a function that does not change.
 */
export function useWholeList<Item, Prepared>(
  query: ListQuery<Item> & { isFetching: boolean; isError: boolean },
  prepare: (items: readonly Item[]) => Prepared[],
) {
  const { data, hasNextPage, isFetching, isError, fetchNextPage, refetch, error } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const items = useMemo(() => prepare(choosableItems({ data })), [data, prepare]);
  return {
    items,
    loaded: data !== undefined,
    complete: data !== undefined && !hasNextPage,
    error,
    retry: () => void (data === undefined ? refetch() : fetchNextPage()),
  };
}
