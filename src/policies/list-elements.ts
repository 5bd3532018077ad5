/**
 * What an element of a policy's list is known by. Graph's lists hold values, things with a name of their own (a setting, an OMA
 * URI, a locale, the group of an assignment), or things that only their content tells apart.
 */
import { rfc8785Text as spelled } from "./canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";

export interface ElementIdentity {
  /** Equal for elements that are the same thing in two documents; empty where nothing names the element. */
  group: string;
  /** The name alone, for people, cut where it is long; null where nothing names the element. */
  key: string | null;
}

const NAMELESS: ElementIdentity = { group: "", key: null };

/** Paths of members that name an element, the more telling first. An element has the identity of the first that it has. */
const NAMING_MEMBERS: readonly (readonly string[])[] = [
  ["settingInstance", "settingDefinitionId"],
  ["settingDefinitionId"],
  ["definition", "id"],
  ["definition@odata.bind"],
  ["presentation", "id"],
  ["presentation@odata.bind"],
  ["omaUri"],
  ["actionType"],
  ["appConfigKey"],
  ["mobileAppIdentifier", "bundleId"],
  ["mobileAppIdentifier", "packageId"],
  ["mobileAppIdentifier", "windowsAppId"],
  ["locale"],
  ["language"],
  ["Language"],
  ["SettingName"],
  ["objectIdentifier"],
  ["permission"],
  ["cidrAddress"],
  ["returnCode"],
  ["appId"],
  ["bundleId"],
  ["bundleID"],
  ["packageId"],
  ["key"],
  ["name"],
  ["displayName"],
  ["value"],
  // Only elements that have nothing but an id keep it (policy-normal-form.ts).
  ["id"],
];
/** An assignment is to a group, to a collection, or to all of a kind. Including and excluding one group is told as a change. */
const TARGET_MEMBERS: readonly (readonly string[])[] = [
  ["target", "groupId"],
  ["target", "collectionId"],
  ["target", "@odata.type"],
];
/** A plain value names itself, and can be as long as a script. */
const MAX_KEY_LENGTH = 200;
const ASSIGNMENT_TYPE_PREFIX = "#microsoft.graph.";

/** The identity of an element of the list at a dotted path. */
export function elementIdentity(element: JsonValue, listPath: string): ElementIdentity {
  if (Array.isArray(element)) return NAMELESS;
  if (!isJsonObject(element)) return { group: `value ${spelled(element)}`, key: plainText(element) };
  const naming = listPath === "assignments" ? TARGET_MEMBERS : NAMING_MEMBERS;
  for (const path of naming) {
    const name = memberAt(element, path);
    if (typeof name !== "string" && typeof name !== "number") continue;
    return { group: `${path.join(".")} ${spelled(name)}`, key: plainText(name).replace(ASSIGNMENT_TYPE_PREFIX, "") };
  }
  return NAMELESS;
}

/** The leaves of a value, to see how alike two are: a path (elements by what names them) with its value. */
export function leavesOf(value: JsonValue): Set<string> {
  const leaves = new Set<string>();
  const walk = (node: JsonValue, path: string): void => {
    if (Array.isArray(node)) for (const item of node) walk(item, `${path}\n${elementIdentity(item, "").group}`);
    else if (isJsonObject(node)) for (const [name, member] of Object.entries(node)) walk(member, `${path}\n.${name}`);
    else leaves.add(`${path}\n${spelled(node)}`);
  };
  walk(value, "");
  return leaves;
}

function memberAt(element: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = element;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function plainText(value: null | boolean | number | string): string {
  const text = typeof value === "string" ? value : spelled(value);
  return text.length > MAX_KEY_LENGTH ? `${text.slice(0, MAX_KEY_LENGTH)}…`.toWellFormed() : text;
}
