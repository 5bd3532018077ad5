import { z } from "zod";
import { ownNotificationListSchema, ownNotificationSchema } from "../notifications.ts";
import { flag, pageQuery } from "./queries.ts";
import { route } from "./route.ts";

export const ownNotificationRoutes = {
  list: route("signed-in", {
    method: "GET",
    path: "/api/me/notifications",
    summary: "List what the caller is told of their runs and schedules over tenants, newest first",
    query: z.strictObject({ ...pageQuery(), unseen: flag("Only notifications that are not marked as seen.") }),
    answer: ownNotificationListSchema,
    peopleOnly: true,
  }),
  markSeen: route("signed-in", {
    method: "POST",
    path: "/api/me/notifications/:notificationId/seen",
    summary: "Mark one of the caller's notifications of runs and schedules over tenants as seen",
    params: { notificationId: z.string().meta({ description: "The notification's id." }) },
    answer: ownNotificationSchema,
    peopleOnly: true,
    problems: ["not_found"],
  }),
};
