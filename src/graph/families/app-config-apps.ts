/** App configuration that an app receives from its user's account. Graph: targetedManagedAppConfiguration. */
import {
  isFilledByService,
  TARGETED_APPS,
  TARGETED_APPS_RESTORE,
  TARGETED_APPS_SERVICE_OWNED,
} from "../family-parts/targeted-apps.ts";
import { ASSIGNMENTS, family, NO_PLATFORM } from "./family.ts";

export const appConfigApps = family({
  key: "appConfigApps",
  label: "App configuration (managed apps)",
  path: "/deviceAppManagement/targetedManagedAppConfigurations",

  reading: { permission: "DeviceManagementApps.Read.All", children: [TARGETED_APPS, ASSIGNMENTS] },

  meaning: { platform: NO_PLATFORM, serviceOwned: TARGETED_APPS_SERVICE_OWNED, saysNothing: isFilledByService },

  inFiles: { type: "targetedManagedAppConfiguration", folders: ["appconfigurationmanagedapp"] },

  restore: { ...TARGETED_APPS_RESTORE, permission: "DeviceManagementApps.ReadWrite.All" },
});
