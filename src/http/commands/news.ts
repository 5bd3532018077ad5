import { newsRoutes } from "../../contract/routes/news.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { TenantEnv } from "../../database/databases.ts";
import { readMessage } from "../../database/news/messages.ts";
import { readRule } from "../../database/news/rules.ts";
import type { Message, Rule } from "../../contract/news.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";
import { newsActs, type NewsPlace } from "./news-acts.ts";

interface At {
  env: TenantEnv;
  tenant: TenantAccess;
}

function placeOf({ env, tenant }: At): NewsPlace {
  return { env, owner: tenant.id, whose: "of this tenant" };
}

async function shownMessage({ env, tenant }: At, messageId: string): Promise<Message> {
  const { log: _log, ...message } = orNotFound(await readMessage(env.DATABASE, tenant.id, messageId));
  return message;
}

async function shownRule({ env, tenant }: At, ruleId: string): Promise<Rule> {
  const { tenants: _none, ...rule } = orNotFound(await readRule(env.DATABASE, tenant.id, ruleId));
  return rule;
}

export const newsCommands = {
  addChannel: command(
    newsRoutes.addChannel,
    async (call) => new Reply(201, await newsActs.addChannel(placeOf(call), call.user, call.body)),
  ),
  changeChannel: command(newsRoutes.changeChannel, (call) =>
    newsActs.changeChannel(placeOf(call), call.user, call.params.channelId, call.body),
  ),
  rotateSecret: command(newsRoutes.rotateSecret, (call) =>
    newsActs.rotateSecret(placeOf(call), call.user, call.params.channelId),
  ),
  testChannel: command(newsRoutes.testChannel, async (call) => {
    const messageId = await newsActs.testChannel(placeOf(call), call.user, call.params.channelId);
    return new Reply(202, await shownMessage(call, messageId));
  }),
  switchOff: command(newsRoutes.switchOff, (call) =>
    newsActs.switchOff(placeOf(call), call.user, call.params.channelId),
  ),
  switchOn: command(newsRoutes.switchOn, (call) => newsActs.switchOn(placeOf(call), call.user, call.params.channelId)),
  removeChannel: command(newsRoutes.removeChannel, (call) =>
    newsActs.removeChannel(placeOf(call), call.user, call.params.channelId),
  ),
  addRule: command(newsRoutes.addRule, async (call) => {
    const id = await newsActs.addRule(placeOf(call), call.user, call.body);
    return new Reply(201, await shownRule(call, id));
  }),
  changeRule: command(newsRoutes.changeRule, async (call) => {
    const { version, ...chosen } = call.body;
    const id = call.params.ruleId;
    await newsActs.changeRule(placeOf(call), call.user, { id, version }, chosen);
    return shownRule(call, id);
  }),
  removeRule: command(newsRoutes.removeRule, (call) =>
    newsActs.removeRule(placeOf(call), call.user, call.params.ruleId),
  ),
  replay: command(newsRoutes.replay, async (call) => {
    const { messageId } = call.params;
    await newsActs.replay(placeOf(call), call.user, messageId);
    return new Reply(202, await shownMessage(call, messageId));
  }),
};
