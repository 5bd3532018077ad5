/** Custom attributes of macOS devices. Graph: deviceCustomAttributeShellScript. Lists leave the script's content out. */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, MAC_OS } from "./family.ts";

export const customAttributes = family({
  key: "customAttributes",
  label: "Custom attributes",
  path: "/deviceManagement/deviceCustomAttributeShellScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", children: [ASSIGNMENTS] },

  meaning: { platform: MAC_OS, risks: ["code"] },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    immutable: ["customAttributeName", "customAttributeType", "displayName"],
    assign: assignedUnder("deviceManagementScriptAssignments"),
    blocked: (subject) => lacking(subject, ["scriptContent", "customAttributeName", "customAttributeType"]),
  },
});
