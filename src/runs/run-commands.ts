/** What consumers, routes and the sweep ask of a run, and what it answers. Plain data: it crosses the wire to the run's object. */
import type { VerdictCounts } from "./ledger.ts";
import type { Verdict } from "./operation.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { OrdinalRanges } from "./ordinal-ranges.ts";

export interface ClaimRequest {
  /** Names the claim. A request that is sent again, because its answer was lost, keeps it: the same claim, counted once. */
  claimId: string;
  ordinals: OrdinalRanges;
}

/** What a claim brought, for its holder to tell with each settle: the first that becomes durable counts it, exactly once. */
export interface ClaimTicket {
  /** The claim's number among the run's; no other has it, whatever the object goes through. */
  number: number;
  /** Units that its messages delivered, duplicates included. */
  deliveries: number;
  /** Of these, the duplicates. */
  suppressed: number;
}

export type ClaimAnswer =
  /** The run is canceled, completed or unknown: acknowledge everything. */
  | { kind: "closed" }
  | {
      kind: "open";
      run: { runId: string; tenantId: string; type: string; input: unknown };
      granted: OrdinalRanges;
      /** The granted units of a listed plan, in the order of `granted`; null for an implied plan (`Operation.unitAt`). */
      units: PlannedUnit[] | null;
      /** How often granted units were deferred before, and the last times in a row for which reason; those that never were are left out. */
      deferrals: { ordinal: number; count: number; reasonCode: string; inARow: number }[];
      /** Duplicates: acknowledge. */
      settled: OrdinalRanges;
      /** The run is paused, or it is not their turn: acknowledge, the run sends them again when it is resumed, or when their turn comes. */
      parked: OrdinalRanges;
      /** Another claim holds it, or it waits for its time: deliver again later. */
      leased: OrdinalRanges;
      leaseMs: number;
      /** Null when nothing was granted: no settle follows, so the claim was counted at once. */
      ticket: ClaimTicket | null;
    };

/** The object's answer to a claim. `shard`: where the run's tenant is, which spares the consumer a query; null or absent when the object does not know. */
export type LocatedClaim = ClaimAnswer & { shard?: string | null };

export interface SettleRequest {
  claimId: string;
  /** Names the request among all of the run. It keeps it when it is sent again: its verdicts are then no duplicates. */
  settleId: string;
  /** Of the claim. A holder of an earlier version has none; that version counted a claim when it granted it. */
  ticket: ClaimTicket | null | undefined;
  /** Succeeded, without counters. */
  plain: OrdinalRanges;
  detailed: { ordinal: number; verdict: Verdict }[];
  /** How long executions took: triples of first ordinal, last ordinal, milliseconds. A holder of an earlier version tells none. */
  tookMs?: number[];
  /**
   * Units to be sent again later instead of settled. `postponed`: the consumer had no room for it; it is sent again as if it had not been
   * delivered, and no attempt is counted. `uncounted`: it waits for its turn, and says so; no attempt is counted.
   */
  deferred: {
    ordinal: number;
    delayMs: number;
    reasonCode: string;
    message: string;
    postponed?: boolean;
    uncounted?: boolean;
  }[];
  /** The holder ends its claim: what it did not settle is free again. */
  done: boolean;
}

/** `paused`: the holder should begin no further unit. */
export type SettleAnswer =
  | { kind: "closed" }
  | { kind: "open"; newlySettled: number; duplicates: number; paused: boolean };

/**
 * `closed`: the holder should stop, nothing it settles counts. `forgotten`: taken for dead; its verdicts still count. `paused`: renewed, but
 * the holder should begin no further unit.
 */
export type RenewAnswer = "renewed" | "forgotten" | "closed" | "paused";

/** A person's request to pause the run, or to resume it. One that is sent again keeps its id, and changes nothing more. */
export interface PauseRequest {
  id: string;
  /** When the person asked, in milliseconds since the epoch: an older request does not undo a newer one. */
  at: number;
  by: { id: string; name: string };
  paused: boolean;
}

/** `changed`: this request did it. `unchanged`: the run was so already, or a newer request decided. `closed`: nothing is left to pause. */
export type PauseAnswer = "changed" | "unchanged" | "closed";

export interface LedgerProof {
  total: number | null;
  recounted: VerdictCounts;
  running: VerdictCounts;
  settledTwice: number;
  /** Deliveries of units whose claim was answered: settled, deferred, refused or given back; each claim once. */
  deliveries: number;
  duplicatesSuppressed: number;
  redispatched: number;
  version: number;
  projectedVersion: number;
}

/**
 * `unfinished`: the run has not completed. `recent`: it completed a moment ago, and calls from before may be on their way. `busy`: its
 * projection, its cleanup or its journal wants attention first, and gets it.
 */
export type ForgetAnswer = "forgotten" | "unfinished" | "recent" | "busy";
