/** Content that one segment holds at most, since it is made in memory; a single larger file has one of its own. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;

/** Entries that make a segment each, in their order. By the sizes that are known before anything is read. */
export function segmentsOf<Entry>(entries: readonly Entry[], bytesOf: (entry: Entry) => number): Entry[][] {
  const segments: Entry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const entryBytes = bytesOf(entry);
    if (bytes + entryBytes > MAX_SEGMENT_BYTES) {
      segments.push([]);
      bytes = 0;
    }
    segments.at(-1)?.push(entry);
    bytes += entryBytes;
  }
  return segments;
}
