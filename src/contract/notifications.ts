/** Notifications over HTTP. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";
import { runOutcomeSchema } from "./runs.ts";

/** Stored exactly once per run for its initiator. */
export const notificationSchema = z.object({
  id: z.string(),
  runId: z.string(),
  tenantId: z.string(),
  outcome: runOutcomeSchema,
  title: z.string(),
  body: z.string(),
  href: z.string(),
  createdAt: timestamp,
  seenAt: timestamp.nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;

export const notificationListSchema = listOf(notificationSchema);
