/** Which rows of a policy are shown. Pure. */
import type { ReadableRow } from "../../contract/readable-policy.ts";

/** How many rows say that nothing is set. */
export function unsetCount(rows: readonly ReadableRow[]): number {
  return rows.filter(({ state }) => state === "unset").length;
}

/** The rows that match, with those that they are parts of; without those that are not set, unless they are asked for. */
export function visibleRows(rows: readonly ReadableRow[], query: string, withUnset: boolean): ReadableRow[] {
  const text = query.trim().toLowerCase();
  const keep = new Set<number>();
  const above: number[] = [];
  for (const [at, row] of rows.entries()) {
    above.length = row.depth;
    const shown = (withUnset || row.state !== "unset") && matches(row, text);
    if (shown) for (const index of [...above, at]) keep.add(index);
    above.push(at);
  }
  return rows.filter((_, at) => keep.has(at));
}

function matches({ label, name, value, stored }: ReadableRow, text: string): boolean {
  return text === "" || [label, name, value ?? "", stored ?? ""].some((each) => each.toLowerCase().includes(text));
}
