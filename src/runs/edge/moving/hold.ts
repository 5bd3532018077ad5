/** The fences that a state of a move rests on, in both shards. */
import type { NewAuditEvent } from "../../../database/audit/audit-events.ts";
import type { AuditAction } from "../../../contract/audit-actions.ts";
import type { FenceMode } from "../../../database/moves/fence-modes.ts";
import { setFence } from "../../../database/moves/fences.ts";
import { MoveLostError } from "../../../database/moves/moving-rows.ts";
import type { TenantMoveState } from "../../../contract/tenant-moves.ts";
import { copyPeople } from "../../../database/tenancy/copies.ts";
import { holderOf, type Moving } from "./moving.ts";

interface Fences {
  from?: FenceMode;
  to?: FenceMode;
  /** What the tenant's log tells, where, in the transaction that sets the fence there. */
  told?: { where: "from" | "to"; action: AuditAction };
}

const FENCES: Readonly<Record<TenantMoveState, Fences>> = {
  draining: { from: "draining", told: { where: "from", action: "tenant.move-begin" } },
  copying: { from: "fenced", to: "arriving" },
  verifying: { from: "fenced", to: "arriving" },
  switched: { from: "fenced", to: "lifted", told: { where: "to", action: "tenant.move" } },
  removing: { from: "left" },
  abandoning: { from: "lifted", to: "arriving", told: { where: "from", action: "tenant.move-abandon" } },
  done: {},
  abandoned: {},
};

/**
 * Sets the fences of the move's state, as this Worker's: those of Workers that had the move before cannot write any more. May be repeated.
 *
 * @throws {MoveLostError} when a later Worker has them.
 */
export async function hold(moving: Moving): Promise<void> {
  const { env, move } = moving;
  const { told, ...modes } = FENCES[move.state];
  // The tenant's log names who asked for it, who need not be a member.
  if (told !== undefined) await copyPeople({ ...env, DATABASE: moving[told.where] }, [move.requestedBy]);
  for (const where of ["from", "to"] as const) {
    const mode = modes[where];
    if (mode === undefined) continue;
    const event = told?.where === where ? eventOf(moving, told.action) : null;
    if (!(await setFence(moving[where], holderOf(move), mode, event))) {
      throw new MoveLostError("another Worker has the fence");
    }
  }
}

/** Of the tenant's own log. Its id is the same whenever it is told again. */
function eventOf({ move, now }: Moving, action: AuditAction): NewAuditEvent {
  return {
    id: `${move.id}/tenant/${action}`,
    tenantId: move.tenantId,
    at: now,
    action,
    actorId: action === "tenant.move-abandon" ? null : move.requestedBy,
    targetKind: "tenant",
    targetId: move.tenantId,
    detail: { move: move.id },
  };
}
