/** The units of one claim, worked on with the operation's concurrency, settled in small batches while they finish. */
import { meter } from "../observability/meter.ts";
import type { BulkOperation, RunUnitTask, UnitContext, UnitResult } from "../runs/operation.ts";
import type { PlannedUnit } from "../runs/facts/units.ts";
import { pushTook } from "../runs/unit-facts.ts";
import { UNIT_NEEDS } from "../runs/invocation-budget.ts";
import { forEachOrdinal, type OrdinalRanges, pushOrdinal } from "../runs/ordinal-ranges.ts";
import type { ClaimAnswer, SettleRequest } from "../runs/run-commands.ts";
import type { ConsumerPorts, RunCommands } from "./consumer-ports.ts";

/** A finished unit waits at most this long for its settle call, so that readers see it within a second. */
const SETTLE_EVERY_MS = 200;
/** Units that make a settle call worth its while before the time is up. */
const SETTLE_AT_UNITS = 1_000;
/** The platform ends a consumer after 15 minutes; past this age a group takes no new unit. */
const STOP_TAKING_UNITS_AFTER_MS = 10 * 60_000;
/** Past this age it gives up on what hangs, while there is time to say so. */
const GIVE_UP_AFTER_MS = 13 * 60_000;
/** Wait of a unit whose code threw or hung; a bug rarely mends itself, so few attempts are enough. */
const RETRY_DELAY_SECONDS = 5;
/** What `executeMany` gets when its operation does not say. */
const UNITS_PER_EXECUTION = 100;

interface FinishedUnit {
  ordinal: number;
  result: UnitResult;
  /** Of the execution; units that are done together share it. */
  tookMs: number;
}

type OpenClaim = Extract<ClaimAnswer, { kind: "open" }>;

export class UnitGroup {
  readonly #claimId: string;
  readonly #claim: OpenClaim;
  readonly #operation: BulkOperation;
  readonly #run: RunCommands;
  readonly #ports: ConsumerPorts;
  readonly #abort = new AbortController();
  readonly #closing = Promise.withResolvers<void>();
  readonly #tasks: RunUnitTask[];
  readonly #startedAt: number;
  readonly #resolved = new Set<number>();
  readonly #leased = new Set<number>();
  readonly #underWay = new Set<RunUnitTask[]>();
  #pending: FinishedUnit[] = [];
  /** When the first of them was there. */
  #pendingSince = 0;
  /** Ordinals for which the invocation had no room. */
  #postponed: number[] = [];
  #settling: Promise<void> = Promise.resolve();
  #settles = 0;
  #lastSettleAt: number;
  #lastRenewAt: number;
  #closed = false;
  #paused = false;

  constructor(claimId: string, claim: OpenClaim, operation: BulkOperation, run: RunCommands, ports: ConsumerPorts) {
    this.#claimId = claimId;
    this.#claim = claim;
    this.#operation = operation;
    this.#run = run;
    this.#ports = ports;
    this.#tasks = tasksOf(claim, operation);
    this.#startedAt = this.#lastSettleAt = this.#lastRenewAt = ports.now();
    forEachOrdinal(claim.settled, (ordinal) => this.#resolved.add(ordinal));
    if (this.#resolved.size > 0) meter.add("duplicates", this.#resolved.size, {});
    forEachOrdinal(claim.parked, (ordinal) => this.#resolved.add(ordinal));
    forEachOrdinal(claim.leased, (ordinal) => this.#leased.add(ordinal));
  }

  /** True when nothing of the ordinals has to be delivered again. A closed run wants no delivery at all. */
  resolved(first: number, last: number): boolean {
    if (this.#closed) return true;
    for (let ordinal = first; ordinal <= last; ordinal += 1) {
      if (this.#leased.has(ordinal) || !this.#resolved.has(ordinal)) return false;
    }
    return true;
  }

  redeliverAfterSeconds(first: number, last: number): number {
    for (let ordinal = first; ordinal <= last; ordinal += 1) {
      if (this.#leased.has(ordinal)) return Math.ceil(this.#claim.leaseMs / 1_000);
    }
    return 1;
  }

  /**
   * Executes and settles what was granted, as far as the invocation has room and time for it; the rest is handed back to the run, which
   * sends it again at once. Resolves when nothing is worked on any more, the run is closed, or time is over.
   */
  async work(): Promise<void> {
    const tasks = this.#tasks;
    if (tasks.length === 0) return;
    const entered = this.#ports.unitContext(this.#claim.run.tenantId, this.#abort.signal);
    const context = { ...(entered instanceof Promise ? await entered : entered), companions: tasks };
    const size =
      this.#operation.executeMany === undefined ? 1 : (this.#operation.unitsPerExecution ?? UNITS_PER_EXECUTION);
    let next = 0;
    // One look at the clock a turn: it is what a unit without work would cost most.
    let now = this.#startedAt;
    const worker = async (): Promise<void> => {
      while (next < tasks.length && !this.#closed && !this.#paused && !this.#tooOld(now)) {
        const begun = this.#ports.budget.begin(this.#operation.needs ?? UNIT_NEEDS);
        const room = begun instanceof Promise ? await begun : begun;
        if (room === null) return;
        if (begun instanceof Promise) now = this.#ports.now();
        if (next >= tasks.length || this.#closed || this.#paused || this.#tooOld(now)) {
          room.end();
          return;
        }
        const turn = tasks.slice(next, next + size);
        next += size;
        this.#underWay.add(turn);
        const results = await this.#execute(turn, context);
        const refused = room.end();
        // Given up in the meantime: their deferrals have been settled already.
        if (!this.#underWay.delete(turn)) return;
        const ended = this.#ports.now();
        // After the await: a settle in between has taken the list that stood there before.
        this.#keep(turn, results, ended - now, refused && !room.first);
        now = ended;
        if (this.#settleDue(now)) await this.#settle(false);
      }
    };
    let stopTicking = (): void => {};
    try {
      const workers = Promise.all(Array.from({ length: Math.min(this.#operation.concurrency, tasks.length) }, worker));
      if (!(await resolvesAtOnce(workers))) {
        stopTicking = this.#ports.every(SETTLE_EVERY_MS, () => this.#tick());
        // Do not wait for running units when the run is closed. Being cut off is no different from a crash, which units survive.
        await Promise.race([workers, this.#closing.promise]);
      }
      for (const { ordinal } of tasks.slice(next)) this.#postponed.push(ordinal);
      if (!this.#closed) await this.#settle(true);
    } finally {
      stopTicking();
      // With nothing under way, nobody listens.
      if (this.#underWay.size > 0) this.#abort.abort();
    }
  }

  /**
   * `refused`: the invocation refused a request meanwhile. What did not succeed then says nothing of the unit. Not so of the first that
   * an invocation begins: what it could not do, it never can.
   */
  #keep(turn: readonly RunUnitTask[], results: readonly UnitResult[], tookMs: number, refused = false): void {
    turn.forEach((task, index) => {
      const result = results[index];
      if (result === undefined) throw new Error(`${this.#operation.type} answered for fewer units than it was given`);
      if (refused && result.kind !== "succeeded") this.#postponed.push(task.ordinal);
      else {
        if (this.#pending.length === 0) this.#pendingSince = this.#ports.now();
        this.#pending.push({ ordinal: task.ordinal, result, tookMs });
      }
    });
  }

  async #execute(turn: RunUnitTask[], context: UnitContext): Promise<UnitResult[]> {
    const [first] = turn;
    if (first === undefined) return [];
    try {
      if (this.#operation.executeMany !== undefined) {
        const results = await this.#operation.executeMany(turn, context);
        if (results.length !== turn.length) throw new Error(`${results.length} answers for ${turn.length} units`);
        return results;
      }
      return [await this.#operation.execute(first, context)];
    } catch (error) {
      const { runId, tenantId, ordinal } = first;
      this.#ports.log("error", "unit_threw", { runId, tenantId, ordinal, units: turn.length, error: String(error) });
      const message = "The unit stopped on an unexpected error. The details are in the logs.";
      return turn.map(() => ({
        kind: "deferred",
        delaySeconds: RETRY_DELAY_SECONDS,
        reasonCode: "internal_error",
        message,
      }));
    }
  }

  /** The platform is about to stop this invocation: what still hangs is handed back, to be tried a bounded number of times. */
  #giveUp(): void {
    const message = "The unit did not come to an end in the time that it may take.";
    for (const turn of this.#underWay) {
      this.#underWay.delete(turn);
      this.#keep(
        turn,
        turn.map(() => ({ kind: "deferred", delaySeconds: RETRY_DELAY_SECONDS, reasonCode: "timed_out", message })),
        0,
      );
    }
    this.#abort.abort();
    this.#closing.resolve();
  }

  #tooOld(now: number): boolean {
    return now - this.#startedAt > STOP_TAKING_UNITS_AFTER_MS;
  }

  #settleDue(now: number): boolean {
    return this.#pending.length >= SETTLE_AT_UNITS || now - this.#lastSettleAt >= SETTLE_EVERY_MS;
  }

  #tick(): void {
    const now = this.#ports.now();
    if (now - this.#startedAt > GIVE_UP_AFTER_MS && this.#underWay.size > 0) this.#giveUp();
    if (this.#pending.length > 0 && this.#settleDue(now)) void this.#settle(false);
    if (now - this.#lastRenewAt >= this.#claim.leaseMs / 3) {
      this.#lastRenewAt = now;
      void this.#renew();
    }
  }

  async #renew(): Promise<void> {
    try {
      // A claim that is forgotten is worked on to its end: effects are idempotent, and the first verdict wins.
      const answer = await this.#run.renew(this.#claimId);
      if (answer === "closed") this.#close();
      this.#paused ||= answer === "paused";
    } catch {
      this.#ports.log("warn", "lease_renewal_failed", { runId: this.#claim.run.runId });
    }
  }

  /** The run wants nothing more: units under way are told, and no new one is begun. */
  #close(): void {
    this.#closed = true;
    this.#abort.abort();
    this.#closing.resolve();
  }

  /** Settles what is pending, after the settle under way. Never rejects. */
  #settle(done: boolean): Promise<void> {
    this.#settling = this.#settling.then(() => this.#settleNow(done));
    return this.#settling;
  }

  async #settleNow(done: boolean): Promise<void> {
    const batch = this.#pending;
    const pendingSince = this.#pendingSince;
    this.#pending = [];
    const postponed = this.#postponed;
    this.#postponed = [];
    this.#lastSettleAt = this.#ports.now();
    if (batch.length + postponed.length === 0 && !done) return;
    this.#settles += 1;
    const settleId = `${this.#claimId}/${this.#settles}`;
    try {
      const { ticket } = this.#claim;
      const names = { claimId: this.#claimId, settleId, ticket, done };
      const answer = await this.#run.settle(settleRequest(names, batch, postponed));
      if (answer.kind === "closed") this.#close();
      else this.#paused ||= answer.paused;
      if (batch.length > 0) meter.add("settle_lag", this.#ports.now() - pendingSince, {});
      if (answer.kind === "open" && answer.duplicates > 0) meter.add("duplicates", answer.duplicates, {});
      for (const { ordinal } of batch) this.#resolved.add(ordinal);
      // Acknowledged: a message that is returned counts towards its dead letter, and the run has taken the unit back.
      for (const ordinal of postponed) this.#resolved.add(ordinal);
    } catch (error) {
      // It may have taken effect. Without an answer nothing is acknowledged, and what is delivered again is claimed as settled.
      this.#ports.log("warn", "settle_failed", { runId: this.#claim.run.runId, error: String(error) });
    }
  }
}

const POSTPONED = { reasonCode: "postponed", message: "The unit is sent again at once.", postponed: true };

/** Turns of the microtask queue in which a group without real work comes to its end. */
const TURNS_AT_ONCE = 20;

/** True when the work ends without waiting for anything outside: then it needs no timer, which would cost more than it does. */
async function resolvesAtOnce(work: Promise<unknown>): Promise<boolean> {
  const turns = async (): Promise<boolean> => {
    for (let turn = 0; turn < TURNS_AT_ONCE; turn += 1) await Promise.resolve();
    return false;
  };
  return Promise.race([work.then(() => true), turns()]);
}

function settleRequest(
  names: Pick<SettleRequest, "claimId" | "settleId" | "ticket" | "done">,
  batch: readonly FinishedUnit[],
  postponed: readonly number[],
): SettleRequest {
  const tookMs: number[] = [];
  const request: SettleRequest = { ...names, plain: [], detailed: [], tookMs, deferred: [] };
  const plain: OrdinalRanges = request.plain;
  for (const { ordinal, result, tookMs: took } of batch) {
    if (result.kind !== "deferred") pushTook(tookMs, ordinal, Math.max(0, took));
    if (result.kind === "deferred") {
      const { delaySeconds, reasonCode, message, uncounted = false } = result;
      const deferral = { ordinal, delayMs: delaySeconds * 1_000, reasonCode, message };
      request.deferred.push(uncounted ? { ...deferral, uncounted } : deferral);
    } else if (result.kind === "succeeded" && result.counters === undefined) {
      pushOrdinal(plain, ordinal);
    } else {
      request.detailed.push({ ordinal, verdict: result });
    }
  }
  for (const ordinal of postponed) request.deferred.push({ ordinal, delayMs: 0, ...POSTPONED });
  return request;
}

/** The granted units of a claim. Throws when one of them is not told: a bug. */
function tasksOf({ run, granted, units, deferrals }: OpenClaim, operation: BulkOperation): RunUnitTask[] {
  const tasks: RunUnitTask[] = [];
  const deferred = new Map(deferrals.map((deferral) => [deferral.ordinal, deferral]));
  forEachOrdinal(granted, (ordinal) => {
    const unit: PlannedUnit | undefined = units === null ? operation.unitAt?.(ordinal, run.input) : units[tasks.length];
    if (unit === undefined) throw new Error(`no unit for ordinal ${ordinal}`);
    const { runId, tenantId } = run;
    const deferral = deferred.get(ordinal);
    const task = { ...unit, runId, tenantId, ordinal, deferrals: deferral?.count ?? 0 };
    tasks.push(deferral === undefined ? task : { ...task, lastDeferral: deferral });
  });
  return tasks;
}
