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
  ruleTenantsSchema,
} from "../../contract/news.ts";
import { runOutcomeSchema, runStatusSchema } from "../../contract/runs.ts";
import { json, word } from "../sql/columns.ts";

/*
 * Of channels, rules, messages and tries, `tenant_id` is the owner: a tenant, or a person (`ownerOf`), whose news is of several tenants. What is a
 * person's lies in the first shard, which lies in the control database (decisions/196-news-over-tenants.md).
 */

/** Where news is told to. A channel that was removed keeps its row, without its secrets: messages name it. */
export const newsChannels = sqliteTable(
  "news_channels",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
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
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    /** Of which tenants a person's rule tells, by their ids; null for a tenant's own. */
    tenants: json(ruleTenantsSchema, "tenants"),
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
    /** Whether a person's rule over tenants listened to it, and is to be asked (1) or was (2); null where none listened. */
    forPeople: integer("for_people"),
  },
  (table) => [
    uniqueIndex("news_events_once").on(table.tenantId, table.key),
    index("news_events_by_age").on(table.tenantId, table.at),
    index("news_events_unrouted")
      .on(table.at, table.id)
      .where(sql`routed_at is null`),
    index("news_events_for_people")
      .on(table.at, table.id)
      .where(sql`for_people = 1`),
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
    /** Those that are listed. Of news over tenants none: `news_parts` has them. */
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

/** In each shard, a copy of what persons' rules over tenants that are at work listen to: it decides which events are stored for them. */
export const newsListeners = sqliteTable(
  "news_listeners",
  {
    ruleId: text("rule_id").primaryKey(),
    userId: text("user_id").notNull(),
    kinds: json(z.array(z.string()), "kinds").notNull(),
    backupDays: integer("backup_days").notNull(),
    /** Ids of tenants; null for all. */
    tenants: json(z.array(z.string()), "tenants"),
    /** Of the rule. */
    version: integer().notNull(),
  },
  (table) => [index("news_listeners_by_user").on(table.userId)],
);

/** In the control database: what is to be told in a person's channel. It names the event, which stays in the tenant's shard until it is told. */
export const newsCarried = sqliteTable(
  "news_carried",
  {
    eventId: text("event_id").notNull(),
    channelId: text("channel_id").notNull(),
    /** Of the event. */
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    ruleId: text("rule_id").notNull(),
    dueAt: integer("due_at").notNull(),
    /** The message that tells it; null before its time. */
    messageId: text("message_id"),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channelId] }),
    index("news_carried_by_tenant").on(table.tenantId),
    index("news_carried_by_message").on(table.messageId),
    index("news_carried_due")
      .on(table.dueAt)
      .where(sql`message_id is null`),
  ],
);

/** In the control database: what a person's message says of one tenant. It goes with the tenant, and a trigger then empties what tries have sent. */
export const newsParts = sqliteTable(
  "news_parts",
  {
    messageId: text("message_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    /** Its worst, as many as a message lists. */
    items: json(z.array(newsItemSchema), "items").notNull(),
    count: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.tenantId] }),
    index("news_parts_by_tenant").on(table.tenantId),
  ],
);

/** In the control database: the projection of runs that deliver a person's messages, as `operation_runs` is that of a tenant's. */
export const newsRuns = sqliteTable(
  "news_runs",
  {
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    takenAt: integer("taken_at").notNull(),
    subject: text(),
    status: word(runStatusSchema, "status").notNull(),
    outcome: word(runOutcomeSchema, "outcome").notNull(),
    workerVersion: text("worker_version").notNull(),
    version: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    completedAt: integer("completed_at"),
  },
  (table) => [
    index("news_runs_unfinished")
      .on(table.updatedAt)
      .where(sql`status <> 'completed'`),
    index("news_runs_finished")
      .on(table.completedAt)
      .where(sql`status = 'completed'`),
  ],
);
