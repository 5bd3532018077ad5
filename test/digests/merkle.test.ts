import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../src/digests/merkle.ts";

const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** RFC 6962, section 2.1, word for word and recursively: nothing of it is shared with the code under test. */
function recursiveRoot(leaves: Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Buffer.of(0), only);
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return sha256(Buffer.of(1), recursiveRoot(leaves.slice(0, split)), recursiveRoot(leaves.slice(split)));
}

const itemHashes = (count: number) => Array.from({ length: count }, (_, at) => sha256(Buffer.from(`item ${at}`)));
const root = async (hashes: string[]) => merkleRoot(await addLeaves(EMPTY_MERKLE, hashes));

describe("the Merkle root", () => {
  it("is that of RFC 6962 for every number of leaves", async () => {
    for (let count = 1; count <= 70; count += 1) {
      const hashes = itemHashes(count);
      expect(await root(hashes.map((hash) => hash.toString("hex")))).toBe(recursiveRoot(hashes).toString("hex"));
    }
  });

  it("has a known value", async () => {
    expect(await root(["00".repeat(32)])).toBe(createHash("sha256").update(Buffer.alloc(33)).digest("hex"));
    expect(await root([])).toBeNull();
  });

  it("is the same in however many portions the leaves come, also when the state was stored in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 }), async (portions) => {
        const hashes = itemHashes(portions.reduce((sum, size) => sum + size, 0)).map((hash) => hash.toString("hex"));
        let state = EMPTY_MERKLE;
        let from = 0;
        for (const size of portions) {
          state = JSON.parse(JSON.stringify(await addLeaves(state, hashes.slice(from, from + size))));
          from += size;
        }
        expect(await merkleRoot(state)).toBe(await root(hashes));
        expect(state.count).toBe(hashes.length);
      }),
    );
  });

  it("changes with any leaf, with their order and with their number", async () => {
    const hashes = itemHashes(9).map((hash) => hash.toString("hex"));
    const whole = await root(hashes);
    const changed = hashes.with(4, "11".repeat(32));
    for (const other of [changed, hashes.toReversed(), hashes.slice(1), [...hashes, hashes[8] ?? ""]]) {
      expect(await root(other)).not.toBe(whole);
    }
  });

  it("does not take a node for a leaf", async () => {
    const [left = "", right = ""] = itemHashes(2).map((hash) => hash.toString("hex"));
    const pair = await root([left, right]);
    expect(await root([pair ?? ""])).not.toBe(pair);
  });
});
