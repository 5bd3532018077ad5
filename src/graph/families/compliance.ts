/** Compliance policies. Graph: deviceCompliancePolicy and the types derived from it. */
import {
  SCHEDULED_ACTIONS,
  SCHEDULED_ACTIONS_REFERENCES,
  SCHEDULED_ACTIONS_SERVICE_OWNED,
} from "../family-parts/scheduled-actions.ts";
import { withoutEntryIds } from "../restore/entries.ts";
import { POLICY_ID, sets } from "../restore/restore-step.ts";
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family } from "./family.ts";

export const compliance = family({
  key: "compliance",
  label: "Compliance",
  path: "/deviceManagement/deviceCompliancePolicies",

  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    listQuery: "?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)",
    children: [ASSIGNMENTS],
  },

  meaning: { serviceOwned: SCHEDULED_ACTIONS_SERVICE_OWNED, risks: ["security"] },

  inFiles: {
    type: "deviceCompliancePolicy",
    folders: ["compliance", "compliancepolicies", "devicecompliancepolicies"],
  },

  references: [
    ...SCHEDULED_ACTIONS_REFERENCES,
    { kind: "complianceScript", path: ["deviceCompliancePolicyScript", "deviceComplianceScriptId"] },
  ],

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    createOnly: [SCHEDULED_ACTIONS],
    blocked: (subject) => lacking(subject, [SCHEDULED_ACTIONS]),
    afterUpdate: (subject) =>
      !subject.differs(SCHEDULED_ACTIONS)
        ? []
        : [
            sets("scheduled actions", `${subject.collection}/${POLICY_ID}/scheduleActionsForRules`, SCHEDULED_ACTIONS, {
              deviceComplianceScheduledActionForRules: withoutEntryIds(subject.wanted[SCHEDULED_ACTIONS]),
            }),
          ],
  },
});
