import { z } from "zod";
import { newRoleSchema, tenantRoleListSchema, tenantRoleSchema } from "../roles.ts";
import { approvalHeaders } from "./approval-headers.ts";
import { tenantRoute } from "./route.ts";

const roleId = z.string().meta({ description: "The id of a role of the tenant's own." });

export const roleRoutes = {
  list: tenantRoute("members.read", {
    method: "GET",
    path: "/roles",
    summary: "List roles with what each may do",
    description: "The built-in roles first. All in one page.",
    answer: tenantRoleListSchema,
  }),
  create: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/roles",
    summary: "Make a role of the tenant's own",
    statuses: { 201: "Made" },
    body: newRoleSchema,
    answer: tenantRoleSchema,
    problems: ["role_name_taken", "too_many_roles"],
  }),
  change: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/roles/:roleId",
    summary: "Change a role of the tenant's own",
    description: "Holds at once for all who have it. Built-in roles cannot be changed.",
    params: { roleId },
    body: newRoleSchema,
    answer: tenantRoleSchema,
    problems: ["role_name_taken"],
  }),
  delete: tenantRoute("members.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/roles/:roleId/delete",
    summary: "Delete a role of the tenant's own",
    description: "A role that members or open invitations have is kept; the refusal names who has it.",
    params: { roleId },
    answer: z.object({ done: z.literal(true) }),
    problems: ["role_in_use"],
  }),
};
