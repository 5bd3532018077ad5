/**
 * The coordinator of one run. Its commands (claim, settle, …) are synchronous: they change durable state and arm the alarm.
 * Everything that reaches outside (planning, queue, D1, finalizer) is a chore: it happens in `alarm` and is safe to repeat.
 */
import { type Chore, choresOf } from "./chores.ts";
import { claimUnits, renewClaim } from "./claiming.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { recount } from "./ledger.ts";
import { type CompletionDecision, completePhasedRun, maybeCompleteBulkRun } from "./lifecycle.ts";
import type { Operation } from "./operation.ts";
import type { OrdinalRanges } from "./ordinal-ranges.ts";
import type { RunPolicy } from "./policy.ts";
import { changePause, stopAfterFailures } from "./pausing.ts";
import { Projector } from "./projector.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  ForgetAnswer,
  LedgerProof,
  PauseAnswer,
  PauseRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "./run-commands.ts";
import { RunState } from "./run-state.ts";
import type { RunStore } from "./run-store.ts";
import { withEvent } from "./timeline.ts";
import { Reporter } from "./reporter.ts";
import type { RunSpecification } from "./facts/run-specification.ts";
import { type Recorded, settleDeadUnits, settleUnits } from "./settling.ts";

export class RunCoordinator {
  readonly #ports: CoordinatorPorts;
  readonly #policy: RunPolicy;
  readonly #state: RunState;
  readonly #projector: Projector;
  readonly #reporter: Reporter;
  readonly #chores: readonly Chore[];
  #armedAt: number | null = null;

  constructor(store: RunStore, ports: CoordinatorPorts, policy: RunPolicy) {
    this.#ports = ports;
    this.#policy = policy;
    this.#state = new RunState(store);
    this.#projector = new Projector(this.#state, ports, policy, () => this.#arm());
    this.#reporter = new Reporter(this.#state, ports, policy, () => this.#arm());
    this.#chores = choresOf({
      state: this.#state,
      ports,
      policy,
      projector: this.#projector,
      reporter: this.#reporter,
      decide: () => this.#decide(),
      complete: () => this.#complete(),
      project: () => this.#project(),
    });
  }

  /** Read access for the runtime adapter, proofs and oracles. */
  get state(): RunState {
    return this.#state;
  }

  /** Read access for oracles. */
  get chores(): readonly Chore[] {
    return this.#chores;
  }

  /**
   * Creates the run, or wakes it when it exists. Durable when it returns; may be called any number of times. Callers start only
   * runs whose row is unfinished. So a completed run that takes its row for current writes the projection once more.
   */
  start(specification: RunSpecification): void {
    if (!this.#state.exists) this.#state.create(specification);
    else if (this.#state.completed && !this.#projector.dirty)
      this.#state.update("projected", { projectedVersion: 0 }, false);
    this.#armedAt = null;
    this.#arm();
  }

  /** Grants leases on what is open. What it refuses, and how long leases may last, is durable when it returns. May be sent again under its id. */
  claim(request: ClaimRequest): ClaimAnswer {
    // A crash may have cut the stop off from the settle that made it due.
    if (this.#state.exists) stopAfterFailures(this.#state, this.#ports, this.#operation());
    const answer = claimUnits(this.#state, request, this.#ports.now(), this.#policy.leaseMs);
    this.#arm();
    return answer;
  }

  /** Keeps a claim alive while its holder works. */
  renew(claimId: string): RenewAnswer {
    const answer = renewClaim(this.#state, claimId, this.#ports.now(), this.#policy.leaseMs);
    this.#arm();
    return answer;
  }

  /** Ends waits of units early: what they wait for has happened. May be sent again, for any units; a run that does not exist has none. */
  hasten(ordinals: OrdinalRanges): void {
    if (!this.#state.exists || this.#state.closed) return;
    this.#state.hasten(ordinals, this.#ports.now());
    this.#arm();
  }

  /** Records verdicts; durable when it returns. The first verdict of an ordinal wins. May be sent again under its id. */
  settle(request: SettleRequest): SettleAnswer {
    const answer = settleUnits(this.#state, request, this.#ports.now(), this.#maxDeferrals());
    if (this.#state.exists) stopAfterFailures(this.#state, this.#ports, this.#operation());
    return this.#settled(answer);
  }

  /** Dead letters: fails what nobody holds and what was never deferred. May be sent again. */
  settleDead(ordinals: OrdinalRanges): SettleAnswer {
    return this.#settled(settleDeadUnits(this.#state, ordinals, this.#ports.now()));
  }

  /** Does what verdicts bring about, and tells the holder whether to go on. */
  #settled(recorded: Recorded): SettleAnswer {
    this.#complete();
    this.#arm();
    return recorded.kind === "open" ? { ...recorded, paused: this.#state.paused } : recorded;
  }

  /**
   * Stops the run: nothing more is granted, what was done stays. True for the request that canceled it, however often that is sent;
   * false when the run had completed before, or another request canceled it.
   */
  cancel(cancelId: string): boolean {
    if (!this.#state.closed) {
      const event = withEvent(this.#state.header, { kind: "canceled", at: this.#ports.now() });
      this.#state.update("cancel", { cancelRequested: true, cancelId, ...event }, true);
    }
    this.#complete();
    this.#arm();
    return this.wasCanceledBy(cancelId);
  }

  /** Pauses or resumes the run; durable when it returns. May be sent again under its id. A run that does not exist is closed. */
  changePause(request: PauseRequest): PauseAnswer {
    if (!this.#state.exists) return "closed";
    const answer = changePause(this.#state, request, this.#ports.now());
    this.#arm();
    return answer;
  }

  /** Whether this request paused or resumed the run, as far back as that is remembered; false for a run that does not exist. */
  tookPause(id: string): boolean {
    return this.#state.exists && this.#state.header.pauseRequests.some((known) => known.id === id);
  }

  /** Whether this request canceled the run; false for a run that does not exist. */
  wasCanceledBy(cancelId: string): boolean {
    return this.#state.exists && this.#state.header.cancelId === cancelId;
  }

  /**
   * Whether everything of the run may be deleted: it completed before `completedBefore` (milliseconds since the epoch), and no chore is
   * left. Null when it may; a run that does not exist may. Arms the alarm for what is left.
   */
  whyToKeep(completedBefore: number): Exclude<ForgetAnswer, "forgotten"> | null {
    if (!this.#state.exists) return null;
    if (!this.#state.completed) return "unfinished";
    if ((this.#state.header.completedAt ?? Infinity) >= completedBefore) return "recent";
    if (this.#nextDueAt() === null) return null;
    this.#armedAt = null;
    this.#arm();
    return "busy";
  }

  /** Recounts the ledger from storage, ignoring everything in memory. */
  proof(): LedgerProof | null {
    if (!this.#state.exists) return null;
    const { header, record, ledger, store } = this.#state;
    const { settledTwice, ...recounted } = recount(header.total ?? 0, store.readJournal());
    return {
      total: header.total,
      recounted,
      running: ledger?.counts ?? { succeeded: 0, failed: 0, skipped: 0 },
      settledTwice,
      deliveries: record.deliveries,
      duplicatesSuppressed: record.duplicatesSuppressed,
      redispatched: header.redispatched,
      version: this.#state.version,
      projectedVersion: header.projectedVersion,
    };
  }

  /** Does what is due, then arms itself again while work remains. Safe to call at any time, never concurrently. */
  async alarm(): Promise<void> {
    this.#armedAt = null;
    if (!this.#state.exists) return;
    for (const chore of this.#chores) {
      const dueAt = chore.dueAt();
      if (dueAt !== null && dueAt <= this.#ports.now()) await chore.run();
    }
    this.#arm();
  }

  #decide(): CompletionDecision {
    const { header, ledger } = this.#state;
    const operation = this.#operation();
    if (operation?.progressMode === "phased") return completePhasedRun(header);
    return maybeCompleteBulkRun({
      status: header.status,
      cancelRequested: header.cancelRequested,
      planFailure: header.planFailure,
      total: header.total,
      counts: ledger?.counts ?? { succeeded: 0, failed: 0, skipped: 0 },
      hasFinalizer: operation?.finalize !== undefined,
      finalized: header.finalized,
      finalizeFailure: header.finalizeFailure,
    });
  }

  /** Asks `maybeCompleteBulkRun` (or, of a phased run, `completePhasedRun`) and, when it says so, completes: one write, and no other write completes a run. */
  #complete(): void {
    if (!this.#state.exists) return;
    const decision = this.#decide();
    if (decision.kind !== "complete") return;
    const completedAt = this.#ports.now();
    this.#state.update("complete", { status: "completed", outcome: decision.outcome, completedAt }, true);
    const { runId, tenantId, type, createdAt } = this.#state.header;
    const fields = { runId, tenantId, type, outcome: decision.outcome, durationMs: completedAt - createdAt };
    this.#ports.log("info", "run_completed", fields);
  }

  #project(): void {
    const write = this.#projector.kick();
    if (write !== null) this.#ports.background(write);
  }

  /** Arms the alarm for the chore that is due first. Starts a due projection right away, for it needs no turn of its own. */
  #arm(): void {
    if (!this.#state.exists) return;
    this.#project();
    const dueAt = this.#nextDueAt();
    if (dueAt === null) return;
    const next = Math.max(dueAt, this.#ports.now());
    if (this.#armedAt !== null && this.#armedAt <= next) return;
    this.#armedAt = next;
    this.#ports.setAlarm(next);
  }

  #nextDueAt(): number | null {
    let next: number | null = null;
    for (const chore of this.#chores) {
      const dueAt = chore.dueAt();
      if (dueAt !== null && (next === null || dueAt < next)) next = dueAt;
    }
    return next;
  }

  #operation(): Operation | null {
    return this.#ports.operation(this.#state.header.type);
  }

  #maxDeferrals(): number {
    const operation = this.#state.exists ? this.#operation() : null;
    return operation === null || operation.progressMode === "phased" ? 0 : operation.maxDeferrals;
  }
}
