/** Groups of settings that settings catalog policies share. Graph: deviceManagementReusablePolicySetting. Lists leave their content out. */
import { lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, WINDOWS } from "./family.ts";

const SERVICE_OWNED = ["referencingConfigurationPolicyCount"];

export const reusableSettings = family({
  key: "reusableSettings",
  label: "Reusable settings",
  path: "/deviceManagement/reusablePolicySettings",

  reading: { permission: "DeviceManagementConfiguration.Read.All", source: "byId" },

  meaning: { platform: WINDOWS, serviceOwned: SERVICE_OWNED },

  inFiles: {
    type: "deviceManagementReusablePolicySetting",
    folders: ["reusablesettings"],
    looksLike: (document) => "settingInstance" in document && "settingDefinitionId" in document,
  },

  referenceKind: "reusableSetting",

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    stage: 80,
    assign: NOT_ASSIGNED,
    readOnly: SERVICE_OWNED,
    blocked: (subject) => lacking(subject, ["settingDefinitionId", "settingInstance"]),
  },
});
