import { describe, expect, it } from "vitest";
import { baselinePolicySchema } from "../../src/contract/baselines.ts";
import { rowText, stackHeight, toDriftRows } from "../../src/dashboard/baselines/drift-points.ts";
import { searchPolicies, toSearchable } from "../../src/dashboard/baselines/policy-search.ts";
import { buildCounts } from "./counts-builder.ts";

const point = (comparisonId: string, at: string, counts = buildCounts({})) => ({ comparisonId, at, counts });

describe("drift over time", () => {
  it("runs from the oldest comparison to the newest, with open findings by severity and accepted ones apart", () => {
    const rows = toDriftRows([
      point(
        "new",
        "2026-11-24T10:00:00Z",
        buildCounts({ high: { open: 2, accepted: 1, resolved: 7 } }, { notChecked: 3 }),
      ),
      point("old", "2026-11-20T10:00:00Z", buildCounts({ critical: { open: 1 } })),
    ]);
    expect(rows.map(({ comparisonId }) => comparisonId)).toEqual(["old", "new"]);
    expect(rows.map(stackHeight)).toEqual([1, 3]);
    expect(rows.map(rowText)).toEqual(["1 critical", "2 high, 1 accepted, 3 could not be checked"]);
  });

  it("names comparisons of one minute apart from each other, and those of several days by their days", () => {
    const labels = (...times: string[]) => toDriftRows(times.map((at) => point(at, at))).map(({ label }) => label);
    expect(new Set(labels("2026-11-24T10:00:09Z", "2026-11-24T10:00:01Z")).size).toBe(2);
    expect(labels("2026-11-24T10:00:09Z", "2026-11-20T10:00:01Z")[0]).toMatch(/20/);
  });

  it("says so when a comparison left nothing", () => {
    expect(toDriftRows([point("a", "2026-11-24T10:00:00Z")]).map(rowText)).toEqual(["no findings"]);
  });
});

describe("searching a baseline's policies", () => {
  const policies = toSearchable(
    [
      { id: "1", name: "ＢｉｔＬｏｃｋｅｒ Laptops", family: "compliance", familyLabel: "Compliance" },
      { id: "2", name: "Kiosk", family: "filters", familyLabel: "Filters" },
    ].map((facts) =>
      baselinePolicySchema.parse({
        graphId: `g-${facts.id}`,
        platform: null,
        odataType: null,
        contentHash: "0",
        ...facts,
      }),
    ),
  );
  const found = (query: string, family?: string) => searchPolicies(policies, { query, family }).map(({ id }) => id);

  it("finds every word anywhere, whatever its case and form, within the family", () => {
    expect(found("bitlocker compliance")).toEqual(["1"]);
    expect(found("g-2")).toEqual(["2"]);
    expect(found("")).toEqual(["1", "2"]);
    expect(found("kiosk", "compliance")).toEqual([]);
  });
});
