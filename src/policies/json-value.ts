/** JSON as a type. What `JSON.parse` returned is one of these by construction; `isJsonObject` narrows it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** For values that came out of `JSON.parse` (or a binding's JSON): tells an object from the other five kinds. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
