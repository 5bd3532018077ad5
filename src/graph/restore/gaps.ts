/**
 * Marks gaps in a plan. Some values are not known when a plan is approved (the id that a policy restored by the same run will
 * get) or must not be written down (a secret). The plan has a mark in their place, filled when the step is sent. A mark is an
 * object under a key of our own, which is removed from every document read from Graph: no policy's content can pose as one.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";

const MARK_KEY = "@tenantatlas.fill";
/** Everything that begins like this is ours. */
export const OWN_KEY_PREFIX = "@tenantatlas.";

export type Gap =
  /** The plain value of an encrypted OMA setting, by its `secretReferenceValueId`. */
  | { kind: "omaValue"; reference: string }
  /** The same in base64, as Graph wants it of XML and binary settings. */
  | { kind: "omaBase64"; reference: string }
  /** The id of what another item of the same plan became. */
  | { kind: "restoredId"; item: string };

export function mark(gap: Gap): JsonObject {
  return { [MARK_KEY]: gap.kind, of: gap.kind === "restoredId" ? gap.item : gap.reference };
}

export function gapOf(value: JsonValue): Gap | null {
  if (!isJsonObject(value)) return null;
  const of = value["of"];
  if (typeof of !== "string") return null;
  const kind = value[MARK_KEY];
  if (kind === "omaValue" || kind === "omaBase64") return { kind, reference: of };
  return kind === "restoredId" ? { kind: "restoredId", item: of } : null;
}

/** All gaps in a value, each as often as it stands there. */
export function gapsIn(value: JsonValue): Gap[] {
  const gap = gapOf(value);
  if (gap) return [gap];
  if (Array.isArray(value)) return value.flatMap(gapsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(gapsIn) : [];
}

/** The value with its gaps filled. `filling` is asked for each; it must know all that `gapsIn` tells. */
export function filled(value: JsonValue, filling: (gap: Gap) => string): JsonValue {
  const gap = gapOf(value);
  if (gap) return filling(gap);
  if (Array.isArray(value)) return value.map((item) => filled(item, filling));
  return isJsonObject(value) ? filledObject(value, filling) : value;
}

export function filledObject(value: JsonObject, filling: (gap: Gap) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, filling)]));
}
