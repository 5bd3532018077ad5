import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeReport } from "../../src/database/runs/run-reports.ts";
import { writeProjection } from "../../src/database/runs/run-writing.ts";
import type { Projection } from "../../src/runs/facts/projection.ts";
import type { RunReport } from "../../src/runs/facts/run-report.ts";
import type { ProjectedProblem } from "../../src/runs/facts/units.ts";
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import { TENANT_ID } from "./console-model.ts";
import { DatabaseModel, type RunDatabase, type Words } from "./database-model.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

const RUNS = ["run-1", "run-2", "run-1-retry"];

function inserted(runId: string): ProjectionRow {
  return {
    id: runId,
    tenantId: TENANT_ID,
    type: "simulated.counted",
    status: "queued",
    outcome: "pending",
    sealed: false,
    finalizerPending: false,
    phase: null,
    pause: null,
    summaryCounts: {},
    failure: null,
    result: null,
    subject: "Simulated",
    extent: null,
    initiator: runId === "run-2" ? null : { id: "user", name: "Initiator" },
    retryOf: runId === "run-1-retry" ? "run-1" : null,
    workerVersion: "59ba579",
    version: 1,
    createdAt: 5,
    startedAt: null,
    completedAt: null,
  };
}

const problem: fc.Arbitrary<ProjectedProblem> = fc.record({
  ordinal: fc.nat({ max: 6 }),
  outcome: fc.constantFrom("failed" as const, "skipped" as const),
  reasonCode: fc.constantFrom("refused", "lost"),
  message: fc.constantFrom("No.", "Zażółć 'gęślą' \"jaźń\""),
  attempts: fc.integer({ min: 1, max: 3 }),
  key: fc.constantFrom("unit-1", "unit-2"),
  label: fc.constant("Unit"),
  input: fc.constantFrom(null, { index: 3 }, [1, "two"]),
});

type Operation =
  | { kind: "insert"; runId: string; at: number }
  | { kind: "write"; projection: Projection; words: Words | null; at: number }
  | { kind: "report"; report: RunReport }
  | { kind: "quiet"; before: number; at: number };

const at = fc.nat({ max: 100 });
const runId = fc.constantFrom(...RUNS);
const projection = fc
  .record({
    runId,
    version: fc.integer({ min: 1, max: 8 }),
    status: fc.constantFrom("running" as const, "running" as const, "completed" as const),
    processed: fc.nat({ max: 9 }),
    failure: fc.constantFrom(null, { code: "planning_failed", message: "It could not be listed." }),
    result: fc.constantFrom(null, { kind: "archive", id: "a" }),
    extent: fc.constantFrom(null, 0, 12),
    finalizerPending: fc.boolean(),
    partial: fc.boolean(),
    problems: fc.array(problem, { maxLength: 4 }),
  })
  .map(
    ({
      runId,
      version,
      status,
      processed,
      failure,
      result,
      extent,
      finalizerPending,
      partial,
      problems,
    }): Projection => {
      const completed = status === "completed";
      const counts = { total: 9, processed, succeeded: processed, failed: 0, skipped: 0 };
      const facts = {
        version,
        status,
        failure,
        result,
        extent,
        finalizerPending,
        sealed: true,
        summaryCounts: counts,
        startedAt: 7,
        completedAt: completed ? 9 : null,
      };
      return {
        row: { ...inserted(runId), ...facts, outcome: completed ? "succeeded" : "pending" },
        partial,
        tenantSlug: "simulated",
        problems,
      };
    },
  );

/** Few versions and times, so that some are equal, late or repeated. */
const report: fc.Arbitrary<RunReport> = fc
  .record({
    runId,
    version: fc.integer({ min: 1, max: 3 }),
    at: fc.nat({ max: 3 }),
    states: fc.constantFrom("oo", "so", "sf"),
    first: fc.subarray([0, 2]),
  })
  .map(({ runId, version, at, states, first }) => ({
    runId,
    tenantId: TENANT_ID,
    at,
    version,
    completed: false,
    facts: { waits: [], otherReasons: 0, waitingUnits: 0, heldUnits: 0, timeline: [], omitted: 0, planned: 4 },
    pages: first.map((firstOrdinal) => ({
      firstOrdinal,
      names: null,
      states,
      attempts: [],
      tookMs: [2, version],
      nextTryAt: [],
    })),
  }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: report.map((report): Operation => ({ kind: "report", report })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("insert" as const), runId, at }) },
  {
    weight: 5,
    arbitrary: fc.record({ projection, at }).map(({ projection, at }): Operation => {
      const { row } = projection;
      const words =
        row.status === "completed" && !projection.partial
          ? { id: `notification_${row.id}`, title: "Done", body: "9 of 9" }
          : null;
      return { kind: "write", projection, words, at };
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("quiet" as const), before: at, at }) },
);

function apply(database: RunDatabase, one: Operation): unknown {
  switch (one.kind) {
    case "insert":
      return database.insertRun(inserted(one.runId), one.at);
    case "write":
      return database.writeProjection(one.projection, one.words, one.at);
    case "report":
      return database.writeReport(one.report);
    case "quiet":
      return database.takeQuiet(one.before, one.at).sort();
  }
}

function everything(database: RunDatabase): unknown {
  return RUNS.map((runId) => [
    database.readRow(runId),
    database.readUnits(runId),
    database.notifications(runId),
    database.readReport(runId),
  ]);
}

describe("the simulation's model of D1", () => {
  it("answers as the product's SQL does on the product's schema, write by write", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        const model = new DatabaseModel();
        const sqlite = new SqliteDatabase({ writeProjection, writeReport });
        try {
          for (const database of [model, sqlite]) database.insertRun(inserted("run-1"), 1);
          for (const one of operations) {
            // Notifications and units hang on the run in the model; in D1 a projection of no run does not occur.
            if (one.kind === "write" && model.readRow(one.projection.row.id) === null) continue;
            expect(apply(sqlite, one)).toEqual(apply(model, one));
            expect(everything(sqlite)).toEqual(everything(model));
          }
        } finally {
          sqlite.close();
        }
      }),
      { numRuns: 300 },
    );
  });
});
