/**
 * An archive, put together from segments (`segment.ts`) by copying: entries are as the library wrote them, and only where each
 * begins is noted anew. Pure.
 */

export interface ArchivePiece {
  /** What goes into the archive at its offset. */
  local: Uint8Array[];
  localBytes: number;
  /** The same entries' records for the archive's directory. */
  central: Uint8Array[];
}

// APPNOTE 6.3.10, 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;
/** A field that says: see the ZIP64 field. The largest number that fits is one less. */
const SEE_64 = 0xffffffff;

/**
 * The entries of a segment at `positions`, as they stand in an archive from `archiveOffset` on: as the library wrote them, byte
 * for byte, but for the directory's note of where an entry begins. The result shares the segment's memory.
 */
export function archivePiece(segment: Uint8Array, positions: readonly number[], archiveOffset: number): ArchivePiece {
  const entries = entriesOf(segment);
  const piece: ArchivePiece = { local: [], localBytes: 0, central: [] };
  for (const position of positions) {
    const entry = entries[position];
    if (entry === undefined) throw new Error(`the segment has no entry ${position}`);
    piece.central.push(movedRecord(entry.record, archiveOffset + piece.localBytes));
    piece.local.push(entry.local);
    piece.localBytes += entry.local.byteLength;
  }
  return piece;
}

interface WrittenEntry {
  /** Header and compressed content. */
  local: Uint8Array;
  /** Its record in the segment's directory. */
  record: Uint8Array;
}

/** The entries of a segment, which `writeSegment` has put one behind the other. Throws for anything else. */
function entriesOf(segment: Uint8Array): WrittenEntry[] {
  const view = viewOf(segment);
  const end = segment.byteLength - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error("a segment ends with its end record");
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  const records: { record: Uint8Array; offset: number }[] = [];
  let at = directory;
  for (let entry = 0; entry < count; entry += 1) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Error("a segment's directory holds records");
    const bytes =
      CENTRAL_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    records.push({ record: segment.subarray(at, at + bytes), offset: view.getUint32(at + 42, true) });
    at += bytes;
  }
  if (at !== end) throw new Error("a segment's directory reaches to its end record");
  return records.map(({ record, offset }, index) => {
    if (view.getUint32(offset, true) !== LOCAL) throw new Error("a segment's entries follow each other");
    return { record, local: segment.subarray(offset, records[index + 1]?.offset ?? directory) };
  });
}

/** The record of an entry that begins at `offset`, with the ZIP64 field where that is beyond four gigabytes. */
function movedRecord(record: Uint8Array, offset: number): Uint8Array {
  if (offset < SEE_64) {
    const moved = record.slice();
    viewOf(moved).setUint32(42, offset, true);
    return moved;
  }
  const view = viewOf(record);
  const fieldAt = CENTRAL_BYTES + view.getUint16(28, true);
  const moved = joined([record.subarray(0, fieldAt), new Uint8Array(OFFSET_64_BYTES), record.subarray(fieldAt)]);
  const target = viewOf(moved);
  target.setUint16(6, Math.max(NEEDS_64, view.getUint16(6, true)), true);
  target.setUint16(30, view.getUint16(30, true) + OFFSET_64_BYTES, true);
  target.setUint32(42, SEE_64, true);
  target.setUint16(fieldAt, 1, true);
  target.setUint16(fieldAt + 2, OFFSET_64_BYTES - 4, true);
  target.setBigUint64(fieldAt + 4, BigInt(offset), true);
  return moved;
}

/** The ZIP64 field with the offset alone (4.5.3), and the version of the format that it needs. */
const OFFSET_64_BYTES = 12;
const NEEDS_64 = 45;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

/** The chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
