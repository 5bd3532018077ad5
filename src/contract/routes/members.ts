import { z } from "zod";
import { memberListSchema } from "../access.ts";
import { pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

export const memberRoutes = {
  list: tenantRoute("members.read", {
    method: "GET",
    path: "/members",
    summary: "List members with their roles",
    query: z.strictObject(pageQuery()),
    answer: memberListSchema,
  }),
};
