/**
 * A run's subject: one line that says what the run is about, beside what the operation is called. Its first half is known when the run
 * starts ("Known good"), its second when the run has ended with a result ("10 findings"). What is not known is left out.
 */
import type { UnitNoun } from "./progress.ts";

/** Names that a line of several shows. */
export const NAMES_SHOWN = 3;

/** Several things by name. `more`: there are others, which nobody has counted or which are not to be counted here. */
export interface NamedThings {
  names: readonly string[];
  more: boolean;
}

export function nameAlone({ name }: { name: string }): string {
  return name;
}

/** "Alpha, Beta, Gamma and 4 more"; null when none has a name that may be told. */
export function listOfNames({ names, more }: NamedThings): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, NAMES_SHOWN);
  const left = names.length - shown.length;
  const rest = more ? " and more" : left === 0 ? "" : ` and ${left} more`;
  return `${shown.join(", ")}${rest}`;
}

/** A list of names, or words for all that there are. */
export function namesOrAll(all: string): (names: readonly string[] | "all") => string | null {
  return (names) => (names === "all" ? all : listOfNames({ names, more: false }));
}

export function wholeTenant(): string {
  return "Whole tenant";
}

/**
 * Runs by what they were chosen by: "Inventory sync, started by Ann Lee, from 2026-11-26 14:02 UTC". Times are ISO 8601; what is null was not
 * chosen by.
 */
export function runsThatMatch(chosen: {
  label: string | null;
  starter: string | null;
  from: string | null;
  until: string | null;
}): string {
  const { label, starter, from, until } = chosen;
  return [
    label ?? "All operations",
    ...(starter === null ? [] : [`started by ${starter}`]),
    ...(from === null ? [] : [`from ${minuteOf(from)}`]),
    ...(until === null ? [] : [`before ${minuteOf(until)}`]),
  ].join(", ");
}

/** By the moment of an evidence snapshot, ISO 8601: "Snapshot of 2026-11-26 14:02 UTC". */
export function snapshotAt({ takenAt }: { takenAt: string }): string {
  return `Snapshot of ${minuteOf(takenAt)}`;
}

function minuteOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

/**
 * Both halves in one line: "Known good · 10 findings". A run without a first half stays without a subject, so that the line is there
 * from the start or never, and nothing on the screen moves.
 */
export function subjectLine(start: string | null, extent: number | null, noun: UnitNoun | null): string | null {
  if (start === null || extent === null || noun === null) return start;
  const count = extent === 0 ? "no" : String(extent);
  return `${start} · ${count} ${extent === 1 ? noun.one : noun.other}`;
}
