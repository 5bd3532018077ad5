/**
 * What keeps a tenant's rows as they are while the tenant moves, and afterwards keeps a late write out of the shard that the tenant has left
 * (decisions/153-a-tenant-moves.md).
 */
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import type { TenantDatabase } from "../databases.ts";
import type { FenceMode } from "./fence-modes.ts";
import { FENCE_MESSAGE } from "./fence-triggers.ts";

/** SQL that holds unless a fence of the tenant refuses writes, or its rows are on their way here. `tenant` is the SQL of its id. A look by key. */
export function notFenced(tenant: string): string {
  return `not exists (select 1 from tenant_fences where tenant_fences.tenant_id = ${tenant}
                         and tenant_fences.mode in ('fenced', 'left', 'arriving'))`;
}

/**
 * SQL that holds unless the tenant moves from or to this shard, or has left it: for sweeps whose work reaches beyond the database, as R2 is
 * the same for all shards. Such work that has begun is over before the rows are closed to changes.
 */
export function notMoving(tenant: string): string {
  return `not exists (select 1 from tenant_fences where tenant_fences.tenant_id = ${tenant} and tenant_fences.mode <> 'lifted')`;
}

/** Whether the tenant takes no new runs because it moves. One query, by key. */
export async function isMoving(database: TenantDatabase, tenantId: string): Promise<boolean> {
  return (
    (await database
      .prepare(`select 1 where ${notMoving("?1")}`)
      .bind(tenantId)
      .first()) === null
  );
}

/** Whether a write was refused by a fence. Nothing of its batch was done; it can be tried again when the move is over. */
export function isFenceError(error: unknown): boolean {
  return error instanceof Error && error.message.includes(FENCE_MESSAGE);
}

/** Who has the move: its number, and the generation of the Worker that took it last. */
export interface Holder {
  tenantId: string;
  number: number;
  generation: number;
}

/** SQL that holds while the fence is the holder's: a later Worker has taken none of it. `?1` to `?3`: `holderValues`. */
export const HELD_BY_US = "exists (select 1 from tenant_fences where tenant_id = ?1 and move = ?2 and generation = ?3)";

export function holderValues({ tenantId, number, generation }: Holder): [string, number, number] {
  return [tenantId, number, generation];
}

/**
 * Sets the fence, and tells the log of it in the same transaction, once. False when it is of a later move or a later Worker: what a late Worker
 * sets changes nothing. May be repeated.
 */
export async function setFence(
  database: TenantDatabase,
  holder: Holder,
  mode: FenceMode,
  event: NewAuditEvent | null = null,
): Promise<boolean> {
  const values = holderValues(holder);
  const set = database
    .prepare(
      `insert into tenant_fences (tenant_id, move, generation, mode) values (?1, ?2, ?3, ?4)
       on conflict (tenant_id) do update set move = ?2, generation = ?3, mode = ?4
        where (tenant_fences.move, tenant_fences.generation) <= (?2, ?3)`,
    )
    .bind(...values, mode);
  const condition = "exists (select 1 from tenant_fences where tenant_id = ?9 and move = ?10 and generation = ?11)";
  const told = event === null ? [] : [auditEventWhere(database, event, { condition, values })];
  const results = await database.batch([set, ...told, hasFenceStatement(database, holder, mode)]);
  return results.at(-1)?.results.length === 1;
}

/** Finds a row where the fence is the holder's, and has the mode. By key. */
function hasFenceStatement(database: TenantDatabase, holder: Holder, mode: FenceMode): D1PreparedStatement {
  return database
    .prepare("select 1 from tenant_fences where tenant_id = ?1 and move = ?2 and generation = ?3 and mode = ?4")
    .bind(...holderValues(holder), mode);
}

/** What keeps a tenant from being closed to changes. */
export interface StillGoing {
  runs: number;
  /** When the run ended that ended last, in milliseconds since the epoch; null where none is. */
  lastEnd: number | null;
}

/** Two queries, by the indexes of unfinished and of finished runs. */
export async function stillGoing(database: TenantDatabase, tenantId: string): Promise<StillGoing> {
  const row = await database
    .prepare(
      `select (select count(*) from operation_runs where tenant_id = ?1 and status <> 'completed') as runs,
              (select completed_at from operation_runs where tenant_id = ?1 and status = 'completed'
                order by completed_at desc limit 1) as "lastEnd"`,
    )
    .bind(tenantId)
    .first<{ runs: number; lastEnd: number | null }>();
  return row ?? { runs: 0, lastEnd: null };
}

/**
 * Closes the tenant's rows to changes, unless a run is unfinished or ended after `endedBefore`, an event waits for its place, or the tenant's
 * deletion has begun. One statement: no run can begin between the look and the fence. May be called again.
 */
export async function closeToChanges(
  database: TenantDatabase,
  holder: Holder,
  endedBefore: number,
): Promise<"closed" | "not_yet"> {
  const closing = database
    .prepare(
      `update tenant_fences set mode = 'fenced'
        where tenant_id = ?1 and move = ?2 and generation = ?3
          and not exists (select 1 from operation_runs where tenant_id = ?1 and status <> 'completed')
          and not exists (select 1 from operation_runs where tenant_id = ?1 and status = 'completed' and completed_at >= ?4)
          and not exists (select 1 from audit_events where tenant_id = ?1 and seq = 0)
          and not exists (select 1 from offboardings where tenant_id = ?1 and status in ('deleting', 'incomplete'))`,
    )
    .bind(...holderValues(holder), endedBefore);
  const results = await database.batch([closing, hasFenceStatement(database, holder, "fenced")]);
  return results[1]?.results.length === 1 ? "closed" : "not_yet";
}

/** Whether the tenant's deletion has begun: then there is nothing to move. One query, by an index. */
export async function isBeingDeleted(database: TenantDatabase, tenantId: string): Promise<boolean> {
  const found = await database
    .prepare("select 1 from offboardings where tenant_id = ?1 and status in ('deleting', 'incomplete')")
    .bind(tenantId)
    .first();
  return found !== null;
}

/** Removes what is left of a tenant that is deleted: a fence in a shard where it once was. */
export async function dropFence(database: TenantDatabase, tenantId: string): Promise<void> {
  await database.prepare("delete from tenant_fences where tenant_id = ?1").bind(tenantId).run();
}
