import { z } from "zod";
import { notificationListSchema, notificationSchema } from "../notifications.ts";
import { flag, pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

export const notificationRoutes = {
  list: tenantRoute("tenant.read", {
    method: "GET",
    path: "/notifications",
    summary: "List the caller's own notifications, newest first",
    query: z.strictObject({ ...pageQuery(), unseen: flag("Only notifications that are not marked as seen.") }),
    answer: notificationListSchema,
  }),
  markSeen: tenantRoute("tenant.read", {
    method: "POST",
    path: "/notifications/:notificationId/seen",
    summary: "Mark one of the caller's notifications as seen",
    params: { notificationId: z.string().meta({ description: "The notification's id." }) },
    answer: notificationSchema,
  }),
};
