/** Reads single members of documents whose shape is Graph's. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";

/** The text; null for anything else, and for the empty one. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The objects of a list; none for anything that is no list. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Null, `[]`, `{}` and absence say the same in Graph's documents. */
export function isEmptyValue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

export function without(document: JsonObject, names: readonly (string | RegExp)[]): JsonObject {
  const named = (key: string) => names.some((name) => (typeof name === "string" ? name === key : name.test(key)));
  return Object.fromEntries(Object.entries(document).filter(([key]) => !named(key)));
}

export function only(document: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([key]) => names.includes(key)));
}

/** `#microsoft.graph.webApp` to `webApp`; empty for a document that does not say. */
export function bareTypeOf(document: JsonObject): string {
  return (textOf(document["@odata.type"]) ?? "").replace(/^#?microsoft\.graph\./, "");
}

/** The name of a type as a message may show it: Graph's names are plain, those of a document from elsewhere may be anything. */
export function printableType(type: string): string {
  return type.replace(/[^\w]/g, "").slice(0, 60) || "that Graph did not name";
}
