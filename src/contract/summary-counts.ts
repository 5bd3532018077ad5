/**
 * The summary counts a run may carry (docs/design/progress.md, section 3). This file is the only key list and the only normalizer.
 */

/** Whitelist v1. Nothing outside this list is ever stored or served. */
export const SUMMARY_KEYS = [
  "total",
  "processed",
  "succeeded",
  "failed",
  "skipped",
  "created",
  "updated",
  "unchanged",
  "deleted",
  "items",
] as const;

export type SummaryKey = (typeof SUMMARY_KEYS)[number];
export type SummaryCounts = Partial<Record<SummaryKey, number>>;

/** Outcome counters that a unit may add to beside its verdict. They are results, never progress. */
export const OUTCOME_COUNTER_KEYS = ["created", "updated", "unchanged", "deleted", "items"] as const;
export type OutcomeCounterKey = (typeof OUTCOME_COUNTER_KEYS)[number];
export type OutcomeCounters = Partial<Record<OutcomeCounterKey, number>>;

/** True for a count that may be stored: a safe integer, zero or more. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/**
 * Keeps the whitelisted keys whose value is a count, drops everything else. Never coerces: `"3"`, `3.5`, `-1` and `NaN`
 * are refused, so a stored mistake reads as an absent number and not as a wrong one.
 */
export function normalizeSummaryCounts(raw: unknown): SummaryCounts {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return {};
  const counts: SummaryCounts = {};
  for (const key of SUMMARY_KEYS) {
    const value: unknown = Object.hasOwn(raw, key) ? Reflect.get(raw, key) : undefined;
    if (isCount(value)) counts[key] = value;
  }
  return counts;
}
