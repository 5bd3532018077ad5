/**
 * News: what happens in a tenant and is told to people who do not look. Rules choose what is told, channels where to. How it is delivered is in
 * docs/news.md. A subject is made of stored facts (names, counts, codes): never of a secret, of a policy's content, or of a message of Microsoft
 * Graph, which may repeat content.
 */
import { z } from "zod";
import { type Capability, tenantSchema } from "./access.ts";
import { findingKindSchema } from "./baselines.ts";
import { PAGES, type PagePattern, pageAddress } from "./console-addresses.ts";
import { listOf, timestamp } from "./lists.ts";
import { timeZoneSchema } from "./schedules.ts";

/** What a person has to be able to do in a tenant to be told its news. */
export const NEWS_CAPABILITY: Capability = "operations.read";
/** Channels and rules of a tenant, or of a person over tenants, those that were removed not counted. */
export const MAX_CHANNELS = 20;
export const MAX_RULES = 50;
/** Addresses that a channel of mail writes to. */
export const MAX_RECIPIENTS = 10;
/** Items that a message lists; of the others it tells how many there are. */
export const MAX_LISTED = 20;
/** Days for which a receiver that answers nothing but failures is tried before it is switched off. */
export const SWITCHED_OFF_AFTER_DAYS = 5;
/** Days before the end of a credential on which that is told, the most first. */
export const CREDENTIAL_TOLD_DAYS = [30, 7] as const;
/** Hours for which messages are signed with the earlier secret as well, after a change of it. */
export const EARLIER_SECRET_HOURS = 24;
const UNTOLD = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const wellFormed = (text: string): boolean => text.isWellFormed() && !UNTOLD.test(text);

/** The worst first. */
export const NEWS_SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export const newsSeveritySchema = z.enum(NEWS_SEVERITIES);
export type NewsSeverity = z.infer<typeof newsSeveritySchema>;

/** Whether a severity is as bad as another, or worse. */
export function isAsBadAs(severity: NewsSeverity, least: NewsSeverity): boolean {
  return NEWS_SEVERITIES.indexOf(severity) <= NEWS_SEVERITIES.indexOf(least);
}

interface KindRow {
  /** What a person chooses by. */
  label: string;
  /** Null where each event has its own. */
  severity: NewsSeverity | null;
  /** What is said of an event; null where its facts are not those of the kind. */
  subject: (facts: unknown) => string | null;
  /** Where the console shows it; null where there is no such page. */
  address: (slug: string, facts: unknown) => string | null;
}

function row<Facts extends z.ZodType>(
  facts: Facts,
  given: {
    label: string;
    severity: NewsSeverity | null;
    subject: (facts: z.output<Facts>) => string;
    address: (slug: string, facts: z.output<Facts>) => string;
  },
): KindRow {
  return {
    label: given.label,
    severity: given.severity,
    subject: (raw) => {
      const parsed = facts.safeParse(raw);
      return parsed.success ? given.subject(parsed.data) : null;
    },
    address: (slug, raw) => {
      const parsed = facts.safeParse(raw);
      return parsed.success ? given.address(slug, parsed.data) : null;
    },
  };
}

const at = (pattern: PagePattern & `/t/$slug${string}`) => (slug: string) =>
  pattern.replace("$slug", encodeURIComponent(slug));

const runFacts = z.object({
  runId: z.string(),
  label: z.string(),
  subject: z.string().nullable(),
  failed: z.int().min(0).nullable(),
  code: z.string().nullable(),
});
type RunFacts = z.infer<typeof runFacts>;

function runSubject(words: string): (facts: RunFacts) => string {
  return ({ label, subject, failed, code }) => {
    const about = subject === null ? label : `${label} (${subject})`;
    const how = failed !== null && failed > 0 ? `: ${failed} failed` : code === null ? "" : `: ${code}`;
    return `${about} ${words}${how}`;
  };
}
const runPage = (slug: string, { runId }: RunFacts) => pageAddress(PAGES.run, { slug, runId });

const findingFacts = z.object({
  findingId: z.string(),
  name: z.string(),
  kind: findingKindSchema,
  baseline: z.string(),
  changes: z.int().min(0),
});
type FindingFacts = z.infer<typeof findingFacts>;
const findingPage = (slug: string, { findingId }: FindingFacts) => pageAddress(PAGES.finding, { slug, findingId });

const FINDING_WORDS: Readonly<Record<FindingFacts["kind"], string>> = {
  added: "is not in the baseline",
  removed: "is gone",
  changed: "differs",
  renamed: "has another name",
  assignments: "is assigned otherwise",
  unknown: "could not be read",
};

const scheduleFacts = z.object({ scheduleId: z.string(), name: z.string(), count: z.int().min(0) });
type ScheduleFacts = z.infer<typeof scheduleFacts>;
const schedulePage = (slug: string, { scheduleId }: ScheduleFacts) => pageAddress(PAGES.schedule, { slug, scheduleId });

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** What can be told. The table is closed: what is not in it is never told. */
export const NEWS_KINDS = {
  "run.failed": row(runFacts, {
    label: "An operation failed",
    severity: "high",
    subject: runSubject("failed"),
    address: runPage,
  }),
  "run.partly": row(runFacts, {
    label: "An operation failed in part",
    severity: "medium",
    subject: runSubject("finished with failures"),
    address: runPage,
  }),
  "run.succeeded": row(runFacts, {
    label: "An operation succeeded",
    severity: "info",
    subject: runSubject("succeeded"),
    address: runPage,
  }),
  "finding.new": row(findingFacts, {
    label: "A new finding",
    severity: null,
    subject: ({ name, kind, baseline }) => `${name} ${FINDING_WORDS[kind]} (baseline ${baseline})`,
    address: findingPage,
  }),
  "finding.changed": row(findingFacts, {
    label: "A finding changed",
    severity: null,
    subject: ({ name, baseline }) => `${name} changed again (baseline ${baseline})`,
    address: findingPage,
  }),
  "comparison.clean": row(z.object({ comparisonId: z.string(), baseline: z.string() }), {
    label: "A baseline is met again",
    severity: "info",
    subject: ({ baseline }) => `The tenant is as the baseline ${baseline} has it again`,
    address: (slug, { comparisonId }) => pageAddress(PAGES.comparison, { slug, comparisonId }),
  }),
  "schedule.failing": row(scheduleFacts, {
    label: "A schedule failed as often as it may",
    severity: "high",
    subject: ({ name, count }) => `The schedule ${name} failed ${times(count)}${count === 1 ? "" : " in a row"}`,
    address: schedulePage,
  }),
  "schedule.paused": row(scheduleFacts, {
    label: "A schedule was paused by the product",
    severity: "high",
    subject: ({ name }) => `The schedule ${name} is paused: its owner may not do its steps any more`,
    address: schedulePage,
  }),
  "schedule.missed": row(scheduleFacts, {
    label: "A schedule missed a due time",
    severity: "medium",
    subject: ({ name, count }) =>
      count === 1 ? `The schedule ${name} missed a due time` : `The schedule ${name} missed ${count} due times`,
    address: schedulePage,
  }),
  "connection.lost": row(z.object({ families: z.int().min(1) }), {
    label: "The connection is lost",
    severity: "critical",
    subject: () => "Microsoft refuses the credential of the tenant's connection",
    address: at(PAGES.connection),
  }),
  "connection.ending": row(z.object({ purpose: z.string(), days: z.int(), endsAt: z.int() }), {
    label: "A credential ends soon",
    severity: "high",
    subject: ({ purpose, days, endsAt }) =>
      `The credential of the connection that ${purpose === "write" ? "writes" : "reads"} ends on ${dayOf(endsAt)}, in less than ${days} days`,
    address: at(PAGES.connection),
  }),
  "permission.missing": row(z.object({ purpose: z.string(), missing: z.int().min(1) }), {
    label: "A permission is missing",
    severity: "medium",
    subject: ({ missing }) =>
      `A permission is missing: ${missing === 1 ? "one policy family" : `${missing} policy families`} cannot be read`,
    address: at(PAGES.permissions),
  }),
  "approval.waiting": row(z.object({ requestId: z.string(), label: z.string() }), {
    label: "A request waits for an approval",
    severity: "medium",
    subject: ({ label }) => `Waits for an approval: ${label}`,
    address: at(PAGES.approvals),
  }),
  "backup.old": row(z.object({ days: z.int().min(1), lastAt: z.int().nullable() }), {
    label: "The newest backup is old",
    severity: "high",
    subject: ({ days, lastAt }) =>
      lastAt === null
        ? `There is no backup, and the tenant is older than ${days} days`
        : `The newest backup is of ${dayOf(lastAt)}, older than ${days} days`,
    address: at(PAGES.backupSets),
  }),
  "channel.off": row(z.object({ channelId: z.string(), name: z.string(), reason: z.string() }), {
    label: "A channel was switched off",
    severity: "high",
    subject: ({ name, reason }) => `The channel ${name} was switched off: ${offWords(reason)}`,
    address: at(PAGES.news),
  }),
} as const satisfies Record<string, KindRow>;

export type NewsKind = keyof typeof NEWS_KINDS;

export function isNewsKind(kind: string): kind is NewsKind {
  return Object.hasOwn(NEWS_KINDS, kind);
}

/** In the table's order. */
export const NEWS_KIND_KEYS: readonly NewsKind[] = Object.keys(NEWS_KINDS).filter(isNewsKind);

const newsKindSchema = z.string().transform((kind, context): NewsKind => {
  if (isNewsKind(kind)) return kind;
  context.addIssue({ code: "custom", message: "is no kind of news" });
  return z.NEVER;
});

/** Days that stand in subjects: of UTC. */
function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Why a channel is off, in words. */
export const OFF_REASONS = {
  person: "a person switched it off",
  gone: "its receiver says that it is gone for good",
  failing: `its receiver failed for ${SWITCHED_OFF_AFTER_DAYS} days`,
} as const;
export type OffReason = keyof typeof OFF_REASONS;

function offWords(reason: string): string {
  return reason === "gone" || reason === "failing" || reason === "person" ? OFF_REASONS[reason] : reason;
}

export const CHANNEL_KINDS = {
  webhook: { label: "Webhook", summary: "Signed JSON to an address of your own (Standard Webhooks)." },
  teams: { label: "Microsoft Teams", summary: "Cards to a channel or chat, by a workflow of Power Automate." },
  slack: { label: "Slack", summary: "Messages to a channel, by an incoming webhook." },
  mail: { label: "Mail", summary: "Messages to a few addresses." },
  bell: { label: "This console", summary: "Notifications in the console, for all members." },
} as const;
export type ChannelKind = keyof typeof CHANNEL_KINDS;
export const channelKindSchema = z.enum(["webhook", "teams", "slack", "mail", "bell"]);

const nameSchema = z.string().trim().min(1).max(100).refine(wellFormed, "must not hold control characters");
const urlSchema = z.string().trim().min(1).max(2_000).meta({
  description: "An https address. It may be a secret, so it is stored sealed and never shown again in full.",
});
const recipientsSchema = z.array(z.email().max(254)).min(1).max(MAX_RECIPIENTS);

export const newChannelSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("webhook"), name: nameSchema, url: urlSchema }),
  z.strictObject({ kind: z.literal("teams"), name: nameSchema, url: urlSchema }),
  z.strictObject({ kind: z.literal("slack"), name: nameSchema, url: urlSchema }),
  z.strictObject({ kind: z.literal("mail"), name: nameSchema, recipients: recipientsSchema }),
  z.strictObject({ kind: z.literal("bell"), name: nameSchema }),
]);
export type NewChannel = z.output<typeof newChannelSchema>;

export const changedChannelSchema = z.strictObject({
  version: z.int().min(1).meta({ description: "Of the channel as the person has seen it." }),
  name: nameSchema.optional(),
  url: urlSchema.optional(),
  recipients: recipientsSchema.optional(),
});

export type ChangedChannel = z.output<typeof changedChannelSchema>;

const personSchema = z.object({ id: z.string(), name: z.string() });

export const channelSchema = z.object({
  id: z.string(),
  kind: channelKindSchema,
  name: z.string(),
  /** The beginning of its address and its last letters; null where it has none. */
  addressHint: z.string().nullable(),
  recipients: z.array(z.string()),
  /** Until when messages are signed with the earlier secret as well; null where there is none. */
  earlierSecretUntil: timestamp.nullable(),
  /** Null while it is on. */
  off: z.object({ at: timestamp, reason: z.enum(["person", "gone", "failing"]), words: z.string() }).nullable(),
  /** Since when nothing but failures came back; null when the last try went well, or there was none. */
  failingSince: timestamp.nullable(),
  lastDeliveredAt: timestamp.nullable(),
  createdAt: timestamp,
  createdBy: personSchema.nullable(),
  version: z.int().min(1),
});
export type Channel = z.infer<typeof channelSchema>;
export const channelListSchema = z.object({
  items: z.array(channelSchema),
  /** Whether this deployment can send mail. */
  mail: z.boolean(),
});

/** The only answer that has the secret. */
export const channelSecretSchema = z.object({
  channel: channelSchema,
  secret: z.string().nullable().meta({
    description:
      "What messages of a webhook are signed with (`whsec_…`). It is told here and never again; null for other kinds.",
  }),
});
export type ChannelSecret = z.infer<typeof channelSecretSchema>;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of the day, as 22:00");

export const quietHoursSchema = z
  .strictObject({
    from: clockTime,
    to: clockTime,
    timeZone: timeZoneSchema,
    criticalPasses: z.boolean().meta({ description: "Whether what is critical is told at once all the same." }),
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "must not be the beginning" });
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const digestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("at_once") }),
  z.strictObject({ kind: z.literal("hourly") }),
  z.strictObject({ kind: z.literal("daily"), at: clockTime, timeZone: timeZoneSchema }),
]);
export type Digest = z.infer<typeof digestSchema>;

export const newRuleSchema = z.strictObject({
  name: nameSchema,
  kinds: z
    .array(newsKindSchema)
    .min(1)
    .max(NEWS_KIND_KEYS.length)
    .transform((kinds) => NEWS_KIND_KEYS.filter((kind) => kinds.includes(kind)))
    .meta({ description: "What is told." }),
  leastSeverity: newsSeveritySchema.default("info").meta({ description: "What is less bad is not told." }),
  backupDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .meta({ description: "Of `backup.old`: the days after which the newest backup is old." }),
  quietHours: quietHoursSchema.nullable().default(null).meta({
    description: "What happens in them is told when they end.",
  }),
  digest: digestSchema.default({ kind: "at_once" }),
  channelIds: z.array(z.string().min(1).max(100)).min(1).max(MAX_CHANNELS),
  paused: z.boolean().default(false),
});
export type NewRule = z.output<typeof newRuleSchema>;

export const changedRuleSchema = newRuleSchema.extend({
  version: z.int().min(1).meta({ description: "Of the rule as the person has seen it." }),
});

export const ruleSchema = z.object({
  id: z.string(),
  name: z.string(),
  kinds: z.array(z.string()),
  leastSeverity: newsSeveritySchema,
  backupDays: z.int(),
  quietHours: quietHoursSchema.nullable(),
  digest: digestSchema,
  channelIds: z.array(z.string()),
  paused: z.boolean(),
  createdAt: timestamp,
  createdBy: personSchema.nullable(),
  updatedAt: timestamp,
  version: z.int().min(1),
});
export type Rule = z.infer<typeof ruleSchema>;
export const ruleListSchema = z.object({ items: z.array(ruleSchema) });

/** Tenants that a rule over tenants can name. */
export const MAX_RULE_TENANTS = 2_000;

/** `all`: every tenant of which the person may be told news, at the moment of the event. */
export const ruleTenantsSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({
    kind: z.literal("list"),
    tenants: z.array(z.string().min(1).max(100)).max(MAX_RULE_TENANTS).meta({ description: "Ids or slugs." }),
  }),
]);
export type RuleTenants = z.infer<typeof ruleTenantsSchema>;

export const newOwnRuleSchema = newRuleSchema.extend({
  tenants: ruleTenantsSchema.default({ kind: "all" }).meta({ description: "Which tenants are told of." }),
});
export type NewOwnRule = z.output<typeof newOwnRuleSchema>;
export const changedOwnRuleSchema = newOwnRuleSchema.extend({
  version: z.int().min(1).meta({ description: "Of the rule as the person has seen it." }),
});

/** A rule of a person over tenants. */
export const ownRuleSchema = ruleSchema.extend({
  tenants: ruleTenantsSchema,
  /** Of how many tenants the rule tells now. Of a rule that is paused: would tell. */
  listensIn: z.int().min(0),
  /** Tenants that the rule names, and of which the person may not be told now. */
  silentIn: z.int().min(0),
  /** Tenants whose database does not answer, or does not have the rule as it is yet: what happens there may not be told. */
  notYetIn: z.int().min(0),
});
export type OwnRule = z.infer<typeof ownRuleSchema>;
export const ownRuleListSchema = z.object({ items: z.array(ownRuleSchema) });

/** `waiting` for its time or its next try; `sending`; then it was delivered, or given up. */
export const MESSAGE_STATES = ["waiting", "sending", "delivered", "failed"] as const;
export const messageStateSchema = z.enum(MESSAGE_STATES);
export type MessageState = z.infer<typeof messageStateSchema>;

/** Why a try or a message failed, in words. */
export const MESSAGE_REASONS = {
  refused: "The receiver answered with a failure.",
  redirected: "The receiver answered with another address. Redirects are not followed.",
  timed_out: "The receiver did not answer within 15 seconds.",
  unreachable: "The receiver could not be reached.",
  unsafe_address: "The address is not one that may be called, or its name leads to such.",
  gone: "The receiver says that it is gone for good.",
  mail_refused: "The mail was refused.",
  mail_off: "This deployment sends no mail.",
  secret_unreadable: "What is stored of the channel does not open any more. Enter its address anew.",
  channel_off: "The channel is off.",
  exhausted: "All tries failed.",
  not_allowed: "Nothing of it may be told to the person any more.",
} as const;
export type MessageReason = keyof typeof MESSAGE_REASONS;
export const messageReasonSchema = z.enum([
  "refused",
  "redirected",
  "timed_out",
  "unreachable",
  "unsafe_address",
  "gone",
  "mail_refused",
  "mail_off",
  "secret_unreadable",
  "channel_off",
  "exhausted",
  "not_allowed",
]);

export const newsItemSchema = z.object({
  id: z.string(),
  kind: z.string().meta({ description: "Of the table in docs/news.md; `test` in a test message." }),
  severity: newsSeveritySchema,
  subject: z.string(),
  at: timestamp,
  /** Where the console shows it: a path of this deployment. */
  href: z.string().nullable(),
  tenant: tenantSchema
    .pick({ slug: true, name: true })
    .optional()
    .meta({ description: "Of news over tenants; absent where the message is of one tenant." }),
});
export type NewsItem = z.infer<typeof newsItemSchema>;

export const messageSchema = z.object({
  id: z
    .string()
    .meta({ description: "Stable over tries and replays: the `webhook-id`, by which a receiver drops copies." }),
  channel: z.object({ id: z.string(), name: z.string(), kind: channelKindSchema }),
  test: z.boolean(),
  /** The first items, and how many there are. Of news over tenants: those of tenants of which the reader may be told now, which may be none. */
  items: z.array(newsItemSchema),
  count: z.int().min(0),
  state: messageStateSchema,
  reason: z.string().nullable(),
  tries: z.int().min(0),
  createdAt: timestamp,
  nextTryAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  /** The operation that sends or sent it last. It may be gone by retention. Null for news over tenants: no tenant lists its operations. */
  runId: z.string().nullable(),
});
export type Message = z.infer<typeof messageSchema>;
export const messageListSchema = listOf(messageSchema);

export const messageTrySchema = z.object({
  number: z.int().min(1),
  at: timestamp,
  /** Of HTTP; null where none came back. */
  status: z.int().nullable(),
  reason: z.string().nullable(),
  tookMs: z.int().min(0),
  /** What was sent, without secrets. Empty where a tenant that it names is deleted, or is none of the reader's any more. */
  body: z.string(),
  /** The first kilobyte of what came back. */
  answer: z.string(),
});
export type MessageTry = z.infer<typeof messageTrySchema>;
export const messageDetailSchema = messageSchema.extend({ log: z.array(messageTrySchema) });
export type MessageDetail = z.infer<typeof messageDetailSchema>;
