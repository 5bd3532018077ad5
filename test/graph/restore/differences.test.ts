import { describe, expect, it } from "vitest";
import { compareForRestore } from "../../../src/graph/restore/differences.ts";

describe("Entries of a policy's collections", () => {
  it("are compared with what they were, however their members are ordered, when several are for one setting", () => {
    const settings = [
      { id: "0", settingInstance: { settingDefinitionId: "s", value: "2", children: [] } },
      { id: "1", settingInstance: { settingDefinitionId: "s", value: "1", children: [{ a: 1 }] } },
    ];
    const spelledOtherwise = settings.map(({ id, settingInstance }) => ({
      id,
      settingInstance: Object.fromEntries(Object.entries(settingInstance).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    }));
    const other = { settings: spelledOtherwise.toReversed() };
    expect(compareForRestore("settingsCatalog", { settings }, other, { assignments: false })).toEqual({
      changes: [],
      left: [],
    });
  });
});
