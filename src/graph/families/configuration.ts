/** Settings, compliance and scripts under /deviceManagement. */
import { ASSIGNMENTS, family, type ChildCollection } from "./family.ts";

const DM = "/deviceManagement";
const CONFIGURATION = "DeviceManagementConfiguration.Read.All";
const SCRIPTS = "DeviceManagementScripts.Read.All";
const WINDOWS = { kind: "fixed", platform: "windows" } as const;
const MAC_OS = { kind: "fixed", platform: "macOS" } as const;

const SETTINGS: ChildCollection = { property: "settings", path: "/settings", query: "", children: [] };
const LINUX_RULES: ChildCollection = {
  property: "scheduledActionsForRule",
  path: "/scheduledActionsForRule",
  query: "?$expand=scheduledActionConfigurations",
  children: [],
};
const DEFINITION_VALUES: ChildCollection = {
  property: "definitionValues",
  path: "/definitionValues",
  query: "?$expand=definition",
  children: [
    { property: "presentationValues", path: "/presentationValues", query: "?$expand=presentation", children: [] },
  ],
};

/** Encrypted OMA values stay the placeholders that Graph lists: reading them in clear would put secrets into the inventory. */
const deviceConfiguration = family({
  key: "deviceConfiguration",
  label: "Device configuration",
  path: `${DM}/deviceConfigurations`,
  listQuery: "?$expand=assignments",
  readPermission: CONFIGURATION,
});

const settingsCatalog = family({
  key: "settingsCatalog",
  label: "Settings catalog",
  version: "beta",
  path: `${DM}/configurationPolicies`,
  nameProperty: "name",
  platform: { kind: "property", property: "platforms" },
  readPermission: CONFIGURATION,
  content: { children: [SETTINGS, ASSIGNMENTS] },
});

const compliance = family({
  key: "compliance",
  label: "Compliance",
  path: `${DM}/deviceCompliancePolicies`,
  listQuery: "?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)",
  readPermission: CONFIGURATION,
  content: { children: [ASSIGNMENTS] },
});

const complianceLinux = family({
  key: "complianceLinux",
  label: "Compliance (Linux)",
  version: "beta",
  path: `${DM}/compliancePolicies`,
  nameProperty: "name",
  platform: { kind: "property", property: "platforms" },
  readPermission: CONFIGURATION,
  content: { children: [SETTINGS, LINUX_RULES, ASSIGNMENTS] },
});

const adminTemplates = family({
  key: "adminTemplates",
  label: "Administrative templates",
  version: "beta",
  path: `${DM}/groupPolicyConfigurations`,
  platform: WINDOWS,
  readPermission: CONFIGURATION,
  content: { children: [DEFINITION_VALUES, ASSIGNMENTS] },
});

const powershellScripts = family({
  key: "powershellScripts",
  label: "PowerShell scripts",
  version: "beta",
  path: `${DM}/deviceManagementScripts`,
  platform: WINDOWS,
  readPermission: SCRIPTS,
  content: { source: "byId", children: [ASSIGNMENTS] },
});

const shellScripts = family({
  key: "shellScripts",
  label: "Shell scripts",
  version: "beta",
  path: `${DM}/deviceShellScripts`,
  platform: MAC_OS,
  readPermission: SCRIPTS,
  content: { source: "byId", children: [ASSIGNMENTS] },
});

const customAttributes = family({
  key: "customAttributes",
  label: "Custom attributes",
  version: "beta",
  path: `${DM}/deviceCustomAttributeShellScripts`,
  platform: MAC_OS,
  readPermission: SCRIPTS,
  content: { source: "byId", children: [ASSIGNMENTS] },
});

const remediations = family({
  key: "remediations",
  label: "Remediations",
  version: "beta",
  path: `${DM}/deviceHealthScripts`,
  platform: WINDOWS,
  readPermission: SCRIPTS,
  content: { source: "byId", children: [ASSIGNMENTS] },
});

/** Assigned through the compliance policies that use them. */
const complianceScripts = family({
  key: "complianceScripts",
  label: "Compliance scripts",
  version: "beta",
  path: `${DM}/deviceComplianceScripts`,
  platform: WINDOWS,
  readPermission: SCRIPTS,
  content: { source: "byId" },
  assignmentsProperty: null,
});

export const CONFIGURATION_FAMILIES = [
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
] as const;
