import { backupStandingSchema } from "../backup-standing.ts";
import { tenantRoute } from "./route.ts";

export const backupStandingRoutes = {
  show: tenantRoute("backup.read", {
    method: "GET",
    path: "/backup-standing",
    summary: "Show how old the newest whole backup is, and what the last check of a restore came to",
    answer: backupStandingSchema,
  }),
};
