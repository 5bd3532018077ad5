import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, parseRetryAfterMs, waitMs } from "../../../src/graph/calls/backoff.ts";

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

describe("Retry-After", () => {
  it.each([
    ["whole seconds", "7", 7_000],
    ["zero", "0", 0],
    ["a fraction (F39)", "0.35", 350],
    ["a fraction without a leading zero (F39)", ".5", 500],
    ["a fraction that ends in its point (F39)", "3.", 3_000],
    ["surrounding space", " 2 ", 2_000],
    ["a date", "Sun, 01 Nov 2026 12:00:30 GMT", 30_000],
    ["a date that has passed", "Sun, 01 Nov 2026 11:59:00 GMT", 0],
    ["more than a day", "999999999", 86_400_000],
  ])("understands %s", (_what, header, expected) => {
    expect(parseRetryAfterMs(header, NOW)).toBe(expected);
  });

  it.each([null, "", "soon", "-5", "NaN", "Infinity", "1e3", "5 seconds"])("F39: takes %j for no answer", (header) => {
    expect(parseRetryAfterMs(header, NOW)).toBeNull();
  });

  it("is never negative, fractional or endless, whatever the header says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.float().map(String), fc.integer().map(String)), (header) => {
        const ms = parseRetryAfterMs(header, NOW);
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0 && ms <= 86_400_000)).toBe(true);
      }),
    );
  });
});

describe("Back-off without Retry-After", () => {
  it("F39: doubles from half a second and stays below sixteen", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 100].map((attempt) => backoffMs(attempt, 0.999_999))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000,
    ]);
  });

  it("spreads each wait between half and all of its ceiling", () => {
    expect(backoffMs(2, 0)).toBe(1_000);
    expect(backoffMs(2, 0.5)).toBe(1_500);
  });

  it("never comes back before the time that Graph named", () => {
    fc.assert(
      fc.property(
        fc.nat(86_400_000),
        fc.nat(50),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (asked, attempt, random) => {
          expect(waitMs(asked, attempt, random)).toBeGreaterThanOrEqual(asked);
        },
      ),
    );
  });
});
