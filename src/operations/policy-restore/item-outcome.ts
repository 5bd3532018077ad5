/** What executing a plan's item comes to, in this operation's own terms. */
import { z } from "zod";
import type { RestoreOutcome } from "../../contract/restore.ts";
import type { NewRestoreResult } from "../../database/restore/restore-results.ts";
import type { UnitResult } from "../../runs/operation.ts";

/** How to go on later, as a sentence. */
export const AGAIN = "Retry the failed policies later.";

const storedInputSchema = z.object({
  planId: z.string(),
  /** The item's ordinal in the plan. */
  ordinal: z.int().min(0),
  /** An ordinal in the plan: nothing is written before all items below it have ended. The first of the item's stage, or its own. */
  after: z.int().min(0),
  /**
   * The same, with the items of its own family that it refers to, and 0 for an item that writes nothing: what the run's object keeps to.
   * Absent in what an earlier version stored, whose units ask D1 whether their turn has come.
   */
  comesAfter: z.int().min(0).optional(),
  /** Told to whom has to approve the writes. */
  justification: z.string(),
});
/** As it is stored with a unit. */
export type StoredUnitInput = z.infer<typeof storedInputSchema>;

/**
 * What a unit of the run has to do. Three numbers are equal until a run is retried, and are named apart for that: an *item ordinal* is an
 * item's place in the plan, the same in all runs of it; `task.ordinal` is the unit's place in its run; `task.key` is the item ordinal in
 * digits (`unitKeyOf`).
 */
export const unitInputSchema = storedInputSchema.transform(({ ordinal, after, ...rest }) => ({
  ...rest,
  itemOrdinal: ordinal,
  afterItemOrdinal: after,
}));
export type RestoreUnitInput = z.output<typeof unitInputSchema>;

/** Digits of a key, so that keys ascend as item ordinals do. `openUnitsBefore` reads the item ordinal back. */
const KEY_DIGITS = 9;

export function unitKeyOf(itemOrdinal: number): string {
  return String(itemOrdinal).padStart(KEY_DIGITS, "0");
}

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
