/** A baseline's comparisons as the points of a chart and the rows of a table. Pure. */
import { type DriftPoint, SEVERITIES, type Severity } from "../../contract/baselines.ts";
import { groupDigits } from "../../contract/progress.ts";
import { countOf, counted, severitiesText } from "./baseline-words.ts";

/** What is stacked, from the bottom: the worst stands on the axis, so that its height can be read off. */
export const DRIFT_SERIES = [...SEVERITIES, "accepted"] as const;
export type DriftSeries = (typeof DRIFT_SERIES)[number];

/** Open findings by severity as a comparison left them, and beside them those that are accepted. */
export type DriftRow = Record<Severity, number> & {
  comparisonId: string;
  at: string;
  /** Of the axis: short, and told apart from its neighbors. */
  label: string;
  accepted: number;
  /** Findings of families that could not be checked. */
  notChecked: number;
};

/** The oldest first, as time is read; the server tells the newest first. */
export function toDriftRows(points: readonly DriftPoint[]): DriftRow[] {
  const label = axisLabels(points);
  return points.toReversed().map(({ comparisonId, at, counts }) => ({
    comparisonId,
    at,
    label: label(at),
    critical: counts.bySeverity.critical.open,
    high: counts.bySeverity.high.open,
    medium: counts.bySeverity.medium.open,
    low: counts.bySeverity.low.open,
    accepted: countOf(counts, "accepted"),
    notChecked: counts.notChecked,
  }));
}

/** What the chart shows, for those who do not see it. */
export function driftSummary(points: readonly DriftPoint[]): string {
  const newest = points[0];
  if (newest === undefined) return "";
  const open = countOf(newest.counts, "open");
  const severities = open === 0 ? "" : ` (${severitiesText(newest.counts, "open")})`;
  const accepted = groupDigits(String(countOf(newest.counts, "accepted")));
  return `Findings after ${counted(points.length, "comparison", "comparisons")}. After the newest: ${counted(open, "open finding", "open findings")}${severities}, ${accepted} accepted.`;
}

/** Times of day while all is of one day, else dates. */
function axisLabels(points: readonly DriftPoint[]): (at: string) => string {
  const days = new Set(points.map(({ at }) => new Date(at).toDateString()));
  const format = new Intl.DateTimeFormat(
    undefined,
    days.size > 1 ? { day: "numeric", month: "short" } : { hour: "numeric", minute: "2-digit" },
  );
  return (at) => format.format(new Date(at));
}
