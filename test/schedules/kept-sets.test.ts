/** Which sets a rule keeps: by hand, and as laws over many histories. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptSets, type ScheduledSet } from "../../src/schedules/kept-sets.ts";

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const NOW = at("2026-11-29T12:00:00Z");

function set(due: string, change: Partial<ScheduledSet> = {}): ScheduledSet {
  return { id: due, dueAt: at(due), isWhole: true, hasEnded: true, held: [], ...change };
}

/** One set a night at 03:00 UTC, the last on 29 November 2026. */
const nightly = (nights: number): ScheduledSet[] =>
  Array.from({ length: nights }, (_, back) => set(new Date(at("2026-11-29T03:00:00Z") - back * DAY).toISOString()));

function kept(sets: readonly ScheduledSet[], keep: [days: number, weeks: number, months: number], timeZone = "UTC") {
  const [days, weeks, months] = keep;
  return keptSets(sets, { keep: { days, weeks, months }, timeZone, now: NOW });
}

const idsOf = (found: ReturnType<typeof kept>): string[] =>
  found.filter(({ reasons }) => reasons.length > 0).map(({ id }) => id.slice(0, 10));

describe("the sets that a rule keeps", () => {
  it("are the newest of each of so many days and months: daily 30, monthly 12", () => {
    const found = idsOf(kept(nightly(500), [30, 0, 12]));
    expect(found.slice(0, 30)).toEqual(nightly(30).map(({ id }) => id.slice(0, 10)));
    // The newest of November and of October are among the thirty days; ten months more.
    expect(found.slice(30)).toEqual(
      ["09-30", "08-31", "07-31", "06-30", "05-31", "04-30", "03-31", "02-28", "01-31"]
        .map((day) => `2026-${day}`)
        .concat("2025-12-31"),
    );
  });

  it("are told with the day up to which that is sure", () => {
    const found = kept(nightly(40), [7, 2, 2]);
    const of = (day: string) => found.find(({ id }) => id.startsWith(day));
    // A newer one of today, of this week or of this month would take its place.
    expect(of("2026-11-29")).toEqual({
      id: "2026-11-29T03:00:00.000Z",
      reasons: ["day", "week", "month"],
      untilDay: null,
    });
    expect(of("2026-11-28")).toMatchObject({ reasons: ["day"], untilDay: "2026-12-04" });
    // A Sunday: the newest of its week, which stays for as long as two weeks count.
    expect(of("2026-11-22")).toMatchObject({ reasons: ["week"], untilDay: "2026-11-29" });
    expect(of("2026-10-31")).toMatchObject({ reasons: ["month"], untilDay: "2026-11-30" });
    expect(of("2026-11-21")).toMatchObject({ reasons: [], untilDay: null });
  });

  it("are counted by sets and not by the calendar: what stopped for a year loses nothing", () => {
    const old = nightly(3).map((each) => ({ ...each, dueAt: each.dueAt - 400 * DAY }));
    expect(kept(old, [3, 0, 0]).every(({ reasons }) => reasons.includes("day"))).toBe(true);
  });

  it("follow the days of the schedule's time zone, also where the clock changes", () => {
    // In Berlin 23:30 on the 24th, and 00:30 and 23:30 on the 25th, which has 25 hours.
    const sets = [set("2026-10-24T21:30:00Z"), set("2026-10-24T22:30:00Z"), set("2026-10-25T22:30:00Z")];
    const of = (timeZone: string) =>
      kept(sets, [9, 0, 0], timeZone).flatMap(({ id, reasons }) => (reasons.length > 0 ? [id.slice(8, 16)] : []));
    expect(of("Europe/Berlin")).toEqual(["25T22:30", "24T21:30"]);
    expect(of("UTC")).toEqual(["25T22:30", "24T22:30"]);
  });

  it("never give a whole one's place to one that is not whole", () => {
    const part = set("2026-11-29T09:00:00Z", { isWhole: false });
    const found = kept([part, ...nightly(5)], [2, 0, 0]);
    expect(idsOf(found)).toEqual(["2026-11-29", "2026-11-28"]);
    // Where a day has no whole one, the part stays beside the others, and no whole one goes for it.
    const instead = set("2026-11-30T03:00:00Z", { isWhole: false });
    const [first, ...rest] = kept([instead, ...nightly(5)], [2, 0, 0]);
    expect(first?.reasons).toEqual(["instead"]);
    expect(idsOf(rest)).toEqual(["2026-11-29", "2026-11-28"]);
    // Once the whole ones around it have gone, it goes as well.
    const ancient = set("2026-11-20T05:00:00Z", { isWhole: false });
    expect(kept([...nightly(5), ancient], [2, 0, 0]).at(-1)?.reasons).toEqual([]);
  });

  it("are those as well that something else keeps, and one that is being filled", () => {
    const planned = set("2020-01-01T03:00:00Z", { held: ["plan"] });
    const filling = set("2026-11-29T11:59:00Z", { isWhole: false, hasEnded: false });
    const found = kept([...nightly(3), planned, filling], [1, 0, 0]);
    expect(found.map(({ reasons }) => reasons)).toEqual([["under_way"], ["day"], [], [], ["plan"]]);
  });

  it("follow laws, whatever the history: the newest whole one stays, more is kept by a larger rule, and what is kept stays kept by itself", () => {
    const history = fc.array(
      fc.record({ hours: fc.nat(24 * 900), isWhole: fc.boolean(), hasEnded: fc.constant(true) }),
      { maxLength: 60 },
    );
    const rule = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).filter(([a, b, c]) => a + b + c > 0);
    fc.assert(
      fc.property(history, rule, (entries, keep) => {
        const sets = entries.map(({ hours, isWhole }, index) => ({
          ...set(new Date(NOW - hours * 3_600_000).toISOString(), { isWhole }),
          id: `set-${index}`,
        }));
        const found = kept(sets, keep);
        const ids = new Set(found.filter(({ reasons }) => reasons.length > 0).map(({ id }) => id));
        const newest = sets.filter(({ isWhole }) => isWhole).toSorted((a, b) => b.dueAt - a.dueAt)[0];
        const tied = sets.filter(({ isWhole, dueAt }) => isWhole && dueAt === newest?.dueAt);
        if (newest !== undefined) expect(tied.some(({ id }) => ids.has(id))).toBe(true);
        const wholeKept = sets.filter(({ id, isWhole }) => isWhole && ids.has(id));
        const [days, weeks, months] = keep;
        expect(wholeKept.length).toBeLessThanOrEqual(days + weeks + months);
        // Removing what goes changes nothing for what stays.
        const again = kept(
          sets.filter(({ id }) => ids.has(id)),
          keep,
        );
        expect(again.every(({ reasons }) => reasons.length > 0)).toBe(true);
        const more = kept(sets, [days + 1, weeks + 1, months + 1]);
        expect([...ids].every((id) => more.some((each) => each.id === id && each.reasons.length > 0))).toBe(true);
        // Sets that are not whole change nothing for those that are.
        const alone = kept(
          sets.filter(({ isWhole }) => isWhole),
          keep,
        );
        expect(idsOf(alone).length).toBe(wholeKept.length);
      }),
      { numRuns: 60 },
    );
  });
});
