/** Notifications over HTTP. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";
import { runOutcomeSchema } from "./runs.ts";

/** Stored exactly once: per run for its initiator; of what a schedule, or the age of backups, tells people of; and per message of news for each member. */
export const notificationSchema = z.object({
  id: z.string(),
  /** Null where it is not of a run: then `href` leads to what it is about. */
  runId: z.string().nullable(),
  tenantId: z.string(),
  outcome: runOutcomeSchema,
  title: z.string(),
  body: z.string(),
  href: z.string(),
  createdAt: timestamp,
  seenAt: timestamp.nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;

/** Of a person's runs and schedules over tenants: it is of no tenant. Stored once per run that ended, and per schedule that failed or was paused. */
export const ownNotificationSchema = notificationSchema.omit({ tenantId: true });
export type OwnNotification = z.infer<typeof ownNotificationSchema>;
export const ownNotificationListSchema = listOf(ownNotificationSchema);

export const notificationListSchema = listOf(notificationSchema);
