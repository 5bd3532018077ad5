/**
 * The order of dispatch of a plan whose units name what they come after (`BulkBehavior.comesAfter`): those that wait for fewer units come
 * first. So the units that may be sent are always a stretch at the front, and one stored number tells how far the run has sent. Pure.
 */
import type { PlannedUnit } from "./facts/units.ts";

export class UnitOrder {
  /** By ordinal: all units below this one have to end before it. At most the ordinal itself, so no unit waits for one that waits for it. */
  readonly #after: Uint32Array;
  /** Ordinals, in the order of dispatch. */
  readonly #sequence: Uint32Array;

  /** `after`: by ordinal, the number of units at the front of the plan that come before it; no more than the ordinal. */
  constructor(after: Uint32Array) {
    this.#after = after;
    // The sort is stable: of units that wait for the same, the lower ordinal comes first.
    this.#sequence = Uint32Array.from(after.keys()).sort(
      (one, other) => this.#of(one) - this.#of(other) || one - other,
    );
  }

  /** From the plan's units in order, whose keys ascend. */
  static of(total: number, units: Iterable<PlannedUnit>): UnitOrder {
    const keys: string[] = [];
    const after = new Uint32Array(total);
    for (const unit of units) {
      const ordinal = keys.push(unit.key) - 1;
      after[ordinal] = unit.after === undefined ? 0 : countBelow(keys, unit.after);
    }
    return new UnitOrder(after);
  }

  #of(ordinal: number): number {
    return this.#after[ordinal] ?? 0;
  }

  /** The unit at a place of the order of dispatch. Throws outside the plan: a bug of the caller. */
  ordinalAt(position: number): number {
    const ordinal = this.#sequence[position];
    if (ordinal === undefined) throw new RangeError(`the plan has no place ${position}`);
    return ordinal;
  }

  /** Whether all units before it have ended, when all below `endedBelow` have. */
  isFree(ordinal: number, endedBelow: number): boolean {
    return this.#of(ordinal) <= endedBelow;
  }

  /** How many units at the front of the order of dispatch may be sent, when all below `endedBelow` have ended. */
  freeCount(endedBelow: number): number {
    let [low, high] = [0, this.#sequence.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isFree(this.ordinalAt(middle), endedBelow)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How many of the ascending keys are lower than `key`. */
function countBelow(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
