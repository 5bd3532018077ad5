/**
 * Decides what undoing a restore does with one of its policies: nothing where the tenant has it as it was before, the reverse of the write where it is as the
 * restore left it, and nothing either, with the reason, where somebody has changed it since. Pure.
 */
import type { ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import { omaSecretReferences } from "../../graph/oma-secrets.ts";
import { isUnknownId } from "../../database/restore/undo-items.ts";
import type { KnownFamily } from "../../graph/families.ts";
import { compareForRestore, propertyOf } from "../../graph/restore/differences.ts";
import { isEmptyValue } from "../../graph/restore/document-members.ts";
import { foreign } from "../../graph/restore/read-only.ts";
import { diffPolicies, type PolicyChange } from "../../policies/policy-diff.ts";
import { isSamePolicy } from "../../policies/policy-normal-form.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import type { JsonObject } from "../../policies/json-value.ts";

export interface UndoneItem {
  item: Pick<ItemToDecide, "undoes" | "leftHash" | "graphId">;
  family: KnownFamily;
  /** What the item keeps: the policy before the restore; of one that it made, the policy as it left it. */
  kept: JsonObject;
  /** The policy that the tenant has by the id; null where it has none. */
  target: JsonObject | null;
  /** See `comparableHash`. */
  targetHash: string | null;
  /** What the restore wanted the policy to become; null where that is not known any more, or not needed. */
  wanted: JsonObject | null;
  /** Whether the restore never learnt if its request was applied. */
  isOpen: boolean;
}

export type UndoDecision =
  /** Of a policy that goes `back`, what is kept is restored over the target, or made again where there is none. */
  | { kind: "back" | "delete" }
  | { kind: "unchanged"; note: string }
  | { kind: "blocked"; code: "changed_since" | "made_unknown"; message: string };

export function decideUndo(undone: UndoneItem): UndoDecision {
  const { item, target } = undone;
  switch (item.undoes) {
    case "update":
      if (target === null) return GONE_SINCE;
      if (isAsKept(undone, target)) return asKept(undone, "It is as it was before the restore.");
      return isAsLeft(undone, target) ? { kind: "back" } : CHANGED_SINCE;
    case "create":
      if (target !== null) return isAsLeft(undone, target) ? { kind: "delete" } : CHANGED_SINCE;
      if (!isUnknownId(item.graphId)) return { kind: "unchanged", note: "The tenant does not have it any more." };
      return undone.isOpen ? MADE_UNKNOWN : { kind: "unchanged", note: "The restore did not come to make it." };
    case "delete":
      if (target === null) return { kind: "back" };
      if (isAsKept(undone, target)) return asKept(undone, "The tenant has it as it was before.");
      return item.leftHash !== null && isAsLeft(undone, target) ? { kind: "back" } : CHANGED_SINCE;
    case null:
      throw new Error("an item of an undo set says what it undoes");
  }
}

const GONE_SINCE = {
  kind: "blocked",
  code: "changed_since",
  message:
    "The policy was deleted from the tenant since the restore. It is not made again, because somebody may have wanted it gone: restore it from a backup if it is to come back.",
} as const;
const CHANGED_SINCE = {
  kind: "blocked",
  code: "changed_since",
  message:
    "The policy is neither as the restore left it nor as it was before: it was changed since. It is left alone. Undo what changed it first, or change it by hand.",
} as const;
const MADE_UNKNOWN = {
  kind: "blocked",
  code: "made_unknown",
  message:
    "The restore asked Microsoft Graph to make this policy and never learnt whether it did. Look for a policy of this name in the tenant.",
} as const;

/** Encrypted values are in no document: whether they are the same is found out with those in clear. */
function asKept({ kept }: UndoneItem, note: string): UndoDecision {
  return omaSecretReferences(kept).length === 0 ? { kind: "unchanged", note } : { kind: "back" };
}

/** By the one notion of sameness. The id is no part of it: what was deleted comes back under another one. */
function isAsKept({ family, kept }: UndoneItem, target: JsonObject): boolean {
  return isSamePolicy(meaningRules(family.key), kept, target);
}

/**
 * Whether the restore left the policy like this. Where it never looked (it was stopped on its way), whether all that differs from before is as the restore
 * wanted it, so that nobody else has written anything.
 */
function isAsLeft({ item, family, kept, targetHash, wanted }: UndoneItem, target: JsonObject): boolean {
  if (item.leftHash !== null) return targetHash === item.leftHash;
  if (wanted === null) return false;
  const present = foreign(target);
  if (item.undoes === "create") {
    // What only later requests would have written is missing yet.
    const { changes } = compareForRestore(family.key, wanted, present, { assignments: true });
    return changes.every((change) => isEmptyValue(target[propertyOf(change)]));
  }
  const rules = meaningRules(family.key);
  const unlikeWanted = diffPolicies(rules, present, wanted);
  return !diffPolicies(rules, present, foreign(kept)).some(({ path: one }) =>
    unlikeWanted.some(({ path: other }) => isWithin(one, other) || isWithin(other, one)),
  );
}

type Path = PolicyChange["path"];

function isWithin(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((step, at) => JSON.stringify(step) === JSON.stringify(inner[at]));
}

/** The last item before this one, of the family, that stands in another turn: policies of the family that refer to one that is deleted come before it. */
export function lastOfEarlierTurn(
  ordinal: number,
  turnOf: (item: { odataType: string | null }) => number,
  items: readonly Pick<ItemToDecide, "ordinal" | "odataType">[],
): number | null {
  const own = items.find((item) => item.ordinal === ordinal);
  if (own === undefined) return null;
  const earlier = items.filter((item) => item.ordinal < ordinal && turnOf(item) !== turnOf(own));
  return earlier.length === 0 ? null : Math.max(...earlier.map((item) => item.ordinal));
}
