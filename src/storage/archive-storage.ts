/** An archive's objects in R2, all under one prefix of its tenant's: of a review pack, or of an export of everything. */

import { hexOf, sha256Hex } from "../digests/sha256.ts";

const PART_BYTES = 5 * 1024 * 1024;
const DELETES_PER_CALL = 1_000;

/** Where an archive's objects are. */
export interface ArchivePlace {
  folder: "review-packs" | "exports";
  tenantId: string;
  id: string;
}

export class ArchiveStorage {
  readonly #bucket: R2Bucket;
  readonly #prefix: string;

  /** Throws for ids that could leave the prefix: no such ones come from our rows. */
  constructor(bucket: R2Bucket, { folder, tenantId, id }: ArchivePlace) {
    if (![tenantId, id].every((part) => /^[A-Za-z0-9_-]+$/.test(part))) throw new Error("An id cannot stand in a key");
    this.#bucket = bucket;
    this.#prefix = `tenants/${tenantId}/${folder}/${id}/`;
  }

  get archiveKey(): string {
    return `${this.#prefix}archive.zip`;
  }

  /**
   * A key of its own for each set of ordinals and, where entries may be different when they are written again, for their bytes. So the same
   * bytes go to the same place, and no object is ever overwritten by another.
   */
  async segmentKey(ordinals: readonly number[], bytes?: Uint8Array): Promise<string> {
    const set = (await sha256Hex(bytes ?? JSON.stringify(ordinals))).slice(0, 32);
    return `${this.#prefix}segments/${ordinals[0] ?? 0}-${set}`;
  }

  /** The directory's records of the entries that a step has put into the archive. */
  directoryKey(step: number): string {
    return `${this.#prefix}assembly/${step}-directory`;
  }

  /** The beginning of a part, which a step has found no end for. */
  waitingKey(step: number): string {
    return `${this.#prefix}assembly/${step}-waiting`;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(key, bytes);
  }

  async remove(key: string): Promise<void> {
    await this.#bucket.delete(key);
  }

  /** Throws when it is not there: whoever asks knows that it was stored. */
  async read(key: string): Promise<Uint8Array> {
    const object = await this.#bucket.get(key);
    if (object === null) throw new Error("a part of the archive is not in R2");
    return new Uint8Array(await object.arrayBuffer());
  }

  async archiveBytes(): Promise<number | null> {
    return (await this.#bucket.head(this.archiveKey))?.size ?? null;
  }

  /** SHA-256 of the archive as it is in R2, read back once. */
  async hashArchive(): Promise<string> {
    const object = await this.#bucket.get(this.archiveKey);
    if (object === null) throw new Error("the archive is not in R2");
    const digest = new crypto.DigestStream("SHA-256");
    await object.body.pipeTo(digest);
    return hexOf(await digest.digest);
  }

  async createUpload(): Promise<string> {
    return (await this.#bucket.createMultipartUpload(this.archiveKey, { httpMetadata: ARCHIVE_METADATA })).uploadId;
  }

  async uploadPart(uploadId: string, partNumber: number, bytes: Uint8Array): Promise<string> {
    return (await this.#bucket.resumeMultipartUpload(this.archiveKey, uploadId).uploadPart(partNumber, bytes)).etag;
  }

  async completeUpload(uploadId: string, parts: { partNumber: number; etag: string }[]): Promise<void> {
    await this.#bucket.resumeMultipartUpload(this.archiveKey, uploadId).complete(parts);
  }

  /** An upload that is gone by now needs no abort. */
  async abortUpload(uploadId: string): Promise<void> {
    try {
      await this.#bucket.resumeMultipartUpload(this.archiveKey, uploadId).abort();
    } catch (error) {
      if (!/\b(10024|NoSuchUpload|does not exist)\b/.test(String(error))) throw error;
    }
  }

  async putArchive(bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(this.archiveKey, bytes, { httpMetadata: ARCHIVE_METADATA });
  }

  /** Deletes what the archive was made from; with `everything`, the archive too. Idempotent. */
  async clear(scope: "staging" | "everything"): Promise<void> {
    const prefixes =
      scope === "everything" ? [this.#prefix] : ["segments/", "assembly/"].map((part) => this.#prefix + part);
    for (const prefix of prefixes) {
      for (;;) {
        const { objects, truncated } = await this.#bucket.list({ prefix, limit: DELETES_PER_CALL });
        if (objects.length > 0) await this.#bucket.delete(objects.map(({ key }) => key));
        if (!truncated) break;
      }
    }
  }
}

const ARCHIVE_METADATA = { contentType: "application/zip" };

/** Collects bytes into parts of one size, as R2 wants them: all equal but the last. Holds one part in memory. */
export class PartBuffer {
  readonly #onPart: (bytes: Uint8Array) => Promise<void>;
  readonly #partBytes: number;
  #part: Uint8Array;
  #filled = 0;

  constructor(onPart: (bytes: Uint8Array) => Promise<void>, partBytes = PART_BYTES) {
    this.#onPart = onPart;
    this.#partBytes = partBytes;
    this.#part = new Uint8Array(partBytes);
  }

  /** Bytes that wait for the rest of their part. */
  get filled(): number {
    return this.#filled;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      const taken = Math.min(this.#partBytes - this.#filled, bytes.byteLength - at);
      this.#part.set(bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.#partBytes) {
        await this.#onPart(this.#part);
        this.#part = new Uint8Array(this.#partBytes);
        this.#filled = 0;
      }
    }
  }

  /** What is left for the last part. */
  rest(): Uint8Array {
    return this.#part.subarray(0, this.#filled);
  }
}
