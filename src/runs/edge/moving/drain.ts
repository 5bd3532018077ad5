/** The beginning of a move: nothing new begins, and what is under way ends, until the rows can be closed to changes. */
import { chainAuditEvents } from "../../../database/audit/audit-chain.ts";
import { closeToChanges, isBeingDeleted, stillGoing } from "../../../database/moves/fences.ts";
import { AT_ITS_BEGINNING } from "../../../database/moves/tenant-moves.ts";
import { advance, holderOf, type Moving, type MoveStep, SETTLED_MS } from "./moving.ts";

const AGAIN_MS = 60_000;

/**
 * Waits until no run is under way, and until nothing is at work that began before: neither a sweep that does not know of the move, nor what
 * comes after a run's end. Then the rows are closed to changes.
 */
export async function drain(moving: Moving): Promise<MoveStep> {
  const { from, move, now } = moving;
  if (await isBeingDeleted(from, move.tenantId)) {
    const given = await advance(moving, { state: "abandoning", position: AT_ITS_BEGINNING }, "Being given up");
    return { kind: "on", move: given, problem: "The tenant is being deleted." };
  }
  const drainingSince = move.drainingSince ?? now;
  const { runs, lastEnd } = await stillGoing(from, move.tenantId);
  const waiting = await advance(
    moving,
    { drainingSince, runsUnderWay: runs },
    runs > 0 ? "Waiting for operations to end" : "Waiting until nothing that began before is still at work",
  );
  const until = Math.max(drainingSince, lastEnd ?? 0) + SETTLED_MS;
  if (runs > 0 || now <= until) return { kind: "later", afterMs: AGAIN_MS };
  // Each event has its place before the log is copied.
  await chainAuditEvents(from, move.tenantId);
  if ((await closeToChanges(from, holderOf(move), now - SETTLED_MS)) === "not_yet") {
    return { kind: "later", afterMs: AGAIN_MS };
  }
  const change = { state: "copying", position: AT_ITS_BEGINNING, fencedAt: now, runsUnderWay: null } as const;
  return { kind: "on", move: await advance({ ...moving, move: waiting }, change, "Beginning to copy") };
}
