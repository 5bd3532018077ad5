/**
 * The archive's bytes, in steps. They follow from the segments alone, and what a step does from its cursor, so that a step that
 * was killed is done again and gives the same: a part that is noted already is not uploaded twice.
 */
import { z } from "zod";
import { archiveEnd, archivePiece, joined } from "../../archives/archive-piece.ts";
import { type ArchiveStorage, PartBuffer } from "../../storage/archive-storage.ts";
import {
  type ArchiveInMaking,
  listParts,
  notePart,
  noteUpload,
  type StoredSegment,
  type UploadedPart,
} from "../../database/review-packs/review-pack-staging.ts";
import type { TenantDatabase } from "../../database/databases.ts";

/** Pieces of one step; with the next, how much is done again after a kill: some thousand entries are some seconds of reading. */
const PIECES_PER_STEP = 64;
/** Parts after which a step ends. */
const PARTS_PER_STEP = 4;

/** Where a step begins. Whatever it stands for is durable. */
export interface Position {
  step: number;
  /** The next entry, and where in the archive it begins. */
  ordinal: number;
  offset: number;
  /** Parts of the upload that are full, and bytes that wait in R2 for the rest of theirs. */
  parts: number;
  waiting: number;
}

const positionSchema: z.ZodType<Position> = z.object({
  step: z.int(),
  ordinal: z.int(),
  offset: z.int(),
  parts: z.int(),
  waiting: z.int(),
});

export function readPosition(cursor: string | null): Position {
  if (cursor === null) return { step: 0, ordinal: 0, offset: 0, parts: 0, waiting: 0 };
  return positionSchema.parse(JSON.parse(cursor));
}

/** Entries that stand together in a segment and follow each other in the archive. */
export interface Piece {
  objectKey: string;
  /** Where they are in their segment. */
  positions: number[];
}

/**
 * One run of `step` from a position. R2: a reading for each piece, a writing for each part, and two of what the next step begins
 * with. D1: one query, and a row for each part. In memory: a part and a segment.
 */
export class Assembly {
  readonly #database: TenantDatabase;
  readonly #storage: ArchiveStorage;
  readonly #archive: ArchiveInMaking;
  readonly #segments: readonly StoredSegment[];
  #upload: { id: string; parts: Map<number, UploadedPart> } | null = null;
  #parts = 0;

  constructor(
    database: TenantDatabase,
    storage: ArchiveStorage,
    archive: ArchiveInMaking,
    segments: readonly StoredSegment[],
  ) {
    this.#database = database;
    this.#storage = storage;
    this.#archive = archive;
    this.#segments = segments;
  }

  /** Goes on for a while, and says where the next step begins; null when the archive is in R2. */
  async step(from: Position, entries: number): Promise<Position | null> {
    await this.#readUpload();
    this.#parts = from.parts;
    const parts = new PartBuffer((bytes) => this.#uploadPart(bytes));
    if (from.waiting > 0) await parts.write(await this.#storage.read(this.#storage.waitingKey(from.step)));
    const directory: Uint8Array[] = [];
    let { ordinal, offset } = from;
    let pieces = 0;
    // Looked up anew from the next entry on: an entry that was written once more meanwhile may have moved to another segment.
    for (const { objectKey, positions } of piecesOf(this.#segments, from.ordinal, entries)) {
      if (pieces === PIECES_PER_STEP || this.#parts - from.parts >= PARTS_PER_STEP) break;
      const { local, localBytes, central } = archivePiece(await this.#storage.read(objectKey), positions, offset);
      directory.push(...central);
      for (const entry of local) await parts.write(entry);
      offset += localBytes;
      ordinal += positions.length;
      pieces += 1;
    }
    await this.#storage.put(this.#storage.directoryKey(from.step), joined(directory));
    if (ordinal < entries) {
      const next = { step: from.step + 1, ordinal, offset, parts: this.#parts, waiting: parts.filled };
      if (parts.filled > 0) await this.#storage.put(this.#storage.waitingKey(next.step), parts.rest());
      return next;
    }
    await this.#finish(parts, { steps: from.step + 1, entries, offset });
    return null;
  }

  /** The directory, put together from the steps' own, and the archive's end. */
  async #finish(parts: PartBuffer, archive: { steps: number; entries: number; offset: number }): Promise<void> {
    let bytes = 0;
    for (let step = 0; step < archive.steps; step += 1) {
      const directory = await this.#storage.read(this.#storage.directoryKey(step));
      bytes += directory.byteLength;
      await parts.write(directory);
    }
    await parts.write(archiveEnd({ ...archive, bytes }));
    if (this.#parts === 0) {
      await this.#storage.putArchive(parts.rest());
      return;
    }
    if (parts.filled > 0) await this.#uploadPart(parts.rest());
    if (this.#upload === null) throw new Error("parts were uploaded to no upload");
    const { id, parts: uploaded } = this.#upload;
    const inOrder = [...uploaded.values()].sort((a, b) => a.partNumber - b.partNumber).slice(0, this.#parts);
    await this.#storage.completeUpload(id, inOrder);
  }

  async #readUpload(): Promise<void> {
    const { id, uploadId } = this.#archive;
    if (uploadId === null) return;
    const parts = await listParts(this.#database, id, uploadId);
    this.#upload = { id: uploadId, parts: new Map(parts.map((part) => [part.partNumber, part])) };
  }

  /** Durable in R2, and noted, when it resolves. Parts are numbered from 1. */
  async #uploadPart(bytes: Uint8Array): Promise<void> {
    this.#upload ??= { id: await this.#openUpload(), parts: new Map() };
    const { id, parts } = this.#upload;
    const partNumber = this.#parts + 1;
    if (!parts.has(partNumber)) {
      const etag = await this.#storage.uploadPart(id, partNumber, bytes);
      const part = { partNumber, etag, partBytes: bytes.byteLength };
      await notePart(this.#database, { archiveId: this.#archive.id, uploadId: id, ...part });
      parts.set(partNumber, part);
    }
    this.#parts = partNumber;
  }

  /**
   * An upload is noted before its first part. Between R2's answer and the note a kill leaves an upload that nobody knows, without
   * a byte in it; R2 aborts such ones by itself after a week.
   */
  async #openUpload(): Promise<string> {
    const uploadId = await this.#storage.createUpload();
    if (await noteUpload(this.#database, this.#archive, uploadId)) return uploadId;
    await this.#storage.abortUpload(uploadId);
    throw new Error("the archive has an upload, or was closed");
  }
}

/** Ordinals from `from` on, each once, in order, as pieces: the longest stretches that one segment holds. Throws when one is nowhere. */
export function piecesOf(segments: readonly StoredSegment[], from: number, total: number): Piece[] {
  const places = new Map<number, { segment: StoredSegment; position: number }>();
  for (const segment of segments) {
    segment.ordinals.forEach((ordinal, position) => {
      if (ordinal >= from && !places.has(ordinal)) places.set(ordinal, { segment, position });
    });
  }
  const pieces: Piece[] = [];
  let current: StoredSegment | null = null;
  for (let ordinal = from; ordinal < total; ordinal += 1) {
    const place = places.get(ordinal);
    if (place === undefined) throw new Error(`entry ${ordinal} is in no segment`);
    const last = pieces.at(-1);
    if (last !== undefined && place.segment === current) last.positions.push(place.position);
    else pieces.push({ objectKey: place.segment.objectKey, positions: [place.position] });
    current = place.segment;
  }
  return pieces;
}
