import { settingsRoutes } from "../../contract/routes/settings.ts";
import { readTenantSettings } from "../../database/tenancy/tenant-settings.ts";
import { read } from "../routing/served.ts";

export const settingsReads = {
  show: read(settingsRoutes.show, ({ env, tenant }) => readTenantSettings(env.DATABASE, tenant.id)),
};
