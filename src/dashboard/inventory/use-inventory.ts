import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { policiesQuery } from "../api/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toSearchable } from "./policy-filter.ts";

/** The whole inventory of the tenant: shown from the first page on, complete when `complete` is true. */
export function useInventory() {
  const query = useInfiniteQuery(policiesQuery(useTenant()));
  const { hasNextPage, isFetching, isError, fetchNextPage, data } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const policies = useMemo(() => toSearchable(data?.pages.flatMap((page) => page.items) ?? []), [data]);
  return {
    policies,
    loaded: data !== undefined,
    complete: data !== undefined && !hasNextPage,
    error: query.error,
    retry: () => void (data === undefined ? query.refetch() : fetchNextPage()),
  };
}
