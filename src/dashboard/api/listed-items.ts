/** A list that is read page by page, as a component sees it. */
export interface ListQuery<Item> {
  data: { pages: readonly { items: readonly Item[] }[] } | undefined;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => Promise<unknown>;
  fetchNextPage: () => Promise<unknown>;
}

/** The items of the pages read so far. */
export function listedItems<Item>({ data }: Pick<ListQuery<Item>, "data">): Item[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
