import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/contract/inventory.ts";
import { countText, filterOptions, filterPolicies, toSearchable } from "../../src/dashboard/inventory/policy-filter.ts";
import { buildPolicy } from "./policy-builder.ts";

const policies = toSearchable([
  buildPolicy({ id: "1", name: "Windows 11 BitLocker", platform: "windows10" }),
  buildPolicy({
    id: "2",
    name: "Ｂｉｔｌｏｃｋｅｒ mobile",
    family: "compliance",
    familyLabel: "Compliance",
    platform: "iOS",
  }),
  buildPolicy({ id: "3", name: "Wi-Fi", description: "Replaces BitLocker notes" }),
  buildPolicy({ id: "4", name: "Old BitLocker", removedAt: "2026-11-02T08:00:00.000Z" }),
]);
const ids = (found: Policy[]) => found.map((policy) => policy.id).sort();

describe("the inventory's filter", () => {
  it("finds every word in name, description or family, whatever the case or width of the letters", () => {
    expect(ids(filterPolicies(policies, { query: "bitlocker" }))).toEqual(["1", "2", "3"]);
    expect(ids(filterPolicies(policies, { query: "compliance  MOBILE" }))).toEqual(["2"]);
    expect(ids(filterPolicies(policies, { query: "bitlocker missing" }))).toEqual([]);
  });

  it("finds a policy by a good part of its id, and not by a digit or two", () => {
    expect(ids(filterPolicies(policies, { query: "000000000003" }))).toEqual(["3"]);
    expect(ids(filterPolicies(policies, { query: "7d1f" }))).toEqual([]);
  });

  it("hides removed policies until they are asked for", () => {
    expect(ids(filterPolicies(policies, {}))).toEqual(["1", "2", "3"]);
    expect(ids(filterPolicies(policies, { removed: "include" }))).toEqual(["1", "2", "3", "4"]);
    expect(ids(filterPolicies(policies, { removed: "only" }))).toEqual(["4"]);
  });

  it("shows the policies alone that could not be read, when asked for them", () => {
    const unread = {
      reason: { code: "not_found", message: "Not found." },
      since: "2026-11-02T08:00:00.000Z",
      lastTriedAt: "2026-11-03T08:00:00.000Z",
      acknowledgment: null,
    };
    const known = toSearchable([buildPolicy({ id: "1" }), buildPolicy({ id: "2", unread })]);
    expect(ids(filterPolicies(known, { reading: "unread" }))).toEqual(["2"]);
    expect(ids(filterPolicies(known, {}))).toEqual(["1", "2"]);
  });

  it("narrows by family and platform together", () => {
    expect(ids(filterPolicies(policies, { family: "settingsCatalog", platform: "windows10" }))).toEqual(["1"]);
    expect(ids(filterPolicies(policies, { family: "compliance", platform: "windows10" }))).toEqual([]);
  });

  it("keeps a policy once that two pages brought", () => {
    const moved = [buildPolicy({ id: "1" }), buildPolicy({ id: "2" }), buildPolicy({ id: "1" })];
    expect(toSearchable(moved)).toHaveLength(2);
  });

  it("F34: keeps policies of the same name apart", () => {
    expect(toSearchable([buildPolicy({ id: "1", name: "Same" }), buildPolicy({ id: "2", name: "Same" })])).toHaveLength(
      2,
    );
  });

  it("orders names as people count: 2 before 10", () => {
    const ordered = toSearchable([buildPolicy({ id: "a", name: "Ring 10" }), buildPolicy({ id: "b", name: "Ring 2" })]);
    expect(ordered.map(({ policy }) => policy.name)).toEqual(["Ring 2", "Ring 10"]);
  });

  it("offers the families and platforms that are there", () => {
    const options = filterOptions(policies.map(({ policy }) => policy));
    expect(options.families.map(({ label }) => label)).toEqual(["Compliance", "Settings catalog"]);
    expect(options.platforms.map(({ value }) => value)).toEqual(["iOS", "windows10"]);
  });

  it("never counts a removed policy among those of the inventory", () => {
    expect(countText(3, policies, true)).toBe("3 policies shown · 3 in the inventory, 1 removed");
    const present = policies.filter(({ policy }) => policy.removedAt === null);
    expect(countText(1, present, true)).toBe("1 policy shown · 3 in the inventory");
    expect(countText(0, [], true)).not.toMatch(/\d/);
    expect(countText(0, policies, false)).toBe("0 policies shown · 4 loaded so far, loading more");
  });
});
