/** The fences that a state of a move rests on, in both shards. */
import { auditEventWhere } from "../../../database/audit/audit-events.ts";
import type { AuditAction } from "../../../contract/audit-actions.ts";
import type { TenantDatabase } from "../../../database/databases.ts";
import type { FenceMode } from "../../../database/moves/fence-modes.ts";
import { fenceStatement, hasFence } from "../../../database/moves/fences.ts";
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
    await set(moving[where], moving, mode, told?.where === where ? told.action : null);
  }
}

async function set(
  database: TenantDatabase,
  { move, now }: Moving,
  mode: FenceMode,
  action: AuditAction | null,
): Promise<void> {
  const holder = holderOf(move);
  await database.batch([
    fenceStatement(database, holder, mode),
    ...(action === null
      ? []
      : [
          auditEventWhere(
            database,
            {
              id: `${move.id}/tenant/${action}`,
              tenantId: move.tenantId,
              at: now,
              action,
              actorId: action === "tenant.move-abandon" ? null : move.requestedBy,
              targetKind: "tenant",
              targetId: move.tenantId,
              detail: { move: move.id },
            },
            {
              condition: "exists (select 1 from tenant_fences where tenant_id = ?2 and move = ?9 and generation = ?10)",
              values: [holder.number, holder.generation],
            },
          ),
        ]),
  ]);
  if (!(await hasFence(database, holder, mode))) throw new MoveLostError("another Worker has the fence");
}
