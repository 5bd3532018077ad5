import { describe, expect, it } from "vitest";
import { POLICY_SORTS, sortAfter, sortPolicies } from "../../src/dashboard/inventory/policy-sort.ts";
import { buildPolicy } from "./policy-builder.ts";

const policies = [
  buildPolicy({ id: "a", name: "Policy 10", assignmentCount: null, versionNumber: 3 }),
  buildPolicy({ id: "b", name: "policy 2", assignmentCount: 7, versionNumber: 1 }),
  buildPolicy({ id: "c", name: "Policy 2", assignmentCount: 0, versionNumber: 2 }),
];
const order = (sort: (typeof POLICY_SORTS)[number]) => sortPolicies(policies, sort).map(({ id }) => id);

describe("the order of the inventory", () => {
  it("reads numbers in names as numbers, and keeps equals as they were, in both directions", () => {
    expect(order("name")).toEqual(["b", "c", "a"]);
    expect(order("-name")).toEqual(["a", "b", "c"]);
  });

  it("puts what is not known last in both directions", () => {
    expect(order("assignments")).toEqual(["c", "b", "a"]);
    expect(order("-assignments")).toEqual(["b", "c", "a"]);
    expect(order("-version")).toEqual(["a", "c", "b"]);
  });

  it("is turned by pressing the same title, and leaves the address when it is the usual one", () => {
    expect(sortAfter("name", "name")).toBe("-name");
    expect(sortAfter("-name", "name")).toBeUndefined();
    expect(sortAfter("name", "changed")).toBe("changed");
    expect(sortAfter("changed", "changed")).toBe("-changed");
    expect(POLICY_SORTS).toContain("-seen");
  });
});
