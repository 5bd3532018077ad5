/** From a body (or an exported or generated document) to a stored policy: ids, dates, sub-resources, sealed secrets. */
import { definitionOf, presentationOf } from "./generate/group-policy-definitions.ts";
import { TYPED_PROTECTION_SETS } from "./families.ts";
import { bareType, type Family } from "./family.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import { hasProperty, isAssignable, type Property, propertyOf } from "./schema/schema.ts";
import { plainText } from "./secrets.ts";
import type { Policy, Store } from "./store.ts";

export function odataType(type: string): string {
  return `#microsoft.graph.${bareType(type)}`;
}

/** Scope tags are numbered. A number is not given twice: what refers to a deleted tag never means another one. */
const HIGHEST_REMOVED_TAG = "highestRemovedScopeTag";

/** Removes a policy; false when there is none of that id. */
export function removePolicy(store: Store, family: Family, id: string): boolean {
  if (family.key === "scopeTags") {
    const highest = Math.max(Number(store.readSetting(HIGHEST_REMOVED_TAG) ?? 0), Number(id) || 0);
    store.writeSetting(HIGHEST_REMOVED_TAG, String(highest));
  }
  return store.deletePolicy(family, id);
}

/** A fresh id in the form the family's ids have. */
export function newId(store: Store, family: Family, type: string): string {
  const guid = crypto.randomUUID();
  switch (family.key) {
    case "scopeTags": {
      let highest = Number(store.readSetting(HIGHEST_REMOVED_TAG) ?? 0);
      for (const row of store.listPolicies(family, 0)) highest = Math.max(highest, Number(row.id) || 0);
      return String(highest + 1);
    }
    case "enrollment":
      return `${guid}_${ENROLLMENT_SUFFIXES[type] ?? "Default"}`;
    case "appProtection":
      return `${TYPED_PROTECTION_SETS.find((set) => set.type === type)?.idPrefix ?? "T_"}${guid}`;
    case "appConfigApps":
      return `A_${guid}`;
    default:
      return guid;
  }
}

const ENROLLMENT_SUFFIXES: Record<string, string> = {
  windows10EnrollmentCompletionPageConfiguration: "Windows10EnrollmentCompletionPageConfiguration",
  deviceEnrollmentLimitConfiguration: "Limit",
  deviceEnrollmentPlatformRestrictionsConfiguration: "PlatformRestrictions",
  deviceEnrollmentPlatformRestrictionConfiguration: "SinglePlatformRestriction",
  deviceEnrollmentWindowsHelloForBusinessConfiguration: "WindowsHelloForBusiness",
  deviceEnrollmentNotificationConfiguration: "EnrollmentNotificationsConfiguration",
  deviceComanagementAuthorityConfiguration: "DeviceComanagementAuthorityConfiguration",
};

/**
 * Takes a validated document apart. Sub-resources given inline become parts; what the service itself adds is added.
 * @param when ISO 8601, for both dates, unless the document brings its own
 */
export function intake(family: Family, id: string, type: string, body: Doc, when: string): Policy {
  const doc: Doc = {};
  const parts: Record<string, Doc[]> = {};
  for (const [name, value] of Object.entries(body)) {
    const navigation = name.endsWith(BIND) ? propertyOf("beta", type, name.slice(0, -BIND.length)) : null;
    if (navigation !== null && isReference(navigation))
      parts[navigation.name] = boundIds(value).map((referred) => ({ id: referred }));
    if (name.includes("@odata.") && name !== "@odata.type") continue;
    if (family.parts.includes(name)) parts[name] = numbered(name, docList(value) ?? [], id);
    else if (!name.startsWith("#")) doc[name] = value;
  }
  doc["@odata.type"] = odataType(type);
  if (hasProperty(type, family.idProperty)) doc[family.idProperty] = id;
  if (hasProperty(type, "createdDateTime")) doc["createdDateTime"] ??= when;
  const modified = modifiedProperty(type);
  if (modified !== null) doc[modified] ??= when;
  // Nothing, null and no tag at all say the same to Intune: the default tag.
  const tagged = scopeTagProperty(type);
  if (tagged !== null && family.key !== "notifications") {
    const tags = doc[tagged] ?? [];
    if (Array.isArray(tags) && tags.length === 0) doc[tagged] = ["0"];
  }
  const version = propertyOf("beta", type, "version");
  if (version !== null) doc["version"] ??= version.type === "s" ? "1" : 1;
  const secrets = family.key === "deviceConfiguration" ? sealSecrets(doc) : [];
  if (secrets.length > 0) parts["secrets"] = secrets;
  if (parts["settings"] !== undefined && hasProperty(type, "settingCount"))
    doc["settingCount"] = parts["settings"].length;
  if (family.key === "settingsCatalog" || family.key === "appProtection")
    doc["isAssigned"] = (parts["assignments"]?.length ?? 0) > 0;
  return { doc, parts };
}

/** The name of the date that every write moves; null where the type has none. */
export function modifiedProperty(type: string): string | null {
  return ["lastModifiedDateTime", "modifiedDateTime"].find((name) => hasProperty(type, name)) ?? null;
}

/** Where the type has its scope tags; null where it has none. */
export function scopeTagProperty(type: string): string | null {
  return ["roleScopeTagIds", "roleScopeTags", "scopeIds"].find((name) => hasProperty(type, name)) ?? null;
}

/** Gives the items of a sub-resource their ids. */
export function numbered(name: string, items: readonly Doc[], policyId: string): Doc[] {
  return items.map((item, index) => {
    if (name === "settings") return { id: String(index), ...item };
    if (name === "assignments") return { ...item, id: text(item["id"]) ?? assignmentId(policyId, item) };
    if (name === "definitionValues") return definitionValue(item);
    if (name === "scheduledActionsForRule") {
      const configurations = (docList(item["scheduledActionConfigurations"]) ?? []).map((configuration) => ({
        ...configuration,
        id: text(configuration["id"]) ?? crypto.randomUUID(),
      }));
      return {
        ...item,
        id: text(item["id"]) ?? crypto.randomUUID(),
        ruleName: item["ruleName"] ?? null,
        scheduledActionConfigurations: configurations,
      };
    }
    return { ...item, id: text(item["id"]) ?? crypto.randomUUID() };
  });
}

function assignmentId(policyId: string, item: Doc): string {
  const target = isDoc(item["target"]) ? item["target"] : {};
  const type = bareType(text(target["@odata.type"]) ?? "");
  const whom =
    text(target["groupId"]) ??
    (type === "allDevicesAssignmentTarget"
      ? "adadadad-808e-44e2-905a-0b7873a8a531"
      : "acacacac-9df4-4c7d-9d50-4ef0226f57a9");
  return `${policyId}_${whom}_${text(item["intent"]) ?? "0"}`;
}

/** Resolves the binds of a definition value to what `$expand` shows. */
export function definitionValue(item: Doc): Doc {
  const { "definition@odata.bind": bind, presentationValues, ...rest } = item;
  const definition = isDoc(rest["definition"]) ? rest["definition"] : definitionOf(boundId(bind));
  const values = (docList(presentationValues) ?? []).map((value) => {
    const { "presentation@odata.bind": presentationBind, ...own } = value;
    const presentation = isDoc(own["presentation"]) ? own["presentation"] : presentationOf(boundId(presentationBind));
    return { ...own, id: text(own["id"]) ?? crypto.randomUUID(), presentation };
  });
  return {
    configurationType: "policy",
    ...rest,
    id: text(rest["id"]) ?? crypto.randomUUID(),
    definition,
    presentationValues: values,
  };
}

export const BIND = "@odata.bind";

/** Whether a navigation leads to policies of device configuration, to which a policy is bound by address. */
export function isReference({ isNavigation, type }: Property): boolean {
  return isNavigation && isAssignable(type, "deviceConfiguration");
}

function boundIds(value: unknown): string[] {
  const addresses: unknown[] = Array.isArray(value) ? value : [value];
  return addresses.map(boundId);
}

/** The id in `…/groupPolicyDefinitions('id')`; empty when there is none. */
export function boundId(bind: unknown): string {
  return /\('([^']+)'\)$/.exec(text(bind) ?? "")?.[1] ?? "";
}

const SEALED_TYPES = new Set(["omaSettingString", "omaSettingStringXml", "omaSettingBase64"]);

/** Intune keeps string values of OMA settings encrypted and shows asterisks; the value is had by its reference. */
function sealSecrets(doc: Doc): Doc[] {
  const settings = docList(doc["omaSettings"]);
  if (settings === undefined || settings.length === 0) return [];
  const secrets: Doc[] = [];
  doc["omaSettings"] = settings.map((setting) => {
    if (setting["isEncrypted"] === true && text(setting["secretReferenceValueId"]) !== undefined) return setting;
    if (!SEALED_TYPES.has(bareType(text(setting["@odata.type"]) ?? "")))
      return { ...setting, isEncrypted: false, secretReferenceValueId: null };
    const id = `${String(doc["id"])}_${secrets.length}_${crypto.randomUUID()}`;
    const type = bareType(text(setting["@odata.type"]) ?? "");
    secrets.push({ id, value: plainText(type, text(setting["value"]) ?? "") });
    return { ...setting, value: "****", isEncrypted: true, secretReferenceValueId: id };
  });
  return secrets;
}
