import { z } from "zod";
import { auditEventListSchema } from "../audit-events.ts";
import { pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

export const auditEventRoutes = {
  list: tenantRoute("audit.read", {
    method: "GET",
    path: "/audit-events",
    summary: "List who did what, newest first",
    query: z.strictObject(pageQuery()),
    answer: auditEventListSchema,
  }),
};
