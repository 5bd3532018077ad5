/** Categories that users choose for their devices. Graph: deviceCategory. */
import { NOT_ASSIGNED } from "../../src/graph/restore/rule.ts";
import { family, NO_PLATFORM } from "../../src/graph/families/family.ts";

export const deviceCategories = family({
  key: "deviceCategories",
  label: "Device categories",
  path: "/deviceManagement/deviceCategories",

  reading: { permission: "DeviceManagementConfiguration.Read.All" },

  meaning: { platform: NO_PLATFORM },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    assign: NOT_ASSIGNED,
  },
});
