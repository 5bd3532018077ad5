import type { scheduleRoutes } from "../../../contract/routes/schedules.ts";
import type { NewSchedule, Occurrence, Schedule } from "../../../contract/schedules.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { ENDED_RUN } from "./operations.ts";
import { OWNER } from "./things.ts";

const CHOSEN: NewSchedule = {
  name: "Monthly evidence",
  steps: [{ type: "evidence.snapshot" }, { type: "review-pack.generate" }],
  pattern: "30 2 1 * *",
  timeZone: "Europe/Berlin",
  spreadMinutes: 30,
  missed: "run_once",
  tellAfter: 2,
};

const OCCURRENCE: Omit<Occurrence, "runs"> = {
  dueAt: "2026-12-01T01:30:00.000Z",
  startsAt: "2026-12-01T01:47:00.000Z",
  state: "running",
  reason: null,
  count: 1,
  madeUp: false,
  byHand: false,
  endedAt: null,
};

const SCHEDULE: Schedule = {
  id: IDS.schedule,
  ...CHOSEN,
  words: "At 02:30, on day 1 of the month",
  pause: null,
  owner: OWNER,
  createdAt: "2026-11-28T01:58:56.462Z",
  createdBy: OWNER,
  updatedAt: "2026-11-28T01:58:56.462Z",
  version: 1,
  next: ["2026-12-01T01:47:00.000Z", "2027-01-01T01:47:00.000Z"],
  last: null,
  open: null,
  failuresInARow: 0,
  missedLately: 0,
};

const params = { scheduleId: IDS.schedule };

export const scheduleExamples: ExamplesOf<typeof scheduleRoutes> = {
  list: { answer: { items: [SCHEDULE] } },
  times: {
    answer: {
      words: "At 06:00, Monday through Friday",
      next: ["2026-11-30T11:00:00.000Z", "2026-12-01T11:00:00.000Z"],
    },
  },
  show: { params, answer: SCHEDULE },
  occurrences: { params, answer: { items: [{ ...OCCURRENCE, runs: [ENDED_RUN] }], nextCursor: null } },
  create: { bodies: { "Prove the tenant each month": CHOSEN }, answer: SCHEDULE },
  change: {
    params,
    bodies: { "Let it begin later": { ...CHOSEN, pattern: "0 4 1 * *", version: 1 } },
    answer: { ...SCHEDULE, pattern: "0 4 1 * *", words: "At 04:00, on day 1 of the month", version: 2 },
  },
  pause: {
    params,
    bodies: { "Wait for a change": { reason: "Migration of the tenant until Friday" } },
    answer: {
      ...SCHEDULE,
      pause: {
        at: "2026-11-28T02:10:00.000Z",
        reason: "person",
        by: OWNER,
        note: "Migration of the tenant until Friday",
      },
      next: [],
      version: 3,
    },
  },
  resume: { params, answer: { ...SCHEDULE, version: 4 } },
  run: { params, answer: { ...SCHEDULE, open: OCCURRENCE, version: 4 } },
  remove: { params, answer: { done: true } },
};
