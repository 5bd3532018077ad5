/**
 * Segments: entries of an archive that are compressed already and wait to be put into it. A segment is a small ZIP archive of
 * its own, so that whatever writes and reads it is the library (decisions/050-review-packs.md).
 */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";

/** All times in an archive are the snapshot's, so that the same snapshot gives the same bytes. */
export interface EntryTimes {
  /** Milliseconds since the epoch. ZIP keeps every second one of them, in the local time of nowhere: we write UTC. */
  at: number;
}

export interface SegmentEntry {
  path: string;
  /** The content in chunks: large files are never whole in memory. */
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
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
  for (const { path, content } of entries) await zip.add(path, streamOf(content));
  return zip.close();
}

export interface ArchivePiece {
  /** What goes into the archive at its offset. */
  local: Uint8Array;
  /** The same entries' records for the archive's directory. */
  central: Uint8Array;
}

/**
 * The entries of a segment at `positions`, as they stand in an archive from `archiveOffset` on. Nothing is decompressed.
 * In memory: the segment and its piece.
 */
export async function archivePiece(
  segment: Uint8Array,
  positions: readonly number[],
  archiveOffset: number,
): Promise<ArchivePiece> {
  const reader = new ZipReader(new Uint8ArrayReader(segment), { useWebWorkers: false });
  const entries = await reader.getEntries();
  const chunks: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (chunk: Uint8Array) => void chunks.push(chunk) });
  const zip = new ZipWriter(sink, { ...DETERMINISTIC, passThrough: "compressed", offset: archiveOffset });
  for (const position of positions) {
    const entry = entries[position];
    if (entry === undefined || entry.directory) throw new Error(`the segment has no entry ${position}`);
    const compressed = await entry.getData(new Uint8ArrayWriter(), { passThrough: "compressed", useWebWorkers: false });
    await zip.add(entry.filename, new Uint8ArrayReader(compressed), { entry });
  }
  const local = joined(chunks.splice(0));
  await zip.close();
  await reader.close();
  const tail = joined(chunks);
  return { local, central: tail.subarray(0, tail.byteLength - endRecordBytes(tail)) };
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;

/** Bytes of what the library wrote behind the directory. */
function endRecordBytes(tail: Uint8Array): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const at = tail.byteLength - END_BYTES;
  if (at < 0 || view.getUint32(at, true) !== END) throw new Error("the archive's end is not where it was expected");
  const locator = at - LOCATOR_BYTES;
  const has64 = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64;
  return has64 ? END_BYTES + LOCATOR_BYTES + END_64_BYTES : END_BYTES;
}

/** The end of an archive whose directory was put together from pieces (APPNOTE 6.3.10, 4.3.14 to 4.3.16). */
export function archiveEnd(directory: { entries: number; offset: number; bytes: number }): Uint8Array {
  const { entries, offset, bytes } = directory;
  const large = entries > 0xfffe || offset > 0xfffffffe || bytes > 0xfffffffe;
  const end = new DataView(new ArrayBuffer((large ? END_64_BYTES + LOCATOR_BYTES : 0) + END_BYTES));
  if (large) {
    end.setUint32(0, END_64, true);
    end.setBigUint64(4, BigInt(END_64_BYTES - 12), true);
    // Made and to be read by version 4.5: the one with ZIP64.
    end.setUint16(12, 45, true);
    end.setUint16(14, 45, true);
    end.setBigUint64(24, BigInt(entries), true);
    end.setBigUint64(32, BigInt(entries), true);
    end.setBigUint64(40, BigInt(bytes), true);
    end.setBigUint64(48, BigInt(offset), true);
    end.setUint32(END_64_BYTES, LOCATOR_64, true);
    end.setBigUint64(END_64_BYTES + 8, BigInt(offset + bytes), true);
    end.setUint32(END_64_BYTES + 16, 1, true);
  }
  const at = end.byteLength - END_BYTES;
  end.setUint32(at, END, true);
  end.setUint16(at + 8, Math.min(entries, 0xffff), true);
  end.setUint16(at + 10, Math.min(entries, 0xffff), true);
  end.setUint32(at + 12, Math.min(bytes, 0xffffffff), true);
  end.setUint32(at + 16, Math.min(offset, 0xffffffff), true);
  return new Uint8Array(end.buffer);
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

function streamOf(content: SegmentEntry["content"]): ReadableStream<Uint8Array> {
  const chunks = Symbol.asyncIterator in content ? content[Symbol.asyncIterator]() : content[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
