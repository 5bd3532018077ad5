import { describe, expect, it } from "vitest";
import { familyFaults, judgeFamilies } from "../../scripts/check/families.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { catalogue } from "../../src/graph/catalogue.ts";
import { FAMILIES } from "../../src/graph/families.ts";
import { filters } from "../../src/graph/families/filters.ts";
import { scopeTags } from "../../src/graph/families/scope-tags.ts";

describe("the catalogue of families", () => {
  it("is whole in this repository: a file, a line and a simulated family each", async () => {
    expect(await judgeFamilies(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it("names what a new family still lacks", () => {
    const listed = [{ key: "scopeTags", path: "/deviceManagement/roleScopeTags" }];
    const simulated = [{ key: "scopeTags", path: "deviceManagement/roleScopeTags" }];
    const files = ["family.ts", "scope-tags.ts"];
    expect(familyFaults({ files, listed, simulated })).toEqual([]);
    expect(familyFaults({ files: [...files, "device-categories.ts"], listed, simulated })).toEqual([
      "src/graph/families has device-categories.ts, which is no family that src/graph/families.ts lists.",
    ]);
    const added = [...listed, { key: "deviceCategories", path: "/deviceManagement/deviceCategories" }];
    expect(familyFaults({ files, listed: added, simulated })).toEqual([
      "The family deviceCategories has no file of its own: src/graph/families/device-categories.ts.",
      "simulator/src/families.ts lacks the family deviceCategories.",
    ]);
  });

  it("finds a family that the simulated Graph has elsewhere, or alone", () => {
    const files = ["family.ts", "scope-tags.ts"];
    const listed = [{ key: "scopeTags", path: "/deviceManagement/roleScopeTags" }];
    expect(familyFaults({ files, listed, simulated: [{ key: "scopeTags", path: "deviceManagement/tags" }] })).toEqual([
      "simulator/src/families.ts has the family scopeTags at /deviceManagement/tags; the product reads it at /deviceManagement/roleScopeTags.",
    ]);
    expect(familyFaults({ files: ["family.ts"], listed: [], simulated: [{ key: "x", path: "x" }] })).toEqual([
      "simulator/src/families.ts has a family x that src/graph/families.ts does not list.",
    ]);
  });

  it("does not compile with a key twice", () => {
    expect(catalogue(scopeTags, filters)).toEqual([scopeTags, filters]);
    // @ts-expect-error The family scopeTags is listed twice.
    const twice = catalogue(scopeTags, filters, scopeTags);
    expect(twice).toHaveLength(3);
  });

  it("has no reference kind that names the policies of two families", () => {
    const kinds = FAMILIES.flatMap(({ referenceKind }) => (referenceKind === null ? [] : [referenceKind]));
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
