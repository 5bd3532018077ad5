/** Settling: verdicts and deferrals become durable. The first verdict of an ordinal wins. */
import { countRequest } from "./answered-requests.ts";
import { type Settlement, shortMessage } from "./ledger.ts";
import type { Verdict } from "./operation.ts";
import { countOrdinals, forEachOrdinal, type OrdinalRanges } from "./ordinal-ranges.ts";
import type { SettleAnswer, SettleRequest } from "./run-commands.ts";
import type { RunState } from "./run-state.ts";
import type { Deferral } from "./run-store.ts";

export interface UnitVerdict {
  ordinal: number;
  verdict: Verdict;
}

/**
 * Records verdicts and deferrals; durable when it returns. The same request again changes nothing, and its verdicts are not counted as
 * duplicates.
 */
export function settleUnits(state: RunState, request: SettleRequest, now: number, maxDeferrals: number): SettleAnswer {
  if (!state.exists) return { kind: "closed" };
  if (state.ledger === null || state.closed) {
    suppress(state, request.settleId, countOrdinals(request.plain) + request.detailed.length);
    return { kind: "closed" };
  }
  const exhausted = defer(state, request, now, maxDeferrals);
  const detailed = [...request.detailed, ...exhausted];
  const answer = recordVerdicts(state, now, detailed, { plain: request.plain, settleId: request.settleId });
  if (request.done) state.leases?.finish(request.claimId);
  return { kind: "open", ...answer };
}

/** Dead letters: fails what nobody holds and what was never deferred; the rest is left to its holder and to healing. */
export function settleDeadUnits(state: RunState, ordinals: OrdinalRanges, now: number): SettleAnswer {
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

/** Writes verdicts into the journal; what is settled already is counted as a suppressed duplicate. */
export function recordVerdicts(
  state: RunState,
  now: number,
  detailed: readonly UnitVerdict[],
  request: { plain: OrdinalRanges; settleId: string | null } = { plain: [], settleId: null },
): { newlySettled: number; duplicates: number } {
  const { ledger, pulse } = state;
  if (ledger === null) return { newlySettled: 0, duplicates: 0 };
  const { plain, settleId } = request;
  const settlement: Settlement = {
    plain,
    detailed: detailed.map((unit) => ({ ...unit, attempts: state.attempts(unit.ordinal) })),
  };
  const { entry, newlySettled, duplicates } = ledger.prepare(settlement);
  if (newlySettled === 0) {
    if (settleId !== null) suppress(state, settleId, duplicates);
    return { newlySettled, duplicates };
  }
  const counted =
    duplicates > 0 && settleId !== null
      ? countRequest(pulse, { id: settleId, deliveries: 0, suppressed: duplicates })
      : null;
  state.settle(now, settleId === null ? entry : { ...entry, settleIds: [settleId] }, counted);
  return { newlySettled, duplicates };
}

function suppress(state: RunState, id: string, duplicates: number): void {
  if (duplicates === 0 || state.hasSettled(id)) return;
  state.beat("suppress", countRequest(state.pulse, { id, deliveries: 0, suppressed: duplicates }));
}

/** A unit may wait for days, deferred hundreds of times; a settle request is told again within minutes. */
const CLAIMS_REMEMBERED = 50;

/** Stores what has to wait; returns what has waited too often, as verdicts. */
function defer(state: RunState, request: SettleRequest, now: number, maxDeferrals: number): UnitVerdict[] {
  const { claimId } = request;
  const deferrals: Deferral[] = [];
  const exhausted: UnitVerdict[] = [];
  for (const { ordinal, delayMs, reasonCode, message, postponed = false } of request.deferred) {
    const known = state.deferrals.get(ordinal);
    if (state.ledger?.settled.has(ordinal) === true || known?.claimIds.includes(claimId) === true) continue;
    const count = (known?.count ?? 0) + (postponed ? 0 : 1);
    const claimIds = [...(known?.claimIds ?? []), claimId].slice(-CLAIMS_REMEMBERED);
    const notBefore = now + Math.max(0, delayMs);
    if (count > maxDeferrals) exhausted.push({ ordinal, verdict: { kind: "failed", reasonCode, message } });
    else if (postponed && known !== undefined) deferrals.push({ ...known, notBefore, claimIds });
    else {
      const inARow = postponed ? 0 : known?.reasonCode === reasonCode ? (known.inARow ?? known.count) + 1 : 1;
      deferrals.push({ ordinal, count, notBefore, claimIds, reasonCode, inARow, message: shortMessage(message) });
    }
  }
  if (deferrals.length > 0) storeDeferrals(state, deferrals);
  for (const { ordinal } of request.deferred) state.leases?.release(claimId, ordinal);
  return exhausted;
}

/** A deferral is an answer, if not a verdict: its unit is not lost, so healing counts its rounds anew. */
function storeDeferrals(state: RunState, deferrals: Deferral[]): void {
  const { healing } = state.header;
  if (healing.rounds === 0) state.defer("defer", deferrals);
  else state.update("defer", { healing: { ...healing, rounds: 0 } }, false, { deferrals });
}
