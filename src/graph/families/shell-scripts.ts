/** Shell scripts for macOS. Graph: deviceShellScript. Lists leave the script's content out. */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, MAC_OS } from "./family.ts";

export const shellScripts = family({
  key: "shellScripts",
  label: "Shell scripts",
  path: "/deviceManagement/deviceShellScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", children: [ASSIGNMENTS] },

  meaning: { platform: MAC_OS, risks: ["code"] },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    assign: assignedUnder("deviceManagementScriptAssignments"),
    blocked: (subject) => lacking(subject, ["scriptContent", "fileName"]),
  },
});
