/** Due times: what croner makes of a pattern over changes to and from summer time, and what is refused. */
import { describe, expect, it } from "vitest";
import { nextTimes, readTimes, type Times } from "../../src/schedules/times.ts";

const at = (text: string): number => Date.parse(text);
const iso = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString());

function timesOf(pattern: string, timeZone: string): Times {
  const reading = readTimes(pattern, timeZone, at("2026-01-01T00:00:00Z"));
  if (reading.kind === "refused") throw new Error(`${reading.field} ${reading.message}`);
  return reading.times;
}

const next = (pattern: string, timeZone: string, from: string, count: number): string[] =>
  iso(nextTimes(timesOf(pattern, timeZone), at(from), count));

describe("due times", () => {
  it("follow the wall clock of their time zone", () => {
    expect(next("0 6 * * 1-5", "America/New_York", "2026-11-27T12:00:00Z", 2)).toEqual([
      "2026-11-30T11:00:00.000Z",
      "2026-12-01T11:00:00.000Z",
    ]);
  });

  it("come once on the day on which their time does not exist, at the first moment after it", () => {
    // Berlin goes from 02:00 to 03:00 on 29 March 2026.
    expect(next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", 2)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    // Two times a day are fixed times as well: neither is lost.
    expect(next("30 2,14 * * *", "Europe/Berlin", "2026-03-28T14:00:00Z", 3)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T12:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
  });

  it("come once in the hour that is there twice, the first time", () => {
    // Berlin goes from 03:00 back to 02:00 on 25 October 2026.
    expect(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("are right in zones that change by half an hour, and at midnight", () => {
    // Lord Howe goes from 02:00 to 02:30 on 4 October 2026; Santiago from 24:00 to 01:00 on 5 September.
    expect(next("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T20:00:00Z", 2)).toEqual([
      "2026-10-03T15:30:00.000Z",
      "2026-10-04T15:15:00.000Z",
    ]);
    expect(next("0 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", 2)).toEqual([
      "2026-09-06T04:00:00.000Z",
      "2026-09-07T03:00:00.000Z",
    ]);
  });

  it("are told in words", () => {
    expect(timesOf("0 2 * * 1-5", "UTC").words).toBe("At 02:00, Monday through Friday");
    expect(timesOf("0 0 L * *", "UTC").words).toBe("At 00:00, on the last day of the month");
  });

  it.each([
    ["0 0 0 * * *", "UTC", "pattern", "is not a pattern of five cron fields"],
    ["every night", "UTC", "pattern", "is not a pattern of five cron fields"],
    ["0/5 * * * *", "UTC", "pattern", "is not a pattern of five cron fields"],
    ["0 0 31 2 *", "UTC", "pattern", "is never due"],
    ["*/10 * * * *", "UTC", "pattern", "is due more often than every 15 minutes"],
    ["0,5 3 * * *", "UTC", "pattern", "is due more often than every 15 minutes"],
    ["50,0 3,4 * * *", "UTC", "pattern", "is due more often than every 15 minutes"],
    ["0 3 * * *", "Europe/Atlantis", "timeZone", "is not a time zone"],
  ])("are refused for %s in %s, with what is wrong", (pattern, timeZone, field, message) => {
    expect(readTimes(pattern, timeZone, at("2026-01-01T00:00:00Z"))).toEqual({ kind: "refused", field, message });
  });

  it("may be as dense as every 15 minutes, also over a change of the clock", () => {
    expect(next("*/15 * * * *", "Europe/Berlin", "2026-03-29T00:50:00Z", 2)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T01:15:00.000Z",
    ]);
  });
});
