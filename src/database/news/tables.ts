import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import {
  channelKindSchema,
  digestSchema,
  messageReasonSchema,
  messageStateSchema,
  newsItemSchema,
  newsSeveritySchema,
  quietHoursSchema,
} from "../../contract/news.ts";
import { json, word } from "../sql/columns.ts";
import { tenants } from "../tenancy/tables.ts";

/** Where news is told to. A channel that was removed keeps its row, without its secrets: messages name it. */
export const newsChannels = sqliteTable(
  "news_channels",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    kind: word(channelKindSchema, "kind").notNull(),
    name: text().notNull(),
    addressHint: text("address_hint"),
    recipients: json(z.array(z.string()), "recipients").notNull(),
    /** Address and secrets of signatures, as JSON, sealed; null where there are none. */
    sealed: text(),
    earlierSecretUntil: integer("signed_twice_until"),
    status: word(z.enum(["on", "off", "removed"]), "status").notNull(),
    offReason: word(z.enum(["person", "gone", "failing"]), "off_reason"),
    offAt: integer("off_at"),
    /** Of the first failure since the last success. */
    failingSince: integer("failing_since"),
    lastDeliveredAt: integer("last_delivered_at"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index("news_channels_by_tenant").on(table.tenantId, table.status),
    index("news_channels_sealed")
      .on(table.tenantId)
      .where(sql`sealed is not null`),
  ],
);

/** What is told, how bad it has to be, when, and by which channels. */
export const newsRules = sqliteTable(
  "news_rules",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    name: text().notNull(),
    kinds: json(z.array(z.string()), "kinds").notNull(),
    leastSeverity: word(newsSeveritySchema, "least_severity").notNull(),
    backupDays: integer("backup_days").notNull(),
    quietHours: json(quietHoursSchema, "quiet_hours"),
    digest: json(digestSchema, "digest").notNull(),
    channelIds: json(z.array(z.string()), "channel_ids").notNull(),
    status: word(z.enum(["active", "paused", "removed"]), "status").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer().notNull(),
  },
  (table) => [
    index("news_rules_by_tenant").on(table.tenantId, table.status),
    index("news_rules_active")
      .on(table.tenantId)
      .where(sql`status = 'active'`),
  ],
);

/** What happened, and a rule listens to. The key makes it one: no fact is told twice. */
export const newsEvents = sqliteTable(
  "news_events",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    key: text().notNull(),
    kind: text().notNull(),
    severity: word(newsSeveritySchema, "severity").notNull(),
    /** As the table of kinds has them. Nothing secret, and nothing of a policy's content. */
    facts: text().notNull(),
    at: integer().notNull(),
    /** When rules were asked about it; null before. */
    routedAt: integer("routed_at"),
  },
  (table) => [
    uniqueIndex("news_events_once").on(table.tenantId, table.key),
    index("news_events_by_age").on(table.tenantId, table.at),
    index("news_events_unrouted")
      .on(table.at, table.id)
      .where(sql`routed_at is null`),
  ],
);

/** What is to be told where: an event is told in a channel once, whichever rules choose it. */
export const newsTellings = sqliteTable(
  "news_tellings",
  {
    eventId: text("event_id").notNull(),
    channelId: text("channel_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    ruleId: text("rule_id").notNull(),
    dueAt: integer("due_at").notNull(),
    /** The message that tells it; null before its time. */
    messageId: text("message_id"),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channelId] }),
    index("news_tellings_by_tenant").on(table.tenantId),
    index("news_tellings_by_message").on(table.messageId),
    index("news_tellings_due")
      .on(table.dueAt)
      .where(sql`message_id is null`),
  ],
);

/** A message to a channel. Its id is what a receiver drops copies by, so it stays over tries and replays. */
export const newsMessages = sqliteTable(
  "news_messages",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    channelId: text("channel_id").notNull(),
    test: integer({ mode: "boolean" }).notNull(),
    /** Those that are listed. */
    items: json(z.array(newsItemSchema), "items").notNull(),
    count: integer().notNull(),
    state: word(messageStateSchema, "state").notNull(),
    reason: word(messageReasonSchema, "reason"),
    /** Tries of all, and those that failed since it was sent first or again. */
    tries: integer().notNull(),
    failedTries: integer("failed_tries").notNull(),
    nextTryAt: integer("next_try_at"),
    /** The operation that sends it, or sent it last. */
    runId: text("run_id"),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (table) => [
    index("news_messages_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("news_messages_by_channel").on(table.channelId, table.createdAt, table.id),
    index("news_messages_due")
      .on(table.nextTryAt)
      .where(sql`state = 'waiting'`),
    index("news_messages_sending")
      .on(table.runId)
      .where(sql`state = 'sending'`),
  ],
);

/** One try of a message: what was sent, and what came back. */
export const newsTries = sqliteTable(
  "news_tries",
  {
    messageId: text("message_id").notNull(),
    number: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    at: integer().notNull(),
    /** Of HTTP. */
    status: integer(),
    reason: word(messageReasonSchema, "reason"),
    tookMs: integer("took_ms").notNull(),
    body: text().notNull(),
    answer: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.number] }),
    index("news_tries_by_tenant").on(table.tenantId),
  ],
);
