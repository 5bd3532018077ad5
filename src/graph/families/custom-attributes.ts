/**
 * Custom attributes of macOS devices. Graph: deviceCustomAttributeShellScript. Lists leave the script's content out, and assignments are
 * had with the script alone: `/{id}/assignments` answers 400.
 */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { family, MAC_OS } from "./family.ts";

export const customAttributes = family({
  key: "customAttributes",
  label: "Custom attributes",
  path: "/deviceManagement/deviceCustomAttributeShellScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", byIdQuery: "?$expand=assignments" },

  meaning: { platform: MAC_OS, risks: ["code"] },

  inFiles: {
    type: "deviceCustomAttributeShellScript",
    folders: ["maccustomattributes", "customattributes"],
    looksLike: (document) => "customAttributeName" in document,
  },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    immutable: ["customAttributeName", "customAttributeType", "displayName"],
    assign: assignedUnder("deviceManagementScriptAssignments"),
    blocked: (subject) => lacking(subject, ["scriptContent", "customAttributeName", "customAttributeType"]),
  },
});
