/**
 * From events of tenants to messages of persons: which of a person's rules over tenants choose an event, and the messages that are made of what is due. An
 * event stays in its tenant's shard until it is told, and its facts are read with the person's right of that moment. Work of the sweep: the number of
 * queries grows with the shards, not with tenants or rules (decisions/196-news-over-tenants.md).
 */
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { MAX_LISTED, newsSeveritySchema } from "../../contract/news.ts";
import { ownerOf, personOfOwner } from "../../contract/portfolio.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { type ControlEnv, databaseOfShard, type TenantDatabase } from "../databases.ts";
import { notMoving } from "../moves/fences.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import { mayBeTold, peoplesDatabase } from "./listeners.ts";
import { activeRulesOf } from "./rules.ts";
import { newsChannels, newsEvents } from "./tables.ts";
import { itemOf, tellingsOf, worstFirst } from "./telling.ts";

type Env = Pick<ControlEnv, "SHARDS">;

/**
 * Asks persons' rules about the events of a shard that they were not asked about, at most `limit`, the oldest first. What is to be told is stored before
 * the events are marked, by a key that makes it one: cut off between the two, it is done again and changes nothing. At most four queries and two batches.
 */
export async function carryEvents(env: Env, shard: string, limit: number): Promise<void> {
  const database = databaseOfShard(env, shard);
  const e = newsEvents;
  const events = await rowsOf(
    query(database)
      .select()
      .from(e)
      .where(and(sql`${e.forPeople} = 1`, sql.raw(notMoving("news_events.tenant_id"))))
      .orderBy(asc(e.at), asc(e.id))
      .limit(limit),
  );
  if (events.length === 0) return;
  const home = peoplesDatabase(env);
  const hearing = await whoHears(database, [...new Set(events.map(({ tenantId }) => tenantId))]);
  const rules = await activeRulesOf(home, [...new Set([...hearing.values()].flatMap((ids) => [...ids]))]);
  const on = await channelsOn(home, [...new Set(rules.map(({ tenantId }) => tenantId))]);
  const rows = events.flatMap((event) => {
    const heard = hearing.get(event.tenantId);
    const asked = rules.filter(
      ({ id, tenants }) =>
        heard?.has(id) === true &&
        tenants !== null &&
        (tenants.kind === "all" || tenants.tenants.includes(event.tenantId)),
    );
    return [...Map.groupBy(asked, ({ tenantId }) => tenantId)].flatMap(([owner, own]) =>
      tellingsOf(event, own, on).map((telling) => [...telling, event.tenantId, personOfOwner(owner)]),
    );
  });
  const inserts = jsonLists(rows).map((list) =>
    home
      .prepare(
        `insert into news_carried (event_id, channel_id, rule_id, due_at, tenant_id, user_id)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from json_each(?1)
          where value ->> 4 in (select id from tenants) on conflict do nothing`,
      )
      .bind(list),
  );
  if (inserts.length > 0) await home.batch(inserts);
  await database
    .prepare("update news_events set for_people = 2 where for_people = 1 and id in (select value from json_each(?1))")
    .bind(JSON.stringify(events.map(({ id }) => id)))
    .run();
}

/** For each of some tenants, the rules whose persons may be told of it now. One query. */
async function whoHears(database: TenantDatabase, tenantIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const { results } = await database
    .prepare(
      `select w.tenant_id, l.rule_id from json_each(?1) t
         cross join memberships w on w.tenant_id = t.value
         cross join news_listeners l on l.user_id = w.user_id
        where ${mayBeTold("w.tenant_id", "w.user_id")}`,
    )
    .bind(JSON.stringify(tenantIds))
    .all();
  const heard = new Map<string, Set<string>>();
  for (const { tenant_id: tenantId, rule_id: ruleId } of z
    .array(z.object({ tenant_id: z.string(), rule_id: z.string() }))
    .parse(results)) {
    heard.set(tenantId, (heard.get(tenantId) ?? new Set()).add(ruleId));
  }
  return heard;
}

/** Channels of some owners that are on. One query, by an index. */
async function channelsOn(home: TenantDatabase, owners: readonly string[]): Promise<Set<string>> {
  const c = newsChannels;
  const rows = await rowsOf(
    query(home)
      .select({ id: c.id })
      .from(c)
      .where(and(sql`${c.tenantId} in (select value from json_each(${JSON.stringify(owners)}))`, eq(c.status, "on"))),
  );
  return new Set(rows.map(({ id }) => id));
}

const dueSchema = z.object({
  event_id: z.string(),
  channel_id: z.string(),
  tenant_id: z.string(),
  user_id: z.string(),
});
type Due = z.infer<typeof dueSchema>;

const factsSchema = z.object({
  event_id: z.string(),
  channel_id: z.string(),
  slug: z.string(),
  name: z.string(),
  kind: z.string(),
  severity: newsSeveritySchema,
  facts: z.string(),
  at: z.int(),
  may: z.int(),
});
type Facts = z.infer<typeof factsSchema>;

/**
 * Makes messages of what is due, one for each channel, over all tenants; of at most `limit` events a shard. What its person may not be told any more is
 * dropped, and what is gone. What lies in a shard that does not answer stays due, and comes later. Two queries a shard, and a batch for each message.
 */
export async function makePeopleMessages(env: Env, now: number, limit: number): Promise<void> {
  const home = peoplesDatabase(env);
  const told: { due: Due; facts: Facts }[] = [];
  const dropped: Due[] = [];
  for (const shard of env.SHARDS.keys()) {
    const due = await dueOfShard(home, shard, now, limit);
    if (due.length === 0) continue;
    try {
      const facts = new Map((await factsOf(databaseOfShard(env, shard), due)).map((each) => [keyOf(each), each]));
      for (const each of due) {
        const found = facts.get(keyOf(each));
        if (found === undefined || found.may === 0) dropped.push(each);
        else told.push({ due: each, facts: found });
      }
    } catch (error) {
      logEvent("warn", "news_waits_for_shard", { shard, waiting: due.length, ...errorFields(error) });
    }
  }
  for (const [, tellings] of Map.groupBy(told, ({ due }) => due.channel_id)) await makeMessage(home, tellings, now);
  if (dropped.length > 0) {
    await home.batch(
      jsonLists(dropped.map(({ event_id, channel_id }) => [event_id, channel_id])).map((list) =>
        home
          .prepare(
            `delete from news_carried where message_id is null
                and (event_id, channel_id) in (select value ->> 0, value ->> 1 from json_each(?1))`,
          )
          .bind(list),
      ),
    );
  }
}

function keyOf({ event_id, channel_id }: Pick<Due, "event_id" | "channel_id">): string {
  return `${event_id} ${channel_id}`;
}

/** What is due of the tenants of a shard, the longest waiting first. What is due for a channel that is not on was dropped with it. */
async function dueOfShard(home: TenantDatabase, shard: string, now: number, limit: number): Promise<Due[]> {
  const { results } = await home
    .prepare(
      `select c.event_id, c.channel_id, c.tenant_id, c.user_id
         from news_carried c
         join tenants n on n.id = c.tenant_id and n.shard = ?1
         join news_channels d on d.id = c.channel_id and d.status = 'on'
        where c.message_id is null and c.due_at <= ?2
        order by c.due_at, c.channel_id, c.event_id limit ?3`,
    )
    .bind(shard, now, limit)
    .all();
  return z.array(dueSchema).parse(results);
}

/** The facts of events, each with whether its person may be told now. One query for each list. */
async function factsOf(database: TenantDatabase, due: readonly Due[]): Promise<Facts[]> {
  const lists = jsonLists(due.map(({ event_id, channel_id, user_id }) => [event_id, channel_id, user_id]));
  const answers = await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `select e.id as event_id, p.value ->> 1 as channel_id, n.slug, n.name, e.kind, e.severity, e.facts, e.at,
                  ${mayBeTold("e.tenant_id", "p.value ->> 2")} as may
             from json_each(?1) p
             cross join news_events e on e.id = p.value ->> 0
             cross join tenants n on n.id = e.tenant_id`,
        )
        .bind(list),
    ),
  );
  return answers.flatMap(({ results }) => z.array(factsSchema).parse(results));
}

/** A message with its parts, in one batch: all of its tellings are in it, or another sweep has made one of them. */
async function makeMessage(
  home: TenantDatabase,
  tellings: readonly { due: Due; facts: Facts }[],
  now: number,
): Promise<void> {
  const [first] = tellings;
  if (first === undefined) return;
  const { channel_id: channelId, user_id: userId } = first.due;
  const events = tellings.map(({ due }) => due.event_id).toSorted();
  const id = `msg_${(await sha256Hex(JSON.stringify([channelId, events]))).slice(0, 32)}`;
  const parts = [...Map.groupBy(tellings, ({ due }) => due.tenant_id)].map(([tenantId, own]) => [
    tenantId,
    own
      .map(({ facts }) => ({ ...itemOf(facts), tenant: { slug: facts.slug, name: facts.name } }))
      .toSorted(worstFirst)
      .slice(0, MAX_LISTED),
    own.length,
  ]);
  await home.batch([
    home
      .prepare(
        `update news_carried set message_id = ?1
          where channel_id = ?2 and message_id is null and event_id in (select value from json_each(?3))`,
      )
      .bind(id, channelId, JSON.stringify(events)),
    home
      .prepare(
        `insert into news_messages (id, tenant_id, channel_id, test, items, count, state, tries, failed_tries, next_try_at, created_at)
         select ?1, ?2, ?3, 0, '[]', ?4, 'waiting', 0, 0, ?5, ?5
          where (select count(*) from news_carried where message_id = ?1) = ?4 on conflict do nothing`,
      )
      .bind(id, ownerOf(userId), channelId, events.length, now),
    ...jsonLists(parts).map((list) =>
      home
        .prepare(
          `insert into news_parts (message_id, tenant_id, items, count)
           select ?1, value ->> 0, value -> 1, value ->> 2 from json_each(?2)
            where exists (select 1 from news_messages where id = ?1) and value ->> 0 in (select id from tenants)
           on conflict do nothing`,
        )
        .bind(id, list),
    ),
    home
      .prepare(
        `update news_carried set message_id = null
          where message_id = ?1 and not exists (select 1 from news_messages where id = ?1)`,
      )
      .bind(id),
  ]);
}
