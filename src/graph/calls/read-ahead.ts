/** Reading that goes on while what was read is worked on. */

/**
 * Yields what `source` yields, and asks for the next one before the current one is worked on: one is held in memory beside the one in work.
 * A failure of the source comes at its place in the order. When the caller leaves early, the reading under way ends before the caller goes on.
 */
export async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (;;) {
      const current = await next;
      if (current.done === true) return;
      next = source.next();
      // What it comes to is looked at in its turn; until then it must not count as a failure that nobody handles.
      next.catch(() => undefined);
      yield current.value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}
