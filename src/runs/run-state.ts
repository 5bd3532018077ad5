/**
 * A run's state in memory: a cache of its store, changed only after the store has taken the change. `commit` is the only
 * way to change it, so memory is never ahead of what is durable.
 */
import { compactJournal, type JournalEntry, Ledger, SETTLE_IDS_KEPT } from "./ledger.ts";
import { DeliveryRecord, NOTHING_TOLD, type Telling } from "./delivery-record.ts";
import { LeaseTable } from "./leases.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { RunSpecification } from "./facts/run-specification.ts";
import { forEachOrdinal, type OrdinalRanges } from "./ordinal-ranges.ts";
import { OrdinalSet } from "./ordinal-set.ts";
import { withWait } from "./timeline.ts";
import { UnitFacts } from "./unit-facts.ts";
import { UnitOrder } from "./unit-order.ts";
import type {
  CommitName,
  Deferral,
  PlanPageRow,
  RunCommit,
  RunHeader,
  RunPulse,
  RunStore,
  WaitRecord,
} from "./run-store.ts";

const PLAN_PAGES_KEPT = 8;

const NEW_PULSE: RunPulse = {
  deliveries: 0,
  duplicatesSuppressed: 0,
  claims: [],
  claimsReserved: 0,
  leaseHorizon: 0,
  lastClaimAt: 0,
  answered: [],
  waited: [],
};

/** Claims' numbers that one write reserves: an eviction leaves those that were not given out unused. */
const CLAIMS_RESERVED_AHEAD = 10_000;

/** Fields that headers stored by an earlier version lack. */
const LATER_FIELDS = {
  subject: null,
  extent: null,
  cancelId: null,
  pause: null,
  pauseRequests: [],
  failuresBorne: 0,
  resend: false,
  ordered: false,
  phase: null,
  phaseCursor: null,
  phaseAttempts: 0,
  phaseWaits: 0,
  phaseNotBefore: 0,
  phaseWait: null,
  phaseWaited: [],
  events: [],
  eventsOmitted: 0,
  firstSettledAt: null,
  phaseOutcome: null,
  phaseFailure: null,
  abandoned: false,
  abandonAttempts: 0,
  parent: null,
};

/** A stored header with the fields that it lacks. A run that completed under an earlier version has nothing left that it could tell. */
function asNow(stored: RunHeader): RunHeader {
  const later: Partial<RunHeader> = { ...LATER_FIELDS, told: stored.status === "completed", toldOf: null };
  return { ...later, ...stored };
}

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
    told: false,
    toldOf: null,
    compacted: false,
  };
}

export class RunState {
  readonly store: RunStore;
  #header: RunHeader | null;
  #pulse: RunPulse;
  #ledger: Ledger | null = null;
  #leases: LeaseTable | null = null;
  #order: UnitOrder | null = null;
  #units: UnitFacts | null = null;
  /** Units of which something changed that reports tell; taken by `takeTouched`. */
  #touched = new OrdinalSet(0);
  #facts = 0;
  readonly #deferrals = new Map<number, Deferral>();
  /** When deferred units were sent again, in memory: an eviction costs at most a message too many. */
  readonly #resentAt = new Map<number, number>();
  /** Units whose wait ends before it is stored. In memory: an eviction costs the rest of the wait. */
  readonly #hastened = new Set<number>();
  /** The newest settle requests that are in the journal. */
  readonly #settleIds = new Set<string>();
  readonly #record: DeliveryRecord;
  #claimsNumbered: number;
  #leasesUntil: number;
  #lastClaimAt: number;
  #version = 0;
  #seq = 0;
  #lastSettleAt = 0;
  #firstSettleAt = Infinity;
  #lastMoveAt = 0;
  #entries = 0;
  #pages: PlanPageRow[] = [];
  /** Claims of the time before this object was loaded may still be at work until then. */
  readonly forgottenLeasesUntil: number;

  constructor(store: RunStore) {
    this.store = store;
    const stored = store.loadHeader();
    this.#header = stored === null ? null : asNow(stored);
    this.#pulse = { ...NEW_PULSE, ...store.loadPulse() };
    this.forgottenLeasesUntil = this.#leasesUntil = this.#pulse.leaseHorizon;
    this.#record = new DeliveryRecord(this.#pulse);
    this.#claimsNumbered = this.#pulse.claimsReserved;
    this.#lastClaimAt = this.#pulse.lastClaimAt;
    if (this.#header !== null) this.#replay(this.#header);
  }

  #replay(header: RunHeader): void {
    this.#version = header.version;
    this.#openLedger(header);
    for (const entry of this.store.readJournal()) this.#take(entry);
    for (const deferral of this.store.loadDeferrals()) {
      if (this.#ledger?.settled.has(deferral.ordinal) !== true) this.#deferrals.set(deferral.ordinal, deferral);
      else this.#units?.deferred(deferral.ordinal, deferral.count);
    }
  }

  #openLedger(header: RunHeader): void {
    if (header.total === null || this.#ledger !== null) return;
    this.#ledger = new Ledger(header.total);
    this.#leases = new LeaseTable(header.total);
    this.#units = new UnitFacts(header.total);
    this.#touched = new OrdinalSet(header.total);
  }

  #take(entry: JournalEntry): void {
    this.#ledger?.apply(entry);
    this.#units?.take(entry);
    this.#firstSettleAt = Math.min(this.#firstSettleAt, entry.at);
    this.#record.take(entry);
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

  /** What is told of deliveries. */
  get record(): DeliveryRecord {
    return this.#record;
  }

  /** When the last lease ends that was granted: exactly, or, of leases that the object forgot, at the latest. 0 without any. */
  get leasesUntil(): number {
    return this.#leasesUntil;
  }

  /** Null until the plan is sealed. */
  get ledger(): Ledger | null {
    return this.#ledger;
  }

  get leases(): LeaseTable | null {
    return this.#leases;
  }

  /** The order of dispatch; null where units are sent as their ordinals ascend. Read from the plan when it is first asked for. */
  get order(): UnitOrder | null {
    const { ordered, total } = this.header;
    if (!ordered || total === null || this.completed) return null;
    this.#order ??= UnitOrder.of(total, this.#wholePlan(total));
    return this.#order;
  }

  *#wholePlan(total: number): Generator<PlannedUnit> {
    for (let ordinal = 0; ordinal < total;) {
      const page = this.store.readPlanPage(ordinal);
      if (page === null || page.units.length === 0) throw new Error(`the plan has no unit ${ordinal}`);
      yield* page.units;
      ordinal = page.firstOrdinal + page.units.length;
    }
  }

  /** What became of each unit; null until the plan is sealed. */
  get units(): UnitFacts | null {
    return this.#units;
  }

  /** Grows with each change that a report would tell. In memory: an object that comes back reports anew. */
  get facts(): number {
    return this.#facts;
  }

  /** Names what there is to tell, as far as it is durable: an object that comes back tells nothing again. */
  get toTell(): string {
    const waits = this.waited.reduce((times, record) => times + record.times, 0);
    return `${this.#version}/${waits}`;
  }

  /** When the first and the last verdict were settled; null before. */
  get settledAt(): { first: number; last: number } | null {
    if (this.#seq === 0) return null;
    return { first: this.header.firstSettledAt ?? this.#firstSettleAt, last: this.#lastSettleAt };
  }

  /** The waits of units, or of phases, so far. */
  get waited(): readonly WaitRecord[] {
    return this.header.phaseWaited.length > 0 ? this.header.phaseWaited : this.#pulse.waited;
  }

  /** Something of these units changed that is in memory alone. */
  touch(ordinals: OrdinalRanges): void {
    forEachOrdinal(ordinals, (ordinal) => this.#touched.add(ordinal));
    this.#facts += 1;
  }

  /** Units of which something changed since they were taken last. */
  takeTouched(): OrdinalSet {
    const touched = this.#touched;
    this.#touched = new OrdinalSet(touched.size);
    return touched;
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

  /** Nothing new may be granted or sent for now. */
  get paused(): boolean {
    return this.header.pause !== null;
  }

  /** Last time that anything moved: a unit's first claim, a settle, a healing round, or what `moved` was told. */
  get lastActivityAt(): number {
    const { startedAt, createdAt, healing } = this.header;
    return Math.max(this.#lastClaimAt, this.#lastSettleAt, this.#lastMoveAt, healing.lastAt, startedAt ?? createdAt);
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
  update(name: CommitName, change: Partial<RunHeader>, visible: boolean, more: Pick<RunCommit, "planPage"> = {}): void {
    const version = visible ? this.#version + 1 : this.#version;
    const header: RunHeader = { ...this.header, ...change, version };
    this.store.commit(name, { ...more, header });
    this.#header = header;
    this.#version = version;
    this.#openLedger(header);
    if (visible || name === "redispatch" || name === "phase-wait") this.#facts += 1;
  }

  /**
   * A number for a claim that is granted units, of leases until then. In memory: something is written only when numbers are used up, or
   * when a lease would outlast the stored horizon, and then ahead.
   */
  numberClaim(until: number, ahead: number): number {
    const number = (this.#claimsNumbered += 1);
    const reserved = this.#pulse.claimsReserved;
    this.#leaseUntil(until, ahead, number > reserved ? number + CLAIMS_RESERVED_AHEAD - 1 : reserved);
    return number;
  }

  /** A claim's leases last until then. Written ahead, so that a renewal writes once in a while instead of each time. */
  renewUntil(until: number, ahead: number): void {
    this.#leaseUntil(until, ahead, this.#pulse.claimsReserved);
  }

  #leaseUntil(until: number, ahead: number, claimsReserved: number): void {
    const leaseHorizon = until > this.#pulse.leaseHorizon ? until + ahead : this.#pulse.leaseHorizon;
    if (leaseHorizon !== this.#pulse.leaseHorizon || claimsReserved !== this.#pulse.claimsReserved)
      this.#beat("horizon", { leaseHorizon, claimsReserved }, NOTHING_TOLD);
    this.#leasesUntil = Math.max(this.#leasesUntil, until);
  }

  /** A unit was claimed that may move the run on. In memory, and in the pulse whenever that is written. */
  claimedAt(at: number): void {
    this.#lastClaimAt = Math.max(this.#lastClaimAt, at);
  }

  /** Stores what a request without verdicts tells. */
  tell(name: CommitName, telling: Telling): void {
    this.#beat(name, {}, telling);
  }

  #beat(name: CommitName, change: Partial<RunPulse>, telling: Telling, more: Omit<RunCommit, "pulse"> = {}): void {
    const pulse = { ...this.#pulse, ...change, lastClaimAt: this.#lastClaimAt, ...this.#record.inPulse(telling) };
    this.store.commit(name, { ...more, pulse });
    this.#pulse = pulse;
    this.#record.told(telling);
  }

  /** Stores deferrals, and what their settle tells. They are answers, if no verdicts: units are not lost, and healing counts its rounds anew. */
  defer(now: number, asked: Deferral[], telling: Telling): void {
    const deferrals = this.#unlessHastened(asked, now);
    const { healing } = this.header;
    const header = healing.rounds === 0 ? null : { ...this.header, healing: { ...healing, rounds: 0 } };
    const change = { waited: this.#waitedWith(deferrals, now) };
    this.#beat("defer", change, telling, header === null ? { deferrals } : { deferrals, header });
    this.#header = header ?? this.#header;
    this.#remember(deferrals);
  }

  /** Deferred units were sent again. */
  undefer(deferrals: Deferral[]): void {
    this.store.commit("undefer", { deferrals });
    this.#remember(deferrals);
  }

  /** Ends the wait of units, or, of one that is being worked on, the wait that it is about to ask for. */
  hasten(ordinals: OrdinalRanges, now: number): void {
    const deferrals: Deferral[] = [];
    forEachOrdinal(ordinals, (ordinal) => {
      if (ordinal >= (this.#ledger?.total ?? 0) || this.#ledger?.settled.has(ordinal) === true) return;
      const deferral = this.#deferrals.get(ordinal);
      if (deferral === undefined || deferral.notBefore === null) this.#hastened.add(ordinal);
      else if (deferral.notBefore > now) deferrals.push({ ...deferral, notBefore: now });
    });
    if (deferrals.length === 0) return;
    this.store.commit("hasten", { deferrals });
    this.#remember(deferrals);
  }

  /** The deferrals as they are to be stored: those that were hastened meanwhile wait no longer. */
  #unlessHastened(deferrals: Deferral[], now: number): Deferral[] {
    if (this.#hastened.size === 0) return deferrals;
    return deferrals.map((deferral) =>
      this.#hastened.delete(deferral.ordinal) && deferral.notBefore !== null
        ? { ...deferral, notBefore: Math.min(deferral.notBefore, now) }
        : deferral,
    );
  }

  #remember(deferrals: readonly Deferral[]): void {
    for (const deferral of deferrals) {
      this.#deferrals.set(deferral.ordinal, deferral);
      this.#touched.add(deferral.ordinal);
    }
    if (deferrals.length > 0) this.#facts += 1;
  }

  /** A unit that was only handed back for want of room has not waited for anything. */
  #waitedWith(deferrals: readonly Deferral[], at: number): WaitRecord[] {
    return deferrals
      .filter(({ count, notBefore }) => count > 0 && notBefore !== null)
      .reduce((waited, { reasonCode, message }) => withWait(waited, { reasonCode, message, at }), this.#pulse.waited);
  }

  /** Appends the entry: verdicts, the counts they make and what is told of deliveries, with the deferrals of the same request, in one write. */
  settle(
    now: number,
    prepared: Omit<JournalEntry, "seq" | "version" | "at">,
    asked: Deferral[],
    telling: Telling,
  ): void {
    const deferrals = this.#unlessHastened(asked, now);
    const told = this.#record.inJournal(telling);
    const entry: JournalEntry = { seq: this.#seq + 1, version: this.#version + 1, at: now, ...prepared, ...told };
    if (deferrals.length === 0) this.store.commit("settle", { journal: entry });
    else {
      // The journal tells of the claim; of the pulse, only the waits are new.
      const pulse = { ...this.#pulse, waited: this.#waitedWith(deferrals, now) };
      this.store.commit("settle", { journal: entry, deferrals, pulse });
      this.#pulse = pulse;
    }
    this.#take(entry);
    this.#facts += 1;
    this.#remember(deferrals);
    for (const ranges of [entry.succeeded, entry.failed, entry.skipped]) {
      forEachOrdinal(ranges, (ordinal) => {
        this.#leases?.settled(ordinal);
        this.#touched.add(ordinal);
        this.#units?.deferred(ordinal, this.#deferrals.get(ordinal)?.count ?? 0);
        this.#deferrals.delete(ordinal);
        this.#resentAt.delete(ordinal);
        this.#hastened.delete(ordinal);
      });
    }
  }

  /** Folds the journal. A finished run keeps nothing but its verdicts. */
  compact(): void {
    const { total } = this.header;
    const compactedJournal = total === null ? [] : compactJournal(total, this.store.readJournal());
    const firstSettledAt = this.settledAt?.first ?? null;
    const header: RunHeader = { ...this.header, compacted: this.completed, firstSettledAt };
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
