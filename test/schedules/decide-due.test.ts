/** What becomes of due times: each is decided about once, whatever the sweep missed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideDue, type NewOccurrence } from "../../src/schedules/decide-due.ts";
import { nextTimes, type Times, timesOf } from "../../src/schedules/times.ts";

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(text);
const NIGHTLY = timesOf({ pattern: "0 2 * * *", timeZone: "UTC" });
const HOURLY = timesOf({ pattern: "0 * * * *", timeZone: "UTC" });

const short = ({ dueAt, startsAt, state, count, madeUp }: NewOccurrence): string =>
  [new Date(dueAt).toISOString().slice(5, 16), `+${(startsAt - dueAt) / MINUTE}`, state, count, madeUp ? "made up" : ""]
    .join(" ")
    .trim();

function decided(times: Times, from: string, now: string, missed: "skip" | "run_once", offset = 0, most = 200) {
  const schedule = { times, nextDueAt: at(from), offsetMs: offset * MINUTE, missed };
  const { occurrences, nextDueAt } = decideDue(schedule, at(now), most);
  return { told: occurrences.map(short), next: nextDueAt === null ? null : new Date(nextDueAt).toISOString() };
}

describe("due times that a sweep decides about", () => {
  it("wait for their start where they are on time, later by the schedule's place", () => {
    expect(decided(NIGHTLY, "2026-11-29T02:00:00Z", "2026-11-29T02:00:40Z", "skip", 12)).toEqual({
      told: ["11-29T02:00 +12 waiting 1"],
      next: "2026-11-30T02:00:00.000Z",
    });
  });

  it("are nothing before they are due", () => {
    expect(decided(NIGHTLY, "2026-11-29T02:00:00Z", "2026-11-29T01:59:59Z", "skip")).toEqual({
      told: [],
      next: "2026-11-29T02:00:00.000Z",
    });
  });

  it("are told as missed after an outage of six hours, each", () => {
    expect(decided(HOURLY, "2026-11-29T02:00:00Z", "2026-11-29T07:30:00Z", "skip")).toEqual({
      told: [2, 3, 4, 5, 6, 7].map((hour) => `11-29T0${hour}:00 +0 missed 1`),
      next: "2026-11-29T08:00:00.000Z",
    });
  });

  it("are made up for once, by choice, by the newest; not where one on time follows", () => {
    expect(decided(HOURLY, "2026-11-29T05:00:00Z", "2026-11-29T07:30:00Z", "run_once", 10).told).toEqual([
      "11-29T05:00 +10 missed 1",
      "11-29T06:00 +10 missed 1",
      "11-29T07:00 +40 waiting 1 made up",
    ]);
    expect(decided(HOURLY, "2026-11-29T05:00:00Z", "2026-11-29T07:05:00Z", "run_once").told).toEqual([
      "11-29T05:00 +0 missed 1",
      "11-29T06:00 +0 missed 1",
      "11-29T07:00 +0 waiting 1",
    ]);
  });

  it("share a row where there are very many, which says how many", () => {
    const { told, next } = decided(HOURLY, "2026-11-01T00:00:00Z", "2026-11-05T03:30:00Z", "skip");
    expect(told[0]).toBe("11-04T07:00 +0 missed 80");
    expect(told).toHaveLength(21);
    expect(next).toBe("2026-11-05T04:00:00.000Z");
  });

  it("are made up for by the last sweep alone where one sweep does not reach all", () => {
    const first = decided(HOURLY, "2026-11-29T00:00:00Z", "2026-11-29T05:30:00Z", "run_once", 0, 3);
    expect(first.told.every((each) => each.includes("missed"))).toBe(true);
    expect(first.next).toBe("2026-11-29T03:00:00.000Z");
    const second = decided(HOURLY, "2026-11-29T03:00:00Z", "2026-11-29T05:30:00Z", "run_once", 0, 3);
    expect(second.told.filter((each) => each.includes("made up"))).toHaveLength(1);
  });

  it("are each in exactly one occurrence, whatever sweeps there were", () => {
    const sweeps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sweeps, fc.constantFrom("skip" as const, "run_once" as const), fc.nat(59), (gaps, missed, offset) => {
        const start = at("2026-10-24T20:00:00Z");
        const times = timesOf({ pattern: "0 */2 * * *", timeZone: "Europe/Berlin" });
        let nextDueAt = times.next(start);
        let now = start;
        const found: NewOccurrence[] = [];
        for (const gap of gaps) {
          now += gap * MINUTE;
          if (nextDueAt === null) break;
          const round = decideDue({ times, nextDueAt, offsetMs: offset * MINUTE, missed }, now, 50);
          found.push(...round.occurrences);
          nextDueAt = round.nextDueAt;
        }
        const due = nextTimes(times, start, 200).filter((time) => time <= now);
        expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(due.length);
        expect(new Set(found.map(({ dueAt }) => dueAt)).size).toBe(found.length);
        expect(found.every(({ dueAt }) => due.includes(dueAt))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
