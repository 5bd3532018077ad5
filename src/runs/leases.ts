/** Who is working on what, in memory. Losing it (an eviction) costs at most double work: effects are idempotent. */
import { forEachOrdinal, type OrdinalRanges } from "./ordinal-ranges.ts";
import { OrdinalSet } from "./ordinal-set.ts";

interface Lease {
  until: number;
  ranges: OrdinalRanges;
  /** Given back before the lease ended; somebody else may hold these by now. */
  released: Set<number>;
}

export class LeaseTable {
  readonly #leased: OrdinalSet;
  readonly #claims = new Map<string, Lease>();

  constructor(total: number) {
    this.#leased = new OrdinalSet(total);
  }

  /** The ordinals under a lease. Call `expire` first. */
  get ordinals(): OrdinalSet {
    return this.#leased;
  }

  has(ordinal: number): boolean {
    return this.#leased.has(ordinal);
  }

  /** Whether the claim may have the ordinal: no other claim holds it. Call `expire` first. */
  isFreeFor(claimId: string, ordinal: number): boolean {
    if (!this.#leased.has(ordinal)) return true;
    const own = this.#claims.get(claimId);
    return own !== undefined && !own.released.has(ordinal) && holds(own.ranges, ordinal);
  }

  /** Gives the claim these ordinals, in place of what it held. */
  grant(claimId: string, ranges: OrdinalRanges, until: number): void {
    this.finish(claimId);
    forEachOrdinal(ranges, (ordinal) => this.#leased.add(ordinal));
    this.#claims.set(claimId, { until, ranges, released: new Set() });
  }

  /** False when the claim holds nothing any more: its lease ran out, or the object forgot it. */
  renew(claimId: string, until: number): boolean {
    const lease = this.#claims.get(claimId);
    if (lease === undefined) return false;
    lease.until = Math.max(lease.until, until);
    return true;
  }

  /** Gives one ordinal back, if that claim still holds it. */
  release(claimId: string, ordinal: number): void {
    const lease = this.#claims.get(claimId);
    if (lease === undefined || lease.released.has(ordinal) || !holds(lease.ranges, ordinal)) return;
    lease.released.add(ordinal);
    this.#leased.delete(ordinal);
  }

  /** A settled ordinal needs no lease, whoever held it; it is never granted again. */
  settled(ordinal: number): void {
    this.#leased.delete(ordinal);
  }

  /** Drops a claim whose holder is through with it, or is taken for dead. */
  finish(claimId: string): void {
    const lease = this.#claims.get(claimId);
    if (lease === undefined) return;
    this.#claims.delete(claimId);
    forEachOrdinal(lease.ranges, (ordinal) => {
      if (!lease.released.has(ordinal)) this.#leased.delete(ordinal);
    });
  }

  expire(now: number): void {
    for (const [claimId, lease] of this.#claims) {
      if (lease.until <= now) this.finish(claimId);
    }
  }

  /** When the first lease ends that still covers something; null when nothing is leased. */
  nextExpiry(): number | null {
    if (this.#leased.count === 0) return null;
    let next: number | null = null;
    for (const lease of this.#claims.values()) {
      if (next === null || lease.until < next) next = lease.until;
    }
    return next;
  }
}

function holds(ranges: OrdinalRanges, ordinal: number): boolean {
  for (let index = 0; index < ranges.length; index += 2) {
    if (ordinal >= (ranges[index] ?? Infinity) && ordinal <= (ranges[index + 1] ?? -1)) return true;
  }
  return false;
}
