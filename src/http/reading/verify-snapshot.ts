/** Recomputes a snapshot's root from the documents themselves. */
import { z } from "zod";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../digests/merkle.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import type { EvidenceSnapshot, EvidenceVerification } from "../../contract/evidence.ts";
import { listStoredItems, type StoredItem } from "../../database/evidence/evidence-items.ts";
import { kindOf } from "../../database/evidence/item-key.ts";
import { parseStoredJson } from "../../database/sql/stored-json.ts";
import { readDocumentsAt } from "../../storage/evidence-documents.ts";
import type { TenantEnv } from "../../database/databases.ts";

const DOCUMENTS_PER_QUERY = 500;
const MAX_MISMATCHES = 100;

/**
 * One query for every 500 items of a complete snapshot, and one reading of R2 for some 50; none of any other, which has no root to compare
 * with. Trusts nothing but the documents' bytes and the root that was stored at the end: what lists show of an item has to be what its
 * document says. A document that is gone is a mismatch.
 */
export async function verifySnapshot(
  { DATABASE, ARTIFACTS }: Pick<TenantEnv, "DATABASE" | "ARTIFACTS">,
  tenantId: string,
  snapshot: EvidenceSnapshot,
  now: number,
): Promise<EvidenceVerification> {
  let tree = EMPTY_MERKLE;
  let afterKey = "";
  let exceptions = 0;
  const mismatches: string[] = [];
  while (snapshot.status === "complete") {
    const items = await listStoredItems(DATABASE, snapshot.id, afterKey, DOCUMENTS_PER_QUERY);
    const documents = await readDocumentsAt(ARTIFACTS, { tenantId, snapshotId: snapshot.id }, items);
    const hashes = await Promise.all(
      documents.map(async (document) => (document === null ? null : sha256Hex(document))),
    );
    items.forEach((item, index) => {
      if (item.exceptionCode !== null) exceptions += 1;
      const document = documents[index] ?? null;
      const same = document !== null && hashes[index] === item.itemHash && isListedAsWritten(item, document);
      if (!same && mismatches.length < MAX_MISMATCHES) mismatches.push(item.key);
    });
    tree = await addLeaves(
      tree,
      hashes.filter((hash) => hash !== null),
    );
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

function isListedAsWritten(item: StoredItem, document: string): boolean {
  const written = documentSchema.safeParse(parseStoredJson(document)).data;
  return (
    written !== undefined &&
    written.key === item.key &&
    written.kind === kindOf(item.key) &&
    written.title === item.title &&
    (written.exception?.code ?? null) === item.exceptionCode &&
    (written.exception?.message ?? null) === item.exceptionMessage
  );
}
