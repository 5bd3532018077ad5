import { memberRoutes } from "../../contract/routes/members.ts";
import { listMembers } from "../../database/tenancy/members.ts";
import { orBadCursor } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

export const memberReads = {
  list: read(memberRoutes.list, async ({ env, tenant, query }) =>
    orBadCursor(await listMembers(env.DATABASE, { tenantId: tenant.id, ...query })),
  ),
};
