import { tenantSettingsSchema } from "../../contract/settings.ts";
import { readTenantSettings, writeTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { readBody } from "../requests.ts";
import type { TenantRouter } from "../tenant-router.ts";

export function addSettingsRoutes(router: TenantRouter): void {
  router.get("/settings", "tenant.read", async (context) => {
    return context.json(await readTenantSettings(context.env.DATABASE, context.get("tenant").id));
  });

  router.post("/settings", "settings.manage", async (context) => {
    const settings = await readBody(context, tenantSettingsSchema);
    const change = {
      tenantId: context.get("tenant").id,
      actorId: context.get("user").id,
      at: Date.now(),
      settings,
    };
    await writeTenantSettings(context.env.DATABASE, change);
    return context.json(settings);
  });
}
