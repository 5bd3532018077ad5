/** Removes what no write may carry, in any family: what the service sets, and annotations (docs/design/graph.md, section 6). */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { OWN_KEY_PREFIX } from "./gaps.ts";
import { without } from "./document-members.ts";

/** Written by the service, on the policy itself. Deeper, properties of these names are content. */
export const READ_ONLY: readonly (string | RegExp)[] = [
  "id",
  "createdDateTime",
  "lastModifiedDateTime",
  "modifiedDateTime",
  "deletedDateTime",
  "version",
  "supportsScopeTags",
  "isAssigned",
  "creationSource",
  "settingCount",
  "priorityMetaData",
  "assignments",
  /Link$/,
];

/** The document without what annotates it, at any depth; the bare `@odata.type` tells what an object is, and stays. */
export function withoutAnnotations(document: JsonObject): JsonObject {
  return withoutMembers(document, isAnnotation);
}

/** For a document as it came from Graph or from storage: without annotations, and without what could pose as a gap of ours. */
export function foreign(document: JsonObject): JsonObject {
  return withoutMembers(document, (name) => isAnnotation(name) || name.startsWith(OWN_KEY_PREFIX));
}

export function withoutReadOnly(document: JsonObject, more: readonly (string | RegExp)[]): JsonObject {
  return without(document, [...READ_ONLY, ...more]);
}

function withoutMembers(document: JsonObject, gone: (name: string) => boolean): JsonObject {
  const inside = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(inside);
    return isJsonObject(value) ? withoutMembers(value, gone) : value;
  };
  const kept = Object.entries(document).filter(([name]) => !gone(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, inside(member)]));
}

function isAnnotation(name: string): boolean {
  if (name === "@odata.type") return false;
  return name.includes("@odata.") || name.startsWith("#microsoft.graph.") || name.startsWith("@microsoft.graph.");
}
