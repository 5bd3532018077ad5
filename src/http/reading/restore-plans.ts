import { restorePlanItemDetailSchema, type RestorePlanItemDetail } from "../../contract/restore.ts";
import { restorePlanRoutes } from "../../contract/routes/restore-plans.ts";
import { listPlanItems, readPlanItem, toPlanItem } from "../../database/restore/restore-plan-items.ts";
import { readPlan } from "../../database/restore/restore-plans.ts";
import { logEvent } from "../../observability/log.ts";
import { readDetail } from "../../storage/plan-details.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { read, type ReadingEnv } from "../routing/served.ts";

export const restorePlanReads = {
  show: read(restorePlanRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readPlan(env.DATABASE, tenant.id, params.planId)),
  ),
  items: read(restorePlanRoutes.items, async ({ env, tenant, params, query }) =>
    orNotFound(await listPlanItems(env.DATABASE, { ...params, tenantId: tenant.id, ...query })),
  ),
  item: read(restorePlanRoutes.item, async ({ env, tenant, params }) =>
    orNotFound(await readItemDetail(env, tenant.id, params.planId, params.ordinal)),
  ),
};

/** What the detail's object holds for reviewers; the rest of it is for the executor. */
const reviewedSchema = restorePlanItemDetailSchema.pick({
  steps: true,
  changes: true,
  candidates: true,
  references: true,
  notes: true,
});

async function readItemDetail(
  env: ReadingEnv,
  tenantId: string,
  planId: string,
  ordinal: number,
): Promise<RestorePlanItemDetail | null> {
  const plan = await readPlan(env.DATABASE, tenantId, planId);
  const item = plan?.state === "ready" ? await readPlanItem(env.DATABASE, tenantId, planId, ordinal) : null;
  if (item === null) return null;
  const reading = await readDetail(env.ARTIFACTS, { key: item.detailKey, hash: item.detailHash });
  if (reading.kind !== "found") {
    logEvent("error", "plan_detail_unreadable", { tenantId, planId, ordinal, reason: reading.kind });
    throw new ApiError("content_unavailable");
  }
  return { ...toPlanItem(item), ...reviewedSchema.parse(reading.detail) };
}
