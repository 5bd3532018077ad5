/**
 * What became of each unit, in memory: verdict, attempts, duration. A cache of the journal and of the stored deferrals, from which it is
 * rebuilt; what those do not have (a duration that an earlier version did not store, or that was folded away) is not known.
 */
import type { JournalEntry } from "./ledger.ts";
import { forEachOrdinal } from "./ordinal-ranges.ts";

const KINDS = ["succeeded", "failed", "skipped"] as const;

export class UnitFacts {
  readonly #verdicts: Uint8Array;
  /** Milliseconds and one, so that 0 stands for what is not known. Made when the first is told. */
  #tookMs: Uint32Array | null = null;
  /** Of settled units that were deferred before. */
  readonly #attempts = new Map<number, number>();

  constructor(total: number) {
    this.#verdicts = new Uint8Array(total);
  }

  verdict(ordinal: number): (typeof KINDS)[number] | null {
    return KINDS[(this.#verdicts[ordinal] ?? 0) - 1] ?? null;
  }

  tookMs(ordinal: number): number | null {
    const stored = this.#tookMs?.[ordinal] ?? 0;
    return stored === 0 ? null : stored - 1;
  }

  /** Of a settled unit. */
  attempts(ordinal: number): number {
    return this.#attempts.get(ordinal) ?? 1;
  }

  take(entry: JournalEntry): void {
    KINDS.forEach((kind, at) => {
      forEachOrdinal(entry[kind], (ordinal) => (this.#verdicts[ordinal] = at + 1));
    });
    const took = entry.tookMs ?? [];
    for (let at = 0; at < took.length; at += 3) {
      this.#tookMs ??= new Uint32Array(this.#verdicts.length);
      for (let ordinal = took[at] ?? 0; ordinal <= (took[at + 1] ?? -1); ordinal += 1)
        this.#tookMs[ordinal] = (took[at + 2] ?? 0) + 1;
    }
  }

  /** A settled unit was deferred so many times before. */
  deferred(ordinal: number, times: number): void {
    if (times > 0) this.#attempts.set(ordinal, times + 1);
  }
}

/** Adds a duration to triples of first ordinal, last ordinal, milliseconds. */
export function pushTook(took: number[], ordinal: number, tookMs: number): void {
  const end = took.length - 3;
  if (end >= 0 && took[end + 1] === ordinal - 1 && took[end + 2] === tookMs) took[end + 1] = ordinal;
  else took.push(ordinal, ordinal, tookMs);
}
