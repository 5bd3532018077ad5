/** The only way to a tenant's Graph budget: the lint finds its binding anywhere else. What is called has to bear being called twice. */
import { repeatCall } from "../../durable-objects/repeat-call.ts";
import type { Permission, PermitSource } from "../../graph/calls/permits.ts";
import type { ServiceGroup } from "../../graph/calls/service-groups.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { meter } from "../../observability/meter.ts";
import { withDeadline } from "../../runs/deadline.ts";
import type { UnitContext } from "../../runs/operation.ts";
import { type BudgetObject, TenantPermits } from "./permit-shares.ts";
import type { PermitAnswer } from "./tenant-buckets.ts";

type GraphBudgetStub = ReturnType<Env["GRAPH_BUDGETS"]["getByName"]>;

/** Work does not stand still for its budget: then it goes on at the safe rate. */
const ANSWER_MS = 2_000;

/** Calls a tenant's Graph budget; see `repeatCall` for what is repeated and what is thrown. */
export function callGraphBudget<T>(
  env: Pick<Env, "GRAPH_BUDGETS">,
  tenantId: string,
  call: (budget: GraphBudgetStub) => Promise<T>,
): Promise<T> {
  // A stub for each attempt: one that has thrown may throw for ever.
  return repeatCall(() => call(env.GRAPH_BUDGETS.getByName(tenantId)));
}

/** The permits of an invocation: its units share what one of them has fetched. */
const ofInvocations = new WeakMap<object, Map<string, TenantPermits>>();

/**
 * The permits of a tenant for a unit or a step. Its calls to the object count in the invocation's budget and are never refused, as claims
 * are not.
 */
export function permitsFor(tenantId: string, context: UnitContext, interactive: boolean): PermitSource {
  const { env, now, budget } = context;
  const invocation = budget ?? context;
  const known = ofInvocations.get(invocation) ?? new Map<string, TenantPermits>();
  ofInvocations.set(invocation, known);
  const key = `${interactive ? "people" : "runs"} ${tenantId}`;
  const permits =
    known.get(key) ??
    new TenantPermits({
      tenantId,
      object: objectOf(tenantId, env, () => budget?.note()),
      now,
      interactive,
      onRefused: (group) => meter.add("graph_refused", 1, { service: group }, tenantId),
      onUnreachable: (error) => logEvent("warn", "graph_budget_unreachable", { tenantId, ...errorFields(error) }),
    });
  known.set(key, permits);
  return measured(permits, tenantId);
}

/** Tells how long the tenant's work waits. */
function measured(permits: TenantPermits, tenantId: string): PermitSource {
  const told = (group: ServiceGroup, permission: Permission): Permission => {
    if (permission.waitMs > 0) meter.add("graph_wait", permission.waitMs, { service: group }, tenantId);
    return permission;
  };
  return {
    take: (group, requests, patienceMs) => {
      const permission = permits.take(group, requests, patienceMs);
      return permission instanceof Promise
        ? permission.then((granted) => told(group, granted))
        : told(group, permission);
    },
    refused: (group, epoch, retryAfterMs) => permits.refused(group, epoch, retryAfterMs),
  };
}

function objectOf(tenantId: string, env: Pick<Env, "GRAPH_BUDGETS">, note: () => void): BudgetObject {
  const call = <T>(work: (budget: GraphBudgetStub) => Promise<T>): Promise<T> => {
    note();
    return withDeadline(() => callGraphBudget(env, tenantId, work), ANSWER_MS, "the Graph budget");
  };
  return {
    take: (request) => call<PermitAnswer>((budget) => budget.take(request)),
    refused: (report) => call<void>((budget) => budget.refused(report)),
  };
}
