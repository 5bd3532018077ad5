import { describe, expect, it } from "vitest";
import { keptText } from "../../../src/dashboard/backups/kept-text.ts";
import { stepText } from "../../../src/dashboard/schedules/keep-words.ts";

describe("what keeps a backup", () => {
  it("is told in words, with the day up to which it is sure", () => {
    expect(keptText({ reasons: ["day", "month"], untilDay: "2026-12-28", deletedAfter: null })).toMatch(
      /^It is kept because it is the newest whole one of its day; it is the newest whole one of its month\. Its rule keeps it until .*2026 at least\.$/,
    );
    expect(keptText({ reasons: ["plan"], untilDay: null, deletedAfter: null })).toBe(
      "It is kept because a restore plan was made of it.",
    );
    expect(keptText({ reasons: [], untilDay: null, deletedAfter: null })).toBe(
      "The rule of the schedule does not keep it any more.",
    );
    expect(keptText(null)).toBe("No rule deletes it.");
  });

  it("is told of a step as well", () => {
    expect(stepText({ type: "backup-set.add-policies", keep: { days: 30, weeks: 0, months: 1 } })).toBe(
      "Back up all policies into a new set, and keep the newest of each of 30 days, 1 month",
    );
    expect(stepText({ type: "backup-set.add-policies" })).toBe("Back up all policies into a new set");
  });
});
