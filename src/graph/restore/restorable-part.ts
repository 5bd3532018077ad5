/**
 * Gives the part of a policy that a restore can bring back, in one form: for deciding that nothing is to be done, and for
 * reading back.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { familyOf, type FamilyKey } from "../families.ts";
import { plainEntries } from "./plain-entries.ts";
import { withoutAnnotations, withoutReadOnly } from "./read-only.ts";

const ALWAYS_SETS = ["roleScopeTagIds", "roleScopeTags"];

/**
 * The document without what a write cannot carry: ids, dates, counters and other properties of the service, ids of entries,
 * and the order of what is a set. Assignments only where they count. Takes a policy as read and a body as written alike.
 */
export function restorable(family: FamilyKey, document: JsonObject, options: { assignments: boolean }): JsonObject {
  const rule = familyOf(family).restore;
  const plain = withoutAnnotations(document);
  const kept = withoutReadOnly(plain, [...rule.readOnly, ...rule.unrestorable]);
  const { assignments } = plain;
  if (options.assignments && rule.assign.kind !== "none" && Array.isArray(assignments))
    kept["assignments"] = assignments;
  const names = rule.sets === "all" ? [] : rule.sets;
  const members = Object.entries(kept).map(([name, member]): [string, JsonValue] => {
    const entries = plainEntries(name, member);
    if (rule.sets === "all") return [name, setsInside(entries)];
    return [name, names.includes(name) || ALWAYS_SETS.includes(name) ? asSet(entries) : entries];
  });
  return rule.body(Object.fromEntries(members));
}

function setsInside(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return asSet(value.map(setsInside));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, setsInside(member)]));
}

/** A list of texts in one order; any other list as it is. */
function asSet(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  const texts = value.filter((item) => typeof item === "string");
  return texts.length === value.length ? texts.toSorted() : value;
}
