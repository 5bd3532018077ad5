import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/runs/operation.ts";
import { compactJournal, type JournalEntry, Ledger, recount, type Settlement } from "../../src/runs/ledger.ts";
import { forEachOrdinal } from "../../src/runs/ordinal-ranges.ts";

const TOTAL = 60;
const ordinal = fc.nat({ max: TOTAL - 1 });
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({ kind: fc.constant("succeeded" as const), counters: fc.record({ items: fc.nat({ max: 9 }) }) }),
  fc.constant<Verdict>({ kind: "succeeded" }),
  fc.constant<Verdict>({ kind: "failed", reasonCode: "refused", message: "No." }),
  fc.constant<Verdict>({ kind: "skipped", reasonCode: "not_needed", message: "None.", counters: { unchanged: 1 } }),
);
const settlement: fc.Arbitrary<Settlement> = fc.record({
  plain: fc.array(ordinal, { maxLength: 12 }).map((list) => list.flatMap((one) => [one, one])),
  detailed: fc.array(fc.record({ ordinal, verdict, attempts: fc.integer({ min: 1, max: 4 }) }), { maxLength: 12 }),
});

/** Settles as a coordinator does: prepare, store, apply. */
function settle(ledger: Ledger, journal: JournalEntry[], brought: Settlement) {
  const { entry, newlySettled, duplicates } = ledger.prepare(brought);
  if (newlySettled > 0) {
    const stored: JournalEntry = { seq: journal.length + 1, version: journal.length + 2, at: 0, ...entry };
    journal.push(structuredClone(stored));
    ledger.apply(stored);
  }
  return { newlySettled, duplicates };
}

function verdictsOf(journal: readonly JournalEntry[]): Map<number, string> {
  const verdicts = new Map<number, string>();
  for (const entry of journal) {
    for (const kind of ["succeeded", "failed", "skipped"] as const)
      forEachOrdinal(entry[kind], (one) => verdicts.set(one, kind));
  }
  return verdicts;
}

describe("the ledger", () => {
  it("F10, F25: lets the first verdict of each ordinal win, counts it once, and equals its recount", () => {
    fc.assert(
      fc.property(fc.array(settlement, { maxLength: 20 }), (settlements) => {
        const ledger = new Ledger(TOTAL);
        const journal: JournalEntry[] = [];
        const first = new Map<number, Verdict["kind"]>();
        let brought = 0;
        let items = 0;
        let counted = 0;
        for (const one of settlements) {
          const pairs: [number, Verdict][] = [];
          forEachOrdinal(one.plain, (ordinal) => pairs.push([ordinal, { kind: "succeeded" }]));
          for (const { ordinal, verdict } of one.detailed) pairs.push([ordinal, verdict]);
          for (const [ordinal, { kind, counters }] of pairs) {
            brought += 1;
            if (first.has(ordinal)) continue;
            first.set(ordinal, kind);
            items += counters?.items ?? 0;
          }
          const { newlySettled, duplicates } = settle(ledger, journal, one);
          counted += newlySettled + duplicates;
          expect(counted).toBe(brought);
          expect(ledger.processed).toBe(first.size);
        }
        const of = (kind: Verdict["kind"]) => [...first.values()].filter((one) => one === kind).length;
        const counts = { succeeded: of("succeeded"), failed: of("failed"), skipped: of("skipped") };
        expect(ledger.counts).toEqual(counts);
        expect(recount(TOTAL, journal)).toEqual({ ...counts, settledTwice: 0 });
        expect(ledger.summary()).toMatchObject({ total: TOTAL, processed: first.size, ...counts });
        expect(ledger.summary().items ?? 0).toBe(items);
        expect(journal.flatMap(({ problems }) => problems).length).toBe(counts.failed + counts.skipped);
      }),
    );
  });

  it("F7: prepares without changing anything, so that a write that fails counts nothing", () => {
    const ledger = new Ledger(3);
    expect(ledger.prepare({ plain: [0, 1], detailed: [] })).toMatchObject({ newlySettled: 2 });
    expect(ledger.processed).toBe(0);
    expect(ledger.settled.has(0)).toBe(false);
    expect(ledger.prepare({ plain: [0, 1], detailed: [] })).toMatchObject({ newlySettled: 2, duplicates: 0 });
  });

  it("refuses a stranger and a journal that settles twice", () => {
    const ledger = new Ledger(2);
    expect(() => ledger.prepare({ plain: [2, 2], detailed: [] })).toThrow(RangeError);
    const { entry } = ledger.prepare({ plain: [0, 0], detailed: [] });
    ledger.apply({ seq: 1, version: 2, at: 0, ...entry });
    expect(() => ledger.apply({ seq: 2, version: 3, at: 0, ...entry })).toThrow("settles ordinal 0 again");
  });

  it("drops counters that are no counts", () => {
    const ledger = new Ledger(2);
    const verdict: Verdict = {
      kind: "succeeded",
      counters: { items: Number.NaN, created: -1, updated: 1.5, deleted: 2 },
    };
    const { entry } = ledger.prepare({ plain: [], detailed: [{ ordinal: 0, verdict, attempts: 1 }] });
    expect(entry.counters).toEqual({ deleted: 2 });
  });

  it("finds a double settle in a journal when it recounts", () => {
    const entry = new Ledger(4).prepare({ plain: [0, 1], detailed: [] }).entry;
    const journal = [1, 2].map((seq): JournalEntry => ({ seq, version: seq, at: 0, ...entry }));
    expect(recount(4, journal)).toEqual({ succeeded: 2, failed: 0, skipped: 0, settledTwice: 2 });
  });

  it("has the same verdicts, counts and place in time when its journal is folded, however often and in how small pieces", () => {
    fc.assert(
      fc.property(
        fc.array(settlement, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 2, max: 50 }),
        (settlements, size) => {
          const ledger = new Ledger(TOTAL);
          const journal: JournalEntry[] = [];
          for (const one of settlements) settle(ledger, journal, one);
          const folded = compactJournal(TOTAL, compactJournal(TOTAL, journal, size), Math.max(2, size / 2));
          expect(verdictsOf(folded)).toEqual(verdictsOf(journal));
          expect(recount(TOTAL, folded)).toEqual(recount(TOTAL, journal));
          expect([folded.at(-1)?.seq, folded.at(-1)?.version]).toEqual([journal.at(-1)?.seq, journal.at(-1)?.version]);
          expect(new Set(folded.map(({ seq }) => seq)).size).toBe(folded.length);
          const again = new Ledger(TOTAL);
          for (const entry of folded) again.apply(entry);
          expect(again.summary()).toEqual(ledger.summary());
        },
      ),
    );
  });
});
