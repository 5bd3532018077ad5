import { describe, expect, it } from "vitest";
import { alertWords, durationWords, inOrder, rowWords } from "../../src/dashboard/platform/measured-words.ts";

describe("Measured numbers", () => {
  it.each([
    [350, "350 ms"],
    [12_400, "12 s"],
    [90 * 60_000, "90 min"],
    [72 * 3_600_000, "72 h"],
  ])("of %i ms are told as %s", (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it("say what, how often and how much, in the metric's own unit", () => {
    const row = { labels: ["a", "failed"], tenant: null, count: 3, sum: 900, max: 500 };
    expect(rowWords({ metric: "run_ended", ...row })).toEqual({
      what: "Runs ended: a, failed",
      times: "3",
      value: "longest 500 ms",
    });
    expect(rowWords({ metric: "units_healed", ...row, labels: [] })).toMatchObject({ value: "900 units" });
    expect(rowWords({ metric: "backlog", ...row, labels: ["DATABASE"] })).toMatchObject({
      times: "",
      value: "500 runs",
    });
    expect(rowWords({ metric: "event", ...row })).toMatchObject({ times: "3", value: "" });
  });

  it("that were not told are said to be so, and are not zero", () => {
    expect(alertWords({ name: "slow-settles", state: "not_told", measured: null })).toMatchObject({
      now: "Not reported",
      limit: "more than 10 s in 15 min",
    });
    expect(alertWords({ name: "much-healing", state: "quiet", measured: 0 }).now).toBe("Now 0 units");
  });

  it("of the oldest run, where there is none, say so instead of an age of zero", () => {
    const row = { metric: "backlog_age", labels: ["DATABASE"], tenant: null, count: 1, sum: 0, max: 0 };
    expect(rowWords(row).value).toBe("no run");
    expect(rowWords({ ...row, max: 400 }).value).toBe("400 ms");
    expect(alertWords({ name: "old-backlog", state: "quiet", measured: 0 }).now).toBe("Now no run");
  });

  it("stand in one order, those of a metric together", () => {
    const row = { tenant: null, count: 1, sum: 1, max: 1 };
    const rows = [
      { metric: "settle_lag", labels: [], ...row },
      { metric: "run_ended", labels: ["b"], ...row },
      { metric: "event", labels: ["warn"], ...row },
      { metric: "run_ended", labels: ["a"], ...row },
    ];
    expect(inOrder(rows).map(({ metric, labels }) => [metric, ...labels].join(" "))).toEqual([
      "run_ended a",
      "run_ended b",
      "settle_lag",
      "event warn",
    ]);
  });
});
