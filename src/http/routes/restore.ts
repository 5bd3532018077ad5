import { z } from "zod";
import {
  type RestorePlanItemDetail,
  restoreActionSchema,
  restoreOutcomeSchema,
  restorePlanItemDetailSchema,
} from "../../contract/restore.ts";
import { readBackupSetStatus } from "../../database/backups/backup-sets.ts";
import { listPlanItems, readPlanItem, toPlanItem } from "../../database/restore/restore-plan-items.ts";
import { listPlans, readPlan } from "../../database/restore/restore-plans.ts";
import { listRestoreResults } from "../../database/restore/restore-results.ts";
import { logEvent } from "../../observability/log.ts";
import { readDetail } from "../../operations/policy-restore/plan-details.ts";
import { ApiError } from "../problems.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const filter = z.string().trim().min(1).max(200).nullable().default(null);
const plansQuery = z.strictObject(pageQuery());
const itemsQuery = z.strictObject({
  ...pageQuery(),
  action: restoreActionSchema.nullable().default(null),
  family: filter,
  query: filter,
  missing: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .default(false),
});
const resultsQuery = z.strictObject({ ...pageQuery(), outcome: restoreOutcomeSchema.nullable().default(null) });
const ordinalSchema = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** All read stored truth alone; previews and restores themselves are runs (`routes/operations.ts`). */
export function addRestoreRoutes(router: TenantRouter): void {
  router.get("/backup-sets/:backupSetId/restore-plans", "backup.read", async (context) => {
    const query = readQuery(context, plansQuery);
    const key = { tenantId: context.get("tenant").id, backupSetId: context.req.param("backupSetId") };
    orNotFound(await readBackupSetStatus(context.env.DATABASE, key.tenantId, key.backupSetId));
    return context.json(await listPlans(context.env.DATABASE, { ...key, ...query }));
  });

  router.get("/restore-plans/:planId", "backup.read", async (context) => {
    const plan = await readPlan(context.env.DATABASE, context.get("tenant").id, context.req.param("planId"));
    return context.json(orNotFound(plan));
  });

  router.get("/restore-plans/:planId/items", "backup.read", async (context) => {
    const query = readQuery(context, itemsQuery);
    const key = { tenantId: context.get("tenant").id, planId: context.req.param("planId") };
    return context.json(orNotFound(await listPlanItems(context.env.DATABASE, { ...key, ...query })));
  });

  router.get("/restore-plans/:planId/items/:ordinal", "backup.read", async (context) => {
    const { planId } = context.req.param();
    const ordinal = ordinalSchema.safeParse(context.req.param("ordinal"));
    const detail = ordinal.success
      ? await readItemDetail(context.env, context.get("tenant").id, planId, ordinal.data)
      : null;
    return context.json(orNotFound(detail));
  });

  router.get("/operations/:runId/restore-results", "operations.read", async (context) => {
    const query = readQuery(context, resultsQuery);
    const key = { tenantId: context.get("tenant").id, runId: context.req.param("runId") };
    return context.json(orNotFound(await listRestoreResults(context.env.DATABASE, { ...key, ...query })));
  });
}

/** What the detail's object holds for reviewers; the rest of it is for the executor. */
const reviewedSchema = restorePlanItemDetailSchema.pick({
  steps: true,
  changes: true,
  candidates: true,
  references: true,
  notes: true,
});

async function readItemDetail(
  env: Env,
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
