/** What belongs to the whole product. Its administrators make tenants; inside a tenant they are what their membership says. */
import { z } from "zod";
import {
  measuredSchema,
  newTenantSchema,
  platformPersonListSchema,
  platformPersonSchema,
  platformTenantListSchema,
  tenantSchema,
} from "../access.ts";
import { auditEventListSchema } from "../audit-events.ts";
import { reasonSchema } from "../approvals.ts";
import { pageQuery } from "./queries.ts";
import { route } from "./route.ts";

const userId = z.string().meta({ description: "The person's id." });

export const platformRoutes = {
  setUp: route("signed-in", {
    method: "POST",
    path: "/api/platform/setup",
    peopleOnly: true,
    summary: "Become the first administrator of the product",
    description: "Once, with the code that the deployment's `TENANTATLAS_SETUP_CODE` holds.",
    body: z.strictObject({ code: z.string().max(200) }),
    answer: z.object({ platformAdministrator: z.literal(true) }),
    problems: ["forbidden", "setup_done"],
  }),
  tenants: route("platform", {
    method: "GET",
    path: "/api/platform/tenants",
    peopleOnly: true,
    summary: "List all tenants, with nothing of what is in them",
    query: z.strictObject(pageQuery()),
    answer: platformTenantListSchema,
  }),
  measured: route("platform", {
    method: "GET",
    path: "/api/platform/measured",
    peopleOnly: true,
    summary: "Read what the deployment has measured of itself in the last hour, and its alerts",
    description:
      "Numbers are those that the board has received, not samples. What a Worker lost on its way is missing, and a metric that nobody told is absent.",
    answer: measuredSchema,
  }),
  people: route("platform", {
    method: "GET",
    path: "/api/platform/people",
    summary: "List all people whom the product knows",
    peopleOnly: true,
    query: z.strictObject(pageQuery()),
    answer: platformPersonListSchema,
  }),
  disablePerson: route("platform", {
    method: "POST",
    path: "/api/platform/people/:userId/disable",
    summary: "Refuse a person everywhere",
    description:
      "Ends their sessions and closes their sockets. Their API tokens are refused. What they have done stays.",
    peopleOnly: true,
    params: { userId },
    answer: platformPersonSchema,
    problems: ["not_found", "disables_oneself", "unavailable"],
  }),
  enablePerson: route("platform", {
    method: "POST",
    path: "/api/platform/people/:userId/enable",
    summary: "Let a person in again",
    description: "Their memberships and API tokens count again. They sign in anew.",
    peopleOnly: true,
    params: { userId },
    answer: platformPersonSchema,
    problems: ["not_found"],
  }),
  log: route("platform", {
    method: "GET",
    path: "/api/platform/audit-events",
    summary: "List what happened outside of tenants, newest first",
    description: "Sign-ins, sign-outs, refused sign-ins, people disabled, and who was refused the platform's routes.",
    peopleOnly: true,
    query: z.strictObject(pageQuery()),
    answer: auditEventListSchema,
  }),
  liftApprovals: route("platform", {
    method: "POST",
    path: "/api/platform/tenants/:tenantId/lift-approvals",
    peopleOnly: true,
    summary: "Lift the approvals of a tenant that has too few owners",
    description:
      "For a tenant in which fewer than two owners can sign in, so that nobody could decide. Nothing needs an approval there afterwards. The logs of the tenant and of the platform tell it, with the reason.",
    params: { tenantId: z.string().meta({ description: "The tenant's id or its slug." }) },
    body: z.strictObject({ reason: reasonSchema }),
    answer: z.object({ done: z.literal(true) }),
    problems: ["not_found", "approvals_in_order", "tenant_moving"],
  }),
  createTenant: route("platform", {
    method: "POST",
    path: "/api/platform/tenants",
    peopleOnly: true,
    summary: "Make a tenant",
    description: "The caller is its first owner.",
    statuses: { 201: "Made" },
    body: newTenantSchema,
    answer: tenantSchema,
    problems: ["slug_taken"],
  }),
};
