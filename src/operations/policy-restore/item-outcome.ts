/** What executing a plan's item comes to, in this operation's own terms. */
import { z } from "zod";
import type { RestoreOutcome } from "../../contract/restore.ts";
import type { NewRestoreResult } from "../../database/restore/restore-results.ts";
import type { UnitResult } from "../../runs/operation.ts";

/** How to go on later, as a sentence. */
export const AGAIN = "Retry the failed policies later.";

export const unitInputSchema = z.object({
  planId: z.string(),
  /** The plan item's; a retry's units keep it. */
  ordinal: z.int().min(0),
  /** Nothing is written before all items that stand before this ordinal have ended: its stage's first, or its own. */
  after: z.int().min(0),
  /** Told to whom has to approve the writes. */
  justification: z.string(),
});
export type RestoreUnitInput = z.infer<typeof unitInputSchema>;

/** Kept as the unit's result, or tried again later. */
export type ItemOutcome =
  | ({ kind: "ended"; outcome: RestoreOutcome } & ItemResult)
  | Extract<UnitResult, { kind: "deferred" }>;

export type ItemResult = Pick<
  NewRestoreResult,
  "targetId" | "reasonCode" | "message" | "requestIds" | "differences" | "approvalCode"
>;

export function ended(outcome: RestoreOutcome, result: Partial<ItemResult> = {}): ItemOutcome {
  return {
    targetId: null,
    reasonCode: null,
    message: null,
    requestIds: [],
    differences: [],
    approvalCode: null,
    ...result,
    kind: "ended",
    outcome,
  };
}

export function failedItem(reasonCode: string, message: string, result: Partial<ItemResult> = {}): ItemOutcome {
  return ended("failed", { ...result, reasonCode, message });
}
