/**
 * Graph's types by name, as Microsoft publishes them. The text that they are read from has a line for each:
 *
 *     /deviceManagement deviceManagement             a root of Graph's addresses, and the type that stands there
 *     .!deviceConfiguration entity .displayName:s …  a type, what it derives from, and its own properties
 *     =runAsAccountType .system .user                an enumeration; with & in front, one whose members combine
 *
 * A dot in front says that v1.0 has it too, an exclamation mark that nothing is of that type itself. Of a property, the colon is
 * followed by its type: `s` text, `x` text in base64, `i` whole number, `f` number, `b` true or false, `a` anything, else a name;
 * `>` makes it a navigation, `[]` a collection.
 */
import type { GraphVersion } from "../family.ts";
import { GRAPH_TYPES } from "./graph-types.ts";

export interface Property {
  name: string;
  /** `s`, `x`, `i`, `f`, `b`, `a`, or the name of a type or an enumeration. */
  type: string;
  isCollection: boolean;
  isNavigation: boolean;
  inV1: boolean;
}

export interface GraphType {
  name: string;
  base: string | null;
  isAbstract: boolean;
  inV1: boolean;
  /** Without what it inherits. */
  own: ReadonlyMap<string, Property>;
}

export interface Enumeration {
  /** Several members may stand in one value, with commas. */
  isFlags: boolean;
  /** By the member in small letters, since Graph takes any case. */
  members: ReadonlyMap<string, { name: string; inV1: boolean }>;
}

interface Lines {
  roots: Map<string, string>;
  types: Map<string, string>;
  enumerations: Map<string, string>;
}

function readLines(): Lines {
  const lines: Lines = { roots: new Map(), types: new Map(), enumerations: new Map() };
  for (const line of GRAPH_TYPES.split("\n")) {
    const [, sign = "", name = ""] = /^([/=&.!]*)(\w+)/.exec(line) ?? [];
    if (sign === "/") lines.roots.set(name, line.slice(line.indexOf(" ") + 1));
    else if (sign === "=" || sign === "&") lines.enumerations.set(name, line);
    else if (name !== "") lines.types.set(name, line);
  }
  return lines;
}

const LINES = readLines();
const types = new Map<string, GraphType>();
const derived = new Map<string, string[]>();
for (const [name, line] of LINES.types) {
  const base = line.split(" ", 2)[1] ?? "-";
  derived.set(base, [...(derived.get(base) ?? []), name]);
}

/** Null for a name that is no type of the schema. */
export function graphType(name: string): GraphType | null {
  const known = types.get(name);
  if (known !== undefined) return known;
  const line = LINES.types.get(name);
  if (line === undefined) return null;
  const [head = "", base = "-", ...properties] = line.split(" ");
  const type: GraphType = {
    name,
    base: base === "-" ? null : base,
    isAbstract: head.includes("!"),
    inV1: head.startsWith("."),
    own: new Map(properties.map(readProperty).map((property) => [property.name, property])),
  };
  types.set(name, type);
  return type;
}

function readProperty(text: string): Property {
  const [, dot = "", name = "", arrow = "", type = "", many] = /^(\.?)(\w+):(>?)(\w+)(\[\])?$/.exec(text) ?? [];
  return { name, type, isCollection: many !== undefined, isNavigation: arrow !== "", inV1: dot !== "" };
}

/** Null when the type has no such property in that version, neither its own nor an inherited one. */
export function propertyOf(version: GraphVersion, typeName: string, name: string): Property | null {
  for (let type = graphType(typeName); type !== null; type = type.base === null ? null : graphType(type.base)) {
    const property = type.own.get(name);
    if (property !== undefined) return version === "beta" || property.inV1 ? property : null;
  }
  return null;
}

/** Whether the beta's type has the property. */
export function hasProperty(typeName: string, name: string): boolean {
  return propertyOf("beta", typeName, name) !== null;
}

export function isInVersion(version: GraphVersion, typeName: string): boolean {
  const type = graphType(typeName);
  return type !== null && (version === "beta" || type.inV1);
}

/** Whether a value of the type may stand where the other type is expected. */
export function isAssignable(typeName: string, expected: string): boolean {
  for (let name: string | null = typeName; name !== null; name = graphType(name)?.base ?? null)
    if (name === expected) return true;
  return false;
}

/** The type of a collection: a body that does not declare its own is read as of this one. Null for an address that the beta lacks. */
export function collectionType(path: string): string | null {
  const [first = "", ...rest] = path.split("/");
  let type = rootOf(first)?.type ?? null;
  for (const segment of rest) type = type === null ? null : (propertyOf("beta", type, segment)?.type ?? null);
  return type;
}

/** The type itself and all that derive from it, without those that nothing is of. */
export function concreteTypes(base: string): string[] {
  const own = graphType(base)?.isAbstract === false ? [base] : [];
  return [...own, ...(derived.get(base) ?? []).flatMap(concreteTypes)];
}

export function enumeration(name: string): Enumeration | null {
  const line = LINES.enumerations.get(name);
  if (line === undefined) return null;
  const [, ...members] = line.split(" ");
  return {
    isFlags: line.startsWith("&"),
    members: new Map(
      members.map((member) => {
        const name = member.replace(/^\./, "");
        return [name.toLowerCase(), { name, inV1: member !== name }];
      }),
    ),
  };
}

/** The member as Graph spells it; null when the version has none of that name. */
export function memberOf({ members }: Enumeration, version: GraphVersion, given: string): string | null {
  const member = members.get(given.toLowerCase());
  return member !== undefined && (version === "beta" || member.inV1) ? member.name : null;
}

/** What stands at the first segment of an address. */
export function rootOf(segment: string): { type: string; isCollection: boolean } | null {
  const type = LINES.roots.get(segment);
  return type === undefined ? null : { type: type.replace("[]", ""), isCollection: type.endsWith("[]") };
}
