/**
 * Whether a body is what Graph's model says of its type. The refusals are worded as Graph's OData library words them, with the
 * property's name. Null is taken everywhere: Microsoft's published types do not tell reliably where Graph refuses it.
 */
import { bareType, type GraphVersion } from "../family.ts";
import { badRequest } from "../graph-reply.ts";
import { type Doc, isDoc, text } from "../json.ts";
import { enumeration, graphType, isAssignable, isInVersion, memberOf, propertyOf, type Property } from "./schema.ts";

/** @throws GraphError 400 for the first thing that the type does not allow */
export function checkBody(version: GraphVersion, typeName: string, body: Doc, path = ""): void {
  for (const [name, value] of Object.entries(body)) {
    const place = path === "" ? name : `${path}/${name}`;
    if (name.endsWith("@odata.bind")) checkBind(version, typeName, name.slice(0, -"@odata.bind".length), value, place);
    else if (!name.includes("@odata.")) {
      const property = propertyOf(version, typeName, name);
      if (property === null) throw unknownProperty(name, typeName);
      checkValue(version, property, value, place);
    }
  }
}

export function unknownProperty(name: string, typeName: string): Error {
  return badRequest(
    `The property '${name}' does not exist on type 'microsoft.graph.${typeName}'. Make sure to only use property names that are defined by the type or mark the type as open type.`,
  );
}

/** The type of an object where another, or one that derives from it, is expected. @throws GraphError 400 */
export function checkedType(version: GraphVersion, value: Doc, expected: string, place: string): string {
  const declared = value["@odata.type"];
  if (declared === undefined) {
    if (graphType(expected)?.isAbstract === true)
      throw badRequest(`Cannot create an abstract class: '@odata.type' is required. Property: '${place}'.`);
    return expected;
  }
  const type = bareType(text(declared) ?? "");
  if (!isInVersion(version, type)) throw unresolvedType(declared, place);
  if (!isAssignable(type, expected))
    throw badRequest(
      `An entry with type 'microsoft.graph.${type}' was found, but it is not assignable to the expected type 'microsoft.graph.${expected}'. Property: '${place}'.`,
    );
  if (graphType(type)?.isAbstract === true)
    throw badRequest(`Cannot create an abstract class: 'microsoft.graph.${type}'. Property: '${place}'.`);
  return type;
}

export function unresolvedType(declared: unknown, place: string): Error {
  const name = typeof declared === "string" ? declared.replace(/^#/, "") : JSON.stringify(declared);
  return badRequest(
    `A type named '${name}' could not be resolved by the model. When a model is available, each type name must resolve to a valid type. Property: '${place}'.`,
  );
}

/** The address of what a navigation shall lead to: one, or a list of them. */
function checkBind(version: GraphVersion, typeName: string, name: string, value: unknown, place: string): void {
  const property = propertyOf(version, typeName, name);
  if (property === null || !property.isNavigation) throw unknownProperty(name, typeName);
  const addresses: unknown = property.isCollection ? value : [value];
  if (!Array.isArray(addresses) || !addresses.every((address) => typeof address === "string" && address !== ""))
    throw unfit(place, "Edm.String");
}

/**
 * The body of an action: its parameters by name, each with its type as a property has it ("number" is `i`, a list ends with `[]`).
 *
 * @throws GraphError 400 for a parameter that the action does not have, or a value that it does not take
 */
export function checkParameters(
  version: GraphVersion,
  action: string,
  parameters: Readonly<Record<string, string>>,
  body: Doc,
): void {
  for (const [name, value] of Object.entries(body)) {
    if (name.includes("@odata.")) continue;
    const type = parameters[name];
    if (type === undefined)
      throw badRequest(
        `The parameter '${name}' in the request payload is not a valid parameter for the operation '${action}'.`,
      );
    const isCollection = type.endsWith("[]");
    const property = { name, type: type.replace("[]", ""), isCollection, isNavigation: false, inV1: true };
    checkValue(version, property, value, name);
  }
}

function checkValue(version: GraphVersion, property: Property, value: unknown, place: string): void {
  if (value === null) return;
  if (!property.isCollection) {
    checkOne(version, property.type, value, place);
    return;
  }
  if (!Array.isArray(value)) throw unfit(place, `Collection(${edmName(property.type)})`);
  const items: unknown[] = value;
  items.forEach((item) => checkOne(version, property.type, item, place));
}

/** What a primitive may be, by its letter in the schema. */
const PRIMITIVES: Readonly<Record<string, { edm: string; fits: (value: unknown) => boolean }>> = {
  a: { edm: "Edm.Untyped", fits: () => true },
  b: { edm: "Edm.Boolean", fits: (value) => typeof value === "boolean" },
  f: { edm: "Edm.Double", fits: (value) => typeof value === "number" },
  i: { edm: "Edm.Int32", fits: (value) => Number.isInteger(value) },
  s: { edm: "Edm.String", fits: (value) => typeof value === "string" },
  x: { edm: "Edm.Binary", fits: (value) => typeof value === "string" && isBase64(value) },
};

function checkOne(version: GraphVersion, type: string, value: unknown, place: string): void {
  const primitive = PRIMITIVES[type];
  if (primitive !== undefined) {
    if (!primitive.fits(value)) throw unfit(place, primitive.edm);
    return;
  }
  const members = enumeration(type);
  if (members !== null) {
    const given = typeof value === "string" && members.isFlags ? value.split(",").map((one) => one.trim()) : [value];
    const strange = given.find((one) => typeof one !== "string" || memberOf(members, version, one) === null);
    if (strange !== undefined)
      throw badRequest(
        `Cannot convert the literal '${typeof strange === "string" ? strange : JSON.stringify(strange)}' to the expected type 'microsoft.graph.${type}'. Property: '${place}'.`,
      );
    return;
  }
  if (!isDoc(value)) throw unfit(place, edmName(type));
  // A navigation may lead out of the schema; what stands there inline is nothing that it could judge.
  if (graphType(type) !== null) checkBody(version, checkedType(version, value, type, place), value, place);
}

function edmName(type: string): string {
  return PRIMITIVES[type]?.edm ?? `microsoft.graph.${type}`;
}

function unfit(place: string, edm: string): Error {
  return badRequest(`Cannot convert a value to target type '${edm}'. Property: '${place}'.`);
}

export function isBase64(value: string): boolean {
  try {
    atob(value);
    return true;
  } catch {
    return false;
  }
}
