/** Compliance policies for Linux, built like the settings catalog. Graph: deviceManagementCompliancePolicy. */
import {
  SCHEDULED_ACTIONS,
  SCHEDULED_ACTIONS_REFERENCES,
  SCHEDULED_ACTIONS_SERVICE_OWNED,
} from "../family-parts/scheduled-actions.ts";
import { isEmptyValue } from "../restore/document-members.ts";
import { withoutEntryIds } from "../restore/entries.ts";
import { POLICY_ID, sets, type RestoreStep } from "../restore/restore-step.ts";
import { lacking, type Subject } from "../restore/rule.ts";
import { ASSIGNMENTS, family, SETTINGS } from "./family.ts";

export const complianceLinux = family({
  key: "complianceLinux",
  label: "Compliance (Linux)",
  path: "/deviceManagement/compliancePolicies",

  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    children: [
      SETTINGS,
      {
        property: SCHEDULED_ACTIONS,
        path: "/scheduledActionsForRule",
        query: "?$expand=scheduledActionConfigurations",
        children: [],
      },
      ASSIGNMENTS,
    ],
  },

  meaning: {
    nameProperty: "name",
    platform: { kind: "property", property: "platforms" },
    serviceOwned: SCHEDULED_ACTIONS_SERVICE_OWNED,
    risks: ["security"],
  },

  inFiles: {
    type: "deviceManagementCompliancePolicy",
    folders: ["compliancepoliciesv2"],
    looksLike: (document) => "settings" in document && document["technologies"] === "linuxMdm",
  },

  references: SCHEDULED_ACTIONS_REFERENCES,

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    updateMethod: "PUT",
    // An action of their own sets them; in the policy's body Graph passes over them.
    apart: [SCHEDULED_ACTIONS],
    blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]),
    afterCreate: scheduledActionSteps,
    afterUpdate: scheduledActionSteps,
  },
});

function scheduledActionSteps({ collection, wanted, target, differs }: Subject): RestoreStep[] {
  const rules = wanted[SCHEDULED_ACTIONS];
  if (target === null ? isEmptyValue(rules) : !differs(SCHEDULED_ACTIONS)) return [];
  return [
    sets("scheduled actions", `${collection}/${POLICY_ID}/setScheduledActions`, SCHEDULED_ACTIONS, {
      scheduledActions: withoutEntryIds(rules),
    }),
  ];
}
