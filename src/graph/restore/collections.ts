/** Compares a collection inside a policy, or one entry of it, with what the target of the restore has. */
import type { JsonObject } from "../../policies/json-value.ts";
import { isSame } from "./differences.ts";
import { textOf } from "./document-members.ts";
import { ENTRY_RULES, plainEntries } from "./plain-entries.ts";
import type { UpdatedSubject } from "./rule.ts";

/** Whether a collection of the target is as wanted already. */
export function isCollectionSame({ wanted, target }: UpdatedSubject, property: string): boolean {
  const expected = plainEntries(property, wanted[property] ?? null);
  return isSame({ [property]: expected }, { [property]: plainEntries(property, target[property] ?? null) });
}

export function isEntrySame(property: string, wanted: JsonObject, present: JsonObject): boolean {
  const rule = ENTRY_RULES[property];
  return rule !== undefined && isSame(rule.plain(wanted), rule.plain(present));
}

/** The entry's id as it stands in a path. */
export function idSegment(entry: JsonObject): string {
  return encodeURIComponent(textOf(entry["id"]) ?? "");
}
