/**
 * The sweep's part in schedules: decides about due times, goes on where a step has ended, and starts what waits. Everything is stored before the next
 * thing is done, and may be done again: a due time has one row, and a step one run (decisions/176-schedules.md).
 */
import { capabilitiesOfSteps, type OccurrenceReason } from "../../../contract/schedules.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import {
  dueSchedules,
  endedOccurrences,
  endOccurrence,
  type Ending,
  isAnotherRunning,
  mayDoAll,
  type OpenOccurrence,
  recordDue,
  waitingOccurrences,
} from "../../../database/schedules/occurrences.ts";
import { pauseSchedule } from "../../../database/schedules/schedule-changes.ts";
import { tellOfFailures } from "../../../database/schedules/tell-failures.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import { withOrigin } from "../../../observability/origin.ts";
import { decideDue } from "../../../schedules/decide-due.ts";
import { timesOf } from "../../../schedules/times.ts";
import { startStep, type StepOutcome } from "./start-step.ts";

/** What a sweep does at most in a shard. Tests make them small. */
export interface ScheduleLimits {
  /** Schedules whose due times are decided about, and due times of each. */
  schedules: number;
  dueTimes: number;
  /** Occurrences that go on, and that begin. */
  occurrences: number;
}

export const SCHEDULE_LIMITS: ScheduleLimits = { schedules: 100, dueTimes: 200, occurrences: 25 };

/** So long an occurrence waits for other operations to end. */
const LONGEST_WAIT_MS = 6 * 60 * 60 * 1_000;

/** Never stops at one schedule's trouble: the others go on, and the next sweep tries that one again. */
export async function runSchedules(
  env: TenantEnv,
  now: number,
  limits: ScheduleLimits = SCHEDULE_LIMITS,
): Promise<void> {
  const { DATABASE } = env;
  for (const schedule of await dueSchedules(DATABASE, now, limits.schedules)) {
    await attempt(schedule.id, async () => {
      const { nextDueAt, offsetMs, missed } = schedule;
      if (nextDueAt === null) return;
      const decided = decideDue({ times: timesOf(schedule), nextDueAt, offsetMs, missed }, now, limits.dueTimes);
      await recordDue(DATABASE, schedule, { ...decided, at: now });
    });
  }
  for (const occurrence of await endedOccurrences(DATABASE, limits.occurrences)) {
    await attempt(occurrence.scheduleId, () => goOn(env, occurrence, now));
  }
  for (const occurrence of await waitingOccurrences(DATABASE, now, limits.occurrences)) {
    await attempt(occurrence.scheduleId, () => begin(env, occurrence, now));
  }
}

async function attempt(scheduleId: string, work: () => Promise<void>): Promise<void> {
  try {
    await withOrigin({ way: "schedule", scheduleId }, work);
  } catch (error) {
    logEvent("error", "schedule_failed", { scheduleId, ...errorFields(error) });
  }
}

/** The first step of an occurrence. */
export async function begin(env: TenantEnv, occurrence: OpenOccurrence, now: number): Promise<void> {
  if (await isAnotherRunning(env.DATABASE, occurrence)) {
    await end(env, occurrence, now, "skipped", "still_running");
    return;
  }
  await startNext(env, occurrence, 0, now);
}

/** After a step has ended: the next one, or the end. */
async function goOn(env: TenantEnv, occurrence: OpenOccurrence, now: number): Promise<void> {
  const { step, steps, lastRun } = occurrence;
  if (step === null) return;
  if (lastRun?.outcome === "failed") {
    await end(env, occurrence, now, "failed", "run_failed");
    return;
  }
  if (lastRun?.outcome === "canceled") {
    await end(env, occurrence, now, "failed", "run_canceled");
    return;
  }
  if (step + 1 < steps.length) {
    await startNext(env, occurrence, step + 1, now);
    return;
  }
  const state = occurrence.partly ? "partially_succeeded" : "succeeded";
  await end(env, occurrence, now, state, null);
}

async function startNext(env: TenantEnv, occurrence: OpenOccurrence, step: number, now: number): Promise<void> {
  const { tenantId, scheduleId, ownerId, steps, removed } = occurrence;
  if (removed) {
    await end(env, occurrence, now, "skipped", "removed");
    return;
  }
  const capabilities = [...new Set(["schedules.manage" as const, ...capabilitiesOfSteps(steps)])];
  if (!(await mayDoAll(env.DATABASE, { tenantId, personId: ownerId, capabilities }))) {
    await end(env, occurrence, now, "skipped", "owner_may_not");
    await pauseSchedule(env.DATABASE, { tenantId, at: now }, scheduleId, { reason: "owner", by: null, note: "" });
    return;
  }
  await settle(env, occurrence, now, await startStep(env, occurrence, step, now));
}

async function settle(env: TenantEnv, occurrence: OpenOccurrence, now: number, outcome: StepOutcome): Promise<void> {
  switch (outcome.kind) {
    case "started":
    case "occasion_over":
      return;
    // Another's run of the same work is not this schedule's: it waits, as it does for room. A later step waits as one whose turn has come.
    case "deduplicated":
    case "replayed":
    case "too_many_runs":
    case "tenant_moving":
      if (now <= occurrence.startsAt + LONGEST_WAIT_MS) return;
      return end(env, occurrence, now, "missed", "waited_too_long");
    case "tenant_closing":
      return end(env, occurrence, now, "skipped", "tenant_closing");
    case "legal_hold":
      return end(env, occurrence, now, "failed", "refused", outcome.message);
    case "invalid_input":
      return end(env, occurrence, now, "failed", "refused", sentences(outcome.fields));
    case "too_many_backup_sets":
      return end(env, occurrence, now, "failed", "refused", "The tenant has as many backup sets as it may have.");
    case "unknown_type":
    case "idempotency_key_reused":
      throw new Error(`a schedule's start was answered ${outcome.kind}`);
  }
}

function sentences(fields: readonly { path: string; message: string }[]): string {
  return fields.map(({ path, message }) => `${path} ${message}.`).join(" ");
}

async function end(
  env: TenantEnv,
  occurrence: OpenOccurrence,
  at: number,
  state: Ending["state"],
  reason: OccurrenceReason | null,
  message: string | null = null,
): Promise<void> {
  if (!(await endOccurrence(env.DATABASE, occurrence, { state, reason, message, at }))) return;
  logEvent(state === "failed" ? "warn" : "info", "schedule_occurrence_ended", {
    scheduleId: occurrence.scheduleId,
    tenantId: occurrence.tenantId,
    state,
    reason,
  });
  if (state === "failed") await tellOfFailures(env.DATABASE, occurrence, at);
}
