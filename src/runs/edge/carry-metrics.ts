/** From an isolate's memory to where numbers are kept: Analytics Engine, for three months, and the board, which the operations page reads. */
import type { Told } from "../../contract/metrics.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { type Meter, meter as isolateMeter } from "../../observability/meter.ts";
import { workerVersionOf } from "../../observability/worker-version.ts";
import { withDeadline } from "../deadline.ts";
import { callMetricsBoard } from "../reading/metrics-board.ts";

type MetricsEnv = Pick<Env, "METRICS" | "METRICS_BOARD" | "VERSION">;

/** An isolate carries what it measured on at most this often, so that a busy board has a call of each isolate every few seconds. */
const CARRY_EVERY_MS = 5_000;
/** Nobody waits for numbers. */
const ANSWER_MS = 5_000;

let carriedAt = -Infinity;

/**
 * Carries on what the isolate has measured, if it is time; to be called at the end of an invocation. Never rejects. A call that fails loses its
 * values, and one that is repeated may count them twice: these are numbers to look at, and no progress.
 */
export async function carryMetrics(
  env: MetricsEnv,
  { atOnce = false, meter = isolateMeter }: { atOnce?: boolean; meter?: Meter } = {},
): Promise<void> {
  const now = Date.now();
  if (meter.isEmpty || (!atOnce && now - carriedAt < CARRY_EVERY_MS && now >= carriedAt)) return;
  carriedAt = now;
  const told = meter.take();
  try {
    for (const one of told) env.METRICS.writeDataPoint(dataPoint(one, workerVersionOf(env)));
    await withDeadline(() => callMetricsBoard(env, (board) => board.tell(told)), ANSWER_MS, "the board of metrics");
  } catch (error) {
    logEvent("warn", "metrics_lost", { values: told.length, ...errorFields(error) });
  }
}

/** As `COLUMNS` names them. The metric is the sampling key: a rare one is kept whole beside a frequent one. */
export function dataPoint(told: Told, version: string): AnalyticsEngineDataPoint {
  const [first = "", second = ""] = told.labels;
  return {
    indexes: [told.metric],
    blobs: [told.metric, first, second, told.tenantId ?? "", version],
    doubles: [told.count, told.sum, told.max],
  };
}
