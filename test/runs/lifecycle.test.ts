import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompletionFacts, maybeCompleteBulkRun } from "../../src/runs/lifecycle.ts";
import { backoffDelay } from "../../src/runs/policy.ts";

const open: CompletionFacts = {
  status: "running",
  cancelRequested: false,
  planFailure: null,
  total: 4,
  counts: { succeeded: 1, failed: 1, skipped: 1 },
  hasFinalizer: false,
  finalized: false,
  finalizeFailure: null,
};
const counts = (succeeded: number, failed: number, skipped: number) => ({ succeeded, failed, skipped });
const failure = { code: "archive_refused", message: "Refused." };

describe("the decision that a run is done", () => {
  const rows: [string, Partial<CompletionFacts>, ReturnType<typeof maybeCompleteBulkRun>][] = [
    ["waits for the last unit", {}, { kind: "not_yet" }],
    [
      "F19: waits for the plan's seal, whatever was settled",
      { total: null, counts: counts(9, 0, 0) },
      { kind: "not_yet" },
    ],
    [
      "succeeds when no unit failed",
      { counts: counts(4, 0, 0) },
      { kind: "complete", outcome: "succeeded", failure: null },
    ],
    [
      "succeeds when some units were skipped: skips are no failures",
      { counts: counts(1, 0, 3) },
      { kind: "complete", outcome: "succeeded", failure: null },
    ],
    [
      "succeeds when all units were skipped",
      { counts: counts(0, 0, 4) },
      { kind: "complete", outcome: "succeeded", failure: null },
    ],
    [
      "F22: succeeds partially when some failed",
      { counts: counts(3, 1, 0) },
      { kind: "complete", outcome: "partially_succeeded", failure: null },
    ],
    [
      "succeeds partially when some failed and the others were skipped",
      { counts: counts(0, 1, 3) },
      { kind: "complete", outcome: "partially_succeeded", failure: null },
    ],
    [
      "F22: fails when every unit failed",
      { counts: counts(0, 4, 0) },
      { kind: "complete", outcome: "failed", failure: null },
    ],
    [
      "F18: succeeds at once without units",
      { total: 0, counts: counts(0, 0, 0) },
      { kind: "complete", outcome: "succeeded", failure: null },
    ],
    [
      "F15: fails when planning failed",
      { total: null, counts: counts(0, 0, 0), planFailure: failure },
      { kind: "complete", outcome: "failed", failure },
    ],
    [
      "asks for the finalizer before it completes",
      { counts: counts(4, 0, 0), hasFinalizer: true },
      { kind: "finalize" },
    ],
    [
      "completes after the finalizer",
      { counts: counts(4, 0, 0), hasFinalizer: true, finalized: true },
      { kind: "complete", outcome: "succeeded", failure: null },
    ],
    [
      "fails when finalizing failed",
      { counts: counts(4, 0, 0), hasFinalizer: true, finalizeFailure: failure },
      { kind: "complete", outcome: "failed", failure },
    ],
    [
      "F23: is canceled at any point before",
      { cancelRequested: true, counts: counts(3, 0, 0) },
      { kind: "complete", outcome: "canceled", failure: null },
    ],
    [
      "F24: says nothing about a completed run",
      { status: "completed", counts: counts(4, 0, 0), cancelRequested: true },
      { kind: "not_yet" },
    ],
  ];
  it.each(rows)("%s", (_title, facts, decision) => {
    expect(maybeCompleteBulkRun({ ...open, ...facts })).toEqual(decision);
  });

  it("F21: is never 'done' while a unit of a sealed plan is open and nobody stopped the run", () => {
    const count = fc.nat({ max: 30 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        fc.nat({ max: 120 }),
        fc.boolean(),
        (succeeded, failed, skipped, total, hasFinalizer) => {
          const decision = maybeCompleteBulkRun({
            ...open,
            total,
            counts: { succeeded, failed, skipped },
            hasFinalizer,
          });
          expect(decision.kind === "not_yet").toBe(succeeded + failed + skipped < total);
        },
      ),
    );
  });
});

describe("the wait after failures", () => {
  it("doubles up to its bound, and never is longer or shorter", () => {
    const policy = { backoffMs: 1_000, maxBackoffMs: 60_000 };
    expect([0, 1, 2, 3, 6, 7, 50, 5_000].map((failures) => backoffDelay(policy, failures))).toEqual([
      1_000, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });
});
