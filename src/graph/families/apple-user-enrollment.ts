/** How users enroll Apple devices of their own. Graph: appleUserInitiatedEnrollmentProfile. */
import { prioritySteps } from "../family-parts/priority.ts";
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family } from "./family.ts";

export const appleUserEnrollment = family({
  key: "appleUserEnrollment",
  label: "Apple user enrollment",
  path: "/deviceManagement/appleUserInitiatedEnrollmentProfiles",

  reading: { permission: "DeviceManagementServiceConfig.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: { kind: "property", property: "platform" } },

  inFiles: { type: "appleUserInitiatedEnrollmentProfile", folders: ["appleenrollmenttypes"] },

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    apart: ["priority"],
    immutable: ["platform"],
    assign: { kind: "oneByOne" },
    blocked: (subject) => lacking(subject, ["platform"]),
    afterCreate: prioritySteps,
    afterUpdate: prioritySteps,
  },
});
