import { platformRoutes } from "../../contract/routes/platform.ts";
import { listAuditEvents, PLATFORM_LOG, WHOLE_LOG } from "../../database/audit/audit-events.ts";
import { listPeople } from "../../database/tenancy/platform-people.ts";
import { listAllTenants } from "../../database/tenancy/platform.ts";
import { readMeasured } from "../../runs/reading/measured.ts";
import { readOwn } from "../routing/served.ts";

export const platformReads = {
  tenants: readOwn(platformRoutes.tenants, ({ env, query }) =>
    listAllTenants(env.CONTROL, { ...query, now: Date.now() }),
  ),
  measured: readOwn(platformRoutes.measured, async ({ env }) => await readMeasured(env, Date.now())),
  people: readOwn(platformRoutes.people, async ({ env, query }) => await listPeople(env.CONTROL, query)),
  log: readOwn(
    platformRoutes.log,
    async ({ env, query }) => await listAuditEvents(env.CONTROL, { ...WHOLE_LOG, tenantId: PLATFORM_LOG, ...query }),
  ),
};
