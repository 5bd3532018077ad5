/**
 * List cursors: the sort key of the last item, as base64url of JSON. A cursor is position only; it grants nothing, and the
 * query that uses it is bound to the tenant anyway.
 */
import type { z } from "zod";
import { decodeOpaque, encodeOpaque } from "./opaque-id.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export function encodeCursor(key: readonly (string | number | null)[]): string {
  return encodeOpaque(JSON.stringify(key));
}

/** The key that a cursor stands for; null for none; "bad_cursor" for what `encodeCursor` has not made for this list. */
export function decodeCursor<T>(cursor: string | null, schema: z.ZodType<T>): T | null | "bad_cursor" {
  if (cursor === null) return null;
  const text = decodeOpaque(cursor, Infinity);
  if (text === null) return "bad_cursor";
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : "bad_cursor";
  } catch {
    return "bad_cursor";
  }
}
