/** From events to messages: which rules choose an event, when it is due, and the messages that are made of what is due. Work of the sweep. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import {
  isAsBadAs,
  isNewsKind,
  MAX_LISTED,
  NEWS_KINDS,
  NEWS_SEVERITIES,
  type NewsItem,
  type NewsSeverity,
  newsSeveritySchema,
} from "../../contract/news.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { dueAt } from "../../news/when-due.ts";
import type { TenantDatabase } from "../databases.ts";
import { notMoving } from "../moves/fences.ts";
import { query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime } from "../sql/time.ts";
import { activeRules, type RuleRow } from "./rules.ts";
import { newsChannels, newsEvents } from "./tables.ts";

export type EventRow = typeof newsEvents.$inferSelect;

/** Asks the rules about events that they were not asked about, at most `limit`, the oldest first. One query, and two and a batch for each tenant. */
export async function routeEvents(database: TenantDatabase, now: number, limit: number): Promise<void> {
  const e = newsEvents;
  const events = await rowsOf(
    query(database)
      .select()
      .from(e)
      .where(and(isNull(e.routedAt), sql.raw(notMoving("news_events.tenant_id"))))
      .orderBy(asc(e.at), asc(e.id))
      .limit(limit),
  );
  for (const [tenantId, own] of Map.groupBy(events, (event) => event.tenantId)) {
    const rules = await activeRules(database, tenantId);
    const c = newsChannels;
    const channels = await rowsOf(
      query(database)
        .select({ id: c.id })
        .from(c)
        .where(and(eq(c.tenantId, tenantId), eq(c.status, "on"))),
    );
    const on = new Set(channels.map(({ id }) => id));
    const tellings = own.flatMap((event) => tellingsOf(event, rules, on));
    await database.batch([
      database
        .prepare(
          `insert into news_tellings (event_id, channel_id, tenant_id, rule_id, due_at)
           select value ->> 0, value ->> 1, ?1, value ->> 2, value ->> 3 from json_each(?2) where true on conflict do nothing`,
        )
        .bind(tenantId, JSON.stringify(tellings)),
      database
        .prepare(
          `update news_events set routed_at = ?2
            where tenant_id = ?1 and id in (select value from json_each(?3)) and routed_at is null`,
        )
        .bind(tenantId, now, JSON.stringify(own.map(({ id }) => id))),
    ]);
  }
}

/** Where an event is told, by which rule, and when: in each channel once, at the earliest time that a rule says. */
export function tellingsOf(
  event: EventRow,
  rules: readonly RuleRow[],
  on: ReadonlySet<string>,
): [eventId: string, channelId: string, ruleId: string, dueAt: number][] {
  const earliest = new Map<string, { ruleId: string; due: number }>();
  for (const rule of rules) {
    if (!chooses(rule, event)) continue;
    const due = dueAt(rule, event.severity, event.at);
    for (const channelId of rule.channelIds) {
      // A receiver is not told of its own end.
      if (!on.has(channelId) || (event.kind === "channel.off" && event.key.startsWith(`channel/${channelId}/`)))
        continue;
      const known = earliest.get(channelId);
      if (known === undefined || due < known.due) earliest.set(channelId, { ruleId: rule.id, due });
    }
  }
  return [...earliest].map(([channelId, { ruleId, due }]) => [event.id, channelId, ruleId, due]);
}

const backupFacts = z.object({ days: z.int() });

function chooses({ kinds, leastSeverity, backupDays }: RuleRow, { kind, severity, facts }: EventRow): boolean {
  if (!kinds.includes(kind) || !isAsBadAs(severity, leastSeverity)) return false;
  // Each rule has its own days after which a backup is old.
  return kind !== "backup.old" || backupFacts.parse(parseStoredJson(facts)).days === backupDays;
}

const dueSchema = z.object({
  tenant_id: z.string(),
  slug: z.string(),
  channel_id: z.string(),
  event_id: z.string(),
  kind: z.string(),
  severity: newsSeveritySchema,
  facts: z.string(),
  at: z.int(),
});
type DueTelling = z.infer<typeof dueSchema>;

/**
 * Makes messages of what is due, one for each channel, of at most `limit` tellings in all. What is due for a channel that is not on is dropped. Each
 * telling comes into one message: a batch for each, which does nothing when another sweep has made one of the same.
 */
export async function makeMessages(database: TenantDatabase, now: number, limit: number): Promise<void> {
  const { results } = await database
    .prepare(
      `select t.tenant_id, n.slug, t.channel_id, t.event_id, e.kind, e.severity, e.facts, e.at
         from news_tellings t
         join news_channels c on c.id = t.channel_id and c.status = 'on'
         join news_events e on e.id = t.event_id
         join tenants n on n.id = t.tenant_id
        where t.message_id is null and t.due_at <= ?1 and ${notMoving("t.tenant_id")}
        order by t.due_at, t.channel_id, t.event_id limit ?2`,
    )
    .bind(now, limit)
    .all();
  const due = results.map((row) => dueSchema.parse(row));
  for (const [channelId, tellings] of Map.groupBy(due, (telling) => telling.channel_id)) {
    const [first] = tellings;
    if (first !== undefined) await makeMessage(database, { channelId, tenantId: first.tenant_id, now }, tellings);
  }
}

async function makeMessage(
  database: TenantDatabase,
  { channelId, tenantId, now }: { channelId: string; tenantId: string; now: number },
  tellings: readonly DueTelling[],
): Promise<void> {
  const events = tellings.map(({ event_id: id }) => id).toSorted();
  const id = `msg_${(await sha256Hex(JSON.stringify([channelId, events]))).slice(0, 32)}`;
  const items = tellings.map(itemOf).toSorted(worstFirst);
  await database.batch([
    database
      .prepare(
        `update news_tellings set message_id = ?1
          where channel_id = ?2 and message_id is null and event_id in (select value from json_each(?3))`,
      )
      .bind(id, channelId, JSON.stringify(events)),
    // All of them, or none: some may be in another sweep's message.
    database
      .prepare(
        `insert into news_messages (id, tenant_id, channel_id, test, items, count, state, tries, failed_tries, next_try_at, created_at)
         select ?1, ?2, ?3, 0, ?4, ?5, 'waiting', 0, 0, ?6, ?6
          where (select count(*) from news_tellings where message_id = ?1) = ?5 on conflict do nothing`,
      )
      .bind(id, tenantId, channelId, JSON.stringify(items.slice(0, MAX_LISTED)), events.length, now),
    database
      .prepare(
        `update news_tellings set message_id = null
          where message_id = ?1 and not exists (select 1 from news_messages where id = ?1)`,
      )
      .bind(id),
  ]);
}

/** The order in which a message lists: of what is as bad, the newest first. */
export function worstFirst(one: NewsItem, other: NewsItem): number {
  const rank = (severity: NewsSeverity) => NEWS_SEVERITIES.indexOf(severity);
  return (
    rank(one.severity) - rank(other.severity) ||
    Date.parse(other.at) - Date.parse(one.at) ||
    one.id.localeCompare(other.id, "en")
  );
}

/** What a message says of an event. The table of kinds makes it of the event's facts. */
export function itemOf({
  event_id: id,
  kind,
  severity,
  facts,
  at,
  slug,
}: Pick<DueTelling, "event_id" | "kind" | "severity" | "facts" | "at" | "slug">): NewsItem {
  const known = isNewsKind(kind) ? NEWS_KINDS[kind] : null;
  const stored = parseStoredJson(facts);
  return {
    id,
    kind,
    severity,
    subject: known?.subject(stored) ?? known?.label ?? kind,
    at: isoTime(at),
    href: known?.address(slug, stored) ?? null,
  };
}
