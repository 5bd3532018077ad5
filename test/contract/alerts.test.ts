import { describe, expect, it } from "vitest";
import { type Alert, alertQuery, ALERTS, measuredBy } from "../../src/contract/alerts.ts";
import { LABEL_COLUMNS, METRIC_NAMES, METRICS, type Told } from "../../src/contract/metrics.ts";

function told(values: Partial<Told>): Told {
  return {
    metric: "run_ended",
    labels: ["inventory.sync", "failed"],
    tenantId: null,
    count: 1,
    sum: 5,
    max: 5,
    ...values,
  };
}

const failed: Alert = {
  name: "failed",
  metric: "run_ended",
  where: { outcome: "failed" },
  of: "count",
  above: 0,
  windowMinutes: 15,
  means: "",
};

describe("An alert", () => {
  it("measures what its labels choose, in its own way", () => {
    const kept = [
      told({ count: 2, sum: 10, max: 9 }),
      told({ labels: ["policy.restore", "failed"], count: 1, sum: 4, max: 4 }),
      told({ labels: ["inventory.sync", "succeeded"], count: 70, sum: 700, max: 90 }),
      told({ metric: "units_healed", labels: [], count: 5, sum: 500, max: 400 }),
    ];
    expect(measuredBy(failed, kept)).toBe(3);
    expect(measuredBy({ ...failed, of: "sum" }, kept)).toBe(14);
    expect(measuredBy({ ...failed, of: "max" }, kept)).toBe(9);
  });

  it("measures nothing of what was not told, which is not zero", () => {
    expect(measuredBy(failed, [])).toBeNull();
    expect(measuredBy(failed, [told({ labels: ["inventory.sync", "succeeded"] })])).toBeNull();
  });

  it("asks Analytics Engine the same, and takes samples for what they stand for", () => {
    expect(alertQuery(failed, "set")).toBe(
      "select sum(_sample_interval * double1) as measured from set where blob1 = 'run_ended' and blob3 = 'failed' and timestamp > now() - interval '15' minute",
    );
    expect(alertQuery({ ...failed, of: "max", where: {} }, "set")).toContain("select max(double3) as measured");
  });

  it("of the list names labels that its metric has, once, and no text that would leave its quotes", () => {
    for (const { name, metric, where, windowMinutes } of ALERTS) {
      const labels: readonly string[] = METRICS[metric].labels;
      expect(
        Object.keys(where).filter((label) => !labels.includes(label)),
        name,
      ).toEqual([]);
      expect(
        Object.values(where).filter((value) => !/^[\w.-]+$/.test(value)),
        name,
      ).toEqual([]);
      expect(windowMinutes).toBeLessThanOrEqual(60);
    }
    expect(new Set(ALERTS.map(({ name }) => name)).size).toBe(ALERTS.length);
  });
});

describe("A metric", () => {
  it("has a column for each of its labels", () => {
    for (const name of METRIC_NAMES) expect(METRICS[name].labels.length).toBeLessThanOrEqual(LABEL_COLUMNS.length);
  });
});
