/** What is done with channels, rules and messages of news: a tenant's, or a person's over tenants. The callers have asked who may. */
import {
  type ChangedChannel,
  type Channel,
  type ChannelSecret,
  EARLIER_SECRET_HOURS,
  MAX_CHANNELS,
  MAX_RULES,
  type NewChannel,
} from "../../contract/news.ts";
import type { TenantEnv } from "../../database/databases.ts";
import {
  changeChannel,
  createChannel,
  listChannels,
  type NewsAct,
  readChannel,
  readChannelRow,
  removeChannel,
  type StoredAddress,
  switchOff,
  switchOn,
} from "../../database/news/channels.ts";
import { addTest, readMessage, replayMessage } from "../../database/news/messages.ts";
import { changeRule, type ChosenRule, createRule, readRule, removeRule } from "../../database/news/rules.ts";
import { isoTime } from "../../database/sql/time.ts";
import { newSigningSecret } from "../../news/signature.ts";
import { isTimeZone } from "../../news/when-due.ts";
import {
  addressHint,
  type ChannelSecrets,
  openChannel,
  sealChannel,
} from "../../operations/news-deliver/channel-secrets.ts";
import { judgeReceiver } from "../../operations/news-deliver/judge-receiver.ts";
import { sendsMail } from "../../operations/news-deliver/send-mail.ts";
import type { Actor } from "../../runs/run-requests.ts";
import { deliverDue } from "../../runs/edge/telling/tell-news.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";

/** Where channels, rules and messages are: the database of a tenant, or of persons, and whose they are. */
export interface NewsPlace {
  env: TenantEnv;
  /** A tenant's id, or a person (`ownerOf`). */
  owner: string;
  /** In words: "of this tenant". */
  whose: string;
}

async function shownChannel({ env, owner }: NewsPlace, channelId: string): Promise<Channel> {
  return orNotFound(await readChannel(env.DATABASE, { tenantId: owner, channelId, now: Date.now() }));
}

function actOf({ owner }: NewsPlace, user: Actor): NewsAct {
  return { tenantId: owner, actorId: user.id, at: Date.now() };
}

/** An address that a person has entered, if it may be called. */
async function checkedAddress(env: TenantEnv, kind: NewChannel["kind"], text: string): Promise<URL> {
  const judged = await judgeReceiver(env, kind, text, (url, init) => fetch(url, init));
  if (judged.kind !== "allowed") throw invalidInput([{ path: "url", message: judged.message }]);
  return judged.url;
}

/** What is stored of a new channel. */
async function storedOf(
  env: TenantEnv,
  name: { tenantId: string; channelId: string },
  chosen: NewChannel,
): Promise<StoredAddress & { secret: string | null }> {
  switch (chosen.kind) {
    case "bell":
      return { addressHint: null, recipients: [], sealed: null, secret: null };
    case "mail":
      if (!sendsMail(env))
        throw invalidInput([{ path: "kind", message: "is of mail, and this deployment sends none" }]);
      return { addressHint: null, recipients: chosen.recipients, sealed: null, secret: null };
    case "webhook":
    case "teams":
    case "slack": {
      const url = await checkedAddress(env, chosen.kind, chosen.url);
      const secret = chosen.kind === "webhook" ? newSigningSecret() : null;
      const secrets: ChannelSecrets = { url: url.href, ...(secret === null ? {} : { secret }) };
      const sealed = await sealChannel(env, name, secrets);
      return { addressHint: addressHint(chosen.kind, url), recipients: [], sealed, secret };
    }
  }
}

/** Refuses a rule that names a time zone or a channel that is not there. One query. */
async function checkRule(
  { env, owner, whose }: NewsPlace,
  { quietHours, digest, channelIds }: ChosenRule,
): Promise<void> {
  const fields: { path: string; message: string }[] = [];
  if (quietHours !== null && !isTimeZone(quietHours.timeZone)) {
    fields.push({ path: "quietHours.timeZone", message: "is not a time zone" });
  }
  if (digest.kind === "daily" && !isTimeZone(digest.timeZone)) {
    fields.push({ path: "digest.timeZone", message: "is not a time zone" });
  }
  const known = new Set((await listChannels(env.DATABASE, owner, Date.now())).map(({ id }) => id));
  channelIds.forEach((id, at) => {
    if (!known.has(id)) fields.push({ path: `channelIds.${at}`, message: `is not a channel ${whose}` });
  });
  if (fields.length > 0) throw invalidInput(fields);
}

const DONE = { done: true as const };

export const newsActs = {
  /** The secret of a webhook is told here, and never again. */
  async addChannel(place: NewsPlace, user: Actor, body: NewChannel): Promise<ChannelSecret> {
    const id = `chn_${crypto.randomUUID()}`;
    const { secret, ...address } = await storedOf(place.env, { tenantId: place.owner, channelId: id }, body);
    const act = actOf(place, user);
    if (!(await createChannel(place.env.DATABASE, act, { id, kind: body.kind, name: body.name, ...address }))) {
      throw new ApiError("too_many_channels", { detail: `The limit is ${MAX_CHANNELS}. Remove one` });
    }
    return { channel: await shownChannel(place, id), secret };
  },

  async changeChannel(place: NewsPlace, user: Actor, id: string, body: ChangedChannel): Promise<Channel> {
    await shownChannel(place, id);
    const row = orNotFound(await readChannelRow(place.env.DATABASE, place.owner, id));
    const name = { tenantId: place.owner, channelId: id };
    const { version, url, recipients } = body;
    if (recipients !== undefined && row.kind !== "mail") {
      throw invalidInput([{ path: "recipients", message: "are of a channel of mail" }]);
    }
    let { addressHint: hint, sealed } = row;
    if (url !== undefined) {
      if (row.kind === "mail" || row.kind === "bell") {
        throw invalidInput([{ path: "url", message: "is not of a channel of this kind" }]);
      }
      const checked = await checkedAddress(place.env, row.kind, url);
      const before = sealed === null ? null : await openChannel(place.env, name, sealed);
      // A secret that does not open any more is lost: the channel gets another by a change of its secret.
      const kept: Omit<ChannelSecrets, "url"> = before === null ? {} : before;
      sealed = await sealChannel(place.env, name, { ...kept, url: checked.href });
      hint = addressHint(row.kind, checked);
    }
    const changed = await changeChannel(place.env.DATABASE, actOf(place, user), "news-channel.change", {
      id,
      version,
      name: body.name ?? row.name,
      addressHint: hint,
      recipients: recipients ?? row.recipients,
      sealed,
      earlierSecretUntil: row.earlierSecretUntil,
    });
    if (!changed) throw new ApiError("channel_changed");
    return shownChannel(place, id);
  },

  async rotateSecret(place: NewsPlace, user: Actor, id: string): Promise<ChannelSecret> {
    await shownChannel(place, id);
    const row = orNotFound(await readChannelRow(place.env.DATABASE, place.owner, id));
    const name = { tenantId: place.owner, channelId: id };
    const before =
      row.kind !== "webhook" || row.sealed === null ? null : await openChannel(place.env, name, row.sealed);
    if (before === null) throw new ApiError("channel_without_secret");
    const at = Date.now();
    const secret = newSigningSecret();
    const until = at + EARLIER_SECRET_HOURS * 3_600_000;
    const earlier = before.secret === undefined ? {} : { earlier: { secret: before.secret, until } };
    const { version, name: called, addressHint: hint, recipients } = row;
    const changed = await changeChannel(
      place.env.DATABASE,
      { tenantId: place.owner, actorId: user.id, at },
      "news-channel.rotate",
      {
        id,
        version,
        name: called,
        addressHint: hint,
        recipients,
        sealed: await sealChannel(place.env, name, { url: before.url, secret, ...earlier }),
        earlierSecretUntil: before.secret === undefined ? null : until,
      },
    );
    if (!changed) throw new ApiError("channel_changed");
    return { channel: await shownChannel(place, id), secret };
  },

  /** Gives the id of the message, which is on its way. */
  async testChannel(place: NewsPlace, user: Actor, channelId: string): Promise<string> {
    await shownChannel(place, channelId);
    const at = Date.now();
    const messageId = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    const item = {
      id: `nev_${crypto.randomUUID().replaceAll("-", "")}`,
      kind: "test",
      severity: "info" as const,
      subject: "Test message",
      at: isoTime(at),
      href: null,
    };
    const act = { tenantId: place.owner, actorId: user.id, at };
    if (!(await addTest(place.env.DATABASE, act, { messageId, channelId, item }))) throw new ApiError("channel_off");
    await deliverDue(place.env, at);
    return messageId;
  },

  async switchOff(place: NewsPlace, user: Actor, id: string): Promise<Channel> {
    await shownChannel(place, id);
    const act = actOf(place, user);
    if (!(await switchOff(place.env.DATABASE, act, id))) throw new ApiError("channel_changed");
    return shownChannel(place, id);
  },

  async switchOn(place: NewsPlace, user: Actor, id: string): Promise<Channel> {
    await shownChannel(place, id);
    const act = actOf(place, user);
    if (!(await switchOn(place.env.DATABASE, act, id))) throw new ApiError("channel_changed");
    return shownChannel(place, id);
  },

  async removeChannel(place: NewsPlace, user: Actor, id: string): Promise<typeof DONE> {
    const act = actOf(place, user);
    orNotFound((await removeChannel(place.env.DATABASE, act, id)) ? true : null);
    return DONE;
  },

  /** Gives its id. */
  async addRule(place: NewsPlace, user: Actor, chosen: ChosenRule): Promise<string> {
    await checkRule(place, chosen);
    const id = `nrl_${crypto.randomUUID()}`;
    const act = actOf(place, user);
    if (!(await createRule(place.env.DATABASE, act, id, chosen))) {
      throw new ApiError("too_many_rules", { detail: `The limit is ${MAX_RULES}. Remove one` });
    }
    return id;
  },

  async changeRule(
    place: NewsPlace,
    user: Actor,
    { id, version }: { id: string; version: number },
    chosen: ChosenRule,
  ): Promise<void> {
    orNotFound(await readRule(place.env.DATABASE, place.owner, id));
    await checkRule(place, chosen);
    const act = actOf(place, user);
    if (!(await changeRule(place.env.DATABASE, act, { id, version }, chosen))) throw new ApiError("rule_changed");
  },

  async removeRule(place: NewsPlace, user: Actor, id: string): Promise<typeof DONE> {
    const act = actOf(place, user);
    orNotFound((await removeRule(place.env.DATABASE, act, id)) ? true : null);
    return DONE;
  },

  /** Sends a message again that has ended, with its id. */
  async replay(place: NewsPlace, user: Actor, messageId: string): Promise<void> {
    const { state, channel } = orNotFound(await readMessage(place.env.DATABASE, place.owner, messageId));
    if (state === "waiting" || state === "sending") throw new ApiError("message_under_way");
    const at = Date.now();
    if (!(await replayMessage(place.env.DATABASE, { tenantId: place.owner, actorId: user.id, at }, messageId))) {
      const row = await readChannelRow(place.env.DATABASE, place.owner, channel.id);
      throw new ApiError(row?.status === "on" ? "message_under_way" : "channel_off");
    }
    await deliverDue(place.env, at);
  },
};
