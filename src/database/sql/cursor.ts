/**
 * Pages of a list. A cursor is the sort key of the last item, as base64url of JSON. A cursor is position only; it grants nothing,
 * and the query that uses it is bound to the tenant anyway.
 */
import type { z } from "zod";
import { decodeOpaque, encodeOpaque } from "./opaque-id.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type SortKey = readonly (string | number | null)[];

/** A cursor that no page of this list has given out. The HTTP layer answers it as invalid input. */
export class BadCursor extends Error {
  override name = "BadCursor";
}

/** The sort key that a cursor stands for; null for no cursor. Throws `BadCursor` for what `pageOf` has not made for this list. */
export function decodeCursor<T>(cursor: string | null, schema: z.ZodType<T>): T | null {
  if (cursor === null) return null;
  const parsed = schema.safeParse(jsonOf(decodeOpaque(cursor, Infinity)));
  if (!parsed.success) throw new BadCursor("the cursor is not one of this list");
  return parsed.data;
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many rows to read for a page: one more than it shows, which says that a next page exists. */
export function oneMore(limit: number): number {
  return limit + 1;
}

/** The page that `oneMore(limit)` rows make; `keyOf` gives the sort key of its last row. */
export function pageOf<Row>(rows: readonly Row[], limit: number, keyOf: (last: Row) => SortKey): Page<Row> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : cursorAt(keyOf(last)) };
}

/** The cursor of a position that is not that of a row: how far a search has looked in vain. */
export function cursorAt(key: SortKey): string {
  return encodeOpaque(JSON.stringify(key));
}

/** The same page, its rows as what readers see. */
export function mapPage<Row, Item>(page: Page<Row>, toItem: (row: Row) => Item): Page<Item> {
  return { items: page.items.map(toItem), nextCursor: page.nextCursor };
}
