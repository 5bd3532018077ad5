import { describe, expect, it } from "vitest";
import type { FollowedPolicy, Following, Parameter } from "../../src/contract/standards.ts";
import {
  enteredOf,
  foundOf,
  keyFor,
  missingValues,
  updateOf,
  valueOf,
  valuesOf,
  versionText,
} from "../../src/dashboard/standards/standard-words.ts";

const company: Parameter = { key: "company", label: "Company", type: "text", default: null, text: "Contoso" };
const strict: Parameter = { key: "strict", label: "Strict", type: "boolean", default: false, text: "{strict}" };

const version: NonNullable<Following["version"]> = {
  number: 3,
  policyCount: 9,
  names: false,
  assignments: false,
  parameters: [company, strict],
  note: "",
  contentRoot: "0".repeat(64),
  createdAt: "2026-11-28T01:59:00.000Z",
};
const following: Following = {
  id: "flw_1",
  standard: { id: "std_1", name: "House standard", home: null, newestVersion: 4 },
  version,
  parameters: {},
  skipped: [],
  overlays: [],
  mapping: [],
  followedAt: "2026-11-28T01:59:00.000Z",
  followedBy: null,
  matchedAt: null,
  latestComparison: null,
  findingsNow: null,
};

describe("a followed standard", () => {
  it("says which version holds, and only where there is one which it could go to", () => {
    expect(versionText(following)).toBe("Version 3, the newest is 4");
    expect(updateOf(following)).toBe(4);
    const newest = { ...following, standard: { ...following.standard, newestVersion: 3 } };
    expect([versionText(newest), updateOf(newest)]).toEqual(["Version 3", null]);
    const unread = { ...following, version: null };
    expect([versionText(unread), updateOf(unread)]).toEqual(["Its version cannot be read", null]);
  });

  it("asks for values that have no default, until they are given", () => {
    expect(missingValues(following).map(({ key }) => key)).toEqual(["company"]);
    expect(missingValues({ ...following, parameters: { company: "Fabrikam" } })).toEqual([]);
    expect(valuesOf(version, {})).toEqual({ values: {}, missing: ["company"] });
    expect(valuesOf(version, enteredOf({ company: " Fabrikam ", strict: true }))).toEqual({
      values: { company: "Fabrikam", strict: true },
      missing: [],
    });
  });

  it("calls nothing missing that was not looked for", () => {
    const policy: FollowedPolicy = {
      key: "p_1",
      family: "filters",
      familyLabel: "Assignment filters",
      name: "Corporate",
      platform: null,
      odataType: null,
      skipped: false,
      match: null,
    };
    const none = { kind: "none", policy: null, candidates: [] } as const;
    expect(foundOf(policy)).toBeNull();
    expect(foundOf({ ...policy, match: { ...none, candidates: [] } })).toBe("missing");
    expect(foundOf({ ...policy, match: { ...none, kind: "ambiguous", candidates: [] } })).toBe("ambiguous");
    expect(foundOf({ ...policy, skipped: true })).toBe("skipped");
  });
});

describe("what is entered for a parameter", () => {
  it("has the parameter's type where it can have it; the server judges the rest", () => {
    expect(valueOf("number", "12.5")).toBe(12.5);
    expect(valueOf("number", "a dozen")).toBe("a dozen");
    expect(valueOf("boolean", "false")).toBe(false);
    expect(valueOf("text", "  ")).toBeNull();
  });

  it("is named by a key that its label makes, unlike all others", () => {
    expect(keyFor("Address of the homepage", [])).toBe("addressOfTheHomepage");
    expect(keyFor("Größe (GB)", [])).toBe("groEGb");
    expect(keyFor("Intranet", ["intranet", "intranet2"])).toBe("intranet3");
    for (const label of ["", "2026", "管理者", "x".repeat(80)])
      expect(keyFor(label, [])).toMatch(/^[A-Za-z][A-Za-z0-9]{0,39}$/);
  });
});
