/**
 * The Merkle root of a snapshot, recomputed from the items themselves. It shares nothing with the product that has recorded it; docs/evidence.md has the
 * same in Python.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

/** What was recorded, and the items as bytes, in any order. */
export interface Evidence {
  root: string;
  itemCount: number;
  items: Buffer[];
}

export interface EvidenceVerdict {
  matches: boolean;
  /** Recomputed, hexadecimal; `none` without items. */
  root: string;
  /** All of it for people. */
  lines: string[];
}

/** What a review pack's `manifest.json` says of the snapshot. */
export const manifestSchema = z.object({ snapshot: z.object({ merkleRoot: z.string(), itemCount: z.int() }) });
const itemSchema = z.object({ key: z.string() });

/**
 * Recomputes a snapshot's Merkle root. `expected` is a root that was kept elsewhere; without it the recorded one is taken.
 * @throws {z.ZodError | SyntaxError} for an item that is none
 */
export function judgeEvidence(
  { items, itemCount, root: recorded }: Evidence,
  expected: string = recorded,
): EvidenceVerdict {
  const leaves = items
    .map((bytes) => ({ key: itemSchema.parse(JSON.parse(bytes.toString("utf8"))).key, itemHash: sha256(bytes) }))
    // By bytes, as the keys were sorted.
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ itemHash }) => sha256(Buffer.of(0), itemHash));
  const root = rootOf(leaves)?.toString("hex") ?? "none";
  const matches = root === expected && root === recorded && leaves.length === itemCount;
  return {
    matches,
    root,
    lines: [
      `items       ${leaves.length} found, ${itemCount} recorded`,
      `recomputed  ${root}`,
      `recorded    ${recorded}`,
      ...(expected === recorded ? [] : [`expected    ${expected}`]),
      matches ? "The evidence is what was recorded." : "THE EVIDENCE IS NOT WHAT WAS RECORDED.",
    ],
  };
}

/** RFC 6962, section 2.1. */
function rootOf(leaves: Buffer[]): Buffer | null {
  const [only] = leaves;
  if (only === undefined) return null;
  if (leaves.length === 1) return only;
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  const [left, right] = [rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split))];
  return left === null || right === null ? null : sha256(Buffer.of(1), left, right);
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
