import { unreadablePolicyRoutes } from "../../contract/routes/unreadable-policies.ts";
import { listUnreadable } from "../../database/inventory/unreadable-policies.ts";
import { read } from "../routing/served.ts";

export const unreadablePolicyReads = {
  list: read(
    unreadablePolicyRoutes.list,
    async ({ env, tenant, query }) => await listUnreadable(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
};
