/**
 * List cursors: the sort key of the last item, as base64url of JSON. A cursor is position only; it grants nothing, and the
 * query that uses it is bound to the tenant anyway.
 */
import type { z } from "zod";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export function encodeCursor(key: readonly (string | number | null)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The key that a cursor stands for; null for none; "bad_cursor" for what `encodeCursor` has not made for this list. */
export function decodeCursor<T>(cursor: string | null, schema: z.ZodType<T>): T | null | "bad_cursor" {
  if (cursor === null) return null;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const parsed = schema.safeParse(
      JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)),
    );
    return parsed.success ? parsed.data : "bad_cursor";
  } catch {
    return "bad_cursor";
  }
}
