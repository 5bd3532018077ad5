/** Channels of news: each change with its event, in one batch. What is secret of them is sealed before it comes here. */
import { and, asc, eq, ne } from "drizzle-orm";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { personOfOwner } from "../../contract/portfolio.ts";
import { type Channel, type ChannelKind, MAX_CHANNELS, OFF_REASONS, type OffReason } from "../../contract/news.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import type { TenantDatabase } from "../databases.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { newsChannels } from "./tables.ts";

const c = newsChannels;

export type ChannelRow = typeof newsChannels.$inferSelect;

/** Who acts, and when (milliseconds since the epoch). */
export interface NewsAct {
  /** Whose channels and rules they are: a tenant, or a person (`ownerOf`). */
  tenantId: string;
  actorId: string;
  at: number;
}

function selected(database: TenantDatabase) {
  return query(database)
    .select({ channel: c, creatorName: users.name })
    .from(c)
    .leftJoin(users, eq(users.id, c.createdBy))
    .$dynamic();
}

/** All of a tenant, by name. One query. */
export async function listChannels(database: TenantDatabase, tenantId: string, now: number): Promise<Channel[]> {
  const rows = await rowsOf(
    selected(database)
      .where(and(eq(c.tenantId, tenantId), ne(c.status, "removed")))
      .orderBy(asc(c.name), asc(c.id)),
  );
  return rows.map(({ channel, creatorName }) => toChannel(channel, creatorName, now));
}

/** One as it is shown; null when the tenant has none of that id, or has it no more. One query, by key. */
export async function readChannel(
  database: TenantDatabase,
  { tenantId, channelId, now }: { tenantId: string; channelId: string; now: number },
): Promise<Channel | null> {
  const [row] = await rowsOf(
    selected(database).where(and(eq(c.tenantId, tenantId), eq(c.id, channelId), ne(c.status, "removed"))),
  );
  return row === undefined ? null : toChannel(row.channel, row.creatorName, now);
}

/** One as it is stored, with what is sealed; also one that was removed. One query, by key. */
export async function readChannelRow(
  database: TenantDatabase,
  tenantId: string,
  channelId: string,
): Promise<ChannelRow | null> {
  return firstOf(
    query(database)
      .select()
      .from(c)
      .where(and(eq(c.tenantId, tenantId), eq(c.id, channelId))),
  );
}

function toChannel(row: ChannelRow, creatorName: string | null, now: number): Channel {
  const { id, kind, name, addressHint, recipients, earlierSecretUntil, version } = row;
  const earlier = earlierSecretUntil !== null && earlierSecretUntil > now ? earlierSecretUntil : null;
  return {
    id,
    kind,
    name,
    addressHint,
    recipients,
    earlierSecretUntil: isoTimeOrNull(earlier),
    off:
      row.offAt === null || row.offReason === null
        ? null
        : { at: isoTime(row.offAt), reason: row.offReason, words: OFF_REASONS[row.offReason] },
    failingSince: isoTimeOrNull(row.failingSince),
    lastDeliveredAt: isoTimeOrNull(row.lastDeliveredAt),
    createdAt: isoTime(row.createdAt),
    createdBy: personOf(row.createdBy, creatorName),
    version,
  };
}

/** What is stored of a channel's address. */
export interface StoredAddress {
  addressHint: string | null;
  recipients: readonly string[];
  sealed: string | null;
}

/** Makes a channel. False when the tenant has as many as it may have. */
export async function createChannel(
  database: TenantDatabase,
  act: NewsAct,
  channel: { id: string; kind: ChannelKind; name: string } & StoredAddress,
): Promise<boolean> {
  const isRoom = (tenant: string) =>
    `(select count(*) from news_channels where tenant_id = ${tenant} and status <> 'removed') < ${MAX_CHANNELS}`;
  const { id, kind, name, addressHint, recipients, sealed } = channel;
  const [event] = await database.batch([
    channelEvent(
      database,
      act,
      "news-channel.create",
      { id, detail: { name, kind, addressHint, recipients } },
      { condition: isRoom("?9"), values: [act.tenantId] },
    ),
    database
      .prepare(
        `insert into news_channels (id, tenant_id, kind, name, address_hint, recipients, sealed, status, created_at, created_by, version)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, 'on', ?8, ?9, 1 where ${isRoom("?2")}`,
      )
      .bind(id, act.tenantId, kind, name, addressHint, JSON.stringify(recipients), sealed, act.at, act.actorId),
  ]);
  return event?.meta.changes === 1;
}

/** Changes a channel that is still of the version; `earlierSecretUntil` is null where no earlier secret is sealed with the address. False when it is not. */
export async function changeChannel(
  database: TenantDatabase,
  act: NewsAct,
  action: Extract<AuditAction, "news-channel.change" | "news-channel.rotate">,
  change: { id: string; version: number; name: string; earlierSecretUntil: number | null } & StoredAddress,
): Promise<boolean> {
  const { id, version, name, addressHint, recipients, sealed, earlierSecretUntil } = change;
  const [event] = await database.batch([
    channelEvent(
      database,
      act,
      action,
      { id, detail: { name, addressHint, recipients } },
      {
        from: "news_channels",
        condition: "tenant_id = ?9 and id = ?10 and version = ?11 and status <> 'removed'",
        values: [act.tenantId, id, version],
        detail: "json_object('previousName', name, 'previousAddressHint', address_hint)",
      },
    ),
    database
      .prepare(
        `update news_channels set name = ?4, address_hint = ?5, recipients = ?6, sealed = ?7, signed_twice_until = ?8,
                version = version + 1
          where tenant_id = ?1 and id = ?2 and version = ?3 and status <> 'removed'`,
      )
      .bind(act.tenantId, id, version, name, addressHint, JSON.stringify(recipients), sealed, earlierSecretUntil),
  ]);
  return event?.meta.changes === 1;
}

/** Switches a channel on that is off. It is tried anew from then on. False when it is not off. */
export async function switchOn(database: TenantDatabase, act: NewsAct, id: string): Promise<boolean> {
  const [event] = await database.batch([
    channelEvent(database, act, "news-channel.switch-on", { id, detail: {} }, whileIn(act, id, "off")),
    database
      .prepare(
        `update news_channels set status = 'on', off_at = null, off_reason = null, failing_since = null, version = version + 1
          where tenant_id = ?1 and id = ?2 and status = 'off'`,
      )
      .bind(act.tenantId, id),
  ]);
  return event?.meta.changes === 1;
}

/**
 * Statements that switch a channel off that is on, and give up what waits for it. The first one's `meta.changes` tells whether they did. The product
 * itself switches off where there is no actor.
 */
export function switchOffStatements(
  database: TenantDatabase,
  act: { tenantId: string; actorId: string | null; at: number },
  id: string,
  reason: OffReason,
): D1PreparedStatement[] {
  return [
    channelEvent(database, act, "news-channel.switch-off", { id, detail: { reason } }, whileIn(act, id, "on")),
    database
      .prepare(
        `update news_channels set status = 'off', off_at = ?3, off_reason = ?4, version = version + 1
          where tenant_id = ?1 and id = ?2 and status = 'on'`,
      )
      .bind(act.tenantId, id, act.at, reason),
    ...givenUp(database, act, id, "'off'"),
  ];
}

/** Switches a channel off in a person's name. False when it is not on. */
export async function switchOff(database: TenantDatabase, act: NewsAct, id: string): Promise<boolean> {
  const [event] = await database.batch(switchOffStatements(database, act, id, "person"));
  return event?.meta.changes === 1;
}

/** Removes a channel with its secrets. False when there is none. */
export async function removeChannel(database: TenantDatabase, act: NewsAct, id: string): Promise<boolean> {
  const [event] = await database.batch([
    channelEvent(
      database,
      act,
      "news-channel.remove",
      { id, detail: {} },
      {
        from: "news_channels",
        condition: "tenant_id = ?9 and id = ?10 and status <> 'removed'",
        values: [act.tenantId, id],
        detail: "json_object('name', name)",
      },
    ),
    database
      .prepare(
        `update news_channels set status = 'removed', sealed = null, signed_twice_until = null, version = version + 1
          where tenant_id = ?1 and id = ?2 and status <> 'removed'`,
      )
      .bind(act.tenantId, id),
    ...givenUp(database, act, id, "'removed'"),
  ]);
  return event?.meta.changes === 1;
}

/** What waits for a channel that is not on any more: messages have failed, and what has none yet is not told there. */
function givenUp(
  database: TenantDatabase,
  { tenantId, at }: { tenantId: string; at: number },
  id: string,
  status: string,
): D1PreparedStatement[] {
  const isOff = `exists (select 1 from news_channels n where n.id = ?2 and n.tenant_id = ?1 and n.status = ${status})`;
  return [
    database
      .prepare(
        `update news_messages set state = 'failed', reason = 'channel_off', next_try_at = null, ended_at = ?3
          where tenant_id = ?1 and channel_id = ?2 and state = 'waiting' and ${isOff}`,
      )
      .bind(tenantId, id, at),
    database
      .prepare(`delete from news_tellings where tenant_id = ?1 and channel_id = ?2 and message_id is null and ${isOff}`)
      .bind(tenantId, id),
    database
      .prepare(`delete from news_carried where channel_id = ?2 and message_id is null and ${isOff}`)
      .bind(tenantId, id),
  ];
}

function whileIn({ tenantId }: { tenantId: string }, id: string, status: "on" | "off") {
  return {
    from: "news_channels",
    condition: `tenant_id = ?9 and id = ?10 and status = '${status}'`,
    values: [tenantId, id],
    detail: "json_object('name', name)",
  };
}

/** An event about a channel, for a batch. */
export function channelEvent(
  database: TenantDatabase,
  { tenantId, actorId, at }: { tenantId: string; actorId: string | null; at: number },
  action: AuditAction,
  { id, detail }: { id: string; detail: Record<string, unknown> },
  condition: Parameters<typeof auditEventWhere>[2],
): D1PreparedStatement {
  const event = { tenantId: logOf(tenantId), at, action, actorId, targetKind: "news-channel", targetId: id, detail };
  return auditEventWhere(database, event, condition);
}

/** The log that tells of what an owner's channels and rules are: a person's are of no tenant, and those who run the product see where news leaves it. */
export function logOf(owner: string): string {
  return personOfOwner(owner) === null ? owner : PLATFORM_LOG;
}
