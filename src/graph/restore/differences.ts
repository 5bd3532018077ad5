/**
 * Compares what a restore wants with what the tenant has, by the one notion of sameness (decisions/073-one-notion-of-sameness.md). Every
 * difference that a comparison with a baseline would find is here too: as one that a write brings, or by name as one that none can.
 */
import { diffPolicies, type PolicyChange } from "../../policies/policy-diff.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { familyOf, type FamilyKey } from "../families.ts";
import { meaningRules } from "../policy-meaning.ts";
import { isEmptyValue } from "./document-members.ts";
import { READ_ONLY } from "./read-only.ts";

export interface Difference {
  /** "settings[device_vendor_x].settingInstance.choiceSettingValue.value": elements by what names them. */
  path: string;
  expected: JsonValue;
  actual: JsonValue;
}

export interface RestoreComparison {
  /** What a write has to bring, in the order of the comparison. Empty when nothing is to be written. */
  changes: readonly PolicyChange[];
  /** Paths of what differs and that no write brings back: read-only, or something of which the wanted document says nothing. */
  left: readonly string[];
}

/**
 * From the tenant's policy to the wanted one. Assignments only where `assignments` says so. Takes a document as read and a body as
 * written alike: a body says nothing of what it does not have.
 */
export function compareForRestore(
  key: FamilyKey,
  wanted: JsonObject,
  target: JsonObject,
  options: { assignments: boolean },
): RestoreComparison {
  const { restore } = familyOf(key);
  const rules = meaningRules(key);
  const unwritable = [...READ_ONLY, ...restore.readOnly, ...restore.unrestorable];
  const emptied = emptyPaths(wanted);
  const isLeft = (change: PolicyChange): boolean => {
    const property = propertyOf(change);
    if (!(property in wanted) && !(`${property}@odata.bind` in wanted)) return true;
    if (change.kind === "removed" && isUnsaid(change)) return true;
    if (property === "assignments") return restore.assign.kind === "none" || !Array.isArray(wanted[property]);
    return unwritable.some((name) => (typeof name === "string" ? name === property : name.test(property)));
  };
  /** The service has filled it in, or people have since the document was stored: a write cannot say "as if it were not there". */
  const isUnsaid = ({ path }: PolicyChange): boolean =>
    path.at(-1)?.kind === "property" && !emptied.has(dottedPath(path));
  const found = diffPolicies(rules, target, wanted).filter(
    (change) => options.assignments || propertyOf(change) !== "assignments",
  );
  return {
    changes: found.filter((change) => !isLeft(change)),
    left: [...new Set(found.filter(isLeft).map(({ pathText }) => pathText))],
  };
}

/** The property of the policy that the change is in. */
export function propertyOf({ path: [first] }: PolicyChange): string {
  return first?.kind === "property" ? first.name : "";
}

/** Whether one entry of a collection is the other. Of members that only `present` has, `wanted` says nothing. */
export function isSameEntry(key: FamilyKey, property: string, wanted: JsonObject, present: JsonObject): boolean {
  const options = { assignments: true };
  return compareForRestore(key, { [property]: [wanted] }, { [property]: [present] }, options).changes.length === 0;
}

/** As results and plans keep it. */
export function toDifference(change: PolicyChange): Difference {
  return {
    path: change.pathText,
    expected: change.kind === "removed" ? null : change.after,
    actual: change.kind === "added" ? null : change.before,
  };
}

/** Where the document says "nothing" in so many words, as dotted paths without the steps into lists. */
function emptyPaths(document: JsonObject): Set<string> {
  const paths = new Set<string>();
  const walk = (value: JsonValue, path: string): void => {
    if (isEmptyValue(value) || value === "") paths.add(path);
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (isJsonObject(value))
      for (const [name, member] of Object.entries(value)) walk(member, path === "" ? name : `${path}.${name}`);
  };
  walk(document, "");
  return paths;
}

function dottedPath(path: PolicyChange["path"]): string {
  return path.flatMap((step) => (step.kind === "property" ? [step.name] : [])).join(".");
}
