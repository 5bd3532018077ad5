/** Recomputes a snapshot's root from the documents themselves. */
import { z } from "zod";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../digests/merkle.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import type { EvidenceSnapshot, EvidenceVerification } from "../../contract/evidence.ts";
import { listDocuments, type StoredItem } from "../../database/evidence/evidence-items.ts";
import { parseStoredJson } from "../../database/sql/stored-json.ts";

const DOCUMENTS_PER_QUERY = 500;
const MAX_MISMATCHES = 100;

/**
 * One query for every 500 items of a complete snapshot; none of any other, which has no root to compare with. Trusts nothing
 * but the documents' bytes and the root that was stored at the end: what lists show of an item has to be what its document says.
 */
export async function verifySnapshot(
  database: D1Database,
  snapshot: EvidenceSnapshot,
  now: number,
): Promise<EvidenceVerification> {
  let tree = EMPTY_MERKLE;
  let afterKey = "";
  let exceptions = 0;
  const mismatches: string[] = [];
  while (snapshot.status === "complete") {
    const items = await listDocuments(database, snapshot.id, afterKey, DOCUMENTS_PER_QUERY);
    const hashes = await Promise.all(items.map(({ document }) => sha256Hex(document)));
    items.forEach((item, index) => {
      if (item.exceptionCode !== null) exceptions += 1;
      const same = hashes[index] === item.itemHash && isListedAsWritten(item);
      if (!same && mismatches.length < MAX_MISMATCHES) mismatches.push(item.key);
    });
    tree = await addLeaves(tree, hashes);
    afterKey = items.at(-1)?.key ?? afterKey;
    if (items.length < DOCUMENTS_PER_QUERY) break;
  }
  const recomputedRoot = await merkleRoot(tree);
  const counted = tree.count === snapshot.itemCount && exceptions === snapshot.exceptionCount;
  return {
    matches: counted && recomputedRoot === snapshot.merkleRoot && mismatches.length === 0,
    storedRoot: snapshot.merkleRoot,
    recomputedRoot,
    items: tree.count,
    mismatches,
    verifiedAt: new Date(now).toISOString(),
  };
}

const documentSchema = z.object({
  key: z.string(),
  kind: z.string(),
  title: z.string(),
  exception: z.object({ code: z.string(), message: z.string() }).nullable(),
});

function isListedAsWritten(item: StoredItem): boolean {
  const written = documentSchema.safeParse(parseStoredJson(item.document)).data;
  return (
    written !== undefined &&
    written.key === item.key &&
    written.kind === item.kind &&
    written.title === item.title &&
    (written.exception?.code ?? null) === item.exceptionCode &&
    (written.exception?.message ?? null) === item.exceptionMessage
  );
}
