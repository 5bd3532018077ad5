import { z } from "zod";
import { acceptanceSchema, MAX_ACCEPTANCE_DAYS } from "../acceptances.ts";
import { unreadablePolicyListSchema, unreadablePolicySchema } from "../inventory.ts";
import { pageQuery, textFilter, WHOLE_LIST_PAGE_SIZE } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const policyId = z.string().meta({ description: "The policy's id in the inventory." });

export const unreadablePolicyRoutes = {
  list: tenantRoute("inventory.read", {
    method: "GET",
    path: "/inventory/unreadable-policies",
    summary: "List the policies that are in the tenant and could not be read",
    query: z.strictObject({ ...pageQuery(WHOLE_LIST_PAGE_SIZE), family: textFilter("Key of a family.") }),
    answer: unreadablePolicyListSchema,
  }),
  acknowledge: tenantRoute("finding.accept", {
    method: "POST",
    path: "/inventory/unreadable-policies/:policyId/acknowledge",
    summary: "Acknowledge for a time that a policy cannot be read",
    description: `Until then, its family is not failed for this policy. \`until\` lies in the future, at most ${MAX_ACCEPTANCE_DAYS} days from now.`,
    params: { policyId },
    body: acceptanceSchema,
    answer: unreadablePolicySchema,
  }),
  withdraw: tenantRoute("finding.accept", {
    method: "POST",
    path: "/inventory/unreadable-policies/:policyId/withdraw",
    summary: "Take an acknowledgment back",
    description: "A policy that is not acknowledged stays as it is.",
    params: { policyId },
    answer: unreadablePolicySchema,
  }),
};
