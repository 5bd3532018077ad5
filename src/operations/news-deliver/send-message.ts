/** One try of a message by its channel's kind: what was sent, and what it came to. Stores nothing. */
import type { MessageReason, OffReason } from "../../contract/news.ts";
import type { ChannelRow } from "../../database/news/channels.ts";
import { bellText, mailText, type Rendered, slackBody, teamsBody, webhookBody } from "../../news/render.ts";
import { signedHeaders } from "../../news/signature.ts";
import { callReceiver, type Called, RECEIVER_LIMITS, type ReceiverLimits } from "./call-receiver.ts";
import { type ChannelSecrets, openChannel, signingSecrets } from "./channel-secrets.ts";
import { type Fetch, judgeReceiver } from "./judge-receiver.ts";
import { sendMail } from "./send-mail.ts";

export interface Tried {
  status: number | null;
  /** Null where it was delivered. */
  reason: MessageReason | null;
  /** Whether another try may help. */
  again: boolean;
  /** Why the receiver is not to be tried any more at all; null where it may be. */
  off: OffReason | null;
  retryAfterMs: number | null;
  body: string;
  answer: string;
  /** Of the console's notifications: stored by the caller, with the try. */
  bell: { title: string; body: string; href: string; bad: boolean } | null;
}

export interface SendingTools {
  env: object;
  fetch: Fetch;
  now: () => number;
  signal?: AbortSignal;
  limits?: ReceiverLimits;
}

const DONE = {
  status: null,
  reason: null,
  again: false,
  off: null,
  retryAfterMs: null,
  answer: "",
  bell: null,
} as const;

/** Never rejects for what a receiver does. */
export async function sendMessage(channel: ChannelRow, message: Rendered, tools: SendingTools): Promise<Tried> {
  switch (channel.kind) {
    case "bell": {
      const bell = bellText(message);
      const bad = message.items.some(({ severity }) => severity === "critical" || severity === "high");
      return { ...DONE, body: `${bell.title}\n${bell.body}`, bell: { ...bell, bad } };
    }
    case "mail":
      return sendByMail(channel, message, tools);
    case "webhook":
    case "teams":
    case "slack":
      return sendByHttp(channel, channel.kind, message, tools);
  }
}

async function sendByMail(channel: ChannelRow, message: Rendered, { env }: SendingTools): Promise<Tried> {
  const { subject, text } = mailText(message);
  const body = `${subject}\n\n${text}`;
  const sent = await sendMail(env, { to: channel.recipients, subject, text, messageId: message.id });
  switch (sent.kind) {
    case "sent":
      return { ...DONE, body, answer: sent.id };
    case "off":
      return { ...DONE, body, reason: "mail_off", again: false };
    case "refused":
      return { ...DONE, body, reason: "mail_refused", again: sent.again, answer: sent.code };
  }
}

async function sendByHttp(
  channel: ChannelRow,
  kind: "webhook" | "teams" | "slack",
  message: Rendered,
  tools: SendingTools,
): Promise<Tried> {
  const { env, fetch, now, limits = RECEIVER_LIMITS } = tools;
  const body = { webhook: webhookBody, teams: teamsBody, slack: slackBody }[kind](message);
  const failed = (reason: MessageReason, again: boolean): Tried => ({ ...DONE, body, reason, again });
  const { id: channelId, tenantId, sealed } = channel;
  const secrets = sealed === null ? null : await openChannel(env, { tenantId, channelId }, sealed);
  if (secrets === null) return failed("secret_unreadable", false);
  const judged = await judgeReceiver(env, kind, secrets.url, fetch);
  if (judged.kind === "unknown") return failed("unreachable", true);
  // A name that leads elsewhere for a while may come back.
  if (judged.kind === "refused") return failed("unsafe_address", true);
  const headers = kind === "webhook" ? await signatures(secrets, message, body, now()) : {};
  const call = { url: judged.url.href, headers, body };
  const called = await callReceiver(
    call,
    tools.signal === undefined ? { fetch, now } : { fetch, now, signal: tools.signal },
    limits,
  );
  return { ...judgeAnswer(kind, called), body };
}

function signatures(
  secrets: ChannelSecrets,
  { id }: Rendered,
  body: string,
  now: number,
): Promise<Record<string, string>> {
  return signedHeaders(signingSecrets(secrets, now), { id, timestampSeconds: Math.floor(now / 1_000), body });
}

/** What an answer means. Of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, "Handling errors". */
function judgeAnswer(kind: "webhook" | "teams" | "slack", called: Called): Omit<Tried, "body"> {
  if (called.kind !== "answered") return { ...DONE, reason: called.kind, again: true };
  const { status, answer, retryAfterMs } = called;
  const told = { ...DONE, status, answer, retryAfterMs };
  if (status >= 200 && status < 300) return told;
  const isGone = status === 410 || (kind === "slack" && status === 404);
  if (isGone) return { ...told, reason: "gone", again: false, off: "gone" };
  if (status >= 300 && status < 400) return { ...told, reason: "redirected", again: true };
  // Slack says of a message that it does not take that it never will.
  return { ...told, reason: "refused", again: !(kind === "slack" && status === 400) };
}
