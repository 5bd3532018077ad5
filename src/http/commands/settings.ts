import { settingsRoutes } from "../../contract/routes/settings.ts";
import { readTenantSettings, writeTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { command } from "../routing/served.ts";

export const settingsCommands = {
  change: command(settingsRoutes.change, async ({ env, tenant, user, body }) => {
    const { reviewPackRetentionDays, backupAgeLimitDays, tags } = await readTenantSettings(env.DATABASE, tenant.id);
    const settings = {
      reviewPackRetentionDays: body.reviewPackRetentionDays ?? reviewPackRetentionDays,
      // Null is a choice: there is no limit.
      backupAgeLimitDays: body.backupAgeLimitDays === undefined ? backupAgeLimitDays : body.backupAgeLimitDays,
      tags: body.tags ?? tags,
    };
    await writeTenantSettings(env.DATABASE, { tenantId: tenant.id, actorId: user.id, at: Date.now(), settings });
    return settings;
  }),
};
