import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isCount,
  normalizeSummaryCounts,
  OUTCOME_COUNTER_KEYS,
  SUMMARY_KEYS,
} from "../../src/contract/summary-counts.ts";

describe("the normalizer of summary counts", () => {
  it("keeps the whitelist of version 1 and nothing else", () => {
    expect(SUMMARY_KEYS).toEqual([
      "total",
      "processed",
      "succeeded",
      "failed",
      "skipped",
      "created",
      "updated",
      "unchanged",
      "deleted",
      "items",
    ]);
    expect(SUMMARY_KEYS).toEqual(expect.arrayContaining([...OUTCOME_COUNTER_KEYS]));
    const all = Object.fromEntries(SUMMARY_KEYS.map((key, index) => [key, index]));
    expect(normalizeSummaryCounts({ ...all, percent: 7, Total: 8, "total ": 9 })).toEqual(all);
  });

  it("refuses strings, fractions, negatives, NaN and what is too large to be exact, and does not coerce them", () => {
    for (const wrong of [
      "3",
      "",
      -1,
      -0.5,
      3.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      5n,
      true,
      null,
      undefined,
      [],
      {},
      { valueOf: () => 3 },
    ]) {
      expect(normalizeSummaryCounts({ processed: wrong, total: 4 })).toEqual({ total: 4 });
      expect(isCount(wrong)).toBe(false);
    }
    expect(normalizeSummaryCounts({ total: 0, items: Number.MAX_SAFE_INTEGER })).toEqual({
      total: 0,
      items: Number.MAX_SAFE_INTEGER,
    });
  });

  it("reads what is no object as no counts", () => {
    for (const raw of [null, undefined, "total", 3, [1, 2], true]) expect(normalizeSummaryCounts(raw)).toEqual({});
  });

  it("takes nothing from a prototype", () => {
    expect(normalizeSummaryCounts(Object.create({ total: 3 }))).toEqual({});
  });

  it("gives counts only, for anything, and the same again for its own answer", () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.dictionary(fc.constantFrom(...SUMMARY_KEYS, "other"), fc.anything()),
        (anything, dictionary) => {
          for (const raw of [anything, dictionary]) {
            const counts = normalizeSummaryCounts(raw);
            expect(Object.keys(counts).every((key) => (SUMMARY_KEYS as readonly string[]).includes(key))).toBe(true);
            expect(Object.values(counts).every(isCount)).toBe(true);
            expect(normalizeSummaryCounts(counts)).toEqual(counts);
          }
        },
      ),
    );
  });
});
