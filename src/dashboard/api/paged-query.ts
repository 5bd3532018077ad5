import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";

/** A list that the API serves page by page. `readPage` reads the page of a cursor, null for the first. */
export function pagedQuery<Page extends { nextCursor: string | null }>(
  queryKey: QueryKey,
  readPage: (cursor: string | null, signal: AbortSignal) => Promise<Page>,
) {
  return {
    ...infiniteQueryOptions({
      queryKey,
      queryFn: ({ signal, pageParam }) => readPage(pageParam, signal),
      initialPageParam: firstCursor(),
      getNextPageParam: (page) => page.nextCursor,
    }),
    /** For whoever reads the whole list by themselves: a file of it. */
    readPage,
  };
}

/** The cursor of the first page, in the type of all the others. */
function firstCursor(): string | null {
  return null;
}
