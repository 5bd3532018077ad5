/** The items that were ticked to be restored. Pure. Of a policy only one can be: ticking another takes its place. */
import type { BackupSetItem } from "../../contract/backup-sets.ts";

/** Item ids by policy. */
export type ChosenItems = ReadonlyMap<string, string>;
export const NO_ITEMS: ChosenItems = new Map();

type Item = Pick<BackupSetItem, "id" | "policyId" | "capturedAt">;

export function isChosen(chosen: ChosenItems, item: Item): boolean {
  return chosen.get(item.policyId) === item.id;
}

export function toggleItem(chosen: ChosenItems, item: Item): ChosenItems {
  const next = new Map(chosen);
  if (isChosen(chosen, item)) next.delete(item.policyId);
  else next.set(item.policyId, item.id);
  return next;
}

/** Of each listed policy one item, or none of all. */
export function listedItemsState(chosen: ChosenItems, listed: readonly Item[]): "none" | "some" | "all" {
  const policies = new Set(listed.map(({ policyId }) => policyId));
  const taken = [...policies].filter((policyId) => chosen.has(policyId)).length;
  if (taken === 0) return "none";
  return taken === policies.size ? "all" : "some";
}

/** Chooses the newest listed item of each listed policy that has none chosen yet; when each has, none of them. */
export function toggleListedItems(chosen: ChosenItems, listed: readonly Item[]): ChosenItems {
  const next = new Map(chosen);
  if (listedItemsState(chosen, listed) === "all") {
    for (const { policyId } of listed) next.delete(policyId);
    return next;
  }
  const newestFirst = listed.toSorted((one, other) => other.capturedAt.localeCompare(one.capturedAt));
  for (const { id, policyId } of newestFirst) if (!next.has(policyId)) next.set(policyId, id);
  return next;
}

/** "1 policy ticked" */
export function chosenText({ size }: ChosenItems): string {
  return size === 1 ? "1 policy ticked" : `${size} policies ticked`;
}

/** How many are listed; while there are more, only that there are. */
export function listedItemsText(listed: number, complete: boolean): string {
  const noun = listed === 1 ? "item" : "items";
  return complete ? `${listed} ${noun}` : `The first ${listed} ${noun}; more follow as you scroll`;
}
