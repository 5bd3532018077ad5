/** Windows Autopilot deployment profiles. Graph: windowsAutopilotDeploymentProfile. */
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import { bareTypeOf, objectsOf, textOf } from "../restore/document-members.ts";
import { block } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

/** Intune answers "An error has occurred" to a name with one of them (microsoft-graph-docs #4934, Microsoft365DSC #3892). */
const REFUSED_IN_NAMES = /[-!#%^*)(+;'<>]/;

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

  inFiles: { type: "windowsAutopilotDeploymentProfile", folders: ["autopilot", "autopilotdeploymentprofiles"] },

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    immutable: ["managementServiceAppId", "deviceType", "hybridAzureADJoinSkipConnectivityCheck"],
    blocked: ({ wanted, differs }) => {
      const refused = differs("displayName") ? REFUSED_IN_NAMES.exec(textOf(wanted["displayName"]) ?? "") : null;
      return refused === null
        ? null
        : block("name_refused", `Intune takes no Autopilot profile with "${refused[0]}" in its name.`);
    },
    notes: ({ wanted, target, assignments }) =>
      assignments && isForAllDevices(wanted) && !(target !== null && isForAllDevices(target))
        ? ["It is assigned to all devices, which Intune takes of one Autopilot profile alone."]
        : [],
    // Their assign action takes devices.
    assign: { kind: "oneByOne" },
  },
});

function isForAllDevices({ assignments }: JsonObject): boolean {
  return objectsOf(assignments).some(
    ({ target }) => target !== undefined && isJsonObject(target) && bareTypeOf(target) === "allDevicesAssignmentTarget",
  );
}
