/** The schedules of a shard's tenants, as the sweep goes through them (`sweep-schedules.ts`). */
import { capabilitiesOfSteps } from "../../../contract/schedules.ts";
import type { TenantEnv } from "../../../database/databases.ts";
import { endOccurrence, type Ending } from "../../../database/schedules/due-times.ts";
import {
  dueSchedules,
  endedOccurrences,
  mayDoAll,
  type OpenOccurrence,
  type ScheduleRow,
  waitingOccurrences,
} from "../../../database/schedules/occurrences.ts";
import { pauseStatements } from "../../../database/schedules/schedule-changes.ts";
import { OF_TENANT } from "../../../database/schedules/schedule-names.ts";
import { tellOfFailures, tellOfPause } from "../../../database/schedules/tell-failures.ts";
import { type InvocationBudget, type Needs, STEP_NEEDS } from "../../invocation-budget.ts";
import { startStep, type StepOutcome, stepToDo } from "./start-step.ts";
import {
  beginOccurrence,
  SCHEDULE_LIMITS,
  type ScheduleKind,
  type ScheduleLimits,
  type StepBegin,
  sweepSchedules,
} from "./sweep-schedules.ts";

/**
 * A start is a dozen statements and a call of the run's object. Beside it stays what another part of the sweep needs, so that a crowd of schedules keeps none
 * of them waiting.
 */
const START_NEEDS: Needs = {
  queries: STEP_NEEDS.queries + 30,
  subrequests: STEP_NEEDS.subrequests + 40,
  memoryMiB: STEP_NEEDS.memoryMiB,
};

export function runSchedules(
  env: TenantEnv,
  now: number,
  budget: Pick<InvocationBudget, "affords"> = { affords: () => true },
  limits: ScheduleLimits = SCHEDULE_LIMITS,
): Promise<void> {
  return sweepSchedules(ofTenants(env), now, budget, limits);
}

/** The first step of an occurrence, at once. */
export async function begin(env: TenantEnv, occurrence: OpenOccurrence, now: number): Promise<void> {
  await beginOccurrence(ofTenants(env), occurrence, now);
}

function ofTenants(env: TenantEnv): ScheduleKind<ScheduleRow, OpenOccurrence> {
  const { DATABASE } = env;
  return {
    database: DATABASE,
    names: OF_TENANT,
    startNeeds: START_NEEDS,
    due: (page) => dueSchedules(DATABASE, page),
    waiting: (page) => waitingOccurrences(DATABASE, page),
    ended: (page) => endedOccurrences(DATABASE, page),
    holderOf: ({ tenantId }) => tenantId,
    stepToDo: (occurrence, from, now) => stepToDo(env, occurrence, from, now),
    async start(occurrence, step) {
      const { tenantId, ownerId, steps } = occurrence;
      const capabilities = [...new Set(["schedules.manage" as const, ...capabilitiesOfSteps(steps)])];
      return (await mayDoAll(DATABASE, { tenantId, personId: ownerId, capabilities }))
        ? toBegin(await startStep(env, occurrence, step))
        : { state: "skipped", reason: "owner_may_not", message: null };
    },
    end: (occurrence, ending) =>
      endOccurrence(DATABASE, OF_TENANT, occurrence, ending, alsoOf(env, occurrence, ending)),
    fieldsOf: ({ tenantId }) => ({ tenantId }),
  };
}

function toBegin(outcome: StepOutcome): StepBegin {
  const failed = (message: string): StepBegin => ({ state: "failed", reason: "refused", message });
  switch (outcome.kind) {
    case "started":
    case "occasion_over":
      return "begun";
    // Another's run of the same work is not this schedule's: it waits, as it does for room.
    case "deduplicated":
    case "replayed":
    case "tenant_moving":
      return "waits";
    case "too_many_runs":
      return "full";
    case "tenant_closing":
      return { state: "skipped", reason: "tenant_closing", message: null };
    case "invalid_input":
      return failed(sentences(outcome.fields));
    case "legal_hold":
    case "refused":
      return failed(outcome.message);
    case "unknown_type":
    case "idempotency_key_reused":
      throw new Error(`a schedule's start was answered ${outcome.kind}`);
  }
}

function sentences(fields: readonly { path: string; message: string }[]): string {
  return fields.map(({ path, message }) => `${path} ${message}.`).join(" ");
}

/** What follows from an end, for its batch: a crash loses none of it. */
function alsoOf(
  { DATABASE }: TenantEnv,
  occurrence: OpenOccurrence,
  { state, reason, message, at }: Ending,
): D1PreparedStatement[] {
  const { scheduleId, tenantId, ownerId } = occurrence;
  if (reason === "owner_may_not") {
    const pause = { reason: "owner", by: null, note: "" } as const;
    return [
      ...pauseStatements(DATABASE, { tenantId, at }, scheduleId, pause, ownerId),
      tellOfPause(DATABASE, occurrence, at),
    ];
  }
  return state === "failed" ? [tellOfFailures(DATABASE, occurrence, { reason, message, at })] : [];
}
