import { newsRoutes } from "../../contract/routes/news.ts";
import { listChannels } from "../../database/news/channels.ts";
import { listMessages, readMessage } from "../../database/news/messages.ts";
import { listRules } from "../../database/news/rules.ts";
import { readSettings } from "../../environment.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const newsReads = {
  channels: read(newsRoutes.channels, async ({ env, tenant }) => ({
    items: await listChannels(env.DATABASE, tenant.id, Date.now()),
    mail: env.EMAIL !== undefined && readSettings(env).mailFrom !== null,
  })),
  rules: read(newsRoutes.rules, async ({ env, tenant }) => ({
    items: (await listRules(env.DATABASE, tenant.id)).map(({ tenants: _none, ...rule }) => rule),
  })),
  messages: read(newsRoutes.messages, ({ env, tenant, query }) =>
    listMessages(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
  message: read(newsRoutes.message, async ({ env, tenant, params: { messageId } }) =>
    orNotFound(await readMessage(env.DATABASE, tenant.id, messageId)),
  ),
};
