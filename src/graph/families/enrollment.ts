/**
 * Enrollment configurations: limits, restrictions, the status page, Windows Hello. Graph: deviceEnrollmentConfiguration. The defaults
 * have priority 0 and exist in every tenant: they are changed, never made.
 */
import { prioritySteps } from "../family-parts/priority.ts";
import { bareTypeOf } from "../restore/document-members.ts";
import { assignedUnder, block } from "../restore/rule.ts";
import { ASSIGNMENTS, family } from "./family.ts";

export const enrollment = family({
  key: "enrollment",
  label: "Enrollment configurations",
  path: "/deviceManagement/deviceEnrollmentConfigurations",

  reading: {
    permission: "DeviceManagementServiceConfig.Read.All",
    otherPermissions: ["DeviceManagementConfiguration.Read.All"],
    children: [ASSIGNMENTS],
  },

  inFiles: {
    type: "deviceEnrollmentConfiguration",
    folders: ["enrollmentstatuspage", "enrollmentrestrictions", "comanagementsettings", "enrollmentconfigurations"],
  },

  references: [{ kind: "app", path: ["selectedMobileAppIds", "*"] }],

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    otherPermissions: ["DeviceManagementConfiguration.ReadWrite.All"],
    // For Windows phones, which no longer are.
    readOnly: ["windowsMobileRestriction"],
    apart: ["priority"],
    immutable: ["deviceEnrollmentConfigurationType", "platformType"],
    assign: assignedUnder("enrollmentConfigurationAssignments"),
    // A default is for everybody.
    refusesAssignment: ({ priority }) => priority === 0,
    blocked: ({ wanted, target }) => {
      if (target === null) {
        return wanted["priority"] === 0 || bareTypeOf(wanted) === "windowsRestoreDeviceEnrollmentConfiguration"
          ? block(
              "default_configuration",
              "This is the default configuration, of which a tenant has one: update it instead.",
            )
          : null;
      }
      return (wanted["priority"] === 0) === (target["priority"] === 0)
        ? null
        : block("different_type", "One of the two is the default configuration, the other is not.");
    },
    afterCreate: prioritySteps,
    afterUpdate: prioritySteps,
  },
});
