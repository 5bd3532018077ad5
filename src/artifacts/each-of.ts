/** Work on many things with few connections. */

/** Requests to R2 that wait for an answer together: the platform's limit of open connections. */
const CONCURRENT = 6;

/** Does the work for each item, six at a time; answers in the order of the items. Rejects with the first rejection. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  // One iterator for all workers: each takes the next item when it is free.
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  return results;
}
