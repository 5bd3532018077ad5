/**
 * What of a policy's document is the policy (decisions/070-structural-policy-diff.md): which properties the service keeps for
 * itself, and which lists mean something by their order. Paths are dotted, from the document's root, without the steps into
 * lists: `apps.version` is the `version` of each of the apps.
 *
 * Sources: Microsoft Graph's reference ("Read-only"), and the properties that no write may carry.
 */
import type { MeaningRules } from "../policies/meaning-rules.ts";
import { familyByKey } from "./families.ts";

const OWNED_OF_EVERY_POLICY = [
  "id",
  "version",
  "supportsScopeTags",
  "isAssigned",
  "creationSource",
  "settingCount",
  "priorityMetaData",
  // Where an assignment came from (made here, or by a policy set).
  "assignments.source",
  "assignments.sourceId",
];
/** Set by the service wherever they stand: an expanded category, message or file has its own. */
const OWNED_ANYWHERE = /(^|\.)(created|lastModified|modified|deleted)DateTime$/;

const UPDATE_PROFILE = [
  "deployableContentDisplayName",
  "endOfSupportDate",
  "releaseDateDisplayName",
  "deviceReporting",
  "newUpdates",
  "inventorySyncStatus",
];
/** "PasswordRequired" or null: actions are kept per policy, and Graph says so of this property. */
const COMPLIANCE_RULE = ["scheduledActionsForRule.ruleName"];
/** An app in a managed app policy is its identifier; its `version` is a hash that the service makes. */
const MANAGED_APPS = ["apps.version", "deployedAppCount"];

const OWNED_BY_FAMILY: Readonly<Record<string, readonly string[]>> = {
  // Of an encrypted OMA value only asterisks are told; where the secret is kept is given anew with every write.
  deviceConfiguration: ["privacyAccessControls", "omaSettings.isEncrypted", "omaSettings.secretReferenceValueId"],
  settingsCatalog: ["templateReference.templateDisplayName", "templateReference.templateDisplayVersion"],
  compliance: COMPLIANCE_RULE,
  complianceLinux: COMPLIANCE_RULE,
  adminTemplates: ["policyConfigurationIngestionType"],
  remediations: ["isGlobalScript", "highestAvailableVersion"],
  apps: [
    "uploadState",
    "publishingState",
    "size",
    "dependentAppCount",
    "supersedingAppCount",
    "supersededAppCount",
    "totalLicenseCount",
    "usedLicenseCount",
  ],
  appProtection: MANAGED_APPS,
  appConfigApps: MANAGED_APPS,
  authStrengths: ["policyType", "requirementsSatisfied"],
  scopeTags: ["isBuiltIn"],
  filters: ["payloads"],
  roles: ["isBuiltIn", "isBuiltInRoleDefinition"],
  reusableSettings: ["referencingConfigurationPolicyCount"],
  featureUpdates: UPDATE_PROFILE,
  qualityUpdates: UPDATE_PROFILE,
  driverUpdates: UPDATE_PROFILE,
};
/** Update rings: what the service notes while updates are paused or rolled back. */
const UPDATE_RING =
  /^(quality|feature)Updates(PauseStartDate|PauseExpiryDateTime|RollbackStartDateTime|WillBeRolledBack)$/;

/**
 * Ends of the paths of lists whose order a device acts upon: what stands where on a screen, rules of which the first that fits
 * is taken, suffixes and start pages in the order of trying or opening, lines of a text.
 */
const ORDERED_BY_FAMILY: Readonly<Record<string, readonly string[]>> = {
  deviceConfiguration: [
    "homeScreenDockIcons",
    "homeScreenPages",
    "icons",
    "pages",
    "pages.apps",
    "onDemandRules",
    "dnsSuffixes",
    "edgeHomepageUrls",
  ],
  adminTemplates: ["presentationValues.values"],
};

const rulesByFamily = new Map<string, MeaningRules>();

/** The rules of a family. A key that this version does not know gets those that hold for every policy. */
export function meaningRules(familyKey: string): MeaningRules {
  const known = rulesByFamily.get(familyKey);
  if (known) return known;
  const owned = new Set([...OWNED_OF_EVERY_POLICY, ...(OWNED_BY_FAMILY[familyKey] ?? [])]);
  const ordered = ORDERED_BY_FAMILY[familyKey] ?? [];
  const rules: MeaningRules = {
    nameProperty: familyByKey(familyKey)?.nameProperty ?? "displayName",
    // A role's assignments are to a role what assignments are to the other families.
    assignmentProperties: new Set(familyKey === "roles" ? ["roleAssignments"] : ["assignments"]),
    isServiceOwned: (path) =>
      owned.has(path) || OWNED_ANYWHERE.test(path) || (familyKey === "deviceConfiguration" && UPDATE_RING.test(path)),
    isOrdered: (path) => ordered.some((end) => path === end || path.endsWith(`.${end}`)),
  };
  // Only keys of the catalogue are remembered: a key from outside must not fill the memory.
  if (familyByKey(familyKey)) rulesByFamily.set(familyKey, rules);
  return rules;
}
