/** Conditional access, tenant-wide objects, and Windows updates. */
import { ASSIGNMENTS, family } from "./family.ts";

const DM = "/deviceManagement";
const CA = "/identity/conditionalAccess";
const POLICY = "Policy.Read.All";
const RBAC = "DeviceManagementRBAC.Read.All";
const CONFIGURATION = "DeviceManagementConfiguration.Read.All";
const NO_PLATFORM = { kind: "none" } as const;
const WINDOWS = { kind: "fixed", platform: "windows" } as const;

const conditionalAccess = family({
  key: "conditionalAccess",
  label: "Conditional access",
  path: `${CA}/policies`,
  platform: NO_PLATFORM,
  readPermission: POLICY,
  assignmentsProperty: null,
});

const namedLocations = family({
  key: "namedLocations",
  label: "Named locations",
  path: `${CA}/namedLocations`,
  platform: NO_PLATFORM,
  readPermission: POLICY,
  assignmentsProperty: null,
});

const authStrengths = family({
  key: "authStrengths",
  label: "Authentication strengths",
  path: `${CA}/authenticationStrengths/policies`,
  platform: NO_PLATFORM,
  readPermission: POLICY,
  assignmentsProperty: null,
});

const termsOfUse = family({
  key: "termsOfUse",
  label: "Terms of use",
  path: "/identityGovernance/termsOfUse/agreements",
  listQuery: "?$expand=files",
  platform: NO_PLATFORM,
  readPermission: "Agreement.Read.All",
  assignmentsProperty: null,
});

const scopeTags = family({
  key: "scopeTags",
  label: "Scope tags",
  version: "beta",
  path: `${DM}/roleScopeTags`,
  platform: NO_PLATFORM,
  readPermission: RBAC,
  content: { children: [ASSIGNMENTS] },
});

const filters = family({
  key: "filters",
  label: "Assignment filters",
  version: "beta",
  path: `${DM}/assignmentFilters`,
  platform: { kind: "property", property: "platform" },
  readPermission: CONFIGURATION,
  assignmentsProperty: null,
});

const roles = family({
  key: "roles",
  label: "Roles",
  path: `${DM}/roleDefinitions`,
  platform: NO_PLATFORM,
  readPermission: RBAC,
  content: { children: [{ property: "roleAssignments", path: "/roleAssignments", query: "", children: [] }] },
  assignmentsProperty: null,
});

const notifications = family({
  key: "notifications",
  label: "Notification templates",
  path: `${DM}/notificationMessageTemplates`,
  platform: NO_PLATFORM,
  readPermission: "DeviceManagementServiceConfig.Read.All",
  content: {
    children: [
      { property: "localizedNotificationMessages", path: "/localizedNotificationMessages", query: "", children: [] },
    ],
  },
  assignmentsProperty: null,
});

const reusableSettings = family({
  key: "reusableSettings",
  label: "Reusable settings",
  version: "beta",
  path: `${DM}/reusablePolicySettings`,
  platform: WINDOWS,
  readPermission: CONFIGURATION,
  content: { source: "byId" },
  assignmentsProperty: null,
});

const featureUpdates = family({
  key: "featureUpdates",
  label: "Feature updates",
  version: "beta",
  path: `${DM}/windowsFeatureUpdateProfiles`,
  platform: WINDOWS,
  readPermission: CONFIGURATION,
  content: { children: [ASSIGNMENTS] },
});

const qualityUpdates = family({
  key: "qualityUpdates",
  label: "Quality updates",
  version: "beta",
  path: `${DM}/windowsQualityUpdateProfiles`,
  platform: WINDOWS,
  readPermission: CONFIGURATION,
  content: { children: [ASSIGNMENTS] },
});

const driverUpdates = family({
  key: "driverUpdates",
  label: "Driver updates",
  version: "beta",
  path: `${DM}/windowsDriverUpdateProfiles`,
  platform: WINDOWS,
  readPermission: CONFIGURATION,
  content: { children: [ASSIGNMENTS] },
});

export const IDENTITY_AND_TENANT_FAMILIES = [
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
] as const;
