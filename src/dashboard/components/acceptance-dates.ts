/** Until when something is accepted: days as people choose them, moments as the server takes them. Pure. */
import { clock } from "./clock.ts";
import { MAX_ACCEPTANCE_DAYS } from "../../contract/acceptances.ts";

export const ACCEPTANCE_PRESETS = [
  { days: 7, label: "1 week" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "1 year" },
] as const;

const DAY_MS = 86_400_000;

/** A day so many days after another, as a date input has it: "2026-12-24", by the reader's clock. */
export function dayAfter(now: Date, days: number): string {
  // Noon of the day: an hour of summer time more or less stays within it.
  const noon = Date.parse(`${clock().dayValue(now.getTime())}T12:00:00Z`);
  return new Date(noon + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first and the last day that can be chosen: tomorrow, and the last one that is whole within what the server allows. */
export function acceptanceRange(now: Date): { first: string; last: string } {
  return { first: dayAfter(now, 1), last: dayAfter(now, MAX_ACCEPTANCE_DAYS - 1) };
}

/** The end of that day by the reader's clock; null for what is no day in the range. */
export function endOfDay(day: string, now: Date): string | null {
  const { first, last } = acceptanceRange(now);
  // Days of this form sort as they follow each other.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day < first || day > last) return null;
  return clock().endOfDay(day)?.toISOString() ?? null;
}
