/**
 * Makes the compact schema of Graph that the simulator checks requests by: from Microsoft's published declarations, the facts beside
 * them, and the scope. One line a type, one line an enumeration; the form is described where it is read, in
 * `simulator/src/schema/schema.ts`.
 */
import { ABSTRACT, BINARY, FLAGS, FRACTIONS, NEWER, UNPUBLISHED } from "./facts.ts";
import { type Declarations, type DeclaredProperty, type DeclaredType, readDeclarations } from "./microsoft-types.ts";
import { BESIDES, NOT_DERIVED, PARTS, ROOTS, WAYS } from "./scope.ts";

const PRIMITIVES: Readonly<Record<string, string>> = { string: "s", number: "i", boolean: "b", any: "a", unknown: "a" };

/** @throws Error when a fact or the scope names what the declarations lack */
export function schemaText(root: string): string {
  const beta = readDeclarations(root, "@microsoft/microsoft-graph-types-beta");
  const v1 = readDeclarations(root, "@microsoft/microsoft-graph-types");
  add(beta, NEWER);
  add(beta, UNPUBLISHED);
  const types = reach(beta);
  const enumerations = new Set<string>();
  const lines = [...types].sort().map((name) => {
    const type = known(beta, name);
    const inV1 = v1.types.get(name);
    const properties = [...type.properties].map(([property, declared]) => {
      if (beta.enumerations.has(declared.type)) enumerations.add(declared.type);
      const mark = hasProperty(v1, name, property) ? "." : "";
      return `${mark}${property}:${codeOf(beta, types, `${name}.${property}`, declared)}`;
    });
    const flags = `${inV1 === undefined ? "" : "."}${isAbstract(name) ? "!" : ""}`;
    return [`${flags}${name}`, type.base ?? "-", ...properties].join(" ");
  });
  return [
    ...Object.entries(ROOTS).map(([segment, type]) => `/${segment} ${type}`),
    ...lines,
    ...[...enumerations].sort().map((name) => enumerationLine(name, beta, v1)),
    "",
  ].join("\n");
}

function enumerationLine(name: string, beta: Declarations, v1: Declarations): string {
  const inV1 = new Set(v1.enumerations.get(name));
  const members = (beta.enumerations.get(name) ?? []).map((member) => `${inV1.has(member) ? "." : ""}${member}`);
  return [`${FLAG_NAMES.has(name) ? "&" : "="}${name}`, ...members].join(" ");
}

function codeOf(beta: Declarations, reached: ReadonlySet<string>, place: string, declared: DeclaredProperty): string {
  const many = declared.isCollection ? "[]" : "";
  if (BINARY_PLACES.has(place)) return `x${many}`;
  if (FRACTION_PLACES.has(place)) return `f${many}`;
  const primitive = PRIMITIVES[declared.type];
  if (primitive !== undefined) return primitive + many;
  const { type } = declared;
  if (beta.enumerations.has(type)) return type + many;
  // A navigation is marked, since not all that it leads to is in the schema.
  if (isEntity(beta, type)) return `>${type}${many}`;
  return (reached.has(type) ? type : "a") + many;
}

/** All types on the ways, of the policies, of their parts, and of the values in them, with what derives from each. */
function reach(beta: Declarations): Set<string> {
  const derived = new Map<string, string[]>();
  for (const [name, { base }] of beta.types) if (base !== null) derived.set(base, [...(derived.get(base) ?? []), name]);
  const parts = new Set(words(PARTS));
  const ends = new Set(words(NOT_DERIVED));
  const reached = new Set<string>();
  const left = [...Object.values(ROOTS).map((type) => type.replace("[]", "")), ...words(BESIDES)];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const type = known(beta, name);
    if (type.base !== null) left.push(type.base);
    if (!ends.has(name)) left.push(...(derived.get(name) ?? []));
    const way = WAYS[name];
    if (way !== undefined) for (const segment of words(way)) if (!type.properties.has(segment)) throw lacking(segment);
    for (const [property, declared] of type.properties) {
      if (!beta.types.has(declared.type)) continue;
      const follows =
        way === undefined ? !isEntity(beta, declared.type) || parts.has(property) : words(way).includes(property);
      if (follows) left.push(declared.type);
    }
  }
  return reached;
}

function add(beta: Declarations, facts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(facts)) {
    const all = words(text);
    const [first = ""] = all;
    const isNew = !first.includes(":");
    const type: DeclaredType = isNew ? { base: first, properties: new Map() } : known(beta, name);
    if (isNew) beta.types.set(name, type);
    for (const word of isNew ? all.slice(1) : all) {
      const [property = "", declared = ""] = word.split(":");
      if (type.properties.has(property))
        throw new Error(`the declarations have ${name}.${property}: no fact is needed`);
      type.properties.set(property, {
        type: declared.replace("[]", ""),
        isCollection: declared.endsWith("[]"),
      });
    }
  }
}

const BINARY_PLACES = new Set(words(BINARY));
const FRACTION_PLACES = new Set(words(FRACTIONS));
const FLAG_NAMES = new Set(words(FLAGS));
const ABSTRACT_NAMES = new Set(words(ABSTRACT));

function isAbstract(name: string): boolean {
  return ABSTRACT_NAMES.has(name) || name.endsWith("Base");
}

function isEntity(beta: Declarations, name: string): boolean {
  for (let at: string | null = name; at !== null; at = beta.types.get(at)?.base ?? null)
    if (at === "entity") return true;
  return false;
}

/** What a type has itself in one version, it may inherit in the other. */
function hasProperty({ types }: Declarations, name: string, property: string): boolean {
  for (let type = types.get(name); type !== undefined; type = types.get(type.base ?? ""))
    if (type.properties.has(property)) return true;
  return false;
}

function known(beta: Declarations, name: string): DeclaredType {
  const type = beta.types.get(name);
  if (type === undefined) throw lacking(name);
  return type;
}

function lacking(name: string): Error {
  return new Error(`Microsoft's declarations have no ${name}`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
