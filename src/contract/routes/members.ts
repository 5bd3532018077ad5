import { z } from "zod";
import {
  invitationListSchema,
  memberListSchema,
  memberSchema,
  newInvitationSchema,
  roleIdSchema,
  tenantSchema,
} from "../access.ts";
import { timestamp } from "../lists.ts";
import { pageQuery } from "./queries.ts";
import { approvalHeaders } from "./approval-headers.ts";
import { route, tenantRoute } from "./route.ts";

/** How long an invitation holds. */
export const INVITATION_DAYS = 7;

const userId = z.string().meta({ description: "The member's id." });
const done = z.object({ done: z.literal(true) });

export const memberRoutes = {
  list: tenantRoute("members.read", {
    method: "GET",
    path: "/members",
    summary: "List members with their roles",
    query: z.strictObject(pageQuery()),
    answer: memberListSchema,
  }),
  changeRole: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/members/:userId/role",
    summary: "Give a member another role",
    description: "A tenant keeps at least one owner.",
    params: { userId },
    body: z.strictObject({ role: roleIdSchema }),
    answer: memberSchema,
    problems: ["last_owner", "second_owner", "unavailable"],
  }),
  remove: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/members/:userId/remove",
    summary: "End a membership",
    description: "The person's open sockets in this tenant are closed. What they have done stays.",
    params: { userId },
    answer: done,
    problems: ["last_owner", "second_owner", "unavailable"],
  }),
};

export const invitationRoutes = {
  list: tenantRoute("members.manage", {
    method: "GET",
    path: "/invitations",
    summary: "List invitations that are open",
    query: z.strictObject(pageQuery()),
    answer: invitationListSchema,
  }),
  create: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/invitations",
    summary: "Invite a person",
    description: `The secret is told once. Who signs in and has it becomes a member with that role, once, within ${INVITATION_DAYS} days.`,
    statuses: { 201: "Invited" },
    body: z.strictObject({
      role: roleIdSchema,
      note: z.string().trim().max(200).default("").meta({ description: "Who is meant, for those who manage members." }),
    }),
    answer: newInvitationSchema,
  }),
  withdraw: tenantRoute("members.manage", {
    method: "POST",
    path: "/invitations/:invitationId/withdraw",
    summary: "Withdraw an invitation",
    params: { invitationId: z.string().meta({ description: "The invitation's id." }) },
    answer: done,
    problems: ["invitation_over"],
  }),
};

const secret = z.string().min(1).max(200).meta({ description: "From the invitation's link." });

export const joiningRoutes = {
  preview: route("signed-in", {
    method: "POST",
    path: "/api/invitations/preview",
    peopleOnly: true,
    summary: "Show what an invitation leads to",
    description: "Changes nothing. A POST, since secrets have no place in addresses.",
    body: z.strictObject({ secret }),
    answer: z.object({
      tenantName: z.string(),
      role: roleIdSchema,
      roleName: z.string(),
      invitedBy: z.string().meta({ description: "The name of the person who invites." }),
      expiresAt: timestamp,
    }),
    problems: ["invitation_over"],
  }),
  accept: route("signed-in", {
    method: "POST",
    path: "/api/invitations/accept",
    peopleOnly: true,
    summary: "Become a member by an invitation",
    body: z.strictObject({ secret }),
    answer: tenantSchema,
    problems: ["invitation_over", "already_member", "tenant_moving"],
  }),
};
