/** Plans the deletion of a policy that a restore has made, for undoing it. Pure. */
import type { JsonObject } from "../../policies/json-value.ts";
import { familyOf, type FamilyKey } from "../families.ts";
import { nameOf } from "../policy-facts.ts";
import { idSegment } from "./entries.ts";
import { objectsOf } from "./document-members.ts";
import { collectionOf, type WritePlan } from "./plan.ts";
import { POLICY_ID, removes, type RestoreStep } from "./restore-step.ts";

/**
 * @param target the policy as the tenant has it. Where assignments are written one by one, Intune refuses to delete what is assigned: they go first.
 */
export function planDeletion(key: FamilyKey, target: JsonObject): WritePlan {
  const family = familyOf(key);
  const path = `${collectionOf(family, target)}/${POLICY_ID}`;
  const unassigning =
    family.restore.assign.kind === "oneByOne"
      ? objectsOf(target["assignments"]).map((entry, index) =>
          removes(`no assignment ${index + 1}`, `${path}/assignments/${idSegment(entry)}`, "assignments"),
        )
      : [];
  const remove: RestoreStep = { name: "delete", method: "DELETE", path, body: null, effect: { kind: "deletes" } };
  return {
    kind: "writes",
    family: key,
    name: nameOf(family, target) ?? "",
    steps: [...unassigning, remove],
    wanted: {},
    assignments: false,
    changes: [],
    left: [],
    notes: [],
  };
}

/** Whether the policy is to be gone in the end. */
export function isDeletion({ steps }: Pick<WritePlan, "steps">): boolean {
  return steps.some(({ effect }) => effect.kind === "deletes");
}
