/** Measured numbers in words. Pure. */
import { type Alert, ALERTS } from "../../contract/alerts.ts";
import type { Measured } from "../../contract/access.ts";
import { isMetric, type MetricName, METRICS } from "../../contract/metrics.ts";
import { groupDigits } from "../../contract/progress.ts";
import { digits } from "../components/digits.ts";

type Row = Measured["metrics"][number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A duration in its largest fitting unit, rounded: "350 ms", "12 s", "90 min". */
export function durationWords(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return groupDigits(`${Math.round(ms / HOUR_MS)} h`);
}

/** A metric's row: what, how often, and how much. */
export function rowWords({ metric, labels, count, sum, max }: Row): { what: string; times: string; value: string } {
  if (!isMetric(metric)) return { what: metric, times: digits(count), value: "" };
  const { unit, kind, label } = METRICS[metric];
  const zeroWords = zeroWordsOf(metric);
  const what = labels.length === 0 ? label : `${label}: ${labels.join(", ")}`;
  const isLatest = kind === "latest";
  const times = isLatest ? "" : digits(count);
  if (unit === null) return { what, times, value: "" };
  if (zeroWords !== null && max === 0) return { what, times, value: zeroWords };
  if (unit !== "ms") return { what, times, value: groupDigits(`${isLatest ? max : sum} ${unit}`) };
  return { what, times, value: isLatest ? durationWords(max) : `longest ${durationWords(max)}` };
}

/** An alert as the page says it. */
export function alertWords(alert: Measured["alerts"][number]): { means: string; limit: string; now: string } {
  const known = ALERTS.find(({ name }) => name === alert.name);
  if (known === undefined) return { means: alert.name, limit: "", now: "" };
  const inUnit = (value: number) => numberWords(known, value);
  return {
    means: known.means,
    limit: `more than ${inUnit(known.above)} in ${known.windowMinutes} min`,
    now: alert.measured === null ? "Not reported" : `Now ${inUnit(alert.measured)}`,
  };
}

function numberWords({ metric, of }: Alert, value: number): string {
  const { unit } = METRICS[metric];
  if (of === "count" || unit === null) return digits(value);
  const zeroWords = zeroWordsOf(metric);
  if (zeroWords !== null && value === 0) return zeroWords;
  return unit === "ms" ? durationWords(value) : groupDigits(`${value} ${unit}`);
}

/** What a zero of the metric stands for, where it is no amount. */
function zeroWordsOf(metric: MetricName): string | null {
  const declared = METRICS[metric];
  return "zeroWords" in declared ? declared.zeroWords : null;
}

/** Rows in the order of the table of metrics, those of one metric by their labels. */
export function inOrder(rows: readonly Row[]): Row[] {
  const places = Object.keys(METRICS);
  const keyOf = ({ labels, tenant }: Row) => [...labels, tenant?.name ?? ""].join("\n");
  return rows.toSorted(
    (one, other) => places.indexOf(one.metric) - places.indexOf(other.metric) || keyOf(one).localeCompare(keyOf(other)),
  );
}
