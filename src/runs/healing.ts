/** Healing (docs/design/progress.md, section 8): a run never hangs. It sends lost units again, then settles them as lost. */
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { openUnits, type Pace, sendAgain, waitingCount } from "./dispatch.ts";
import { countOrdinals, forEachOrdinal, type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";
import type { RunPolicy } from "./policy.ts";
import type { RunState } from "./run-state.ts";
import { withEvent } from "./timeline.ts";

/** When the run, if nothing moves until then, has to be healed; null when there is nothing to heal. */
export function healingDueAt(state: RunState, policy: RunPolicy): number | null {
  const { ledger, header } = state;
  if (state.closed || state.paused || ledger === null) return null;
  // What waits for its time cannot be lost: a run that waits for days as a whole needs no look every ten seconds.
  if (header.dispatchedUpTo - waitingCount(state) <= ledger.settled.count) return null;
  const quietUntil = state.lastActivityAt + policy.healAfterMs * 2 ** Math.min(state.healingRounds, 16);
  return Math.max(quietUntil, state.forgottenLeasesUntil);
}

/**
 * Dispatched, unsettled, nobody at it, and not waiting for a deferral, nor just sent again after one (`resentBefore`): what must
 * have been lost.
 */
export function lostOrdinals(state: RunState, now: number, limit: number, resentBefore: number): OrdinalRanges {
  state.leases?.expire(now);
  const candidates = openUnits(state, limit);
  if (state.deferrals.size === 0) return candidates;
  const lost: OrdinalRanges = [];
  forEachOrdinal(candidates, (ordinal) => {
    const notBefore = state.deferrals.get(ordinal)?.notBefore ?? null;
    if (notBefore === null && (state.resentAt(ordinal) ?? 0) <= resentBefore) pushOrdinal(lost, ordinal);
  });
  return lost;
}

/** Sends due deferrals again. Stored as sent only after the queue took them: a crash sends them twice, never not at all. */
export async function sendDeferred(state: RunState, ports: CoordinatorPorts, policy: RunPolicy): Promise<boolean> {
  const now = ports.now();
  const due = [...state.deferrals.values()]
    .filter(({ notBefore }) => notBefore !== null && notBefore <= now)
    .sort((a, b) => a.ordinal - b.ordinal);
  if (due.length === 0 || state.closed) return true;
  const ranges: OrdinalRanges = [];
  for (const { ordinal } of due) pushOrdinal(ranges, ordinal);
  if ((await sendAgain(state, ports, policy, ranges, 1)) === "rejected") return false;
  const sent = due.filter(({ ordinal, notBefore }) => state.deferrals.get(ordinal)?.notBefore === notBefore);
  if (!state.closed && sent.length > 0) {
    state.undefer(sent.map((deferral) => ({ ...deferral, notBefore: null })));
    // Not `moved`: units that are deferred over and over must not keep healing from others that got lost beside them.
    for (const { ordinal } of sent) state.resent(ordinal, ports.now());
  }
  return true;
}

/** The earliest deferral that still waits; null without one. */
export function nextDeferralAt(state: RunState): number | null {
  let next: number | null = null;
  for (const { notBefore } of state.deferrals.values()) {
    if (notBefore !== null && (next === null || notBefore < next)) next = notBefore;
  }
  return next;
}

export type HealingResult = "quiet" | "sent" | "rejected" | { lost: OrdinalRanges };

/** One round: sends what is lost again, or, after too many rounds without progress, names it for settling as lost. */
export async function healNext(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  { unitsPerMessage, windowMessages }: Pace,
): Promise<HealingResult> {
  const now = ports.now();
  const dueAt = healingDueAt(state, policy);
  if (dueAt === null || dueAt > now) return "quiet";
  const rounds = state.healingRounds;
  const giveUp = rounds >= policy.maxHealingRounds;
  const resentBefore = now - policy.healAfterMs * 2 ** Math.min(rounds, 16);
  const limit = giveUp ? Infinity : windowMessages * unitsPerMessage;
  const lost = lostOrdinals(state, now, limit, resentBefore);
  if (giveUp && lost.length > 0) return { lost };
  if (lost.length === 0) {
    // All leased or waiting for their time.
    state.moved(now);
    return "quiet";
  }
  // Counted before it is sent, so that a round that kills its object is counted too.
  state.update(
    "redispatch",
    {
      healing: { rounds: rounds + 1, afterSeq: state.seq, lastAt: now },
      redispatched: state.header.redispatched + countOrdinals(lost),
      ...withEvent(state.header, { kind: "healed", at: now, count: countOrdinals(lost) }),
    },
    false,
  );
  const { runId, tenantId } = state.header;
  ports.log("warn", "run_healing", { runId, tenantId, round: rounds + 1, units: countOrdinals(lost) });
  const outcome = await sendAgain(state, ports, policy, lost, unitsPerMessage);
  if (outcome === "rejected" && !state.closed && state.seq === state.header.healing.afterSeq) {
    // A queue that refuses says nothing about the units: this round does not bring them closer to being given up.
    state.update("redispatch", { healing: { ...state.header.healing, rounds } }, false);
  }
  return outcome;
}
