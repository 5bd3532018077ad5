/** The lifecycle's decisions (docs/design/progress.md, section 2), as pure functions. */
import { outcomeOfCounts, type RunOutcome } from "../contract/runs.ts";
import type { VerdictCounts } from "./ledger.ts";

export interface RunFailure {
  code: string;
  message: string;
}

/** What the completion decision looks at. */
export interface CompletionFacts {
  status: "queued" | "running" | "completed";
  cancelRequested: boolean;
  planFailure: RunFailure | null;
  /** Null until the plan is sealed. */
  total: number | null;
  counts: VerdictCounts;
  hasFinalizer: boolean;
  finalized: boolean;
  finalizeFailure: RunFailure | null;
}

export type CompletionDecision =
  | { kind: "not_yet" }
  | { kind: "finalize" }
  | { kind: "complete"; outcome: Exclude<RunOutcome, "pending">; failure: RunFailure | null };

/**
 * The one place that decides that a counted run is done. Called after every change of a run; a run completes when this says
 * so and at no other time. Idempotent: a completed run answers `not_yet`.
 */
export function maybeCompleteBulkRun(facts: CompletionFacts): CompletionDecision {
  if (facts.status === "completed") return { kind: "not_yet" };
  if (facts.cancelRequested) return { kind: "complete", outcome: "canceled", failure: null };
  if (facts.planFailure !== null) return { kind: "complete", outcome: "failed", failure: facts.planFailure };
  if (facts.total === null) return { kind: "not_yet" };
  const { succeeded, failed, skipped } = facts.counts;
  if (succeeded + failed + skipped < facts.total) return { kind: "not_yet" };
  if (facts.finalizeFailure !== null) return { kind: "complete", outcome: "failed", failure: facts.finalizeFailure };
  if (facts.hasFinalizer && !facts.finalized) return { kind: "finalize" };
  return { kind: "complete", outcome: outcomeOfCounts(facts.total, failed), failure: null };
}

/** What the completion decision of a phased run looks at. */
export interface PhasedFacts {
  status: "queued" | "running" | "completed";
  cancelRequested: boolean;
  /** What the last phase came to; null while there is one to go through. */
  phaseOutcome: "succeeded" | "partially_succeeded" | null;
  phaseFailure: RunFailure | null;
}

/**
 * The same decision for a run that goes in phases and counts nothing: the phased runner's, and nobody else's. Idempotent: a
 * completed run answers `not_yet`.
 */
export function completePhasedRun(facts: PhasedFacts): Exclude<CompletionDecision, { kind: "finalize" }> {
  if (facts.status === "completed") return { kind: "not_yet" };
  if (facts.cancelRequested) return { kind: "complete", outcome: "canceled", failure: null };
  if (facts.phaseFailure !== null) return { kind: "complete", outcome: "failed", failure: facts.phaseFailure };
  if (facts.phaseOutcome === null) return { kind: "not_yet" };
  return { kind: "complete", outcome: facts.phaseOutcome, failure: null };
}
