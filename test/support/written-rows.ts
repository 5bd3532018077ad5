/** Rows that D1 says it has written, whoever in this runtime wrote them: routes, consumers and runs' objects share its classes. */

/** Counts until `stop` is called, which answers the number. Not for two counts at the same time. */
export function countWrittenRows(database: D1Database): { stop: () => number } {
  let rows = 0;
  const note = (result: D1Result) => {
    rows += result.meta.rows_written;
    return result;
  };
  const restore = [
    wrap(Object.getPrototypeOf(database), "batch", async (results: Promise<D1Result[]>) => (await results).map(note)),
    ...["run", "all"].map((name) =>
      wrap(Object.getPrototypeOf(database.prepare("select 1")), name, async (result: Promise<D1Result>) =>
        note(await result),
      ),
    ),
  ];
  return {
    stop: () => {
      for (const undo of restore) undo();
      return rows;
    },
  };
}

function wrap<Answer>(prototype: object, name: string, look: (answer: Answer) => Answer): () => void {
  const original: (...values: unknown[]) => Answer = Reflect.get(prototype, name);
  Reflect.set(prototype, name, function (this: unknown, ...values: unknown[]) {
    return look(Reflect.apply(original, this, values));
  });
  return () => Reflect.set(prototype, name, original);
}
