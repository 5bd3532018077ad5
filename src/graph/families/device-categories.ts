/** Categories that users choose for their devices. Graph: deviceCategory. */
import { NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const deviceCategories = family({
  key: "deviceCategories",
  label: "Device categories",
  path: "/deviceManagement/deviceCategories",

  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    otherPermissions: ["DeviceManagementManagedDevices.Read.All"],
  },

  meaning: { platform: NO_PLATFORM },

  inFiles: { type: "deviceCategory", folders: ["devicecategories"] },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    otherPermissions: ["DeviceManagementManagedDevices.ReadWrite.All"],
    stage: 40,
    assign: NOT_ASSIGNED,
  },
});
