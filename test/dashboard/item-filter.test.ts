import { describe, expect, it } from "vitest";
import { type EvidenceItem, evidenceItemSchema } from "../../src/contract/evidence.ts";
import {
  countExceptions,
  countText,
  exceptionsText,
  filterItems,
  groupItems,
  kindOptions,
  toSearchable,
} from "../../src/dashboard/evidence/item-filter.ts";

function buildItem(facts: Partial<EvidenceItem> & { key: string }): EvidenceItem {
  return evidenceItemSchema.parse({
    id: facts.key,
    kind: "policy",
    family: "compliance",
    title: facts.key,
    exception: null,
    itemHash: "00",
    itemBytes: 2,
    ...facts,
  });
}

const exception = (code: string) => ({ code, message: `Because of ${code}.` });
const items = toSearchable([
  buildItem({ key: "policy/compliance/2", title: "Policy 10" }),
  buildItem({ key: "policy/compliance/1", title: "Policy 9" }),
  buildItem({ key: "policy/compliance/3", title: "ＢｉｔＬｏｃｋｅｒ Äpfel", exception: exception("unassigned") }),
  buildItem({ key: "family/compliance", kind: "family", title: "Compliance", exception: exception("stale") }),
  buildItem({ key: "membership", kind: "membership", family: null, title: "Members" }),
  buildItem({ key: "roles", kind: "roles", family: null, title: "Roles", exception: exception("of_tomorrow") }),
]);
const keys = (found: readonly EvidenceItem[]) => found.map(({ key }) => key);

describe("a snapshot's items", () => {
  it("begin with the exceptions, the most urgent first, then follow by kind and title, each once", () => {
    const groups = groupItems(filterItems(items, {}));
    expect(groups.map(({ id, items: own }) => [id, keys(own)])).toEqual([
      ["exceptions", ["family/compliance", "policy/compliance/3", "roles"]],
      ["membership", ["membership"]],
      ["policy", ["policy/compliance/1", "policy/compliance/2"]],
    ]);
  });

  it("are found by every word of a search, in any script and case, in title, key, kind and exception", () => {
    expect(keys(filterItems(items, { query: "bitlocker ÄPFEL" }))).toEqual(["policy/compliance/3"]);
    expect(keys(filterItems(items, { query: "compliance/2" }))).toEqual(["policy/compliance/2"]);
    expect(keys(filterItems(items, { query: "because of stale" }))).toEqual(["family/compliance"]);
    expect(filterItems(items, { query: "bitlocker nowhere" })).toEqual([]);
  });

  it("are narrowed by kind, by having an exception, and by which", () => {
    expect(keys(filterItems(items, { kind: "family" }))).toEqual(["family/compliance"]);
    expect(keys(filterItems(items, { exception: "any" })).toSorted()).toEqual([
      "family/compliance",
      "policy/compliance/3",
      "roles",
    ]);
    expect(keys(filterItems(items, { exception: "unassigned" }))).toEqual(["policy/compliance/3"]);
    expect(filterItems(items, { kind: "family", exception: "unassigned" })).toEqual([]);
  });

  it("offer as filters what occurs, an exception of a newer server under its code", () => {
    expect(countExceptions(items)).toEqual([
      { code: "stale", label: "Not read for days", count: 1 },
      { code: "unassigned", label: "Not assigned", count: 1 },
      { code: "of_tomorrow", label: "of_tomorrow", count: 1 },
    ]);
    expect(kindOptions(items).map(({ value }) => value)).toEqual(["policy", "family", "membership", "roles"]);
  });

  it("are counted in words that are true while more are loading", () => {
    expect(countText(1, 6, true)).toBe("1 item shown · 6 recorded");
    expect(countText(0, 6, false)).toBe("0 items shown · 6 loaded so far, loading more");
    expect([0, 1, 2].map(exceptionsText)).toEqual(["no exceptions", "1 exception", "2 exceptions"]);
  });
});
