/**
 * A run's state in memory: a cache of its store, changed only after the store has taken the change. `commit` is the only
 * way to change it, so memory is never ahead of what is durable.
 */
import { compactJournal, type JournalEntry, Ledger, SETTLE_IDS_KEPT } from "./ledger.ts";
import { LeaseTable } from "./leases.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { RunSpecification } from "./facts/run-specification.ts";
import { forEachOrdinal } from "./ordinal-ranges.ts";
import type { CommitName, Deferral, PlanPageRow, RunCommit, RunHeader, RunPulse, RunStore } from "./run-store.ts";

const PLAN_PAGES_KEPT = 8;

const NEW_PULSE: RunPulse = { deliveries: 0, duplicatesSuppressed: 0, leaseHorizon: 0, lastClaimAt: 0, answered: [] };

/** Fields that headers stored by an earlier version lack. */
const LATER_FIELDS = {
  subject: null,
  extent: null,
  cancelId: null,
  phase: null,
  phaseCursor: null,
  phaseAttempts: 0,
  phaseWaits: 0,
  phaseNotBefore: 0,
  phaseOutcome: null,
  phaseFailure: null,
  abandoned: false,
  abandonAttempts: 0,
};

export function newHeader(specification: RunSpecification): RunHeader {
  return {
    ...LATER_FIELDS,
    ...specification,
    status: "queued",
    outcome: "pending",
    startedAt: null,
    completedAt: null,
    cancelRequested: false,
    total: null,
    impliedPlan: false,
    planCursor: null,
    plannedUnits: 0,
    lastUnitKey: null,
    duplicateUnitKeys: 0,
    planAttempts: 0,
    planFailure: null,
    dispatchedUpTo: 0,
    healing: { rounds: 0, afterSeq: 0, lastAt: 0 },
    redispatched: 0,
    finalized: false,
    finalizeAttempts: 0,
    finalizeCursor: null,
    finalizeFailure: null,
    result: null,
    // The row that the starter inserted into D1 before it created the run is version 1.
    version: 1,
    projectedVersion: 1,
    projectedSeq: 0,
    compacted: false,
  };
}

export class RunState {
  readonly store: RunStore;
  #header: RunHeader | null;
  #pulse: RunPulse;
  #ledger: Ledger | null = null;
  #leases: LeaseTable | null = null;
  readonly #deferrals = new Map<number, Deferral>();
  /** When deferred units were sent again, in memory: an eviction costs at most a message too many. */
  readonly #resentAt = new Map<number, number>();
  /** The newest settle requests that are in the journal. */
  readonly #settleIds = new Set<string>();
  #version = 0;
  #seq = 0;
  #lastSettleAt = 0;
  #lastMoveAt = 0;
  #entries = 0;
  #pages: PlanPageRow[] = [];
  /** Claims of the time before this object was loaded may still be at work until then. */
  readonly forgottenLeasesUntil: number;

  constructor(store: RunStore) {
    this.store = store;
    const stored = store.loadHeader();
    this.#header = stored === null ? null : { ...LATER_FIELDS, ...stored };
    this.#pulse = { ...NEW_PULSE, ...store.loadPulse() };
    this.forgottenLeasesUntil = this.#pulse.leaseHorizon;
    if (this.#header !== null) this.#replay(this.#header);
  }

  #replay(header: RunHeader): void {
    this.#version = header.version;
    this.#openLedger(header);
    for (const entry of this.store.readJournal()) this.#take(entry);
    for (const deferral of this.store.loadDeferrals()) {
      if (this.#ledger?.settled.has(deferral.ordinal) !== true) this.#deferrals.set(deferral.ordinal, deferral);
    }
  }

  #openLedger(header: RunHeader): void {
    if (header.total === null || this.#ledger !== null) return;
    this.#ledger = new Ledger(header.total);
    this.#leases = new LeaseTable(header.total);
  }

  #take(entry: JournalEntry): void {
    this.#ledger?.apply(entry);
    this.#version = Math.max(this.#version, entry.version);
    this.#seq = Math.max(this.#seq, entry.seq);
    this.#lastSettleAt = Math.max(this.#lastSettleAt, entry.at);
    this.#entries += 1;
    for (const id of entry.settleIds ?? []) this.#settleIds.add(id);
    for (const id of this.#settleIds) {
      if (this.#settleIds.size <= SETTLE_IDS_KEPT) break;
      this.#settleIds.delete(id);
    }
  }

  get exists(): boolean {
    return this.#header !== null;
  }

  get header(): RunHeader {
    if (this.#header === null) throw new Error("the run was not created");
    return this.#header;
  }

  get pulse(): RunPulse {
    return this.#pulse;
  }

  /** Null until the plan is sealed. */
  get ledger(): Ledger | null {
    return this.#ledger;
  }

  get leases(): LeaseTable | null {
    return this.#leases;
  }

  get deferrals(): ReadonlyMap<number, Deferral> {
    return this.#deferrals;
  }

  get version(): number {
    return this.#version;
  }

  /** Number of the newest journal entry. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether verdicts of this settle request are in the journal, as far back as that is remembered. */
  hasSettled(settleId: string): boolean {
    return this.#settleIds.has(settleId);
  }

  get journalEntries(): number {
    return this.#entries;
  }

  get completed(): boolean {
    return this.header.status === "completed";
  }

  /** Nothing more may be granted or settled. */
  get closed(): boolean {
    return this.completed || this.header.cancelRequested;
  }

  /** Last time that anything moved: a unit's first claim, a settle, a healing round, or what `moved` was told. */
  get lastActivityAt(): number {
    const { startedAt, createdAt, healing } = this.header;
    return Math.max(
      this.#pulse.lastClaimAt,
      this.#lastSettleAt,
      this.#lastMoveAt,
      healing.lastAt,
      startedAt ?? createdAt,
    );
  }

  /** Healing found nothing lost: quiet time begins anew. Forgotten at an eviction, which costs a look. */
  moved(at: number): void {
    this.#lastMoveAt = Math.max(this.#lastMoveAt, at);
  }

  /** A deferred unit was sent again. */
  resent(ordinal: number, at: number): void {
    this.#resentAt.set(ordinal, at);
  }

  /** When a deferred unit was last sent again, as far as that is remembered. */
  resentAt(ordinal: number): number | null {
    return this.#resentAt.get(ordinal) ?? null;
  }

  /** Healing rounds since the last settle or deferral. */
  get healingRounds(): number {
    const { healing } = this.header;
    return healing.afterSeq === this.#seq ? healing.rounds : 0;
  }

  create(specification: RunSpecification): void {
    const header = newHeader(specification);
    this.store.commit("create", { header });
    this.#header = header;
    this.#version = header.version;
  }

  /** Changes the header. `visible` changes get a new version, and so a new projection. */
  update(
    name: CommitName,
    change: Partial<RunHeader>,
    visible: boolean,
    more: Pick<RunCommit, "planPage" | "deferrals"> = {},
  ): void {
    const version = visible ? this.#version + 1 : this.#version;
    const header: RunHeader = { ...this.header, ...change, version };
    this.store.commit(name, { ...more, header });
    this.#header = header;
    this.#version = version;
    this.#openLedger(header);
    for (const deferral of more.deferrals ?? []) this.#deferrals.set(deferral.ordinal, deferral);
  }

  beat(name: CommitName, change: Partial<RunPulse>): void {
    const pulse = { ...this.#pulse, ...change };
    this.store.commit(name, { pulse });
    this.#pulse = pulse;
  }

  defer(name: CommitName, deferrals: Deferral[]): void {
    this.store.commit(name, { deferrals });
    for (const deferral of deferrals) this.#deferrals.set(deferral.ordinal, deferral);
  }

  /** Appends the entry: verdicts and the counts they make, in one write, with the change of the pulse when there is one. */
  settle(now: number, prepared: Omit<JournalEntry, "seq" | "version" | "at">, change: Partial<RunPulse> | null): void {
    const entry: JournalEntry = { seq: this.#seq + 1, version: this.#version + 1, at: now, ...prepared };
    const pulse = change === null ? this.#pulse : { ...this.#pulse, ...change };
    this.store.commit("settle", change === null ? { journal: entry } : { journal: entry, pulse });
    this.#pulse = pulse;
    this.#take(entry);
    for (const ranges of [entry.succeeded, entry.failed, entry.skipped]) {
      forEachOrdinal(ranges, (ordinal) => {
        this.#leases?.settled(ordinal);
        this.#deferrals.delete(ordinal);
        this.#resentAt.delete(ordinal);
      });
    }
  }

  /** Folds the journal. A finished run keeps nothing but its verdicts. */
  compact(): void {
    const { total } = this.header;
    const compactedJournal = total === null ? [] : compactJournal(total, this.store.readJournal());
    const header: RunHeader = { ...this.header, compacted: this.completed };
    this.store.commit("compact", { header, compactedJournal });
    this.#header = header;
    this.#entries = compactedJournal.length;
    if (this.completed) {
      this.#pages = [];
      this.#deferrals.clear();
      this.#resentAt.clear();
    }
  }

  attempts(ordinal: number): number {
    return (this.#deferrals.get(ordinal)?.count ?? 0) + 1;
  }

  /** The planned unit at an ordinal of a listed plan. */
  plannedUnit(ordinal: number): PlannedUnit | null {
    const at = (page: PlanPageRow): PlannedUnit | undefined => page.units[ordinal - page.firstOrdinal];
    for (const page of this.#pages) {
      const unit = ordinal >= page.firstOrdinal ? at(page) : undefined;
      if (unit !== undefined) return unit;
    }
    const page = this.store.readPlanPage(ordinal);
    if (page === null) return null;
    this.#pages = [page, ...this.#pages].slice(0, PLAN_PAGES_KEPT);
    return at(page) ?? null;
  }
}
