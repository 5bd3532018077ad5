/** The usual times, as a form asks for them, and the patterns that they stand for. Pure. */

export const FREQUENCIES = {
  day: "Every day",
  workday: "Monday to Friday",
  week: "Every week",
  month: "Every month",
  own: "By a pattern",
} as const;
export type Frequency = keyof typeof FREQUENCIES;

export function isFrequency(text: string): text is Frequency {
  return Object.hasOwn(FREQUENCIES, text);
}

/** Days of the week as cron numbers them. */
export const WEEKDAYS = [
  { value: "1", label: "Monday" },
  { value: "2", label: "Tuesday" },
  { value: "3", label: "Wednesday" },
  { value: "4", label: "Thursday" },
  { value: "5", label: "Friday" },
  { value: "6", label: "Saturday" },
  { value: "0", label: "Sunday" },
] as const;

/** Days that each month has, and its last. */
export const MONTH_DAYS = [
  ...Array.from({ length: 28 }, (_, index) => ({ value: String(index + 1), label: `Day ${index + 1}` })),
  { value: "L", label: "Last day" },
];

export interface UsualTime {
  frequency: Frequency;
  /** "02:30". */
  time: string;
  weekday: string;
  monthDay: string;
  /** For `own`. */
  pattern: string;
}

export const FIRST_TIME: UsualTime = { frequency: "day", time: "02:00", weekday: "1", monthDay: "1", pattern: "" };

/** The pattern; empty while the time is. */
export function patternOf({ frequency, time, weekday, monthDay, pattern }: UsualTime): string {
  if (frequency === "own") return pattern.trim();
  const [hour, minute] = time.split(":").map(Number);
  if (hour === undefined || minute === undefined || Number.isNaN(hour) || Number.isNaN(minute)) return "";
  const clock = `${minute} ${hour}`;
  switch (frequency) {
    case "day":
      return `${clock} * * *`;
    case "workday":
      return `${clock} * * 1-5`;
    case "week":
      return `${clock} * * ${weekday}`;
    case "month":
      return `${clock} ${monthDay} * *`;
  }
}

const USUAL = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}|L) \* (\*|1-5|\d)$/;

/** The form's fields for a stored pattern. */
export function usualTimeOf(pattern: string): UsualTime {
  const own: UsualTime = { ...FIRST_TIME, frequency: "own", pattern };
  const found = USUAL.exec(pattern);
  if (found === null) return own;
  const [, minute, hour, monthDay, weekday] = found;
  if (minute === undefined || hour === undefined || monthDay === undefined || weekday === undefined) return own;
  const usual = { ...FIRST_TIME, pattern, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
  if (monthDay === "*" && weekday === "*") return { ...usual, frequency: "day" };
  if (monthDay === "*" && weekday === "1-5") return { ...usual, frequency: "workday" };
  if (monthDay === "*" && WEEKDAYS.some(({ value }) => value === weekday)) {
    return { ...usual, frequency: "week", weekday };
  }
  if (weekday === "*" && MONTH_DAYS.some(({ value }) => value === monthDay)) {
    return { ...usual, frequency: "month", monthDay };
  }
  return own;
}
