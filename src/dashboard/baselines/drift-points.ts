/** A baseline's comparisons as the points of a chart and the rows of a table. Pure. */
import { type DriftPoint, SEVERITIES, type Severity } from "../../contract/baselines.ts";
import { groupDigits } from "../../contract/progress.ts";
import { clock } from "../components/clock.ts";
import { countOf, SEVERITY_WORDS } from "./baseline-words.ts";

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

/** How many findings stand in a column. */
export function stackHeight(row: DriftRow): number {
  return DRIFT_SERIES.reduce((sum, series) => sum + row[series], 0);
}

export function seriesWord(series: DriftSeries): string {
  return series === "accepted" ? "Accepted" : SEVERITY_WORDS[series];
}

export function seriesColor(series: DriftSeries): string {
  return `var(--severity-${series})`;
}

/** Accepted ones are pale with an edge: what is decided about stands back, and can be seen all the same. */
export function seriesEdge(series: DriftSeries): string {
  return series === "accepted" ? "var(--text-color-kumo-subtle)" : "transparent";
}

/** A column's numbers: "1 critical, 4 high, 2 accepted". */
export function rowText(row: DriftRow): string {
  const parts = DRIFT_SERIES.flatMap((series) =>
    row[series] === 0 ? [] : [groupDigits(`${row[series]} ${seriesWord(series).toLowerCase()}`)],
  );
  if (row.notChecked > 0) parts.push(groupDigits(`${row.notChecked} could not be checked`));
  return parts.length === 0 ? "no findings" : parts.join(", ");
}

/** Dates; where all is of one day the time of day, as finely as it takes to tell them apart. */
function axisLabels(points: readonly DriftPoint[]): (at: string) => string {
  const { dayValue, shortDayText, minuteText, secondText } = clock();
  if (new Set(points.map(({ at }) => dayValue(at))).size > 1) return shortDayText;
  const apart = new Set(points.map(({ at }) => minuteText(at))).size === points.length;
  return apart ? minuteText : secondText;
}
