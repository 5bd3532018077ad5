import { memberRoutes } from "../../contract/routes/members.ts";
import { listMembers } from "../../database/tenancy/members.ts";
import { read } from "../routing/served.ts";

export const memberReads = {
  list: read(
    memberRoutes.list,
    async ({ env, tenant, query }) => await listMembers(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
};
