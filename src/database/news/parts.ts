/** What a person's messages say, tenant by tenant: read for the person as they may be told now, and taken out where they may not be any more. */
import { z } from "zod";
import { MAX_LISTED, type NewsItem, newsItemSchema } from "../../contract/news.ts";
import { type ControlEnv, databaseOfShard } from "../databases.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { mayBeTold, peoplesDatabase } from "./listeners.ts";
import { worstFirst } from "./telling.ts";

type Env = Pick<ControlEnv, "SHARDS">;

/** What a message says of one tenant. */
export interface Part {
  tenantId: string;
  /** Where the tenant is. */
  shard: string;
  /** Its worst. */
  items: NewsItem[];
  count: number;
}

const partSchema = z.object({
  message_id: z.string(),
  tenant_id: z.string(),
  shard: z.string(),
  items: z.string().transform((text) => z.array(newsItemSchema).parse(parseStoredJson(text))),
  count: z.int(),
});

/** The parts of some messages. Tenants that are not there any more have none. One query. */
export async function partsOf(env: Env, messageIds: readonly string[]): Promise<Map<string, Part[]>> {
  const { results } = await peoplesDatabase(env)
    .prepare(
      `select p.message_id, p.tenant_id, n.shard, p.items, p.count
         from json_each(?1) m cross join news_parts p on p.message_id = m.value join tenants n on n.id = p.tenant_id
        order by p.message_id, p.tenant_id`,
    )
    .bind(JSON.stringify(messageIds))
    .all();
  const found = new Map<string, Part[]>();
  for (const row of z.array(partSchema).parse(results)) {
    const { message_id: id, tenant_id: tenantId, shard, items, count } = row;
    found.set(id, [...(found.get(id) ?? []), { tenantId, shard, items, count }]);
  }
  return found;
}

/** The worst of all parts, and how much there is. */
export function together(parts: readonly Part[]): { items: NewsItem[]; count: number } {
  return {
    items: parts
      .flatMap(({ items }) => items)
      .toSorted(worstFirst)
      .slice(0, MAX_LISTED),
    count: parts.reduce((sum, { count }) => sum + count, 0),
  };
}

/**
 * The parts of a message of which its person may be told at this moment. The others are taken out of the message for good. One query, and one for each shard
 * that has a tenant of it. Rejects where a shard does not answer: then nothing may be sent.
 */
export async function partsToTell(
  env: Env,
  { messageId, userId }: { messageId: string; userId: string },
): Promise<Part[]> {
  const parts = (await partsOf(env, [messageId])).get(messageId) ?? [];
  const told = new Set<string>();
  for (const [shard, those] of Map.groupBy(parts, (part) => part.shard)) {
    const { results } = await databaseOfShard(env, shard)
      .prepare(`select place.value as id from json_each(?1) place where ${mayBeTold("place.value", "?2")}`)
      .bind(JSON.stringify(those.map(({ tenantId }) => tenantId)), userId)
      .all();
    for (const { id } of z.array(z.object({ id: z.string() })).parse(results)) told.add(id);
  }
  const lost = parts.filter(({ tenantId }) => !told.has(tenantId));
  const home = peoplesDatabase(env);
  for (const list of jsonLists(lost.map(({ tenantId }) => tenantId))) {
    await home
      .prepare("delete from news_parts where message_id = ?1 and tenant_id in (select value from json_each(?2))")
      .bind(messageId, list)
      .run();
  }
  return parts.filter(({ tenantId }) => told.has(tenantId));
}
