/** When a piece of news is told by a rule: at once, with a digest, after quiet hours. Pure; times are milliseconds since the epoch. */
import type { Digest, NewsSeverity, QuietHours } from "../contract/news.ts";
import { timesOf } from "../schedules/times.ts";

const HOUR_MS = 3_600_000;

export interface TellingTimes {
  digest: Digest;
  quietHours: QuietHours | null;
}

/** The moment at which news of `at` is told: not before `at`. */
export function dueAt({ digest, quietHours }: TellingTimes, severity: NewsSeverity, at: number): number {
  if (quietHours !== null && quietHours.criticalPasses && severity === "critical") return at;
  const due = digestAt(digest, at);
  if (quietHours === null || !isQuiet(quietHours, due)) return due;
  return nextAt(quietHours.to, quietHours.timeZone, due);
}

function digestAt(digest: Digest, at: number): number {
  switch (digest.kind) {
    case "at_once":
      return at;
    case "hourly":
      return Math.ceil(at / HOUR_MS) * HOUR_MS;
    case "daily":
      // A digest of 08:00 has what happened at 08:00.
      return nextAt(digest.at, digest.timeZone, at - 1);
  }
}

/** The first moment after `after` at which clocks of the zone show a time of the day; on a day without it, the first after the gap. */
function nextAt(clockTime: string, timeZone: string, after: number): number {
  const [hours, minutes] = clockTime.split(":").map(Number);
  const next = timesOf({ pattern: `${minutes} ${hours} * * *`, timeZone }).next(after);
  if (next === null) throw new Error(`${clockTime} never comes in ${timeZone}`);
  return next;
}

function isQuiet({ from, to, timeZone }: QuietHours, at: number): boolean {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
  return from < to ? from <= clock && clock < to : clock >= from || clock < to;
}

/** Whether the name is of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
