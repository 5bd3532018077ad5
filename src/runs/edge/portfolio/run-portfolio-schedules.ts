/** Schedules over tenants, as the sweep goes through them: by the engine of a tenant's schedules. A step is a run over tenants in its owner's name. */
import type { TenantSelection } from "../../../contract/portfolio.ts";
import type { ControlEnv } from "../../../database/databases.ts";
import {
  duePortfolioSchedules,
  endedPortfolioOccurrences,
  endPortfolioOccurrence,
  type OpenPortfolioOccurrence,
  type PortfolioScheduleRow,
  waitingPortfolioOccurrences,
} from "../../../database/portfolio/portfolio-schedules.ts";
import { OVER_TENANTS } from "../../../database/schedules/schedule-names.ts";
import { type InvocationBudget, type Needs, STEP_NEEDS } from "../../invocation-budget.ts";
import { readPortfolioReader } from "../../reading/portfolio-runs.ts";
import {
  beginOccurrence,
  SCHEDULE_LIMITS,
  type ScheduleKind,
  type ScheduleLimits,
  type StepBegin,
  sweepSchedules,
} from "../scheduling/sweep-schedules.ts";
import { chooseTenants, type ChosenTenants } from "./choose-tenants.ts";
import { startPortfolioRun } from "./start-portfolio-run.ts";

/** A start is a dozen statements, a call of the run's object, and for the owner's tenants two queries a database. */
const START_NEEDS: Needs = {
  queries: STEP_NEEDS.queries + 50,
  subrequests: STEP_NEEDS.subrequests + 60,
  memoryMiB: STEP_NEEDS.memoryMiB,
};

export function runPortfolioSchedules(
  env: ControlEnv,
  now: number,
  budget: Pick<InvocationBudget, "affords"> = { affords: () => true },
  limits: ScheduleLimits = SCHEDULE_LIMITS,
): Promise<void> {
  return sweepSchedules(overTenants(env), now, budget, limits);
}

/** The first step of an occurrence, at once. */
export async function beginPortfolioOccurrence(
  env: ControlEnv,
  occurrence: OpenPortfolioOccurrence,
  now: number,
): Promise<void> {
  await beginOccurrence(overTenants(env), occurrence, now);
}

function overTenants(env: ControlEnv): ScheduleKind<PortfolioScheduleRow, OpenPortfolioOccurrence> {
  const { CONTROL } = env;
  return {
    database: CONTROL,
    names: OVER_TENANTS,
    startNeeds: START_NEEDS,
    due: (page) => duePortfolioSchedules(CONTROL, page),
    waiting: (page) => waitingPortfolioOccurrences(CONTROL, page),
    ended: (page) => endedPortfolioOccurrences(CONTROL, page),
    holderOf: ({ owner }) => owner.id,
    stepToDo: async ({ steps }, from) => (from < steps.length ? from : null),
    start: (occurrence, step) => start(env, occurrence, step),
    end: (occurrence, ending) => endPortfolioOccurrence(CONTROL, occurrence, ending),
    fieldsOf: ({ owner }) => ({ ownerId: owner.id }),
  };
}

/** The list is made anew: of the chosen tenants, those in which the owner may start the operation now. It is sealed with the run. */
async function start(env: ControlEnv, occurrence: OpenPortfolioOccurrence, step: number): Promise<StepBegin> {
  const { scheduleId, dueAt, steps, owner, chosen } = occurrence;
  const work = steps[step];
  if (work === undefined) throw new Error("a schedule over tenants has no such step");
  const { type, standardId = null } = work;
  if (owner.disabled) return MAY_NOT;
  const reader = await readPortfolioReader(env, owner.id);
  const choice = { type, standardId, tenants: selectionOf(occurrence) };
  const found = await chooseTenants(env, reader, choice, { asFarAsAllowed: true });
  if (found.kind !== "chosen") return refusal(found);
  const outcome = await startPortfolioRun(env, {
    type,
    standardId,
    actor: owner,
    tenants: { kind: "list", tenantIds: found.tenantIds, chosen },
    idempotencyKey: null,
    asked: `${scheduleId}/${dueAt}/${step}`,
    occasion: { scheduleId, dueAt, step },
  });
  switch (outcome.kind) {
    case "started":
    case "occasion_over":
      return "begun";
    // An equal run of the person is not this schedule's: it waits, as it does for room.
    case "deduplicated":
      return "waits";
    case "too_many_portfolio_runs":
      return "full";
    case "idempotency_key_reused":
    case "nothing_to_retry":
      throw new Error(`a schedule's start over tenants was answered ${outcome.kind}`);
  }
}

const MAY_NOT: StepBegin = { state: "skipped", reason: "owner_may_not", message: null };

function selectionOf({ chosen, listed }: OpenPortfolioOccurrence): TenantSelection {
  return chosen.kind === "list" ? { kind: "list", tenants: listed } : chosen;
}

function refusal(found: Exclude<ChosenTenants, { kind: "chosen" }>): StepBegin {
  const refused = (message: string): StepBegin => ({ state: "failed", reason: "refused", message });
  switch (found.kind) {
    case "unread":
      return "waits";
    case "forbidden":
      return MAY_NOT;
    case "no_such_tag":
      return refused("None of your tenants has this tag.");
    case "none_follows":
      return refused("None of these tenants follows the gold standard.");
    case "too_many":
      return refused("There are more tenants than one operation takes.");
    case "not_yours":
      throw new Error("a list was taken as far as it is allowed, and refused");
  }
}
