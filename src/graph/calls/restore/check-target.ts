/** Checks that the policy to be updated is still what it was when the plan was approved. */
import { normalText } from "../../../policies/policy-normal-form.ts";
import type { JsonObject } from "../../../policies/json-value.ts";
import { sha256Hex } from "../../../digests/sha256.ts";
import type { FamilyKey } from "../../families.ts";
import { meaningRules } from "../../policy-meaning.ts";
import { shows } from "./detect-effect.ts";
import { fails, type RestoreStop } from "./outcome.ts";
import type { WritePlan } from "../../restore/plan.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";

/**
 * Equal for two states that are the same policy (decisions/073). What the service moves by itself does not count: a plan's own writes may
 * move that in policies that it does not touch (how many refer to a reusable setting, say).
 */
export function comparableHash(family: FamilyKey, document: JsonObject): Promise<string> {
  return sha256Hex(normalText(meaningRules(family), document));
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
