import { roleRoutes } from "../../contract/routes/roles.ts";
import { listRoles } from "../../database/tenancy/roles.ts";
import { read } from "../routing/served.ts";

export const roleReads = {
  list: read(roleRoutes.list, async ({ env, tenant }) => ({
    items: await listRoles(env.DATABASE, tenant.id),
    nextCursor: null,
  })),
};
