import { describe, expect, it } from "vitest";
import type { RunOutcome } from "../../src/contract/runs.ts";
import { NO_BURST, withResult } from "../../src/dashboard/runs/result-burst.ts";

const END_MS = 10_000;

/** How each result is told: by itself, or how many are told together. */
function told(results: readonly (readonly [RunOutcome, number])[]) {
  let burst = NO_BURST;
  return results.map(([outcome, at]) => {
    const result = withResult(burst, outcome, at, END_MS);
    burst = result.burst;
    return result.each ? "each" : burst.together;
  });
}

describe("results that come close after each other", () => {
  it("are told each, up to three, and then together", () => {
    const many = Array.from({ length: 5 }, (_, at) => ["succeeded", at * 1_000] as const);
    expect(told(many)).toEqual([
      "each",
      "each",
      "each",
      { finished: 1, withFailures: 0 },
      { finished: 2, withFailures: 0 },
    ]);
  });

  it("leave a failure among them a message of its own, and count those beyond three", () => {
    const well = Array.from({ length: 4 }, () => ["succeeded", 0] as const);
    const failed = Array.from({ length: 4 }, () => ["failed", 1_000] as const);
    expect(told([...well, ...failed]).slice(3)).toEqual([
      { finished: 1, withFailures: 0 },
      "each",
      "each",
      "each",
      { finished: 2, withFailures: 1 },
    ]);
  });

  it("begin anew after a pause", () => {
    const before = Array.from({ length: 4 }, () => ["canceled", 0] as const);
    expect(told([...before, ["succeeded", END_MS + 1]]).at(-1)).toBe("each");
  });
});
