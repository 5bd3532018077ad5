import { describe, expect, it } from "vitest";
import { jsonLists } from "../../../src/database/sql/json-lists.ts";

/** D1: "Maximum string, BLOB or table row size: 2,000,000 bytes". The local runtime does not hold us to it. */
const D1_MAX_BYTES = 2_000_000;

describe("rows as JSON lists", () => {
  it("are all there, in order, in lists that D1 binds, in whatever script they are", () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => [index, "漢".repeat(index)]);
    const lists = jsonLists(rows);
    expect(lists.flatMap((list): unknown => JSON.parse(list))).toEqual(rows);
    for (const list of lists) expect(new TextEncoder().encode(list).byteLength).toBeLessThan(D1_MAX_BYTES);
  });

  it("are none for no rows, and one for few", () => {
    expect(jsonLists([])).toEqual([]);
    expect(jsonLists([1, null, "a"])).toEqual(['[1,null,"a"]']);
  });
});
