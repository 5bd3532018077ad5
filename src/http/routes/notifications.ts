import { z } from "zod";
import { listNotifications, markNotificationSeen } from "../../database/runs/notifications.ts";
import { orNotFound, pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const listQuery = z.strictObject({ ...pageQuery(), unseen: z.enum(["true", "false"]).default("false") });

/** A caller's own notifications in the tenant, whatever their role: nobody reads another's. */
export function addNotificationRoutes(router: TenantRouter): void {
  router.get("/notifications", "tenant.read", async (context) => {
    const { cursor, limit, unseen } = readQuery(context, listQuery);
    const request = { userId: context.get("user").id, unseenOnly: unseen === "true", cursor, limit };
    const page = await listNotifications(context.env.DATABASE, context.get("tenant"), request);
    return context.json(page);
  });

  router.post("/notifications/:notificationId/seen", "tenant.read", async (context) => {
    const request = {
      userId: context.get("user").id,
      notificationId: context.req.param("notificationId"),
      at: Date.now(),
    };
    return context.json(orNotFound(await markNotificationSeen(context.env.DATABASE, context.get("tenant"), request)));
  });
}
