import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClaimNumbers } from "../../src/runs/claim-numbers.ts";

describe("the numbers of claims", () => {
  it("are the set of what was added, in as few ranges as that takes, in whatever order and with whatever overlap", () => {
    const range = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 6 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 40 }), (added) => {
        const numbers = new ClaimNumbers();
        const plain = new Set<number>();
        for (const [first, more] of added) {
          numbers.add(first, first + more);
          for (let number = first; number <= first + more; number += 1) plain.add(number);
        }
        for (let number = 0; number <= 70; number += 1) expect(numbers.has(number)).toBe(plain.has(number));
        const sorted = [...plain].toSorted((a, b) => a - b);
        const right: number[] = [];
        for (const number of sorted) {
          if (right.at(-1) === number - 1) right[right.length - 1] = number;
          else right.push(number, number);
        }
        expect(numbers.toRanges()).toEqual(right);
        const again = new ClaimNumbers();
        again.addAll(numbers.toRanges());
        expect(again.toRanges()).toEqual(right);
      }),
    );
  });
});
