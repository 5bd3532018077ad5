import { apiTokenRoutes } from "../../contract/routes/api-tokens.ts";
import { listApiTokens } from "../../database/tenancy/api-tokens.ts";
import { read } from "../routing/served.ts";

export const apiTokenReads = {
  list: read(apiTokenRoutes.list, async ({ env, tenant, user, query }) => {
    const makerId = tenant.capabilities.includes("members.manage") ? null : user.id;
    return await listApiTokens(env.CONTROL, { tenantId: tenant.id, makerId, ...query, now: Date.now() });
  }),
};
