/** A set of the ordinals 0 … size-1: one bit each, so a million units take 125 kB. */
import { type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";

export class OrdinalSet {
  readonly size: number;
  readonly #words: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  get count(): number {
    return this.#count;
  }

  has(ordinal: number): boolean {
    return ((this.#words[ordinal >>> 5] ?? 0) & (1 << (ordinal & 31))) !== 0;
  }

  /** True when the ordinal was not in the set before. Throws outside 0 … size-1: a settled stranger would falsify every count. */
  add(ordinal: number): boolean {
    if (ordinal < 0 || ordinal >= this.size) throw new RangeError(`ordinal ${ordinal} outside 0…${this.size - 1}`);
    if (this.has(ordinal)) return false;
    const word = ordinal >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (ordinal & 31));
    this.#count += 1;
    return true;
  }

  delete(ordinal: number): void {
    if (!this.has(ordinal)) return;
    const word = ordinal >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (ordinal & 31));
    this.#count -= 1;
  }

  /** Whether an ordinal from `from` up to (not including) `end` is in the set. */
  hasAny(from: number, end: number): boolean {
    const last = Math.min(end, this.size);
    for (let ordinal = from; ordinal < last; ordinal += 1) {
      if ((ordinal & 31) === 0 && this.#words[ordinal >>> 5] === 0) ordinal += 31;
      else if (this.has(ordinal)) return true;
    }
    return false;
  }

  /** The ordinals from `from` up to (not including) `end` that are in neither this set nor `except`, at most `limit` of them. */
  absent(from: number, end: number, limit: number, except?: OrdinalSet): OrdinalRanges {
    const ranges: OrdinalRanges = [];
    let found = 0;
    for (let ordinal = from; ordinal < end && found < limit; ordinal += 1) {
      if ((ordinal & 31) === 0 && this.#words[ordinal >>> 5] === 0xffffffff) {
        ordinal += 31;
        continue;
      }
      if (this.has(ordinal) || except?.has(ordinal) === true) continue;
      pushOrdinal(ranges, ordinal);
      found += 1;
    }
    return ranges;
  }
}
