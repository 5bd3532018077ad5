import { z } from "zod";
import {
  changedPortfolioScheduleSchema,
  newPortfolioScheduleSchema,
  portfolioOccurrenceListSchema,
  portfolioScheduleListSchema,
  portfolioScheduleSchema,
} from "../portfolio-schedules.ts";
import { pausedScheduleSchema, timesRequestSchema, timesSchema } from "../schedules.ts";
import { pageQuery } from "./queries.ts";
import { route } from "./route.ts";

const PATH = "/api/me/portfolio-schedules";
const params = { scheduleId: z.string().meta({ description: "The schedule's id." }) };
const OWN = { params, answer: portfolioScheduleSchema, peopleOnly: true } as const;

export const portfolioScheduleRoutes = {
  list: route("signed-in", {
    method: "GET",
    path: PATH,
    summary: "List the caller's schedules over tenants by name, with their next times and what became of the last",
    answer: portfolioScheduleListSchema,
    peopleOnly: true,
  }),
  times: route("signed-in", {
    method: "GET",
    path: "/api/me/schedule-times",
    summary: "Tell when a pattern is due",
    description: "Says what is wrong with a pattern or a time zone.",
    query: timesRequestSchema,
    answer: timesSchema,
    peopleOnly: true,
    problems: ["invalid_input"],
  }),
  show: route("signed-in", {
    ...OWN,
    method: "GET",
    path: `${PATH}/:scheduleId`,
    summary: "Show a schedule over tenants",
    problems: ["not_found"],
  }),
  occurrences: route("signed-in", {
    method: "GET",
    path: `${PATH}/:scheduleId/occurrences`,
    summary: "List what became of a schedule's due times, newest first",
    description: "Each due time is started once, or told as skipped or missed.",
    params,
    query: z.strictObject(pageQuery()),
    answer: portfolioOccurrenceListSchema,
    peopleOnly: true,
    problems: ["not_found"],
  }),
  create: route("signed-in", {
    method: "POST",
    path: PATH,
    summary: "Make a schedule over tenants",
    description:
      "It is the caller's alone, and works in their name. At each due time the tenants are looked up anew: of the chosen ones, those in which the caller may start the operation then. When there is none, it is paused.",
    statuses: { 201: "Made" },
    body: newPortfolioScheduleSchema,
    answer: portfolioScheduleSchema,
    peopleOnly: true,
    problems: ["too_many_portfolio_schedules", "forbidden", "invalid_input", "unavailable"],
  }),
  change: route("signed-in", {
    ...OWN,
    method: "POST",
    path: `${PATH}/:scheduleId`,
    summary: "Change a schedule over tenants",
    description: "What waits for its start by the earlier times does not begin.",
    body: changedPortfolioScheduleSchema,
    problems: ["not_found", "schedule_changed", "forbidden", "invalid_input", "unavailable"],
  }),
  pause: route("signed-in", {
    ...OWN,
    method: "POST",
    path: `${PATH}/:scheduleId/pause`,
    summary: "Pause a schedule over tenants",
    description: "What is under way goes on. Due times of a pause are neither started nor told as missed.",
    body: pausedScheduleSchema,
    problems: ["not_found", "schedule_changed"],
  }),
  resume: route("signed-in", {
    ...OWN,
    method: "POST",
    path: `${PATH}/:scheduleId/resume`,
    summary: "Let a paused schedule over tenants go on",
    problems: ["not_found", "schedule_changed"],
  }),
  run: route("signed-in", {
    ...OWN,
    method: "POST",
    path: `${PATH}/:scheduleId/run`,
    summary: "Start a schedule over tenants now",
    description: "As at a due time, and not while an occurrence of it is under way. Its times stay as they are.",
    statuses: { 202: "Begun, or told as skipped" },
    problems: ["not_found", "schedule_changed"],
  }),
  remove: route("signed-in", {
    method: "POST",
    path: `${PATH}/:scheduleId/remove`,
    summary: "Remove a schedule over tenants",
    description: "What is under way ends with the step that it is in. Its operations stay.",
    params,
    answer: z.object({ done: z.literal(true) }),
    peopleOnly: true,
    problems: ["not_found"],
  }),
};
