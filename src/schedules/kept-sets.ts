/** Which of the backup sets that a schedule has made are kept, and why. Pure; decisions/184-which-backups-are-kept.md. */
import type { Keep } from "../contract/schedules.ts";
import type { KeptReason } from "../contract/backup-sets.ts";

export interface ScheduledSet {
  id: string;
  /** The due time that it was made for, in milliseconds since the epoch. */
  dueAt: number;
  /** Its backup has succeeded in all parts. A set that is still being filled is not whole yet. */
  isWhole: boolean;
  /** Its backup has ended. */
  hasEnded: boolean;
  /** What keeps it whatever the rule says. */
  held: readonly Extract<KeptReason, "newest_whole" | "person" | "plan" | "checked">[];
}

export interface KeptSet {
  id: string;
  /** Empty: nothing keeps it. */
  reasons: KeptReason[];
  /** The last day, in the schedule's time zone (YYYY-MM-DD), that the rule keeps it for sure, whatever is made until then; null where none is sure: no count keeps it, or a newer set of the same span would take its place. */
  untilDay: string | null;
}

const DAY_MS = 86_400_000;

/** The kinds of spans, with a name of the span that a day lies in and the last day of the span that is `count - 1` spans later. */
const SPANS = {
  day: { of: (day: string) => day, last: (day: string, count: number) => plusDays(day, count - 1) },
  week: { of: mondayOf, last: (day: string, count: number) => plusDays(mondayOf(day), 7 * count - 1) },
  month: { of: (day: string) => day.slice(0, 7), last: (day: string, count: number) => lastOfMonth(day, count - 1) },
} as const;

/**
 * Decides about all sets of a schedule. Whole sets fill the days, weeks and months of the rule, the newest of each. A set that is not whole never takes the
 * place of a whole one: it stays beside them while it is newer than the oldest that the rule keeps, and its day has no whole one.
 */
export function keptSets(
  sets: readonly ScheduledSet[],
  { keep, timeZone, now }: { keep: Keep; timeZone: string; now: number },
): KeptSet[] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  const today = format.format(now);
  const newestFirst = sets
    .map((set) => ({ ...set, day: format.format(set.dueAt) }))
    .toSorted((one, other) => other.dueAt - one.dueAt || (one.id < other.id ? 1 : -1));
  const whole = newestFirst.filter(({ isWhole }) => isWhole);
  const kept = new Map<string, { reasons: KeptReason[]; untilDay: string | null }>(
    newestFirst.map(({ id, held }) => [id, { reasons: [...held], untilDay: null }]),
  );
  const counts = [
    ["day", keep.days],
    ["week", keep.weeks],
    ["month", keep.months],
  ] as const;
  for (const [kind, count] of counts) {
    const { of, last } = SPANS[kind];
    const seen = new Set<string>();
    for (const { id, day } of whole) {
      if (seen.has(of(day)) || seen.size >= count) continue;
      seen.add(of(day));
      const entry = kept.get(id);
      if (entry === undefined) continue;
      entry.reasons.push(kind);
      // In a span that is not over yet, a newer set takes its place.
      if (of(day) >= of(today)) continue;
      const untilDay = last(day, count);
      if (entry.untilDay === null || untilDay > entry.untilDay) entry.untilDay = untilDay;
    }
  }
  const isCounted = (reason: KeptReason) => reason === "day" || reason === "week" || reason === "month";
  const oldest = whole.findLast(({ id }) => kept.get(id)?.reasons.some(isCounted))?.dueAt ?? -Infinity;
  const wholeDays = new Set(whole.map(({ day }) => day));
  for (const { id, dueAt, day, isWhole, hasEnded } of newestFirst) {
    const entry = kept.get(id);
    if (entry === undefined || isWhole) continue;
    if (!hasEnded) entry.reasons.push("under_way");
    else if (dueAt > oldest && !wholeDays.has(day)) entry.reasons.push("instead");
  }
  return newestFirst.map(({ id }) => ({ id, ...(kept.get(id) ?? { reasons: [], untilDay: null }) }));
}

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`);

function plusDays(day: string, days: number): string {
  return new Date(noonOf(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday of the day's week, which names the week. */
function mondayOf(day: string): string {
  return plusDays(day, -((new Date(noonOf(day)).getUTCDay() + 6) % 7));
}

function lastOfMonth(day: string, months: number): string {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return new Date(Date.UTC(year, month + months, 0, 12)).toISOString().slice(0, 10);
}
