/** Settling: verdicts and deferrals become durable. The first verdict of an ordinal wins. */
import { NOTHING_TOLD, type Telling } from "./delivery-record.ts";
import { type Ledger, type PreparedSettlement, shortMessage } from "./ledger.ts";
import type { Verdict } from "./operation.ts";
import { countOrdinals, forEachOrdinal, type OrdinalRanges } from "./ordinal-ranges.ts";
import type { SettleRequest } from "./run-commands.ts";
import type { RunState } from "./run-state.ts";
import type { Deferral } from "./run-store.ts";
import { pushTook } from "./unit-facts.ts";

/** What a settle came to. `duplicates` were settled before. */
export type Recorded = { kind: "closed" } | { kind: "open"; newlySettled: number; duplicates: number };

export interface UnitVerdict {
  ordinal: number;
  verdict: Verdict;
}

/**
 * Records verdicts and deferrals, and counts the claim if this is its first answer; durable, in one write, when it returns. The same
 * request again changes nothing, and its verdicts are not counted as duplicates.
 */
export function settleUnits(state: RunState, request: SettleRequest, now: number, maxDeferrals: number): Recorded {
  if (!state.exists) return { kind: "closed" };
  const { ledger } = state;
  if (ledger === null || state.closed) {
    tell(state, tellingOf(state, request, countOrdinals(request.plain) + request.detailed.length));
    return { kind: "closed" };
  }
  const { deferrals, exhausted } = deferralsOf(state, request, now, maxDeferrals);
  const { entry, newlySettled, duplicates } = prepare(state, ledger, request.plain, [
    ...request.detailed,
    ...exhausted,
  ]);
  const telling = tellingOf(state, request, duplicates);
  if (newlySettled > 0) {
    const tookMs = newTook(ledger, request.tookMs ?? []);
    state.settle(now, { ...entry, settleIds: [request.settleId], tookMs }, deferrals, telling);
  } else if (deferrals.length > 0) state.defer(now, deferrals, telling);
  else tell(state, telling);
  for (const { ordinal } of request.deferred) state.leases?.release(request.claimId, ordinal);
  if (request.done) state.leases?.finish(request.claimId);
  return { kind: "open", newlySettled, duplicates };
}

/** The durations of what is not settled yet: a duplicate says nothing of the verdict that counts. */
function newTook(ledger: Ledger, tookMs: readonly number[]): number[] {
  const kept: number[] = [];
  for (let at = 0; at < tookMs.length; at += 3) {
    for (let ordinal = tookMs[at] ?? 0; ordinal <= (tookMs[at + 1] ?? -1); ordinal += 1)
      if (!ledger.settled.has(ordinal)) pushTook(kept, ordinal, tookMs[at + 2] ?? 0);
  }
  return kept;
}

/** Dead letters: fails what nobody holds and what was never deferred; the rest is left to its holder and to healing. */
export function settleDeadUnits(state: RunState, ordinals: OrdinalRanges, now: number): Recorded {
  if (!state.exists || state.closed) return { kind: "closed" };
  const { ledger, leases, deferrals } = state;
  if (ledger === null || leases === null) return { kind: "closed" };
  // Leases of the time before an eviction are not known any more; until they are over, any unit may have a holder.
  if (now < state.forgottenLeasesUntil) return { kind: "open", newlySettled: 0, duplicates: 0 };
  leases.expire(now);
  const dead: UnitVerdict[] = [];
  forEachOrdinal(ordinals, (ordinal) => {
    // Sent again after a deferral, or about to be: this was a copy that came back in vain while the unit waited.
    const deferred = deferrals.has(ordinal);
    if (ordinal >= ledger.total || ledger.settled.has(ordinal) || leases.has(ordinal) || deferred) return;
    const message = "The unit was delivered again and again without an answer.";
    dead.push({ ordinal, verdict: { kind: "failed", reasonCode: "delivery_exhausted", message } });
  });
  return { kind: "open", ...recordVerdicts(state, now, dead) };
}

/** Writes verdicts that no holder brought into the journal; what is settled already changes nothing. */
export function recordVerdicts(
  state: RunState,
  now: number,
  units: readonly UnitVerdict[],
): { newlySettled: number; duplicates: number } {
  if (state.ledger === null) return { newlySettled: 0, duplicates: 0 };
  const { entry, newlySettled, duplicates } = prepare(state, state.ledger, [], units);
  if (newlySettled > 0) state.settle(now, entry, [], NOTHING_TOLD);
  return { newlySettled, duplicates };
}

function prepare(
  state: RunState,
  ledger: Ledger,
  plain: OrdinalRanges,
  units: readonly UnitVerdict[],
): PreparedSettlement {
  const detailed = units.map((unit) => ({ ...unit, attempts: state.attempts(unit.ordinal) }));
  return ledger.prepare({ plain, detailed });
}

/** A request whose verdicts are in the journal is known by them: it brings no duplicates. */
function tellingOf(state: RunState, { ticket, settleId }: SettleRequest, duplicates: number): Telling {
  return state.record.ofSettle(ticket ?? null, settleId, state.hasSettled(settleId) ? 0 : duplicates);
}

function tell(state: RunState, telling: Telling): void {
  if (telling.claim !== null || telling.request !== null) state.tell("suppress", telling);
}

/** A unit may wait for days, deferred hundreds of times; a settle request is told again within minutes. */
const CLAIMS_REMEMBERED = 50;

/** What has to wait, not yet stored, and what has waited too often, as verdicts. */
function deferralsOf(
  state: RunState,
  request: SettleRequest,
  now: number,
  maxDeferrals: number,
): { deferrals: Deferral[]; exhausted: UnitVerdict[] } {
  const { claimId } = request;
  const deferrals: Deferral[] = [];
  const exhausted: UnitVerdict[] = [];
  for (const { ordinal, delayMs, reasonCode, message, postponed = false, uncounted = false } of request.deferred) {
    const known = state.deferrals.get(ordinal);
    if (state.ledger?.settled.has(ordinal) === true || known?.claimIds.includes(claimId) === true) continue;
    const count = (known?.count ?? 0) + (postponed || uncounted ? 0 : 1);
    const claimIds = [...(known?.claimIds ?? []), claimId].slice(-CLAIMS_REMEMBERED);
    const notBefore = now + Math.max(0, delayMs);
    if (count > maxDeferrals) exhausted.push({ ordinal, verdict: { kind: "failed", reasonCode, message } });
    else if (postponed && known !== undefined) deferrals.push({ ...known, notBefore, claimIds });
    else {
      const inARow =
        postponed || uncounted ? 0 : known?.reasonCode === reasonCode ? (known.inARow ?? known.count) + 1 : 1;
      deferrals.push({ ordinal, count, notBefore, claimIds, reasonCode, inARow, message: shortMessage(message) });
    }
  }
  return { deferrals, exhausted };
}
