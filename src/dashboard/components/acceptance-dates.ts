/** Until when something is accepted: days as people choose them, moments as the server takes them. Pure. */
import { MAX_ACCEPTANCE_DAYS } from "../../contract/acceptances.ts";

export const ACCEPTANCE_PRESETS = [
  { days: 7, label: "1 week" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "1 year" },
] as const;

/** A day so many days after another, as a date input has it: "2026-12-24", where the person is. */
export function dayAfter(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const pad = (part: number, length: number) => String(part).padStart(length, "0");
  return `${pad(day.getFullYear(), 4)}-${pad(day.getMonth() + 1, 2)}-${pad(day.getDate(), 2)}`;
}

/** The first and the last day that can be chosen: tomorrow, and the last one that is whole within what the server allows. */
export function acceptanceRange(now: Date): { first: string; last: string } {
  return { first: dayAfter(now, 1), last: dayAfter(now, MAX_ACCEPTANCE_DAYS - 1) };
}

/** The end of that day, where the person is; null for what is no day in the range. */
export function endOfDay(day: string, now: Date): string | null {
  const { first, last } = acceptanceRange(now);
  // Days of this form sort as they follow each other.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day < first || day > last) return null;
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The day of a moment, where the person is: "24 Nov 2026". */
export function dayText(iso: string): string {
  return day.format(new Date(iso));
}
