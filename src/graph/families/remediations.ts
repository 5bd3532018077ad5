/** Remediations. Graph: deviceHealthScript. Lists leave both scripts out. */
import { assignedUnder, block, either, lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

const SERVICE_OWNED = ["isGlobalScript", "highestAvailableVersion"];

export const remediations = family({
  key: "remediations",
  label: "Remediations",
  path: "/deviceManagement/deviceHealthScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, serviceOwned: SERVICE_OWNED, risks: ["code"] },

  inFiles: {
    type: "deviceHealthScript",
    folders: ["devicehealthscripts", "proactiveremediations", "remediations"],
    looksLike: (document) => "detectionScriptContent" in document && "remediationScriptContent" in document,
  },

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    readOnly: SERVICE_OWNED,
    immutable: ["deviceHealthScriptType"],
    assign: assignedUnder("deviceHealthScriptAssignments"),
    blocked: (subject) =>
      either(subject, (document) => document["isGlobalScript"] === true)
        ? block("built_in", "Microsoft provides and updates this remediation itself.")
        : lacking(subject, ["detectionScriptContent"]),
  },
});
