/**
 * Moves tenants between shards, step by step. Driven by the sweep: a move is no run of its tenant, whose rows are among what is moved
 * (decisions/153-a-tenant-moves.md). Each step is durable before the next, and may be repeated.
 */
import { type ControlEnv, databaseOfShard } from "../../../database/databases.ts";
import { isFenceError } from "../../../database/moves/fences.ts";
import { MoveLostError } from "../../../database/moves/moving-rows.ts";
import { type Move, releaseMove, takeMoves } from "../../../database/moves/tenant-moves.ts";
import { errorFields, logEvent } from "../../../observability/log.ts";
import type { InvocationBudget, Needs } from "../../invocation-budget.ts";
import { copyRows } from "./copy-rows.ts";
import { drain } from "./drain.ts";
import { hold } from "./hold.ts";
import { removeOldRows, takeBack, waitForReaders } from "./remove-rows.ts";
import type { Moving, MoveStep } from "./moving.ts";
import { verifyAndSwitch } from "./verify-rows.ts";

const MOVES_PER_SWEEP = 3;
/** For how long a Worker has a move when it dies with it. Another may take it before the first is gone: its writes change nothing then. */
const TAKEN_MS = 120_000;
/** Work of one sweep on one tenant. */
const TURN_MS = 30_000;
const AGAIN_MS = 60_000;

/** What one step takes at most: a look into each table of both shards. */
const STEP_OF_A_MOVE: Needs = { queries: 160, subrequests: 40, memoryMiB: 16 };
/** What the rest of the sweep is left. */
const OF_THE_OTHERS = 400;

/**
 * For the cron, and for the request that begins or gives up a move (`id`). One tenant's trouble is not the others'. Never rejects for it.
 *
 * @param now milliseconds since the epoch
 */
export async function moveTenants(
  env: ControlEnv,
  budget: Pick<InvocationBudget, "affords">,
  { now, id = null }: { now: number; id?: string | null },
): Promise<void> {
  const taken = await takeMoves(env.CONTROL, { now, until: now + TAKEN_MS, limit: MOVES_PER_SWEEP, id });
  const isRoom = () => budget.affords({ ...STEP_OF_A_MOVE, queries: STEP_OF_A_MOVE.queries + OF_THE_OTHERS });
  for (const move of taken) {
    const fields = { moveId: move.id, tenantId: move.tenantId, state: move.state };
    try {
      const { afterMs, problem } = await takeTurn(env, move, { now, isRoom });
      await releaseMove(env.CONTROL, move, { notBefore: now + afterMs, problem });
    } catch (error) {
      if (error instanceof MoveLostError) {
        logEvent("info", "tenant_move_taken_over", fields);
        // Given up, or another Worker's: the next one is not to wait.
        await releaseMove(env.CONTROL, move, { notBefore: now, problem: null });
        continue;
      }
      logEvent("error", "tenant_move_failed", { ...fields, fenced: isFenceError(error), ...errorFields(error) });
      await releaseMove(env.CONTROL, move, {
        notBefore: now + AGAIN_MS,
        problem: "The last step failed, and is tried again. The logs say why.",
      });
    }
  }
}

/** Steps until one has to wait, the last is done, or the turn is over. */
async function takeTurn(
  env: ControlEnv,
  taken: Move,
  { now, isRoom }: { now: number; isRoom: () => boolean },
): Promise<{ afterMs: number; problem: string | null }> {
  const turnEnds = Date.now() + TURN_MS;
  const shards = { from: databaseOfShard(env, taken.fromShard), to: databaseOfShard(env, taken.toShard) };
  let move = taken;
  let held: Move["state"] | null = null;
  let problem: string | null = null;
  while (Date.now() < turnEnds && isRoom()) {
    const moving: Moving = { env, ...shards, move, now };
    // Each state has fences of its own, and what is done in it rests on them.
    if (held !== move.state) await hold(moving);
    held = move.state;
    const result = await takeStep(moving);
    if (result.kind === "ended") break;
    problem = result.problem ?? problem;
    if (result.kind === "later") return { afterMs: result.afterMs, problem };
    move = result.move;
  }
  return { afterMs: 0, problem };
}

async function takeStep(moving: Moving): Promise<MoveStep> {
  switch (moving.move.state) {
    case "draining":
      return drain(moving);
    case "copying":
      return copyRows(moving);
    case "verifying":
      return verifyAndSwitch(moving);
    case "switched":
      return waitForReaders(moving);
    case "removing":
      return removeOldRows(moving);
    case "abandoning":
      return takeBack(moving);
    case "done":
    case "abandoned":
      return { kind: "ended" };
  }
}
