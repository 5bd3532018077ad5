/** A person's own news over tenants, as they may be told it now. */
import type { Message, MessageDetail, OwnRule, RuleTenants } from "../../contract/news.ts";
import { ownerOf } from "../../contract/portfolio.ts";
import { ownNewsRoutes } from "../../contract/routes/own-news.ts";
import type { ControlEnv } from "../../database/databases.ts";
import { listChannels } from "../../database/news/channels.ts";
import { type Hearing, peoplesDatabase, readHearing } from "../../database/news/listeners.ts";
import { listMessages, readMessage } from "../../database/news/messages.ts";
import { type Part, partsOf, together } from "../../database/news/parts.ts";
import { listRules, readRule, type StoredRule } from "../../database/news/rules.ts";
import { listPlaces, type TenantPlace } from "../../database/tenancy/tenants.ts";
import { readSettings } from "../../environment.ts";
import { orNotFound } from "../routing/requests.ts";
import { readOwn } from "../routing/served.ts";

type Env = Pick<ControlEnv, "CONTROL" | "SHARDS">;

interface Heard {
  places: readonly TenantPlace[];
  hearing: Hearing;
}

/** Where the person's rules listen now. One query, and a batch for each shard that has some of the person's tenants. */
async function heardBy(env: Env, userId: string): Promise<Heard> {
  const places = await listPlaces(env.CONTROL, userId);
  return { places, hearing: await readHearing(env, userId, places) };
}

function toOwnRule({ tenants, ...rule }: StoredRule, { places, hearing }: Heard): OwnRule {
  const chosen: RuleTenants = tenants ?? { kind: "list", tenants: [] };
  const listed = chosen.kind === "all" ? null : new Set(chosen.tenants);
  const mine = places.filter(({ id }) => listed === null || listed.has(id));
  const unread = mine.filter(({ shard }) => !hearing.copies.has(shard));
  const told = mine.filter(({ id }) => hearing.tenants.has(id));
  // Of a rule that is paused, no shard has a copy.
  const current = told.filter(({ shard }) => rule.paused || hearing.copies.get(shard)?.get(rule.id) === rule.version);
  return {
    ...rule,
    tenants: chosen,
    listensIn: current.length,
    silentIn: listed === null ? 0 : listed.size - told.length - unread.length,
    notYetIn: unread.length + told.length - current.length,
  };
}

/** One of a person's, as it listens now. */
export async function ownRule(env: Env, userId: string, ruleId: string): Promise<OwnRule> {
  const rule = orNotFound(await readRule(peoplesDatabase(env), ownerOf(userId), ruleId));
  return toOwnRule(rule, await heardBy(env, userId));
}

/** Parts of messages of which the person may be told now, and whether that is all of a message. */
async function tellable(
  env: Env,
  userId: string,
  messageIds: readonly string[],
): Promise<(messageId: string) => { parts: Part[]; whole: boolean }> {
  const parts = await partsOf(env, messageIds);
  const places = new Map([...parts.values()].flat().map(({ tenantId: id, shard }) => [id, { id, shard }]));
  const { tenants } = await readHearing(env, userId, [...places.values()]);
  return (messageId) => {
    const all = parts.get(messageId) ?? [];
    const told = all.filter(({ tenantId }) => tenants.has(tenantId));
    return { parts: told, whole: told.length === all.length };
  };
}

function seen(message: Message, parts: readonly Part[]): Message {
  return { ...message, ...(message.test ? {} : together(parts)), runId: null };
}

/** One of a person's with its tries. What was sent is told where the person may be told all of it. */
export async function ownMessage(env: Env, userId: string, messageId: string): Promise<MessageDetail> {
  const { log, ...message } = orNotFound(await readMessage(peoplesDatabase(env), ownerOf(userId), messageId));
  const { parts, whole } = (await tellable(env, userId, [messageId]))(messageId);
  return { ...seen(message, parts), log: whole ? log : log.map((each) => ({ ...each, body: "", answer: "" })) };
}

export const ownNewsReads = {
  channels: readOwn(ownNewsRoutes.channels, async ({ env, user }) => ({
    items: await listChannels(peoplesDatabase(env), ownerOf(user.id), Date.now()),
    mail: env.EMAIL !== undefined && readSettings(env).mailFrom !== null,
  })),
  rules: readOwn(ownNewsRoutes.rules, async ({ env, user }) => {
    const heard = await heardBy(env, user.id);
    const rules = await listRules(peoplesDatabase(env), ownerOf(user.id));
    return { items: rules.map((rule) => toOwnRule(rule, heard)) };
  }),
  messages: readOwn(ownNewsRoutes.messages, async ({ env, user, query }) => {
    const page = await listMessages(peoplesDatabase(env), { tenantId: ownerOf(user.id), ...query });
    const partsToSee = await tellable(
      env,
      user.id,
      page.items.map(({ id }) => id),
    );
    return { ...page, items: page.items.map((message) => seen(message, partsToSee(message.id).parts)) };
  }),
  message: readOwn(ownNewsRoutes.message, ({ env, user, params: { messageId } }) =>
    ownMessage(env, user.id, messageId),
  ),
};
