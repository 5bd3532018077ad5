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
  | {
      kind: "restoredId";
      item: string;
      /** The text that has the id in the place of `{id}`; absent: the id alone. */
      within?: string;
    };

export function mark(gap: Gap): JsonObject {
  if (gap.kind !== "restoredId") return { [MARK_KEY]: gap.kind, of: gap.reference };
  return { [MARK_KEY]: gap.kind, of: gap.item, ...(gap.within === undefined ? {} : { within: gap.within }) };
}

export function gapOf(value: JsonValue): Gap | null {
  if (!isJsonObject(value)) return null;
  const of = value["of"];
  if (typeof of !== "string") return null;
  const kind = value[MARK_KEY];
  if (kind === "omaValue" || kind === "omaBase64") return { kind, reference: of };
  if (kind !== "restoredId") return null;
  const within = value["within"];
  return { kind, item: of, ...(typeof within === "string" ? { within } : {}) };
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
  if (gap?.kind === "restoredId" && gap.within !== undefined) return gap.within.replace("{id}", () => filling(gap));
  if (gap) return filling(gap);
  if (Array.isArray(value)) return value.map((item) => filled(item, filling));
  return isJsonObject(value) ? filledObject(value, filling) : value;
}

export function filledObject(value: JsonObject, filling: (gap: Gap) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, filling)]));
}
