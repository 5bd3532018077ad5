/** Checks that the policy to be updated is still what it was when the plan was approved. */
import { comparableText } from "../../../policies/canonical-json.ts";
import type { JsonObject } from "../../../policies/json-value.ts";
import { sha256Hex } from "../../../digests/sha256.ts";
import { familyOf, type FamilyKey } from "../../families.ts";
import { shows } from "./detect-effect.ts";
import { fails, type RestoreStop } from "./outcome.ts";
import type { WritePlan } from "../../restore/plan.ts";
import { withoutReadOnly } from "../../restore/read-only.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";

/**
 * Equal for two states that are the same policy (decisions/010), counters and other properties aside that the service moves by
 * itself: a plan's own writes may move them in policies that it does not touch (how many refer to a reusable setting, say).
 */
export function comparableHash(family: FamilyKey, document: JsonObject): Promise<string> {
  const { assignments = null } = document;
  const given = withoutReadOnly(document, familyOf(family).restore.readOnly);
  return sha256Hex(comparableText({ ...given, assignments }));
}

/**
 * Null when it is what was approved. `open` is the plan's first step when it was sent before and its answer is not known: a
 * target that has changed and shows what that step does was changed by it.
 */
export async function judgeTarget(
  plan: WritePlan,
  document: JsonObject,
  approvedHash: string,
  open: RestoreStep | null,
): Promise<RestoreStop | null> {
  if ((await comparableHash(plan.family, document)) === approvedHash) return null;
  if (open && shows(plan.family, open, document, plan.wanted, 0)) return null;
  return fails({
    code: "conflict",
    message: "The policy in the tenant has changed since this plan was approved. Nothing was written; make a new plan.",
  });
}
