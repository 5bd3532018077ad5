/** What the deployment has measured of itself, as the operations page shows it. */
import type { Measured } from "../../contract/access.ts";
import { ALERTS, measuredBy } from "../../contract/alerts.ts";
import { METRICS } from "../../contract/metrics.ts";
import type { ControlDatabase } from "../../database/databases.ts";
import { isoTime, isoTimeOrNull } from "../../database/sql/time.ts";
import { namesOfTenants } from "../../database/tenancy/platform.ts";
import { callMetricsBoard } from "./metrics-board.ts";
import type { Kept } from "./metrics-board-object.ts";

const WINDOW_MINUTES = 60;
/** Rows of a metric that is told by tenant, the largest first. */
const TENANTS_SHOWN = 20;

/** A call of the board for each window, and one query. */
export async function readMeasured(
  env: Pick<Env, "METRICS_BOARD"> & { CONTROL: ControlDatabase },
  now: number,
): Promise<Measured> {
  const windows = new Set([WINDOW_MINUTES, ...ALERTS.map(({ windowMinutes }) => windowMinutes)]);
  const read = async (minutes: number) =>
    [minutes, await callMetricsBoard<Kept>(env, (board) => board.read(minutes))] as const;
  const kept = new Map(await Promise.all([...windows].map(read)));
  const { since = null, toldAt = null, told = [] } = kept.get(WINDOW_MINUTES) ?? {};
  const ofTenants = told.filter(({ metric }) => METRICS[metric].ofTenant);
  const shown = ofTenants.toSorted((a, b) => b.sum - a.sum).slice(0, TENANTS_SHOWN);
  const names = await namesOfTenants(
    env.CONTROL,
    shown.flatMap(({ tenantId }) => tenantId ?? []),
  );
  return {
    at: isoTime(now),
    windowMinutes: WINDOW_MINUTES,
    since: isoTimeOrNull(since),
    toldAt: isoTimeOrNull(toldAt),
    metrics: [...told.filter(({ metric }) => !METRICS[metric].ofTenant), ...shown].map(({ tenantId, ...one }) => ({
      ...one,
      tenant: tenantId === null ? null : { id: tenantId, name: null, slug: null, ...names.get(tenantId) },
    })),
    alerts: ALERTS.map((alert) => {
      const measured = measuredBy(alert, kept.get(alert.windowMinutes)?.told ?? []);
      const state = measured === null ? "not_told" : measured > alert.above ? "firing" : "quiet";
      return { name: alert.name, state, measured } as const;
    }),
  };
}
