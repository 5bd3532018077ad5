import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../src/graph/families.ts";
import { isMet, needsOf, relatedPlaces } from "../../../src/graph/permissions/needs.ts";
import { presetOf } from "../../../src/graph/permissions/presets.ts";

const namesOf = (purpose: "read" | "write") => presetOf(purpose).permissions.map(({ permission }) => permission);

describe("the preset for reading", () => {
  it("meets all that is read, and has no permission that nothing asks for", () => {
    const needs = [...FAMILIES.map((family) => needsOf(family).reading), ...relatedPlaces().map(({ need }) => need)];
    const all = new Set(namesOf("read"));
    expect(needs.filter((need) => !isMet(need, all))).toEqual([]);
    const asked = new Set(needs.map(({ permission }) => permission));
    expect([...all].filter((name) => !asked.has(name))).toEqual([]);
  });

  it("holds no permission to write", () => {
    expect(namesOf("read").filter((name) => name.includes("Write"))).toEqual([]);
  });
});

describe("the preset for restoring", () => {
  it("meets all that is read and written", () => {
    const all = new Set(namesOf("write"));
    const needs = FAMILIES.flatMap((family) => [needsOf(family).reading, ...needsOf(family).writing]);
    expect([...needs, ...relatedPlaces().map(({ need }) => need)].filter((need) => !isMet(need, all))).toEqual([]);
  });

  it("names no permission to read beside the one that writes as well, and says what each is for", () => {
    const { permissions } = presetOf("write");
    const names = permissions.map(({ permission }) => permission);
    for (const { permission, neededFor } of permissions) {
      expect(neededFor.length, permission).toBeGreaterThan(0);
      const twin = permission.replace(".Read.", ".ReadWrite.");
      expect(twin === permission || !names.includes(twin), permission).toBe(true);
    }
    expect(names).toContain("DeviceManagementConfiguration.ReadWrite.All");
    expect(names.toSorted()).toEqual(names);
  });
});
