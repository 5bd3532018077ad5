/** What Graph refuses in a write body. Each refusal is a 400 that names the property. */
import { familyOf } from "./families.ts";
import { bareType, type Family, type GraphVersion } from "./family.ts";
import { BUILT_IN_STRENGTHS } from "./generate/world.ts";
import { badRequest } from "./graph-reply.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import { isBase64, unresolvedType } from "./schema/check-body.ts";
import { isInVersion } from "./schema/schema.ts";
import type { Store } from "./store.ts";

/**
 * Set by the service in every family. Real Graph ignores some of these in some families; here all are refused, since a
 * client that sends them relies on luck. Annotations (`x@odata.type`, `@odata.context`, `…Link`) are harmless there and here.
 */
const READ_ONLY = new Set([
  "id",
  "createdDateTime",
  "lastModifiedDateTime",
  "modifiedDateTime",
  "deletedDateTime",
  "version",
  "supportsScopeTags",
  "isAssigned",
  "creationSource",
  "settingCount",
  "priorityMetaData",
  "assignments",
  "@odata.id",
]);

/** @param isNew whether the body makes a policy, and so may choose an id where the family lets it */
export function refuseReadOnly(family: Family, body: Doc, isNew: boolean): void {
  for (const name of Object.keys(body)) {
    if (isNew && family.choosesId && name === family.idProperty) continue;
    if (name === "creationSource" && isForAppleEnrollment(body)) continue;
    const own = family.readOnly.some((rule) => (typeof rule === "string" ? rule === name : rule.test(name)));
    if (own || READ_ONLY.has(name) || name.startsWith("#microsoft.graph.")) {
      throw badRequest(`The property '${name}' is read-only and cannot be set on '${family.types[0] ?? family.key}'.`);
    }
  }
}

/**
 * @param setType the only type of a typed set
 * @param current the policy's type, which an update does not change
 * @returns the policy's type, without prefix
 */
export function checkType(
  version: GraphVersion,
  family: Family,
  body: Doc,
  setType: string | null,
  current: string | null,
): string {
  const given = body["@odata.type"];
  const fallback =
    current ?? setType ?? (family.polymorphic && family.types.length > 1 ? null : (family.types[0] ?? null));
  if (given === undefined) {
    if (fallback === null)
      throw badRequest(`Cannot create an abstract class: '@odata.type' is required for '${family.path}'.`);
    return fallback;
  }
  const type = bareType(text(given) ?? "");
  if (!isInVersion(version, type)) throw unresolvedType(given, "@odata.type");
  const allowed =
    current !== null ? type === current : setType !== null ? type === setType : family.types.includes(type);
  if (!allowed)
    throw badRequest(
      `The type ${JSON.stringify(given)} is not valid for '${family.path}'${current === null ? "" : `: the policy is a '${current}'`}. Property: '@odata.type'.`,
    );
  return type;
}

export function requireProperties(family: Family, body: Doc): void {
  for (const name of family.required) {
    const value = body[name];
    if (value === undefined || value === null || value === "")
      throw badRequest(`The property '${name}' is required on '${family.types[0] ?? family.key}'.`);
  }
}

export function refuseImmutable(family: Family, body: Doc): void {
  for (const name of family.immutable)
    if (name in body) throw badRequest(`The property '${name}' cannot be changed after creation.`);
}

/** Rules of single families about the body's content. */
export function checkContent(store: Store, family: Family, body: Doc): void {
  if (family.parts.includes("settings") && "settings" in body) checkSettings(body);
  if (family.key === "compliance" && "scheduledActionsForRule" in body)
    checkScheduledActions(body["scheduledActionsForRule"], "scheduledActionsForRule");
  if (family.key === "conditionalAccess") checkConditionalAccess(store, body);
  if (family.key === "securityDefaults" && body["isEnabled"] === true) refuseBesideConditionalAccess(store);
  const restrictions = body["tenantRestrictions"];
  if (family.key === "crossTenantPartners" && isDoc(restrictions) && "@odata.type" in restrictions)
    throw badRequest("The property 'tenantRestrictions/@odata.type' cannot be set.");
  if (bareType(text(body["@odata.type"]) ?? "") === "compliantNetworkNamedLocation")
    throw badRequest("The compliant network's named location is provided by the service. Property: '@odata.type'.");
  if (family.key === "termsOfUse" && "files" in body) checkFiles(body);
  if (family.key === "groups") checkGroup(body);
  if (family.key === "settingsCatalog") checkEnrollmentPolicy(body);
  if (family.key === "autopilot" && REFUSED_IN_AUTOPILOT_NAMES.test(text(body["displayName"]) ?? ""))
    throw badRequest(NO_REASON);
  if (family.key === "deviceConfiguration") {
    for (const setting of docList(body["omaSettings"]) ?? []) {
      if (text(setting["secretReferenceValueId"]) !== undefined)
        throw badRequest(
          "The property 'secretReferenceValueId' is read-only: send the plain value of the OMA setting.",
        );
    }
  }
}

/** What Entra demands of a group with a rule, and of a rule. */
function checkGroup(body: Doc): void {
  const byRule = Array.isArray(body["groupTypes"]) && body["groupTypes"].includes("DynamicMembership");
  if (byRule && text(body["membershipRule"]) === undefined)
    throw badRequest("A value is required for property 'membershipRule' of resource 'Group'.");
  if (byRule && body["isAssignableToRole"] === true)
    throw badRequest(
      "A group that is assignable to roles cannot have dynamic membership. Property: 'isAssignableToRole'.",
    );
}

/** What Intune refuses in the name of an Autopilot profile, without saying so. */
const REFUSED_IN_AUTOPILOT_NAMES = /[-!#%^*)(+;'<>]/;
const NO_REASON = JSON.stringify({
  _version: 3,
  Message: "An error has occurred - Operation ID (for customer support): 0",
});

/** A rollout of a feature update begins today or later. @throws GraphError as Intune does, without a reason */
export function refusePast(family: Family, body: Doc, now: number): void {
  const rollout = body["rolloutSettings"];
  if (family.key !== "featureUpdates" || !isDoc(rollout)) return;
  const start = Date.parse(text(rollout["offerStartDateTimeInUTC"]) ?? "");
  if (start < now - 86_400_000) throw badRequest(NO_REASON);
}

/** Policies for Apple's automated enrollment belong to a token, which `creationSource` names and which no other policy has. */
function checkEnrollmentPolicy(body: Doc): void {
  if (isForAppleEnrollment(body) && !(text(body["creationSource"]) ?? "").startsWith("DepTokenId_"))
    throw badRequest("The property 'creationSource' must name the enrollment token: DepTokenId_<id>.");
}

function isForAppleEnrollment(body: Doc): boolean {
  const platforms = text(body["platforms"]) ?? "";
  return (text(body["technologies"]) ?? "").split(",").includes("enrollment") && /iOS|macOS|visionOS/.test(platforms);
}

function checkSettings(body: Doc): void {
  const settings = docList(body["settings"]);
  if (settings === undefined) throw badRequest("The property 'settings' must be a collection.");
  for (const setting of settings) {
    if ("id" in setting) throw badRequest("The property 'settings/id' is read-only.");
    const instance = setting["settingInstance"];
    if (!isDoc(instance) || text(instance["settingDefinitionId"]) === undefined)
      throw badRequest("The property 'settings/settingInstance/settingDefinitionId' is required.");
    if (text(instance["@odata.type"]) === undefined)
      throw badRequest("The property 'settings/settingInstance/@odata.type' is required.");
  }
}

export function checkScheduledActions(value: unknown, name: string): Doc[] {
  const rules = docList(value);
  const configured = rules?.some((rule) =>
    (docList(rule["scheduledActionConfigurations"]) ?? []).some((action) => action["actionType"] === "block"),
  );
  if (rules === undefined || configured !== true)
    throw badRequest(`The property '${name}' must hold a rule with a 'block' action.`);
  return rules;
}

const CA_STATES = ["enabled", "disabled", "enabledForReportingButNotEnforced"];
const LOCATION_WORDS = new Set(["All", "AllTrusted", "00000000-0000-0000-0000-000000000000"]);

function checkConditionalAccess(store: Store, body: Doc): void {
  if ("state" in body && !CA_STATES.includes(String(body["state"])))
    throw badRequest(`The property 'state' must be one of ${CA_STATES.join(", ")}.`);
  const session = body["sessionControls"];
  if (isDoc(session) && session["disableResilienceDefaults"] === false)
    throw badRequest("1085: The property 'sessionControls/disableResilienceDefaults' must be true or absent.");
  const grant = body["grantControls"];
  const strength = isDoc(grant) ? grant["authenticationStrength"] : undefined;
  if (isDoc(strength)) {
    const extra = Object.keys(strength).find((name) => name !== "id" && name !== "@odata.type");
    if (extra !== undefined)
      throw badRequest(
        `The property 'grantControls/authenticationStrength/${extra}' is read-only: reference the strength by its id.`,
      );
    const id = text(strength["id"]) ?? "";
    // The built-in ones are in every directory, a generated tenant's as well as an empty one.
    if (!BUILT_IN_STRENGTHS.includes(id) && !store.hasPolicy(familyOf("authStrengths"), id))
      throw badRequest(
        `The property 'grantControls/authenticationStrength' names '${id}', which does not exist in the directory.`,
      );
  }
  const locations = isDoc(body["conditions"]) ? body["conditions"]["locations"] : undefined;
  if (!isDoc(locations)) return;
  for (const side of ["includeLocations", "excludeLocations"]) {
    const value = locations[side];
    const ids: unknown[] = Array.isArray(value) ? value : [];
    for (const id of ids) {
      const known =
        typeof id === "string" && (LOCATION_WORDS.has(id) || store.hasPolicy(familyOf("namedLocations"), id));
      if (!known)
        throw badRequest(
          `1040: NamedLocation with id ${String(id)} does not exist in the directory. Property: 'conditions/locations/${side}'.`,
        );
    }
  }
}

function refuseBesideConditionalAccess(store: Store): void {
  for (const { doc } of store.listPolicies(familyOf("conditionalAccess"), 0))
    if (doc["state"] === "enabled")
      throw badRequest(
        "Security defaults cannot be enabled while conditional access policies are. Property: 'isEnabled'.",
      );
}

function checkFiles(body: Doc): void {
  const files = docList(body["files"]);
  const complete = files?.every((file) => isDoc(file["fileData"]) && isContent(file["fileData"]["data"]));
  if (files === undefined || files.length === 0 || complete !== true)
    throw badRequest("The property 'files/fileData/data' is required: the PDF in base64.");
}

function isContent(value: unknown): boolean {
  return typeof value === "string" && value !== "" && isBase64(value);
}
