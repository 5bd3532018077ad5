import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countOrdinals,
  forEachOrdinal,
  forEachRange,
  type OrdinalRanges,
  pushOrdinal,
  pushRange,
} from "../../src/runs/ordinal-ranges.ts";
import { OrdinalSet } from "../../src/runs/ordinal-set.ts";

function ordinalsOf(ranges: OrdinalRanges): number[] {
  const ordinals: number[] = [];
  forEachOrdinal(ranges, (ordinal) => ordinals.push(ordinal));
  return ordinals;
}

describe("a set of ordinals", () => {
  it("behaves as a plain set does, whatever is added and deleted", () => {
    const operations = fc.array(fc.tuple(fc.constantFrom("add" as const, "delete" as const), fc.nat({ max: 99 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(operations, (list) => {
        const set = new OrdinalSet(100);
        const model = new Set<number>();
        for (const [operation, ordinal] of list) {
          if (operation === "add") {
            expect(set.add(ordinal)).toBe(!model.has(ordinal));
            model.add(ordinal);
          } else {
            set.delete(ordinal);
            model.delete(ordinal);
          }
          expect(set.count).toBe(model.size);
        }
        for (let ordinal = 0; ordinal < 100; ordinal += 1) expect(set.has(ordinal)).toBe(model.has(ordinal));
      }),
    );
  });

  it("finds what is absent between two bounds, except what another set has, up to a limit", () => {
    const members = fc.uniqueArray(fc.nat({ max: 199 }), { maxLength: 200 });
    const property = fc.property(
      members,
      members,
      fc.nat({ max: 200 }),
      fc.nat({ max: 200 }),
      fc.nat({ max: 60 }),
      (inside, except, from, end, limit) => {
        const set = new OrdinalSet(200);
        const other = new OrdinalSet(200);
        for (const ordinal of inside) set.add(ordinal);
        for (const ordinal of except) other.add(ordinal);
        const right: number[] = [];
        for (let ordinal = from; ordinal < end; ordinal += 1) {
          if (!set.has(ordinal) && !other.has(ordinal) && right.length < limit) right.push(ordinal);
        }
        expect(ordinalsOf(set.absent(from, end, limit, other))).toEqual(right);
      },
    );
    fc.assert(property);
    // Full words are skipped as a whole; the edges around them are not.
    const full = new OrdinalSet(200);
    for (let ordinal = 32; ordinal < 96; ordinal += 1) full.add(ordinal);
    expect(full.absent(0, 200, Infinity)).toEqual([0, 31, 96, 199]);
    expect(full.absent(40, 97, Infinity)).toEqual([96, 96]);
  });

  it("refuses a stranger, which would falsify every count", () => {
    const set = new OrdinalSet(5);
    expect(() => set.add(5)).toThrow(RangeError);
    expect(() => set.add(-1)).toThrow(RangeError);
    expect(set.has(7)).toBe(false);
    expect(new OrdinalSet(0).absent(0, 0, 10)).toEqual([]);
  });
});

describe("ordinal ranges", () => {
  it("hold what was pushed, in that order, neighbors together", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 })), (ordinals) => {
        const ranges: OrdinalRanges = [];
        for (const ordinal of ordinals) pushOrdinal(ranges, ordinal);
        expect(ordinalsOf(ranges)).toEqual(ordinals);
        expect(countOrdinals(ranges)).toBe(ordinals.length);
      }),
    );
    const ranges: OrdinalRanges = [];
    for (const ordinal of [0, 1, 2, 7, 8, 3]) pushOrdinal(ranges, ordinal);
    pushRange(ranges, 4, 6);
    pushRange(ranges, 4, 4);
    expect(ranges).toEqual([0, 2, 7, 8, 3, 6, 4, 4]);
  });

  it("that are malformed are a bug, and say so", () => {
    for (const malformed of [[1], [3, 2], [-1, 4], [0, 1, 2]]) {
      expect(() => forEachRange(malformed, () => {})).toThrow("malformed");
    }
  });
});
