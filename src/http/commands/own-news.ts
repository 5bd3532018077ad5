/** What a person changes of their own news over tenants. It takes no capability: of each tenant, the right is asked when something is told. */
import type { Message, RuleTenants } from "../../contract/news.ts";
import { ownerOf } from "../../contract/portfolio.ts";
import { ownNewsRoutes } from "../../contract/routes/own-news.ts";
import { type ControlEnv, envOfShard, FIRST_SHARD } from "../../database/databases.ts";
import { spreadListeners } from "../../database/news/listeners.ts";
import { readRule } from "../../database/news/rules.ts";
import { listPlaces } from "../../database/tenancy/tenants.ts";
import type { Actor } from "../../runs/run-requests.ts";
import { ownMessage, ownRule } from "../reading/own-news.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { commandOwn, Reply } from "../routing/served.ts";
import { newsActs, type NewsPlace } from "./news-acts.ts";

interface At {
  env: ControlEnv;
  user: Actor;
}

function placeOf({ env, user }: At): NewsPlace {
  return { env: envOfShard(env, FIRST_SHARD), owner: ownerOf(user.id), whose: "of yours" };
}

/** The tenants by their ids. Those that the rule has already may stay, whoever they are by now. */
async function chosenTenants({ env, user }: At, chosen: RuleTenants, kept: RuleTenants | null): Promise<RuleTenants> {
  if (chosen.kind === "all") return chosen;
  const names = new Map(
    (await listPlaces(env.CONTROL, user.id)).flatMap(({ id, slug }) => [[id, id] as const, [slug, id] as const]),
  );
  for (const id of kept?.kind === "list" ? kept.tenants : []) names.set(id, id);
  const ids = chosen.tenants.map((name, at) => {
    const id = names.get(name);
    if (id === undefined) throw invalidInput([{ path: `tenants.tenants.${at}`, message: "is not a tenant of yours" }]);
    return id;
  });
  if (ids.length === 0) throw invalidInput([{ path: "tenants.tenants", message: "must name a tenant" }]);
  return { kind: "list", tenants: [...new Set(ids)] };
}

async function shownMessage({ env, user }: At, messageId: string): Promise<Message> {
  const { log: _log, ...message } = await ownMessage(env, user.id, messageId);
  return message;
}

export const ownNewsCommands = {
  addChannel: commandOwn(ownNewsRoutes.addChannel, async (call) => {
    // Who has no tenant is told nothing, and would have the product call addresses for nothing.
    if ((await listPlaces(call.env.CONTROL, call.user.id)).length === 0) throw new ApiError("forbidden");
    return new Reply(201, await newsActs.addChannel(placeOf(call), call.user, call.body));
  }),
  changeChannel: commandOwn(ownNewsRoutes.changeChannel, (call) =>
    newsActs.changeChannel(placeOf(call), call.user, call.params.channelId, call.body),
  ),
  rotateSecret: commandOwn(ownNewsRoutes.rotateSecret, (call) =>
    newsActs.rotateSecret(placeOf(call), call.user, call.params.channelId),
  ),
  testChannel: commandOwn(ownNewsRoutes.testChannel, async (call) => {
    const messageId = await newsActs.testChannel(placeOf(call), call.user, call.params.channelId);
    return new Reply(202, await shownMessage(call, messageId));
  }),
  switchOff: commandOwn(ownNewsRoutes.switchOff, (call) =>
    newsActs.switchOff(placeOf(call), call.user, call.params.channelId),
  ),
  switchOn: commandOwn(ownNewsRoutes.switchOn, (call) =>
    newsActs.switchOn(placeOf(call), call.user, call.params.channelId),
  ),
  removeChannel: commandOwn(ownNewsRoutes.removeChannel, (call) =>
    newsActs.removeChannel(placeOf(call), call.user, call.params.channelId),
  ),
  addRule: commandOwn(ownNewsRoutes.addRule, async (call) => {
    const tenants = await chosenTenants(call, call.body.tenants, null);
    const id = await newsActs.addRule(placeOf(call), call.user, { ...call.body, tenants });
    await spreadListeners(call.env, call.user.id);
    return new Reply(201, await ownRule(call.env, call.user.id, id));
  }),
  changeRule: commandOwn(ownNewsRoutes.changeRule, async (call) => {
    const { version, ...chosen } = call.body;
    const id = call.params.ruleId;
    const place = placeOf(call);
    const before = orNotFound(await readRule(place.env.DATABASE, place.owner, id));
    const tenants = await chosenTenants(call, chosen.tenants, before.tenants);
    await newsActs.changeRule(place, call.user, { id, version }, { ...chosen, tenants });
    await spreadListeners(call.env, call.user.id);
    return ownRule(call.env, call.user.id, id);
  }),
  removeRule: commandOwn(ownNewsRoutes.removeRule, async (call) => {
    const done = await newsActs.removeRule(placeOf(call), call.user, call.params.ruleId);
    await spreadListeners(call.env, call.user.id);
    return done;
  }),
  replay: commandOwn(ownNewsRoutes.replay, async (call) => {
    const { messageId } = call.params;
    await newsActs.replay(placeOf(call), call.user, messageId);
    return new Reply(202, await shownMessage(call, messageId));
  }),
};
