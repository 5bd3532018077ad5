/** Where a key leads in a list. Pure. */

export interface Rows {
  count: number;
  current: number;
  /** How many rows are seen at once. */
  page: number;
}

/** The index of the row that a key leads to; null for a key that does not move. There is no way past an end. */
export function rowAfterKey(key: string, { count, current, page }: Rows): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const within = (index: number) => Math.min(last, Math.max(0, index));
  switch (key) {
    case "ArrowDown":
      return within(current + 1);
    case "ArrowUp":
      return within(current - 1);
    case "PageDown":
      return within(current + Math.max(1, page));
    case "PageUp":
      return within(current - Math.max(1, page));
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
