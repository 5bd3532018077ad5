/**
 * The ledger (docs/design/progress.md, section 5): which ordinals are settled and how. Pure: it prepares journal entries and applies
 * them; the coordinator makes an entry durable between the two. What is in memory is a cache of the journal.
 */
import { OUTCOME_COUNTER_KEYS, type OutcomeCounters, type SummaryCounts } from "../contract/summary-counts.ts";
import { ClaimNumbers } from "./claim-numbers.ts";
import type { UnitProblem } from "./facts/units.ts";
import type { Verdict } from "./operation.ts";
import { forEachOrdinal, type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";
import { OrdinalSet } from "./ordinal-set.ts";

export interface VerdictCounts {
  succeeded: number;
  failed: number;
  skipped: number;
}

/** One durable fact: these ordinals got these verdicts. `counts` and `counters` are running sums, this entry included. */
export interface JournalEntry {
  seq: number;
  version: number;
  at: number;
  succeeded: OrdinalRanges;
  failed: OrdinalRanges;
  skipped: OrdinalRanges;
  problems: UnitProblem[];
  counts: VerdictCounts;
  counters: OutcomeCounters;
  /** The settle requests that this came from; absent when it came from none (units lost, dead letters). */
  settleIds?: string[];
  /** How long executions took: triples of first ordinal, last ordinal, milliseconds. Absent where no holder told. */
  tookMs?: number[];
  /** Running sums of the delivery record, this entry included, and numbers of the claims that it answers. Absent in what an earlier version stored. */
  deliveries?: number;
  duplicatesSuppressed?: number;
  claims?: OrdinalRanges;
}

/** What one settle call brings. `plain` succeeded without counters; `detailed` carries everything else. */
export interface Settlement {
  plain: OrdinalRanges;
  detailed: { ordinal: number; verdict: Verdict; attempts: number }[];
}

/** The changes a settlement would make, not yet made. */
export interface PreparedSettlement {
  entry: Pick<JournalEntry, "succeeded" | "failed" | "skipped" | "problems" | "counts" | "counters">;
  newlySettled: number;
  duplicates: number;
}

export class Ledger {
  readonly total: number;
  readonly settled: OrdinalSet;
  #counts: VerdictCounts = { succeeded: 0, failed: 0, skipped: 0 };
  #counters: OutcomeCounters = {};
  #endedBelow = 0;

  constructor(total: number) {
    this.total = total;
    this.settled = new OrdinalSet(total);
  }

  get processed(): number {
    return this.#counts.succeeded + this.#counts.failed + this.#counts.skipped;
  }

  /** The lowest ordinal that is not settled: all below it have ended. */
  get endedBelow(): number {
    while (this.#endedBelow < this.total && this.settled.has(this.#endedBelow)) this.#endedBelow += 1;
    return this.#endedBelow;
  }

  get counts(): VerdictCounts {
    return { ...this.#counts };
  }

  /** The run's summary as it would be stored now. */
  summary(): SummaryCounts {
    return { total: this.total, processed: this.processed, ...this.#counts, ...this.#counters };
  }

  /** Sorts a settlement into new verdicts and duplicates; the first verdict of an ordinal wins. Changes nothing. */
  prepare(settlement: Settlement): PreparedSettlement {
    const seen = new Set<number>();
    const counts = this.counts;
    const counters: OutcomeCounters = { ...this.#counters };
    const entry: PreparedSettlement["entry"] = {
      succeeded: [],
      failed: [],
      skipped: [],
      problems: [],
      counts,
      counters,
    };
    let newlySettled = 0;
    let duplicates = 0;

    const isNew = (ordinal: number): boolean => {
      if (ordinal >= this.total) throw new RangeError(`ordinal ${ordinal} is not in a plan of ${this.total}`);
      if (this.settled.has(ordinal) || seen.has(ordinal)) {
        duplicates += 1;
        return false;
      }
      seen.add(ordinal);
      newlySettled += 1;
      return true;
    };

    forEachOrdinal(settlement.plain, (ordinal) => {
      if (!isNew(ordinal)) return;
      pushOrdinal(entry.succeeded, ordinal);
      counts.succeeded += 1;
    });
    for (const { ordinal, verdict, attempts } of settlement.detailed) {
      if (!isNew(ordinal)) continue;
      counts[verdict.kind] += 1;
      pushOrdinal(entry[verdict.kind], ordinal);
      addCounters(counters, verdict.counters);
      if (verdict.kind !== "succeeded") {
        const { kind: outcome, reasonCode } = verdict;
        entry.problems.push({ ordinal, outcome, reasonCode, message: shortMessage(verdict.message), attempts });
      }
    }
    return { entry, newlySettled, duplicates };
  }

  /** Takes a durable entry into memory. Throws when it settles an ordinal twice: the journal would be corrupt. */
  apply(entry: JournalEntry): void {
    for (const ranges of [entry.succeeded, entry.failed, entry.skipped]) {
      forEachOrdinal(ranges, (ordinal) => {
        if (!this.settled.add(ordinal)) throw new Error(`journal entry ${entry.seq} settles ordinal ${ordinal} again`);
      });
    }
    this.#counts = { ...entry.counts };
    this.#counters = { ...entry.counters };
  }
}

/** Settle requests that a folded journal remembers, the newest: as many as may be repeated still. */
export const SETTLE_IDS_KEPT = 64;

/** A thousand units settle in one row, which may have 2 MB, in whatever script their messages are. */
const MAX_MESSAGE_LENGTH = 500;

/** The message as it is kept: cut to what rows have room for, and without half a character. */
export function shortMessage(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH ? message : `${message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…`;
}

function addCounters(sum: OutcomeCounters, delta: OutcomeCounters | undefined): void {
  if (delta === undefined) return;
  for (const key of OUTCOME_COUNTER_KEYS) {
    const value = delta[key];
    if (value !== undefined && Number.isSafeInteger(value) && value >= 0) sum[key] = (sum[key] ?? 0) + value;
  }
}

/** Counts verdicts straight from the journal, ordinal by ordinal, independent of the running sums it carries. */
export function recount(total: number, journal: Iterable<JournalEntry>): VerdictCounts & { settledTwice: number } {
  const seen = new OrdinalSet(total);
  const result = { succeeded: 0, failed: 0, skipped: 0, settledTwice: 0 };
  for (const entry of journal) {
    for (const kind of ["succeeded", "failed", "skipped"] as const) {
      forEachOrdinal(entry[kind], (ordinal) => {
        if (seen.add(ordinal)) result[kind] += 1;
        else result.settledTwice += 1;
      });
    }
  }
  return result;
}

/**
 * Folds a journal into as few entries as verdict ranges allow, without problems (they are in D1 by then). Each entry stays
 * below `maxRangeNumbers` numbers, far under the 2 MB a stored row may have.
 */
export function compactJournal(
  total: number,
  journal: Iterable<JournalEntry>,
  maxRangeNumbers = 50_000,
): JournalEntry[] {
  let newest: JournalEntry | null = null;
  let settleIds: string[] = [];
  const claims = new ClaimNumbers();
  const kinds = new Uint8Array(total);
  for (const entry of journal) {
    newest = entry;
    settleIds = [...settleIds, ...(entry.settleIds ?? [])].slice(-SETTLE_IDS_KEPT);
    claims.addAll(entry.claims ?? []);
    forEachOrdinal(entry.succeeded, (ordinal) => (kinds[ordinal] = 1));
    forEachOrdinal(entry.failed, (ordinal) => (kinds[ordinal] = 2));
    forEachOrdinal(entry.skipped, (ordinal) => (kinds[ordinal] = 3));
  }
  if (newest === null) return [];
  const last: JournalEntry = { ...newest, settleIds: [], claims: [], tookMs: [] };
  const compacted: JournalEntry[] = [];
  const open = (): JournalEntry => ({ ...last, succeeded: [], failed: [], skipped: [], problems: [] });
  let current = open();
  for (let ordinal = 0; ordinal < total; ordinal += 1) {
    const kind = kinds[ordinal];
    if (kind === 0) continue;
    if (current.succeeded.length + current.failed.length + current.skipped.length >= maxRangeNumbers) {
      compacted.push(current);
      current = open();
    }
    pushOrdinal(kind === 1 ? current.succeeded : kind === 2 ? current.failed : current.skipped, ordinal);
  }
  current.settleIds = settleIds;
  current.claims = claims.toRanges();
  compacted.push(current);
  // Sequence numbers stay unique and the newest stays the newest: entries end at the journal's last number.
  return compacted.map((entry, index) => ({ ...entry, seq: last.seq - (compacted.length - 1 - index) }));
}
