/** What is said of gold standards. Pure. */
import type { FollowedPolicy, Following, MatchKind, Parameter, ParameterValue } from "../../contract/standards.ts";

/** "Version 3", "Version 3, the newest is 4": what the tenant holds to, and how far the standard has come since. */
export function versionText({ version, standard: { newestVersion } }: Following): string {
  if (version === null) return "Its version cannot be read";
  return newestVersion === null || newestVersion <= version.number
    ? `Version ${version.number}`
    : `Version ${version.number}, the newest is ${newestVersion}`;
}

/** The newer version that the tenant could take; null where there is none. */
export function updateOf({ version, standard: { newestVersion } }: Following): number | null {
  return version !== null && newestVersion !== null && newestVersion > version.number ? newestVersion : null;
}

/** Parameters of the version that have neither a value of the tenant nor a default: nothing is compared or deployed before. */
export function missingValues({ version, parameters }: Following): Parameter[] {
  // oxlint-disable-next-line tenantatlas/unknown-is-not-zero -- A version that cannot be read asks for no value; the page says that it cannot be read.
  return (version?.parameters ?? []).filter(
    (parameter) => parameter.default === null && !Object.hasOwn(parameters, parameter.key),
  );
}

/** How a policy of the standard was found in the tenant. */
export const MATCH_WORDS: Record<MatchKind, string> = {
  settings: "Same settings",
  alike: "Alike",
  id: "By its id",
  ambiguous: "Several may be it",
  none: "Missing",
  unread: "Perhaps there, not read",
};

/** Which policies a list shows. */
export const FOUND_FILTERS = ["all", "found", "ambiguous", "missing", "unread", "skipped"] as const;
export type FoundFilter = (typeof FOUND_FILTERS)[number];

export const FOUND_WORDS: Record<FoundFilter, string> = {
  all: "All policies",
  found: "Found",
  ambiguous: "Several may be it",
  missing: "Missing",
  unread: "Perhaps there, not read",
  skipped: "Do not hold here",
};

export function isFoundFilter(text: string): text is FoundFilter {
  return FOUND_FILTERS.some((filter) => filter === text);
}

/** What became of a policy in the words of the filter; null before the first comparison. */
export function foundOf({ skipped, match }: FollowedPolicy): Exclude<FoundFilter, "all"> | null {
  if (skipped) return "skipped";
  if (match === null) return null;
  if (match.kind === "none") return "missing";
  return match.kind === "ambiguous" || match.kind === "unread" ? match.kind : "found";
}

export const TYPE_WORDS: Record<Parameter["type"], string> = {
  text: "Text",
  guid: "GUID",
  domain: "Domain",
  number: "Number",
  boolean: "Yes or no",
};

export function valueText(value: ParameterValue): string {
  return typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
}

/** What a person has entered for a parameter. The server says where it does not fit; null where nothing was entered. */
export function valueOf(type: Parameter["type"], text: string): ParameterValue | null {
  const entered = text.trim();
  if (entered === "") return null;
  if (type === "boolean") return entered === "true";
  const number = Number(entered);
  return type === "number" && Number.isFinite(number) ? number : entered;
}

/** Where a parameter stands in the standard's policies. */
export function placeText({ text, places }: Pick<Parameter, "text" | "places">): string {
  if (text !== undefined) return `replaces “${text}”`;
  if (places === undefined) return "";
  return places.length === 1 ? "replaces one value" : `replaces ${places.length} values`;
}

/** A key for a label: "Address of the homepage" is `addressOfTheHomepage`. Not one of those that are taken. */
export function keyFor(label: string, taken: readonly string[]): string {
  const words = label
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const joined = words
    .map((word, at) => (at === 0 ? word.toLowerCase() : word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()))
    .join("")
    .replace(/^[0-9]+/, "");
  const key = joined.slice(0, 36) || "value";
  if (!taken.includes(key)) return key;
  let number = 2;
  while (taken.includes(`${key}${number}`)) number += 1;
  return `${key}${number}`;
}

/** What the version says of names and of assignments. */
export function partsText({ names, assignments }: { names: boolean; assignments: boolean }): string {
  if (names && assignments) return "Names, descriptions, assignments and scope tags are part of it.";
  if (names) return "Names and descriptions are part of it; assignments are each tenant's own.";
  if (assignments) return "Assignments and scope tags are part of it; names are each tenant's own.";
  return "Names and assignments are each tenant's own.";
}

/** The deepest word of what the server says is wrong with a field of a request; undefined where it says nothing of it. */
export function faultAt(fields: readonly { path: string; message: string }[], path: string): string | undefined {
  return fields.find((field) => field.path === path)?.message;
}

/** What was entered, by the parameters' keys. */
export type EnteredValues = Readonly<Record<string, string>>;

/** What the tenant has given so far, as its fields show it. */
export function enteredOf(values: Readonly<Record<string, ParameterValue>>): EnteredValues {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** The values that were entered: a field that is empty gives none, so that the default holds. */
export function valuesOf(
  version: { parameters: readonly Parameter[] } | undefined,
  entered: EnteredValues,
): { values: Record<string, ParameterValue>; missing: string[] } {
  const values: Record<string, ParameterValue> = {};
  const missing: string[] = [];
  if (version === undefined) return { values, missing };
  for (const { key, type, default: usual } of version.parameters) {
    const value = valueOf(type, entered[key] ?? "");
    if (value !== null) values[key] = value;
    else if (usual === null) missing.push(key);
  }
  return { values, missing };
}
