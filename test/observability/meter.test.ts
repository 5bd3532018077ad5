import { describe, expect, it } from "vitest";
import { logEvent } from "../../src/observability/log.ts";
import { Meter, meter } from "../../src/observability/meter.ts";
import { dataPoint } from "../../src/runs/edge/carry-metrics.ts";

describe("What an isolate measures", () => {
  it("is added up by metric, labels and tenant, and taken once", () => {
    const own = new Meter();
    own.add("graph_wait", 10, { service: "intune-read" }, "one");
    own.add("graph_wait", 30, { service: "intune-read" }, "one");
    own.add("graph_wait", 7, { service: "intune-read" }, "two");
    own.add("backlog", 4, { shard: "DATABASE" });
    own.add("backlog", 2, { shard: "DATABASE" });
    expect(own.take()).toEqual([
      { metric: "graph_wait", labels: ["intune-read"], tenantId: "one", count: 2, sum: 40, max: 30 },
      { metric: "graph_wait", labels: ["intune-read"], tenantId: "two", count: 1, sum: 7, max: 7 },
      { metric: "backlog", labels: ["DATABASE"], tenantId: null, count: 2, sum: 2, max: 2 },
    ]);
    expect([own.isEmpty, own.take()]).toEqual([true, []]);
  });

  it("is bounded, and says how much it has not kept", () => {
    const own = new Meter();
    for (let tenant = 0; tenant < 300; tenant += 1) own.add("graph_refused", 1, { service: "reports" }, `${tenant}`);
    const told = own.take();
    expect(told).toHaveLength(201);
    expect(told.at(-1)).toMatchObject({ metric: "not_kept", count: 100 });
  });

  it("is taken from events of the log where those say it", () => {
    meter.take();
    const fields = { runId: "r", tenantId: "t", type: "inventory.sync", outcome: "succeeded", durationMs: 120 };
    logEvent("info", "run_completed", fields);
    logEvent("warn", "run_healing", { runId: "r", round: 1, units: 12 });
    logEvent("error", "dead_letters_settled", { runId: "r", messages: 3, settled: 3 });
    logEvent("info", "sweep_woke_runs", { runs: 1 });
    expect(meter.take()).toEqual([
      { metric: "run_ended", labels: ["inventory.sync", "succeeded"], tenantId: null, count: 1, sum: 120, max: 120 },
      { metric: "event", labels: ["warn", "run_healing"], tenantId: null, count: 1, sum: 1, max: 1 },
      { metric: "units_healed", labels: [], tenantId: null, count: 1, sum: 12, max: 12 },
      { metric: "event", labels: ["error", "dead_letters_settled"], tenantId: null, count: 1, sum: 1, max: 1 },
      { metric: "dead_letters", labels: [], tenantId: null, count: 1, sum: 3, max: 3 },
    ]);
  });

  it("goes to Analytics Engine in the columns that its queries read, the metric as sampling key", () => {
    const told = { metric: "run_ended", labels: ["a", "b"], tenantId: null, count: 2, sum: 8, max: 5 } as const;
    expect(dataPoint({ ...told, labels: [...told.labels] }, "v1")).toEqual({
      indexes: ["run_ended"],
      blobs: ["run_ended", "a", "b", "", "v1"],
      doubles: [2, 8, 5],
    });
  });
});
