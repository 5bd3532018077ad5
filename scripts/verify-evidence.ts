/**
 * `npm run verify-evidence -- <folder>`: recomputes the Merkle root of a review pack's evidence from the files alone and
 * compares it with the one in the pack's manifest. `<folder>` is the extracted pack. Needs no connection and no secret.
 * docs/evidence.md has the same in thirty lines of Python, for people who trust nothing of ours.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const manifestSchema = z.object({ snapshot: z.object({ merkleRoot: z.string(), itemCount: z.int() }) });
const itemSchema = z.object({ key: z.string() });

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: npm run verify-evidence -- <folder of the extracted review pack>");
  process.exit(2);
}
process.exitCode = verify(folder);

function verify(pack: string): number {
  const { snapshot } = manifestSchema.parse(JSON.parse(readFileSync(path.join(pack, "manifest.json"), "utf8")));
  const files = readdirSync(path.join(pack, "evidence"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)));
  const leaves = files
    .map((bytes) => ({ key: itemSchema.parse(JSON.parse(bytes.toString("utf8"))).key, itemHash: sha256(bytes) }))
    // By bytes, as the keys were sorted.
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ itemHash }) => sha256(Buffer.of(0), itemHash));
  const root = rootOf(leaves)?.toString("hex") ?? "none";
  console.log(`items       ${leaves.length} found, ${snapshot.itemCount} recorded`);
  console.log(`recomputed  ${root}`);
  console.log(`recorded    ${snapshot.merkleRoot}`);
  const same = root === snapshot.merkleRoot && leaves.length === snapshot.itemCount;
  console.log(same ? "The evidence is what was recorded." : "THE EVIDENCE IS NOT WHAT WAS RECORDED.");
  return same ? 0 : 1;
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
