/** A list that is read page by page, as a component sees it. */
export interface ListQuery<Item> {
  data: { pages: readonly { items: readonly Item[] }[] } | undefined;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => Promise<unknown>;
  fetchNextPage: () => Promise<unknown>;
}

type Pages<Item> = Pick<ListQuery<Item>, "data">;

/** The items of the pages read so far; undefined where none was read. That is no empty list: nobody knows what is in it. */
export function listedItems<Item>({ data }: Pages<Item>): Item[] | undefined {
  return data?.pages.flatMap((page) => page.items);
}

/** The items read so far as choices of a control: what is not read yet cannot be chosen, and nothing is said of how many there are. */
export function choosableItems<Item>(query: Pages<Item>): Item[] {
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- A control offers what is known; it states no number.
  return listedItems(query) ?? [];
}

/** The items of a list of one page, in the same way. */
export function choosableOf<Item>(list: { items: Item[] } | undefined): Item[] {
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- A control offers what is known; it states no number.
  return list?.items ?? [];
}
