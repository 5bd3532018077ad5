/**
 * The coordinator of one run. Its commands (claim, settle, …) are synchronous: they change durable state and arm the alarm.
 * Everything that reaches outside (planning, queue, D1, finalizer) happens in `alarm` and is safe to repeat.
 */
import type { BulkOperation, Operation, PhasedOperation, PlannedUnit, Verdict } from "./operation.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { dispatchReady, dispatchStep, dispatchWorthAnAlarm } from "./dispatch.ts";
import { abandonDueAt, abandonNext, finalizeNext } from "./finalizing.ts";
import { healingDueAt, healNext, nextDeferralAt, sendDeferred } from "./healing.ts";
import { recount, type Settlement, shortMessage, type VerdictCounts } from "./ledger.ts";
import { type CompletionDecision, completePhasedRun, maybeCompleteBulkRun } from "./lifecycle.ts";
import { countOrdinals, forEachOrdinal, type OrdinalRanges, pushOrdinal, pushRange } from "./ordinal-ranges.ts";
import { advancePhases, phasesOpen } from "./phases.ts";
import { planNext } from "./planning.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import { Projector } from "./projector.ts";
import { RunState } from "./run-state.ts";
import type { Deferral, RunSpecification, RunStore } from "./run-store.ts";

export interface ClaimRequest {
  claimId: string;
  ordinals: OrdinalRanges;
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
      /** How often granted units were deferred before; those that never were are left out. */
      deferrals: { ordinal: number; count: number }[];
      /** Duplicates: acknowledge. */
      settled: OrdinalRanges;
      /** Somebody else is at it, or it waits for its time: deliver again later. */
      leased: OrdinalRanges;
      leaseMs: number;
    };

export interface SettleRequest {
  claimId: string;
  /** Succeeded, without counters. */
  plain: OrdinalRanges;
  detailed: { ordinal: number; verdict: Verdict }[];
  /** Units to be sent again later instead of settled. */
  deferred: { ordinal: number; delayMs: number; reasonCode: string; message: string }[];
  /** The holder is through with its claim: whatever it did not settle is free again. */
  done: boolean;
}

export type SettleAnswer = { kind: "closed" } | { kind: "open"; newlySettled: number; duplicates: number };

/** `closed`: the holder should stop, nothing it settles counts. `forgotten`: taken for dead; its verdicts still count. */
export type RenewAnswer = "renewed" | "forgotten" | "closed";

export interface LedgerProof {
  total: number | null;
  recounted: VerdictCounts;
  running: VerdictCounts;
  settledTwice: number;
  deliveries: number;
  duplicatesSuppressed: number;
  redispatched: number;
  version: number;
  projectedVersion: number;
}

export class RunCoordinator {
  readonly #ports: CoordinatorPorts;
  readonly #policy: RunPolicy;
  readonly #state: RunState;
  readonly #projector: Projector;
  #armedAt: number | null = null;
  #planAt = 0;
  #dispatchAt = 0;
  #dispatchFailures = 0;
  #finalizeAt = 0;
  #phaseAt = 0;
  #abandonAt = 0;
  #deferredFailures = 0;
  #deferredAt = 0;

  constructor(store: RunStore, ports: CoordinatorPorts, policy: RunPolicy) {
    this.#ports = ports;
    this.#policy = policy;
    this.#state = new RunState(store);
    this.#projector = new Projector(this.#state, ports, policy);
  }

  /** Read access for the runtime adapter, proofs and oracles. */
  get state(): RunState {
    return this.#state;
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

  /** Grants leases on what is open. One row written, whatever the number of ordinals. */
  claim(request: ClaimRequest): ClaimAnswer {
    const deliveries = countOrdinals(request.ordinals);
    const { leases, ledger } = this.#state.exists ? this.#state : { leases: null, ledger: null };
    if (!this.#state.exists || this.#state.closed || leases === null || ledger === null) {
      if (this.#state.exists) this.#suppress(deliveries);
      return { kind: "closed" };
    }
    const now = this.#ports.now();
    leases.expire(now);
    const granted: OrdinalRanges = [];
    const settled: OrdinalRanges = [];
    const leased: OrdinalRanges = [];
    let suppressed = 0;
    const seen = new Set<number>();
    forEachOrdinal(request.ordinals, (ordinal) => {
      if (seen.has(ordinal)) {
        // A copy in the same batch: it may be acknowledged when the first is settled, not before.
        suppressed += 1;
      } else if (ordinal >= ledger.total || ledger.settled.has(ordinal)) {
        pushOrdinal(settled, ordinal);
        suppressed += 1;
      } else if (leases.has(ordinal) || (this.#state.deferrals.get(ordinal)?.notBefore ?? 0) > now) {
        pushOrdinal(leased, ordinal);
      } else {
        pushOrdinal(granted, ordinal);
        seen.add(ordinal);
      }
    });
    const until = now + this.#policy.leaseMs;
    const { pulse } = this.#state;
    // Stored with every claim: a proof's deliveries are exact through any eviction, and so is what healing has to wait for.
    this.#state.beat("claim", {
      deliveries: pulse.deliveries + deliveries,
      duplicatesSuppressed: pulse.duplicatesSuppressed + suppressed,
      ...(granted.length > 0 ? { leaseHorizon: Math.max(pulse.leaseHorizon, until) } : {}),
      ...(this.#anyNew(granted) ? { lastClaimAt: now } : {}),
    });
    if (granted.length > 0) leases.grant(request.claimId, granted, until);
    this.#arm();
    const { runId, tenantId, type, input } = this.#state.header;
    return {
      kind: "open",
      run: { runId, tenantId, type, input },
      granted,
      units: this.#state.header.impliedPlan ? null : this.#units(granted),
      deferrals: this.#deferralsOf(granted),
      settled,
      leased,
      leaseMs: this.#policy.leaseMs,
    };
  }

  /** Whether a unit is claimed that was never deferred: those that were may come back many times without the run moving on. */
  #anyNew(granted: OrdinalRanges): boolean {
    let found = false;
    forEachOrdinal(granted, (ordinal) => {
      found ||= !this.#state.deferrals.has(ordinal);
    });
    return found;
  }

  #deferralsOf(granted: OrdinalRanges): { ordinal: number; count: number }[] {
    const { deferrals } = this.#state;
    const found: { ordinal: number; count: number }[] = [];
    if (deferrals.size === 0) return found;
    forEachOrdinal(granted, (ordinal) => {
      const count = deferrals.get(ordinal)?.count;
      if (count !== undefined) found.push({ ordinal, count });
    });
    return found;
  }

  #units(granted: OrdinalRanges): PlannedUnit[] {
    const units: PlannedUnit[] = [];
    forEachOrdinal(granted, (ordinal) => {
      const unit = this.#state.plannedUnit(ordinal);
      if (unit === null) throw new Error(`the plan has no unit ${ordinal}`);
      units.push(unit);
    });
    return units;
  }

  /** Keeps a claim alive while its holder works. */
  renew(claimId: string): RenewAnswer {
    if (!this.#state.exists || this.#state.closed) return "closed";
    const until = this.#ports.now() + this.#policy.leaseMs;
    if (this.#state.leases?.renew(claimId, until) !== true) return "forgotten";
    if (until > this.#state.pulse.leaseHorizon) {
      // Written ahead by half a lease, so that a renewal writes once in a while instead of each time.
      this.#state.beat("claim", { leaseHorizon: until + this.#policy.leaseMs / 2 });
    }
    return "renewed";
  }

  /** Records verdicts; durable when it returns. The first verdict of an ordinal wins, also over this call's own later ones. */
  settle(request: SettleRequest): SettleAnswer {
    const brought = countOrdinals(request.plain) + request.detailed.length;
    if (!this.#state.exists || this.#state.ledger === null || this.#state.closed) {
      if (this.#state.exists) this.#suppress(0, brought);
      return { kind: "closed" };
    }
    const exhausted = this.#defer(request);
    const answer = this.#record([...request.detailed, ...exhausted], request.plain);
    if (request.done) this.#state.leases?.finish(request.claimId);
    this.#complete();
    this.#arm();
    return { kind: "open", ...answer };
  }

  /** Stores what has to wait; returns what has waited too often, as verdicts. */
  #defer(request: SettleRequest): { ordinal: number; verdict: Verdict }[] {
    const now = this.#ports.now();
    const maxDeferrals = this.#bulk()?.maxDeferrals ?? 0;
    const deferrals: Deferral[] = [];
    const exhausted: { ordinal: number; verdict: Verdict }[] = [];
    for (const { ordinal, delayMs, reasonCode, message } of request.deferred) {
      const known = this.#state.deferrals.get(ordinal);
      if (this.#state.ledger?.settled.has(ordinal) === true || known?.claimIds.includes(request.claimId) === true)
        continue;
      const count = (known?.count ?? 0) + 1;
      if (count > maxDeferrals) exhausted.push({ ordinal, verdict: { kind: "failed", reasonCode, message } });
      else {
        const claimIds = [...(known?.claimIds ?? []), request.claimId];
        deferrals.push({
          ordinal,
          count,
          notBefore: now + Math.max(0, delayMs),
          claimIds,
          reasonCode,
          message: shortMessage(message),
        });
      }
    }
    if (deferrals.length > 0) this.#storeDeferrals(deferrals);
    for (const { ordinal } of request.deferred) this.#state.leases?.release(request.claimId, ordinal);
    return exhausted;
  }

  /** An answer, if not a verdict: whoever gives one is not lost, so healing counts its rounds anew. */
  #storeDeferrals(deferrals: Deferral[]): void {
    const { healing } = this.#state.header;
    if (healing.rounds === 0) this.#state.defer("defer", deferrals);
    else this.#state.update("defer", { healing: { ...healing, rounds: 0 } }, false, { deferrals });
  }

  #record(
    detailed: { ordinal: number; verdict: Verdict }[],
    plain: OrdinalRanges,
  ): { newlySettled: number; duplicates: number } {
    const { ledger, pulse } = this.#state;
    if (ledger === null) return { newlySettled: 0, duplicates: 0 };
    const settlement: Settlement = {
      plain,
      detailed: detailed.map((unit) => ({ ...unit, attempts: this.#state.attempts(unit.ordinal) })),
    };
    const { entry, newlySettled, duplicates } = ledger.prepare(settlement);
    const suppressed = { duplicatesSuppressed: pulse.duplicatesSuppressed + duplicates };
    if (newlySettled > 0) this.#state.settle(this.#ports.now(), entry, suppressed);
    else if (duplicates > 0) this.#state.beat("suppress", suppressed);
    return { newlySettled, duplicates };
  }

  #suppress(deliveries: number, duplicates = deliveries): void {
    if (duplicates === 0 && deliveries === 0) return;
    const { pulse } = this.#state;
    this.#state.beat("suppress", {
      deliveries: pulse.deliveries + deliveries,
      duplicatesSuppressed: pulse.duplicatesSuppressed + duplicates,
    });
  }

  /** Dead letters: fails what nobody is at and what was never deferred; the rest is left to its holder and to healing. */
  settleDead(ordinals: OrdinalRanges): SettleAnswer {
    const { ledger, leases, deferrals } = this.#state.exists
      ? this.#state
      : { ledger: null, leases: null, deferrals: null };
    if (ledger === null || leases === null || this.#state.closed) return { kind: "closed" };
    const now = this.#ports.now();
    // Leases of the time before an eviction are not known any more; until they are over, anybody may be at anything.
    if (now < this.#state.forgottenLeasesUntil) return { kind: "open", newlySettled: 0, duplicates: 0 };
    leases.expire(now);
    const detailed: { ordinal: number; verdict: Verdict }[] = [];
    forEachOrdinal(ordinals, (ordinal) => {
      // Sent again after a deferral, or about to be: this was a copy that came back in vain while the unit waited.
      const deferred = deferrals.has(ordinal);
      if (ordinal >= ledger.total || ledger.settled.has(ordinal) || leases.has(ordinal) || deferred) return;
      const message = "The unit was delivered again and again without an answer.";
      detailed.push({ ordinal, verdict: { kind: "failed", reasonCode: "delivery_exhausted", message } });
    });
    const answer = this.#record(detailed, []);
    this.#complete();
    this.#arm();
    return { kind: "open", ...answer };
  }

  /** Stops the run: nothing more is granted, what was done stays. Returns false when it had completed before. */
  cancel(): boolean {
    if (this.#state.completed) return false;
    if (!this.#state.header.cancelRequested) this.#state.update("cancel", { cancelRequested: true }, true);
    this.#complete();
    this.#arm();
    return true;
  }

  /** Recounts the ledger from storage, ignoring everything in memory. */
  proof(): LedgerProof | null {
    if (!this.#state.exists) return null;
    const { header, pulse, ledger, store } = this.#state;
    const { settledTwice, ...recounted } = recount(header.total ?? 0, store.readJournal());
    return {
      total: header.total,
      recounted,
      running: ledger?.counts ?? { succeeded: 0, failed: 0, skipped: 0 },
      settledTwice,
      deliveries: pulse.deliveries,
      duplicatesSuppressed: pulse.duplicatesSuppressed,
      redispatched: header.redispatched,
      version: this.#state.version,
      projectedVersion: header.projectedVersion,
    };
  }

  /** Does whatever is due, then arms itself again while work remains. Safe to call at any time, never concurrently. */
  async alarm(): Promise<void> {
    this.#armedAt = null;
    if (!this.#state.exists) return;
    // A completion that a crash cut off between its settle and its own write.
    this.#complete();
    this.#kickProjection();
    await this.#plan();
    await this.#dispatch();
    await this.#sendDeferred();
    await this.#heal();
    await this.#finalize();
    await this.#advance();
    this.#kickProjection();
    await this.#abandon();
    this.#compact();
    this.#arm();
  }

  async #plan(): Promise<void> {
    if (this.#state.closed || this.#state.header.total !== null || this.#planAt > this.#ports.now()) return;
    if (this.#phased() !== null) return;
    this.#planAt = (await planNext(this.#state, this.#ports, this.#policy)) ?? 0;
    this.#complete();
  }

  async #dispatch(): Promise<void> {
    const unitsPerMessage = this.#unitsPerMessage();
    for (let step = 0; step < this.#policy.stepsPerAlarm; step += 1) {
      if (this.#dispatchAt > this.#ports.now() || !dispatchReady(this.#state, this.#policy, unitsPerMessage)) return;
      if ((await dispatchStep(this.#state, this.#ports, this.#policy, unitsPerMessage)) === "sent") {
        this.#dispatchFailures = 0;
        continue;
      }
      this.#dispatchFailures += 1;
      this.#dispatchAt = this.#ports.now() + backoffDelay(this.#policy, this.#dispatchFailures);
    }
  }

  async #sendDeferred(): Promise<void> {
    if (this.#state.closed || this.#deferredAt > this.#ports.now()) return;
    const sent = await sendDeferred(this.#state, this.#ports, this.#policy);
    this.#deferredFailures = sent ? 0 : this.#deferredFailures + 1;
    this.#deferredAt = sent ? 0 : this.#ports.now() + backoffDelay(this.#policy, this.#deferredFailures);
  }

  async #heal(): Promise<void> {
    const healed = await healNext(this.#state, this.#ports, this.#policy, this.#unitsPerMessage());
    if (typeof healed === "string") return;
    const message = "The unit was sent several times and never came back.";
    const verdict: Verdict = { kind: "failed", reasonCode: "lost", message };
    let pending: { ordinal: number; verdict: Verdict }[] = [];
    forEachOrdinal(healed.lost, (ordinal) => {
      pending.push({ ordinal, verdict });
      if (pending.length < this.#policy.lostPerCommit) return;
      this.#record(pending, []);
      pending = [];
    });
    if (pending.length > 0) this.#record(pending, []);
    this.#complete();
  }

  async #finalize(): Promise<void> {
    const operation = this.#bulk();
    if (this.#decide().kind !== "finalize" || operation?.finalize === undefined) return;
    if (this.#finalizeAt > this.#ports.now()) return;
    this.#finalizeAt = await finalizeNext(this.#state, this.#ports, this.#policy, operation);
    this.#complete();
  }

  async #advance(): Promise<void> {
    const operation = this.#phased();
    if (operation === null || !phasesOpen(this.#state) || this.#phaseAt > this.#ports.now()) return;
    const moved = () => this.#kickProjection();
    this.#phaseAt = (await advancePhases(this.#state, this.#ports, this.#policy, operation, moved)) ?? 0;
    this.#complete();
  }

  async #abandon(): Promise<void> {
    const operation = this.#operation();
    const dueAt = this.#abandonDueAt();
    if (operation === null || dueAt === null || dueAt > this.#ports.now()) return;
    this.#abandonAt = (await abandonNext(this.#state, this.#ports, this.#policy, operation)) ?? 0;
  }

  #abandonDueAt(): number | null {
    const dueAt = abandonDueAt(this.#state, this.#operation());
    return dueAt === null ? null : Math.max(dueAt, this.#abandonAt);
  }

  #decide(): CompletionDecision {
    const { header, ledger } = this.#state;
    if (this.#phased() !== null) return completePhasedRun(header);
    return maybeCompleteBulkRun({
      status: header.status,
      cancelRequested: header.cancelRequested,
      planFailure: header.planFailure,
      total: header.total,
      counts: ledger?.counts ?? { succeeded: 0, failed: 0, skipped: 0 },
      hasFinalizer: this.#bulk()?.finalize !== undefined,
      finalized: header.finalized,
      finalizeFailure: header.finalizeFailure,
    });
  }

  /** Asks `maybeCompleteBulkRun` (or, of a phased run, `completePhasedRun`) and, when it says so, completes: one write, and no other write completes a run. */
  #complete(): void {
    const decision = this.#decide();
    if (decision.kind !== "complete") return;
    const completedAt = this.#ports.now();
    this.#state.update("complete", { status: "completed", outcome: decision.outcome, completedAt }, true);
    const { runId, tenantId, type, createdAt } = this.#state.header;
    const fields = { runId, tenantId, type, outcome: decision.outcome, durationMs: completedAt - createdAt };
    this.#ports.log("info", "run_completed", fields);
  }

  #compact(): void {
    const { header, journalEntries, seq } = this.#state;
    if (header.projectedSeq < seq || header.compacted) return;
    if ((this.#state.completed && !this.#projector.dirty) || journalEntries > this.#policy.compactAboveEntries) {
      this.#state.compact();
    }
  }

  #kickProjection(): void {
    const write = this.#projector.kick();
    if (write === null) return;
    this.#ports.background(write.then(() => this.#arm()));
  }

  /** Arms the alarm for the next thing that is due. Starts a due projection right away, for it needs no turn of its own. */
  #arm(): void {
    const projectionAt = this.#projector.nextAt();
    if (projectionAt !== null && projectionAt <= this.#ports.now()) this.#kickProjection();
    const next = this.#nextAlarmAt();
    if (next === null || (this.#armedAt !== null && this.#armedAt <= next)) return;
    this.#armedAt = next;
    this.#ports.setAlarm(next);
  }

  #nextAlarmAt(): number | null {
    const now = this.#ports.now();
    let next = this.#projector.nextAt() ?? Infinity;
    const due = (at: number | null): void => {
      if (at !== null && at < next) next = at;
    };
    const decision = this.#decide().kind;
    if (this.#state.completed) {
      if (!this.#projector.dirty && !this.#state.header.compacted) due(now);
      due(this.#abandonDueAt());
    } else if (decision === "complete") {
      // The object died between what decided this and its own write.
      due(now);
    } else if (this.#phased() !== null) {
      due(Math.max(this.#phaseAt, this.#state.header.phaseNotBefore));
    } else if (this.#state.header.total === null) {
      due(this.#planAt);
    } else {
      due(healingDueAt(this.#state, this.#policy));
      due(this.#deferralDueAt());
      if (dispatchWorthAnAlarm(this.#state, this.#policy, this.#unitsPerMessage())) due(this.#dispatchAt);
      if (decision === "finalize") due(this.#finalizeAt);
    }
    return next === Infinity ? null : Math.max(now, next);
  }

  #deferralDueAt(): number | null {
    const next = nextDeferralAt(this.#state);
    return next === null ? null : Math.max(next, this.#deferredAt);
  }

  #operation(): Operation | null {
    return this.#ports.operation(this.#state.header.type);
  }

  #bulk(): BulkOperation | null {
    const operation = this.#operation();
    return operation === null || operation.progressMode === "phased" ? null : operation;
  }

  #phased(): PhasedOperation | null {
    const operation = this.#operation();
    return operation?.progressMode === "phased" ? operation : null;
  }

  #unitsPerMessage(): number {
    return this.#bulk()?.unitsPerMessage ?? 1;
  }
}

/** Ordinals of queue messages as ranges, in order of arrival. */
export function rangesOf(messages: { first: number; last: number }[]): OrdinalRanges {
  const ranges: OrdinalRanges = [];
  for (const { first, last } of messages) pushRange(ranges, first, last);
  return ranges;
}
