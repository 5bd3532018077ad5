/** Moves of tenants in the control database: asking for one, taking it, going on, and the one write by which the other shard answers. */
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { ABANDONABLE, type Shard, type TenantMove, type TenantMoveState } from "../../contract/tenant-moves.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import type { ControlDatabase, ControlEnv, TenantDatabase } from "../databases.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { keySchema } from "./moving-rows.ts";
import { tenantMoves } from "./tables.ts";

const m = tenantMoves;
type Row = typeof tenantMoves.$inferSelect;

/** Where in its state a move stands. All before it is durable. */
export const movePositionSchema = z.object({
  /** Places in `MOVED_PARTS` that are still to be done, in their order; null before anybody has looked which there are. */
  parts: z.array(z.int()).nullable().default(null),
  /** In the first of them: the last key that is done. */
  after: keySchema.nullable().default(null),
  /** What of the first of them has been compared. */
  compared: z.object({ rows: z.int(), sha256: z.string() }).default({ rows: 0, sha256: "" }),
  /** While copying: what is done before it. */
  step: z.enum(["clear", "people", "rows"]).default("clear"),
  /** Places in `MOVED_PARTS` that were found to differ and are copied again, and no others; null for all. */
  only: z.array(z.int()).nullable().default(null),
});
export type MovePosition = z.output<typeof movePositionSchema>;

export const AT_ITS_BEGINNING: MovePosition = movePositionSchema.parse({});

/** A move that a Worker has taken. */
export interface Move {
  number: number;
  id: string;
  tenantId: string;
  fromShard: string;
  toShard: string;
  state: TenantMoveState;
  requestedBy: string;
  requestedAt: number;
  drainingSince: number | null;
  switchedAt: number | null;
  generation: number;
  position: MovePosition;
  verified: Row["verified"];
  rowsCopied: number | null;
  rowsRemoved: number | null;
}

function toMove(row: Row): Move {
  const { number, id, tenantId, fromShard, toShard, state, requestedBy, requestedAt, generation } = row;
  const { drainingSince, switchedAt, verified, rowsCopied, rowsRemoved } = row;
  const position = movePositionSchema.parse(parseStoredJson(row.position));
  const about = { number, id, tenantId, fromShard, toShard, state, requestedBy, requestedAt, generation };
  return { ...about, drainingSince, switchedAt, verified, rowsCopied, rowsRemoved, position };
}

export interface MoveRequest {
  tenantId: string;
  toShard: string;
  reason: string;
  actor: { id: string; name: string };
  at: number;
}

/**
 * Asks for a move. Null when the tenant is in that shard, is still being made, or moves already. The platform's log tells it in the same
 * batch.
 */
export async function requestMove(control: ControlDatabase, request: MoveRequest): Promise<string | null> {
  const { tenantId, toShard, reason, actor, at } = request;
  const id = `move_${crypto.randomUUID()}`;
  const [inserted] = await control.batch([
    control
      .prepare(
        `insert into tenant_moves (id, tenant_id, tenant_slug, tenant_name, from_shard, to_shard, state, reason, requested_by,
                                   requested_by_name, requested_at, phase)
         select ?1, id, slug, name, shard, ?3, 'draining', ?4, ?5, ?6, ?7, ?8 from tenants
          where id = ?2 and shard <> ?3 and made_for is null
         on conflict do nothing`,
      )
      .bind(id, tenantId, toShard, reason, actor.id, actor.name, at, "Not begun"),
    moveEvent(control, { id, tenantId, actorId: actor.id, at, action: "tenant.move-begin" }),
  ]);
  return inserted?.meta.changes === 1 ? id : null;
}

/** The event of the platform's log: written once, where the move is in the state that it tells of. */
function moveEvent(
  control: ControlDatabase,
  event: { id: string; tenantId: string; actorId: string; at: number; action: AuditAction },
  states: readonly TenantMoveState[] = ["draining"],
): D1PreparedStatement {
  return auditEventWhere(
    control,
    {
      id: `${event.id}/${event.action}`,
      tenantId: PLATFORM_LOG,
      at: event.at,
      action: event.action,
      actorId: event.actorId,
      targetKind: "tenant",
      targetId: event.tenantId,
      detail: { move: event.id },
    },
    {
      from: "tenant_moves",
      condition: `tenant_moves.id = ?9 and tenant_moves.state in (${states.map((state) => `'${state}'`).join(", ")})`,
      values: [event.id],
      detail: "json_object('from', from_shard, 'to', to_shard, 'reason', reason)",
    },
  );
}

/**
 * Gives a move up before the new shard answers. False when there is nothing to give up any more. A Worker that has the move stops at its
 * next step, and the next one takes it back.
 */
export async function abandonMove(
  control: ControlDatabase,
  { id, actorId, at }: { id: string; actorId: string; at: number },
): Promise<boolean> {
  const row = await readRow(control, id);
  if (row === null) return false;
  const states = ABANDONABLE.map((state) => `'${state}'`).join(", ");
  const [, updated] = await control.batch([
    moveEvent(control, { id, tenantId: row.tenantId, actorId, at, action: "tenant.move-abandon" }, ABANDONABLE),
    control
      .prepare(
        `update tenant_moves set state = 'abandoning', position = '{}', problem = null, runs_under_way = null, phase = ?2
          where id = ?1 and state in (${states})`,
      )
      .bind(id, "Being given up"),
  ]);
  return updated?.meta.changes === 1;
}

/** Moves that are due, each taken by one caller until `until`. `id` null takes all. One statement. */
export async function takeMoves(
  control: ControlDatabase,
  { now, until, limit, id = null }: { now: number; until: number; limit: number; id?: string | null },
): Promise<Move[]> {
  const taken = await rowsOf(
    query(control)
      .update(m)
      .set({ generation: sql`${m.generation} + 1`, notBefore: until })
      .where(
        sql`${m.number} in (select number from tenant_moves where state not in ('done', 'abandoned')
              and not_before <= ${now} and (${id} is null or id = ${id}) order by not_before, number limit ${limit})`,
      )
      .returning(),
  );
  return taken.map(toMove);
}

/** Lets the next Worker go on, at `notBefore` at the earliest; unless a later one has the move. */
export async function releaseMove(
  control: ControlDatabase,
  { number, generation }: Pick<Move, "number" | "generation">,
  { notBefore, problem }: { notBefore: number; problem: string | null },
): Promise<void> {
  await control
    .prepare("update tenant_moves set not_before = ?3, problem = ?4 where number = ?1 and generation = ?2")
    .bind(number, generation, notBefore, problem)
    .run();
}

/** What changes with a step. */
export type MoveChange = Partial<
  Pick<Move, "state" | "position" | "drainingSince" | "verified" | "rowsCopied" | "rowsRemoved">
> & {
  runsUnderWay?: number | null;
  fencedAt?: number;
  endedAt?: number;
};

/** Stores what a step has reached. Null when another Worker has the move, or somebody has given it up. */
export async function advanceMove(
  control: ControlDatabase,
  move: Move,
  change: MoveChange,
  { now, phase }: { now: number; phase: string },
): Promise<Move | null> {
  const { position, ...others } = change;
  const stored = position === undefined ? {} : { position: JSON.stringify(position) };
  const [updated] = await rowsOf(
    query(control)
      .update(m)
      .set({ ...others, ...stored, phase, lookedAt: now })
      .where(and(eq(m.number, move.number), eq(m.generation, move.generation), eq(m.state, move.state)))
      .returning(),
  );
  return updated === undefined ? null : toMove(updated);
}

/**
 * The switch: from here on the new shard answers. One transaction, which asks whether the move is still this Worker's and still verified. The
 * platform's log tells it. Null when it is not.
 */
export async function switchShard(control: ControlDatabase, move: Move, now: number): Promise<Move | null> {
  const { number, id, tenantId, generation, fromShard, toShard, requestedBy } = move;
  const ours = "exists (select 1 from tenant_moves where number = ?3 and generation = ?4 and state = 'verifying')";
  await control.batch([
    control
      .prepare(`update tenants set shard = ?2 where id = ?1 and shard = ?5 and ${ours}`)
      .bind(tenantId, toShard, number, generation, fromShard),
    control
      .prepare(
        `update tenant_moves set state = 'switched', switched_at = ?5, position = '{}', phase = ?6, looked_at = ?5, problem = null
          where number = ?3 and generation = ?4 and state = 'verifying'
            and exists (select 1 from tenants where id = ?1 and shard = ?2)`,
      )
      .bind(tenantId, toShard, number, generation, now, "The new database answers"),
    moveEvent(control, { id, tenantId, actorId: requestedBy, at: now, action: "tenant.move" }, ["switched"]),
  ]);
  const row = await readRow(control, id);
  return row === null || row.generation !== generation || row.state !== "switched" ? null : toMove(row);
}

function readRow(control: ControlDatabase, id: string): Promise<Row | null> {
  return firstOf(query(control).select().from(m).where(eq(m.id, id)).limit(1));
}

export async function readMove(control: ControlDatabase, id: string): Promise<TenantMove | null> {
  const row = await readRow(control, id);
  return row === null ? null : toTenantMove(row);
}

/** All moves, newest first. One query. */
export async function listMoves(
  control: ControlDatabase,
  request: { cursor: string | null; limit: number },
): Promise<Page<TenantMove>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const rows = await rowsOf(
    query(control)
      .select()
      .from(m)
      .where(beyond([m.number], "<", after))
      .orderBy(desc(m.number))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ number }) => [number]),
    toTenantMove,
  );
}

function toTenantMove(row: Row): TenantMove {
  return {
    id: row.id,
    tenant: { id: row.tenantId, slug: row.tenantSlug, name: row.tenantName },
    from: row.fromShard,
    to: row.toShard,
    state: row.state,
    phase: row.phase,
    problem: row.problem,
    reason: row.reason,
    requestedBy: { id: row.requestedBy, name: row.requestedByName },
    requestedAt: isoTime(row.requestedAt),
    fencedAt: isoTimeOrNull(row.fencedAt),
    switchedAt: isoTimeOrNull(row.switchedAt),
    endedAt: isoTimeOrNull(row.endedAt),
    lookedAt: isoTimeOrNull(row.lookedAt),
    runsUnderWay: row.runsUnderWay,
    rowsCopied: row.rowsCopied,
    rowsRemoved: row.rowsRemoved,
    verified: row.state === "abandoned" || row.switchedAt === null ? null : row.verified,
  };
}

/** What the control database says of a tenant that moves. Null for one that is not there any more. */
export async function readMovingTenant(
  control: ControlDatabase,
  tenantId: string,
): Promise<{ slug: string; name: string; createdAt: number; shard: string } | null> {
  return control
    .prepare(`select slug, name, created_at as "createdAt", shard from tenants where id = ?1`)
    .bind(tenantId)
    .first<{ slug: string; name: string; createdAt: number; shard: string }>();
}

/** Each database of tenants: how many are assigned to it, and how large it is. One query, and one for each shard. */
export async function listShards({ CONTROL, SHARDS }: Pick<ControlEnv, "CONTROL" | "SHARDS">): Promise<Shard[]> {
  const { results } = await CONTROL.prepare("select shard, count(*) as tenants from tenants group by shard").all<{
    shard: string;
    tenants: number;
  }>();
  const assigned = new Map(results.map(({ shard, tenants }) => [shard, tenants]));
  return Promise.all(
    [...SHARDS].map(async ([name, database]) => ({
      name,
      tenants: assigned.get(name) ?? 0,
      bytes: await sizeOf(name, database),
    })),
  );
}

/** Null where the database does not answer: unknown, which is not nothing. */
async function sizeOf(shard: string, database: TenantDatabase): Promise<number | null> {
  try {
    const { meta } = await database.prepare("select 1").run();
    return meta.size_after;
  } catch (error) {
    logEvent("warn", "shard_does_not_answer", { shard, ...errorFields(error) });
    return null;
  }
}
