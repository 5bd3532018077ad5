/** What a restore is asked for: the plan that was approved, named by its hash, and looked at before there is a run. */
import { z } from "zod";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { restoreRequestSchema } from "../../contract/restore.ts";
import { findBackupSet } from "../../database/backups/backup-sets.ts";
import { readApprovedPlan } from "../../database/restore/restore-plans.ts";
import type { Preparation } from "../../runs/operation.ts";
import { normalIds, refuse } from "./preview-input.ts";
import type { TenantEnv } from "../../database/databases.ts";

const storedSchema = restoreRequestSchema.extend({
  /** Found by `prepareRestore`; what a request says of it counts for nothing. */
  planId: z.string().optional(),
});
export type RestoreInput = z.output<typeof storedSchema>;

export const restoreInputSchema: z.ZodType<RestoreInput> = storedSchema.transform(
  ({ backupSetId, itemIds, mode, assignments, approvedPlan, justification, stopAfter, planId }): RestoreInput => ({
    backupSetId,
    ...(itemIds === undefined ? {} : { itemIds: normalIds(itemIds) }),
    mode,
    assignments,
    approvedPlan,
    ...(justification === undefined ? {} : { justification }),
    ...(stopAfter === undefined ? {} : { stopAfter }),
    ...(planId === undefined ? {} : { planId }),
  }),
);

/** Finds the plan, and refuses a request that says otherwise than what was approved. Two queries. */
export async function prepareRestore(
  tenantId: string,
  input: RestoreInput,
  env: TenantEnv,
): Promise<Preparation<RestoreInput>> {
  const set = await findBackupSet(env.DATABASE, tenantId, input.backupSetId);
  if (set === null) return refuse("backupSetId", "is not a backup set of this tenant");
  if (set.status !== "active") return refuse("backupSetId", "is an archived backup set: restore it first");
  const plan = await readApprovedPlan(env.DATABASE, tenantId, input.backupSetId, input.approvedPlan);
  if (plan === null) return refuse("approvedPlan", "is not the hash of a reviewed plan of this backup set");
  const { options } = plan;
  const fields = [
    ...(input.mode === options.mode ? [] : [{ path: "mode", message: "is not that of the approved plan" }]),
    ...(input.assignments === options.assignments
      ? []
      : [{ path: "assignments", message: "is not as the approved plan says" }]),
    ...(sameIds(input.itemIds ?? null, options.itemIds)
      ? []
      : [{ path: "itemIds", message: "are not those of the approved plan" }]),
  ];
  if (fields.length > 0) return { kind: "refused", fields };
  const subject = OPERATION_TYPES["policy.restore"].subject(set);
  // What the person who approves has chosen for what the tenant lacks: an exclusion that is left out, say.
  const audited = options.mapping.length === 0 ? {} : { planHash: input.approvedPlan, choices: options.mapping };
  return { kind: "ready", input: { ...input, planId: plan.id }, subject, audited };
}

function sameIds(one: readonly string[] | null, other: readonly string[] | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
