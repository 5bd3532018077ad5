/**
 * Due times by counting minutes: each minute of a span is asked for its wall clock with `Intl`, and compared with what a schedule says. Shares nothing
 * with the product or with croner, and holds what docs/schedules.md promises for the days on which the clock changes.
 */

const MINUTE = 60_000;

/** What a schedule says, as a person would write it down. Absent fields are any. */
export interface WallClock {
  timeZone: string;
  minutes: readonly number[];
  hours?: readonly number[];
  /** 0 is Sunday. */
  weekdays?: readonly number[];
  monthDays?: readonly number[];
  /** At fixed times of the day: each comes once, also where the clock passes over it or shows it twice. Others follow the clock. */
  fixed: boolean;
}

interface Wall {
  at: number;
  /** Of the day, as `2026-03-29`. */
  day: string;
  minuteOfDay: number;
  hour: number;
  minute: number;
}

const spans = new Map<string, Wall[]>();

/** The wall clock of a zone at each minute of a span. Asked once a zone and span: it is most of the work. */
function wallsOf(timeZone: string, from: number, to: number): Wall[] {
  const key = `${timeZone}/${from}/${to}`;
  const known = spans.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const walls: Wall[] = [];
  for (let at = from; at <= to; at += MINUTE) {
    // "2026-03-29 03:00"
    const text = format.format(at);
    const [hour, minute] = [Number(text.slice(11, 13)), Number(text.slice(14, 16))];
    walls.push({ at, day: text.slice(0, 10), hour, minute, minuteOfDay: hour * 60 + minute });
  }
  spans.set(key, walls);
  return walls;
}

/** The due times after `from`, up to `to`, in order. Both lie on whole minutes. */
export function dueTimesByCounting(schedule: WallClock, from: number, to: number): number[] {
  const { timeZone, minutes, hours, weekdays, monthDays, fixed } = schedule;
  // A day more at both ends: a day is judged as a whole.
  const walls = wallsOf(timeZone, from - 1_440 * MINUTE, to + 1_440 * MINUTE);
  const isDay = (day: string): boolean => {
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    return (
      (weekdays ?? [weekday]).includes(weekday) && (monthDays ?? [Number(day.slice(8))]).includes(Number(day.slice(8)))
    );
  };
  const found = new Set<number>();
  for (const [day, ofDay] of Map.groupBy(walls, (wall) => wall.day)) {
    if (!isDay(day)) continue;
    if (!fixed) {
      for (const { at, hour, minute } of ofDay) {
        if (minutes.includes(minute) && (hours ?? [hour]).includes(hour)) found.add(at);
      }
      continue;
    }
    for (const hour of hours ?? []) {
      for (const minute of minutes) {
        // The first minute that shows the time; where none does, the first that shows a later one.
        const shown = ofDay.find((wall) => wall.hour === hour && wall.minute === minute);
        const first = shown ?? ofDay.find((wall) => wall.minuteOfDay > hour * 60 + minute);
        if (first !== undefined) found.add(first.at);
      }
    }
  }
  return [...found].filter((at) => at > from && at <= to).toSorted((a, b) => a - b);
}
