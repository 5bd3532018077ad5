/** Families whose policies have a turn among each other: the first that fits a device or user holds. Set by an action of its own. */
import { POLICY_ID, sets, type RestoreStep } from "../restore/restore-step.ts";
import type { Subject } from "../restore/rule.ts";

/** None where the turn is as wanted, and for defaults, whose priority is 0 for good. */
export function prioritySteps({ collection, wanted, target }: Subject): RestoreStep[] {
  const { priority } = wanted;
  if (typeof priority !== "number" || priority < 1 || target?.["priority"] === priority) return [];
  return [sets("priority", `${collection}/${POLICY_ID}/setPriority`, "priority", { priority })];
}
