/**
 * What a run's coordinator keeps durably, and the port it keeps it through. A `commit` is one atomic, synchronous write:
 * either all of it is there after a crash or none of it. Every commit is named, so that tests can crash around each.
 */
import type { RunOutcome, RunStatus } from "../contract/runs.ts";
import type { StoredEvent } from "./facts/run-report.ts";
import type { RunPause } from "./facts/run-pause.ts";
import type { RunSpecification } from "./facts/run-specification.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { JournalEntry } from "./ledger.ts";
import type { RunFailure } from "./lifecycle.ts";
import type { OrdinalRanges } from "./ordinal-ranges.ts";

/** The slowly changing part: one row, rewritten when the lifecycle, the dispatch or the projection moves on. */
export interface RunHeader extends RunSpecification {
  status: RunStatus;
  outcome: RunOutcome;
  startedAt: number | null;
  completedAt: number | null;
  cancelRequested: boolean;
  /** The request that canceled it; null without one, and for runs that were canceled before requests had names. */
  cancelId: string | null;
  /** Since when nothing is granted and sent, and why; null while the run goes on. */
  pause: RunPause | null;
  /** The newest requests to pause or to resume that took effect, oldest first. */
  pauseRequests: { id: string; at: number }[];
  /** Failed units when a person resumed the run last: they do not stop it again. */
  failuresBorne: number;
  /** What came back during a pause is still to be sent again. */
  resend: boolean;
  /** Null until the plan is sealed, then never changed. */
  total: number | null;
  /** Units are a function of their ordinal; no plan pages are stored. */
  impliedPlan: boolean;
  planCursor: string | null;
  plannedUnits: number;
  lastUnitKey: string | null;
  duplicateUnitKeys: number;
  planAttempts: number;
  planFailure: RunFailure | null;
  /** Units of the stored plan name what they come after. */
  ordered: boolean;
  /** So many units at the front of the order of dispatch were handed to the queue at least once. Without an order: ordinals below this. */
  dispatchedUpTo: number;
  /** Healing rounds since the ledger stood at `afterSeq`; an older `afterSeq` means that there was progress since. */
  healing: { rounds: number; afterSeq: number; lastAt: number };
  redispatched: number;
  finalized: boolean;
  /** Attempts since the last step that came to an end. */
  finalizeAttempts: number;
  finalizeCursor: string | null;
  finalizeFailure: RunFailure | null;
  /** Of a phased run: what it is doing, in words; null before its first step. */
  phase: string | null;
  phaseCursor: string | null;
  /** Attempts since the last step that came to an end. */
  phaseAttempts: number;
  /** Times in a row that a step asked to wait, and when to take it up again (milliseconds since the epoch). */
  phaseWaits: number;
  phaseNotBefore: number;
  /** Why the last step asked to wait; null when none has, and once the run has moved on. */
  phaseWait: { reasonCode: string; message: string } | null;
  /** The waits of steps so far. */
  phaseWaited: WaitRecord[];
  phaseOutcome: "succeeded" | "partially_succeeded" | null;
  phaseFailure: RunFailure | null;
  /** The cleanup after an end without a result is done, or was given up. */
  abandoned: boolean;
  abandonAttempts: number;
  result: { kind: string; id: string } | null;
  /** How much the run was about, once it has ended with a result that says so; in the nouns of `extent` of its declaration. */
  extent: number | null;
  /** Grows with each change a reader can see. Entries of the journal carry it on. */
  version: number;
  /** What D1 is known to have. Less than the version: the projection is dirty. */
  projectedVersion: number;
  /** How the run went: what the rest of the header and the journal do not tell (`timeline.ts`). */
  events: StoredEvent[];
  eventsOmitted: number;
  /** When the first verdict was settled, of a journal that was folded since; null where the journal tells. */
  firstSettledAt: number | null;
  /** D1 has the last report of a completed run. */
  told: boolean;
  /** What the last report told of, whole; null when pages of it were left for another. See `RunState.toTell`. */
  toldOf: string | null;
  /** Problems of journal entries up to here are known to be in D1. */
  projectedSeq: number;
  compacted: boolean;
}

/** Waits for one reason. Times are milliseconds since the epoch. */
export interface WaitRecord {
  reasonCode: string;
  message: string;
  firstAt: number;
  lastAt: number;
  times: number;
}

/** A request that brought no verdict, whose counts are in the pulse. */
export interface AnsweredRequest {
  /** Of a claim that was granted nothing, or of a settle request. */
  id: string;
  /** The duplicates that it brought. */
  suppressed: number;
}

/** What claims move: one small row, written ahead for many claims, and for what is answered without a verdict. */
export interface RunPulse {
  /** As far as they were told when this was written; the journal's newest entry may know more. */
  deliveries: number;
  duplicatesSuppressed: number;
  /** Numbers of the claims that were answered by then, as ranges. */
  claims: OrdinalRanges;
  /** Claims may have had numbers up to here; an object that comes back goes on behind. */
  claimsReserved: number;
  /** No lease granted so far lasts longer than this. Guards healing after an eviction, when the leases themselves are gone. */
  leaseHorizon: number;
  /** As of the last write: an object that comes back waits for the horizon anyway. */
  lastClaimAt: number;
  /** The newest requests without verdicts that are counted in here, oldest first. */
  answered: AnsweredRequest[];
  /** The deferrals of units so far. */
  waited: WaitRecord[];
}

/** A unit that asked to be sent again later. */
export interface Deferral {
  ordinal: number;
  /** Times it was deferred: attempts that ended with an answer but without a verdict. 0: only ever postponed or waiting for its turn, before an attempt. */
  count: number;
  /** When to send it again; null once that was done. */
  notBefore: number | null;
  /** The newest claims that deferred it, each once: when a holder tells it again, that is no second deferral. */
  claimIds: string[];
  reasonCode: string;
  /** Of `count`, the last in a row with this reason; absent in what an earlier version stored. */
  inARow?: number;
  message: string;
}

export interface PlanPageRow {
  firstOrdinal: number;
  units: PlannedUnit[];
}

/** The names of all storage writes. */
export const COMMIT_NAMES = [
  "create",
  "plan-attempt",
  "plan-page",
  "seal",
  "plan-failed",
  "dispatch",
  "horizon",
  "refuse",
  "settle",
  "suppress",
  "defer",
  "undefer",
  "redispatch",
  "cancel",
  "pause",
  "resume",
  "resent",
  "finalize-attempt",
  "finalize-step",
  "finalized",
  "finalize-failed",
  "phase-attempt",
  "phase-step",
  "phase-wait",
  "phases-done",
  "phase-failed",
  "complete",
  "abandon-attempt",
  "abandoned",
  "projected",
  "told",
  "compact",
  "hasten",
] as const;
export type CommitName = (typeof COMMIT_NAMES)[number];

export interface RunCommit {
  header?: RunHeader;
  pulse?: RunPulse;
  journal?: JournalEntry;
  planPage?: PlanPageRow;
  deferrals?: Deferral[];
  /** Replaces the whole journal. With a completed header, plan pages and deferrals go too: nobody needs them any more. */
  compactedJournal?: JournalEntry[];
}

export interface RunStore {
  loadHeader(): RunHeader | null;
  loadPulse(): RunPulse | null;
  /** In order of `seq`, one at a time: with the problems of a million units they do not fit into memory together. */
  readJournal(afterSeq?: number): Iterable<JournalEntry>;
  /** The page that holds the ordinal. */
  readPlanPage(ordinal: number): PlanPageRow | null;
  /** One at a time, settled units' among them. */
  loadDeferrals(): Iterable<Deferral>;
  commit(name: CommitName, write: RunCommit): void;
}
