/** The sweep's part: plans that nobody can use any more, and what they keep in R2. */
import { failPlan } from "../../database/restore/restore-plan-building.ts";
import { removePlan, unusablePlans } from "../../database/restore/restore-plan-removal.ts";
import { logEvent } from "../../observability/log.ts";
import { removeDetails } from "../../storage/plan-details.ts";
import type { TenantEnv } from "../../database/databases.ts";

const PLANS_A_SWEEP = 20;

/**
 * Removes plans whose backup set was deleted for good (they hold its policies' content), and gives up those that their preview run
 * left unfinished and could not clean up itself. Idempotent: what fails is found again at the next sweep.
 */
export async function sweepRestorePlans(env: TenantEnv): Promise<void> {
  for (const { id: planId, tenantId, setRemoved } of await unusablePlans(env.DATABASE, PLANS_A_SWEEP)) {
    await failPlan(env.DATABASE, planId);
    await removeDetails(env.ARTIFACTS, { tenantId, planId });
    if (setRemoved) await removePlan(env.DATABASE, tenantId, planId);
    logEvent("info", "restore_plan_removed", { tenantId, planId, setRemoved });
  }
}
