/**
 * Puts the written entries together into the archive. The archive's bytes follow from the entries alone, so a step that was
 * killed is done again from its cursor and gives the same: an uploaded part is replaced by itself.
 */
import { z } from "zod";
import { archiveEnd, archivePiece } from "../../artifacts/archive/segment.ts";
import { PackStorage, PartBuffer } from "../../artifacts/archive/pack-storage.ts";
import {
  completePack,
  listParts,
  listSegments,
  notePart,
  noteUpload,
  packHref,
  packIdOf,
  type PackSpecification,
  readPackSpecification,
  type StoredSegment,
} from "../../database/review-packs.ts";
import type { FinalizeResult, FinalizingRun, UnitContext } from "../operation.ts";
import { discardPack } from "./discard-pack.ts";

/** Parts that one step uploads; with a part's size, how much is done again after a kill. */
const PARTS_PER_STEP = 4;

/** Where a step begins: always at the beginning of a part. */
interface Position {
  piece: number;
  /** Bytes of that piece that are in earlier parts. */
  skip: number;
  /** Where in the archive the piece begins. */
  offset: number;
  parts: number;
}

const positionSchema: z.ZodType<Position> = z.object({
  piece: z.int(),
  skip: z.int(),
  offset: z.int(),
  parts: z.int(),
});

/** Entries that stand together in a segment and follow each other in the archive. */
interface Piece {
  objectKey: string;
  /** Where they are in their segment. */
  positions: number[];
}

/** One step. Costs a query for the segments, an object read for each piece, and an upload and a row for each part. */
export async function assemblePack(run: FinalizingRun, context: UnitContext): Promise<FinalizeResult> {
  const { DATABASE, ARTIFACTS } = context.env;
  const id = packIdOf(run.runId);
  const pack = await readPackSpecification(DATABASE, id);
  if (pack === null) throw new Error("the run's pack is not there");
  const result = { kind: "review-pack", id, href: packHref(run.tenantSlug, id) };
  if (pack.status === "complete") return { kind: "finalized", result };
  if (run.counts.failed > 0) {
    await discardPack(context.env, pack);
    return {
      kind: "failed",
      code: "entries_failed",
      message: "Some files could not be written, so there is no pack. See which and why, then start again.",
    };
  }
  const storage = new PackStorage(ARTIFACTS, pack.tenantId, pack.id);
  // The archive appears in R2 whole or not at all: when it is there, only the last lines are left to do.
  if ((await storage.archiveBytes()) === null) {
    const from = run.cursor === null ? START : positionSchema.parse(JSON.parse(run.cursor));
    const pieces = piecesOf(await listSegments(DATABASE, id), run.total);
    const next = await new Assembly(context.env, pack, storage, pieces, from).step(run.total);
    if (next !== null) return { kind: "continue", cursor: JSON.stringify(next) };
  }
  const archiveBytes = await storage.archiveBytes();
  if (archiveBytes === null) throw new Error("the archive is not in R2");
  const archiveHash = await storage.hashArchive();
  await completePack(DATABASE, id, { fileCount: run.total, archiveBytes, archiveHash, at: context.now() });
  await storage.clear("staging");
  return { kind: "finalized", result };
}

const START: Position = { piece: 0, skip: 0, offset: 0, parts: 0 };

class Assembly {
  readonly #env: Env;
  readonly #pack: PackSpecification;
  readonly #storage: PackStorage;
  readonly #pieces: readonly Piece[];
  readonly #from: Position;
  #uploadId: string | null;
  #parts: number;

  constructor(env: Env, pack: PackSpecification, storage: PackStorage, pieces: readonly Piece[], from: Position) {
    this.#env = env;
    this.#pack = pack;
    this.#storage = storage;
    this.#pieces = pieces;
    this.#from = from;
    this.#uploadId = pack.uploadId;
    this.#parts = from.parts;
  }

  /** Goes on until enough parts are uploaded, and says where; null when the archive is in R2. */
  async step(entries: number): Promise<Position | null> {
    const parts = new PartBuffer((bytes) => this.#upload(bytes));
    let { offset } = this.#from;
    for (let at = this.#from.piece; at < this.#pieces.length; at += 1) {
      const { local, central } = await this.#piece(at, offset);
      await this.#storage.put(this.#storage.centralKey(at), central);
      const skip = at === this.#from.piece ? this.#from.skip : 0;
      await parts.write(local.subarray(skip));
      if (this.#parts - this.#from.parts >= PARTS_PER_STEP) {
        return { piece: at, skip: local.byteLength - parts.filled, offset, parts: this.#parts };
      }
      offset += local.byteLength;
    }
    await this.#finish(parts, { entries, offset });
    return null;
  }

  async #piece(at: number, offset: number) {
    const piece = this.#pieces[at];
    if (piece === undefined) throw new Error(`there is no piece ${at}`);
    return archivePiece(await this.#storage.read(piece.objectKey), piece.positions, offset);
  }

  /** The directory, put together from the pieces' own, and the archive's end. */
  async #finish(parts: PartBuffer, archive: { entries: number; offset: number }): Promise<void> {
    let bytes = 0;
    for (let at = 0; at < this.#pieces.length; at += 1) {
      const central = await this.#storage.read(this.#storage.centralKey(at));
      bytes += central.byteLength;
      await parts.write(central);
    }
    await parts.write(archiveEnd({ ...archive, bytes }));
    if (this.#parts === 0) {
      await this.#storage.putArchive(parts.rest());
      return;
    }
    if (parts.filled > 0) await this.#upload(parts.rest());
    const uploadId = this.#uploadId;
    if (uploadId === null) throw new Error("parts were uploaded to no upload");
    const uploaded = await listParts(this.#env.DATABASE, this.#pack.id, uploadId);
    await this.#storage.completeUpload(uploadId, uploaded.slice(0, this.#parts));
  }

  /** Durable in R2, and noted, when it resolves. Parts are numbered from 1. */
  async #upload(bytes: Uint8Array): Promise<void> {
    const { DATABASE } = this.#env;
    const uploadId = (this.#uploadId ??= await this.#openUpload());
    const partNumber = this.#parts + 1;
    const etag = await this.#storage.uploadPart(uploadId, partNumber, bytes);
    await notePart(DATABASE, { packId: this.#pack.id, uploadId, partNumber, etag, partBytes: bytes.byteLength });
    this.#parts = partNumber;
  }

  /**
   * An upload is noted before its first part. Between R2's answer and the note a kill leaves an upload that nobody knows; R2
   * aborts such ones by itself after a week.
   */
  async #openUpload(): Promise<string> {
    const uploadId = await this.#storage.createUpload();
    if (await noteUpload(this.#env.DATABASE, this.#pack.id, uploadId)) return uploadId;
    await this.#storage.abortUpload(uploadId);
    throw new Error("the pack has an upload, or was closed");
  }
}

/** Every ordinal once, in order, as pieces: the longest stretches that one segment holds. Throws when an entry is nowhere. */
export function piecesOf(segments: readonly StoredSegment[], total: number): Piece[] {
  const places = new Map<number, { segment: StoredSegment; position: number }>();
  for (const segment of segments) {
    segment.ordinals.forEach((ordinal, position) => {
      if (!places.has(ordinal)) places.set(ordinal, { segment, position });
    });
  }
  const pieces: Piece[] = [];
  let current: StoredSegment | null = null;
  for (let ordinal = 0; ordinal < total; ordinal += 1) {
    const place = places.get(ordinal);
    if (place === undefined) throw new Error(`entry ${ordinal} is in no segment`);
    const last = pieces.at(-1);
    if (last !== undefined && place.segment === current) last.positions.push(place.position);
    else pieces.push({ objectKey: place.segment.objectKey, positions: [place.position] });
    current = place.segment;
  }
  return pieces;
}
