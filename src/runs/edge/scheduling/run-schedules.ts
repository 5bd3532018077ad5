/**
 * The sweep's part in schedules: decides about due times, goes on where a step has ended, and starts what waits. Everything is stored before the next
 * thing is done, and may be done again: a due time has one row, and a step one run (decisions/176-schedules.md).
 */
import { capabilitiesOfSteps, LATE_AFTER_MINUTES, type OccurrenceReason } from "../../../contract/schedules.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import {
  type DecidedDue,
  dueSchedules,
  endedOccurrences,
  endOccurrence,
  type Ending,
  isAnotherRunning,
  mayDoAll,
  noteAtWork,
  type OpenOccurrence,
  recordDue,
  type ScheduleRow,
  waitingOccurrences,
} from "../../../database/schedules/occurrences.ts";
import { pauseStatements } from "../../../database/schedules/schedule-changes.ts";
import { tellOfFailures, tellOfPause } from "../../../database/schedules/tell-failures.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { withOrigin } from "../../../observability/origin.ts";
import { decideDue } from "../../../schedules/decide-due.ts";
import { timesOf } from "../../../schedules/times.ts";
import { type InvocationBudget, type Needs, STEP_NEEDS } from "../../invocation-budget.ts";
import { startStep, type StepOutcome, stepToDo } from "./start-step.ts";

/** What is read at a time. Tests make it small. */
export interface ScheduleLimits {
  /** Schedules, or occurrences, of a page. */
  page: number;
  /** Due times of a schedule that a page decides about. */
  dueTimes: number;
}

export const SCHEDULE_LIMITS: ScheduleLimits = { page: 50, dueTimes: 200 };

/**
 * What has to be left for an occurrence to go on or begin: a start is a dozen statements and a call of the run's object. Beside it stays what another part of
 * the sweep needs, so that a crowd of schedules keeps none of them waiting.
 */
const START_NEEDS: Needs = {
  queries: STEP_NEEDS.queries + 30,
  subrequests: STEP_NEEDS.subrequests + 40,
  memoryMiB: STEP_NEEDS.memoryMiB,
};

/** So long an occurrence waits for other operations to end. */
const LONGEST_WAIT_MS = 6 * 60 * 60 * 1_000;

/**
 * Goes on for as long as the invocation affords, longest waiting first. Never stops at one schedule's trouble: the others go on, and the next sweep tries
 * that one again.
 */
export async function runSchedules(
  env: TenantEnv,
  now: number,
  budget: Pick<InvocationBudget, "affords"> = { affords: () => true },
  limits: ScheduleLimits = SCHEDULE_LIMITS,
): Promise<void> {
  const { DATABASE } = env;
  const affords = () => budget.affords(START_NEEDS);
  await noteAtWork(DATABASE, now, LATE_AFTER_MINUTES * 60_000);
  await eachPage(
    (after: ScheduleRow | null) => dueSchedules(DATABASE, { now, limit: limits.page, after }),
    async (schedules) => {
      if (!affords()) return false;
      const decided: DecidedDue[] = [];
      for (const schedule of schedules) {
        await attempt(schedule.id, async () => {
          const { nextDueAt, offsetMs, missed } = schedule;
          if (nextDueAt === null) return;
          const due = { times: timesOf(schedule), nextDueAt, offsetMs, missed };
          decided.push({ schedule, ...decideDue(due, now, limits.dueTimes) });
        });
      }
      await recordDue(DATABASE, decided, now);
      return true;
    },
    limits.page,
  );
  /** Tenants that have as many runs as they may have: no other schedule of theirs is tried in this sweep. */
  const full = new Set<string>();
  const each = (work: (occurrence: OpenOccurrence) => Promise<StepOutcome["kind"] | null>) => {
    return async (occurrences: readonly OpenOccurrence[]): Promise<boolean> => {
      for (const occurrence of occurrences) {
        if (!affords()) return false;
        if (full.has(occurrence.tenantId)) continue;
        await attempt(occurrence.scheduleId, async () => {
          if ((await work(occurrence)) === "too_many_runs") full.add(occurrence.tenantId);
        });
      }
      return true;
    };
  };
  await eachPage(
    (after: OpenOccurrence | null) => endedOccurrences(DATABASE, { now, limit: limits.page, after }),
    each((occurrence) => goOn(env, occurrence, now)),
    limits.page,
  );
  await eachPage(
    (after: OpenOccurrence | null) => waitingOccurrences(DATABASE, { now, limit: limits.page, after }),
    each((occurrence) => begin(env, occurrence, now)),
    limits.page,
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

/** The first step of an occurrence. Returns what the start came to; null where none was tried. */
export async function begin(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  now: number,
): Promise<StepOutcome["kind"] | null> {
  if (await isAnotherRunning(env.DATABASE, occurrence)) {
    await end(env, occurrence, now, "skipped", "still_running");
    return null;
  }
  return startNext(env, occurrence, 0, now);
}

/** After a step has ended: the next one, or the end. */
async function goOn(env: TenantEnv, occurrence: OpenOccurrence, now: number): Promise<StepOutcome["kind"] | null> {
  const { step, steps, lastRun } = occurrence;
  if (step === null) return null;
  if (lastRun?.outcome === "failed") {
    await end(env, occurrence, now, "failed", "run_failed");
    return null;
  }
  if (lastRun?.outcome === "canceled") {
    await end(env, occurrence, now, "failed", "run_canceled");
    return null;
  }
  if (step + 1 < steps.length) return startNext(env, occurrence, step + 1, now);
  await end(env, occurrence, now, ...endOf(occurrence));
  return null;
}

/** How it ends when nothing is left to do. */
function endOf({ step, partly }: OpenOccurrence): [state: Ending["state"], reason: OccurrenceReason | null] {
  if (step === null) return ["skipped", "checked_already"];
  return [partly ? "partially_succeeded" : "succeeded", null];
}

/** Starts the next step from `from` on, unless there is nothing left to do. */
async function startNext(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  from: number,
  now: number,
): Promise<StepOutcome["kind"] | null> {
  const { tenantId, ownerId, steps, removed, startsAt, lastRun } = occurrence;
  if (removed) {
    await end(env, occurrence, now, "skipped", "removed");
    return null;
  }
  const step = await stepToDo(env, occurrence, from, now);
  if (step === null) {
    await end(env, occurrence, now, ...endOf(occurrence));
    return null;
  }
  // Its turn came when it was to start, or when the step before had ended.
  if (now > Math.max(startsAt, lastRun?.endedAt ?? 0) + LONGEST_WAIT_MS) {
    await end(env, occurrence, now, lastRun === null ? "missed" : "failed", "waited_too_long");
    return null;
  }
  const capabilities = [...new Set(["schedules.manage" as const, ...capabilitiesOfSteps(steps)])];
  if (!(await mayDoAll(env.DATABASE, { tenantId, personId: ownerId, capabilities }))) {
    await end(env, occurrence, now, "skipped", "owner_may_not");
    return null;
  }
  const outcome = await startStep(env, occurrence, step);
  await settle(env, occurrence, now, outcome);
  return outcome.kind;
}

async function settle(env: TenantEnv, occurrence: OpenOccurrence, now: number, outcome: StepOutcome): Promise<void> {
  switch (outcome.kind) {
    case "started":
    case "occasion_over":
    // Another's run of the same work is not this schedule's: it waits, as it does for room.
    case "deduplicated":
    case "replayed":
    case "too_many_runs":
    case "tenant_moving":
      return;
    case "tenant_closing":
      return end(env, occurrence, now, "skipped", "tenant_closing");
    case "legal_hold":
      return end(env, occurrence, now, "failed", "refused", outcome.message);
    case "invalid_input":
      return end(env, occurrence, now, "failed", "refused", sentences(outcome.fields));
    case "refused":
      return end(env, occurrence, now, "failed", "refused", outcome.message);
    case "unknown_type":
    case "idempotency_key_reused":
      throw new Error(`a schedule's start was answered ${outcome.kind}`);
  }
}

function sentences(fields: readonly { path: string; message: string }[]): string {
  return fields.map(({ path, message }) => `${path} ${message}.`).join(" ");
}

/** Ends the occurrence. What follows from its end is in the same batch: a crash loses none of it. */
async function end(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  at: number,
  state: Ending["state"],
  reason: OccurrenceReason | null,
  message: string | null = null,
): Promise<void> {
  const { scheduleId, tenantId, ownerId } = occurrence;
  const also =
    reason === "owner_may_not"
      ? [
          ...pauseStatements(
            env.DATABASE,
            { tenantId, at },
            scheduleId,
            { reason: "owner", by: null, note: "" },
            ownerId,
          ),
          tellOfPause(env.DATABASE, occurrence, at),
        ]
      : state === "failed"
        ? [tellOfFailures(env.DATABASE, occurrence, { reason, message, at })]
        : [];
  if (!(await endOccurrence(env.DATABASE, occurrence, { state, reason, message, at }, also))) return;
  logEvent(state === "failed" ? "warn" : "info", "schedule_occurrence_ended", { scheduleId, tenantId, state, reason });
}
