/** What an auditor should see first. Pure rules: an item's facts → its exception, or none. */
import { PARTLY_READ } from "../../contract/inventory.ts";
import { familyByKey, type FamilyKey } from "../../graph/families.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import type { FamilyInput, PolicyInput } from "./evidence-input.ts";

export interface EvidenceException {
  code: string;
  message: string;
}

const STALE_AFTER_DAYS = 7;
const DAY_MS = 86_400_000;

/** The first that applies: what was never read outranks what was read long ago. */
export function familyException(family: FamilyInput, takenAt: number): EvidenceException | null {
  const { lastReason } = family;
  if (family.lastOutcome === "failed" && lastReason?.code === "permission_missing") {
    return { code: "permission_missing", message: lastReason.message };
  }
  if (family.lastCompleteAt === null) {
    const why = lastReason === null ? "" : ` ${lastReason.message}`;
    return { code: "never_read", message: `This family was never read completely.${why}` };
  }
  if (family.lastOutcome === "failed" && lastReason?.code === PARTLY_READ) {
    return { code: PARTLY_READ, message: lastReason.message };
  }
  if (family.lastOutcome === "failed") {
    const why = lastReason === null ? "" : ` ${lastReason.message}`;
    return { code: "last_reading_failed", message: `The last reading failed; what is shown is older.${why}` };
  }
  if (Date.parse(family.lastCompleteAt) < takenAt - STALE_AFTER_DAYS * DAY_MS) {
    return { code: "stale", message: `The last complete reading is more than ${STALE_AFTER_DAYS} days old.` };
  }
  return null;
}

/** States in which a policy of the family keeps nobody out. */
const NOT_ENFORCED: Readonly<Partial<Record<FamilyKey, ReadonlyMap<string, string>>>> = {
  conditionalAccess: new Map([
    ["disabled", "The conditional access policy is switched off."],
    ["enabledForReportingButNotEnforced", "The conditional access policy only reports; it is not enforced."],
  ]),
};

/** `document` is the policy's own, as it was when the snapshot was listed. */
export function policyException(policy: PolicyInput, document: JsonObject): EvidenceException | null {
  if (policy.unread) {
    const since = new Date(policy.unread.since).toISOString().slice(0, 10);
    return {
      code: "could_not_be_read",
      message: `The policy could not be read since ${since}; what is shown is older. ${policy.unread.message}`,
    };
  }
  const family = familyByKey(policy.family);
  const { state } = document;
  const message = family && typeof state === "string" ? NOT_ENFORCED[family.key]?.get(state) : undefined;
  if (message !== undefined) return { code: "not_enforced", message };
  if (policy.assignmentCount === 0) {
    return { code: "unassigned", message: "The policy is assigned to nobody, so it has no effect." };
  }
  return null;
}

export function operationsException(failed: number): EvidenceException | null {
  if (failed === 0) return null;
  const message = failed === 1 ? "1 operation failed." : `${failed} operations failed, in whole or in part.`;
  return { code: "operations_failed", message };
}

export function coverageException(facts: { policies: number; covered: number }): EvidenceException | null {
  const bare = facts.policies - facts.covered;
  if (bare === 0) return null;
  const message = bare === 1 ? "1 policy is in no active backup set." : `${bare} policies are in no active backup set.`;
  return { code: "without_backup", message };
}

/** `severe`: one of them at least is of high or critical severity. */
export function driftException(open: number, severe: boolean): EvidenceException | null {
  if (open === 0) return null;
  const count = open === 1 ? "1 drift finding is open" : `${open} drift findings are open`;
  if (!severe) return { code: "open_findings", message: `${count}.` };
  const some = open === 1 ? "" : "at least one ";
  return { code: "severe_findings", message: `${count}, ${some}of high severity or critical.` };
}
