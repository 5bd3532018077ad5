/** How quality updates of Windows are approved, hotpatches included. Graph: windowsQualityUpdatePolicy. */
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const qualityUpdatePolicies = family({
  key: "qualityUpdatePolicies",
  label: "Quality update policies",
  path: "/deviceManagement/windowsQualityUpdatePolicies",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS },

  inFiles: { type: "windowsQualityUpdatePolicy", looksLike: (document) => "hotpatchEnabled" in document },

  restore: { permission: "DeviceManagementConfiguration.ReadWrite.All" },
});
