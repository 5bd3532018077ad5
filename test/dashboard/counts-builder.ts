import {
  type ComparisonCounts,
  comparisonCountsSchema,
  FINDING_KINDS,
  SEVERITIES,
  type Severity,
  type StatusCounts,
} from "../../src/contract/baselines.ts";

const NONE = { open: 0, accepted: 0, resolved: 0 };

/** Counts as the server sends them, from those of each severity. */
export function buildCounts(
  bySeverity: Partial<Record<Severity, Partial<StatusCounts>>>,
  facts: Partial<ComparisonCounts> = {},
): ComparisonCounts {
  return comparisonCountsSchema.parse({
    total: NONE,
    byKind: Object.fromEntries(FINDING_KINDS.map((kind) => [kind, NONE])),
    notChecked: 0,
    policies: { matching: 0, different: 0, unknown: 0 },
    ...facts,
    bySeverity: Object.fromEntries(SEVERITIES.map((severity) => [severity, { ...NONE, ...bySeverity[severity] }])),
  });
}
