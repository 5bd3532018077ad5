/** Whether anything can be said of a family: the rule that keeps a reading error from passing for "removed" or "compliant". */
import { PARTLY_READ } from "../../contract/inventory.ts";
import { familyByKey } from "../../graph/families.ts";

/** What is known of one of the baseline's families at the moment that is compared. Times are milliseconds since the epoch. */
export interface FamilyReadings {
  family: string;
  /** The complete reading that the baseline holds. */
  baselineReadAt: number | null;
  /** The inventory's newest complete reading. */
  readAt: number | null;
  lastOutcome: "succeeded" | "failed" | null;
  lastReason: { code: string; message: string } | null;
}

export interface FamilyDoubt {
  code: string;
  message: string;
}

/** What was read longer ago says nothing of today. */
export const STALE_AFTER_DAYS = 7;
const DAY_MS = 86_400_000;

/** Why nothing can be said of the family; null when its inventory is complete and recent. The first that applies. */
export function familyDoubt(readings: FamilyReadings, now: number): FamilyDoubt | null {
  const { family, baselineReadAt, readAt, lastOutcome, lastReason } = readings;
  if (familyByKey(family) === null) {
    return { code: "family_not_offered", message: "This version of TenantAtlas does not read this policy family." };
  }
  if (baselineReadAt === null) {
    return {
      code: "not_in_baseline",
      message: "This family had never been read when the baseline was captured, so there is nothing to compare with.",
    };
  }
  // Of such a family all but the policies that it names is known; the comparison leaves those alone.
  if (lastOutcome === "failed" && lastReason?.code !== PARTLY_READ) {
    const why = lastReason === null ? "" : ` ${lastReason.message}`;
    const since = readAt === null ? "" : ` What is known is of ${dayOf(readAt)}.`;
    return { code: lastReason?.code ?? "reading_failed", message: `The last reading failed.${since}${why}` };
  }
  if (readAt === null) {
    return { code: "never_read", message: "This family was never read completely. Sync the inventory, then compare." };
  }
  if (readAt < now - STALE_AFTER_DAYS * DAY_MS) {
    return {
      code: "stale",
      message: `The last complete reading is of ${dayOf(readAt)}. Sync the inventory, then compare.`,
    };
  }
  return null;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
