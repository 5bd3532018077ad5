import { describe, expect, it } from "vitest";
import { acceptanceRange, dayAfter, endOfDay } from "../../src/dashboard/components/acceptance-dates.ts";
import { dayText } from "../../src/dashboard/components/clock.ts";
import { shownText, statusText, uncheckedText } from "../../src/dashboard/findings/finding-words.ts";
import { unknownAdvice } from "../../src/dashboard/baselines/unknown-advice.ts";

const until = "2026-12-24T22:59:59.000Z";
const acceptance = { reason: "Agreed", by: null, at: "2026-11-24T10:00:00Z", until, expired: false };

describe("where a finding stands", () => {
  it("is told with what limits it", () => {
    expect(statusText({ status: "open", acceptance: null, resolvedAt: null })).toBe("Open");
    expect(statusText({ status: "accepted", acceptance, resolvedAt: null })).toBe(`Accepted until ${dayText(until)}`);
    expect(statusText({ status: "open", acceptance: { ...acceptance, expired: true }, resolvedAt: null })).toBe(
      `Open again: accepted until ${dayText(until)}`,
    );
    expect(statusText({ status: "resolved", acceptance: null, resolvedAt: until })).toBe(`Resolved ${dayText(until)}`);
  });

  it("says so when the last comparison could not check it", () => {
    expect(uncheckedText({ checked: true, kind: "changed" })).toBeNull();
    expect(uncheckedText({ checked: false, kind: "changed" })).toMatch(/could not check/);
  });
});

describe("how many findings are shown", () => {
  it("is never told as all of them while there are more", () => {
    expect(shownText(1, true)).toBe("1 finding");
    expect(shownText(50, false)).toBe("The worst 50 findings; there are more");
  });
});

describe("what to do about a family that is not known", () => {
  it.each([
    ["permission_missing", /Once Apps\.Read\.All is granted/],
    ["stale", /^Sync the inventory, then compare again\.$/],
    ["never_read", /^Sync the inventory, then compare again\.$/],
    ["not_in_baseline", /capture a new baseline/],
    ["malformed_response", /When the cause is gone/],
  ])("follows from %s, and ends in something that a person can do", (code, words) => {
    expect(unknownAdvice(code, "Apps.Read.All")).toMatch(words);
  });
});

describe("until when a finding is accepted", () => {
  const now = new Date(2026, 10, 24, 23, 30);

  it("is counted in days where the person is, over the ends of months and years", () => {
    expect(dayAfter(now, 1)).toBe("2026-11-25");
    expect(dayAfter(now, 30)).toBe("2026-12-24");
    expect(dayAfter(now, 90)).toBe("2027-02-22");
  });

  it("is the end of that day, from tomorrow on, and never beyond what the server takes", () => {
    const { first, last } = acceptanceRange(now);
    expect(endOfDay(first, now)).toBe(new Date(2026, 10, 25, 23, 59, 59).toISOString());
    expect(Date.parse(endOfDay(last, now) ?? "") - now.getTime()).toBeLessThan(366 * 86_400_000);
    for (const day of ["2026-11-24", dayAfter(now, 366), "", "tomorrow", "2026-02-31"]) {
      expect(endOfDay(day, now)).toBeNull();
    }
  });
});
