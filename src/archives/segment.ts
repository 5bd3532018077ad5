/**
 * Segments: entries of an archive that are compressed already and wait to be put into it. A segment is a small ZIP archive of
 * its own, so that every entry and its record are the library's; an archive is made of them by copying
 * (decisions/050-review-packs.md).
 */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";

/** All times in an archive are the snapshot's, so that the same snapshot gives the same bytes. */
export interface EntryTimes {
  /** Milliseconds since the epoch. ZIP stores local time without a zone, to two seconds. We write UTC. */
  at: number;
}

/** A buffer for small entries, chunks for large ones. The choice depends on the entry alone, because it changes the ZIP header. */
export type EntryContent = Uint8Array | AsyncIterable<Uint8Array>;

export interface SegmentEntry {
  path: string;
  content: EntryContent;
}

const LONG_QUEUE = { highWaterMark: 2 ** 30 };

/** Without threads of its own, which a Worker does not have, and without anything that depends on when or where it runs. */
const DETERMINISTIC = {
  useWebWorkers: false,
  keepOrder: true,
  extendedTimestamp: false,
  dataDescriptor: false,
  bufferedWrite: false,
  level: 6,
  // Where an entry waits until its sizes are known, to stand before it. The library's own asks for an endless queue, which the
  // Workers runtime takes for a mistake.
  createTempStream: () =>
    Promise.resolve(new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, LONG_QUEUE)),
} as const;

/** Compresses the entries one after another. In memory: the compressed segment, and one chunk of content. */
export async function writeSegment(entries: readonly SegmentEntry[], times: EntryTimes): Promise<Uint8Array> {
  const sink = new Uint8ArrayWriter();
  const zip = new ZipWriter(sink, { ...DETERMINISTIC, lastModDate: dateOf(times) });
  for (const { path, content } of entries) {
    await zip.add(path, content instanceof Uint8Array ? new Uint8ArrayReader(content) : streamOf(content));
  }
  return zip.close();
}

/** The library takes a date's local fields; a Worker's are UTC, a test's need not be. */
function dateOf({ at }: EntryTimes): Date {
  const utc = new Date(at);
  return new Date(
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  );
}

function streamOf(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}
