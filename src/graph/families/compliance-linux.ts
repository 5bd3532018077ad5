/** Compliance policies for Linux, built like the settings catalog. Graph: deviceManagementCompliancePolicy. */
import {
  SCHEDULED_ACTIONS,
  SCHEDULED_ACTIONS_REFERENCES,
  SCHEDULED_ACTIONS_SERVICE_OWNED,
} from "../family-parts/scheduled-actions.ts";
import { lacking } from "../restore/rule.ts";
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

  references: SCHEDULED_ACTIONS_REFERENCES,

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    updateMethod: "PUT",
    blocked: (subject) => lacking(subject, ["name", "platforms", "technologies"]),
  },
});
