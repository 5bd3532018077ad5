/** Conditional access, tenant-wide objects, and Windows updates: how they are restored. */
import { isJsonObject, type JsonObject } from "../../../policies/json-value.ts";
import { isCollectionSame, messageChanges, messageSteps } from "../collections.ts";
import { isSame } from "../differences.ts";
import { plainEntries } from "../entries.ts";
import { block, either, lacking, NOT_ASSIGNED, rule, type Subject } from "../rule.ts";
import { POLICY_ID, sets } from "../steps.ts";
import { bareTypeOf, isEmptyValue, objectsOf, only } from "../values.ts";

/** Beside it Graph asks for `Policy.Read.All`, which reading has needed before. */
const CONDITIONAL_ACCESS = "Policy.ReadWrite.ConditionalAccess";
const RBAC = "DeviceManagementRBAC.ReadWrite.All";
const CONFIGURATION = "DeviceManagementConfiguration.ReadWrite.All";
const ENTRA = { writePermission: CONDITIONAL_ACCESS, assign: NOT_ASSIGNED, sets: "all" } as const;

const conditionalAccess = rule({
  ...ENTRA,
  blocked: (subject) => lacking(subject, ["conditions", "state"]),
  body: withStrengthById,
});

/** A policy refers to a strength by its id; the rest of it is shown when a policy is read. */
function withStrengthById(body: JsonObject): JsonObject {
  const grant = body["grantControls"];
  if (grant === undefined || !isJsonObject(grant)) return body;
  const strength = grant["authenticationStrength"];
  if (strength === undefined || !isJsonObject(strength)) return body;
  return { ...body, grantControls: { ...grant, authenticationStrength: only(strength, ["id"]) } };
}

const namedLocations = rule({
  ...ENTRA,
  blocked: (subject) =>
    either(subject, (document) => bareTypeOf(document) === "compliantNetworkNamedLocation")
      ? block("built_in", "Microsoft Entra makes the compliant network's location itself.")
      : null,
});

const COMBINATIONS = "allowedCombinations";

const authStrengths = rule({
  ...ENTRA,
  readOnly: ["policyType", "requirementsSatisfied", "combinationConfigurations"],
  createOnly: [COMBINATIONS],
  blocked: (subject) => {
    if (either(subject, (document) => document["policyType"] === "builtIn"))
      return block("built_in", "Built-in authentication strengths are Microsoft's and cannot be changed.");
    // Without them the strength would admit more than it did.
    if (either(subject, (document) => !isEmptyValue(document["combinationConfigurations"])))
      return block(
        "unsupported_content",
        "The strength restricts its combinations further, which is not restored yet.",
      );
    return lacking(subject, [COMBINATIONS]);
  },
  afterUpdate: ({ collection, wanted, target }) => {
    const combinations = sortedCombinations(wanted);
    if (isSame(combinations, sortedCombinations(target))) return [];
    return [
      sets(
        "combinations",
        `${collection}/${POLICY_ID}/updateAllowedCombinations`,
        COMBINATIONS,
        only(wanted, [COMBINATIONS]),
      ),
    ];
  },
});

function sortedCombinations(document: JsonObject): JsonObject {
  const combinations = document[COMBINATIONS];
  return { [COMBINATIONS]: Array.isArray(combinations) ? combinations.map(String).toSorted() : [] };
}

/** Graph keeps the PDF to itself: agreements are updated around it, and created only from a document that has it. */
const termsOfUse = rule({
  writePermission: "Agreement.ReadWrite.All",
  assign: NOT_ASSIGNED,
  createOnly: ["files"],
  blocked: (subject) =>
    hasDocuments(subject)
      ? null
      : block(
          "document_file",
          "The agreement's PDF cannot be read from Microsoft Entra, so it has to be uploaded there again.",
        ),
});

function hasDocuments(subject: Subject): boolean {
  const files = objectsOf(subject.wanted["files"]);
  if (subject.target !== null) return isCollectionSame({ ...subject, target: subject.target }, "files");
  return (
    files.length > 0 &&
    files.every(({ fileData }) => fileData !== undefined && isJsonObject(fileData) && !isEmptyValue(fileData["data"]))
  );
}

const scopeTags = rule({
  writePermission: RBAC,
  readOnly: ["isBuiltIn"],
  blocked: (subject) =>
    either(subject, (document) => document["isBuiltIn"] === true || document["id"] === "0")
      ? block("built_in", "The default scope tag is in every tenant and is not restored.")
      : null,
});

const filters = rule({
  writePermission: CONFIGURATION,
  assign: NOT_ASSIGNED,
  readOnly: ["payloads"],
  immutable: ["platform", "assignmentFilterManagementType"],
  blocked: (subject) => lacking(subject, ["platform", "rule"]),
});

const roles = rule({
  writePermission: RBAC,
  assign: NOT_ASSIGNED,
  readOnly: ["isBuiltIn", "isBuiltInRoleDefinition"],
  // They give people rights: who has a role is decided anew.
  unrestorable: ["roleAssignments"],
  blocked: (subject) =>
    either(subject, (document) => document["isBuiltIn"] === true || document["isBuiltInRoleDefinition"] === true)
      ? block("built_in", "Built-in roles are Microsoft's and cannot be changed.")
      : lacking(subject, ["rolePermissions"]),
});

const notifications = rule({
  writePermission: "DeviceManagementServiceConfig.ReadWrite.All",
  assign: NOT_ASSIGNED,
  apart: ["localizedNotificationMessages"],
  blocked: ({ wanted }) => {
    const messages = objectsOf(
      plainEntries("localizedNotificationMessages", wanted["localizedNotificationMessages"] ?? []),
    );
    return new Set(messages.map(({ locale }) => locale)).size === messages.length
      ? null
      : block("incomplete_document", "The stored template has two messages in one language.");
  },
  afterCreate: messageSteps,
  afterUpdate: messageChanges,
});

const reusableSettings = rule({
  writePermission: CONFIGURATION,
  assign: NOT_ASSIGNED,
  readOnly: ["referencingConfigurationPolicyCount"],
  blocked: (subject) => lacking(subject, ["settingDefinitionId", "settingInstance"]),
});

const UPDATES = {
  writePermission: CONFIGURATION,
  readOnly: [
    "deployableContentDisplayName",
    "deviceReporting",
    "endOfSupportDate",
    "inventorySyncStatus",
    "newUpdates",
    "releaseDateDisplayName",
  ],
};
const featureUpdates = rule({ ...UPDATES, blocked: (subject) => lacking(subject, ["featureUpdateVersion"]) });
const qualityUpdates = rule(UPDATES);
const driverUpdates = rule({
  ...UPDATES,
  immutable: ["approvalType"],
  blocked: (subject) => lacking(subject, ["approvalType"]),
});

export const IDENTITY_AND_TENANT_RULES = {
  conditionalAccess,
  namedLocations,
  authStrengths,
  termsOfUse,
  scopeTags,
  filters,
  roles,
  notifications,
  reusableSettings,
  featureUpdates,
  qualityUpdates,
  driverUpdates,
} as const;
