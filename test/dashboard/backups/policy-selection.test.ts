import { describe, expect, it } from "vitest";
import { addPoliciesRequestSchema, MAX_SELECTED_POLICIES } from "../../../src/contract/backup-sets.ts";
import {
  addInput,
  countByFamily,
  isTooMany,
  matchingPolicies,
  policyFilterText,
} from "../../../src/dashboard/backups/policy-selection.ts";
import { ALL_MATCHES, type Selection } from "../../../src/dashboard/backups/selection.ts";
import { buildPolicy } from "../policy-builder.ts";

const policies = [
  buildPolicy({ id: "1", name: "Ｗｉ-Ｆｉ Munich", platform: "windows10" }),
  buildPolicy({ id: "2", name: "Wi-Fi Vienna", family: "compliance", familyLabel: "Compliance" }),
  buildPolicy({ id: "3", name: "BitLocker", description: "Not about wi-fi" }),
  buildPolicy({ id: "4", name: "Wi-Fi, gone", removedAt: "2026-11-02T08:00:00.000Z" }),
];
const ids = (filter: Parameters<typeof matchingPolicies>[1]) => matchingPolicies(policies, filter).map(({ id }) => id);

describe("choosing policies for a backup set", () => {
  it("F28: shows what the server would match: part of the name alone, in any case or width, nothing removed", () => {
    expect(ids({})).toEqual(["1", "2", "3"]);
    expect(ids({ query: " wi-fi " })).toEqual(["1", "2"]);
    expect(ids({ query: "fi wi" })).toEqual([]);
    expect(ids({ query: "wi-fi", family: "compliance" })).toEqual(["2"]);
    expect(ids({ platform: "windows10" })).toEqual(["1"]);
  });

  it("F28: starts by ids or by the filter, never by both", () => {
    const one: Selection = { kind: "ids", ids: new Set(["1"]) };
    expect(addInput("set_1", one, { query: "x" })).toEqual({ backupSetId: "set_1", policyIds: ["1"] });
    expect(addInput("set_1", ALL_MATCHES, { family: "compliance" })).toEqual({
      backupSetId: "set_1",
      filter: { family: "compliance" },
    });
    for (const input of [addInput("set_1", one, {}), addInput("set_1", ALL_MATCHES, {})]) {
      expect(addPoliciesRequestSchema.safeParse(input).success).toBe(true);
    }
  });

  it("knows how many can be named, and that a filter has no such limit", () => {
    const many = Array.from({ length: MAX_SELECTED_POLICIES + 1 }, (_, at) => String(at));
    expect(isTooMany({ kind: "ids", ids: new Set(many) })).toBe(true);
    expect(isTooMany({ kind: "ids", ids: new Set(many.slice(1)) })).toBe(false);
    expect(isTooMany(ALL_MATCHES)).toBe(false);
  });

  it("tells the filter in words, and counts by family", () => {
    const label = (key: string) => (key === "compliance" ? "Compliance" : key);
    expect(policyFilterText({}, label)).toBe("All policies of the tenant");
    expect(policyFilterText({ family: "compliance", query: "wifi" }, label)).toBe(
      "Compliance, with “wifi” in the name",
    );
    expect(countByFamily(policies)).toEqual([
      { label: "Compliance", count: 1 },
      { label: "Settings catalog", count: 3 },
    ]);
  });
});
