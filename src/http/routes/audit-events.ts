import { z } from "zod";
import { listAuditEvents } from "../../database/tenancy/audit-events.ts";
import { pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const listQuery = z.strictObject(pageQuery());

export function addAuditEventRoutes(router: TenantRouter): void {
  router.get("/audit-events", "audit.read", async (context) => {
    const query = readQuery(context, listQuery);
    const tenantId = context.get("tenant").id;
    return context.json(await listAuditEvents(context.env.DATABASE, { tenantId, ...query }));
  });
}
