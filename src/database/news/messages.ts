/** Messages of news: what is due, what a try came to, and the log that people read. */
import { and, desc, eq, gte, isNotNull, lt, or, sql } from "drizzle-orm";
import { z } from "zod";
import {
  type Message,
  MESSAGE_REASONS,
  type MessageDetail,
  type MessageReason,
  type MessageState,
  type NewsItem,
  type OffReason,
} from "../../contract/news.ts";
import { OWNING_PEOPLE } from "../../contract/portfolio.ts";
import { MAX_TRIES, WAITS_MS } from "../../news/back-off.ts";
import { mayDo } from "../approvals/may-do.ts";
import type { TenantDatabase } from "../databases.ts";
import { notMoving } from "../moves/fences.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { tenants } from "../tenancy/tables.ts";
import { channelEvent, type ChannelRow, type NewsAct, switchOffStatements } from "./channels.ts";
import { channelOffNews } from "./events.ts";
import { newsChannels, newsMessages, newsTries } from "./tables.ts";

const m = newsMessages;
const c = newsChannels;

export type MessageRow = typeof newsMessages.$inferSelect;

/** A tenant that is there, or a person. */
const OWNED = or(isNotNull(tenants.id), and(gte(m.tenantId, OWNING_PEOPLE.from), lt(m.tenantId, OWNING_PEOPLE.to)));

/** Tenants and persons with messages that are due, the longest waiting first. One query, by an index. */
export async function ownersWithDue(database: TenantDatabase, now: number, limit: number): Promise<string[]> {
  const rows = await rowsOf(
    query(database)
      .select({ owner: m.tenantId })
      .from(m)
      .leftJoin(tenants, eq(tenants.id, m.tenantId))
      .where(
        and(
          sql`${m.state} = 'waiting'`,
          sql`${m.nextTryAt} <= ${now}`,
          OWNED,
          sql.raw(notMoving("news_messages.tenant_id")),
        ),
      )
      .groupBy(m.tenantId)
      .orderBy(sql`min(${m.nextTryAt})`)
      .limit(limit),
  );
  return rows.map(({ owner }) => owner);
}

/**
 * Takes the messages of a tenant that are due, at most `limit`, for a run. Each is taken once: of sweeps that are at it together, one has it. The moment
 * stays with them, so that a run which could not begin begins with the same.
 */
export async function takeDue(
  database: TenantDatabase,
  { tenantId, runId, now, limit }: { tenantId: string; runId: string; now: number; limit: number },
): Promise<void> {
  await database
    .prepare(
      `update news_messages set state = 'sending', run_id = ?2, next_try_at = ?3
        where rowid in (select rowid from news_messages where tenant_id = ?1 and state = 'waiting' and next_try_at <= ?3
                         order by next_try_at, id limit ?4)`,
    )
    .bind(tenantId, runId, now, limit)
    .run();
}

/** Messages that were taken for a run. */
export interface TakenMessages {
  tenantId: string;
  /** Null of a person's. */
  tenantSlug: string | null;
  runId: string;
  /** When they were taken: the due set of a tenant at that moment. */
  takenAt: number;
  channels: string[];
}

/** What was taken for runs that are not there. One query, by an index of what is being sent. */
export async function takenWithoutRun(database: TenantDatabase, limit: number): Promise<TakenMessages[]> {
  const rows = await rowsOf(
    query(database)
      .select({
        tenantId: m.tenantId,
        tenantSlug: tenants.slug,
        runId: sql<string>`${m.runId}`,
        takenAt: sql<number>`max(${m.nextTryAt})`,
        channels: sql<string>`json_group_array(distinct ${c.name})`,
      })
      .from(m)
      .leftJoin(tenants, eq(tenants.id, m.tenantId))
      .innerJoin(c, eq(c.id, m.channelId))
      .where(
        and(
          sql`${m.state} = 'sending'`,
          OWNED,
          sql`not exists (select 1 from operation_runs r where r.id = ${m.runId})`,
          sql`not exists (select 1 from news_runs r where r.id = ${m.runId})`,
          sql.raw(notMoving("news_messages.tenant_id")),
        ),
      )
      .groupBy(m.runId)
      .limit(limit),
  );
  return rows.map(({ channels, ...taken }) => ({
    ...taken,
    channels: z.array(z.string()).parse(JSON.parse(channels)),
  }));
}

/**
 * Messages whose run has ended without an answer about them (canceled, lost) wait for their next try, as after a failure. One statement, by the index
 * of what is being sent.
 */
export async function releaseMessages(database: TenantDatabase, now: number): Promise<void> {
  await database
    .prepare(
      `update news_messages
          set failed_tries = failed_tries + 1,
              state = case when failed_tries + 1 < ?2 then 'waiting' else 'failed' end,
              reason = case when failed_tries + 1 < ?2 then reason else 'exhausted' end,
              next_try_at = case when failed_tries + 1 < ?2
                                 then ?1 + coalesce(json_extract(?3, '$[' || failed_tries || ']'), 0) end,
              ended_at = case when failed_tries + 1 < ?2 then null else ?1 end
        where state = 'sending' and ${notMoving("news_messages.tenant_id")}
          and (exists (select 1 from operation_runs r where r.id = news_messages.run_id and r.status = 'completed')
               or exists (select 1 from news_runs r where r.id = news_messages.run_id and r.status = 'completed'))`,
    )
    .bind(now, MAX_TRIES, JSON.stringify(WAITS_MS))
    .run();
}

/** What a run sends. One query, by an index. */
export async function messagesOfRun(
  database: TenantDatabase,
  { tenantId, runId }: { tenantId: string; runId: string },
): Promise<{ id: string; channel: string }[]> {
  return rowsOf(
    query(database)
      .select({ id: m.id, channel: c.name })
      .from(m)
      .innerJoin(c, eq(c.id, m.channelId))
      .where(and(sql`${m.state} = 'sending'`, eq(m.runId, runId), eq(m.tenantId, tenantId)))
      .orderBy(m.id),
  );
}

/** A message with its channel and tenant, for sending it; null when it is gone. The tenant is null for a person's. One query, by key. */
export async function readForSending(
  database: TenantDatabase,
  { tenantId, messageId }: { tenantId: string; messageId: string },
): Promise<{ message: MessageRow; channel: ChannelRow; tenant: { slug: string; name: string } | null } | null> {
  const [row] = await rowsOf(
    query(database)
      .select({
        message: m,
        channel: c,
        slug: tenants.slug,
        called: sql<string | null>`${tenants.name}`.as("tenant_name"),
      })
      .from(m)
      .innerJoin(c, eq(c.id, m.channelId))
      .leftJoin(tenants, eq(tenants.id, m.tenantId))
      .where(and(eq(m.id, messageId), eq(m.tenantId, tenantId), OWNED)),
  );
  if (row === undefined) return null;
  const { message, channel, slug, called } = row;
  return { message, channel, tenant: slug === null || called === null ? null : { slug, name: called } };
}

/** One try and what follows from it. */
export interface TryRecord {
  message: Pick<MessageRow, "id" | "tenantId" | "channelId" | "tries" | "runId">;
  at: number;
  status: number | null;
  /** Null where it was delivered. */
  reason: MessageReason | null;
  tookMs: number;
  body: string;
  answer: string;
  /** Of a person's message, how many tenants it names: where one is gone meanwhile, what was sent is not kept. Null for all others. */
  parts: number | null;
  next:
    | { state: "delivered" }
    /** `sending`: the same run tries again. */
    | { state: "sending" }
    | { state: "waiting"; nextTryAt: number }
    | { state: "failed"; reason: MessageReason };
  /** Why the channel is switched off by it, and where the console shows channels; null where it is not. */
  off: { reason: OffReason; href: string } | null;
  /** A notification of the console for all members, stored with it; null for other channels. */
  bell: { title: string; body: string; href: string; bad: boolean } | null;
}

const IS_WHOLE = "(?10 is null or (select count(*) from news_parts where message_id = ?1) = ?10)";

/**
 * Stores a try, what it means for its message and its channel, and what follows, in one batch. Again, it changes nothing. A message that is not being
 * sent by that run any more stays as it is.
 */
export async function recordTry(database: TenantDatabase, record: TryRecord): Promise<void> {
  const { message, at, status, reason, tookMs, body, answer, parts, next, off, bell } = record;
  const { id, tenantId, channelId, tries, runId } = message;
  const number = tries + 1;
  const failed = reason !== null;
  // What the receiver was not asked says nothing of it.
  const isReceivers = reason !== "not_allowed" && reason !== "channel_off";
  const statements = [
    database
      .prepare(
        `insert into news_tries (message_id, number, tenant_id, at, status, reason, took_ms, body, answer)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, iif(${IS_WHOLE}, ?8, ''), iif(${IS_WHOLE}, ?9, '') where true on conflict do nothing`,
      )
      .bind(id, number, tenantId, at, status, reason, tookMs, body, answer, parts),
    database
      .prepare(
        `update news_messages
            set state = ?4, reason = ?5, tries = ?6, failed_tries = failed_tries + ?7, next_try_at = ?8, ended_at = ?9
          where tenant_id = ?1 and id = ?2 and state = 'sending' and run_id = ?3 and tries < ?6`,
      )
      .bind(
        tenantId,
        id,
        runId,
        next.state,
        next.state === "failed" ? next.reason : reason,
        number,
        failed ? 1 : 0,
        next.state === "waiting" ? next.nextTryAt : next.state === "sending" ? at : null,
        next.state === "delivered" || next.state === "failed" ? at : null,
      ),
  ];
  if (isReceivers) statements.push(channelStatement(database, { tenantId, channelId, at, failed }));
  if (bell !== null) statements.push(bellStatement(database, { messageId: id, tenantId, at }, bell));
  if (off !== null) {
    statements.push(...switchOffStatements(database, { tenantId, actorId: null, at }, channelId, off.reason));
    statements.push(channelOffNews(database, { tenantId, channelId, at }));
    statements.push(tellManagers(database, { tenantId, channelId, at, href: off.href }));
  }
  await database.batch(statements);
}

/** What a try says of its receiver. */
function channelStatement(
  database: TenantDatabase,
  { tenantId, channelId, at, failed }: { tenantId: string; channelId: string; at: number; failed: boolean },
): D1PreparedStatement {
  const change = failed
    ? "failing_since = coalesce(failing_since, ?3)"
    : "failing_since = null, last_delivered_at = ?3";
  return database
    .prepare(`update news_channels set ${change} where tenant_id = ?1 and id = ?2`)
    .bind(tenantId, channelId, at);
}

function bellStatement(
  database: TenantDatabase,
  { messageId, tenantId, at }: { messageId: string; tenantId: string; at: number },
  { title, body, href, bad }: { title: string; body: string; href: string; bad: boolean },
): D1PreparedStatement {
  return database
    .prepare(
      `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, href, created_at)
       select 'notification_' || ?1 || '_' || w.user_id, ?1, w.user_id, w.tenant_id, ?4, ?5, ?6, ?7, ?3
         from memberships w join users u on u.id = w.user_id and u.disabled_at is null
        where w.tenant_id = ?2 on conflict do nothing`,
    )
    .bind(messageId, tenantId, at, bad ? "failed" : "succeeded", title, body, href);
}

/** Tells all who may manage news that a channel was switched off, in the console: it cannot tell it itself. */
function tellManagers(
  database: TenantDatabase,
  { tenantId, channelId, at, href }: { tenantId: string; channelId: string; at: number; href: string },
): D1PreparedStatement {
  return database
    .prepare(
      `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, href, created_at)
       select 'notification_' || c.id || '_' || ?3 || '_' || w.user_id, c.id || '/' || ?3, w.user_id, w.tenant_id, 'failed',
              'News: “' || c.name || '” was switched off', 'Its receiver answers nothing but failures. Nothing is told there any more.',
              ?4, ?3
         from news_channels c join memberships w on w.tenant_id = c.tenant_id
        where c.tenant_id = ?1 and c.id = ?2 and c.status = 'off' and c.off_at = ?3
          and ${mayDo("c.tenant_id", "w.user_id", "news.manage")}
       on conflict do nothing`,
    )
    .bind(tenantId, channelId, at, href);
}

/** Makes a message that tests a channel, due at once, with its event. False when the channel is not on. */
export async function addTest(
  database: TenantDatabase,
  act: NewsAct,
  { messageId, channelId, item }: { messageId: string; channelId: string; item: NewsItem },
): Promise<boolean> {
  const [event] = await database.batch([
    channelEvent(
      database,
      act,
      "news-channel.test",
      { id: channelId, detail: { messageId } },
      {
        from: "news_channels",
        condition: "tenant_id = ?9 and id = ?10 and status = 'on'",
        values: [act.tenantId, channelId],
        detail: "json_object('name', name)",
      },
    ),
    database
      .prepare(
        `insert into news_messages (id, tenant_id, channel_id, test, items, count, state, tries, failed_tries, next_try_at, created_at)
         select ?1, ?2, ?3, 1, ?4, 1, 'waiting', 0, 0, ?5, ?5
          where exists (select 1 from news_channels where id = ?3 and tenant_id = ?2 and status = 'on')`,
      )
      .bind(messageId, act.tenantId, channelId, JSON.stringify([item]), act.at),
  ]);
  return event?.meta.changes === 1;
}

/** Sends a message again that has ended, with its id, as if for the first time; with its event. False when it has not ended, or its channel is not on. */
export async function replayMessage(database: TenantDatabase, act: NewsAct, messageId: string): Promise<boolean> {
  const ended = (message: string) => `${message}.state in ('delivered', 'failed')
    and exists (select 1 from news_channels c where c.id = ${message}.channel_id and c.status = 'on')`;
  const [event] = await database.batch([
    channelEvent(
      database,
      act,
      "news-message.replay",
      { id: messageId, detail: {} },
      {
        from: "news_messages",
        condition: `news_messages.tenant_id = ?9 and news_messages.id = ?10 and ${ended("news_messages")}`,
        values: [act.tenantId, messageId],
        detail: "json_object('channelId', channel_id)",
      },
    ),
    database
      .prepare(
        `update news_messages set state = 'waiting', reason = null, failed_tries = 0, next_try_at = ?3, ended_at = null
          where tenant_id = ?1 and id = ?2 and ${ended("news_messages")}`,
      )
      .bind(act.tenantId, messageId, act.at),
  ]);
  return event?.meta.changes === 1;
}

const SHOWN = { message: m, channelName: c.name, channelKind: c.kind };

/** A tenant's messages, newest first. One query. */
export async function listMessages(
  database: TenantDatabase,
  request: {
    tenantId: string;
    channelId: string | null;
    state: MessageState | null;
    cursor: string | null;
    limit: number;
  },
): Promise<Page<Message>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select(SHOWN)
      .from(m)
      .innerJoin(c, eq(c.id, m.channelId))
      .where(
        and(
          eq(m.tenantId, request.tenantId),
          request.channelId === null ? undefined : eq(m.channelId, request.channelId),
          request.state === null ? undefined : eq(m.state, request.state),
          beyond([m.createdAt, m.id], "<", after),
        ),
      )
      .orderBy(desc(m.createdAt), desc(m.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ message }) => [message.createdAt, message.id]),
    toMessage,
  );
}

/** One with its tries, the newest first; null when the tenant has none of that id. Two queries. */
export async function readMessage(
  database: TenantDatabase,
  tenantId: string,
  messageId: string,
): Promise<MessageDetail | null> {
  const [row] = await rowsOf(
    query(database)
      .select(SHOWN)
      .from(m)
      .innerJoin(c, eq(c.id, m.channelId))
      .where(and(eq(m.tenantId, tenantId), eq(m.id, messageId))),
  );
  if (row === undefined) return null;
  const t = newsTries;
  const tries = await rowsOf(
    query(database)
      .select()
      .from(t)
      .where(and(eq(t.messageId, messageId), eq(t.tenantId, tenantId)))
      .orderBy(desc(t.number))
      .limit(100),
  );
  return {
    ...toMessage(row),
    log: tries.map(({ number, at, status, reason, tookMs, body, answer }) => ({
      number,
      at: isoTime(at),
      status,
      reason: wordsOf(reason),
      tookMs,
      body,
      answer,
    })),
  };
}

function toMessage({
  message,
  channelName,
  channelKind,
}: {
  message: MessageRow;
  channelName: string;
  channelKind: ChannelRow["kind"];
}): Message {
  const { id, channelId, test, items, count, state, reason, tries, nextTryAt, runId } = message;
  return {
    id,
    channel: { id: channelId, name: channelName, kind: channelKind },
    test,
    items,
    count,
    state,
    reason: wordsOf(reason),
    tries,
    createdAt: isoTime(message.createdAt),
    nextTryAt: state === "waiting" ? isoTimeOrNull(nextTryAt) : null,
    endedAt: isoTimeOrNull(message.endedAt),
    runId,
  };
}

function wordsOf(reason: MessageReason | null): string | null {
  return reason === null ? null : MESSAGE_REASONS[reason];
}
