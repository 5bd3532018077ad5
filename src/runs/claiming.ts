/** Claims: which of the delivered units a consumer may work on, and for how long. */
import { countOrdinals, forEachOrdinal, type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { ClaimAnswer, ClaimRequest, ClaimTicket, RenewAnswer } from "./run-commands.ts";
import type { RunState } from "./run-state.ts";

/**
 * Grants leases on what is open. Writes nothing as a rule: leases are memory, the claim is counted when it is answered, and its horizon is
 * written ahead. A claim that is granted nothing gets no other answer, so it is counted at once. The same claim again, while its lease
 * lasts, is granted the same ordinals, except those that were settled in between.
 */
export function claimUnits(state: RunState, request: ClaimRequest, now: number, leaseMs: number): ClaimAnswer {
  if (!state.exists) return { kind: "closed" };
  const { claimId: id, ordinals } = request;
  const deliveries = countOrdinals(ordinals);
  const { leases, ledger, order, record } = state;
  if (state.closed || leases === null || ledger === null) {
    state.tell("refuse", record.ofClaim(id, deliveries, deliveries));
    return { kind: "closed" };
  }
  leases.expire(now);
  const granted: OrdinalRanges = [];
  const settled: OrdinalRanges = [];
  const leased: OrdinalRanges = [];
  const parked: OrdinalRanges = [];
  let suppressed = 0;
  const seen = new Set<number>();
  forEachOrdinal(ordinals, (ordinal) => {
    if (seen.has(ordinal)) {
      // A copy in the same batch: it may be acknowledged when the first is settled, not before.
      suppressed += 1;
    } else if (ordinal >= ledger.total || ledger.settled.has(ordinal)) {
      pushOrdinal(settled, ordinal);
      suppressed += 1;
    } else if (order !== null && !order.isFree(ordinal, ledger.endedBelow)) {
      // Its turn has not come; the run sends it then. An earlier version of the product may have sent it.
      pushOrdinal(parked, ordinal);
    } else if (state.paused && !leases.has(ordinal)) {
      pushOrdinal(parked, ordinal);
    } else if (state.paused || !leases.isFreeFor(id, ordinal) || (state.deferrals.get(ordinal)?.notBefore ?? 0) > now) {
      pushOrdinal(leased, ordinal);
    } else {
      pushOrdinal(granted, ordinal);
      seen.add(ordinal);
    }
  });
  const telling = record.ofClaim(id, deliveries, suppressed);
  let ticket: ClaimTicket | null = null;
  if (granted.length === 0) state.tell("refuse", telling);
  else {
    const until = now + leaseMs;
    if (anyNew(state, granted)) state.claimedAt(now);
    const number = state.numberClaim(until, leaseMs / 2);
    leases.grant(id, granted, until);
    state.touch(granted);
    ticket = { number, deliveries: telling.deliveries, suppressed: telling.suppressed };
  }
  const { runId, tenantId, type, input, impliedPlan } = state.header;
  return {
    kind: "open",
    run: { runId, tenantId, type, input },
    granted,
    units: impliedPlan ? null : unitsOf(state, granted),
    deferrals: deferralsOf(state, granted),
    settled,
    parked,
    leased,
    leaseMs,
    ticket,
  };
}

/** Keeps a claim alive while its holder works. May be sent again. */
export function renewClaim(state: RunState, claimId: string, now: number, leaseMs: number): RenewAnswer {
  if (!state.exists || state.closed) return "closed";
  const until = now + leaseMs;
  if (state.leases?.renew(claimId, until) !== true) return "forgotten";
  state.renewUntil(until, leaseMs / 2);
  return state.paused ? "paused" : "renewed";
}

/** Whether a unit is claimed that was never deferred: those that were may come back many times without the run moving on. */
function anyNew(state: RunState, granted: OrdinalRanges): boolean {
  let found = false;
  forEachOrdinal(granted, (ordinal) => {
    found ||= !state.deferrals.has(ordinal);
  });
  return found;
}

type GrantedDeferrals = Extract<ClaimAnswer, { kind: "open" }>["deferrals"];

function deferralsOf({ deferrals }: RunState, granted: OrdinalRanges): GrantedDeferrals {
  const found: GrantedDeferrals = [];
  if (deferrals.size === 0) return found;
  forEachOrdinal(granted, (ordinal) => {
    const deferral = deferrals.get(ordinal);
    if (deferral === undefined || deferral.count === 0) return;
    const { count, reasonCode, inARow = count } = deferral;
    found.push({ ordinal, count, reasonCode, inARow });
  });
  return found;
}

function unitsOf(state: RunState, granted: OrdinalRanges): PlannedUnit[] {
  const units: PlannedUnit[] = [];
  forEachOrdinal(granted, (ordinal) => {
    const unit = state.plannedUnit(ordinal);
    if (unit === null) throw new Error(`the plan has no unit ${ordinal}`);
    units.push(unit);
  });
  return units;
}
