/** Times in words: in English, as all words of the console are, and in the time zone that the reader chose. */
import { z } from "zod";
import { keepText, keptText } from "./kept-text.ts";

const STORAGE_KEY = "tenantatlas.zone";
const zoneSchema = z.enum(["local", "utc"]).catch("local");
/** Where the reader is, or Coordinated Universal Time, as logs and other people's tools write it. */
export type Zone = z.infer<typeof zoneSchema>;

/** Moments are milliseconds since the epoch or ISO times. */
type Moment = number | string;

export interface Clock {
  /** In full, with the zone: "24 Nov 2026, 19:34:05 GMT+1". */
  readonly absoluteText: (at: Moment) => string;
  /** By the clock: "20:41:03". With day and zone where it is not of the same day as `nowMs`. */
  readonly clockText: (at: Moment, nowMs: number) => string;
  /** "24 Nov 2026". */
  readonly dayText: (at: Moment) => string;
  /** "24 Nov": for an axis whose days lie close together. */
  readonly shortDayText: (at: Moment) => string;
  /** "19:34". */
  readonly minuteText: (at: Moment) => string;
  /** "19:34:05". */
  readonly secondText: (at: Moment) => string;
  /** The day as a date input has it: "2026-11-24". */
  readonly dayValue: (at: Moment) => string;
  /** The last second of a day of a date input; null for what is no day. */
  readonly endOfDay: (day: string) => Date | null;
}

/**
 * The English that a reader's browser asks for first, with its order of day and month. One that asks for none gets British English, which
 * writes a date so that it cannot be misread.
 */
export function pageLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? "en-GB";
}

export function clockOf(zone: Zone, locale: string): Clock {
  const timeZone = zone === "utc" ? { timeZone: "UTC" } : {};
  const format = (options: Intl.DateTimeFormatOptions): ((at: Moment) => string) => {
    const made = new Intl.DateTimeFormat(locale, { ...options, ...timeZone });
    return (at) => made.format(new Date(at));
  };
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  const time = { hour: "numeric", minute: "2-digit", second: "2-digit" } as const;
  const absoluteText = format({ ...day, ...time, timeZoneName: "short" });
  const secondText = format(time);
  // Swedish writes dates as ISO 8601 does.
  const dayValues = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", ...timeZone });
  const dayValue = (at: Moment): string => dayValues.format(new Date(at));
  return {
    absoluteText,
    clockText: (at, nowMs) => (dayValue(at) === dayValue(nowMs) ? secondText(at) : absoluteText(at)),
    dayText: format(day),
    shortDayText: format({ day: "numeric", month: "short" }),
    minuteText: format({ hour: "numeric", minute: "2-digit" }),
    secondText,
    dayValue,
    endOfDay: (text) => {
      const end = new Date(`${text}T23:59:59${zone === "utc" ? "Z" : ""}`);
      return Number.isNaN(end.getTime()) ? null : end;
    },
  };
}

/** Set by the account page: the other pages are made anew when they are opened, and read it then. */
let zone = readZone();
let current: Clock | null = null;

function readZone(): Zone {
  return zoneSchema.parse(keptText(STORAGE_KEY));
}

/** The zone where the reader is, by its name: "Europe/Berlin". */
export function localZoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function chosenZone(): Zone {
  return zone;
}

/** Sets and remembers the zone in this browser. Where storage is blocked it holds until the page is closed. */
export function chooseZone(next: Zone): void {
  zone = next;
  current = clockOf(next, pageLocale(navigator.languages));
  keepText(STORAGE_KEY, next === "local" ? null : next);
}

/** The clock by which this page writes times. */
export function clock(): Clock {
  current ??= clockOf(zone, pageLocale(navigator.languages));
  return current;
}

/** An ISO time in full, as text: "24 Nov 2026, 19:34:05 GMT+1". */
export function absoluteText(at: string): string {
  return clock().absoluteText(at);
}

/** A moment in milliseconds since the epoch, by the clock: "20:41:03". With its day where that is not today. */
export function clockText(atMs: number): string {
  return clock().clockText(atMs, Date.now());
}

/** The day of an ISO time: "25 Feb 2027". */
export function dayText(at: string): string {
  return clock().dayText(at);
}

/** A day of a calendar, "2027-02-25", whichever zone it is of: "25 Feb 2027". */
export function plainDayText(day: string): string {
  const end = clock().endOfDay(day);
  return end === null ? day : clock().dayText(end.getTime());
}
