import { z } from "zod";
import {
  changedScheduleSchema,
  newScheduleSchema,
  occurrenceListSchema,
  pausedScheduleSchema,
  scheduleListSchema,
  scheduleSchema,
  timesRequestSchema,
  timesSchema,
} from "../schedules.ts";
import { pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const params = { scheduleId: z.string().meta({ description: "The schedule's id." }) };

export const scheduleRoutes = {
  list: tenantRoute("operations.read", {
    method: "GET",
    path: "/schedules",
    summary: "List schedules by name, with their next times and what became of the last",
    answer: scheduleListSchema,
  }),
  times: tenantRoute("operations.read", {
    method: "GET",
    path: "/schedule-times",
    summary: "Tell when a pattern is due",
    description: "Says what is wrong with a pattern or a time zone.",
    query: timesRequestSchema,
    answer: timesSchema,
  }),
  show: tenantRoute("operations.read", {
    method: "GET",
    path: "/schedules/:scheduleId",
    summary: "Show a schedule",
    params,
    answer: scheduleSchema,
  }),
  occurrences: tenantRoute("operations.read", {
    method: "GET",
    path: "/schedules/:scheduleId/occurrences",
    summary: "List what became of a schedule's due times, newest first",
    description: "Each due time is started once, or told as skipped or missed.",
    params,
    query: z.strictObject(pageQuery()),
    answer: occurrenceListSchema,
  }),
  create: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules",
    summary: "Make a schedule",
    description:
      "Takes the capabilities of its steps as well. It works in the caller's name: when the caller may not do its steps any more, it is paused.",
    statuses: { 201: "Made" },
    body: newScheduleSchema,
    answer: scheduleSchema,
    peopleOnly: true,
    problems: ["too_many_schedules"],
  }),
  change: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules/:scheduleId",
    summary: "Change a schedule",
    description:
      "It works in the caller's name from then on. What waits for its start by the earlier times does not begin.",
    params,
    body: changedScheduleSchema,
    answer: scheduleSchema,
    peopleOnly: true,
    problems: ["schedule_changed"],
  }),
  pause: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules/:scheduleId/pause",
    summary: "Pause a schedule",
    description: "What is under way goes on. Due times of a pause are neither started nor told as missed.",
    params,
    body: pausedScheduleSchema,
    answer: scheduleSchema,
    peopleOnly: true,
    problems: ["schedule_changed"],
  }),
  resume: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules/:scheduleId/resume",
    summary: "Let a paused schedule go on, in the caller's name",
    params,
    answer: scheduleSchema,
    peopleOnly: true,
    problems: ["schedule_changed"],
  }),
  run: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules/:scheduleId/run",
    summary: "Start a schedule now",
    description:
      "As at a due time: in its owner's name, and not while an occurrence of it is under way. Its times stay as they are.",
    params,
    statuses: { 202: "Begun, or told as skipped" },
    answer: scheduleSchema,
    peopleOnly: true,
    problems: ["schedule_changed"],
  }),
  remove: tenantRoute("schedules.manage", {
    method: "POST",
    path: "/schedules/:scheduleId/remove",
    summary: "Remove a schedule",
    description: "What is under way ends with the step that it is in. Its operations stay.",
    params,
    answer: z.object({ done: z.literal(true) }),
    peopleOnly: true,
  }),
};
