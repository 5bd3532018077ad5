import { describe, expect, it } from "vitest";
import type { ReadableRow } from "../../src/contract/readable-policy.ts";
import { progressOfSearch } from "../../src/dashboard/inventory/search-words.ts";
import { unsetCount, visibleRows } from "../../src/dashboard/inventory/setting-rows.ts";

function row(label: string, depth: number, facts: Partial<ReadableRow> = {}): ReadableRow {
  const name = label.toLowerCase();
  return { depth, label, labelIsName: false, name, state: "value", value: "1", stored: null, omitted: 0, ...facts };
}

const ROWS = [
  row("Firewall", 0, { state: "group", value: null }),
  row("Domain profile", 1, { state: "group", value: null }),
  row("Stealth", 2, { value: "Yes", stored: "true" }),
  row("Logging", 1, { state: "unset", value: null }),
  row("Homepage", 0, { value: "https://contoso.example" }),
];
const labels = (query: string, withUnset = false) => visibleRows(ROWS, query, withUnset).map(({ label }) => label);

describe("the rows of a policy that are shown", () => {
  it("are all that are set, until those that are not are asked for", () => {
    expect(labels("")).toEqual(["Firewall", "Domain profile", "Stealth", "Homepage"]);
    expect(labels("", true)).toEqual(ROWS.map(({ label }) => label));
    expect(unsetCount(ROWS)).toBe(1);
  });

  it("are found by label, name, value and stored value, with those that they are parts of and no others", () => {
    expect(labels(" TRUE ")).toEqual(["Firewall", "Domain profile", "Stealth"]);
    expect(labels("contoso")).toEqual(["Homepage"]);
    expect(labels("logging")).toEqual([]);
    expect(labels("logging", true)).toEqual(["Firewall", "Logging"]);
  });
});

describe("how far a search has come", () => {
  it("is never told as all while there are more to look at", () => {
    expect(progressOfSearch([], 0)).toBe("Searching");
    expect(progressOfSearch([{ looked: 40, policies: 1_232, nextCursor: "40" }], 1)).toBe(
      "1 policy matches so far. Policies looked at: 40. Policies in the tenant: 1,232.",
    );
    const steps = [
      { looked: 40, policies: 60, nextCursor: "40" },
      { looked: 61, policies: 60, nextCursor: null },
    ];
    expect(progressOfSearch(steps, 2)).toBe("2 policies match. Looked at all 61 policies.");
  });
});
