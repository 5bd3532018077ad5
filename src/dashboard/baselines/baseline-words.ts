/** What is said of baselines, comparisons and their counts. Pure. */
import {
  type Baseline,
  type ComparisonCounts,
  type FindingsNow,
  type FindingStatus,
  SEVERITIES,
  type Severity,
} from "../../contract/baselines.ts";
import { groupDigits } from "../../contract/progress.ts";
import { counted, digits } from "../components/digits.ts";

export const SEVERITY_WORDS: Record<Severity, string> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
};

/** What a sealed baseline holds, and what it knows nothing of. */
export function coverageText({ policyCount, familyCounts }: Baseline): string {
  const policies = policyCount === null ? "Policies not counted" : counted(policyCount, "policy", "policies");
  const families = counted(familyCounts.read, "family", "families");
  return familyCounts.neverRead === 0
    ? `${policies} · ${families}`
    : `${policies} · ${families}, ${digits(familyCounts.neverRead)} never read`;
}

/** How many findings have a status, whatever their severity. */
export function countOf(counts: FindingsNow, status: FindingStatus): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts.bySeverity[severity][status], 0);
}

/** "5 open findings (1 critical, 4 high)", or that there are none. Accepted ones are told beside. */
export function findingsText(counts: FindingsNow): string {
  const open = countOf(counts, "open");
  const accepted = countOf(counts, "accepted");
  const tail = accepted === 0 ? "" : ` · ${digits(accepted)} accepted`;
  if (open === 0) return `No open findings${tail}`;
  return `${counted(open, "open finding", "open findings")} (${severitiesText(counts, "open")})${tail}`;
}

/** "1 critical, 4 high": those that there are any of, the worst first. */
export function severitiesText(counts: FindingsNow, status: FindingStatus): string {
  return SEVERITIES.flatMap((severity) => {
    const count = counts.bySeverity[severity][status];
    return count === 0 ? [] : [groupDigits(`${count} ${SEVERITY_WORDS[severity].toLowerCase()}`)];
  }).join(", ");
}

/** How the policies stand to the baseline. What is not known is told by itself, never among what matches. */
export function policiesText({ policies: { matching, different, unknown } }: ComparisonCounts): string {
  const parts = [`${matching} as in the baseline`, `${different} different`];
  if (unknown > 0) parts.push(`${unknown} not known`);
  return groupDigits(`Policies: ${parts.join(", ")}`);
}
