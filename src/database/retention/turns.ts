/** Whose turn it is: retention looks at some tenants in each sweep, those first that have waited longest. */
import { z } from "zod";
import { notMoving } from "../moves/fences.ts";
import type { TenantDatabase } from "../databases.ts";

const idsSchema = z.array(z.object({ id: z.string() }));

/**
 * Tenants of the shard that are due, at most `limit`, longest due first; one that was never looked at before all others. One query. The first
 * shard lies in the control database, which lists those of the others too.
 */
export async function tenantsDue(
  database: TenantDatabase,
  shard: string,
  now: number,
  limit: number,
): Promise<string[]> {
  const { results } = await database
    .prepare(
      `select t.id from tenants t left join retention_turns r on r.tenant_id = t.id
        where coalesce(r.next_at, 0) <= ?1 and t.shard = ?3 and ${notMoving("t.id")}
        order by coalesce(r.next_at, 0), t.id limit ?2`,
    )
    .bind(now, limit, shard)
    .all();
  return idsSchema.parse(results).map(({ id }) => id);
}

/** Notes when a tenant is looked at next, in milliseconds since the epoch. One statement. */
export async function setTurn(database: TenantDatabase, tenantId: string, nextAt: number): Promise<void> {
  await database
    .prepare(
      `insert into retention_turns (tenant_id, next_at) values (?1, ?2)
       on conflict (tenant_id) do update set next_at = ?2`,
    )
    .bind(tenantId, nextAt)
    .run();
}

/** Whether everything of the tenant is being exported: what is stored then is not to change under it. One query, by an index. */
export async function isBeingExported(database: TenantDatabase, tenantId: string): Promise<boolean> {
  const found = await database
    .prepare(
      `select 1 from tenant_exports x join operation_runs r on r.id = x.run_id
        where x.tenant_id = ?1 and x.status in ('writing', 'assembling') and r.status <> 'completed' limit 1`,
    )
    .bind(tenantId)
    .first();
  return found !== null;
}
