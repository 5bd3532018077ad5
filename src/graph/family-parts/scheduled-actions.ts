/**
 * Actions for noncompliant devices, as both compliance families have them: deviceComplianceScheduledActionForRule, with its
 * deviceComplianceActionItem.
 */
import type { ReferencePlace } from "../families/family.ts";

export const SCHEDULED_ACTIONS = "scheduledActionsForRule";

/** "PasswordRequired" or null: actions are kept per policy, and Graph says so of this property. */
export const SCHEDULED_ACTIONS_SERVICE_OWNED = [`${SCHEDULED_ACTIONS}.ruleName`];

const ACTION_ITEMS = [SCHEDULED_ACTIONS, "*", "scheduledActionConfigurations", "*"];

export const SCHEDULED_ACTIONS_REFERENCES: readonly ReferencePlace[] = [
  { kind: "notificationTemplate", path: [...ACTION_ITEMS, "notificationTemplateId"] },
  { kind: "group", path: [...ACTION_ITEMS, "notificationMessageCCList", "*"] },
];
