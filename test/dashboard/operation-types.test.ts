import { describe, expect, it } from "vitest";
import { resultLinkText, retryWords } from "../../src/dashboard/runs/operation-types.ts";

describe("what a retry is called", () => {
  it("names the units that failed, where units can be done by themselves", () => {
    expect(retryWords({ type: "inventory.sync", outcome: "partially_succeeded", summaryCounts: { failed: 2 } })).toBe(
      "Retry failed units",
    );
    expect(retryWords({ type: "inventory.sync", outcome: "succeeded", summaryCounts: { failed: 0 } })).toBeNull();
    expect(retryWords({ type: "inventory.sync", outcome: "failed", summaryCounts: {} })).toBeNull();
  });

  it("starts again what is only worth something whole, also when no unit failed", () => {
    expect(retryWords({ type: "review-pack.generate", outcome: "failed", summaryCounts: { failed: 0 } })).toBe(
      "Start again",
    );
    expect(retryWords({ type: "review-pack.generate", outcome: "canceled", summaryCounts: {} })).toBeNull();
  });
});

describe("the link to a result", () => {
  it("says what it opens, also for a kind that this console does not know", () => {
    expect(resultLinkText("baseline")).toBe("Open the baseline");
    expect(resultLinkText("something-newer")).toBe("Open the result");
  });
});
