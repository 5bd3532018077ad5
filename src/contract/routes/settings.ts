import { changedSettingsSchema, tenantSettingsSchema } from "../settings.ts";
import { tenantRoute } from "./route.ts";

export const settingsRoutes = {
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "/settings",
    summary: "Show the choices that hold for the whole tenant",
    answer: tenantSettingsSchema,
  }),
  change: tenantRoute("settings.manage", {
    method: "POST",
    path: "/settings",
    summary: "Change the choices that hold for the whole tenant",
    body: changedSettingsSchema,
    answer: tenantSettingsSchema,
  }),
};
