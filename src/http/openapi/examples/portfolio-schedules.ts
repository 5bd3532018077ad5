import { portfolioRunAddress } from "../../../contract/console-addresses.ts";
import type { OwnNotification } from "../../../contract/notifications.ts";
import type {
  NewPortfolioSchedule,
  PortfolioOccurrence,
  PortfolioSchedule,
} from "../../../contract/portfolio-schedules.ts";
import type { ownNotificationRoutes } from "../../../contract/routes/own-notifications.ts";
import type { portfolioScheduleRoutes } from "../../../contract/routes/portfolio-schedules.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { PORTFOLIO_RUN } from "./portfolio.ts";
import { onePage, OWNER } from "./things.ts";

const CHOSEN: NewPortfolioSchedule = {
  name: "Monthly evidence of schools",
  steps: [{ type: "evidence.snapshot" }, { type: "review-pack.generate" }],
  tenants: { kind: "tag", tag: "Schools" },
  pattern: "30 2 1 * *",
  timeZone: "Europe/Berlin",
  missed: "run_once",
  tellAfter: 2,
};

const OCCURRENCE: Omit<PortfolioOccurrence, "runs"> = {
  dueAt: "2026-12-01T01:30:00.000Z",
  startsAt: "2026-12-01T01:30:00.000Z",
  state: "running",
  reason: null,
  count: 1,
  madeUp: false,
  byHand: false,
  endedAt: null,
};

const SCHEDULE: PortfolioSchedule = {
  id: IDS.portfolioSchedule,
  name: CHOSEN.name,
  steps: CHOSEN.steps,
  chosen: { kind: "tag", tag: "Schools" },
  listed: null,
  pattern: CHOSEN.pattern,
  words: "At 02:30, on day 1 of the month",
  timeZone: CHOSEN.timeZone,
  missed: CHOSEN.missed,
  tellAfter: CHOSEN.tellAfter,
  pause: null,
  createdAt: "2026-11-28T01:58:56.462Z",
  updatedAt: "2026-11-28T01:58:56.462Z",
  version: 1,
  next: ["2026-12-01T01:30:00.000Z", "2027-01-01T01:30:00.000Z"],
  last: null,
  open: null,
  failuresInARow: 0,
  missedLately: 0,
};

const params = { scheduleId: IDS.portfolioSchedule };

export const portfolioScheduleExamples: ExamplesOf<typeof portfolioScheduleRoutes> = {
  list: { answer: { items: [SCHEDULE] } },
  times: {
    answer: {
      words: "At 06:00, Monday through Friday",
      next: ["2026-11-30T11:00:00.000Z", "2026-12-01T11:00:00.000Z"],
    },
  },
  show: { params, answer: SCHEDULE },
  occurrences: { params, answer: onePage({ ...OCCURRENCE, runs: [PORTFOLIO_RUN] }) },
  create: { bodies: { "Prove all schools each month": CHOSEN }, answer: SCHEDULE },
  change: {
    params,
    bodies: {
      "Sync all tenants each night": {
        ...CHOSEN,
        name: "Nightly sync",
        steps: [{ type: "inventory.sync" }],
        tenants: { kind: "all" },
        pattern: "0 4 * * *",
        version: 1,
      },
    },
    answer: {
      ...SCHEDULE,
      name: "Nightly sync",
      steps: [{ type: "inventory.sync" }],
      chosen: { kind: "all" },
      pattern: "0 4 * * *",
      words: "At 04:00",
      version: 2,
    },
  },
  pause: {
    params,
    bodies: { "Wait for a change": { reason: "Holidays until January" } },
    answer: {
      ...SCHEDULE,
      pause: { at: "2026-11-28T02:10:00.000Z", reason: "person", by: OWNER, note: "Holidays until January" },
      next: [],
      version: 3,
    },
  },
  resume: { params, answer: { ...SCHEDULE, version: 4 } },
  run: { params, answer: { ...SCHEDULE, open: OCCURRENCE, version: 4 } },
  remove: { params, answer: { done: true } },
};

const NOTIFICATION: OwnNotification = {
  id: IDS.ownNotification,
  runId: IDS.portfolioRun,
  outcome: "partially_succeeded",
  title: "Evidence snapshot in many tenants finished with failures",
  body: "200 of 200 tenants: 197 succeeded, 3 failed",
  href: portfolioRunAddress(IDS.portfolioRun),
  createdAt: "2026-11-29T01:21:48.902Z",
  seenAt: null,
};

export const ownNotificationExamples: ExamplesOf<typeof ownNotificationRoutes> = {
  list: { answer: onePage(NOTIFICATION) },
  markSeen: {
    params: { notificationId: IDS.ownNotification },
    answer: { ...NOTIFICATION, seenAt: "2026-11-29T01:21:50.004Z" },
  },
};
