/** The end of a preview: the plan gets its hash and its counts, and never changes again. */
import { restoreActionSchema } from "../../contract/restore.ts";
import { planItemsAfter, type StoredPlanItem } from "../../database/restore/restore-plan-items.ts";
import { readStoredPlan, type StoredPlan } from "../../database/restore/restore-plans.ts";
import { noActions, sealPlan } from "../../database/restore/restore-plan-building.ts";
import type { UnitContext } from "../../runs/operation.ts";
import { planHashOf } from "./plan-hash.ts";

const ITEMS_PER_PAGE = 1_000;

/** Seals the plan; again, it finds it sealed. A query for every 1,000 items, and one to seal. */
export async function sealRestorePlan(
  plan: StoredPlan,
  context: UnitContext,
): Promise<{ kind: "sealed"; items: number } | { kind: "failed"; code: string; message: string }> {
  const { DATABASE } = context.env;
  const items: StoredPlanItem[] = [];
  for (;;) {
    const page = await planItemsAfter(DATABASE, plan.id, items.at(-1)?.ordinal ?? -1, ITEMS_PER_PAGE);
    items.push(...page);
    if (page.length < ITEMS_PER_PAGE) break;
  }
  const sealed = { kind: "sealed" as const, items: items.length };
  if (plan.status === "ready") return sealed;
  const actions = noActions();
  let itemsMissingReferences = 0;
  for (const { action, missingCount } of items) {
    // An undecided one cannot be counted, and `sealPlan` would refuse it.
    actions[restoreActionSchema.parse(action)] += 1;
    if (missingCount > 0) itemsMissingReferences += 1;
  }
  const seal = {
    planHash: await planHashOf(plan, items),
    summary: { actions, itemsMissingReferences },
    at: context.now(),
  };
  if (await sealPlan(DATABASE, plan.id, seal)) return sealed;
  // Its answer may have been lost before.
  const now = await readStoredPlan(DATABASE, plan.tenantId, plan.id);
  if (now?.status === "ready" && now.planHash === seal.planHash) return sealed;
  return { kind: "failed", code: "plan_closed", message: "The plan was given up meanwhile. Start the preview again." };
}
