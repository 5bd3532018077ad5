/** Planning: pages of units, stored as they come, then sealed. A crash resumes at the stored cursor. */
import type { BulkOperation } from "./operation.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import type { RunState } from "./run-state.ts";
import { withEvent } from "./timeline.ts";

/** Thrown for a plan that breaks its own rules; ends the run, for planning again would give the same. */
class PlanViolation extends Error {}

/**
 * Does up to `planPagesPerAlarm` pages. Returns the time to go on, or null when the plan is sealed or has failed.
 * Attempts are counted before the work, so that a plan that kills its object cannot do so for ever.
 */
export async function planNext(state: RunState, ports: CoordinatorPorts, policy: RunPolicy): Promise<number | null> {
  if (state.closed || state.header.total !== null || state.header.planFailure !== null) return null;
  if (state.header.planAttempts >= policy.maxPlanAttempts) {
    failPlan(state, "planning_failed", "The work could not be listed. Nothing was changed; start the operation again.");
    return null;
  }
  const operation = ports.operation(state.header.type);
  if (operation === null || operation.progressMode === "phased") {
    failPlan(state, "unknown_operation", "This version of TenantAtlas does not know the operation.");
    return null;
  }
  if (!ports.affordsStep()) return ports.now();
  state.update(
    "plan-attempt",
    {
      planAttempts: state.header.planAttempts + 1,
      status: "running",
      startedAt: state.header.startedAt ?? ports.now(),
    },
    state.header.status === "queued",
  );
  try {
    for (let page = 0; page < policy.planPagesPerAlarm; page += 1) {
      const planned = await ports.plan(operation, state.header);
      if (state.closed) return null;
      if (planned.kind === "implied") {
        const sealed = withEvent(state.header, { kind: "sealed", at: ports.now(), count: planned.total });
        const change = { total: planned.total, impliedPlan: true, plannedUnits: planned.total, ...sealed };
        state.update("seal", change, true);
        return null;
      }
      storePage(state, operation, planned.units, planned.nextCursor, ports.now());
      if (planned.nextCursor === null) return null;
      if (!ports.affordsStep()) break;
    }
    return ports.now();
  } catch (error) {
    const { runId, tenantId } = state.header;
    ports.log("error", "run_planning_failed", {
      runId,
      tenantId,
      attempt: state.header.planAttempts,
      error: String(error),
    });
    if (error instanceof PlanViolation) {
      failPlan(state, "planning_failed", "The work could not be listed consistently. Nothing was changed.");
      return null;
    }
    return ports.now() + backoffDelay(policy, state.header.planAttempts);
  }
}

function failPlan(state: RunState, code: string, message: string): void {
  state.update("plan-failed", { planFailure: { code, message } }, true);
}

/** Stores a page and, with the last one, seals: `total` is written here, once. */
function storePage(
  state: RunState,
  operation: BulkOperation,
  planned: PlannedUnit[],
  nextCursor: string | null,
  now: number,
): void {
  const { header } = state;
  const units: PlannedUnit[] = [];
  let { ordered } = header;
  // A retry's failed units come in the order of their ordinals, each once: keys of an implied plan need not ascend.
  const ascending = header.retryOf === null || operation.retry === "everything";
  let { lastUnitKey, duplicateUnitKeys } = header;
  for (const unit of planned) {
    if (ascending && lastUnitKey !== null && unit.key === lastUnitKey) {
      duplicateUnitKeys += 1;
      continue;
    }
    if (ascending && lastUnitKey !== null && unit.key < lastUnitKey)
      throw new PlanViolation(`unit keys out of order: ${unit.key}`);
    const after = operation.comesAfter?.(unit) ?? null;
    // Only backwards, so that no unit waits for one that waits for it. The rule needs keys that ascend, in a retry as well.
    if (after !== null && (after > unit.key || (lastUnitKey !== null && unit.key < lastUnitKey)))
      throw new PlanViolation(`unit ${unit.key} comes after ${after}`);
    ordered ||= after !== null;
    units.push(after === null ? unit : { ...unit, after });
    lastUnitKey = unit.key;
  }
  const plannedUnits = header.plannedUnits + units.length;
  const sealed = nextCursor === null;
  state.update(
    sealed ? "seal" : "plan-page",
    {
      planCursor: nextCursor,
      plannedUnits,
      lastUnitKey,
      duplicateUnitKeys,
      ordered,
      planAttempts: 0,
      ...(sealed
        ? { total: plannedUnits, ...withEvent(header, { kind: "sealed", at: now, count: plannedUnits }) }
        : {}),
    },
    sealed,
    units.length === 0 ? {} : { planPage: { firstOrdinal: header.plannedUnits, units } },
  );
}
