/** When Intune removes devices that have not been seen for a while. Graph: managedDeviceCleanupRule. */
import { NOT_ASSIGNED } from "../../src/graph/restore/rule.ts";
import { family, NO_PLATFORM } from "../../src/graph/families/family.ts";

export const cleanupRules = family({
  key: "cleanupRules",
  label: "Cleanup rules",
  path: "/deviceManagement/managedDeviceCleanupRules",

  reading: { permission: "DeviceManagementConfiguration.Read.All" },

  meaning: { platform: NO_PLATFORM },

  inFiles: { type: "managedDeviceCleanupRule" },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    assign: NOT_ASSIGNED,
  },
});
