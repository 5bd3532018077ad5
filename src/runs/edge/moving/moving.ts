/** What the steps of a move work with. */
import type { ControlEnv, TenantDatabase } from "../../../database/databases.ts";
import type { Holder } from "../../../database/moves/fences.ts";
import { MOVED_PARTS, type MovedPart } from "../../../database/moves/moved-tables.ts";
import { MoveLostError } from "../../../database/moves/moving-rows.ts";
import { advanceMove, type Move, type MoveChange } from "../../../database/moves/tenant-moves.ts";

export interface Moving {
  env: ControlEnv;
  from: TenantDatabase;
  to: TenantDatabase;
  move: Move;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What a step came to: the move goes on at once, later, or has ended. `problem` is for people. */
export type MoveStep =
  | { kind: "on"; move: Move; problem?: string }
  | { kind: "later"; afterMs: number; problem?: string }
  | { kind: "ended" };

/**
 * After this long, no invocation is alive that began before: the platform gives an alarm, a batch and a cron event 15 minutes. A request
 * may live for longer while its caller stays; what it writes then meets a fence.
 */
export const SETTLED_MS = 20 * 60_000;

export function holderOf({ tenantId, number, generation }: Move): Holder {
  return { tenantId, number, generation };
}

/** Stores what the step has reached. @throws {MoveLostError} when another Worker has the move, or somebody has given it up. */
export async function advance({ env, move, now }: Moving, change: MoveChange, phase: string): Promise<Move> {
  const advanced = await advanceMove(env.CONTROL, move, change, { now, phase });
  if (advanced === null) throw new MoveLostError("the move is not this Worker's any more");
  return advanced;
}

/** The first of the parts that are still to be done; null when none is. */
export function nextPart(parts: readonly number[]): MovedPart | null {
  const [place] = parts;
  return place === undefined ? null : (MOVED_PARTS[place] ?? null);
}
