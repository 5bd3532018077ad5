/** PowerShell scripts for Windows. Graph: deviceManagementScript. Lists leave the script's content out. */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const powershellScripts = family({
  key: "powershellScripts",
  label: "PowerShell scripts",
  path: "/deviceManagement/deviceManagementScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, risks: ["code"] },

  inFiles: {
    type: "deviceManagementScript",
    folders: ["powershellscripts", "powershell", "devicemanagementscripts"],
    looksLike: (document) => "scriptContent" in document && "enforceSignatureCheck" in document,
  },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    assign: assignedUnder("deviceManagementScriptAssignments"),
    blocked: (subject) => lacking(subject, ["scriptContent", "fileName"]),
  },
});
