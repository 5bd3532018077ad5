/** Categories by which the Company Portal lists apps. Graph: mobileAppCategory. Microsoft's own are among them, and in every tenant. */
import { NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const appCategories = family({
  key: "appCategories",
  label: "App categories",
  path: "/deviceAppManagement/mobileAppCategories",

  reading: { permission: "DeviceManagementApps.Read.All" },

  meaning: { platform: NO_PLATFORM },

  restore: {
    permission: "DeviceManagementApps.ReadWrite.All",
    stage: 40,
    assign: NOT_ASSIGNED,
  },
});
