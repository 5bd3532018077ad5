/** The step "Sealing": the root over all that the baseline holds, then one guarded update. */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../digests/merkle.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import {
  baselineIdOf,
  holdsUnread,
  listSealedPolicies,
  sealBaseline,
} from "../../database/baselines/baseline-building.ts";
import { readBaseline } from "../../database/baselines/baselines.ts";
import type { MadeThing, PhasedRun, PhaseResult, UnitContext } from "../../runs/operation.ts";
import { nextStep, type SealCursor } from "./capture-cursor.ts";

const POLICIES_PER_QUERY = 2_000;
const QUERIES_PER_STEP = 10;

/**
 * Adds up to 20,000 policies to the tree, and seals behind the last. The rows cannot change meanwhile. Idempotent: sealed
 * again, the baseline is as it was. The outcome says so when the baseline knows nothing of some of its families, or
 * holds policies as they were last known because they could not be read.
 */
export async function sealCapture(
  run: PhasedRun,
  cursor: SealCursor,
  context: UnitContext,
): Promise<PhaseResult<MadeThing>> {
  const { DATABASE } = context.env;
  const id = baselineIdOf(run.runId);
  const tenant = { id: run.tenantId, slug: run.tenantSlug };
  const baseline = await readBaseline(DATABASE, tenant, id);
  if (baseline === null) throw new Error(`baseline ${id} is not there`);
  const { families } = baseline;
  let tree = cursor.tree ?? (await addLeaves(EMPTY_MERKLE, await leavesOf(families.map(familyLeaf))));
  let after = { family: cursor.family, graphId: cursor.graphId };
  for (let query = 0; query < QUERIES_PER_STEP; query += 1) {
    const policies = await listSealedPolicies(DATABASE, id, after, POLICIES_PER_QUERY);
    tree = await addLeaves(tree, await leavesOf(policies.map((policy) => ({ kind: "policy", ...policy }))));
    after = policies.at(-1) ?? after;
    if (policies.length === POLICIES_PER_QUERY) continue;
    const contentRoot = await merkleRoot(tree);
    if (contentRoot === null) throw new Error("a baseline has families");
    const policyCount = tree.count - families.length;
    const sealed = await sealBaseline(DATABASE, id, { at: context.now(), policyCount, contentRoot });
    if (!sealed && baseline.status !== "sealed") {
      return { kind: "failed", code: "baseline_closed", message: "The baseline was given up before it was sealed." };
    }
    const complete = families.every(({ readAt }) => readAt !== null) && !(await holdsUnread(DATABASE, id));
    return {
      kind: "done",
      outcome: complete ? "succeeded" : "partially_succeeded",
      result: { id },
      extent: policyCount,
    };
  }
  return nextStep({ at: "seal", family: after.family, graphId: after.graphId, tree });
}

function familyLeaf(family: { key: string; policyCount: number; readAt: string | null }): JsonObject {
  return { kind: "family", family: family.key, policyCount: family.policyCount, readAt: family.readAt };
}

/** SHA-256 of what each leaf tells (docs/baselines.md). */
function leavesOf(leaves: readonly JsonObject[]): Promise<string[]> {
  return Promise.all(leaves.map((leaf) => sha256Hex(rfc8785Text(leaf))));
}
