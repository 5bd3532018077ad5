/** The apps that a managed app policy is for (managedMobileApp), set by an action of their own: `targetApps`. */
import type { JsonObject } from "../../policies/json-value.ts";
import type { ChildCollection } from "../families/family.ts";
import { isSame } from "../restore/differences.ts";
import { only, textOf, without } from "../restore/document-members.ts";
import { plainBodies, plainEntries } from "../restore/plain-entries.ts";
import { POLICY_ID, sets, type RestoreStep } from "../restore/restore-step.ts";
import type { RestoreRule, Subject } from "../restore/rule.ts";

export const TARGETED_APPS: ChildCollection = { property: "apps", path: "/apps", query: "", children: [] };

/** An app in a managed app policy is its identifier; its `version` is a hash that the service makes. */
export const TARGETED_APPS_SERVICE_OWNED = ["apps.version", "deployedAppCount"];

export const TARGETED_APPS_RESTORE = {
  readOnly: ["deployedAppCount"],
  apart: ["apps"],
  body: (body) => (isListedOneByOne(body) ? body : without(body, ["apps"])),
  afterCreate: targetedAppSteps,
  afterUpdate: targetedAppSteps,
} satisfies Partial<RestoreRule>;

/** Apps that are listed one by one; a named group ("allMicrosoftApps") is filled by the service. */
function isListedOneByOne(document: JsonObject): boolean {
  const group = textOf(document["appGroupType"]);
  return group === null || group === "selectedPublicApps";
}

function targetedAppSteps({ collection, wanted, target }: Subject): RestoreStep[] {
  const listed = isListedOneByOne(wanted);
  const apps = listed ? plainBodies("apps", wanted["apps"]) : [];
  const wants = { ...only(wanted, ["appGroupType"]), ...(listed ? { apps: plainEntries("apps", apps) } : {}) };
  const has = target ? { ...target, apps: plainEntries("apps", target["apps"] ?? []) } : {};
  if (isSame(wants, has)) return [];
  const path = `${collection}/${POLICY_ID}/targetApps`;
  return [sets("target apps", path, "apps", { apps, ...only(wanted, ["appGroupType"]) })];
}
