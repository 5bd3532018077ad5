/** Routes that belong to no tenant: whether the service answers, who the caller is, which tenants they have. */
import { z } from "zod";
import { meSchema, tenantListSchema, tenantSchema } from "../access.ts";
import { pageQuery } from "./queries.ts";
import { route, tenantRoute } from "./route.ts";

export const healthRoutes = {
  check: route("public", {
    method: "GET",
    path: "/healthz",
    summary: "Check that the Worker and its database answer",
    answer: z.object({ status: z.literal("ok") }),
    problems: ["unavailable"],
  }),
  ready: route("public", {
    method: "GET",
    path: "/readyz",
    summary: "Check that settings, database, storage and queue are there, so that the deployment can take work",
    description:
      "For the end of a deployment and for monitoring. What is wrong is told by the names of the parts; the log event `readiness_check_failed` has more.",
    answer: z.object({
      status: z.literal("ready"),
      /** Cloudflare's id of the deployed version. */
      version: z.string(),
    }),
    problems: ["unavailable"],
  }),
};

export const meRoutes = {
  show: route("signed-in", {
    method: "GET",
    path: "/api/me",
    summary: "Show who the caller is, and which tenants they have with which role",
    answer: meSchema,
  }),
};

export const tenantRoutes = {
  list: route("signed-in", {
    method: "GET",
    path: "/api/tenants",
    summary: "List the caller's tenants",
    query: z.strictObject(pageQuery()),
    answer: tenantListSchema,
  }),
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "",
    summary: "Show a tenant, with what the caller's role may do in it",
    answer: tenantSchema,
  }),
};
