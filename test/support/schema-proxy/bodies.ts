/** Whether a body is what may stand in its place, and what of an answer the version has. */
import { resolveAddress } from "./address.ts";
import type { GraphModel, Shape } from "./graph-model.ts";
import { Refusal } from "./refusal.ts";

export type Doc = Record<string, unknown>;

export function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws Refusal for the first thing that may not stand there */
export function checkDoc(model: GraphModel, expected: string, doc: Doc, place: string): void {
  const type = declaredType(model, expected, doc, place);
  for (const [name, value] of Object.entries(doc)) {
    const at = `${place}/${name}`;
    const [property = "", annotation] = name.split("@odata.");
    if (annotation === undefined) checkValue(model, shapeAt(model, type, name), value, at);
    else if (annotation === "bind") checkBind(model, shapeAt(model, type, property), value, at);
    // Of a property: how its value is typed, which the type tells already.
    else if (annotation === "type" && property !== "") shapeAt(model, type, property);
    else if (annotation !== "type") throw new Refusal(`'${at}' says nothing to Graph.`);
  }
}

function declaredType(model: GraphModel, expected: string, doc: Doc, place: string): string {
  const declared = doc["@odata.type"];
  if (declared === undefined) return expected;
  const type = /^#?microsoft\.graph\.(\w+)$/.exec(typeof declared === "string" ? declared : "")?.[1];
  if (type === undefined || !model.isType(type))
    throw new Refusal(`'${place}' is of no type: ${JSON.stringify(declared)}.`);
  if (!model.isKindOf(type, expected)) throw new Refusal(`'${place}' is '${expected}', which '${type}' is not.`);
  return type;
}

function shapeAt(model: GraphModel, type: string, name: string): Shape {
  const shape = model.property(type, name);
  if (shape === null) throw new Refusal(`The property '${name}' does not exist on type 'microsoft.graph.${type}'.`);
  return shape;
}

function checkValue(model: GraphModel, shape: Shape, value: unknown, place: string): void {
  if (value === null) return;
  if (!shape.isCollection) checkOne(model, shape.type, value, place);
  else if (!Array.isArray(value)) throw new Refusal(`'${place}' is a list.`);
  else for (const item of value) checkOne(model, shape.type, item, place);
}

function checkOne(model: GraphModel, type: string, value: unknown, place: string): void {
  const fault = faultOf(model, type, value);
  if (fault !== null) throw new Refusal(`'${place}' ${fault}.`);
  if (isDoc(value) && model.isType(type)) checkDoc(model, type, value, place);
}

/** What is wrong with a value itself, whatever is inside of it; null when nothing is. */
function faultOf(model: GraphModel, type: string, value: unknown): string | null {
  if (type === "any") return null;
  if (type === "string" || type === "number" || type === "boolean")
    return typeof value === type ? null : `is a ${type}, not ${JSON.stringify(value)}`;
  const members = model.members(type);
  if (members !== null) {
    const given = typeof value === "string" ? value.split(",").map((one) => one.trim()) : [null];
    return given.every((one) => one !== null && members.has(one)) ? null : `has no member ${JSON.stringify(value)}`;
  }
  if (!model.isType(type)) return null;
  return isDoc(value) ? null : `is a '${type}', not ${JSON.stringify(value)}`;
}

/** A link to what exists in Graph's addresses and is of the right type. */
function checkBind(model: GraphModel, shape: Shape, value: unknown, place: string): void {
  if (!model.isEntity(shape.type)) throw new Refusal(`'${place}' is no navigation.`);
  const links: unknown = shape.isCollection ? value : [value];
  if (!Array.isArray(links)) throw new Refusal(`'${place}' is a list of addresses.`);
  for (const link of links) checkLink(model, shape.type, link, place);
}

/** @throws Refusal when an address does not lead to something of the type */
export function checkLink(model: GraphModel, type: string, link: unknown, place: string): void {
  const path = typeof link === "string" && URL.canParse(link) ? new URL(link).pathname : null;
  if (path === null) throw new Refusal(`'${place}' is an address, not ${JSON.stringify(link)}.`);
  const to = resolveAddress(model, path.replace(/^\/(beta|v1\.0)/, ""));
  if (to.kind !== "resource" || to.isCollection || !(model.isKindOf(to.type, type) || model.isKindOf(type, to.type)))
    throw new Refusal(`'${place}' leads to ${JSON.stringify(link)}, which is no '${type}'.`);
}

/** The value without what the version's types do not have; `removed` gets the place of each thing left out. */
export function shownAs(model: GraphModel, shape: Shape, value: unknown, place: string, removed: string[]): unknown {
  if (value === null || value === undefined) return value;
  if (shape.isCollection) {
    if (!Array.isArray(value)) return left(place, "is a list", removed);
    return value.flatMap((item) => shownOne(model, shape.type, item, place, removed) ?? []);
  }
  return shownOne(model, shape.type, value, place, removed);
}

function shownOne(model: GraphModel, type: string, value: unknown, place: string, removed: string[]): unknown {
  const fault = faultOf(model, type, value);
  if (fault !== null) return left(place, fault, removed);
  if (!isDoc(value) || !model.isType(type)) return value;
  const declared = value["@odata.type"];
  const own = typeof declared === "string" ? declared.replace(/^#microsoft\.graph\./, "") : type;
  if (!model.isType(own) || !model.isKindOf(own, type)) return left(place, `is of no type ${own}`, removed);
  const shown: Doc = {};
  for (const [name, member] of Object.entries(value)) {
    const property = model.property(own, name);
    if (name.includes("@odata.")) shown[name] = member;
    else if (property === null) left(`${place}/${own}.${name}`, "does not exist", removed);
    else shown[name] = shownAs(model, property, member, `${place}/${own}.${name}`, removed);
  }
  return shown;
}

function left(place: string, why: string, removed: string[]): undefined {
  removed.push(`${place} ${why}`);
}
