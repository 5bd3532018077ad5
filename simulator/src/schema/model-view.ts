/** What of an object a version of Graph shows: v1.0 has no place for the beta's types, properties and members of enumerations. */
import { bareType, type GraphVersion } from "../family.ts";
import { type Doc, isDoc, text } from "../json.ts";
import { isBase64 } from "./check-body.ts";
import { enumeration, graphType, isInVersion, memberOf, propertyOf } from "./schema.ts";

/** The object without what the version's model of its type lacks; in the model's own spelling of enumerations. */
export function shownIn(version: GraphVersion, typeName: string, doc: Doc): Doc {
  const shown: Doc = {};
  for (const [name, value] of Object.entries(doc)) {
    if (name.includes("@odata.")) {
      shown[name] = value;
      continue;
    }
    const property = propertyOf(version, typeName, name);
    if (property !== null) shown[name] = shownValue(version, property.type, value);
  }
  return shown;
}

function shownValue(version: GraphVersion, type: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.map((item) => shownValue(version, type, item));
  }
  if (isDoc(value)) {
    const own = bareType(text(value["@odata.type"]) ?? type);
    if (graphType(own) === null) return value;
    return shownIn(version, isInVersion(version, own) ? own : type, value);
  }
  if (type === "x" && typeof value === "string" && !isBase64(value)) return null;
  const members = typeof value === "string" ? enumeration(type) : null;
  if (typeof value !== "string" || members === null) return value;
  return value
    .split(",")
    .map((one) => memberOf(members, version, one.trim()) ?? one)
    .join(",");
}

/** The name of the first property that holds something and that only the beta has; null when v1.0 shows all. */
export function betaOnlyPart(typeName: string, doc: Doc): string | null {
  for (const [name, value] of Object.entries(doc)) {
    if (name.includes("@odata.") || value === null || (Array.isArray(value) && value.length === 0)) continue;
    const property = propertyOf("v1.0", typeName, name);
    if (property === null) return name;
    const inside = isDoc(value) && graphType(property.type) !== null ? betaOnlyPart(property.type, value) : null;
    if (inside !== null) return inside;
  }
  return null;
}
