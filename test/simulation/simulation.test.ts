import { describe, expect, it } from "vitest";
import { sumReports } from "./batch.ts";
import { CRASH_POINTS } from "./fault-points.ts";
import { sized } from "../support/thoroughness.ts";
import { hitPoints, reproduction } from "./report.ts";
import { runSchedules } from "./threads.ts";

// Always the same schedules, so that a failure here is somebody's change; `npm run simulate` looks for new ones.
const seed = 2026;
const REPEATED = sized(20, 50);

describe("runs in a simulated world", () => {
  it("keep every invariant after every step of 500 schedules of crashes, losses, duplicates and outages, and complete", async () => {
    // A fifth of them goes for the crash points, most of which are rare: a commit of a kind, before or after it.
    const guide = { config: {}, points: [...CRASH_POINTS] };
    const report = sumReports([
      await runSchedules({ runs: 400, seed }),
      await runSchedules({ runs: 100, seed, guide }),
    ]);
    expect(report.failure === null ? "no violation" : reproduction(report.failure)).toBe("no violation");
    expect(report.schedules).toBe(500);
    // So few schedules meet the common points; the long form, `npm run simulate`, has to meet them all.
    expect(hitPoints(report, CRASH_POINTS)).toBeGreaterThan(0.5 * CRASH_POINTS.length);
    expect(Object.keys(report.outcomes)).toEqual(
      expect.arrayContaining(["succeeded", "partially_succeeded", "failed", "canceled"]),
    );
  }, 240_000);

  it("keep every invariant when the projection is written by the product's own SQL", async () => {
    const report = await runSchedules({ runs: sized(40, 400), seed, database: "sqlite" });
    expect(report.failure === null ? "no violation" : reproduction(report.failure)).toBe("no violation");
  }, 240_000);

  it("go the same way again for the same seed", async () => {
    const [once, again] = await Promise.all([1, 2].map(() => runSchedules({ runs: REPEATED, seed: 7 })));
    expect(again).toEqual(once);
  });
});
