import { platformRoutes } from "../../contract/routes/platform.ts";
import { listAllTenants } from "../../database/tenancy/platform.ts";
import { readOwn } from "../routing/served.ts";

export const platformReads = {
  tenants: readOwn(platformRoutes.tenants, ({ env, query }) =>
    listAllTenants(env.DATABASE, { ...query, now: Date.now() }),
  ),
};
