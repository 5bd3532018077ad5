/**
 * `policy.restore`: puts policies back into the tenant, exactly as an approved plan says. A unit is one item of the plan; units of one
 * stage are written side by side, stage after stage (decisions/061-restores-follow-a-plan.md).
 */
import { z } from "zod";
import { DEFAULT_RESTORE_STOP } from "../../contract/restore.ts";
import { familyByKey } from "../../graph/families.ts";
import { familiesOfPlan, planItemsAfter } from "../../database/restore/restore-plan-items.ts";
import { readStoredPlan } from "../../database/restore/restore-plans.ts";
import { implement } from "../../runs/implement.ts";
import type { PlanPage, RunReference } from "../../runs/operation.ts";
import { executeItem } from "./execute-item.ts";
import { type StoredUnitInput, unitInputSchema, unitKeyOf } from "./item-outcome.ts";
import { prepareRestore, type RestoreInput, restoreInputSchema } from "./restore-input.ts";
import { isOneAtATime, stageStarts } from "./restore-order.ts";
import type { TenantDatabase } from "../../database/databases.ts";

const UNITS_PER_PLAN_PAGE = 500;
/**
 * Throttled writes, earlier stages, uncertain answers and approvals are waited for. A policy of several requests may wait three days for
 * each, and so may each of the stages before it: three days are less than 500 deferrals.
 */
const MAX_DEFERRALS = 3_000;

export const policyRestore = implement("policy.restore", {
  inputSchema: restoreInputSchema,
  unitsPerMessage: 1,
  callsGraph: true,
  // One policy, in some steps, each noted before and after it is sent.
  needs: { queries: 100, subrequests: 1_500, memoryMiB: 24 },
  // Most units of a restore only look. Intune takes 100 writes in 20 s of a tenant: more at a time would only wait.
  concurrency: 4,
  maxDeferrals: MAX_DEFERRALS,
  stopAfter: ({ stopAfter = DEFAULT_RESTORE_STOP }) => stopAfter,

  prepare: prepareRestore,
  plan: (run, input, cursor, { env }) => planUnits(env.DATABASE, run, input, cursor),
  /** Leads from the run to what it executed. */
  finalize: (run, { planId = "" }) =>
    Promise.resolve({
      kind: "finalized",
      result: { id: planId },
      extent: run.total,
    }),
  comesAfter: ({ input }) => {
    const { comesAfter = 0 } = unitInputSchema.parse(input);
    return comesAfter === 0 ? null : unitKeyOf(comesAfter);
  },
  execute: (task, context) => executeItem(task, unitInputSchema.parse(task.input), MAX_DEFERRALS, context),
});

function writes({ action }: { action: string }): boolean {
  return action === "create" || action === "update" || action === "delete";
}

const DEFAULT_JUSTIFICATION = "Restore of policies from a backup by TenantAtlas";

/** A unit for each item of the plan, in its order. Three queries a page. */
async function planUnits(
  database: TenantDatabase,
  run: RunReference,
  input: RestoreInput,
  cursor: string | null,
): Promise<PlanPage> {
  const plan = input.planId === undefined ? null : await readStoredPlan(database, run.tenantId, input.planId);
  if (plan?.status !== "ready" || plan.planHash !== input.approvedPlan) throw new Error("the approved plan is gone");
  const starts = stageStarts(await familiesOfPlan(database, plan.id));
  const after = cursor === null ? -1 : z.coerce.number().parse(cursor);
  const items = await planItemsAfter(database, plan.id, after, UNITS_PER_PLAN_PAGE + 1);
  const page = items.slice(0, UNITS_PER_PLAN_PAGE);
  return {
    kind: "listed",
    units: page.map((item) => {
      const { ordinal, family, name } = item;
      const after = isOneAtATime(family) ? ordinal : (starts.get(family) ?? ordinal);
      return {
        key: unitKeyOf(ordinal),
        label: `${name} (${familyByKey(family)?.label ?? family})`,
        input: {
          planId: plan.id,
          ordinal,
          after,
          // Looking depends on nothing; only what is written waits for what it may refer to.
          comesAfter: writes(item) ? Math.max(after, (item.needsOrdinal ?? -1) + 1) : 0,
          justification: input.justification ?? DEFAULT_JUSTIFICATION,
        } satisfies StoredUnitInput,
      };
    }),
    nextCursor: items.length > page.length ? String(page.at(-1)?.ordinal) : null,
  };
}
