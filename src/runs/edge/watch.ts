/** What the sweep watches each minute: how much is unfinished, and whether an alert fires (decisions/157-watching.md). */
import { ALERTS, measuredBy } from "../../contract/alerts.ts";
import type { Told } from "../../contract/metrics.ts";
import { type ControlEnv, envOfEachShard } from "../../database/databases.ts";
import { countUnfinishedRuns } from "../../database/runs/operation-runs.ts";
import { logEvent } from "../../observability/log.ts";
import { meter } from "../../observability/meter.ts";
import { callMetricsBoard } from "../reading/metrics-board.ts";
import { carryMetrics } from "./carry-metrics.ts";

/** One query a shard, and a call of the board for each window that alerts look through. Logs `alert_firing` for each that fires. */
export async function watch(env: ControlEnv, now: number): Promise<void> {
  const names = [...env.SHARDS.keys()];
  for (const [position, { DATABASE }] of envOfEachShard(env).entries()) {
    const { runs, oldestAt } = await countUnfinishedRuns(DATABASE);
    const shard = names[position] ?? String(position);
    meter.add("backlog", runs, { shard });
    meter.add("backlog_age", oldestAt === null ? 0 : Math.max(0, now - oldestAt), { shard });
  }
  await carryMetrics(env, { atOnce: true });
  const kept = new Map<number, Told[]>();
  for (const windowMinutes of new Set(ALERTS.map((alert) => alert.windowMinutes))) {
    kept.set(windowMinutes, (await callMetricsBoard(env, (board) => board.read(windowMinutes))).told);
  }
  for (const alert of ALERTS) {
    const measured = measuredBy(alert, kept.get(alert.windowMinutes) ?? []);
    if (measured !== null && measured > alert.above) {
      logEvent("error", "alert_firing", { alert: alert.name, measured, above: alert.above });
    }
  }
}
