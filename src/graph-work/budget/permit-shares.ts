/**
 * What one isolate holds of its tenants' budgets: portions of permits, taken from the tenant's object by whichever unit needs the next one.
 * A request within a portion asks nobody. Numbers only: promises belong to the invocation that made them (`TenantPermits`).
 */
import type { Permission, PermitSource } from "../../graph/calls/permits.ts";
import { SERVICE_GROUPS, type ServiceGroup } from "../../graph/calls/service-groups.ts";
import {
  MAX_PATIENCE_MS,
  millisecondsFor,
  type PermitAnswer,
  type PermitRequest,
  type RefusalReport,
} from "./tenant-buckets.ts";

/** The tenant's object. Both may reject. */
export interface BudgetObject {
  take(request: PermitRequest): Promise<PermitAnswer>;
  refused(report: RefusalReport): Promise<void>;
}

/** Requests that are sent before the first answer of the object: two batches. What follows waits for it. */
export const CREDIT = 40;
const FIRST_PORTION = 50;
const LARGEST_PORTION = 1_000;
/** A portion that is used up faster than this is followed by one of twice the size. */
const QUICK_MS = 1_000;
/** What is left of a portion when the next one is fetched. */
const LOW_WATER = 0.5;
const MAX_TENANTS = 500;
/** The object is asked again after this time when it could not be reached. */
const UNREACHABLE_MS = 5_000;
/** Without the object an isolate keeps to this part of the published rate: others may be doing the same. */
const ALONE = 0.1;
/** And may send so many at once. */
const ALONE_BURST = 20;
/** No reservation without the object reaches further ahead. */
const LONGEST_ALONE_MS = 10_000;
/** A share is as good as new after it. */
const RESTED_MS = 10_000;
const AHEAD = { need: 0, patienceMs: 0 };
/** Without Retry-After, until the object says more. */
const UNTOLD_CLOSURE_MS = 1_000;

class Share {
  permits = 0;
  /** From when on, and until when, the permits are good. */
  notBefore = 0;
  validUntil = 0;
  epoch = 0;
  /** Graph refused this isolate's own requests, or the object said so. */
  closedUntil = 0;
  /** Sent on credit and not told yet. */
  owed = 0;
  portion = FIRST_PORTION;
  /** Less was to be had than was wanted: nothing is fetched ahead. */
  scarce = false;
  fetchedAt = -Infinity;
  answeredAt = -Infinity;
  unreachableUntil = 0;
  /** When what was sent without the object will have had its time at the safe rate. */
  aloneUntil = 0;
}

/** Of all tenants of an isolate. */
export class PermitShares {
  readonly #tenants = new Map<string, Map<ServiceGroup, Share>>();

  of(tenantId: string, group: ServiceGroup): Share {
    let shares = this.#tenants.get(tenantId);
    if (shares === undefined) {
      if (this.#tenants.size >= MAX_TENANTS) this.#tenants.clear();
      shares = new Map();
      this.#tenants.set(tenantId, shares);
    }
    let share = shares.get(group);
    if (share === undefined) {
      share = new Share();
      shares.set(group, share);
    }
    return share;
  }

  /** Forgets a tenant: its next request asks the object. */
  forget(tenantId: string): void {
    this.#tenants.delete(tenantId);
  }
}

/** The isolate's. */
export const sharedPermits = new PermitShares();

export interface TenantPermitsOptions {
  tenantId: string;
  object: BudgetObject;
  now: () => number;
  /** A person waits for the work. */
  interactive: boolean;
  shares?: PermitShares;
  /** Told of each refusal that is reported. */
  onRefused?: (group: ServiceGroup) => void;
  /** Told of failures to reach the object. */
  onUnreachable: (error: unknown) => void;
}

/** One tenant's permits for one invocation. */
export class TenantPermits implements PermitSource {
  readonly #options: TenantPermitsOptions;
  readonly #shares: PermitShares;
  readonly #fetching = new Map<ServiceGroup, Promise<PermitAnswer | null>>();
  /** Reports under way: for tests, and for whoever wants them told before it ends. */
  readonly #reports = new Set<Promise<void>>();

  constructor(options: TenantPermitsOptions) {
    this.#options = options;
    this.#shares = options.shares ?? sharedPermits;
  }

  take(group: ServiceGroup, requests: number, patienceMs: number): Permission | Promise<Permission> {
    const { now } = this.#options;
    const share = this.#share(group);
    const at = now();
    const inHand = this.#fromPortion(group, share, requests, at);
    if (inHand !== null) return inHand;
    const closedMs = share.closedUntil - at;
    // A clock that was set back closes nothing for ever: the object is asked after the longest closure that it answers in words.
    if (closedMs > patienceMs && closedMs <= 3_600_000) return { kind: "later", waitMs: closedMs, cause: "closed" };
    if (this.#isAlone(share, at)) return this.#alone(group, share, requests, at, patienceMs);
    // The first requests after a rest go on while the object is asked, unless Graph is known to refuse.
    const rested = share.epoch === 0 && closedMs <= 0 && at - share.answeredAt > RESTED_MS;
    if (rested && share.owed + requests <= CREDIT) {
      share.owed += requests;
      if (!this.#fetching.has(group)) void this.#fetch(group, share, AHEAD);
      return { kind: "granted", waitMs: 0, epoch: 0 };
    }
    return this.#askFor(group, share, requests, patienceMs);
  }

  refused(group: ServiceGroup, epoch: number, retryAfterMs: number | null): void {
    const { object, now, onUnreachable } = this.#options;
    const share = this.#share(group);
    const until = now() + (retryAfterMs ?? UNTOLD_CLOSURE_MS);
    share.permits = 0;
    // Requests of one portion that are refused together tell it once.
    const isTold = share.closedUntil >= until - UNTOLD_CLOSURE_MS && share.closedUntil > now();
    share.closedUntil = Math.max(share.closedUntil, until);
    if (isTold) return;
    this.#options.onRefused?.(group);
    const report = object.refused({ group, epoch, retryAfterMs }).catch(onUnreachable);
    this.#reports.add(report);
    void report.finally(() => this.#reports.delete(report));
  }

  /** Resolves when what is under way with the object has ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#reports, ...this.#fetching.values()]);
  }

  #share(group: ServiceGroup): Share {
    return this.#shares.of(this.#options.tenantId, group);
  }

  #fromPortion(group: ServiceGroup, share: Share, requests: number, at: number): Permission | null {
    if (share.permits < requests || share.validUntil <= at || share.closedUntil > at) return null;
    // The object grants no longer wait: a clock was set back, and the object is asked anew.
    if (share.notBefore - at > MAX_PATIENCE_MS) return null;
    share.permits -= requests;
    const isLow = share.permits < share.portion * LOW_WATER && !share.scarce;
    // While the requests go on: the next portion is there before this one ends.
    if (isLow && !this.#fetching.has(group) && !this.#isAlone(share, at)) void this.#fetch(group, share, AHEAD);
    return { kind: "granted", waitMs: Math.max(0, share.notBefore - at), epoch: share.epoch };
  }

  async #askFor(group: ServiceGroup, share: Share, requests: number, patienceMs: number): Promise<Permission> {
    // What another unit of this invocation fetches may be enough for this one.
    const underWay = this.#fetching.get(group);
    if (underWay !== undefined) {
      await underWay;
      const at = this.#options.now();
      const inHand = this.#fromPortion(group, share, requests, at);
      if (inHand !== null) return inHand;
      if (this.#isAlone(share, at)) return this.#alone(group, share, requests, at, patienceMs);
    }
    const answer = await this.#fetch(group, share, { need: requests, patienceMs });
    const at = this.#options.now();
    if (answer === null) return this.#alone(group, share, requests, at, patienceMs);
    if (answer.kind === "later") return { kind: "later", waitMs: answer.waitMs, cause: answer.cause };
    return { kind: "granted", waitMs: answer.waitMs, epoch: answer.epoch };
  }

  /**
   * Fetches a portion. `need` of it is the caller's, and the rest the isolate's. Null when the object cannot be reached. Each caller with a
   * need has an answer of its own; fetches without one are made one at a time.
   */
  #fetch(
    group: ServiceGroup,
    share: Share,
    { need, patienceMs }: { need: number; patienceMs: number },
  ): Promise<PermitAnswer | null> {
    const fetching = this.#ask(group, share, need, patienceMs);
    const done = fetching.finally(() => {
      if (this.#fetching.get(group) === done) this.#fetching.delete(group);
    });
    this.#fetching.set(group, done);
    return done;
  }

  async #ask(group: ServiceGroup, share: Share, need: number, patienceMs: number): Promise<PermitAnswer | null> {
    const { object, now, interactive, onUnreachable } = this.#options;
    const askedAt = now();
    const { owed } = share;
    share.owed = 0;
    const isQuick = askedAt - share.fetchedAt < QUICK_MS && askedAt >= share.fetchedAt;
    share.portion = isQuick ? Math.min(LARGEST_PORTION, share.portion * 2) : FIRST_PORTION;
    share.fetchedAt = askedAt;
    try {
      const want = need + share.portion;
      const answer = await object.take({ group, need, want, owed, patienceMs, interactive });
      const at = now();
      share.answeredAt = at;
      share.epoch = answer.epoch;
      share.unreachableUntil = 0;
      if (answer.kind === "later") {
        share.scarce = true;
        if (answer.closedMs > 0) share.closedUntil = Math.max(share.closedUntil, at + answer.closedMs);
        return answer;
      }
      // What is left of an earlier portion stays good only as long as the new one is.
      if (share.validUntil <= at) share.permits = 0;
      share.permits += answer.permits - need;
      share.scarce = answer.permits - need < share.portion;
      share.notBefore = at + answer.waitMs;
      share.validUntil = at + answer.waitMs + answer.validMs;
      return answer;
    } catch (error) {
      onUnreachable(error);
      share.owed += owed;
      share.unreachableUntil = now() + UNREACHABLE_MS;
      return null;
    }
  }

  #isAlone(share: Share, at: number): boolean {
    return share.unreachableUntil > at && share.unreachableUntil - at <= UNREACHABLE_MS;
  }

  /** The safe default: slow, and never nothing. */
  #alone(group: ServiceGroup, share: Share, requests: number, at: number, patienceMs: number): Permission {
    const rate = SERVICE_GROUPS[group].perSecond * ALONE;
    const burstMs = millisecondsFor(ALONE_BURST, rate);
    // A clock that was set back does not stop it.
    const from = share.aloneUntil - at > burstMs + LONGEST_ALONE_MS ? at : Math.max(share.aloneUntil, at);
    const until = from + millisecondsFor(requests, rate);
    const waitMs = Math.max(0, Math.ceil(until - at - burstMs));
    if (waitMs > patienceMs) return { kind: "later", waitMs, cause: "paced" };
    share.aloneUntil = until;
    return { kind: "granted", waitMs, epoch: share.epoch };
  }
}
