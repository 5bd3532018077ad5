/** Settings catalog policies. Graph: deviceManagementConfigurationPolicy. */
import type { JsonObject } from "../../policies/json-value.ts";
import { textOf } from "../restore/document-members.ts";
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, SETTINGS } from "./family.ts";

export const settingsCatalog = family({
  key: "settingsCatalog",
  label: "Settings catalog",
  path: "/deviceManagement/configurationPolicies",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [SETTINGS, ASSIGNMENTS] },

  meaning: {
    nameProperty: "name",
    platform: { kind: "property", property: "platforms" },
    serviceOwned: ["templateReference.templateDisplayName", "templateReference.templateDisplayVersion"],
  },

  // Settings refer to reusable settings at any depth, by a type of value of its own.
  references: [
    {
      kind: "reusableSetting",
      odataType: "#microsoft.graph.deviceManagementConfigurationReferenceSettingValue",
      member: "value",
    },
  ],

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    // The whole policy is put: what the document lacks is gone afterwards, as it was when it was stored.
    updateMethod: "PUT",
    findsByName: true,
    // A policy for Apple's automated enrollment names its token there, and Graph takes it no other way.
    keeps: (document) => (isForAppleEnrollment(document) ? ["creationSource"] : []),
    blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]),
  },
});

function isForAppleEnrollment(document: JsonObject): boolean {
  const technologies = (textOf(document["technologies"]) ?? "").split(",");
  return technologies.includes("enrollment") && (textOf(document["creationSource"]) ?? "").startsWith("DepTokenId_");
}
