/**
 * What the deployment measures of itself. This catalogue is the only list: data points, the board that the operations page reads, the tables
 * of docs/watching.md and the alerts' queries are made from it (decisions/157-watching.md).
 */
import { z } from "zod";

export interface MetricDeclaration {
  label: string;
  means: string;
  /** Of the sum and of the largest value; a count has none. */
  unit: "ms" | "units" | "runs" | "messages" | null;
  /** What tells its values apart, besides the tenant. */
  labels: readonly string[];
  ofTenant: boolean;
  /** `latest`: each value replaces the one before; others are added up. */
  kind: "added" | "latest";
  /** For people: what a zero stands for, where it is no amount. */
  zeroWords?: string;
}

export const METRICS = {
  run_ended: {
    label: "Runs ended",
    means: "Runs that completed, by type and outcome; the value is how long each took from its start.",
    unit: "ms",
    labels: ["type", "outcome"],
    ofTenant: false,
    kind: "added",
  },
  settle_lag: {
    label: "Settle lag",
    means:
      "From the first verdict of a settle call to the call's answer: for so long a finished unit was not counted yet.",
    unit: "ms",
    labels: [],
    ofTenant: false,
    kind: "added",
  },
  units_healed: {
    label: "Units healed",
    means: "Units that were sent again because nobody answered for them.",
    unit: "units",
    labels: [],
    ofTenant: false,
    kind: "added",
  },
  duplicates: {
    label: "Duplicates",
    means: "Deliveries and verdicts of units that were settled before. They changed nothing.",
    unit: "units",
    labels: [],
    ofTenant: false,
    kind: "added",
  },
  dead_letters: {
    label: "Dead letters",
    means: "Messages that the queue gave up.",
    unit: "messages",
    labels: [],
    ofTenant: false,
    kind: "added",
  },
  backlog: {
    label: "Unfinished runs",
    means: "Runs that have not completed, as the sweep sees them each minute.",
    unit: "runs",
    labels: ["shard"],
    ofTenant: false,
    kind: "latest",
  },
  backlog_age: {
    label: "Age of the oldest unfinished run",
    means: "Since its start. A restore that waits for an approval may be days old.",
    unit: "ms",
    labels: ["shard"],
    ofTenant: false,
    kind: "latest",
    zeroWords: "no run",
  },
  graph_wait: {
    label: "Waits for Microsoft Graph",
    means: "Times that work waited or was put off because of its tenant's Graph budget, by service.",
    unit: "ms",
    labels: ["service"],
    ofTenant: true,
    kind: "added",
  },
  graph_refused: {
    label: "Refusals of Microsoft Graph",
    means: "Answers 429, by service; requests that were refused together count once.",
    unit: null,
    labels: ["service"],
    ofTenant: true,
    kind: "added",
  },
  event: {
    label: "Warnings and errors",
    means: "Log events of the levels warn and error, by name. docs/operations.md says what they mean.",
    unit: null,
    labels: ["level", "event"],
    ofTenant: false,
    kind: "added",
  },
  not_kept: {
    label: "Not kept",
    means: "Values that the board or an isolate had no room for. The other numbers are too small by as much.",
    unit: null,
    labels: [],
    ofTenant: false,
    kind: "added",
  },
} as const satisfies Record<string, MetricDeclaration>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS).filter(isMetric);

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** Data points keep labels in these columns, in the order of the catalogue; the tenant and the version of the Worker follow. */
export const LABEL_COLUMNS = ["blob2", "blob3"] as const;
export const COLUMNS = {
  metric: "blob1",
  tenant: "blob4",
  version: "blob5",
  count: "double1",
  sum: "double2",
  max: "double3",
} as const;

/** Values of one metric, told together. */
export const toldSchema = z.object({
  metric: z.custom<MetricName>((value) => typeof value === "string" && isMetric(value)),
  /** In the order of the catalogue. */
  labels: z.array(z.string()),
  /** Null where the metric is of no tenant. */
  tenantId: z.string().nullable(),
  count: z.int(),
  sum: z.number(),
  max: z.number(),
});
export type Told = z.infer<typeof toldSchema>;
