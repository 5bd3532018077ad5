/** A policy of a standard as it holds for one tenant: with the tenant's values for parameters, and with its overlays. Pure. */
import type { Overlay, Parameter, ParameterValue } from "../contract/standards.ts";
import { GUID } from "../policies/guid.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";
import { valueAt, withValueAt } from "./places.ts";

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

/** Why a value does not fit a parameter; null where it does. */
export function valueFault({ type }: Parameter, value: ParameterValue): string | null {
  switch (type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? null : "must be a number";
    case "boolean":
      return typeof value === "boolean" ? null : "must be true or false";
    case "guid":
      return typeof value === "string" && GUID.test(value) ? null : "must be a GUID";
    case "domain":
      return typeof value === "string" && DOMAIN.test(value) ? null : "must be the name of a domain";
    case "text":
      return typeof value === "string" && value !== "" && value.isWellFormed() ? null : "must be a text";
  }
}

/** The values that hold: the tenant's, else the defaults. `missing` names parameters without either. */
export function heldValues(
  parameters: readonly Parameter[],
  given: Readonly<Record<string, ParameterValue>>,
): { values: ReadonlyMap<string, ParameterValue>; missing: string[] } {
  const values = new Map<string, ParameterValue>();
  const missing: string[] = [];
  for (const { key, default: usual } of parameters) {
    const value = Object.hasOwn(given, key) ? (given[key] ?? null) : usual;
    if (value === null) missing.push(key);
    else values.set(key, value);
  }
  return { values, missing };
}

export interface HoldsFor {
  parameters: readonly Parameter[];
  values: ReadonlyMap<string, ParameterValue>;
  overlays: readonly Overlay[];
  /** What stands for the tenant's own Microsoft tenant id in the standard, and that id; null where it is not known. */
  directory: { texts: readonly string[]; id: string } | null;
}

export type Held =
  | { kind: "held"; document: JsonObject }
  /** A place that a parameter or an overlay names is not there: the version has changed since it was chosen. */
  | { kind: "no_place"; pointer: string };

/** IntuneManagement writes this for the id of the tenant that it exports. */
export const ANY_DIRECTORY = "%OrganizationId%";

/** The document of the standard's policy as the tenant is to have it. */
export function heldDocument(document: JsonObject, key: string, holds: HoldsFor): Held {
  const { parameters, values, overlays, directory } = holds;
  let held = document;
  if (directory !== null)
    held = replaced(
      held,
      directory.texts.map((text) => ({ text, value: directory.id })),
    );
  held = replaced(
    held,
    parameters.flatMap(({ text, key: parameter }) => {
      const value = values.get(parameter);
      return text === undefined || value === undefined ? [] : [{ text, value }];
    }),
  );
  for (const { places = [], key: parameter } of parameters) {
    const value = values.get(parameter);
    for (const { policy, pointer } of places) {
      if (policy !== key || value === undefined) continue;
      if (valueAt(held, pointer) === undefined) return { kind: "no_place", pointer };
      held = withValueAt(held, pointer, value) ?? held;
    }
  }
  for (const { policy, pointer, value } of overlays) {
    if (policy !== key) continue;
    const changed = withValueAt(held, pointer, value);
    if (changed === null) return { kind: "no_place", pointer };
    held = changed;
  }
  return { kind: "held", document: held };
}

/** Whether a text stands somewhere in the document where a parameter would replace it. */
export function holdsText(document: JsonObject, text: string): boolean {
  const stands = (value: JsonValue, name: string): boolean => {
    if (typeof value === "string") return isReplacedIn(name) && value.includes(text);
    if (Array.isArray(value)) return value.some((item) => stands(item, name));
    return isJsonObject(value) && Object.entries(value).some(([member, inner]) => stands(inner, member));
  };
  return stands(document, "");
}

/** What Graph says of types is no text of the policy. */
function isReplacedIn(name: string): boolean {
  return !name.startsWith("@odata.");
}

/** Texts that hold one of the texts hold the value in its place. A number or a truth value replaces a text as a whole only. */
function replaced(document: JsonObject, by: readonly { text: string; value: ParameterValue }[]): JsonObject {
  if (by.length === 0) return document;
  const values = new Map(by.map(({ text, value }) => [text, value]));
  // At once, the longest first: what was put in is not replaced again.
  const longestFirst = [...values.keys()].toSorted((a, b) => b.length - a.length);
  const sought = new RegExp(longestFirst.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  const inText = (text: string): JsonValue => {
    const whole = values.get(text);
    if (whole !== undefined && typeof whole !== "string") return whole;
    return text.replace(sought, (found) => {
      const value = values.get(found);
      return typeof value === "string" ? value : found;
    });
  };
  const walk = (value: JsonValue, name: string): JsonValue => {
    if (typeof value === "string") return isReplacedIn(name) ? inText(value) : value;
    if (Array.isArray(value)) return value.map((item) => walk(item, name));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, walk(inner, member)]));
  };
  const walked = walk(document, "");
  return isJsonObject(walked) ? walked : document;
}

/** What of the tenant's policy the standard leaves as it is. */
export interface OwnParts {
  names: boolean;
  assignments: boolean;
}
const OF_NAMES = ["description"];
/** Ranks a policy among others of the tenant, of which the standard knows nothing. */
const ALWAYS_OWN = ["priority"];
const OF_ASSIGNMENTS = ["roleScopeTagIds", "roleScopeTags", "scopeIds"];

/**
 * The document with the tenant's own name and description where the standard has no say in names, and with its own assignments and scope tags where it has
 * none in those; its priority in any case. `target` is null where the tenant lacks the policy: it is then made under the standard's name, assigned to nobody.
 */
export function withOwnParts(
  document: JsonObject,
  target: JsonObject | null,
  properties: { name: string; assignments: string },
  { names, assignments }: OwnParts,
): JsonObject {
  const own = [
    ...(target === null ? [] : ALWAYS_OWN),
    ...(names || target === null ? [] : [properties.name, ...OF_NAMES]),
    ...(assignments ? [] : [properties.assignments, ...OF_ASSIGNMENTS]),
  ];
  const kept = Object.fromEntries(Object.entries(document).filter(([name]) => !own.includes(name)));
  for (const name of own) {
    const value = target?.[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
