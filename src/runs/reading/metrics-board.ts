/**
 * Where measured values go: to Analytics Engine, which keeps them for three months, and to the board, the object that the operations page reads.
 * The only way to the board: the lint finds its binding anywhere else. What is called has to bear being called twice.
 */
import type { Told } from "../../contract/metrics.ts";
import { repeatCall } from "../../durable-objects/repeat-call.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { type Meter, meter as isolateMeter } from "../../observability/meter.ts";
import { workerVersionOf } from "../../observability/worker-version.ts";
import { withDeadline } from "../deadline.ts";

type BoardStub = ReturnType<Env["METRICS_BOARD"]["getByName"]>;
type MetricsEnv = Pick<Env, "METRICS" | "METRICS_BOARD" | "VERSION">;

/** There is one. */
const BOARD = "board";
/** An isolate carries what it measured on at most this often, so that a busy board has a call of each isolate every few seconds. */
const CARRY_EVERY_MS = 5_000;
/** Nobody waits for numbers. */
const ANSWER_MS = 5_000;

let carriedAt = -Infinity;

export function callMetricsBoard<T>(
  env: Pick<Env, "METRICS_BOARD">,
  call: (board: BoardStub) => Promise<T>,
): Promise<T> {
  return repeatCall(() => call(env.METRICS_BOARD.getByName(BOARD)));
}

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
