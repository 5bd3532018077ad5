/** The end of a snapshot: its Merkle root over all items, or the mark that it is not to be used. */
import { z } from "zod";
import { addLeaves, EMPTY_MERKLE, merkleRoot, type MerkleState } from "../../digests/merkle.ts";
import { listLeaves } from "../../database/evidence/evidence-items.ts";
import { closeSnapshot, snapshotIdOf } from "../../database/evidence/evidence-snapshots.ts";
import type { FinalizeResult, FinalizingRun, MadeThing, UnitContext } from "../../runs/operation.ts";

const LEAVES_PER_QUERY = 2_000;
const QUERIES_PER_STEP = 10;

interface Progress {
  afterKey: string;
  exceptions: number;
  tree: MerkleState;
}

const cursorSchema: z.ZodType<Progress> = z.object({
  afterKey: z.string(),
  exceptions: z.int(),
  tree: z.object({ count: z.int(), subtrees: z.array(z.object({ leaves: z.int(), hash: z.string() })) }),
});

/**
 * Completes the snapshot: item hashes in pages, a step for every 20,000, then one statement that closes it. The items cannot
 * change meanwhile: all of them are settled, and none is ever updated.
 */
export async function completeSnapshot(run: FinalizingRun, context: UnitContext): Promise<FinalizeResult<MadeThing>> {
  const { DATABASE } = context.env;
  const id = snapshotIdOf(run.runId);
  const result = { id };
  if (run.counts.failed > 0) {
    await closeSnapshot(DATABASE, id, { status: "incomplete" });
    return {
      kind: "failed",
      code: "snapshot_incomplete",
      message:
        "Some items could not be recorded, so this snapshot is incomplete and cannot be used. See which, then start again.",
    };
  }
  if (run.total === 0) {
    await closeSnapshot(DATABASE, id, { status: "empty", at: context.now() });
    return { kind: "finalized", result, extent: 0 };
  }
  let { afterKey, exceptions, tree } = readProgress(run.cursor);
  for (let query = 0; query < QUERIES_PER_STEP; query += 1) {
    const leaves = await listLeaves(DATABASE, id, afterKey, LEAVES_PER_QUERY);
    tree = await addLeaves(
      tree,
      leaves.map(({ itemHash }) => itemHash),
    );
    exceptions += leaves.filter(({ exceptional }) => exceptional).length;
    afterKey = leaves.at(-1)?.key ?? afterKey;
    if (leaves.length === LEAVES_PER_QUERY) continue;
    if (tree.count !== run.total) throw new Error(`${tree.count} items of ${run.total} are stored`);
    const root = await merkleRoot(tree);
    if (root === null) throw new Error("a tree with leaves has a root");
    const end = { at: context.now(), itemCount: tree.count, exceptionCount: exceptions, merkleRoot: root };
    await closeSnapshot(DATABASE, id, { status: "complete", ...end });
    return { kind: "finalized", result, extent: tree.count };
  }
  return { kind: "continue", cursor: JSON.stringify({ afterKey, exceptions, tree }) };
}

function readProgress(cursor: string | null): Progress {
  if (cursor === null) return { afterKey: "", exceptions: 0, tree: EMPTY_MERKLE };
  return cursorSchema.parse(JSON.parse(cursor));
}
