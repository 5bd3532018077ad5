/** Settings catalog policies. Graph: deviceManagementConfigurationPolicy. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { textOf } from "../restore/document-members.ts";
import { block, lacking, type Block, type Subject } from "../restore/rule.ts";
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

  inFiles: {
    type: "deviceManagementConfigurationPolicy",
    folders: ["settingscatalog", "configurationpolicies"],
    looksLike: (document) =>
      "settings" in document &&
      "platforms" in document &&
      "technologies" in document &&
      document["technologies"] !== "linuxMdm",
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
    blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]) ?? foreignSecret(subject),
  },
});

function isForAppleEnrollment(document: JsonObject): boolean {
  const technologies = (textOf(document["technologies"]) ?? "").split(",");
  return technologies.includes("enrollment") && (textOf(document["creationSource"]) ?? "").startsWith("DepTokenId_");
}

/** Of a secret, Intune tells a token that only the policy itself can be written with. */
function foreignSecret({ wanted, target }: Subject): Block | null {
  const own = new Set(target === null ? [] : tokensIn(target["settings"] ?? null));
  return tokensIn(wanted["settings"] ?? null).every((token) => own.has(token))
    ? null
    : block(
        "encrypted_value",
        "A setting of this policy is a secret, which Intune never tells: it tells a token that no other policy takes.",
      );
}

function tokensIn(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap(tokensIn);
  if (!isJsonObject(value)) return [];
  if (value["valueState"] === "encryptedValueToken") return [value["value"] ?? null];
  return Object.values(value).flatMap(tokensIn);
}
