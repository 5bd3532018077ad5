import { describe, expect, it } from "vitest";
import type { BackupSetDetail } from "../../../src/contract/backup-sets.ts";
import {
  chosenText,
  isChosen,
  knownItemsText,
  listedItemsState,
  listedItemsText,
  NO_ITEMS,
  toggleItem,
  toggleListedItems,
} from "../../../src/dashboard/backups/chosen-items.ts";

const item = (id: string, policyId: string, capturedAt: string) => ({ id, policyId, capturedAt });
const old = item("1", "wifi", "2026-11-01T08:00:00.000Z");
const young = item("2", "wifi", "2026-11-02T08:00:00.000Z");
const other = item("3", "vpn", "2026-11-01T08:00:00.000Z");

const set: Pick<BackupSetDetail, "itemCount" | "policyCount" | "families"> = {
  itemCount: 3,
  policyCount: 2,
  families: [{ key: "compliance", label: "Compliance", itemCount: 2, policyCount: 1 }],
};

describe("ticking items to restore", () => {
  it("ticks one item of a policy: another takes its place", () => {
    const chosen = toggleItem(toggleItem(NO_ITEMS, old), young);
    expect([...chosen.values()]).toEqual(["2"]);
    expect(isChosen(chosen, old)).toBe(false);
    expect(toggleItem(chosen, young).size).toBe(0);
  });

  it("ticks the newest listed item of each policy, keeps what was ticked, and unticks all", () => {
    const all = toggleListedItems(NO_ITEMS, [old, young, other]);
    expect([...all.values()].toSorted()).toEqual(["2", "3"]);
    expect([...toggleListedItems(toggleItem(NO_ITEMS, old), [old, young, other]).values()].toSorted()).toEqual([
      "1",
      "3",
    ]);
    expect(listedItemsState(all, [old, young, other])).toBe("all");
    expect(toggleListedItems(all, [old, young, other]).size).toBe(0);
  });

  it("F28: does not pass what is listed so far for all there is", () => {
    expect(chosenText(toggleItem(NO_ITEMS, old), false)).toBe("1 policy selected");
    expect(chosenText(toggleListedItems(NO_ITEMS, [old, other]), true)).toBe(
      "2 policies selected; more items follow as you scroll",
    );
    expect(listedItemsText(200, false)).toBe("The first 200 items; more follow as you scroll");
    expect(listedItemsText(1, true)).toBe("1 item");
  });

  it("tells how many items there are where the set knows, and nothing where only the rows do", () => {
    expect(knownItemsText(set, {})).toBe("2 items");
    expect(knownItemsText(set, { every: true })).toBe("3 items");
    expect(knownItemsText(set, { family: "compliance" })).toBe("1 item");
    expect(knownItemsText(set, { query: "wifi" })).toBeNull();
    expect(knownItemsText(set, { family: "unknown" })).toBeNull();
  });
});
