/** Whose channels, rules and messages are shown: a tenant's, or the person's own over tenants. The components are the same. */
import { createContext, useContext } from "react";
import type { z } from "zod";
import type { Tenant } from "../../contract/access.ts";
import type {
  Channel,
  channelListSchema,
  ChannelSecret,
  Message,
  MessageDetail,
  messageListSchema,
  NewChannel,
  newRuleSchema,
  OwnRule,
  Rule,
  RuleTenants,
} from "../../contract/news.ts";
import { newsRoutes } from "../../contract/routes/news.ts";
import { ownNewsRoutes } from "../../contract/routes/own-news.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";

export type NewsPlace =
  | { kind: "tenant"; tenant: Tenant }
  /** `tenants`: those that a rule can choose from. */
  | { kind: "own"; tenants: readonly Tenant[] };

export const NewsPlaceContext = createContext<NewsPlace | null>(null);

/** Throws outside a page of news. */
export function useNewsPlace(): NewsPlace {
  const place = useContext(NewsPlaceContext);
  if (place === null) throw new Error("No place of news above this component");
  return place;
}

export function keyOf(place: NewsPlace): readonly string[] {
  return place.kind === "own" ? ["own-news"] : [...queryKeys.records(place.tenant), "news"];
}

/** A rule; of one over tenants also where it listens. */
export type ShownRule = Rule & Partial<Pick<OwnRule, "tenants" | "listensIn" | "silentIn" | "notYetIn">>;
/** What a person chooses. `tenants` is of a rule over tenants alone. */
export type ChosenRule = z.input<typeof newRuleSchema> & { tenants?: RuleTenants };
type ChangedChannel = { version: number; name?: string; url?: string; recipients?: string[] };
interface Listing {
  cursor: string | null;
  limit: number;
  channelId?: string;
}

/** What both can be asked. */
export interface NewsApi {
  channels: (signal: AbortSignal) => Promise<z.infer<typeof channelListSchema>>;
  rules: (signal: AbortSignal) => Promise<{ items: ShownRule[] }>;
  messages: (query: Listing, signal: AbortSignal) => Promise<z.infer<typeof messageListSchema>>;
  message: (messageId: string, signal: AbortSignal) => Promise<MessageDetail>;
  addChannel: (body: NewChannel) => Promise<ChannelSecret>;
  changeChannel: (channelId: string, body: ChangedChannel) => Promise<Channel>;
  rotateSecret: (channelId: string) => Promise<ChannelSecret>;
  testChannel: (channelId: string) => Promise<Message>;
  switchTo: (channelId: string, on: boolean) => Promise<Channel>;
  removeChannel: (channelId: string) => Promise<unknown>;
  addRule: (body: ChosenRule) => Promise<ShownRule>;
  changeRule: (ruleId: string, body: ChosenRule & { version: number }) => Promise<ShownRule>;
  removeRule: (ruleId: string) => Promise<unknown>;
  replay: (messageId: string) => Promise<Message>;
}

export function newsApi(place: NewsPlace): NewsApi {
  return place.kind === "own" ? ownApi : tenantApi(place.tenant.slug);
}

function tenantApi(tenantId: string): NewsApi {
  const r = newsRoutes;
  return {
    channels: (signal) => call(r.channels, { params: { tenantId }, signal }),
    rules: (signal) => call(r.rules, { params: { tenantId }, signal }),
    messages: (query, signal) => call(r.messages, { params: { tenantId }, query, signal }),
    message: (messageId, signal) => call(r.message, { params: { tenantId, messageId }, signal }),
    addChannel: (body) => call(r.addChannel, { params: { tenantId }, body }),
    changeChannel: (channelId, body) => call(r.changeChannel, { params: { tenantId, channelId }, body }),
    rotateSecret: (channelId) => call(r.rotateSecret, { params: { tenantId, channelId } }),
    testChannel: (channelId) => call(r.testChannel, { params: { tenantId, channelId } }),
    switchTo: (channelId, on) => call(on ? r.switchOn : r.switchOff, { params: { tenantId, channelId } }),
    removeChannel: (channelId) => call(r.removeChannel, { params: { tenantId, channelId } }),
    addRule: ({ tenants: _none, ...body }) => call(r.addRule, { params: { tenantId }, body }),
    changeRule: (ruleId, { tenants: _none, ...body }) => call(r.changeRule, { params: { tenantId, ruleId }, body }),
    removeRule: (ruleId) => call(r.removeRule, { params: { tenantId, ruleId } }),
    replay: (messageId) => call(r.replay, { params: { tenantId, messageId } }),
  };
}

const own = ownNewsRoutes;
const ownApi: NewsApi = {
  channels: (signal) => call(own.channels, { params: {}, signal }),
  rules: (signal) => call(own.rules, { params: {}, signal }),
  messages: (query, signal) => call(own.messages, { params: {}, query, signal }),
  message: (messageId, signal) => call(own.message, { params: { messageId }, signal }),
  addChannel: (body) => call(own.addChannel, { params: {}, body }),
  changeChannel: (channelId, body) => call(own.changeChannel, { params: { channelId }, body }),
  rotateSecret: (channelId) => call(own.rotateSecret, { params: { channelId } }),
  testChannel: (channelId) => call(own.testChannel, { params: { channelId } }),
  switchTo: (channelId, on) => call(on ? own.switchOn : own.switchOff, { params: { channelId } }),
  removeChannel: (channelId) => call(own.removeChannel, { params: { channelId } }),
  addRule: (body) => call(own.addRule, { params: {}, body }),
  changeRule: (ruleId, body) => call(own.changeRule, { params: { ruleId }, body }),
  removeRule: (ruleId) => call(own.removeRule, { params: { ruleId } }),
  replay: (messageId) => call(own.replay, { params: { messageId } }),
};
