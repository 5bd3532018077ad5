/** A person's own bell: notifications for the person alone, each in the tenant that it is about. */
import type { ControlEnv } from "../databases.ts";
import { databaseOfShard } from "../databases.ts";
import { listPlaces } from "../tenancy/tenants.ts";
import { mayBeTold } from "./listeners.ts";

export interface OwnNotice {
  /** Null for what is of no tenant: it is told in the first of the person's tenants in which they may be told news. */
  tenantId: string | null;
  title: string;
  body: string;
  href: string;
  bad: boolean;
}

/**
 * Tells a person in the console, at most once for a key and tenant. False when the person may be told nothing of it in any tenant. A query of the control
 * database, and a batch for each shard. Rejects where one does not answer; done again, it tells nothing twice.
 */
export async function tellPerson(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  { userId, key, at }: { userId: string; key: string; at: number },
  notices: readonly OwnNotice[],
): Promise<boolean> {
  const places = await listPlaces(env.CONTROL, userId);
  const shards = new Map(places.map(({ id, shard }) => [id, shard]));
  let told = false;
  for (const notice of notices) {
    const candidates = notice.tenantId === null ? places.map(({ id }) => id) : [notice.tenantId];
    for (const tenantId of candidates) {
      const shard = shards.get(tenantId);
      if (shard === undefined) continue;
      const isTold = await insert(env, shard, { ...notice, tenantId, userId, key: `${key}/${tenantId}`, at });
      told ||= isTold;
      if (isTold) break;
    }
  }
  return told;
}

/** Whether it is there now: the insert, and a look at what an earlier one may have stored. */
async function insert(
  env: Pick<ControlEnv, "SHARDS">,
  shard: string,
  notice: OwnNotice & { tenantId: string; userId: string; key: string; at: number },
): Promise<boolean> {
  const { tenantId, userId, key, at, title, body, href, bad } = notice;
  const database = databaseOfShard(env, shard);
  const results = await database.batch([
    database
      .prepare(
        `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, href, created_at)
         select 'notification_' || ?1 || '_' || ?2, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where ${mayBeTold("?3", "?2")}
         on conflict do nothing`,
      )
      .bind(key, userId, tenantId, bad ? "failed" : "succeeded", title, body, href, at),
    database.prepare("select 1 from notifications where run_id = ?1 and user_id = ?2").bind(key, userId),
  ]);
  return results[1]?.results.length === 1;
}
