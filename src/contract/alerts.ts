/**
 * Alerts as code: when somebody should look. The sweep judges them each minute by what the board keeps and logs `alert_firing`, the operations
 * page shows them, and `alertQuery` is the same question for Analytics Engine. Each has an entry in docs/runbook.md under its name.
 */
import { COLUMNS, LABEL_COLUMNS, type MetricName, METRICS, type Told } from "./metrics.ts";

export interface Alert {
  name: string;
  metric: MetricName;
  /** Of labels, by their names in the catalogue. Empty: all values. */
  where: Readonly<Record<string, string>>;
  /** Which number: how many values, their sum, the largest. */
  of: "count" | "sum" | "max";
  /** It fires above this, in the metric's unit where it is no count. */
  above: number;
  windowMinutes: number;
  means: string;
}

const MINUTE_MS = 60_000;

export const ALERTS: readonly Alert[] = [
  {
    name: "wrong-counts",
    metric: "event",
    where: { event: "progress_anomaly" },
    of: "count",
    above: 0,
    windowMinutes: 60,
    means: "Stored counts cannot be true. Readers were shown no number.",
  },
  {
    name: "runs-fail",
    metric: "run_ended",
    where: { outcome: "failed" },
    of: "count",
    above: 10,
    windowMinutes: 60,
    means: "Many runs failed as a whole: rather a fault of ours or of Microsoft than of one tenant.",
  },
  {
    name: "dead-letters",
    metric: "dead_letters",
    where: {},
    of: "sum",
    above: 0,
    windowMinutes: 60,
    means: "The queue gave units up after ten deliveries.",
  },
  {
    name: "units-throw",
    metric: "event",
    where: { event: "unit_threw" },
    of: "count",
    above: 5,
    windowMinutes: 60,
    means: "Units end in unexpected errors: a bug.",
  },
  {
    name: "slow-settles",
    metric: "settle_lag",
    where: {},
    of: "max",
    above: 10_000,
    windowMinutes: 15,
    means: "Finished units wait long to be counted: a run's object is overloaded or cannot be reached.",
  },
  {
    name: "much-healing",
    metric: "units_healed",
    where: {},
    of: "sum",
    above: 1_000,
    windowMinutes: 60,
    means: "Messages get lost, or consumers die. Some are normal after a deployment.",
  },
  {
    name: "many-duplicates",
    metric: "duplicates",
    where: {},
    of: "sum",
    above: 10_000,
    windowMinutes: 60,
    means: "The queue delivers again and again: settle calls do not get through, or leases are too short.",
  },
  {
    name: "backlog-grows",
    metric: "backlog",
    where: {},
    of: "max",
    above: 500,
    windowMinutes: 15,
    means: "More runs are started than end.",
  },
  {
    name: "old-backlog",
    metric: "backlog_age",
    where: {},
    of: "max",
    above: 4 * 24 * 60 * MINUTE_MS,
    windowMinutes: 15,
    means: "A run is older than an approval in Intune may take (three days).",
  },
  {
    name: "graph-refuses",
    metric: "graph_refused",
    where: {},
    of: "count",
    above: 300,
    windowMinutes: 60,
    means: "Microsoft Graph refuses more than the budgets learn from: their rates do not fit.",
  },
  {
    name: "projection-behind",
    metric: "event",
    where: { event: "run_projection_failed" },
    of: "count",
    above: 5,
    windowMinutes: 15,
    means: "D1 does not take what runs write. Counting goes on; readers see old numbers.",
  },
  {
    name: "sweep-fails",
    metric: "event",
    where: { event: "sweep_failed" },
    of: "count",
    above: 3,
    windowMinutes: 15,
    means: "A part of the sweep fails again and again.",
  },
];

/** What the board has kept of a metric: null where nothing was told, which is not zero. */
export function measuredBy(alert: Alert, kept: readonly Told[]): number | null {
  const names: readonly string[] = METRICS[alert.metric].labels;
  const matching = kept.filter(
    ({ metric, labels }) =>
      metric === alert.metric &&
      Object.entries(alert.where).every(([name, value]) => labels[names.indexOf(name)] === value),
  );
  if (matching.length === 0) return null;
  const values = matching.map((told) => told[alert.of]);
  return alert.of === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

/** The same question to Analytics Engine, whose rows are samples: each stands for `_sample_interval` of its kind. */
export function alertQuery(alert: Alert, dataset: string): string {
  const names: readonly string[] = METRICS[alert.metric].labels;
  const number =
    alert.of === "max"
      ? `max(${COLUMNS.max})`
      : `sum(_sample_interval * ${COLUMNS[alert.of === "sum" ? "sum" : "count"]})`;
  const conditions = [
    `${COLUMNS.metric} = '${alert.metric}'`,
    ...Object.entries(alert.where).map(([name, value]) => `${LABEL_COLUMNS[names.indexOf(name)]} = '${value}'`),
    `timestamp > now() - interval '${alert.windowMinutes}' minute`,
  ];
  return `select ${number} as measured from ${dataset} where ${conditions.join(" and ")}`;
}
