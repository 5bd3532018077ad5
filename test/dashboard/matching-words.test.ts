/** What is asked before all matching runs are canceled or retried. */
import { describe, expect, it } from "vitest";
import { MAX_MATCHING_RUNS } from "../../src/contract/run-filter.ts";
import { matchingFilter, matchingRefusal, matchingTitle } from "../../src/dashboard/runs/matching-words.ts";

describe("the question before all matching runs are canceled or retried", () => {
  it("has a number only when it is known, and the number that matches", () => {
    expect(matchingTitle("cancel", null)).toBe("Cancel all matching operations?");
    expect(matchingTitle("cancel", 1)).toBe("Cancel 1 operation?");
    expect(matchingTitle("retry", 12)).toBe("Retry 12 operations?");
    expect(matchingTitle("retry", 0)).toBe("No operation matches");
  });

  it("says which runs it means, and refuses what the server would refuse", () => {
    expect(matchingFilter("cancel", "Inventory sync")).toBe(
      "That is every “Inventory sync” of this tenant that has not ended.",
    );
    expect(matchingFilter("cancel", null)).toBe("That is every operation of this tenant that has not ended.");
    expect(matchingRefusal(0)).not.toBeNull();
    expect(matchingRefusal(MAX_MATCHING_RUNS)).toBeNull();
    expect(matchingRefusal(MAX_MATCHING_RUNS + 1)).toContain("most");
  });
});
