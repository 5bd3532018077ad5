/** The days of a filter as the moments between which events lie. Pure. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** When a day begins where the person is; undefined for what is no day. */
export function beginningOf(day: string | undefined): string | undefined {
  return startOf(day, 0);
}

/** When the day after it begins. */
export function endOf(day: string | undefined): string | undefined {
  return startOf(day, 1);
}

/** By the calendar and not by 24 hours: a day has 23 when the clocks go forward. */
function startOf(day: string | undefined, later: number): string | undefined {
  if (day === undefined || !DAY.test(day)) return undefined;
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + later);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
