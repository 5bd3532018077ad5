/** The copying of a tenant's rows, while nothing of them can change. */
import { FIRST_SHARD } from "../../../database/databases.ts";
import {
  copyPage,
  partsWithRows,
  peopleOf,
  removeSome,
  unknownForms,
  writeTenant,
} from "../../../database/moves/moving-rows.ts";
import { AT_ITS_BEGINNING, readMovingTenant } from "../../../database/moves/tenant-moves.ts";
import { copyPeople } from "../../../database/tenancy/copies.ts";
import { advance, holderOf, type Moving, type MoveStep, nextPart } from "./moving.ts";

const PEOPLE_AT_ONCE = 100;
const FORMS_AGAIN_MS = 10 * 60_000;

export function copyRows(moving: Moving): Promise<MoveStep> {
  switch (moving.move.position.step) {
    case "clear":
      return clear(moving);
    case "people":
      return copyWhatRowsReferTo(moving);
    case "rows":
      return copySome(moving);
  }
}

/** Removes what the new shard has of the tenant: what a copying that was given up, or a table that differs, has left there. */
async function clear(moving: Moving): Promise<MoveStep> {
  const { from, to, move } = moving;
  const { position } = move;
  if (position.parts === null) {
    const unknown = [...(await unknownForms(from)), ...(await unknownForms(to))];
    if (unknown.length > 0) {
      const problem = `The databases and the product are of different versions: ${[...new Set(unknown)].join(", ")}.`;
      return { kind: "later", afterMs: FORMS_AGAIN_MS, problem };
    }
    const parts = within(await partsWithRows(to, move.tenantId), position.only);
    return { kind: "on", move: await advance(moving, { position: { ...position, parts } }, "Making room") };
  }
  const part = nextPart(position.parts);
  if (part === null) {
    const next = { ...position, step: "people", parts: null } as const;
    return { kind: "on", move: await advance(moving, { position: next }, "Copying names of people") };
  }
  if (await removeSome(to, part, holderOf(move))) return { kind: "on", move };
  const parts = position.parts.slice(1);
  return { kind: "on", move: await advance(moving, { position: { ...position, parts } }, "Making room") };
}

function within(parts: readonly number[], only: readonly number[] | null): number[] {
  return parts.filter((place) => only === null || only.includes(place));
}

/** The tenant itself, and the people whom its rows name. */
async function copyWhatRowsReferTo(moving: Moving): Promise<MoveStep> {
  const { env, from, to, move } = moving;
  const { tenantId, toShard, position } = move;
  const tenant = await readMovingTenant(env.CONTROL, tenantId);
  if (tenant === null) throw new Error(`there is no tenant ${tenantId}`);
  if (toShard !== FIRST_SHARD) await writeTenant(to, holderOf(move), { ...tenant, shard: toShard });
  const ids = await peopleOf(from, tenantId);
  for (let at = 0; at < ids.length; at += PEOPLE_AT_ONCE) {
    await copyPeople({ ...env, DATABASE: to }, ids.slice(at, at + PEOPLE_AT_ONCE));
  }
  // What is referred to comes first.
  const parts = within(await partsWithRows(from, tenantId), position.only).toReversed();
  const next = { ...position, step: "rows", parts, after: null } as const;
  const rowsCopied = position.only === null ? 0 : move.rowsCopied;
  return { kind: "on", move: await advance(moving, { position: next, rowsCopied }, "Copying") };
}

async function copySome(moving: Moving): Promise<MoveStep> {
  const { from, to, move } = moving;
  const { position } = move;
  const parts = position.parts ?? [];
  const part = nextPart(parts);
  if (part === null) {
    const verifying = await advance(
      moving,
      { state: "verifying", position: AT_ITS_BEGINNING, verified: [] },
      "Comparing",
    );
    return { kind: "on", move: verifying };
  }
  const { last, copied, ended } = await copyPage({ from, to }, part, holderOf(move), position.after);
  const next = ended ? { ...position, parts: parts.slice(1), after: null } : { ...position, after: last };
  const change = { position: next, rowsCopied: (move.rowsCopied ?? 0) + copied };
  return { kind: "on", move: await advance(moving, change, `Copying: ${part.name}`) };
}
