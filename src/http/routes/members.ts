import { z } from "zod";
import { listMembers } from "../../database/tenancy/members.ts";
import { pageQuery, readQuery } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

const listQuery = z.strictObject(pageQuery());

export function addMemberRoutes(router: TenantRouter): void {
  router.get("/members", "members.read", async (context) => {
    const query = readQuery(context, listQuery);
    const tenantId = context.get("tenant").id;
    return context.json(await listMembers(context.env.DATABASE, { tenantId, ...query }));
  });
}
