/** The end of a tenant: asked for by its owners, or by those who run the product, who see nothing of it. */
import { z } from "zod";
import { closeTenantSchema, offboardingListSchema, offboardingSchema, tenantClosingSchema } from "../offboarding.ts";
import { pageQuery } from "./queries.ts";
import { route, tenantRoute } from "./route.ts";

const tenantId = z.string().meta({ description: "The tenant's id or slug." });
const offboardingId = z.string().meta({ description: "The id of the deletion." });
const description =
  "The tenant takes no new operations from then on, exports apart. After the days, everything of it is deleted, and a proof is kept. Until then it can be withdrawn.";

export const offboardingRoutes = {
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "/closing",
    summary: "Show whether the tenant is to be deleted, and when",
    answer: tenantClosingSchema,
  }),
  request: tenantRoute("tenant.close", {
    method: "POST",
    path: "/closing",
    peopleOnly: true,
    summary: "Ask for the tenant's deletion",
    description,
    statuses: { 201: "Asked for" },
    body: closeTenantSchema,
    answer: tenantClosingSchema,
    problems: ["closing_already", "legal_hold"],
  }),
  withdraw: tenantRoute("tenant.close", {
    method: "POST",
    path: "/closing/withdraw",
    peopleOnly: true,
    summary: "Withdraw the tenant's deletion",
    answer: tenantClosingSchema,
    problems: ["not_closing"],
  }),
  list: route("platform", {
    method: "GET",
    path: "/api/platform/offboardings",
    peopleOnly: true,
    summary: "List deletions of tenants, newest first",
    description: "Those that wait, those under way, and the proofs of those that are done.",
    query: z.strictObject(pageQuery()),
    answer: offboardingListSchema,
  }),
  proof: route("platform", {
    method: "GET",
    path: "/api/platform/offboardings/:offboardingId",
    peopleOnly: true,
    summary: "Show a deletion of a tenant, with the proof of what is gone",
    params: { offboardingId },
    answer: offboardingSchema,
    problems: ["not_found"],
  }),
  requestByPlatform: route("platform", {
    method: "POST",
    path: "/api/platform/tenants/:tenantId/closing",
    peopleOnly: true,
    summary: "Ask for a tenant's deletion",
    description,
    statuses: { 201: "Asked for" },
    params: { tenantId },
    body: closeTenantSchema,
    answer: offboardingSchema,
    problems: ["not_found", "closing_already", "legal_hold", "tenant_moving"],
  }),
  withdrawByPlatform: route("platform", {
    method: "POST",
    path: "/api/platform/offboardings/:offboardingId/withdraw",
    peopleOnly: true,
    summary: "Withdraw a deletion of a tenant",
    params: { offboardingId },
    answer: offboardingSchema,
    problems: ["not_found", "not_closing", "tenant_moving"],
  }),
};
