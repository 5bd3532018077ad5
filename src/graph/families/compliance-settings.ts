/** Compliance settings of the whole tenant. Graph: deviceManagementSettings. */
import { NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const THRESHOLD = "deviceComplianceCheckinThresholdDays";
/** What Intune does where nobody has chosen: the number that the portal shows for 0. */
const DEFAULT_THRESHOLD = 30;

export const complianceSettings = family({
  key: "complianceSettings",
  label: "Compliance settings",
  path: "/deviceManagement/settings",
  single: { id: "deviceManagementSettings", name: "Compliance settings" },

  reading: { permission: "DeviceManagementConfiguration.Read.All" },

  meaning: {
    platform: NO_PLATFORM,
    risks: ["security"],
    spelled: (path, value) => (path === THRESHOLD && value === 0 ? DEFAULT_THRESHOLD : value),
  },

  inFiles: { type: "deviceManagementSettings" },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    assign: NOT_ASSIGNED,
    writtenWithin: { path: "/deviceManagement", property: "settings" },
    // Graph shows 0 and takes no less than 1.
    body: (body) => (body[THRESHOLD] === 0 ? { ...body, [THRESHOLD]: DEFAULT_THRESHOLD } : body),
  },
});
