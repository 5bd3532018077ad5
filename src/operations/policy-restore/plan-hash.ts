/** What a plan's approval stands for: one hash over all that the run of it will do. Pure but for the digest. */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";
import type { StoredPlanItem } from "../../database/restore/restore-plan-items.ts";

export interface HashedPlan {
  id: string;
  backupSetId: string;
  options: PlanOptions;
}

/**
 * SHA-256 over the plan's id, its options and all items in order. A detail's hash covers the item's content and every request
 * that would be sent, so this one does. The id is in it, so that a hash names one plan: journals are kept by plan.
 */
export async function planHashOf(plan: HashedPlan, items: readonly StoredPlanItem[]): Promise<string> {
  const { id, backupSetId, options } = plan;
  const { standard, ...chosen } = options;
  const of = standard === undefined ? {} : { standard: { ...standard } };
  const mapping = options.mapping.map((choice) => ({ ...choice }));
  const head = { id, backupSetId, options: { ...chosen, mapping, ...of } };
  const lines = [rfc8785Text(head)];
  for (const { ordinal, itemId, action, targetId, targetHash, detailHash } of items) {
    lines.push(rfc8785Text([ordinal, itemId, action, targetId, targetHash, detailHash]));
  }
  return sha256Hex(lines.join("\n"));
}
