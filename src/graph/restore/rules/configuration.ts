/** Settings, compliance and scripts: how they are restored. */
import { definitionValueChanges, definitionValueSteps, isCollectionSame } from "../collections.ts";
import { boundTo, isHidden, withoutEntryIds } from "../entries.ts";
import { gapOf } from "../fill.ts";
import { assignedUnder, block, either, lacking, NOT_ASSIGNED, rule } from "../rule.ts";
import { POLICY_ID, sets } from "../steps.ts";
import { objectsOf, textOf } from "../values.ts";

const CONFIGURATION = "DeviceManagementConfiguration.ReadWrite.All";
const SCRIPTS = "DeviceManagementScripts.ReadWrite.All";
const RULES = "scheduledActionsForRule";

/** Of update rings: when a person paused or rolled back, and until when, is not a setting that could be given. */
const RING_STATE = [/Pause(Start|Expiry)Date(Time)?$/, /RollbackStartDate(Time)?$/, /WillBeRolledBack$/];

const deviceConfiguration = rule({
  writePermission: CONFIGURATION,
  readOnly: ["privacyAccessControls", ...RING_STATE],
  blocked: ({ wanted }) => {
    const hidden = objectsOf(wanted["omaSettings"]).find(
      (one) => isHidden(one) && gapOf(one["value"] ?? null) === null,
    );
    if (!hidden) return null;
    const named = textOf(hidden["displayName"]) ?? textOf(hidden["omaUri"]) ?? "an OMA setting";
    return block(
      "encrypted_value",
      `The value of "${named}" is encrypted in Intune and its plain text is not known here, so the policy cannot be written back whole.`,
    );
  },
});

/** The whole policy is put: what the document lacks is gone afterwards, as it was when it was stored. */
const settingsCatalog = rule({
  writePermission: CONFIGURATION,
  updateMethod: "PUT",
  findsByName: true,
  blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]),
});

const compliance = rule({
  writePermission: CONFIGURATION,
  createOnly: [RULES],
  blocked: (subject) => lacking(subject, [RULES]),
  afterUpdate: (subject) =>
    isCollectionSame(subject, RULES)
      ? []
      : [
          sets("scheduled actions", `${subject.collection}/${POLICY_ID}/scheduleActionsForRules`, RULES, {
            deviceComplianceScheduledActionForRules: withoutEntryIds(subject.wanted[RULES]),
          }),
        ],
});

const complianceLinux = rule({
  writePermission: CONFIGURATION,
  updateMethod: "PUT",
  blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]),
});

const adminTemplates = rule({
  writePermission: CONFIGURATION,
  readOnly: ["policyConfigurationIngestionType"],
  apart: ["definitionValues"],
  blocked: ({ wanted }) => {
    const unbound = objectsOf(wanted["definitionValues"]).some(
      (value) =>
        boundTo(value, "definition") === null ||
        objectsOf(value["presentationValues"]).some((presented) => boundTo(presented, "presentation") === null),
    );
    return unbound
      ? block("incomplete_document", "A setting of the stored policy does not tell which definition it belongs to.")
      : null;
  },
  afterCreate: definitionValueSteps,
  afterUpdate: definitionValueChanges,
});

const SCRIPT_ASSIGNMENTS = assignedUnder("deviceManagementScriptAssignments");

const powershellScripts = rule({
  writePermission: SCRIPTS,
  assign: SCRIPT_ASSIGNMENTS,
  blocked: (subject) => lacking(subject, ["scriptContent", "fileName"]),
});

const shellScripts = rule({
  writePermission: SCRIPTS,
  assign: SCRIPT_ASSIGNMENTS,
  blocked: (subject) => lacking(subject, ["scriptContent", "fileName"]),
});

const customAttributes = rule({
  writePermission: SCRIPTS,
  immutable: ["customAttributeName", "customAttributeType", "displayName"],
  assign: SCRIPT_ASSIGNMENTS,
  blocked: (subject) => lacking(subject, ["scriptContent", "customAttributeName", "customAttributeType"]),
});

const remediations = rule({
  writePermission: SCRIPTS,
  readOnly: ["isGlobalScript", "highestAvailableVersion"],
  assign: assignedUnder("deviceHealthScriptAssignments"),
  blocked: (subject) =>
    either(subject, (document) => document["isGlobalScript"] === true)
      ? block("built_in", "Microsoft provides and updates this remediation itself.")
      : lacking(subject, ["detectionScriptContent"]),
});

const complianceScripts = rule({
  writePermission: SCRIPTS,
  // Of a kind with remediations, where these two are the service's.
  readOnly: ["isGlobalScript", "highestAvailableVersion"],
  assign: NOT_ASSIGNED,
  blocked: (subject) => lacking(subject, ["detectionScriptContent"]),
});

export const CONFIGURATION_RULES = {
  deviceConfiguration,
  settingsCatalog,
  compliance,
  complianceLinux,
  adminTemplates,
  powershellScripts,
  shellScripts,
  customAttributes,
  remediations,
  complianceScripts,
} as const;
