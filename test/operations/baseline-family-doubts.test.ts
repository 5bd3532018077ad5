import { describe, expect, it } from "vitest";
import {
  familyDoubt,
  type FamilyReadings,
  STALE_AFTER_DAYS,
} from "../../src/operations/baseline-compare/family-doubts.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2026-11-24T12:00:00Z");
const READ: FamilyReadings = {
  family: "compliance",
  baselineReadAt: NOW - 60 * DAY_MS,
  readAt: NOW - 60_000,
  lastOutcome: "succeeded",
  lastReason: null,
};

describe("F35: a family", () => {
  const cases: [string, Partial<FamilyReadings>, string | null][] = [
    ["can be compared when its last reading was complete", {}, null],
    [
      "is unknown when its last reading failed",
      { lastOutcome: "failed", lastReason: { code: "permission_missing", message: "Grant it." } },
      "permission_missing",
    ],
    ["is unknown when its last reading failed for no stored reason", { lastOutcome: "failed" }, "reading_failed"],
    [
      "is unknown when it failed and was never read",
      { lastOutcome: "failed", readAt: null, lastReason: { code: "throttled", message: "Later." } },
      "throttled",
    ],
    ["is unknown when nobody ever read it", { readAt: null, lastOutcome: null }, "never_read"],
    ["is unknown when the baseline does not know it", { baselineReadAt: null }, "not_in_baseline"],
    ["is unknown when it was read too long ago", { readAt: NOW - STALE_AFTER_DAYS * DAY_MS - 1 }, "stale"],
    ["can be compared up to then", { readAt: NOW - STALE_AFTER_DAYS * DAY_MS }, null],
    ["is unknown when this version does not read it any more", { family: "gone" }, "family_not_offered"],
  ];
  it.each(cases)("%s", (_title, readings, code) => {
    expect(familyDoubt({ ...READ, ...readings }, NOW)?.code ?? null).toBe(code);
  });

  it("says since when nothing is known, and what would help", () => {
    const doubt = familyDoubt(
      { ...READ, lastOutcome: "failed", lastReason: { code: "permission_missing", message: "Grant it." } },
      NOW,
    );
    expect(doubt?.message).toBe("The last reading failed. What is known is of 2026-11-24. Grant it.");
  });
});
