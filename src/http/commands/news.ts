import {
  type Channel,
  EARLIER_SECRET_HOURS,
  MAX_CHANNELS,
  MAX_RULES,
  type Message,
  type NewChannel,
  type NewRule,
} from "../../contract/news.ts";
import { newsRoutes } from "../../contract/routes/news.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { TenantEnv } from "../../database/databases.ts";
import {
  changeChannel,
  createChannel,
  listChannels,
  readChannel,
  readChannelRow,
  removeChannel,
  type StoredAddress,
  switchOff,
  switchOn,
} from "../../database/news/channels.ts";
import { addTest, readMessage, replayMessage } from "../../database/news/messages.ts";
import { changeRule, createRule, readRule, removeRule } from "../../database/news/rules.ts";
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
import { deliverDue } from "../../runs/edge/telling/tell-news.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

async function shownChannel(env: TenantEnv, tenant: TenantAccess, channelId: string): Promise<Channel> {
  return orNotFound(await readChannel(env.DATABASE, { tenantId: tenant.id, channelId, now: Date.now() }));
}

async function shownMessage(env: TenantEnv, tenant: TenantAccess, messageId: string): Promise<Message> {
  const { log: _log, ...message } = orNotFound(await readMessage(env.DATABASE, tenant.id, messageId));
  return message;
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
  env: TenantEnv,
  tenant: TenantAccess,
  { quietHours, digest, channelIds }: NewRule,
): Promise<void> {
  const fields: { path: string; message: string }[] = [];
  if (quietHours !== null && !isTimeZone(quietHours.timeZone)) {
    fields.push({ path: "quietHours.timeZone", message: "is not a time zone" });
  }
  if (digest.kind === "daily" && !isTimeZone(digest.timeZone)) {
    fields.push({ path: "digest.timeZone", message: "is not a time zone" });
  }
  const known = new Set((await listChannels(env.DATABASE, tenant.id, Date.now())).map(({ id }) => id));
  channelIds.forEach((id, at) => {
    if (!known.has(id)) fields.push({ path: `channelIds.${at}`, message: "is not a channel of this tenant" });
  });
  if (fields.length > 0) throw invalidInput(fields);
}

export const newsCommands = {
  addChannel: command(newsRoutes.addChannel, async ({ env, tenant, user, body }) => {
    const id = `chn_${crypto.randomUUID()}`;
    const { secret, ...address } = await storedOf(env, { tenantId: tenant.id, channelId: id }, body);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await createChannel(env.DATABASE, act, { id, kind: body.kind, name: body.name, ...address }))) {
      throw new ApiError("too_many_channels", { detail: `The limit is ${MAX_CHANNELS}. Remove one` });
    }
    return new Reply(201, { channel: await shownChannel(env, tenant, id), secret });
  }),

  changeChannel: command(newsRoutes.changeChannel, async ({ env, tenant, user, params: { channelId: id }, body }) => {
    await shownChannel(env, tenant, id);
    const row = orNotFound(await readChannelRow(env.DATABASE, tenant.id, id));
    const name = { tenantId: tenant.id, channelId: id };
    const { version, url, recipients } = body;
    if (recipients !== undefined && row.kind !== "mail") {
      throw invalidInput([{ path: "recipients", message: "are of a channel of mail" }]);
    }
    let { addressHint: hint, sealed } = row;
    if (url !== undefined) {
      if (row.kind === "mail" || row.kind === "bell") {
        throw invalidInput([{ path: "url", message: "is not of a channel of this kind" }]);
      }
      const checked = await checkedAddress(env, row.kind, url);
      const before = sealed === null ? null : await openChannel(env, name, sealed);
      // A secret that does not open any more is lost: the channel gets another by a change of its secret.
      const kept: Omit<ChannelSecrets, "url"> = before === null ? {} : before;
      sealed = await sealChannel(env, name, { ...kept, url: checked.href });
      hint = addressHint(row.kind, checked);
    }
    const changed = await changeChannel(
      env.DATABASE,
      { tenantId: tenant.id, actorId: user.id, at: Date.now() },
      "news-channel.change",
      {
        id,
        version,
        name: body.name ?? row.name,
        addressHint: hint,
        recipients: recipients ?? row.recipients,
        sealed,
        earlierSecretUntil: row.earlierSecretUntil,
      },
    );
    if (!changed) throw new ApiError("channel_changed");
    return shownChannel(env, tenant, id);
  }),

  rotateSecret: command(newsRoutes.rotateSecret, async ({ env, tenant, user, params: { channelId: id } }) => {
    await shownChannel(env, tenant, id);
    const row = orNotFound(await readChannelRow(env.DATABASE, tenant.id, id));
    const name = { tenantId: tenant.id, channelId: id };
    const before = row.kind !== "webhook" || row.sealed === null ? null : await openChannel(env, name, row.sealed);
    if (before === null) throw new ApiError("channel_without_secret");
    const at = Date.now();
    const secret = newSigningSecret();
    const until = at + EARLIER_SECRET_HOURS * 3_600_000;
    const earlier = before.secret === undefined ? {} : { earlier: { secret: before.secret, until } };
    const { version, name: called, addressHint: hint, recipients } = row;
    const changed = await changeChannel(
      env.DATABASE,
      { tenantId: tenant.id, actorId: user.id, at },
      "news-channel.rotate",
      {
        id,
        version,
        name: called,
        addressHint: hint,
        recipients,
        sealed: await sealChannel(env, name, { url: before.url, secret, ...earlier }),
        earlierSecretUntil: before.secret === undefined ? null : until,
      },
    );
    if (!changed) throw new ApiError("channel_changed");
    return { channel: await shownChannel(env, tenant, id), secret };
  }),

  testChannel: command(newsRoutes.testChannel, async ({ env, tenant, user, params: { channelId } }) => {
    await shownChannel(env, tenant, channelId);
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
    const act = { tenantId: tenant.id, actorId: user.id, at };
    if (!(await addTest(env.DATABASE, act, { messageId, channelId, item }))) throw new ApiError("channel_off");
    await deliverDue(env, at);
    return new Reply(202, await shownMessage(env, tenant, messageId));
  }),

  switchOff: command(newsRoutes.switchOff, async ({ env, tenant, user, params: { channelId: id } }) => {
    await shownChannel(env, tenant, id);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await switchOff(env.DATABASE, act, id))) throw new ApiError("channel_changed");
    return shownChannel(env, tenant, id);
  }),

  switchOn: command(newsRoutes.switchOn, async ({ env, tenant, user, params: { channelId: id } }) => {
    await shownChannel(env, tenant, id);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await switchOn(env.DATABASE, act, id))) throw new ApiError("channel_changed");
    return shownChannel(env, tenant, id);
  }),

  removeChannel: command(newsRoutes.removeChannel, async ({ env, tenant, user, params: { channelId: id } }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    orNotFound((await removeChannel(env.DATABASE, act, id)) ? true : null);
    return { done: true as const };
  }),

  addRule: command(newsRoutes.addRule, async ({ env, tenant, user, body }) => {
    await checkRule(env, tenant, body);
    const id = `nrl_${crypto.randomUUID()}`;
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await createRule(env.DATABASE, act, id, body))) {
      throw new ApiError("too_many_rules", { detail: `The limit is ${MAX_RULES}. Remove one` });
    }
    return new Reply(201, orNotFound(await readRule(env.DATABASE, tenant.id, id)));
  }),

  changeRule: command(newsRoutes.changeRule, async ({ env, tenant, user, params: { ruleId: id }, body }) => {
    orNotFound(await readRule(env.DATABASE, tenant.id, id));
    const { version, ...chosen } = body;
    await checkRule(env, tenant, chosen);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await changeRule(env.DATABASE, act, { id, version }, chosen))) throw new ApiError("rule_changed");
    return orNotFound(await readRule(env.DATABASE, tenant.id, id));
  }),

  removeRule: command(newsRoutes.removeRule, async ({ env, tenant, user, params: { ruleId: id } }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    orNotFound((await removeRule(env.DATABASE, act, id)) ? true : null);
    return { done: true as const };
  }),

  replay: command(newsRoutes.replay, async ({ env, tenant, user, params: { messageId } }) => {
    const { state, channel } = await shownMessage(env, tenant, messageId);
    if (state === "waiting" || state === "sending") throw new ApiError("message_under_way");
    const at = Date.now();
    if (!(await replayMessage(env.DATABASE, { tenantId: tenant.id, actorId: user.id, at }, messageId))) {
      const row = await readChannelRow(env.DATABASE, tenant.id, channel.id);
      throw new ApiError(row?.status === "on" ? "message_under_way" : "channel_off");
    }
    await deliverDue(env, at);
    return new Reply(202, await shownMessage(env, tenant, messageId));
  }),
};
