/**
 * The due times of a schedule: a cron pattern of five fields in a time zone. Computed by croner, which passes changes to and from summer time in a
 * known way: a job of fixed times runs once in each case, also when its time does not exist on the day (decisions/176-schedules.md).
 */
import { Cron } from "croner";
import cronstrue from "cronstrue";
import { SHORTEST_INTERVAL_MINUTES } from "../contract/schedules.ts";

export interface Times {
  /** The first due time after a moment; null when there is none. Milliseconds since the epoch. */
  next: (after: number) => number | null;
  /** In words, in English, by a clock of 24 hours. */
  words: string;
}

export type Reading =
  | { kind: "times"; times: Times }
  | { kind: "refused"; field: "pattern" | "timeZone"; message: string };

/** So many due times are looked at for the shortest interval: more than a day has of the densest pattern that is allowed. */
const LOOKED_AT = 100;

/** Reads a pattern, or says what is wrong with it. `now` is where the look ahead begins. */
export function readTimes(pattern: string, timeZone: string, now: number): Reading {
  if (!isTimeZone(timeZone)) return { kind: "refused", field: "timeZone", message: "is not a time zone" };
  const refused = (message: string): Reading => ({ kind: "refused", field: "pattern", message });
  let cron: Cron;
  try {
    cron = cronOf(pattern, timeZone);
  } catch {
    return refused("is not a pattern of five cron fields");
  }
  const next = nextOf(cron);
  if (next(now) === null) return refused("is never due");
  if (shortestMinutes(nextOf(cronOf(pattern, "UTC")), now) < SHORTEST_INTERVAL_MINUTES) {
    return refused(`is due more often than every ${SHORTEST_INTERVAL_MINUTES} minutes`);
  }
  return { kind: "times", times: { next, words: wordsOf(pattern) } };
}

/** The times of a pattern that was read before it was stored. */
export function timesOf({ pattern, timeZone }: { pattern: string; timeZone: string }): Times {
  return { next: nextOf(cronOf(pattern, timeZone)), words: wordsOf(pattern) };
}

/** The next times, at most `count`. */
export function nextTimes({ next }: Times, after: number, count: number): number[] {
  const found: number[] = [];
  for (let at = next(after); at !== null && found.length < count; at = next(at)) found.push(at);
  return found;
}

function cronOf(pattern: string, timeZone: string): Cron {
  return new Cron(pattern, { timezone: timeZone, mode: "5-part", fixedTimeRule: "no-wildcard", paused: true });
}

function nextOf(cron: Cron): Times["next"] {
  return (after) => cron.nextRun(new Date(after))?.getTime() ?? null;
}

function shortestMinutes(next: Times["next"], now: number): number {
  let shortest = Infinity;
  let before = next(now);
  for (let looked = 0; looked < LOOKED_AT && before !== null; looked += 1) {
    const after = next(before);
    if (after !== null) shortest = Math.min(shortest, (after - before) / 60_000);
    before = after;
  }
  return shortest;
}

function wordsOf(pattern: string): string {
  return cronstrue.toString(pattern, { use24HourTimeFormat: true, verbose: true, throwExceptionOnParseError: false });
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
