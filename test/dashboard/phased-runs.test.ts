/** Baseline runs as the console has them: whatever counts are stored with one, nothing that the console holds is a number. */
import { describe, expect, it } from "vitest";
import { runSchema } from "../../src/contract/runs.ts";
import type { SummaryCounts } from "../../src/contract/summary-counts.ts";
import { activityOf, EMPTY_RUNS, mergeRuns } from "../../src/dashboard/runs/run-merge.ts";
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import { present } from "../../src/runs/reading/run-reader.ts";
import { terminalNotification } from "../../src/runs/facts/terminal-notification.ts";

const BY_HAND: SummaryCounts[] = [
  { total: 40, processed: 12 },
  { total: 40, processed: 40, succeeded: 40 },
  { total: 1, processed: 0 },
  { total: 0, processed: 0 },
  { total: 10, processed: 99 },
  { processed: 3 },
];
const PHASES = ["Reading inventory", "Selecting policies", "Comparing content", "Writing findings", "Sealing"];

function rowOf(type: string, facts: Partial<ProjectionRow>): ProjectionRow {
  return {
    id: "run_1",
    tenantId: "tenant-1",
    type,
    status: "running",
    outcome: "pending",
    sealed: true,
    finalizerPending: false,
    phase: null,
    pause: null,
    summaryCounts: {},
    failure: null,
    result: null,
    subject: null,
    extent: null,
    initiator: null,
    retryOf: null,
    workerVersion: null,
    version: 1,
    createdAt: 0,
    startedAt: 0,
    completedAt: null,
    ...facts,
  };
}

/** What the console's store holds after the row came to it as an activity snapshot. */
function shown(row: ProjectionRow) {
  const run = runSchema.parse(JSON.parse(JSON.stringify(present(row, "contoso"))));
  const { state } = mergeRuns(EMPTY_RUNS, run.tenantId, [run], "snapshot");
  return activityOf(state, run.tenantId);
}

describe.each(["baseline.capture", "baseline.compare"])("a run of %s in the console", (type) => {
  it.each(BY_HAND)("is a phase and nothing else, with %j written into its row", (summaryCounts) => {
    for (const phase of PHASES) {
      const [run] = shown(rowOf(type, { phase, summaryCounts })).active;
      expect(run?.progress).toEqual({ kind: "phased", phase, text: phase });
    }
    const [queued] = shown(rowOf(type, { status: "queued", summaryCounts })).active;
    expect(queued?.progress).toEqual({ kind: "phased", phase: "Queued", text: "Queued" });
    const [preparing] = shown(rowOf(type, { summaryCounts })).active;
    expect(preparing?.progress).toEqual({ kind: "phased", phase: "Preparing", text: "Preparing" });
  });

  it.each(BY_HAND)("ends in words, and so does its notification, with %j written into its row", (summaryCounts) => {
    for (const outcome of ["succeeded", "partially_succeeded", "failed", "canceled"] as const) {
      const row = rowOf(type, { status: "completed", outcome, completedAt: 1, summaryCounts });
      const [run] = shown(row).finished;
      expect(run?.progress.kind).toBe("finished");
      expect(run?.progress.text).not.toMatch(/\d/);
      const { title, body } = terminalNotification(present(row, "contoso"));
      expect(`${title} ${body}`).not.toMatch(/\d/);
    }
  });
});
