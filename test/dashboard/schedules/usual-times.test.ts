/** The fields of the form of a schedule, and the patterns that they stand for. */
import { describe, expect, it } from "vitest";
import { isPlain, READY_MADE, stepsOf } from "../../../src/dashboard/schedules/ready-made.ts";
import {
  FIRST_TIME,
  MONTH_DAYS,
  patternOf,
  usualTimeOf,
  WEEKDAYS,
} from "../../../src/dashboard/schedules/usual-times.ts";
import { readTimes } from "../../../src/schedules/times.ts";

const usual = [
  ...["00:00", "02:05", "23:59"].flatMap((time) => [
    { ...FIRST_TIME, time },
    { ...FIRST_TIME, frequency: "workday" as const, time },
  ]),
  ...WEEKDAYS.map(({ value: weekday }) => ({ ...FIRST_TIME, frequency: "week" as const, weekday })),
  ...MONTH_DAYS.map(({ value: monthDay }) => ({ ...FIRST_TIME, frequency: "month" as const, monthDay })),
  ...Object.values(READY_MADE).map(({ time }) => time),
];

describe("usual times", () => {
  it("are patterns that the product takes, and come back as the same fields", () => {
    for (const time of usual) {
      const pattern = patternOf(time);
      expect(readTimes(pattern, "Europe/Berlin", 0).kind, pattern).toBe("times");
      const { frequency, time: clock } = usualTimeOf(pattern);
      expect({ frequency, clock }).toEqual({ frequency: time.frequency, clock: time.time });
      expect(patternOf(usualTimeOf(pattern))).toBe(pattern);
    }
  });

  it("leave any other pattern as it is", () => {
    for (const pattern of ["*/30 * * * *", "0 2 1 1 *", "0 2 * * 1#2", "0 2 31 * *", "0 2 1 * 1", "nonsense"]) {
      expect(usualTimeOf(pattern)).toMatchObject({ frequency: "own", pattern });
      expect(patternOf(usualTimeOf(pattern))).toBe(pattern);
    }
  });

  it("have no pattern while no time is chosen", () => {
    expect(patternOf({ ...FIRST_TIME, time: "" })).toBe("");
  });
});

describe("the steps of a form", () => {
  it("are in the order in which they make sense, and those of the API that it cannot show are known", () => {
    const steps = stepsOf(new Set(["review-pack.generate", "inventory.sync", "baseline.compare"] as const), {
      baselineId: "b",
      keep: null,
    });
    expect(steps).toEqual([
      { type: "inventory.sync" },
      { type: "baseline.compare", baselineId: "b" },
      { type: "review-pack.generate" },
    ]);
    const keep = { days: 30, weeks: 0, months: 12 };
    const backup = stepsOf(new Set(["backup-set.add-policies", "inventory.sync"] as const), { baselineId: "", keep });
    expect(backup).toEqual([{ type: "inventory.sync" }, { type: "backup-set.add-policies", keep }]);
    expect(isPlain(steps)).toBe(true);
    expect(isPlain(steps.toReversed())).toBe(false);
    expect(isPlain([...steps, { type: "baseline.compare", baselineId: "c" }])).toBe(false);
  });
});
