/** The comparison of both shards, and the switch. */
import { MOVED_PARTS } from "../../../database/moves/moved-tables.ts";
import { comparePage, partsWithRows } from "../../../database/moves/moving-rows.ts";
import { AT_ITS_BEGINNING, switchShard } from "../../../database/moves/tenant-moves.ts";
import { MoveLostError } from "../../../database/moves/moving-rows.ts";
import { logEvent } from "../../../observability/log.ts";
import { advance, type Moving, type MoveStep, nextPart } from "./moving.ts";

/** Compares the next page; after the last, switches. What differs is copied again. */
export async function verifyAndSwitch(moving: Moving): Promise<MoveStep> {
  const { env, from, to, move, now } = moving;
  const { tenantId, position } = move;
  if (position.parts === null) {
    const [old, copied] = [await partsWithRows(from, tenantId), await partsWithRows(to, tenantId)];
    const differing = MOVED_PARTS.flatMap((_, place) =>
      old.includes(place) === copied.includes(place) ? [] : [place],
    );
    if (differing.length > 0) return copyAgain(moving, differing);
    const change = { position: { ...position, parts: old }, verified: [] };
    return { kind: "on", move: await advance(moving, change, "Comparing") };
  }
  const part = nextPart(position.parts);
  if (part === null) {
    const switched = await switchShard(env.CONTROL, move, now);
    if (switched === null) throw new MoveLostError("the move is not this Worker's any more");
    logEvent("info", "tenant_moved", { tenantId, moveId: move.id, from: move.fromShard, to: move.toShard });
    return { kind: "on", move: switched };
  }
  const { after, compared: before } = position;
  const page = await comparePage({ from, to }, part, { tenantId, after, before });
  if (page === null) return copyAgain(moving, position.parts.slice(0, 1));
  const phase = `Comparing: ${part.name}`;
  if (!page.ended) {
    const next = { ...position, after: page.last, compared: page.compared };
    return { kind: "on", move: await advance(moving, { position: next }, phase) };
  }
  const next = { ...AT_ITS_BEGINNING, parts: position.parts.slice(1) };
  const verified = [...(move.verified ?? []), { table: part.name, ...page.compared }];
  return { kind: "on", move: await advance(moving, { position: next, verified }, phase) };
}

/** Nothing can change in the old shard, so the copy is wrong. It is made again, of what differs alone, and all is compared again. */
async function copyAgain(moving: Moving, only: number[]): Promise<MoveStep> {
  const { move } = moving;
  const tables = [...new Set(only.flatMap((place) => MOVED_PARTS[place]?.name ?? []))].join(", ");
  logEvent("error", "tenant_move_differs", { moveId: move.id, tenantId: move.tenantId, tables });
  const change = { state: "copying", position: { ...AT_ITS_BEGINNING, only }, verified: null } as const;
  const again = await advance(moving, change, "Copying again what differs");
  return { kind: "on", move: again, problem: `The copy was not equal and is made again: ${tables}.` };
}
