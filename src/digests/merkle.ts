/**
 * The Merkle tree over a snapshot's items (RFC 6962's shape): a leaf is SHA-256(0x00 ‖ item hash), a node is
 * SHA-256(0x01 ‖ left ‖ right), and n leaves split at the largest power of two below n. The two prefixes keep a node from
 * passing for a leaf. Computed leaf by leaf with one hash a level in memory, which can be stored and taken up again.
 */
import { sha256Hex } from "./sha256.ts";

const HASH_BYTES = 32;
const LEAF = 0;
const NODE = 1;

/** Roots of full subtrees, the largest first: what is needed to go on. `hash` is hexadecimal. */
export interface MerkleState {
  count: number;
  subtrees: { leaves: number; hash: string }[];
}

export const EMPTY_MERKLE: MerkleState = { count: 0, subtrees: [] };

/** The state after more leaves, given by their items' SHA-256 in hexadecimal, in order. */
export async function addLeaves(state: MerkleState, itemHashes: readonly string[]): Promise<MerkleState> {
  const subtrees = [...state.subtrees];
  const leaves = await Promise.all(itemHashes.map((itemHash) => digest(LEAF, itemHash)));
  for (const leaf of leaves) {
    let added = { leaves: 1, hash: leaf };
    for (let last = subtrees.at(-1); last?.leaves === added.leaves; last = subtrees.at(-1)) {
      subtrees.pop();
      added = { leaves: 2 * added.leaves, hash: await digest(NODE, last.hash, added.hash) };
    }
    subtrees.push(added);
  }
  return { count: state.count + itemHashes.length, subtrees };
}

/** The root in hexadecimal; null of no leaves. */
export async function merkleRoot({ subtrees }: MerkleState): Promise<string | null> {
  let root: string | null = null;
  for (const { hash } of subtrees.toReversed()) root = root === null ? hash : await digest(NODE, hash, root);
  return root;
}

function digest(prefix: number, ...hashes: string[]): Promise<string> {
  const bytes = new Uint8Array(1 + hashes.length * HASH_BYTES);
  bytes[0] = prefix;
  hashes.forEach((hash, index) => bytes.set(bytesOfHex(hash), 1 + index * HASH_BYTES));
  return sha256Hex(bytes);
}

function bytesOfHex(hash: string): Uint8Array {
  return Uint8Array.from({ length: HASH_BYTES }, (_, index) =>
    Number.parseInt(hash.slice(2 * index, 2 * index + 2), 16),
  );
}
