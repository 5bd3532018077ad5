/** What goes after a move: the old shard's rows; or, of a move that was given up, the new one's. */
import { FIRST_SHARD, type TenantDatabase } from "../../../database/databases.ts";
import { setFence } from "../../../database/moves/fences.ts";
import { MoveLostError, partsWithRows, removeSome, removeTenant } from "../../../database/moves/moving-rows.ts";
import { AT_ITS_BEGINNING, type Move } from "../../../database/moves/tenant-moves.ts";
import { advance, holderOf, type Moving, type MoveStep, nextPart, SETTLED_MS } from "./moving.ts";

const AGAIN_MS = 60_000;

/** An invocation that looked the tenant up before the switch still reads the old shard, which holds what it held then. */
export async function waitForReaders(moving: Moving): Promise<MoveStep> {
  const { move, now } = moving;
  const phase = "Waiting until nothing that began before reads the old database";
  if (now <= (move.switchedAt ?? now) + SETTLED_MS) {
    await advance(moving, {}, phase);
    return { kind: "later", afterMs: AGAIN_MS };
  }
  const change = { state: "removing", position: AT_ITS_BEGINNING } as const;
  return { kind: "on", move: await advance(moving, change, "Removing the old rows") };
}

/** The fence stays: a write that is even later finds it, and is not lost. */
export async function removeOldRows(moving: Moving): Promise<MoveStep> {
  const { from, move, now } = moving;
  const removed = await removeNext(moving, from, move.fromShard);
  if (removed !== "none left") return { kind: "on", move: removed };
  // What was there is what was compared, and none of it is left.
  const rowsRemoved = (move.verified ?? []).reduce((sum, { rows }) => sum + rows, 0);
  await advance(moving, { state: "done", endedAt: now, rowsRemoved }, "Done");
  return { kind: "ended" };
}

/** The old shard has never stopped to be the tenant's: its fence is lifted before, and what was copied goes. */
export async function takeBack(moving: Moving): Promise<MoveStep> {
  const { to, move, now } = moving;
  const removed = await removeNext(moving, to, move.toShard);
  if (removed !== "none left") return { kind: "on", move: removed };
  // Nothing of the tenant is to be written there.
  if (!(await setFence(to, holderOf(move), "left"))) throw new MoveLostError("another Worker has the fence");
  await advance(moving, { state: "abandoned", endedAt: now }, "Given up");
  return { kind: "ended" };
}

async function removeNext(moving: Moving, database: TenantDatabase, shard: string): Promise<Move | "none left"> {
  const { move } = moving;
  const { position } = move;
  const phase = move.state === "removing" ? "Removing the old rows" : "Removing what was copied";
  if (position.parts === null) {
    const parts = await partsWithRows(database, move.tenantId);
    return advance(moving, { position: { ...position, parts } }, phase);
  }
  const part = nextPart(position.parts);
  if (part !== null) {
    if (await removeSome(database, part, holderOf(move))) return move;
    return advance(moving, { position: { ...position, parts: position.parts.slice(1) } }, phase);
  }
  if ((await partsWithRows(database, move.tenantId)).length > 0) {
    return advance(moving, { position: { ...position, parts: null } }, phase);
  }
  // In the control database the tenant's row is no copy.
  if (shard !== FIRST_SHARD) await removeTenant(database, holderOf(move));
  return "none left";
}
