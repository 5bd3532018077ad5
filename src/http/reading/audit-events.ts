import { auditEventRoutes } from "../../contract/routes/audit-events.ts";
import { listAuditEvents } from "../../database/tenancy/audit-events.ts";
import { read } from "../routing/served.ts";

export const auditEventReads = {
  list: read(
    auditEventRoutes.list,
    async ({ env, tenant, query }) => await listAuditEvents(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
};
