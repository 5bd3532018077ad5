/**
 * Shell scripts for macOS. Graph: deviceShellScript. Lists leave the script's content out, and assignments are
 * had with the script alone: `/{id}/assignments` answers 400.
 */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { family, MAC_OS } from "./family.ts";

export const shellScripts = family({
  key: "shellScripts",
  label: "Shell scripts",
  path: "/deviceManagement/deviceShellScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", byIdQuery: "?$expand=assignments" },

  meaning: { platform: MAC_OS, risks: ["code"] },

  inFiles: {
    type: "deviceShellScript",
    folders: ["macscripts", "shell", "shellscripts", "deviceshellscripts"],
    looksLike: (document) =>
      "scriptContent" in document && "executionFrequency" in document && !("customAttributeName" in document),
  },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    assign: assignedUnder("deviceManagementScriptAssignments"),
    blocked: (subject) => lacking(subject, ["scriptContent", "fileName"]),
  },
});
