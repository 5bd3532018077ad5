/** Records decided items: their details in R2, then their rows in D1. */
import { type Decision, recordDecisions } from "../../database/restore/restore-plan-items.ts";
import type { StoredPlan } from "../../database/restore/restore-plans.ts";
import { eachOf } from "../../storage/each-of.ts";
import type { DecidedItem } from "./decide-items.ts";
import { detailJson } from "./item-detail.ts";
import { putDetail } from "../../storage/plan-details.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Durable when it resolves; again, it writes the same. R2: a write for each item. D1: one batch. */
export async function recordItems(plan: StoredPlan, items: readonly DecidedItem[], env: TenantEnv): Promise<void> {
  const place = { tenantId: plan.tenantId, planId: plan.id };
  // Details first, then the rows that refer to them.
  const decisions = await eachOf(items, async ({ decision, detail }): Promise<Decision> => {
    const { key, hash } = await putDetail(env.ARTIFACTS, place, detailJson(detail));
    return { ...decision, detailKey: key, detailHash: hash };
  });
  await recordDecisions(env.DATABASE, plan.id, decisions);
}
