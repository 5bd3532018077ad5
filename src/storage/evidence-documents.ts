/**
 * The documents of a snapshot's items in R2: some of them in one object, a line each, below the snapshot's own prefix. An object is written
 * before the rows that name it, never changed, and goes with its snapshot. What is read is proved by each item's hash.
 */
import { isSha256Hex, sha256Hex } from "../digests/sha256.ts";
import { eachOf } from "./each-of.ts";

export interface SnapshotPlace {
  tenantId: string;
  snapshotId: string;
}

/** Keys that one deletion of R2 takes. */
const KEYS_PER_DELETION = 1_000;
const LINE_FEED = 10;

/** Stores documents (canonical JSON has no line feed) together. Answers the object's hash, which names it. Repeated, it writes the same object. */
export async function putDocuments(
  bucket: R2Bucket,
  place: SnapshotPlace,
  documents: readonly string[],
): Promise<string> {
  const bytes = new TextEncoder().encode(documents.join("\n"));
  const hash = await sha256Hex(bytes);
  await bucket.put(segmentKey(place, hash), bytes, {
    httpMetadata: { contentType: "application/jsonl; charset=utf-8" },
    sha256: hash,
  });
  return hash;
}

/** Where an item's document is: its hash, and the object that has it; `document` itself where an earlier version kept it in the row. */
export interface DocumentPlace {
  itemHash: string;
  segment: string | null;
  document: string | null;
}

/**
 * The documents of some items, in their order; null where none has the item's hash: it is gone, or not what it was. One reading of R2 for each
 * object among them, six at a time; all of their documents are in memory.
 */
export async function readDocumentsAt(
  bucket: R2Bucket,
  place: SnapshotPlace,
  items: readonly DocumentPlace[],
): Promise<(string | null)[]> {
  const segments = [...new Set(items.flatMap(({ segment }) => segment ?? []))];
  const found = new Map<string, string>();
  const wanted = new Set(items.map(({ itemHash }) => itemHash));
  await eachOf(segments, async (segment) => {
    const object = await bucket.get(segmentKey(place, segment));
    if (object === null) return;
    for (const line of linesOf(new Uint8Array(await object.arrayBuffer()))) {
      const hash = await sha256Hex(line);
      if (wanted.has(hash)) found.set(hash, new TextDecoder().decode(line));
    }
  });
  return items.map(({ itemHash, document }) => document ?? found.get(itemHash) ?? null);
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start);
    yield bytes.subarray(start, end === -1 ? bytes.length : end);
    start = end === -1 ? bytes.length : end + 1;
  }
}

/** Removes all documents of a snapshot. Idempotent. */
export async function removeDocuments(bucket: R2Bucket, place: SnapshotPlace): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix: prefixOf(place), limit: KEYS_PER_DELETION });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}

/** Throws for what is not a hash, and for ids that could leave the tenant's prefix: none of ours does. */
function segmentKey(place: SnapshotPlace, hash: string): string {
  if (!isSha256Hex(hash)) throw new Error("An object's name is not a SHA-256");
  return `${prefixOf(place)}${hash}.jsonl`;
}

function prefixOf({ tenantId, snapshotId }: SnapshotPlace): string {
  for (const part of [tenantId, snapshotId]) {
    if (!/^[A-Za-z0-9_-]+$/.test(part)) throw new Error("An id cannot stand in a key");
  }
  return `tenants/${tenantId}/evidence/${snapshotId}/`;
}
