/**
 * Describes the journal of a restore's writes, which survives crashes (decisions/040-writes-to-graph-are-journalled.md). Each
 * sending of a step is an attempt: begun durably before, ended durably after. An attempt that was begun and not ended may or
 * may not have been applied.
 */
import type { Refusal } from "../../restore/approval-times.ts";
import type { StepRequest } from "./outcome.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";

export interface Attempt {
  /** The step's name. */
  step: string;
  /** 1, 2 … among the attempts at this step. */
  number: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** For a step that creates: the ids of all policies of that name that were there before the first attempt. */
  existedBefore: readonly string[];
  outcome: AttemptOutcome | null;
}

/** As the journal has it. */
export interface RecordedAttempt extends Attempt {
  /** Begun by an earlier run of the same plan. */
  ofEarlierRun: boolean;
}

export type AttemptOutcome = { requestId: string | null } &
  /** `policyId` for a step that creates. */
  (
    | { kind: "applied"; policyId: string | null }
    /** By Graph's word, or because it would show by now. */
    | { kind: "not_applied" }
    /** Never learnt, and of no account: the step bears repeating. */
    | { kind: "lost" }
    /** Waits for another administrator's approval under this code. */
    | { kind: "parked"; code: string; justification: string }
    /** Never sent: the approval under this code was not given. */
    | { kind: "declined"; code: string; how: Refusal }
  );

/**
 * Kept by whoever performs the restore, one for each item that is restored, and the same one when that item is tried again
 * later (a unit redelivered, a run retried). All three may fail by throwing; what they had to record is then unknown, and
 * performing the restore again finds out.
 */
export interface RestoreJournal {
  /** All attempts, in the order in which they were begun. */
  read(): Promise<readonly RecordedAttempt[]>;
  /**
   * Begins an attempt, or records one that ended as it began; durable when it resolves. False, and nothing recorded, when that
   * number of that step was begun already: then another execution performs this restore and sends the step.
   */
  begin(attempt: Attempt): Promise<boolean>;
  /**
   * Ends an attempt; durable when it resolves. `taken`, and nothing recorded, when the outcome's `policyId` is already the
   * outcome of another journal of the tenant: two restores of equal policies must not both call one policy their own.
   * `ended_already` when somebody else has ended the attempt with another outcome.
   */
  end(step: string, number: number, outcome: AttemptOutcome): Promise<"recorded" | "taken" | "ended_already">;
}

/** The last attempt at a step; null when it was never sent. */
export function lastAttempt<Known extends Attempt>(attempts: readonly Known[], step: RestoreStep): Known | null {
  return attempts.filter((attempt) => attempt.step === step.name).at(-1) ?? null;
}

/**
 * The first attempt that the policy being looked for can be of: after one that was parked or declined, nothing was applied before.
 * Null when the step is yet to be sent.
 */
export function firstAttempt(attempts: readonly Attempt[], step: RestoreStep): Attempt | null {
  const own = attempts.filter((attempt) => attempt.step === step.name);
  const unsent = own.findLastIndex(({ outcome }) => outcome?.kind === "parked" || outcome?.kind === "declined");
  return own[unsent + 1] ?? null;
}

export function isApplied(attempts: readonly Attempt[], step: RestoreStep): boolean {
  return lastAttempt(attempts, step)?.outcome?.kind === "applied";
}

/** The policy that the plan has created so far; null before. */
export function createdPolicyId(attempts: readonly Attempt[]): string | null {
  const ids = attempts.map(({ outcome }) => (outcome?.kind === "applied" ? outcome.policyId : null));
  return ids.find((id) => id !== null) ?? null;
}

/** The requests that Graph answered, in their order. */
export function requestsOf(steps: readonly RestoreStep[], attempts: readonly Attempt[]): StepRequest[] {
  return attempts.flatMap(({ step: name, outcome }) => {
    const step = steps.find((candidate) => candidate.name === name);
    const requestId = outcome?.requestId;
    return step && requestId ? [{ step: name, method: step.method, path: step.path, requestId }] : [];
  });
}
