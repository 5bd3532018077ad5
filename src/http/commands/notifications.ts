import { notificationRoutes } from "../../contract/routes/notifications.ts";
import { markNotificationSeen } from "../../database/runs/notifications.ts";
import { orNotFound } from "../routing/requests.ts";
import { command } from "../routing/served.ts";

export const notificationCommands = {
  markSeen: command(notificationRoutes.markSeen, async ({ env, tenant, user, params: { notificationId } }) =>
    orNotFound(await markNotificationSeen(env.DATABASE, tenant, { userId: user.id, notificationId, at: Date.now() })),
  ),
};
