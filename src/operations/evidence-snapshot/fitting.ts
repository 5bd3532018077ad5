/** Keeps an item's document to a size that memory holds fifty of, whatever a tenant's names and lists are like. */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonValue } from "../../policies/json-value.ts";

/** Bytes that the lists of one item may take. Few items have long ones. */
export const MAX_LIST_BYTES = 800_000;

/** The first of the values, as many as their canonical JSON has room for. */
export function fitting<T extends JsonValue>(values: readonly T[], maxBytes: number): T[] {
  const encoder = new TextEncoder();
  let bytes = 0;
  const count = values.findIndex((value) => {
    bytes += encoder.encode(rfc8785Text(value)).byteLength + 1;
    return bytes > maxBytes;
  });
  return values.slice(0, count === -1 ? values.length : count);
}
