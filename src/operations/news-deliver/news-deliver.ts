/**
 * `news.deliver`: a unit is one message to one channel. The product starts it for what is due of a tenant at a moment. A message that fails is tried
 * again: once by the same run, and then by the runs of later moments, by the back-off of Standard Webhooks. So no run waits for days
 * (decisions/181-deliveries-are-short-runs.md).
 */
import { z } from "zod";
import { MESSAGE_REASONS, type MessageReason, type OffReason, SWITCHED_OFF_AFTER_DAYS } from "../../contract/news.ts";
import { personOfOwner } from "../../contract/portfolio.ts";
import type { TenantEnv } from "../../database/databases.ts";
import type { ChannelRow } from "../../database/news/channels.ts";
import {
  type MessageRow,
  messagesOfRun,
  readForSending,
  recordTry,
  type TryRecord,
} from "../../database/news/messages.ts";
import { type Part, partsToTell, together } from "../../database/news/parts.ts";
import { tellPerson } from "../../database/news/own-bell.ts";
import { isoTime } from "../../database/sql/time.ts";
import { logEvent } from "../../observability/log.ts";
import { waitAfter } from "../../news/back-off.ts";
import { bellText, type Rendered, settingsOf } from "../../news/render.ts";
import { implement } from "../../runs/implement.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { consoleOrigin, type Fetch } from "./judge-receiver.ts";
import { sendMessage, type Tried } from "./send-message.ts";

const DAY_MS = 86_400_000;
/** A wait that is at most so long is the same run's. */
const LONGEST_OF_A_RUN_MS = 10_000;

const unitInputSchema = z.object({ messageId: z.string() });

export const newsDeliver = implement("news.deliver", {
  /** When the messages were taken: the due set of the tenant at that moment. */
  inputSchema: z.strictObject({ takenAt: z.int().min(0) }),
  unitsPerMessage: 1,
  callsGraph: false,
  concurrency: 4,
  // One after the first try, and some for a storage that does not answer.
  maxDeferrals: 6,
  needs: { queries: 24, subrequests: 16, memoryMiB: 1 },

  prepare: () =>
    Promise.resolve({ kind: "refused", fields: [{ path: "type", message: "is started by the product alone" }] }),

  async plan({ runId, tenantId }, _input, _cursor, { env }) {
    const messages = await messagesOfRun(env.DATABASE, { tenantId, runId });
    return {
      kind: "listed",
      units: messages.map(({ id, channel }) => ({ key: id, label: channel, input: { messageId: id } })),
      nextCursor: null,
    };
  },

  execute: (task, context) => survivingStorageOutage(task, "The message is tried again.", () => deliver(task, context)),
});

async function deliver(task: RunUnitTask, context: UnitContext): Promise<UnitResult> {
  const { env, now, budget, signal } = context;
  const { messageId } = unitInputSchema.parse(task.input);
  const found = await readForSending(env.DATABASE, { tenantId: task.tenantId, messageId });
  if (found === null) return { kind: "skipped", reasonCode: "not_found", message: "The message is gone." };
  const { message, channel, tenant } = found;
  // It was answered already, or another run sends it: the first answer holds.
  if (message.state !== "sending" || message.runId !== task.runId) return answered(message);
  const platform: Fetch = (url, init) => globalThis.fetch(url, init);
  const fetch: Fetch =
    budget === undefined ? platform : (url, init) => budget.gate({ to: "network" }, () => platform(url, init));
  const startedAt = now();
  const userId = personOfOwner(task.tenantId);
  // The right is asked at each try: what the person may not see any more is not told, not even late.
  const parts = userId === null || message.test ? null : await partsToTell(env, { messageId, userId });
  const untold = channel.status !== "on" ? "channel_off" : parts?.length === 0 ? "not_allowed" : null;
  if (untold !== null) {
    const at = now();
    await recordTry(env.DATABASE, {
      ...triedOf(message, { at, tookMs: 0, untold }),
      parts: null,
      next: { state: "failed", reason: untold },
      off: null,
    });
    return failed(untold);
  }
  const rendered: Rendered = {
    id: message.id,
    createdAt: isoTime(message.createdAt),
    tenant,
    ...(parts === null ? { items: message.items, count: message.count } : together(parts)),
    test: message.test,
    origin: consoleOrigin(env),
  };
  const sent = await sendMessage(channel, rendered, { env, fetch, now, signal });
  const tried = userId === null || sent.bell === null ? sent : await rung(env, { userId, rendered, parts, now }, sent);
  const at = now();
  const next = nextOf(message, tried, at);
  const off = offOf(channel, tried, at);
  await recordTry(env.DATABASE, {
    ...triedOf(message, { at, tookMs: Math.max(0, at - startedAt), tried }),
    parts: parts?.length ?? null,
    next:
      off !== null && next.state !== "delivered" ? { state: "failed", reason: tried.reason ?? "channel_off" } : next,
    off: off === null ? null : { reason: off, href: settingsOf(tenant) },
  });
  if (off !== null && userId !== null) await tellOfEnd(env, { userId, channel, parts, at });
  const { id, kind } = channel;
  const told = { messageId, channelId: id, kind, tenantId: task.tenantId, status: tried.status, reason: tried.reason };
  logEvent(tried.reason === null ? "info" : "warn", "news_tried", { ...told, off });
  if (off !== null) return failed(tried.reason ?? "channel_off");
  return resultOf(next, tried.reason);
}

/**
 * A person's own bell: a notification for the person alone, in each tenant of the message, which says what is of that tenant. Done again, it tells nothing
 * twice. A test is told in the first of the person's tenants.
 */
async function rung(
  env: TenantEnv,
  { userId, rendered, parts, now }: { userId: string; rendered: Rendered; parts: Part[] | null; now: () => number },
  sent: Tried,
): Promise<Tried> {
  const isBad = (items: Rendered["items"]) =>
    items.some(({ severity }) => severity === "critical" || severity === "high");
  const notices =
    parts === null
      ? [{ tenantId: null, ...bellText(rendered), bad: false }]
      : parts.map(({ tenantId, items, count }) => ({
          tenantId,
          ...bellText({ ...rendered, items, count }),
          bad: isBad(items),
        }));
  const told = await tellPerson(env, { userId, key: rendered.id, at: now() }, notices);
  return told ? { ...sent, bell: null } : { ...sent, bell: null, reason: "not_allowed" };
}

/** In the console, since the channel cannot tell its own end: in the first tenant of the message, or of the person. */
async function tellOfEnd(
  env: TenantEnv,
  { userId, channel, parts, at }: { userId: string; channel: ChannelRow; parts: Part[] | null; at: number },
): Promise<void> {
  const notice = {
    tenantId: parts?.[0]?.tenantId ?? null,
    title: `News over your tenants: “${channel.name}” was switched off`,
    body: "Its receiver answers nothing but failures. Nothing is told there any more.",
    href: settingsOf(null),
    bad: true,
  };
  await tellPerson(env, { userId, key: `${channel.id}/${at}`, at }, [notice]);
}

function triedOf(
  { id, tenantId, channelId, tries, runId }: MessageRow,
  { at, tookMs, tried, untold }: { at: number; tookMs: number; tried?: Tried; untold?: MessageReason },
): Omit<TryRecord, "next" | "off" | "parts"> {
  return {
    message: { id, tenantId, channelId, tries, runId },
    at,
    tookMs,
    status: tried?.status ?? null,
    reason: untold ?? tried?.reason ?? null,
    body: tried?.body ?? "",
    answer: tried?.answer ?? "",
    bell: tried?.bell ?? null,
  };
}

/** What a try means for its message. A test is tried once: a person looks at it. */
function nextOf(
  { failedTries, test }: MessageRow,
  { reason, again, retryAfterMs }: Tried,
  at: number,
): TryRecord["next"] {
  if (reason === null) return { state: "delivered" };
  if (test || !again) return { state: "failed", reason };
  const random = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
  const waitMs = waitAfter(failedTries + 1, { random, retryAfterMs });
  if (waitMs === null) return { state: "failed", reason: "exhausted" };
  return waitMs <= LONGEST_OF_A_RUN_MS ? { state: "sending" } : { state: "waiting", nextTryAt: at + waitMs };
}

/** Why a receiver is given up: it says so, or it failed for days without a success between. */
function offOf({ failingSince }: ChannelRow, { reason, off }: Tried, at: number): OffReason | null {
  if (off !== null || reason === null || failingSince === null) return off;
  return at - failingSince >= SWITCHED_OFF_AFTER_DAYS * DAY_MS ? "failing" : null;
}

function resultOf(next: TryRecord["next"], reason: MessageReason | null): UnitResult {
  switch (next.state) {
    case "delivered":
      return { kind: "succeeded" };
    case "failed":
      return failed(next.reason);
    case "sending":
      return {
        kind: "deferred",
        delaySeconds: Math.ceil(LONGEST_OF_A_RUN_MS / 2_000),
        reasonCode: reason ?? "refused",
        message: `${MESSAGE_REASONS[reason ?? "refused"]} It is tried again.`,
      };
    case "waiting":
      return later();
  }
}

function answered({ state, reason }: MessageRow): UnitResult {
  switch (state) {
    case "delivered":
      return { kind: "succeeded" };
    case "failed":
      return failed(reason ?? "exhausted");
    case "waiting":
    case "sending":
      return later();
  }
}

function failed(reason: MessageReason): UnitResult {
  return { kind: "failed", reasonCode: reason, message: MESSAGE_REASONS[reason] };
}

function later(): UnitResult {
  return {
    kind: "skipped",
    reasonCode: "tried_later",
    message: "The receiver did not take it. A later operation tries it again; the list of messages says when.",
  };
}
