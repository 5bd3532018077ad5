/**
 * Opens a ZIP archive that came from outside, within limits, and reads its files one at a time. What an archive says of itself is not believed:
 * a file that is larger than it says is refused when it is read (decisions/188-files-of-other-tools.md).
 */
import { Reader, type Entry, type FileEntry, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";

/** Bytes that are read at their places: in memory, or in R2. */
export interface ByteSource {
  bytes: number;
  read: (offset: number, length: number) => Promise<Uint8Array>;
}

export interface ArchiveLimits {
  /** Entries, folders among them. */
  entries: number;
  /** Of all files that `isRead` says are read, unpacked. */
  totalBytes: number;
  /** Of one file, unpacked. Reading a larger one is refused; that it is there is not. */
  fileBytes: number;
  /** How many times smaller than its content a file of more than a megabyte may be packed. */
  ratio: number;
  pathLength: number;
}

export interface ArchivedFile {
  /** With slashes. No two are equal; none leads out of the archive. */
  path: string;
  /** @throws {UnreadableEntry} when it is larger than allowed, damaged, or packed in a way that is not known */
  read: () => Promise<Uint8Array>;
}

export type ArchiveOpening =
  | { kind: "opened"; files: ArchivedFile[] }
  /** A sentence for people. */
  | { kind: "refused"; reason: string };

/** A file of an archive that cannot be read. Its message is a sentence for people. */
export class UnreadableEntry extends Error {
  override name = "UnreadableEntry";
}

export function sourceInMemory(bytes: Uint8Array): ByteSource {
  return {
    bytes: bytes.byteLength,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/** @param isRead whether a file of the path is going to be read; others count by their number alone */
export async function openArchive(
  source: ByteSource,
  limits: ArchiveLimits,
  isRead: (path: string) => boolean,
): Promise<ArchiveOpening> {
  const files = new Map<string, FileEntry>();
  let entries = 0;
  let total = 0;
  try {
    const archive = new ZipReader(new SourceReader(source), { strictness: "tolerant" });
    for await (const entry of archive.getEntriesGenerator()) {
      entries += 1;
      if (entries > limits.entries) return refused(`It has more than ${limits.entries} entries.`);
      const path = entry.filename.replaceAll("\\", "/");
      const fault = pathFault(path, limits) ?? entryFault(entry);
      if (fault !== null) return refused(fault);
      if (entry.directory) continue;
      if (files.has(path)) return refused(`It has two files of the name ${shown(path)}.`);
      files.set(path, entry);
      if (!isRead(path)) continue;
      const { compressedSize, uncompressedSize } = entry;
      total += uncompressedSize;
      if (total > limits.totalBytes)
        return refused(`Unpacked, it has more than ${megabytes(limits.totalBytes)} to read.`);
      if (uncompressedSize > MEGABYTE && uncompressedSize > compressedSize * limits.ratio)
        return refused(`${shown(path)} is packed more than ${limits.ratio} times smaller than it is.`);
    }
  } catch (error) {
    if (error instanceof SourceError) throw error.cause;
    return refused("It is no ZIP archive, or a damaged one.");
  }
  return {
    kind: "opened",
    files: [...files].map(([path, entry]) => ({ path, read: () => unpacked(path, entry, limits.fileBytes) })),
  };
}

const MEGABYTE = 1_024 * 1_024;

function megabytes(bytes: number): string {
  return `${bytes / MEGABYTE} MB`;
}

function refused(reason: string): ArchiveOpening {
  return { kind: "refused", reason };
}

/** What is wrong with the place that an entry would have; null when nothing is. */
function pathFault(path: string, { pathLength }: ArchiveLimits): string | null {
  const segments = path.replace(/\/$/, "").split("/");
  if (path.length > pathLength) return `A path in it is longer than ${pathLength} characters.`;
  if (!path.isWellFormed() || /\p{Cc}/u.test(path)) return "A name in it has control characters.";
  const leadsOut = /^[A-Za-z]:/.test(path) || segments.some((segment) => ["", ".", ".."].includes(segment));
  return leadsOut ? `The path ${shown(path)} leads out of the archive.` : null;
}

function entryFault(entry: Entry): string | null {
  if (entry.encrypted) return "It is protected by a password.";
  return entry.symlink ? `${shown(entry.filename)} is a link to another file.` : null;
}

/** A path in a sentence: not longer than a line. */
function shown(path: string): string {
  return `"${path.length > 120 ? `${path.slice(0, 120).toWellFormed()}…` : path}"`;
}

async function unpacked(path: string, entry: FileEntry, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk: Uint8Array) {
      bytes += chunk.byteLength;
      // The buffer of a chunk may be used again.
      if (bytes <= most) chunks.push(chunk.slice());
      else throw new TooLarge();
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, checkSignature: true, checkOverlappingEntry: true });
  } catch (error) {
    if (error instanceof SourceError) throw error.cause;
    throw new UnreadableEntry(
      bytes > most
        ? `Unpacked, ${shown(path)} is larger than ${megabytes(most)}.`
        : `${shown(path)} is damaged in the archive, or packed in a way that is not known.`,
    );
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

class TooLarge extends Error {}

/** That the source failed is no fault of the archive. */
class SourceError extends Error {}

/** Bytes that are asked of the source at a time, and how many of such blocks are kept: entries lie one behind the other. */
const BLOCK_BYTES = MEGABYTE;
const BLOCKS_KEPT = 4;

/** The library reads a few bytes at a time; the source is asked for blocks. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.bytes;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = Math.min(index + length, this.size);
    const result = new Uint8Array(Math.max(0, end - index));
    for (let at = index; at < end;) {
      const block = Math.floor(at / BLOCK_BYTES);
      const bytes = await this.#block(block);
      const part = bytes.subarray(at - block * BLOCK_BYTES, end - block * BLOCK_BYTES);
      if (part.byteLength === 0) throw new RangeError("the source ended early");
      result.set(part, at - index);
      at += part.byteLength;
    }
    return result;
  }

  async #block(block: number): Promise<Uint8Array> {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const offset = block * BLOCK_BYTES;
    let bytes: Uint8Array;
    try {
      bytes = await this.#source.read(offset, Math.min(BLOCK_BYTES, this.size - offset));
    } catch (cause) {
      throw new SourceError("the source failed", { cause });
    }
    this.#blocks.set(block, bytes);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > BLOCKS_KEPT && oldest !== undefined) this.#blocks.delete(oldest);
    return bytes;
  }
}
