/**
 * Endpoint security policies and security baselines of the older kind, made from a template. Graph: deviceManagementIntent, with its
 * deviceManagementSettingInstance. A policy is made by its template, and its settings are set by an action.
 */
import type { JsonObject } from "../../policies/json-value.ts";
import { objectsOf, only, textOf } from "../restore/document-members.ts";
import { POLICY_ID, type RestoreStep } from "../restore/restore-step.ts";
import { lacking, type Subject, type UpdatedSubject } from "../restore/rule.ts";
import { ASSIGNMENTS, family, NO_PLATFORM, SETTINGS } from "./family.ts";

const SERVICE_OWNED = ["isMigratingToConfigurationPolicy"];
/** What the service makes of `valueJson`. */
const SHOWN = "settings.value";

export const intents = family({
  key: "intents",
  label: "Endpoint security (templates)",
  path: "/deviceManagement/intents",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [SETTINGS, ASSIGNMENTS] },

  meaning: { platform: NO_PLATFORM, serviceOwned: [...SERVICE_OWNED, SHOWN], risks: ["security"] },

  inFiles: {
    type: "deviceManagementIntent",
    folders: ["endpointsecurity", "managementintents", "devicemanagementintents"],
    looksLike: (document) =>
      "templateId" in document && ("settingsDelta" in document || "isMigratingToConfigurationPolicy" in document),
  },

  references: [{ kind: "settingsTemplate", path: ["templateId"] }],

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: SERVICE_OWNED,
    apart: ["settings"],
    immutable: ["templateId"],
    createPath: ({ wanted }) =>
      `/deviceManagement/templates/${encodeURIComponent(textOf(wanted["templateId"]) ?? "")}/createInstance`,
    createBody: (body) => only(body, ["displayName", "description", "roleScopeTagIds"]),
    blocked: (subject) => lacking(subject, ["templateId"]),
    afterCreate: ({ collection, wanted }) => settingsStep(collection, objectsOf(wanted["settings"]).map(sent)),
    afterUpdate: changedSettings,
  },
});

/** Settings that the stored policy does not have are unset. */
function changedSettings({ collection, wanted, target, differs, isSameEntry }: UpdatedSubject): RestoreStep[] {
  if (!differs("settings")) return [];
  const present = new Map(objectsOf(target["settings"]).map((setting) => [textOf(setting["definitionId"]), setting]));
  const changed: JsonObject[] = [];
  for (const setting of objectsOf(wanted["settings"])) {
    const definition = textOf(setting["definitionId"]);
    const old = present.get(definition);
    present.delete(definition);
    if (!old || !isSameEntry("settings", setting, old)) changed.push(sent(setting));
  }
  const gone = [...present.values()].map((setting) => ({ ...sent(setting), valueJson: "null" }));
  return settingsStep(collection, [...changed, ...gone]);
}

function settingsStep(collection: Subject["collection"], settings: JsonObject[]): RestoreStep[] {
  if (settings.length === 0) return [];
  return [
    {
      name: "settings",
      method: "POST",
      path: `${collection}/${POLICY_ID}/updateSettings`,
      body: { settings },
      effect: { kind: "sets", property: "settings" },
    },
  ];
}

function sent(setting: JsonObject): JsonObject {
  return only(setting, ["@odata.type", "definitionId", "valueJson"]);
}
