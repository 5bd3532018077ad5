import { z } from "zod";
import { apiTokenListSchema, MAX_TOKEN_DAYS, newApiTokenSchema, toldApiTokenSchema } from "../api-tokens.ts";
import { pageQuery } from "./queries.ts";
import { route, tenantRoute } from "./route.ts";

export const apiTokenRoutes = {
  list: tenantRoute("tenant.read", {
    method: "GET",
    path: "/api-tokens",
    summary: "List API tokens that reach the tenant",
    description: "The caller's own; for those who manage members, everybody's.",
    peopleOnly: true,
    query: z.strictObject(pageQuery()),
    answer: apiTokenListSchema,
  }),
  create: route("signed-in", {
    method: "POST",
    path: "/api/api-tokens",
    summary: "Make an API token",
    description: `The token is told once, and good for ${MAX_TOKEN_DAYS} days at most. The caller has to have each capability in each of the tenants. At each use the token may do what it was made for and what its maker may do then.`,
    peopleOnly: true,
    statuses: { 201: "Made" },
    body: newApiTokenSchema,
    answer: toldApiTokenSchema,
    problems: ["too_many_tokens"],
  }),
  revoke: tenantRoute("tenant.read", {
    method: "POST",
    path: "/api-tokens/:apiTokenId/revoke",
    summary: "Revoke an API token",
    description:
      "The maker ends the token. Others who manage members end its access to this tenant. Open sockets of it are closed.",
    peopleOnly: true,
    params: { apiTokenId: z.string().meta({ description: "The token's id, which stands in it behind `ta_`." }) },
    answer: z.object({ done: z.literal(true) }),
    problems: ["unavailable"],
  }),
};
