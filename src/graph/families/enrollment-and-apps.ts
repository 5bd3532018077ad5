/** Enrollment, applications, and what is said to applications. */
import { ASSIGNMENTS, family, type ChildCollection } from "./family.ts";

const DM = "/deviceManagement";
const DAM = "/deviceAppManagement";
const SERVICE_CONFIG = "DeviceManagementServiceConfig.Read.All";
const APPS = "DeviceManagementApps.Read.All";
const TARGETED_APPS: ChildCollection = { property: "apps", path: "/apps", query: "", children: [] };

const autopilot = family({
  key: "autopilot",
  label: "Autopilot profiles",
  version: "beta",
  path: `${DM}/windowsAutopilotDeploymentProfiles`,
  platform: { kind: "fixed", platform: "windows" },
  readPermission: SERVICE_CONFIG,
  content: { children: [ASSIGNMENTS] },
});

const enrollment = family({
  key: "enrollment",
  label: "Enrollment configurations",
  path: `${DM}/deviceEnrollmentConfigurations`,
  readPermission: SERVICE_CONFIG,
  content: { children: [ASSIGNMENTS] },
});

const apps = family({
  key: "apps",
  label: "Apps",
  path: `${DAM}/mobileApps`,
  listQuery: "?$expand=categories,assignments",
  readPermission: APPS,
});

/** `managedAppPolicies` lists all kinds with little content, and the targeted configurations too, which are `appConfigApps`. */
const appProtection = family({
  key: "appProtection",
  label: "App protection",
  version: "beta",
  path: `${DAM}/managedAppPolicies`,
  readPermission: APPS,
  content: {
    source: "typedSet",
    byIdQuery: "?$expand=apps,assignments",
    typedSets: {
      "#microsoft.graph.iosManagedAppProtection": `${DAM}/iosManagedAppProtections`,
      "#microsoft.graph.androidManagedAppProtection": `${DAM}/androidManagedAppProtections`,
      "#microsoft.graph.windowsManagedAppProtection": `${DAM}/windowsManagedAppProtections`,
    },
    excludedTypes: ["#microsoft.graph.targetedManagedAppConfiguration"],
  },
});

const appConfigApps = family({
  key: "appConfigApps",
  label: "App configuration (managed apps)",
  path: `${DAM}/targetedManagedAppConfigurations`,
  platform: { kind: "none" },
  readPermission: APPS,
  content: { children: [TARGETED_APPS, ASSIGNMENTS] },
});

const appConfigDevices = family({
  key: "appConfigDevices",
  label: "App configuration (managed devices)",
  path: `${DAM}/mobileAppConfigurations`,
  readPermission: APPS,
  content: { children: [ASSIGNMENTS] },
});

export const ENROLLMENT_AND_APP_FAMILIES = [
  autopilot,
  enrollment,
  apps,
  appProtection,
  appConfigApps,
  appConfigDevices,
] as const;
