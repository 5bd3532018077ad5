/**
 * The sweep's part in schedules of either kind: decides about due times, goes on where a step has ended, and starts what waits. Everything is stored before
 * the next thing is done, and may be done again: a due time has one row, and a step one run (decisions/176-schedules.md).
 */
import { LATE_AFTER_MINUTES, type OccurrenceReason } from "../../../contract/schedules.ts";
import {
  type DecidedDue,
  type DueScheduleRow,
  type Ending,
  isAnotherRunning,
  noteAtWork,
  type OpenOccurrenceFacts,
  recordDue,
  type SweepPage,
} from "../../../database/schedules/due-times.ts";
import type { ScheduleNames } from "../../../database/schedules/schedule-names.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { withOrigin } from "../../../observability/origin.ts";
import { decideDue } from "../../../schedules/decide-due.ts";
import { timesOf } from "../../../schedules/times.ts";
import type { InvocationBudget, Needs } from "../../invocation-budget.ts";

/** What is read at a time. Tests make it small. */
export interface ScheduleLimits {
  /** Schedules, or occurrences, of a page. */
  page: number;
  /** Due times of a schedule that a page decides about. */
  dueTimes: number;
}

export const SCHEDULE_LIMITS: ScheduleLimits = { page: 50, dueTimes: 200 };

/** So long an occurrence waits for other operations to end. */
const LONGEST_WAIT_MS = 6 * 60 * 60 * 1_000;

/**
 * What the start of a step came to. `begun` also where another sweep was first; `waits` for operations that are under way, `full` for room: then nothing else
 * of its holder is tried in the sweep. An ending says that it is not to begin.
 */
export type StepBegin = "begun" | "waits" | "full" | Pick<Ending, "state" | "reason" | "message">;

/** An occurrence as the engine needs it. */
export interface OpenOfKind extends OpenOccurrenceFacts {
  steps: readonly unknown[];
}

/** What differs between the kinds of schedules. */
export interface ScheduleKind<Schedule extends DueScheduleRow, Open extends OpenOfKind> {
  database: D1Database;
  names: ScheduleNames;
  /** What has to be left of the invocation for an occurrence to go on or begin. */
  startNeeds: Needs;
  due: (page: SweepPage<DueScheduleRow>) => Promise<Schedule[]>;
  waiting: (page: SweepPage<OpenOccurrenceFacts>) => Promise<Open[]>;
  ended: (page: SweepPage<OpenOccurrenceFacts>) => Promise<Open[]>;
  /** Who has as much under way as they may have. */
  holderOf: (occurrence: Open) => string;
  /** The first step from `from` on that there is something to do for; null when there is none. */
  stepToDo: (occurrence: Open, from: number, now: number) => Promise<number | null>;
  /** Begins the run of a step in its owner's name, once, however often it is asked. The person's right is asked. */
  start: (occurrence: Open, step: number) => Promise<StepBegin>;
  /** Ends the occurrence, with what follows from its end, in one batch. False when another sweep was first. */
  end: (occurrence: Open, ending: Ending) => Promise<boolean>;
  /** For the log. */
  fieldsOf: (occurrence: Open) => Record<string, string>;
}

/**
 * Goes on for as long as the invocation affords, longest waiting first. Never stops at one schedule's trouble: the others go on, and the next sweep tries
 * that one again.
 */
export async function sweepSchedules<Schedule extends DueScheduleRow, Open extends OpenOfKind>(
  kind: ScheduleKind<Schedule, Open>,
  now: number,
  budget: Pick<InvocationBudget, "affords">,
  limits: ScheduleLimits,
): Promise<void> {
  const affords = () => budget.affords(kind.startNeeds);
  const limit = limits.page;
  await noteAtWork(kind.database, kind.names, now, LATE_AFTER_MINUTES * 60_000);
  await eachPage(
    (after: Schedule | null) => kind.due({ now, limit, after }),
    async (schedules) => {
      if (!affords()) return false;
      const decided: DecidedDue<Schedule>[] = [];
      for (const schedule of schedules) {
        await attempt(schedule.id, async () => {
          const { nextDueAt, offsetMs, missed } = schedule;
          if (nextDueAt === null) return;
          const due = { times: timesOf(schedule), nextDueAt, offsetMs, missed };
          decided.push({ schedule, ...decideDue(due, now, limits.dueTimes) });
        });
      }
      await recordDue(kind.database, kind.names, decided, now);
      return true;
    },
    limit,
  );
  /** Those who have as many runs as they may have: no other schedule of theirs is tried in this sweep. */
  const full = new Set<string>();
  const each = (work: (occurrence: Open) => Promise<StepBegin | null>) => {
    return async (occurrences: readonly Open[]): Promise<boolean> => {
      for (const occurrence of occurrences) {
        if (!affords()) return false;
        if (full.has(kind.holderOf(occurrence))) continue;
        await attempt(occurrence.scheduleId, async () => {
          if ((await work(occurrence)) === "full") full.add(kind.holderOf(occurrence));
        });
      }
      return true;
    };
  };
  await eachPage(
    (after: Open | null) => kind.ended({ now, limit, after }),
    each((occurrence) => goOn(kind, occurrence, now)),
    limit,
  );
  await eachPage(
    (after: Open | null) => kind.waiting({ now, limit, after }),
    each((occurrence) => beginOccurrence(kind, occurrence, now)),
    limit,
  );
}

/** Reads page after page, each beyond the last of the one before, so that what cannot be helped now hides nothing. Ends where `work` says false. */
async function eachPage<Row>(
  read: (after: Row | null) => Promise<readonly Row[]>,
  work: (rows: readonly Row[]) => Promise<boolean>,
  size: number,
): Promise<void> {
  let after: Row | null = null;
  for (;;) {
    const rows: readonly Row[] = await read(after);
    if (rows.length === 0 || !(await work(rows)) || rows.length < size) return;
    after = rows.at(-1) ?? null;
  }
}

async function attempt(scheduleId: string, work: () => Promise<void>): Promise<void> {
  try {
    await withOrigin({ way: "schedule", scheduleId }, work);
  } catch (error) {
    logEvent("error", "schedule_failed", { scheduleId, ...errorFields(error) });
  }
}

type Kind<Open extends OpenOfKind> = ScheduleKind<DueScheduleRow, Open>;

/** The first step of an occurrence. Returns what the start came to; null where none was tried. */
export async function beginOccurrence<Open extends OpenOfKind>(
  kind: Kind<Open>,
  occurrence: Open,
  now: number,
): Promise<StepBegin | null> {
  if (await isAnotherRunning(kind.database, kind.names, occurrence)) {
    await end(kind, occurrence, now, "skipped", "still_running");
    return null;
  }
  return startNext(kind, occurrence, 0, now);
}

/** After a step has ended: the next one, or the end. */
async function goOn<Open extends OpenOfKind>(
  kind: Kind<Open>,
  occurrence: Open,
  now: number,
): Promise<StepBegin | null> {
  const { step, steps, lastRun } = occurrence;
  if (step === null) return null;
  if (lastRun?.outcome === "failed") {
    await end(kind, occurrence, now, "failed", "run_failed");
    return null;
  }
  if (lastRun?.outcome === "canceled") {
    await end(kind, occurrence, now, "failed", "run_canceled");
    return null;
  }
  if (step + 1 < steps.length) return startNext(kind, occurrence, step + 1, now);
  await end(kind, occurrence, now, ...endOf(occurrence));
  return null;
}

/** How it ends when nothing is left to do. */
function endOf({ step, partly }: OpenOfKind): [state: Ending["state"], reason: OccurrenceReason | null] {
  if (step === null) return ["skipped", "checked_already"];
  return [partly ? "partially_succeeded" : "succeeded", null];
}

/** Starts the next step from `from` on, unless there is nothing left to do. */
async function startNext<Open extends OpenOfKind>(
  kind: Kind<Open>,
  occurrence: Open,
  from: number,
  now: number,
): Promise<StepBegin | null> {
  const { removed, startsAt, lastRun } = occurrence;
  if (removed) {
    await end(kind, occurrence, now, "skipped", "removed");
    return null;
  }
  const step = await kind.stepToDo(occurrence, from, now);
  if (step === null) {
    await end(kind, occurrence, now, ...endOf(occurrence));
    return null;
  }
  // Its turn came when it was to start, or when the step before had ended.
  if (now > Math.max(startsAt, lastRun?.endedAt ?? 0) + LONGEST_WAIT_MS) {
    await end(kind, occurrence, now, lastRun === null ? "missed" : "failed", "waited_too_long");
    return null;
  }
  const begun = await kind.start(occurrence, step);
  if (typeof begun !== "string") await end(kind, occurrence, now, begun.state, begun.reason, begun.message);
  return begun;
}

async function end<Open extends OpenOfKind>(
  kind: Kind<Open>,
  occurrence: Open,
  at: number,
  state: Ending["state"],
  reason: OccurrenceReason | null,
  message: string | null = null,
): Promise<void> {
  if (!(await kind.end(occurrence, { state, reason, message, at }))) return;
  const level = state === "failed" ? "warn" : "info";
  const { scheduleId } = occurrence;
  logEvent(level, "schedule_occurrence_ended", { scheduleId, ...kind.fieldsOf(occurrence), state, reason });
}
