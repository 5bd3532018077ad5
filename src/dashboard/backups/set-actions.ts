/** What can be done with whole sets, in words. Pure. */
import type { Capability } from "../../contract/access.ts";
import { type Selection, selectionText } from "./selection.ts";
import type { SetListFilter } from "./backup-filters.ts";

export const SET_NOUN = { one: "backup set", other: "backup sets" };

export type SetAction = "restore" | "archive" | "remove";
export const SET_ACTIONS: readonly SetAction[] = ["restore", "archive", "remove"];

interface ActionFacts {
  /** The operation that does it. */
  type: string;
  capability: Capability;
  label: string;
  consequence: string;
  /** What the operation makes of sets that it is not for. */
  others: string;
}

export const ACTION_FACTS: Record<SetAction, ActionFacts> = {
  restore: {
    type: "backup-set.restore",
    capability: "backup.write",
    label: "Unarchive",
    consequence: "Archived sets go back into service with all their items. Nothing is written to the tenant itself.",
    others: "Sets that are in service already are skipped.",
  },
  archive: {
    type: "backup-set.delete",
    capability: "backup.delete",
    label: "Archive",
    consequence:
      "Archived sets keep their items. Until they are unarchived, no policies can be added to them or restored from them.",
    others: "Sets that are archived already stay as they are.",
  },
  remove: {
    type: "backup-set.force-delete",
    capability: "backup.force-delete",
    label: "Delete for good",
    consequence:
      "The sets are deleted with all their items, whatever their state. Policies that no other set holds cannot be restored any more. This cannot be undone.",
    others: "",
  },
};

/** The input of the operation: ids, or the filter as it stands. */
export function actionInput(selection: Selection, { query, state }: SetListFilter): Record<string, unknown> {
  return selection.kind === "ids"
    ? { backupSetIds: [...selection.ids] }
    : { filter: { ...(query === undefined ? {} : { query }), state: state ?? "all" } };
}

/** "Archive 3 backup sets?", or with the name of the one that it is for. */
export function actionTitle(action: SetAction, selection: Selection, filtered: boolean, named?: string): string {
  const what = selectionText(selection, SET_NOUN, filtered);
  const object = named === undefined ? `${what.charAt(0).toLowerCase()}${what.slice(1)}` : `“${named}”`;
  const plain = action === "remove" ? `Delete ${object} for good` : `${ACTION_FACTS[action].label} ${object}`;
  return `${plain}?`;
}

/** The filter in words, for somebody who cannot see it behind a dialog. */
export function filterText({ query, state }: SetListFilter): string {
  const states = state === undefined ? "active and archived sets" : `${state} sets`;
  return query === undefined ? states : `${states} with “${query}” in their name`;
}
