import { describe, expect, it } from "vitest";
import { backupSetSelectionSchema } from "../../../src/contract/backup-sets.ts";
import { actionInput, actionTitle, filterText } from "../../../src/dashboard/backups/set-actions.ts";
import { ALL_MATCHES, type Selection } from "../../../src/dashboard/backups/selection.ts";

const two: Selection = { kind: "ids", ids: new Set(["set_1", "set_2"]) };

describe("an action on backup sets", () => {
  it("F28: is for the ids that were selected, or for the filter as it stands", () => {
    expect(actionInput(two, { query: "nightly" })).toEqual({ backupSetIds: ["set_1", "set_2"] });
    expect(actionInput(ALL_MATCHES, { query: "nightly", state: "archived" })).toEqual({
      filter: { query: "nightly", state: "archived" },
    });
    for (const input of [
      actionInput(two, {}),
      actionInput(ALL_MATCHES, {}),
      actionInput(ALL_MATCHES, { query: "x" }),
    ]) {
      expect(backupSetSelectionSchema.safeParse(input).success).toBe(true);
    }
  });

  it("asks with what it is for", () => {
    expect(actionTitle("archive", two, true)).toBe("Archive 2 backup sets?");
    expect(actionTitle("remove", ALL_MATCHES, true)).toBe("Delete all backup sets that match this filter for good?");
    expect(actionTitle("restore", ALL_MATCHES, false)).toBe("Unarchive all backup sets of this tenant?");
    expect(actionTitle("remove", two, false, "Nightly")).toBe("Delete “Nightly” for good?");
  });

  it("tells the filter in words", () => {
    expect(filterText({})).toBe("active and archived sets");
    expect(filterText({ query: "wifi", state: "active" })).toBe("active sets with “wifi” in their name");
  });
});
