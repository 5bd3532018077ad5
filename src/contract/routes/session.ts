/** Routes that belong to no tenant: whether the service answers, who the caller is, which tenants they have. */
import { z } from "zod";
import { meSchema, tenantListSchema, tenantSchema } from "../access.ts";
import { activeOperationsSchema, tenantStandingListSchema } from "../standing.ts";
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

/** So many tenants are asked after at once: of each, up to a hundred runs of a type are looked through for cures. */
export const STANDINGS_PAGE_SIZE = 50;

export const meRoutes = {
  show: route("signed-in", {
    method: "GET",
    path: "/api/me",
    summary: "Show who the caller is, and which tenants they have with which role",
    answer: meSchema,
  }),
  standings: route("signed-in", {
    method: "GET",
    path: "/api/me/standings",
    summary: "List the caller's tenants with how they stand: failures, findings, sync, backup, connection",
    description:
      "By slug. Each page costs the same few queries for each database that holds some of its tenants, however many these are. A page may hold less than `limit` though there is a next one.",
    query: z.strictObject(pageQuery(STANDINGS_PAGE_SIZE)),
    answer: tenantStandingListSchema,
  }),
  activeOperations: route("signed-in", {
    method: "GET",
    path: "/api/me/active-operations",
    summary: "List what runs in all of the caller's tenants",
    answer: activeOperationsSchema,
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
