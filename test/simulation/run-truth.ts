/** What the oracle knows of one run, written down from what became durable and from what happened outside, never from the code's own sums. */
import type { JournalEntry } from "../../src/runs/ledger.ts";
import { forEachOrdinal } from "../../src/runs/ordinal-ranges.ts";
import type { RunHeader } from "../../src/runs/run-store.ts";
import { type Behavior, MAX_DEFERRALS, type Workload } from "./workload.ts";

export type VerdictKind = "succeeded" | "failed" | "skipped";

export interface LoggedVerdict {
  kind: VerdictKind;
  reasonCode: string | null;
}

export interface Lease {
  claimId: string;
  until: number;
  instance: object | null;
}

export class RunTruth {
  readonly runId: string;
  /** 0 for a first run, 1 for its retry. */
  readonly generation: number;
  readonly initiated: boolean;
  readonly retryOf: string | null;
  /** Places in the whole plan, by ordinal. */
  readonly indices: readonly number[];
  readonly #workload: Workload;

  readonly verdicts = new Map<number, LoggedVerdict>();
  readonly tally: Record<VerdictKind, number> = { succeeded: 0, failed: 0, skipped: 0 };
  items = 0;
  /** Effect log: ordinals whose effect is durable. */
  readonly effects = new Set<number>();
  readonly executions = new Map<number, number>();
  /** Executions that were begun, whether or not they came to anything. */
  readonly begun = new Map<number, number>();
  /** Healing rounds that sent something, and how many there had been when an ordinal answered last. */
  healingRounds = 0;
  readonly roundsAtAnswer = new Map<number, number>();
  /** Step of an ordinal's newest stored deferral. */
  readonly deferredAt = new Map<number, number>();
  /** Requests to pause or to resume that took effect. */
  readonly pauseRequests = new Set<string>();
  /** Step at which an ordinal's message was last taken back by a paused run. */
  readonly parkedAt = new Map<number, number>();
  /** Who was granted an ordinal last, until when, and by which instance of the object. */
  readonly leases = new Map<number, Lease>();
  header: RunHeader | null = null;
  completions = 0;
  processedAtCancel: number | null = null;
  /** Artifacts that finalizing wrote. */
  readonly artifacts = new Set<string>();
  finalizations = 0;
  /** Steps of its phases, waits that they answered, and cleanups after it. */
  advances = 0;
  phaseWaits = 0;
  cleanups = 0;
  /** Ordinals that claims brought, each claim once, whether or not the object heard of it. */
  readonly delivered = new Map<string, number>();
  /** The claim that a call at the object makes or answers. */
  answering: string | null = null;
  /** Claims of which an answer is durable, and the deliveries that they brought. */
  readonly answered = new Set<string>();
  deliveries = 0;
  planCalls = 0;
  settledRow: string | null = null;
  shownVersion = 0;
  shownProcessed = 0;
  /** Payload by version, from D1 and from frames: there may be one only. */
  readonly payloads = new Map<number, string>();

  constructor(
    workload: Workload,
    run: { runId: string; generation: number; initiated: boolean; retryOf: string | null; indices: readonly number[] },
  ) {
    this.#workload = workload;
    this.runId = run.runId;
    this.generation = run.generation;
    this.initiated = run.initiated;
    this.retryOf = run.retryOf;
    this.indices = run.indices;
  }

  /** Failed units after which it stops by itself; 0 for never. */
  get stopAfter(): number {
    return this.#workload.config.stopAfter;
  }

  get phased(): boolean {
    return this.#workload.phased;
  }

  get processed(): number {
    return this.tally.succeeded + this.tally.failed + this.tally.skipped;
  }

  get closed(): boolean {
    return this.header !== null && (this.header.cancelRequested || this.header.status === "completed");
  }

  behavior(ordinal: number): Behavior {
    return this.#workload.behavior(this.generation, this.indices[ordinal] ?? 0);
  }

  /** A unit before this one that has not ended; null when its turn has come. */
  openBefore(ordinal: number): number | null {
    const after = this.#workload.after(this.indices[ordinal] ?? 0);
    if (after === null) return null;
    for (let before = 0; before < ordinal; before += 1)
      if (this.keyOf(before) < after && !this.verdicts.has(before)) return before;
    return null;
  }

  keyOf(ordinal: number): string {
    return this.#workload.key(this.indices[ordinal] ?? -1);
  }

  /** Writes an entry's verdicts down. Returns what is wrong with it, or null. */
  take(entry: JournalEntry): string | null {
    for (const kind of ["succeeded", "failed", "skipped"] as const) {
      let wrong: string | null = null;
      forEachOrdinal(entry[kind], (ordinal) => {
        const problem = entry.problems.find((candidate) => candidate.ordinal === ordinal);
        if (ordinal >= this.indices.length) wrong = `ordinal ${ordinal} is in no plan of ${this.indices.length}`;
        else if (this.verdicts.has(ordinal)) wrong = `ordinal ${ordinal} settles a second time`;
        else if ((kind === "succeeded") !== (problem === undefined))
          wrong = `ordinal ${ordinal} ${kind}, and its problem is not what that takes`;
        else wrong ??= this.#unjust(ordinal, kind, problem?.reasonCode ?? null);
        this.verdicts.set(ordinal, { kind, reasonCode: problem?.reasonCode ?? null });
        this.tally[kind] += 1;
        const behavior = this.behavior(ordinal);
        if (
          (behavior.kind === "succeed" && kind === "succeeded") ||
          (behavior.kind === "fail" && problem?.reasonCode === "refused")
        ) {
          this.items += behavior.items;
        }
      });
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** A verdict that nothing that happened can have led to. */
  #unjust(ordinal: number, kind: VerdictKind, reasonCode: string | null): string | null {
    const behavior = this.behavior(ordinal);
    const executed = this.executions.get(ordinal) ?? 0;
    if (kind === "succeeded") {
      if (!this.effects.has(ordinal)) return `7: ordinal ${ordinal} succeeded without its effect`;
      return behavior.kind === "fail" || behavior.kind === "skip" ? `ordinal ${ordinal} cannot have succeeded` : null;
    }
    if (kind === "skipped")
      return behavior.kind === "skip" && executed > 0 ? null : `ordinal ${ordinal} was not skipped`;
    if (reasonCode === "delivery_exhausted") return null;
    if (reasonCode === "lost") {
      const rounds = this.healingRounds - (this.roundsAtAnswer.get(ordinal) ?? 0);
      return rounds >= this.#workload.config.maxHealingRounds
        ? null
        : `8: ordinal ${ordinal} was given up after ${rounds} rounds`;
    }
    // An execution that hangs until its consumer has to stop, again and again.
    if (reasonCode === "timed_out") return null;
    if (executed === 0) return `ordinal ${ordinal} failed and was never executed`;
    const right = { succeed: null, skip: null, fail: "refused", defer: "throttled", throw: "internal_error" }[
      behavior.kind
    ];
    if (reasonCode !== right) return `ordinal ${ordinal} failed as ${reasonCode}`;
    const begun = this.begun.get(ordinal) ?? 0;
    return behavior.kind === "fail" || begun > MAX_DEFERRALS
      ? null
      : `8: ordinal ${ordinal} had no more than ${begun} attempts`;
  }
}
