/** Reads a list to its end, for a file of it. */

export interface ListPage<Item> {
  items: readonly Item[];
  nextCursor: string | null;
}

export type ReadPage<Item> = (cursor: string | null, signal: AbortSignal) => Promise<ListPage<Item>>;

/**
 * All items of a list, as its own route gives them page by page. An item that two pages brought (the list moved between them) is there once.
 * Nothing is returned of a list that could not be read to its end: throws what `readPage` throws, and an abort.
 *
 * @param onRead how many items are read so far
 */
export async function readAll<Item>(
  readPage: ReadPage<Item>,
  keyOf: (item: Item) => string,
  signal: AbortSignal,
  onRead: (count: number) => void,
): Promise<Item[]> {
  const byKey = new Map<string, Item>();
  let cursor: string | null = null;
  do {
    // oxlint-disable-next-line no-await-in-loop -- A page tells the cursor of the next.
    const page: ListPage<Item> = await readPage(cursor, signal);
    signal.throwIfAborted();
    for (const item of page.items) byKey.set(keyOf(item), item);
    onRead(byKey.size);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return [...byKey.values()];
}
