/** Compliance scripts. Graph: deviceComplianceScript. They take effect through the compliance policies that refer to them. */
import { lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, WINDOWS } from "./family.ts";

/** Of a kind with remediations, where these two are the service's. */
const SERVICE_OWNED = ["isGlobalScript", "highestAvailableVersion"];

export const complianceScripts = family({
  key: "complianceScripts",
  label: "Compliance scripts",
  path: "/deviceManagement/deviceComplianceScripts",

  reading: { permission: "DeviceManagementScripts.Read.All", source: "byId" },

  meaning: { platform: WINDOWS, serviceOwned: SERVICE_OWNED, risks: ["security", "code"] },

  inFiles: {
    type: "deviceComplianceScript",
    folders: ["compliancescripts", "devicecompliancescripts"],
    looksLike: (document) => "detectionScriptContent" in document && !("remediationScriptContent" in document),
  },

  referenceKind: "complianceScript",

  restore: {
    permission: "DeviceManagementScripts.ReadWrite.All",
    stage: 90,
    readOnly: SERVICE_OWNED,
    assign: NOT_ASSIGNED,
    blocked: (subject) => lacking(subject, ["detectionScriptContent"]),
  },
});
