/**
 * Two weeks of schedules, swept each minute by a moved clock, over four changes of the clock and an outage of six hours: what was decided about each due
 * time, beside an oracle that counts minutes.
 */
import { describe, expect, it } from "vitest";
import type { MissedChoice } from "../../src/contract/schedules.ts";
import { decideDue, type NewOccurrence } from "../../src/schedules/decide-due.ts";
import { timesOf } from "../../src/schedules/times.ts";
import { dueTimesByCounting, type WallClock } from "../support/wall-clock-oracle.ts";

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => new Date(time).toISOString().slice(5, 16);

/** Summer time begins in Jerusalem on 27 March and in Berlin on 29 March; it ends in Sydney and on Lord Howe on 5 April. */
const FROM = at("2026-03-25T00:00:00Z");
const TO = at("2026-04-08T00:00:00Z");
/** Over the night in which Berlin's clock goes forward, at 01:00 UTC. */
const OUTAGE = { from: at("2026-03-28T22:00:00Z"), to: at("2026-03-29T04:00:00Z") };

interface Case {
  name: string;
  pattern: string;
  wall: WallClock;
  offsetMinutes: number;
  missed: MissedChoice;
}

const night = (timeZone: string, hour: number, minute: number): WallClock => ({
  timeZone,
  hours: [hour],
  minutes: [minute],
  fixed: true,
});
const simple = (
  name: string,
  pattern: string,
  wall: WallClock,
  missed: MissedChoice = "skip",
  offsetMinutes = 0,
): Case => ({
  name,
  pattern,
  wall,
  missed,
  offsetMinutes,
});

const CASES: Case[] = [
  simple("Berlin at night", "30 2 * * *", night("Europe/Berlin", 2, 30)),
  simple("Berlin at night, made up", "30 2 * * *", night("Europe/Berlin", 2, 30), "run_once"),
  simple("Berlin, spread beyond the outage", "30 2 * * *", night("Europe/Berlin", 2, 30), "skip", 239),
  simple("Jerusalem at night", "30 2 * * *", night("Asia/Jerusalem", 2, 30)),
  simple("Sydney at night", "30 2 * * *", night("Australia/Sydney", 2, 30)),
  simple("Lord Howe at night", "45 1 * * *", night("Australia/Lord_Howe", 1, 45)),
  simple("New York on weekdays", "0 6 * * 1-5", { ...night("America/New_York", 6, 0), weekdays: [1, 2, 3, 4, 5] }),
  simple("Kolkata on the first", "15 9 1 * *", { ...night("Asia/Kolkata", 9, 15), monthDays: [1] }),
  simple(
    "Berlin twice a day",
    "30 2,14 * * *",
    { timeZone: "Europe/Berlin", hours: [2, 14], minutes: [30], fixed: true },
    "run_once",
  ),
  simple("Berlin each hour", "0 * * * *", { timeZone: "Europe/Berlin", minutes: [0], fixed: false }, "run_once"),
  simple(
    "Sydney each half hour",
    "*/30 * * * *",
    { timeZone: "Australia/Sydney", minutes: [0, 30], fixed: false },
    "run_once",
    7,
  ),
  simple(
    "Lord Howe every second hour",
    "10 */2 * * *",
    {
      timeZone: "Australia/Lord_Howe",
      minutes: [10],
      hours: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22],
      fixed: false,
    },
    "skip",
    45,
  ),
];

/** The first minute from `time` on at which there is a sweep. */
const sweptAt = (time: number): number => (time >= OUTAGE.from && time < OUTAGE.to ? OUTAGE.to : time);

/** What docs/schedules.md promises of each due time, without a look at how it is decided. */
function promised({ wall, missed, offsetMinutes }: Case): string[] {
  const due = dueTimesByCounting(wall, FROM, TO);
  const offset = offsetMinutes * MINUTE;
  const isLate = (time: number) => time + offset + 15 * MINUTE < sweptAt(time);
  const inOutage = due.filter((time) => time >= OUTAGE.from && time < OUTAGE.to);
  // Nothing is made up for where one of the schedule is on time at the first sweep.
  const newest = due.findLast((time) => time >= OUTAGE.from && time <= OUTAGE.to);
  const madeUp = missed === "run_once" && newest !== undefined && isLate(newest) ? newest : null;
  expect(inOutage.length <= 20, "more missed ones would share a row").toBe(true);
  return due.map((time) => {
    if (time === madeUp) return `${iso(time)} starts ${iso(OUTAGE.to + offset)} made up`;
    return isLate(time) ? `${iso(time)} missed` : `${iso(time)} starts ${iso(time + offset)}`;
  });
}

/** What the product decides, sweep by sweep. */
function decided({ pattern, wall, missed, offsetMinutes }: Case): string[] {
  const times = timesOf({ pattern, timeZone: wall.timeZone });
  const found: NewOccurrence[] = [];
  let nextDueAt = times.next(FROM);
  for (let now = FROM; now <= TO; now += MINUTE) {
    if (sweptAt(now) !== now || nextDueAt === null || nextDueAt > now) continue;
    const round = decideDue({ times, nextDueAt, offsetMs: offsetMinutes * MINUTE, missed }, now, 200);
    found.push(...round.occurrences);
    nextDueAt = round.nextDueAt;
  }
  return found.map(({ dueAt, startsAt, state, count, madeUp }) => {
    expect(count).toBe(1);
    if (state === "missed") return `${iso(dueAt)} missed`;
    return `${iso(dueAt)} starts ${iso(startsAt)}${madeUp ? " made up" : ""}`;
  });
}

describe("two weeks of schedules", () => {
  it.each(CASES)("$name: each due time is started once, or told as missed", (each) => {
    const told = decided(each);
    expect(told).toEqual(promised(each));
    expect(told.length).toBeGreaterThan(0);
  });

  it("are on the days of the changes as a person counts them", () => {
    const on = (name: string, ...days: string[]) => {
      const found = CASES.find((each) => each.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return decided(found).filter((told) => days.some((day) => told.startsWith(day)));
    };
    // 02:30 does not exist: due at 03:00, which is 01:00 UTC, within the outage.
    expect(on("Berlin at night", "03-28", "03-29", "03-30")).toEqual([
      "03-28T01:30 starts 03-28T01:30",
      "03-29T01:00 missed",
      "03-30T00:30 starts 03-30T00:30",
    ]);
    expect(on("Berlin at night, made up", "03-29")).toEqual(["03-29T01:00 starts 03-29T04:00 made up"]);
    expect(on("Berlin, spread beyond the outage", "03-29")).toEqual(["03-29T01:00 starts 03-29T04:59"]);
    expect(on("Jerusalem at night", "03-26", "03-27", "03-28")).toEqual([
      "03-26T00:30 starts 03-26T00:30",
      "03-27T00:00 starts 03-27T00:00",
      "03-27T23:30 starts 03-27T23:30",
      "03-28T23:30 missed",
    ]);
    // 02:30 comes twice: the first is by summer time, UTC+11.
    expect(on("Sydney at night", "04-03", "04-04", "04-05")).toEqual([
      "04-03T15:30 starts 04-03T15:30",
      "04-04T15:30 starts 04-04T15:30",
      "04-05T16:30 starts 04-05T16:30",
    ]);
    // The clock goes back by half an hour, from 02:00 to 01:30.
    expect(on("Lord Howe at night", "04-03", "04-04", "04-05")).toEqual([
      "04-03T14:45 starts 04-03T14:45",
      "04-04T14:45 starts 04-04T14:45",
      "04-05T15:15 starts 04-05T15:15",
    ]);
    // No hour is lost to UTC: 24 due times on each day, six of them in the outage, of which the newest but one on time is made up for.
    expect(on("Berlin each hour", "03-29")).toHaveLength(24);
    expect(on("Berlin each hour", "03-29T03", "03-29T04")).toEqual([
      "03-29T03:00 missed",
      "03-29T04:00 starts 03-29T04:00",
    ]);
  });
});
