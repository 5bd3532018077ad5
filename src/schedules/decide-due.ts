/** What becomes of a schedule's due times when the sweep looks at it. Pure. */
import { LATE_AFTER_MINUTES, type MissedChoice } from "../contract/schedules.ts";
import type { Times } from "./times.ts";

const LATE_AFTER_MS = LATE_AFTER_MINUTES * 60_000;
/** So many missed due times have a row each; earlier ones share one. */
const ROWS_OF_MISSED = 20;

export interface DueSchedule {
  times: Times;
  /** The first due time that nothing was decided about. */
  nextDueAt: number;
  /** How much later than it is due each occurrence starts. */
  offsetMs: number;
  missed: MissedChoice;
}

/** Times in milliseconds since the epoch. */
export interface NewOccurrence {
  dueAt: number;
  startsAt: number;
  state: "waiting" | "missed";
  /** Due times in a row, up to `dueAt`. */
  count: number;
  madeUp: boolean;
}

export interface DueDecision {
  occurrences: NewOccurrence[];
  /** The first due time that is left, which may be over as well: then it is decided by the next sweep. Null when there is none. */
  nextDueAt: number | null;
}

/**
 * Decides about the due times up to `now`, at most `most` of them. What is on time waits for its start. What is late was missed; with `run_once`, the
 * newest is made up for, unless one that is on time follows.
 */
export function decideDue({ times, nextDueAt, offsetMs, missed }: DueSchedule, now: number, most: number): DueDecision {
  const due: number[] = [];
  let left: number | null = nextDueAt;
  while (left !== null && left <= now && due.length < most) {
    due.push(left);
    left = times.next(left);
  }
  const all = left === null || left > now;
  const late = due.filter((at) => at + offsetMs + LATE_AFTER_MS < now);
  const onTime = due.slice(late.length);
  const madeUp = missed === "run_once" && all && onTime.length === 0 ? late.pop() : undefined;
  return {
    nextDueAt: left,
    occurrences: [
      ...missedRows(late, offsetMs),
      ...(madeUp === undefined ? [] : [waiting(madeUp, now + offsetMs, true)]),
      ...onTime.map((at) => waiting(at, at + offsetMs, false)),
    ],
  };
}

function waiting(dueAt: number, startsAt: number, madeUp: boolean): NewOccurrence {
  return { dueAt, startsAt, state: "waiting", count: 1, madeUp };
}

function missedRows(late: readonly number[], offsetMs: number): NewOccurrence[] {
  const row = (dueAt: number, count: number): NewOccurrence => ({
    dueAt,
    startsAt: dueAt + offsetMs,
    state: "missed",
    count,
    madeUp: false,
  });
  const shared = late.slice(0, Math.max(0, late.length - ROWS_OF_MISSED));
  const last = shared.at(-1);
  return [
    ...(last === undefined ? [] : [row(last, shared.length)]),
    ...late.slice(shared.length).map((at) => row(at, 1)),
  ];
}
