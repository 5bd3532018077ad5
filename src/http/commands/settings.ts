import { settingsRoutes } from "../../contract/routes/settings.ts";
import { writeTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { command } from "../routing/served.ts";

export const settingsCommands = {
  change: command(settingsRoutes.change, async ({ env, tenant, user, body: settings }) => {
    await writeTenantSettings(env.DATABASE, { tenantId: tenant.id, actorId: user.id, at: Date.now(), settings });
    return settings;
  }),
};
