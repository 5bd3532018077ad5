/** Whether the policy that is to be updated is still what it was when the plan was approved. */
import { comparableText } from "../../artifacts/canonical-json.ts";
import type { JsonObject } from "../../artifacts/json-value.ts";
import { sha256Hex } from "../../artifacts/sha256.ts";
import { shows } from "./applied.ts";
import { fails, type RestoreStop } from "./outcome.ts";
import type { WritePlan } from "./plan.ts";
import type { RestoreStep } from "./steps.ts";

/** The hash that the inventory keeps of a policy: equal for two states that are the same policy (decisions/010). */
export function comparableHash(document: JsonObject): Promise<string> {
  return sha256Hex(comparableText(document));
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
  if ((await comparableHash(document)) === approvedHash) return null;
  if (open && shows(plan.family, open, document, plan.wanted, 0)) return null;
  return fails({
    code: "conflict",
    message: "The policy in the tenant has changed since this plan was approved. Nothing was written; make a new plan.",
  });
}
