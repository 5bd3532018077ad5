/** The board, and how numbers get there. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { measuredSchema } from "../../src/contract/access.ts";
import { ALERTS } from "../../src/contract/alerts.ts";
import type { Told } from "../../src/contract/metrics.ts";
import { enter } from "../../src/database/databases.ts";
import { meter, Meter } from "../../src/observability/meter.ts";
import { watch } from "../../src/runs/edge/watch.ts";
import { readMeasured } from "../../src/runs/reading/measured.ts";
import { carryMetrics } from "../../src/runs/edge/carry-metrics.ts";
import { callMetricsBoard } from "../../src/runs/reading/metrics-board.ts";
import { seedTenant } from "../support/tenants.ts";

const tell = (told: Told[]) => callMetricsBoard(env, (board) => board.tell(told));
const read = async () => (await callMetricsBoard(env, (board) => board.read(60))).told;
const wait = (tenantId: string, ms: number): Told => ({
  metric: "graph_wait",
  labels: ["intune-read"],
  tenantId,
  count: 1,
  sum: ms,
  max: ms,
});

describe("The board of metrics", () => {
  beforeEach(async () => {
    meter.take();
    await runInDurableObject(env.METRICS_BOARD.getByName("board"), (_board, { storage }) => {
      storage.sql.exec("DELETE FROM told");
    });
  });

  it("adds up what isolates tell, keeps the newest of what is a state, and forgets a tenant that is deleted", async () => {
    const backlog = (runs: number): Told => ({
      metric: "backlog",
      labels: ["DATABASE"],
      tenantId: null,
      count: 1,
      sum: runs,
      max: runs,
    });
    await tell([wait("one", 10), backlog(9)]);
    await tell([wait("one", 30), wait("two", 5), backlog(4)]);
    expect(await read()).toEqual(
      expect.arrayContaining([{ ...wait("one", 30), count: 2, sum: 40 }, wait("two", 5), { ...backlog(4), count: 2 }]),
    );
    await callMetricsBoard(env, (board) => board.forgetTenant("one"));
    expect((await read()).filter(({ tenantId }) => tenantId !== null)).toEqual([wait("two", 5)]);
  });

  it("has room for so many rows a minute, and counts what finds none", async () => {
    await tell(Array.from({ length: 320 }, (_, tenant) => wait(`tenant-${tenant}`, 1)));
    const told = await read();
    const notKept = told.find(({ metric }) => metric === "not_kept");
    const kept = told.filter(({ metric }) => metric === "graph_wait").length;
    expect(kept + (notKept?.count ?? 0)).toBe(320);
    expect(kept).toBeLessThanOrEqual(300);
  });

  it("gets what an isolate has measured, and an isolate whose numbers do not get there goes on", async () => {
    const own = new Meter();
    own.add("units_healed", 7, {});
    await carryMetrics(env, { atOnce: true, meter: own });
    expect(await read()).toMatchObject([{ metric: "units_healed", sum: 7 }]);
    own.add("units_healed", 7, {});
    const refusing = {
      writeDataPoint: vi.fn<() => void>(() => {
        throw new Error("no dataset");
      }),
    };
    await carryMetrics({ ...env, METRICS: refusing }, { atOnce: true, meter: own });
    expect(refusing.writeDataPoint).toHaveBeenCalledOnce();
    expect(own.isEmpty).toBe(true);
  });

  it("says of each alert whether it fires, is quiet, or cannot be told, and names tenants", async () => {
    const { tenantId } = await seedTenant("measured");
    const anomaly: Told = {
      metric: "event",
      labels: ["error", "progress_anomaly"],
      tenantId: null,
      count: 1,
      sum: 1,
      max: 1,
    };
    const healed: Told = { metric: "units_healed", labels: [], tenantId: null, count: 1, sum: 3, max: 3 };
    await tell([anomaly, healed, wait(tenantId, 70), wait("gone", 60)]);
    const measured = measuredSchema.parse(await readMeasured(enter(env), Date.now()));
    const states = new Map(measured.alerts.map(({ name, state, measured: value }) => [name, [state, value]]));
    expect(states.get("wrong-counts")).toEqual(["firing", 1]);
    expect(states.get("much-healing")).toEqual(["quiet", 3]);
    expect(states.get("dead-letters")).toEqual(["not_told", null]);
    expect(states.size).toBe(ALERTS.length);
    expect(measured.metrics.flatMap(({ tenant }) => tenant ?? [])).toMatchObject([
      { id: tenantId, slug: "measured" },
      { id: "gone", name: null, slug: null },
    ]);
  });

  it("is what the sweep judges alerts by: what fires is an event of the log", async () => {
    await tell([{ metric: "event", labels: ["error", "progress_anomaly"], tenantId: null, count: 1, sum: 1, max: 1 }]);
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      await watch(enter(env), Date.now());
      const events = logged.mock.calls.map(([line]): unknown => JSON.parse(String(line)));
      expect(events).toContainEqual({
        level: "error",
        event: "alert_firing",
        alert: "wrong-counts",
        measured: 1,
        above: 0,
      });
    } finally {
      logged.mockRestore();
    }
    expect((await read()).map(({ metric }) => metric)).toEqual(expect.arrayContaining(["backlog", "backlog_age"]));
  });
});
