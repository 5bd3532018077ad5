import { beforeAll, describe, expect, it } from "vitest";
import { type BatchReport, sumReports } from "./batch.ts";
import { CRASH_POINTS } from "./fault-points.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { hitPoints, reproduction } from "./report.ts";
import { runInOneThread } from "./threads.ts";

// Always the same schedules, so that a failure here is somebody's change; `npm run simulate` looks for new ones.
const seed = 2026;
const BY_OWN_SQL = IN_WHOLE ? sized(40, 400) : 20;
const REPEATED = IN_WHOLE ? sized(20, 50) : 8;
/** What goes for the crash points, most of which are rare: a commit of a kind, before or after it. */
const guide = { config: {}, points: [...CRASH_POINTS] };

describe("runs in a simulated world", () => {
  let reports: BatchReport[];
  beforeAll(async () => {
    // The sources are loaded once for all.
    reports = await runInOneThread([
      { runs: 400, seed },
      { runs: 100, seed, guide },
      { runs: BY_OWN_SQL, seed, database: "sqlite" },
      { runs: REPEATED, seed: 7 },
      { runs: REPEATED, seed: 7 },
    ]);
  }, 480_000);

  it("keep every invariant after every step of 500 schedules of crashes, losses, duplicates and outages, and complete", () => {
    const report = sumReports(reports.slice(0, 2));
    expect(report.failure === null ? "no violation" : reproduction(report.failure)).toBe("no violation");
    expect(report.schedules).toBe(500);
    // So few schedules meet the common points; the long form, `npm run simulate`, has to meet them all.
    expect(hitPoints(report, CRASH_POINTS)).toBeGreaterThan(0.5 * CRASH_POINTS.length);
    expect(Object.keys(report.outcomes)).toEqual(
      expect.arrayContaining(["succeeded", "partially_succeeded", "failed", "canceled"]),
    );
  });

  it("keep every invariant when the projection is written by the product's own SQL", () => {
    const [report] = reports.slice(2);
    expect(report).toMatchObject({ schedules: BY_OWN_SQL });
    const failure = report?.failure ?? null;
    expect(failure === null ? "no violation" : reproduction(failure)).toBe("no violation");
  });

  it("go the same way again for the same seed", () => {
    const [once, again] = reports.slice(3);
    expect(once).toMatchObject({ schedules: REPEATED });
    expect(again).toEqual(once);
  });
});
