import { notificationRoutes } from "../../contract/routes/notifications.ts";
import { listNotifications } from "../../database/runs/notifications.ts";
import { read } from "../routing/served.ts";

export const notificationReads = {
  // A caller's own in the tenant, whatever their role: nobody reads another's.
  list: read(
    notificationRoutes.list,
    async ({ env, tenant, user, query: { cursor, limit, unseen } }) =>
      await listNotifications(env.DATABASE, tenant, { userId: user.id, unseenOnly: unseen, cursor, limit }),
  ),
};
