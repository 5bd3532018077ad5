/** The steps of operations that a run's alarm waits for: planning, finalizing, phases, cleanup. Each has a deadline, at which it is told to stop. */
import { listFailedUnits } from "../../database/runs/run-units.ts";
import type { CoordinatorPorts } from "../coordinator-ports.ts";
import { withDeadline } from "../deadline.ts";
import { InvocationBudget } from "../invocation-budget.ts";
import type { VerdictCounts } from "../ledger.ts";
import type { PlanPage, RunReference, UnitContext } from "../operation.ts";
import type { RunHeader } from "../run-store.ts";
import { gatedEnv } from "./gated-env.ts";
import { runVerbs } from "./run-verbs.ts";
import type { ControlEnv, TenantEnv } from "../../database/databases.ts";

const RETRY_PLAN_PAGE = 1_000;

/** How long an alarm waits for each step; below the 15 minutes that the platform gives an alarm. */
export const STEP_DEADLINES_MS = { plan: 120_000, finalize: 600_000, advance: 600_000, abandon: 120_000 };

/** An alarm, or a sweep. Its bindings count in `budget`. */
export interface Invocation<InvokedEnv = ControlEnv> {
  env: InvokedEnv;
  budget: InvocationBudget;
}

export function newInvocation(env: ControlEnv): Invocation {
  const budget = new InvocationBudget();
  return { env: gatedEnv(env, budget.gate), budget };
}

type OperationSteps = Pick<CoordinatorPorts, keyof typeof STEP_DEADLINES_MS>;

/** `invocation` is the alarm under way, with the environment of the run's tenant. `settledUnits` tells what a run that finalizes has counted; null before its plan is sealed. */
export function operationSteps(
  invocation: (tenantId: string) => Promise<Invocation<TenantEnv>>,
  settledUnits: () => { total: number; counts: VerdictCounts } | null,
  deadlinesMs = STEP_DEADLINES_MS,
): OperationSteps {
  const context = async ({ tenantId }: RunHeader, signal: AbortSignal): Promise<UnitContext> => {
    const { env, budget } = await invocation(tenantId);
    return { env, budget, now: () => Date.now(), signal, runs: runVerbs(() => budget.note()) };
  };
  return {
    plan: (operation, header) =>
      withDeadline(
        async (signal) => {
          const within = await context(header, signal);
          return header.retryOf === null || operation.retry === "everything"
            ? operation.plan(referenceTo(header), header.input, header.planCursor, within)
            : planRetry(within.env, header.retryOf, header.planCursor);
        },
        deadlinesMs.plan,
        "a page of the plan",
      ),
    finalize: async (operation, header) => {
      const settled = settledUnits();
      const finalize = operation.finalize?.bind(operation);
      if (finalize === undefined || settled === null) throw new Error(`${operation.type} cannot be finalized`);
      const { total, counts } = settled;
      const run = { ...referenceTo(header), total, counts, cursor: header.finalizeCursor };
      return withDeadline(
        async (signal) => finalize(run, header.input, await context(header, signal)),
        deadlinesMs.finalize,
        "a finalizing step",
      );
    },
    advance: (operation, header) => {
      const run = { ...referenceTo(header), cursor: header.phaseCursor };
      return withDeadline(
        async (signal) => operation.advance(run, header.input, await context(header, signal)),
        deadlinesMs.advance,
        "a phase's step",
      );
    },
    abandon: async (operation, header) => {
      const abandon = operation.abandon?.bind(operation);
      if (abandon === undefined) return;
      await withDeadline(
        async (signal) => abandon(referenceTo(header), header.input, await context(header, signal)),
        deadlinesMs.abandon,
        "the cleanup",
      );
    },
  };
}

/** A retry's plan: the failed units of the run that it retries, as that run listed them, in that order. */
async function planRetry(env: TenantEnv, retryOf: string, cursor: string | null): Promise<PlanPage> {
  const units = await listFailedUnits(env.DATABASE, retryOf, cursor === null ? -1 : Number(cursor), RETRY_PLAN_PAGE);
  const last = units.at(-1);
  return {
    kind: "listed",
    units: units.map(({ key, label, input }) => ({ key, label, input })),
    nextCursor: last !== undefined && units.length === RETRY_PLAN_PAGE ? String(last.ordinal) : null,
  };
}

function referenceTo({ runId, tenantId, tenantSlug, initiator, createdAt }: RunHeader): RunReference {
  return { runId, tenantId, tenantSlug, initiatorId: initiator?.id ?? null, createdAt };
}
