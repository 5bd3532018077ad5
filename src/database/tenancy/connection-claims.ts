/**
 * A Microsoft tenant belongs to one of ours, whichever shards they are in: who connects it claims it first. A claim without a connection, of a
 * crash or of a connection that has ended, is another tenant's for the taking once it has aged.
 */
import { z } from "zod";
import { databaseOfShard, type TenantEnv } from "../databases.ts";

/** No request takes this long from its claim to its connection. */
const CLAIMED_MS = 10 * 60_000;

const claimRow = z.object({ tenant_id: z.string(), at: z.int(), shard: z.string().nullable() });

export interface MicrosoftTenant {
  cloud: string;
  /** In lower case. */
  directoryId: string;
}

/** Claims a Microsoft tenant for one of ours. False when it is another's. Two queries where it is free or ours. */
export async function claimConnection(
  env: Pick<TenantEnv, "CONTROL" | "SHARDS">,
  { cloud, directoryId }: MicrosoftTenant,
  { tenantId, at }: { tenantId: string; at: number },
): Promise<boolean> {
  const { CONTROL } = env;
  const claim = CONTROL.prepare(
    `insert into connection_claims (cloud, directory_id, tenant_id, at) values (?1, ?2, ?3, ?4)
     on conflict (cloud, directory_id) do update set at = ?4 where tenant_id = ?3`,
  ).bind(cloud, directoryId, tenantId, at);
  if ((await claim.run()).meta.changes > 0) return true;
  const row = await CONTROL.prepare(
    `select c.tenant_id, c.at, t.shard from connection_claims c left join tenants t on t.id = c.tenant_id
      where c.cloud = ?1 and c.directory_id = ?2`,
  )
    .bind(cloud, directoryId)
    .first();
  if (row !== null) {
    const holder = claimRow.parse(row);
    if (holder.at > at - CLAIMED_MS) return false;
    if (holder.shard !== null) {
      const connected = await databaseOfShard(env, holder.shard)
        .prepare("select 1 from tenant_connections where tenant_id = ?1 and cloud = ?2 and lower(directory_id) = ?3")
        .bind(holder.tenant_id, cloud, directoryId)
        .first();
      if (connected !== null) return false;
    }
    await CONTROL.prepare(
      "delete from connection_claims where cloud = ?1 and directory_id = ?2 and tenant_id = ?3 and at = ?4",
    )
      .bind(cloud, directoryId, holder.tenant_id, holder.at)
      .run();
  }
  return (await claim.run()).meta.changes > 0;
}

/** Lets go of what a tenant has claimed and is not connected to. `before`: when the caller saw the end of a connection; later claims stay. */
export async function releaseClaims(
  { CONTROL, DATABASE }: Pick<TenantEnv, "CONTROL" | "DATABASE">,
  { tenantId, before }: { tenantId: string; before: number },
): Promise<void> {
  const { results } = await DATABASE.prepare(
    "select cloud, lower(directory_id) as directory_id from tenant_connections where tenant_id = ?1",
  )
    .bind(tenantId)
    .all();
  await CONTROL.prepare(
    `delete from connection_claims where tenant_id = ?1 and at < ?2
        and not exists (select 1 from json_each(?3) where value ->> 'cloud' = cloud and value ->> 'directory_id' = directory_id)`,
  )
    .bind(tenantId, before, JSON.stringify(results))
    .run();
}
