/**
 * What a bulk action is for. Pure. Either things named by their ids, or `matches`: all that the filter matches, seen or not, which
 * is resolved once, when the operation is planned (F28). How many those are nobody knows before, so nobody says.
 */

export type Selection = { readonly kind: "ids"; readonly ids: ReadonlySet<string> } | { readonly kind: "matches" };

export const NOTHING: Selection = { kind: "ids", ids: new Set() };
export const ALL_MATCHES: Selection = { kind: "matches" };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === "matches" || selection.ids.has(id);
}

export function isEmpty(selection: Selection): boolean {
  return selection.kind === "ids" && selection.ids.size === 0;
}

/** How much of what is listed is selected: what the box above the list shows. */
export function listedState(selection: Selection, listed: readonly string[]): "none" | "some" | "all" {
  const selected = listed.filter((id) => isSelected(selection, id)).length;
  if (selected === 0) return "none";
  return selected === listed.length ? "all" : "some";
}

/** All matches without one cannot be said by a filter: what remains then is what is listed, without that one. */
export function toggle(selection: Selection, id: string, listed: readonly string[]): Selection {
  const ids = new Set(selection.kind === "matches" ? listed : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { kind: "ids", ids };
}

/** Selects all that is listed, beside what is selected already; when all of it is selected, none of it. */
export function toggleListed(selection: Selection, listed: readonly string[]): Selection {
  if (selection.kind === "matches") return NOTHING;
  const ids = new Set(selection.ids);
  const clear = listedState(selection, listed) === "all";
  for (const id of listed) {
    if (clear) ids.delete(id);
    else ids.add(id);
  }
  return { kind: "ids", ids };
}

/** Without ids that are no longer in the whole list: a selection may be older than what it chose from. */
export function withoutMissing(selection: Selection, all: readonly { id: string }[]): Selection {
  if (selection.kind === "matches") return selection;
  const known = new Set(all.map(({ id }) => id));
  const ids = [...selection.ids].filter((id) => known.has(id));
  return ids.length === selection.ids.size ? selection : { kind: "ids", ids: new Set(ids) };
}

/** Whether to offer all that the filter matches: only to somebody who has just selected all that is listed. */
export function offersMatches(selection: Selection, listed: readonly string[]): boolean {
  return selection.kind === "ids" && listedState(selection, listed) === "all";
}

export interface Noun {
  one: string;
  other: string;
}

/** What is selected, exactly: a number where ids are named, words where a filter stands for them. */
export function selectionText(selection: Selection, noun: Noun, filtered: boolean): string {
  if (selection.kind === "matches") {
    return filtered ? `All ${noun.other} that match this filter` : `All ${noun.other} of this tenant`;
  }
  const { size } = selection.ids;
  return size === 1 ? `1 ${noun.one}` : `${size} ${noun.other}`;
}
