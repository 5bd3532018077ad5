/** What the states of the families come to. Pure. What was never read is not known, and is no zero. */
import type { FamilyState } from "../../contract/inventory.ts";

/** How many policies are known; null where no family was ever read. */
export function knownPolicies(families: readonly FamilyState[]): number | null {
  if (families.every(({ lastAttemptAt }) => lastAttemptAt === null)) return null;
  return families.reduce((sum, { policyCount }) => sum + policyCount, 0);
}

/** How many families were read completely at the last attempt; null where none was attempted. */
export function completeFamilies(families: readonly FamilyState[]): number | null {
  if (families.every(({ lastAttemptAt }) => lastAttemptAt === null)) return null;
  return families.filter(({ lastOutcome }) => lastOutcome === "succeeded").length;
}

/** Families in the order in which people need them: what could not be read, what was never read, then the others. */
export function failedFirst(families: readonly FamilyState[]): FamilyState[] {
  const rank = ({ lastAttemptAt, lastOutcome }: FamilyState): number =>
    lastOutcome === "failed" ? 0 : lastAttemptAt === null ? 1 : 2;
  return families.toSorted((one, other) => rank(one) - rank(other));
}
