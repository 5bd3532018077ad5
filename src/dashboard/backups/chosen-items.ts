/** The items selected to be restored. Pure. At most one item of a policy: selecting another takes its place. */
import type { BackupSetDetail, BackupSetItem } from "../../contract/backup-sets.ts";
import type { ItemFilter } from "./backup-filters.ts";

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

/** "1 policy selected". `more`: not all items are listed yet, so all that was listed is not all there is. */
export function chosenText({ size }: ChosenItems, more: boolean): string {
  const selected = size === 1 ? "1 policy selected" : `${size} policies selected`;
  return more ? `${selected}; more items follow as you scroll` : selected;
}

/** How many are listed; while there are more, only that there are. */
export function listedItemsText(listed: number, complete: boolean): string {
  return complete ? itemsText(listed) : `The first ${itemsText(listed)}; more follow as you scroll`;
}

/** How many there are, where the set itself tells; null where only the rows do. */
export function knownItemsText(
  set: Pick<BackupSetDetail, "itemCount" | "policyCount" | "families">,
  { query, family, every }: ItemFilter,
): string | null {
  if (query !== undefined) return null;
  const counts = family === undefined ? set : set.families.find(({ key }) => key === family);
  if (counts === undefined) return null;
  return itemsText(every ? counts.itemCount : counts.policyCount);
}

function itemsText(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
