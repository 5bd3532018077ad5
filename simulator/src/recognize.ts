/** Which family an exported policy belongs to, told by its `@odata.type`, its context, its shape and the folder it was in. */
import { FAMILIES, findFamily } from "./families.ts";
import { bareType, type Family } from "./family.ts";
import { type Doc, docList, text } from "./json.ts";

export type Recognition =
  | { kind: "policy"; family: Family; type: string }
  | { kind: "group" }
  | { kind: "unknown"; reason: string };

const BY_TYPE = new Map(
  FAMILIES.flatMap((family) => family.types.map((type) => [type.toLowerCase(), { family, type }] as const)),
);

/** By the collection's last segment: what `@odata.context` and exported folders are named after. */
const BY_COLLECTION: readonly (readonly [RegExp, string])[] = [
  [/conditionalaccess\/policies|^conditional ?access$/, "conditionalAccess"],
  [/namedlocations/, "namedLocations"],
  [/authenticationstrength/, "authStrengths"],
  [/agreements|terms ?of ?use/, "termsOfUse"],
  [/configurationpolicies|settings ?catalog/, "settingsCatalog"],
  [/devicecompliancepolicies/, "compliance"],
  [/compliancepolicies/, "complianceLinux"],
  [/deviceconfigurations|device ?configuration/, "deviceConfiguration"],
  [/grouppolicyconfigurations|admin(istrative)? ?templates/, "adminTemplates"],
  [/devicemanagementscripts|powershell ?scripts/, "powershellScripts"],
  [/devicecustomattributeshellscripts|custom ?attributes/, "customAttributes"],
  [/deviceshellscripts|shell ?scripts/, "shellScripts"],
  [/devicehealthscripts|remediations|health ?scripts|proactive ?remediations/, "remediations"],
  [/devicecompliancescripts|compliance ?scripts/, "complianceScripts"],
  [/windowsautopilotdeploymentprofiles|autopilot/, "autopilot"],
  [/rolescopetags|scope ?tags/, "scopeTags"],
  [/assignmentfilters|^filters$/, "filters"],
  [/roledefinitions|^roles$/, "roles"],
  [/notificationmessagetemplates|notifications/, "notifications"],
  [/reusablepolicysettings|reusable ?settings/, "reusableSettings"],
  [/windowsfeatureupdateprofiles|feature ?updates/, "featureUpdates"],
  [/windowsqualityupdatepolicies/, "qualityUpdatePolicies"],
  [/windowsqualityupdateprofiles|quality ?updates/, "qualityUpdates"],
  [/windowsdriverupdateprofiles|driver ?updates/, "driverUpdates"],
  [/targetedmanagedappconfigurations/, "appConfigApps"],
];

/** Recognized by what they have when nothing names them. The first match wins. */
const BY_SHAPE: readonly (readonly [(doc: Doc) => boolean, string])[] = [
  [(doc) => "conditions" in doc && ("grantControls" in doc || "sessionControls" in doc), "conditionalAccess"],
  [(doc) => doc["technologies"] === "linuxMdm" && "settings" in doc, "complianceLinux"],
  [(doc) => "technologies" in doc && "platforms" in doc && "settings" in doc, "settingsCatalog"],
  [(doc) => "brandingOptions" in doc, "notifications"],
  [(doc) => "platform" in doc && "rule" in doc, "filters"],
  [(doc) => "allowedCombinations" in doc, "authStrengths"],
  [(doc) => "customAttributeName" in doc, "customAttributes"],
  [(doc) => "detectionScriptContent" in doc && "remediationScriptContent" in doc, "remediations"],
  [(doc) => "detectionScriptContent" in doc, "complianceScripts"],
  [(doc) => "scriptContent" in doc && "enforceSignatureCheck" in doc, "powershellScripts"],
  [(doc) => "scriptContent" in doc, "shellScripts"],
  [(doc) => "rolePermissions" in doc, "roles"],
  [(doc) => "featureUpdateVersion" in doc, "featureUpdates"],
  [(doc) => "expeditedUpdateSettings" in doc, "qualityUpdates"],
  [(doc) => "approvalType" in doc, "driverUpdates"],
];

export function recognize(doc: Doc, path: string): Recognition {
  const folders = path.toLowerCase().split(/[\\/]/).slice(0, -1);
  const declared = text(doc["@odata.type"]);
  if (declared !== undefined) {
    if (bareType(declared) === "group") return group(doc);
    const known = BY_TYPE.get(bareType(declared).toLowerCase());
    if (known !== undefined) return { kind: "policy", ...known };
  }
  const context = text(doc["@odata.context"])?.split("$metadata#")[1]?.toLowerCase();
  if (context?.startsWith("groups") === true) return group(doc);
  if (context !== undefined) {
    const found = match(context, doc);
    if (found !== null) return found;
  }
  for (const [fits, key] of BY_SHAPE) if (fits(doc)) return named(key, doc);
  if (looksLikeGroup(doc, folders)) return group(doc);
  for (const folder of folders.toReversed()) {
    const found = match(folder, doc);
    if (found !== null) return found;
  }
  return {
    kind: "unknown",
    reason:
      declared === undefined
        ? "no type, context, shape or folder tells its family"
        : `the type '${declared}' belongs to no family`,
  };
}

function match(name: string, doc: Doc): Recognition | null {
  const found = BY_COLLECTION.find(([pattern]) => pattern.test(name));
  return found === undefined ? null : named(found[1], doc);
}

function named(key: string, doc: Doc): Recognition {
  const family = findFamily(key);
  if (family === undefined) throw new Error(`no family ${key}`);
  if (family.polymorphic && family.types.length > 1)
    return {
      kind: "unknown",
      reason: `looks like '${key}', but its @odata.type is ${text(doc["@odata.type"]) ?? "missing"}`,
    };
  return { kind: "policy", family, type: family.types[0] ?? "" };
}

/** A group with a rule is a policy. Templates tell the rule alone. */
function group(doc: Doc): Recognition {
  const types = doc["groupTypes"];
  const byRule = Array.isArray(types) ? types.includes("DynamicMembership") : text(doc["membershipRule"]) !== undefined;
  return byRule ? named("groups", doc) : { kind: "group" };
}

function looksLikeGroup(doc: Doc, folders: readonly string[]): boolean {
  if ("membershipRule" in doc || "securityEnabled" in doc || "groupTypes" in doc) return true;
  return folders.some((folder) => folder.includes("groups")) && text(doc["displayName"]) !== undefined;
}

export type Unwrapped = { kind: "documents"; docs: Doc[] } | { kind: "skip"; reason: string };

/** The policies in a file: one object, an array, or a collection such as `{ "value": [...] }` or `{ "filters": [...] }`. */
export function unwrap(json: unknown): Unwrapped {
  if (Array.isArray(json)) {
    const docs = docList(json);
    return docs === undefined
      ? { kind: "skip", reason: "an array of something other than objects" }
      : { kind: "documents", docs };
  }
  const [doc] = docList([json]) ?? [];
  if (doc === undefined) return { kind: "skip", reason: "not an object" };
  if ("TenantId" in doc && "Objects" in doc)
    return { kind: "skip", reason: "a migration table (ids and names), not a policy" };
  for (const name of ["value", "filters", "groups", "policies", "items"]) {
    const items = docList(doc[name]);
    if (name in doc && items !== undefined && !("displayName" in doc) && !("name" in doc))
      return { kind: "documents", docs: items };
  }
  return { kind: "documents", docs: [doc] };
}
