/** Reads what a restore wanted of a policy, for an undo of it that has no other way to tell whose state the tenant has. */
import type { TenantEnv } from "../../database/databases.ts";
import type { ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import { readRestoredItem } from "../../database/restore/undo-sets.ts";
import { readDetail } from "../../storage/plan-details.ts";
import type { ComparedItem } from "./comparison.ts";
import { storedDetailSchema } from "./item-detail.ts";

/** Null where the restore has kept how it left the policy, and of what is no undo. D1: a query. R2: a reading. */
export async function readRestored(
  { itemId, runId, undoes, leftHash }: ItemToDecide,
  { tenantId, env }: { tenantId: string; env: TenantEnv },
): Promise<ComparedItem["restored"]> {
  if (undoes === null || undoes === "delete" || leftHash !== null) return null;
  const ordinal = Number(itemId.slice(runId.length + 1));
  const restored = await readRestoredItem(env.DATABASE, tenantId, { runId, ordinal });
  if (restored === null) return { wanted: null, isOpen: true };
  const reading = restored.detail === null ? null : await readDetail(env.ARTIFACTS, restored.detail);
  const wanted = reading?.kind === "found" ? (storedDetailSchema.parse(reading.detail).writes?.wanted ?? null) : null;
  // Without the plan there is no journal either: what it came to is not known.
  return { wanted, isOpen: restored.isOpen || restored.detail === null };
}
