/** Windows Autopilot deployment profiles. Graph: windowsAutopilotDeploymentProfile. */
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const autopilot = family({
  key: "autopilot",
  label: "Autopilot profiles",
  path: "/deviceManagement/windowsAutopilotDeploymentProfiles",

  reading: { permission: "DeviceManagementServiceConfig.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS },

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    // Their assign action takes devices.
    assign: { kind: "oneByOne" },
  },
});
