/**
 * How a tenant's requests to Microsoft Graph are shared out: a bucket for each group of services, whose rate is learned from refusals. Pure;
 * time comes from the caller, and a clock that jumps only makes it cautious. The rule: decisions/156-one-graph-budget-a-tenant.md.
 */
import { z } from "zod";
import { SERVICE_GROUPS, type ServiceGroup } from "../../graph/calls/service-groups.ts";

export interface PermitRequest {
  group: ServiceGroup;
  /** Requests that wait for it; 0 for a portion that is fetched ahead. */
  need: number;
  /** What would be taken if it is there, `need` included. */
  want: number;
  /** Sent before there was an answer, on credit. */
  owed: number;
  /** The longest wait worth a reservation. */
  patienceMs: number;
  /** A person waits for the work. */
  interactive: boolean;
}

export type PermitAnswer =
  /** `permits` may be sent from `waitMs` on, until `validMs` have passed after that. */
  | { kind: "granted"; permits: number; waitMs: number; validMs: number; epoch: number }
  /** `waitMs`: when to ask again, spread over those who have to. `closedMs`: how long Graph still wants nothing of the group. */
  | { kind: "later"; waitMs: number; closedMs: number; cause: "paced" | "closed"; epoch: number };

export interface RefusalReport {
  group: ServiceGroup;
  /** Of the permission that the refused request was sent with. */
  epoch: number;
  retryAfterMs: number | null;
}

/** What is worth keeping: everything else fills itself anew. */
export const learnedRateSchema = z.object({
  /** Requests a second. */
  perSecond: z.number().positive(),
  /** When Graph refused last; null as long as it has done so once alone, which says nothing of the rate. */
  refusedAt: z.number().nullable(),
  /** Milliseconds since the epoch. */
  closedUntil: z.number(),
  /** Times that the rate was lowered. */
  epoch: z.int(),
});
export type LearnedRate = z.infer<typeof learnedRateSchema>;

/** A bucket holds what its rate brings in this time. */
const BURST_SECONDS = 10;
/** Of that, background work leaves so much for people. */
const RESERVE_SECONDS = 2;
/** How far ahead requests are reserved. */
export const MAX_PATIENCE_MS = 5_000;
/** While people and background work both wait, this part of the rate is background work's alone. */
const BACKGROUND_SHARE = 0.25;
/** Whoever asked, or waited, within this time still does. */
const RECENT_MS = 10_000;
const LOWER = 0.7;
/** Steps of a second in which requests had to wait: quickly until Graph refuses for the second time and after a long time without, else slowly. */
const RAISE_FREELY = 1.1;
const LONG_MS = 300_000;
const CAREFUL_STEPS = 50;
const RAISE_EVERY_MS = 1_000;
/** The lowest rate, as a part of the published one: some unit always gets on. */
const LOWEST = 0.1;
/** A Retry-After beyond it is not believed, as elsewhere (`failure-results.ts`): Graph is asked again and says it again. */
const LONGEST_CLOSURE_MS = 3_600_000;
/** Without a Retry-After; doubles with each refusal in a row, to no more than a unit sleeps through. */
const FIRST_CLOSURE_MS = 1_000;
const LONGEST_GUESS_MS = 4_000;
const IN_A_ROW_MS = 30_000;
/** A portion's life, before and after Graph has refused: what is not used by then is lost. */
const VALID_MS = { open: 10_000, learned: 4_000 };
/** A portion beyond what is needed, in seconds of the rate. */
const PORTION_SECONDS = 0.5;
/** Requests of a unit that is put off, as a guess: units come back one after the other instead of together. */
const UNIT_COST = 5;
const LONGEST_PUT_OFF_MS = 60_000;
/** Before Graph has refused anything, portions are limited alone, so that all is counted. */
const OPEN_PORTION = 2_000;
/** What an object that has lost its memory believes to have: the reserve, and a second's worth. */
const LEVEL_AFTER_RESTART_SECONDS = RESERVE_SECONDS + 1;

export class TenantBuckets {
  readonly #buckets = new Map<ServiceGroup, Bucket>();

  constructor(learned: ReadonlyMap<ServiceGroup, LearnedRate>, now: number) {
    for (const [group, rate] of learned) this.#buckets.set(group, new Bucket(group, now, rate));
  }

  take(request: PermitRequest, now: number): PermitAnswer {
    return this.#bucket(request.group, now).take(request, now);
  }

  refused(report: RefusalReport, now: number): void {
    this.#bucket(report.group, now).refused(report, now);
  }

  /** What was learned of a group; null where Graph has refused nothing. */
  learned(group: ServiceGroup): LearnedRate | null {
    return this.#buckets.get(group)?.learned ?? null;
  }

  #bucket(group: ServiceGroup, now: number): Bucket {
    const known = this.#buckets.get(group);
    if (known !== undefined) return known;
    const bucket = new Bucket(group, now, null);
    this.#buckets.set(group, bucket);
    return bucket;
  }
}

/** How long a rate takes for some requests. */
export function millisecondsFor(requests: number, perSecond: number): number {
  // oxlint-disable-next-line tenantatlas/no-progress-arithmetic -- a time, of requests and their rate
  return Math.ceil((requests * 1_000) / perSecond);
}

class Bucket {
  readonly #published: number;
  #learned: LearnedRate | null;
  #level: number;
  #at: number;
  #raisedAt: number;
  /** Requests of units that were put off and have not had their time yet. */
  #putOff = 0;
  /** Requests that are kept for background work, beside the level. */
  #aside = 0;
  #peopleAskedAt = -Infinity;
  #runsWaitedAt = -Infinity;
  #guesses = 0;
  #refusedAtTime = -Infinity;

  constructor(group: ServiceGroup, now: number, learned: LearnedRate | null) {
    this.#published = SERVICE_GROUPS[group].perSecond;
    this.#learned = learned;
    this.#level = (learned?.perSecond ?? 0) * LEVEL_AFTER_RESTART_SECONDS;
    this.#at = now;
    this.#raisedAt = now;
  }

  get learned(): LearnedRate | null {
    return this.#learned;
  }

  take(request: PermitRequest, now: number): PermitAnswer {
    const learned = this.#learned;
    if (learned === null) {
      const permits = Math.max(request.need, Math.min(request.want, OPEN_PORTION));
      return { kind: "granted", permits, waitMs: 0, validMs: VALID_MS.open, epoch: 0 };
    }
    this.#refill(learned, now);
    this.#level -= request.owed;
    const rate = learned.perSecond;
    const closedMs = this.#closedMs(learned, now);
    if (request.interactive) this.#peopleAskedAt = now;
    else if (closedMs === 0 && request.need > 0 && this.#aside >= request.need) {
      this.#aside -= request.need;
      return { kind: "granted", permits: request.need, waitMs: 0, validMs: VALID_MS.learned, epoch: learned.epoch };
    }
    // What others have reserved ahead is not sent yet: people pass before it.
    const floor = request.interactive ? -(MAX_PATIENCE_MS / 1_000) * rate : RESERVE_SECONDS * rate;
    const room = this.#level - floor;
    // More than the bucket holds is given when it is full.
    const enough = Math.min(request.need, Math.max(1, BURST_SECONDS * rate - Math.max(0, floor)));
    const pacedMs = room >= enough ? 0 : millisecondsFor(enough - room, rate);
    const waitMs = Math.max(pacedMs, closedMs);
    if (pacedMs > 0 && request.need > 0) {
      if (!request.interactive) this.#runsWaitedAt = now;
      if (closedMs === 0) this.#raise(learned, now);
    }
    if (waitMs > Math.min(request.patienceMs, MAX_PATIENCE_MS)) {
      const cause = closedMs >= pacedMs ? "closed" : "paced";
      // Nobody waits for what is fetched ahead, and a short closure is slept through.
      const isShort = request.need === 0 || (cause === "closed" && closedMs <= MAX_PATIENCE_MS);
      const againMs = isShort ? waitMs : this.#putOffFor(waitMs, closedMs, rate);
      return { kind: "later", waitMs: againMs, closedMs, cause, epoch: learned.epoch };
    }
    const spare = Math.min(request.want - request.need, room - request.need, PORTION_SECONDS * rate);
    const permits = request.need + (waitMs > 0 ? 0 : Math.max(0, Math.floor(spare)));
    this.#level -= permits;
    return { kind: "granted", permits, waitMs, validMs: VALID_MS.learned, epoch: learned.epoch };
  }

  refused({ epoch, retryAfterMs }: RefusalReport, now: number): void {
    const before = this.#learned;
    if (now - this.#refusedAtTime > IN_A_ROW_MS || now < this.#refusedAtTime) this.#guesses = 0;
    // Requests that were under way together are refused together: that is one lesson.
    const isNew = before === null || epoch >= before.epoch;
    const guess = Math.min(LONGEST_GUESS_MS, FIRST_CLOSURE_MS * 2 ** this.#guesses);
    const closedUntil = now + Math.min(LONGEST_CLOSURE_MS, retryAfterMs ?? guess);
    this.#refusedAtTime = now;
    if (!isNew) {
      this.#learned = { ...before, closedUntil: Math.max(before.closedUntil, closedUntil) };
      return;
    }
    if (retryAfterMs === null) this.#guesses += 1;
    if (before !== null) this.#refill(before, now);
    const lowered = before === null ? this.#published : before.perSecond * LOWER;
    this.#learned = {
      perSecond: Math.max(this.#published * LOWEST, lowered),
      refusedAt: before === null ? null : now,
      closedUntil: Math.max(before?.closedUntil ?? 0, closedUntil),
      epoch: (before?.epoch ?? 0) + 1,
    };
    // Graph's own bucket is empty.
    this.#level = before === null ? 0 : Math.min(0, this.#level);
    this.#at = now;
    this.#raisedAt = now;
  }

  #refill({ perSecond }: LearnedRate, now: number): void {
    // A clock that was set back brings nothing, and one that jumps ahead a full bucket at most.
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    const isRecent = (at: number) => now - at >= 0 && now - at < RECENT_MS;
    const brought = Math.min(BURST_SECONDS, seconds) * perSecond;
    if (isRecent(this.#peopleAskedAt) && isRecent(this.#runsWaitedAt)) {
      this.#aside = Math.min(RESERVE_SECONDS * perSecond, this.#aside + brought * BACKGROUND_SHARE);
      this.#level += brought * (1 - BACKGROUND_SHARE);
    } else {
      this.#level += brought + this.#aside;
      this.#aside = 0;
    }
    this.#level = Math.min(BURST_SECONDS * perSecond, this.#level);
    this.#putOff = Math.max(0, this.#putOff - seconds * perSecond);
  }

  #closedMs(learned: LearnedRate, now: number): number {
    // Further away than any closure lasts: the clock was set back meanwhile.
    const ms = learned.closedUntil - now;
    if (ms <= LONGEST_CLOSURE_MS) return Math.max(0, ms);
    this.#learned = { ...learned, closedUntil: now };
    return 0;
  }

  #raise(learned: LearnedRate, now: number): void {
    if (now - this.#raisedAt < RAISE_EVERY_MS && now >= this.#raisedAt) return;
    this.#raisedAt = now;
    const { perSecond, refusedAt } = learned;
    const free = refusedAt === null || now - refusedAt > LONG_MS;
    const raised = free ? perSecond * RAISE_FREELY : perSecond + this.#published / CAREFUL_STEPS;
    this.#learned = { ...learned, perSecond: raised };
  }

  #putOffFor(waitMs: number, closedMs: number, rate: number): number {
    const ms = Math.min(Math.max(LONGEST_PUT_OFF_MS, closedMs), waitMs + millisecondsFor(this.#putOff, rate));
    this.#putOff += UNIT_COST;
    return Math.ceil(ms);
  }
}
