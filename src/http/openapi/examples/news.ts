import type { Channel, Message, NewOwnRule, NewRule, OwnRule, Rule } from "../../../contract/news.ts";
import type { ownNewsRoutes } from "../../../contract/routes/own-news.ts";
import type { newsRoutes } from "../../../contract/routes/news.ts";
import type { ExamplesOf } from "./example.ts";
import { PAGES, pageAddress } from "../../../contract/console-addresses.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const AT = "2026-11-29T08:15:00.000Z";

const CHANNEL: Channel = {
  id: IDS.newsChannel,
  kind: "webhook",
  name: "Ticket system",
  addressHint: "https://tickets.example.com/…",
  recipients: [],
  earlierSecretUntil: null,
  off: null,
  failingSince: null,
  lastDeliveredAt: null,
  createdAt: AT,
  createdBy: OWNER,
  version: 1,
};

const CHOSEN: NewRule = {
  name: "What needs a person",
  kinds: ["run.failed", "finding.new", "connection.lost", "backup.old"],
  leastSeverity: "medium",
  backupDays: 7,
  quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin", criticalPasses: true },
  digest: { kind: "at_once" },
  channelIds: [IDS.newsChannel],
  paused: false,
};

const RULE: Rule = {
  id: IDS.newsRule,
  ...CHOSEN,
  createdAt: AT,
  createdBy: OWNER,
  updatedAt: AT,
  version: 1,
};

const MESSAGE: Message = {
  id: IDS.newsMessage,
  channel: { id: IDS.newsChannel, name: "Ticket system", kind: "webhook" },
  test: true,
  items: [
    {
      id: "nev_0a1b2c3d4e5f60718293a4b5c6d7e8f9",
      kind: "test",
      severity: "info",
      subject: "Test message",
      at: AT,
      href: null,
    },
  ],
  count: 1,
  state: "delivered",
  reason: null,
  tries: 1,
  createdAt: AT,
  nextTryAt: null,
  endedAt: "2026-11-29T08:15:01.000Z",
  runId: "run_news_2b7c9d1e3f4a4b5c8d6e7f8091a2b3c4",
};

const SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const channel = { channelId: IDS.newsChannel };
const rule = { ruleId: IDS.newsRule };
const message = { messageId: IDS.newsMessage };
const SENDING: Message = { ...MESSAGE, state: "sending", tries: 0, endedAt: null };

const CHANNEL_EXAMPLES = {
  channels: { answer: { items: [CHANNEL], mail: true } },
  addChannel: {
    bodies: {
      "A webhook": { kind: "webhook", name: "Ticket system", url: "https://tickets.example.com/tenantatlas" },
      "This console": { kind: "bell", name: "Console" },
    },
    answer: { channel: CHANNEL, secret: SECRET },
  },
  changeChannel: {
    params: channel,
    bodies: { "Another name": { version: 1, name: "Tickets" } },
    answer: { ...CHANNEL, name: "Tickets", version: 2 },
  },
  rotateSecret: {
    params: channel,
    answer: { channel: { ...CHANNEL, earlierSecretUntil: "2026-11-30T08:15:00.000Z", version: 2 }, secret: SECRET },
  },
  testChannel: { params: channel, answer: SENDING },
  switchOff: {
    params: channel,
    answer: { ...CHANNEL, off: { at: AT, reason: "person", words: "a person switched it off" }, version: 2 },
  },
  switchOn: { params: channel, answer: { ...CHANNEL, version: 3 } },
  removeChannel: { params: channel, answer: { done: true } },
} satisfies Partial<ExamplesOf<typeof newsRoutes>>;

export const newsExamples: ExamplesOf<typeof newsRoutes> = {
  ...CHANNEL_EXAMPLES,
  rules: { answer: { items: [RULE] } },
  addRule: { bodies: { "Tell what needs a person": CHOSEN }, answer: RULE },
  changeRule: {
    params: rule,
    bodies: {
      "Once a day": { ...CHOSEN, digest: { kind: "daily", at: "08:00", timeZone: "Europe/Berlin" }, version: 1 },
    },
    answer: { ...RULE, digest: { kind: "daily", at: "08:00", timeZone: "Europe/Berlin" }, version: 2 },
  },
  removeRule: { params: rule, answer: { done: true } },
  messages: { answer: onePage(MESSAGE) },
  message: {
    params: message,
    answer: {
      ...MESSAGE,
      log: [
        {
          number: 1,
          at: "2026-11-29T08:15:01.000Z",
          status: 204,
          reason: null,
          tookMs: 84,
          body: '{"type":"news.test","timestamp":"2026-11-29T08:15:00.000Z","data":{}}',
          answer: "",
        },
      ],
    },
  },
  replay: { params: message, answer: SENDING },
};

const OWN_CHOSEN: NewOwnRule = {
  ...CHOSEN,
  channelIds: [IDS.ownNewsChannel],
  digest: { kind: "daily", at: "07:30", timeZone: "Europe/Berlin" },
  tenants: { kind: "all" },
};

const OWN_RULE: OwnRule = {
  ...RULE,
  ...OWN_CHOSEN,
  id: IDS.ownNewsRule,
  listensIn: 197,
  silentIn: 0,
  notYetIn: 0,
};

const OWN_MESSAGE: Message = {
  ...MESSAGE,
  id: IDS.ownNewsMessage,
  channel: { id: IDS.ownNewsChannel, name: "Ticket system", kind: "webhook" },
  test: false,
  items: [
    {
      id: "nev_9f8e7d6c5b4a39281706f5e4d3c2b1a0",
      kind: "connection.lost",
      severity: "critical",
      subject: "Microsoft refuses the credential of the tenant's connection",
      at: AT,
      href: pageAddress(PAGES.connection, { slug: "contoso" }),
      tenant: { slug: "contoso", name: "Contoso" },
    },
  ],
  runId: null,
};
const OWN_SENDING: Message = { ...OWN_MESSAGE, state: "sending", tries: 0, endedAt: null };
const ownChannel = { channelId: IDS.ownNewsChannel };
const ownRule = { ruleId: IDS.ownNewsRule };
const ownMessage = { messageId: IDS.ownNewsMessage };
const OWN_CHANNEL: Channel = { ...CHANNEL, id: IDS.ownNewsChannel };

export const ownNewsExamples: ExamplesOf<typeof ownNewsRoutes> = {
  channels: { answer: { items: [OWN_CHANNEL], mail: true } },
  addChannel: { ...CHANNEL_EXAMPLES.addChannel, answer: { channel: OWN_CHANNEL, secret: SECRET } },
  changeChannel: { ...CHANNEL_EXAMPLES.changeChannel, params: ownChannel },
  rotateSecret: { ...CHANNEL_EXAMPLES.rotateSecret, params: ownChannel },
  testChannel: { params: ownChannel, answer: OWN_SENDING },
  switchOff: { ...CHANNEL_EXAMPLES.switchOff, params: ownChannel },
  switchOn: { ...CHANNEL_EXAMPLES.switchOn, params: ownChannel },
  removeChannel: { params: ownChannel, answer: { done: true } },
  rules: { answer: { items: [OWN_RULE] } },
  addRule: { bodies: { "Once a day, of all tenants": OWN_CHOSEN }, answer: OWN_RULE },
  changeRule: {
    params: ownRule,
    bodies: { "Of one tenant": { ...OWN_CHOSEN, tenants: { kind: "list", tenants: ["contoso"] }, version: 1 } },
    answer: { ...OWN_RULE, tenants: { kind: "list", tenants: ["tenant_contoso"] }, listensIn: 1, version: 2 },
  },
  removeRule: { params: ownRule, answer: { done: true } },
  messages: { answer: onePage(OWN_MESSAGE) },
  message: {
    params: ownMessage,
    answer: {
      ...OWN_MESSAGE,
      log: [
        {
          number: 1,
          at: "2026-11-29T08:15:01.000Z",
          status: 204,
          reason: null,
          tookMs: 84,
          body: '{"type":"news","timestamp":"2026-11-29T08:15:00.000Z","data":{"tenant":null,"count":1,"items":[]}}',
          answer: "",
        },
      ],
    },
  },
  replay: { params: ownMessage, answer: OWN_SENDING },
};
