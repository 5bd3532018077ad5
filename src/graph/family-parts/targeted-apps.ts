/** The apps that a managed app policy is for (managedMobileApp), set by an action of their own: `targetApps`. */
import type { JsonObject, JsonValue } from "../../policies/json-value.ts";
import type { ChildCollection } from "../families/family.ts";
import { objectsOf, only, textOf } from "../restore/document-members.ts";
import { POLICY_ID, sets, type RestoreStep } from "../restore/restore-step.ts";
import type { RestoreRule, Subject } from "../restore/rule.ts";

export const TARGETED_APPS: ChildCollection = { property: "apps", path: "/apps", query: "", children: [] };

/** An app in a managed app policy is its identifier; its `version` is a hash that the service makes. */
export const TARGETED_APPS_SERVICE_OWNED = ["apps.version", "deployedAppCount"];

/** A named group of apps is filled by the service, which adds to it as Microsoft publishes apps. */
export function isFilledByService(path: string, _value: JsonValue, owner: JsonObject): boolean {
  return path === "apps" && !isListedOneByOne(owner);
}

export const TARGETED_APPS_RESTORE = {
  readOnly: ["deployedAppCount"],
  apart: ["apps"],
  afterCreate: targetedAppSteps,
  afterUpdate: targetedAppSteps,
} satisfies Partial<RestoreRule>;

/** Apps that are listed one by one; a named group ("allMicrosoftApps") is filled by the service. */
function isListedOneByOne(document: JsonObject): boolean {
  const group = textOf(document["appGroupType"]);
  return group === null || group === "selectedPublicApps";
}

function targetedAppSteps({ collection, wanted, target, differs }: Subject): RestoreStep[] {
  const apps = isListedOneByOne(wanted)
    ? objectsOf(wanted["apps"]).map((app) => only(app, ["mobileAppIdentifier"]))
    : [];
  const says = apps.length > 0 || textOf(wanted["appGroupType"]) !== null;
  if (target === null ? !says : !differs("apps") && !differs("appGroupType")) return [];
  const path = `${collection}/${POLICY_ID}/targetApps`;
  return [sets("target apps", path, "apps", { apps, ...only(wanted, ["appGroupType"]) })];
}
