/** A set of claims' numbers. Numbers ascend and nearly all of them come in, so it stays a few ranges, whatever the number of claims. */
import { forEachRange, type OrdinalRanges } from "./ordinal-ranges.ts";

export class ClaimNumbers {
  /** Ascending, apart from each other by at least one number that is missing. */
  readonly #ranges: { first: number; last: number }[] = [];

  has(number: number): boolean {
    const range = this.#ranges[this.#after(number) - 1];
    return range !== undefined && number <= range.last;
  }

  addAll(ranges: OrdinalRanges): void {
    forEachRange(ranges, (first, last) => this.add(first, last));
  }

  /** Adds the numbers from `first` to `last`; some may be in the set. */
  add(first: number, last: number): void {
    let start = this.#after(first);
    const before = this.#ranges[start - 1];
    if (before !== undefined && before.last >= first - 1) start -= 1;
    const end = this.#after(last + 1);
    const from = Math.min(first, this.#ranges[start]?.first ?? first);
    const to = end > start ? Math.max(last, this.#ranges[end - 1]?.last ?? last) : last;
    this.#ranges.splice(start, end - start, { first: from, last: to });
  }

  toRanges(): OrdinalRanges {
    return this.#ranges.flatMap(({ first, last }) => [first, last]);
  }

  /** Place of the first range that begins behind the number. */
  #after(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.#ranges[middle];
      if (range !== undefined && range.first <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
