/** Windows Autopilot deployment profiles. Graph: windowsAutopilotDeploymentProfile. */
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const autopilot = family({
  key: "autopilot",
  label: "Autopilot profiles",
  path: "/deviceManagement/windowsAutopilotDeploymentProfiles",

  reading: { permission: "DeviceManagementServiceConfig.Read.All", children: [ASSIGNMENTS] },

  meaning: {
    platform: WINDOWS,
    // The language that the device has anyway.
    saysNothing: (path, value) => (path === "locale" || path === "language") && value === "os-default",
  },

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    immutable: ["managementServiceAppId", "deviceType", "hybridAzureADJoinSkipConnectivityCheck"],
    // Their assign action takes devices.
    assign: { kind: "oneByOne" },
  },
});
