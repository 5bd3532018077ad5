/** Recomputes a snapshot's root from the documents themselves. */
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../artifacts/merkle.ts";
import { sha256Hex } from "../../artifacts/sha256.ts";
import type { EvidenceSnapshot, EvidenceVerification } from "../../contract/evidence.ts";
import { listDocuments } from "../../database/evidence-items.ts";

const DOCUMENTS_PER_QUERY = 500;
const MAX_MISMATCHES = 100;

/** One query for every 500 items. Trusts nothing but the documents' bytes and the root that was stored at the end. */
export async function verifySnapshot(
  database: D1Database,
  snapshot: EvidenceSnapshot,
  now: number,
): Promise<EvidenceVerification> {
  let tree = EMPTY_MERKLE;
  let afterKey = "";
  const mismatches: string[] = [];
  for (;;) {
    const items = await listDocuments(database, snapshot.id, afterKey, DOCUMENTS_PER_QUERY);
    const hashes = await Promise.all(items.map(({ document }) => sha256Hex(document)));
    items.forEach(({ key, itemHash }, index) => {
      if (hashes[index] !== itemHash && mismatches.length < MAX_MISMATCHES) mismatches.push(key);
    });
    tree = await addLeaves(tree, hashes);
    afterKey = items.at(-1)?.key ?? afterKey;
    if (items.length < DOCUMENTS_PER_QUERY) break;
  }
  const recomputedRoot = await merkleRoot(tree);
  return {
    matches: snapshot.status === "complete" && recomputedRoot === snapshot.merkleRoot && mismatches.length === 0,
    storedRoot: snapshot.merkleRoot,
    recomputedRoot,
    items: tree.count,
    mismatches,
    verifiedAt: new Date(now).toISOString(),
  };
}
