import type { Channel, Message, NewRule, Rule } from "../../../contract/news.ts";
import type { newsRoutes } from "../../../contract/routes/news.ts";
import type { ExamplesOf } from "./example.ts";
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

export const newsExamples: ExamplesOf<typeof newsRoutes> = {
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
