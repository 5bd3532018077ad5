import { z } from "zod";
import {
  approvalRequestListSchema,
  approvalRequestSchema,
  approvalSettingsSchema,
  reasonSchema,
  shownApprovalSettingsSchema,
} from "../approvals.ts";
import { approvalHeaders } from "./approval-headers.ts";
import { choiceFilter, pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const requestId = z.string().meta({ description: "The request's id." });

export const approvalRoutes = {
  list: tenantRoute("tenant.read", {
    method: "GET",
    path: "/approval-requests",
    summary: "List requests for an approval, newest first",
    description: "The caller's own, and those that the caller's role may decide.",
    query: z.strictObject({
      ...pageQuery(),
      state: choiceFilter(z.enum(["waiting", "ended"]), "Only requests that wait, or that have ended."),
    }),
    answer: approvalRequestListSchema,
  }),
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "/approval-requests/:requestId",
    summary: "Show a request for an approval",
    params: { requestId },
    answer: approvalRequestSchema,
  }),
  approve: tenantRoute("tenant.read", {
    method: "POST",
    path: "/approval-requests/:requestId/approve",
    peopleOnly: true,
    summary: "Approve a request of another person, which carries it out",
    description:
      "Takes the capability of the change as well. `hash` is the request's: what was read is what is approved. The approval and the change are one transaction. When what it would change is not what it was, or the requester has lost the right, the request ends as `failed`, and nothing is changed.",
    params: { requestId },
    body: z.strictObject({ hash: z.string().max(64), reason: reasonSchema.optional() }),
    answer: approvalRequestSchema,
    problems: ["approval_over", "approval_hash_differs", "too_many_runs"],
  }),
  reject: tenantRoute("tenant.read", {
    method: "POST",
    path: "/approval-requests/:requestId/reject",
    peopleOnly: true,
    summary: "Reject a request of another person",
    description: "Takes the capability of the change as well.",
    params: { requestId },
    body: z.strictObject({ reason: reasonSchema }),
    answer: approvalRequestSchema,
    problems: ["approval_over"],
  }),
  withdraw: tenantRoute("tenant.read", {
    method: "POST",
    path: "/approval-requests/:requestId/withdraw",
    peopleOnly: true,
    summary: "Withdraw a request of one's own",
    params: { requestId },
    answer: approvalRequestSchema,
    problems: ["approval_over"],
  }),
  settings: tenantRoute("tenant.read", {
    method: "GET",
    path: "/approval-settings",
    summary: "Show what needs another person's approval",
    answer: shownApprovalSettingsSchema,
  }),
  changeSettings: tenantRoute("members.manage", {
    method: "POST",
    path: "/approval-settings",
    summary: "Change what needs another person's approval",
    description:
      "Takes two owners who can sign in. While anything needs an approval, a change of these settings needs one too.",
    headers: approvalHeaders,
    mayWait: true,
    body: approvalSettingsSchema,
    answer: shownApprovalSettingsSchema,
    problems: ["too_few_owners"],
  }),
};
