/**
 * Sets of ordinals as flat, inclusive pairs: `[0, 4, 7, 7]` is 0…4 and 7. Compact for both neighbors and strays, and plain
 * JSON, so the same form goes over RPC and into the journal.
 */
export type OrdinalRanges = number[];

/** Calls `visit` for each range in the order given. Throws on a malformed list: a bug of the caller, never input from outside. */
export function forEachRange(ranges: OrdinalRanges, visit: (first: number, last: number) => void): void {
  for (let index = 0; index < ranges.length; index += 2) {
    const first = ranges[index];
    const last = ranges[index + 1];
    if (first === undefined || last === undefined || first < 0 || last < first)
      throw new Error("malformed ordinal ranges");
    visit(first, last);
  }
}

export function forEachOrdinal(ranges: OrdinalRanges, visit: (ordinal: number) => void): void {
  forEachRange(ranges, (first, last) => {
    for (let ordinal = first; ordinal <= last; ordinal += 1) visit(ordinal);
  });
}

export function countOrdinals(ranges: OrdinalRanges): number {
  let count = 0;
  forEachRange(ranges, (first, last) => {
    count += last - first + 1;
  });
  return count;
}

/** Appends an ordinal, widening the last range when it is its neighbor. Order of arrival does not matter for correctness. */
export function pushOrdinal(ranges: OrdinalRanges, ordinal: number): void {
  const end = ranges.length - 1;
  if (end > 0 && ranges[end] === ordinal - 1) ranges[end] = ordinal;
  else ranges.push(ordinal, ordinal);
}

/** The ordinals of queue messages as ranges, in order of arrival. */
export function rangesOf(messages: readonly { first: number; last: number }[]): OrdinalRanges {
  const ranges: OrdinalRanges = [];
  for (const { first, last } of messages) pushRange(ranges, first, last);
  return ranges;
}

export function pushRange(ranges: OrdinalRanges, first: number, last: number): void {
  const end = ranges.length - 1;
  if (end > 0 && ranges[end] === first - 1) ranges[end] = last;
  else ranges.push(first, last);
}
