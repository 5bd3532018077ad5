/** Work on many things with few connections, and with turns left to others. */

/** Requests to R2 that wait for an answer together: the platform's limit of open connections. */
const CONCURRENT = 6;
/** Items between two turns of others: some tens of milliseconds. */
const ITEMS_A_TURN = 20;

/** Does the work for each item, six at a time; answers in the order of the items. Rejects with the first rejection. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  // One iterator for all workers: each takes the next item when it is free.
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      results[index] = await work(item);
      if (index % ITEMS_A_TURN === ITEMS_A_TURN - 1) await othersTurn();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  return results;
}

/**
 * Resolves once others have had their turn. The local runtime answers D1 and R2 inside its own process: a chain of such answers
 * leaves its event loop no moment to look at the network, and nobody would be answered for as long as the chain goes on.
 */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
