/** What belongs to the whole product. Its administrators make tenants; inside a tenant they are what their membership says. */
import { z } from "zod";
import { newTenantSchema, platformTenantListSchema, tenantSchema } from "../access.ts";
import { pageQuery } from "./queries.ts";
import { route } from "./route.ts";

export const platformRoutes = {
  setUp: route("signed-in", {
    method: "POST",
    path: "/api/platform/setup",
    summary: "Become the first administrator of the product",
    description: "Once, with the code that the deployment's `TENANTATLAS_SETUP_CODE` holds.",
    body: z.strictObject({ code: z.string().max(200) }),
    answer: z.object({ platformAdministrator: z.literal(true) }),
    problems: ["forbidden", "setup_done"],
  }),
  tenants: route("platform", {
    method: "GET",
    path: "/api/platform/tenants",
    summary: "List all tenants, with nothing of what is in them",
    query: z.strictObject(pageQuery()),
    answer: platformTenantListSchema,
  }),
  createTenant: route("platform", {
    method: "POST",
    path: "/api/platform/tenants",
    summary: "Make a tenant",
    description: "The caller is its first owner.",
    statuses: { 201: "Made" },
    body: newTenantSchema,
    answer: tenantSchema,
    problems: ["slug_taken"],
  }),
};
