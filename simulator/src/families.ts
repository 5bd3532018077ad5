/**
 * The 28 policy families and how each behaves: where it lives, which version has it, what its lists leave out and how it is
 * written. Source: Microsoft Graph's reference and the tools named in the design notes; every oddity below is one of theirs.
 */
export type GraphVersion = "v1.0" | "beta";
export type ServiceArea = "intune" | "entra";

/** Permissions of one area: any one of the list is enough. */
export interface Permissions {
  read: readonly string[];
  write: readonly string[];
}

export interface Family {
  key: string;
  /** Path below the version, without a leading slash. */
  path: string;
  area: ServiceArea;
  betaOnly: boolean;
  permissions: Permissions;
  /** `@odata.type` values (without the leading #) that a policy of the family may have. The first is the default. */
  types: readonly string[];
  /** Polymorphic families need `@odata.type` on create and always show it. */
  polymorphic: boolean;
  nameProperty: "displayName" | "name";
  pageSize: number;
  /** Properties that only GET by id answers. */
  byIdOnly: readonly string[];
  /** Sub-resources, which `$expand` may inline when listed in `expand`. */
  parts: readonly string[];
  expand: readonly string[];
  /** The methods that update a policy. */
  updates: readonly ("PATCH" | "PUT")[];
  /** The body key of POST /{id}/assign; null when the family is not assigned that way. */
  assignKey: string | null;
  /** Written by the service: refused in a write body, besides those refused everywhere. */
  readOnly: readonly (string | RegExp)[];
  /** May be given on create and never changed. */
  immutable: readonly string[];
  /** Must be in a create body. */
  required: readonly string[];
  modifiedProperty: "lastModifiedDateTime" | "modifiedDateTime" | null;
  versioned: boolean;
}

function twins(name: string): Permissions {
  return { read: [`${name}.Read.All`, `${name}.ReadWrite.All`], write: [`${name}.ReadWrite.All`] };
}
export const CONFIGURATION = twins("DeviceManagementConfiguration");
export const SCRIPTS = twins("DeviceManagementScripts");
export const APPS = twins("DeviceManagementApps");
export const SERVICE_CONFIG = twins("DeviceManagementServiceConfig");
export const RBAC = twins("DeviceManagementRBAC");
export const AGREEMENT = twins("Agreement");
export const GROUPS = twins("Group");
export const POLICY: Permissions = {
  read: ["Policy.Read.All"],
  write: ["Policy.ReadWrite.ConditionalAccess"],
};

/** What an app registration of a simulated tenant may do until the control endpoint takes something away. */
export const ALL_PERMISSIONS: readonly string[] = [
  ...new Set(
    [CONFIGURATION, SCRIPTS, APPS, SERVICE_CONFIG, RBAC, AGREEMENT, GROUPS, POLICY].flatMap((p) => [...p.read, ...p.write]),
  ),
];

type FamilyOptions = Pick<Family, "key" | "path" | "types"> & Partial<Family>;

function intune(options: FamilyOptions): Family {
  return {
    area: "intune",
    betaOnly: false,
    permissions: CONFIGURATION,
    polymorphic: options.types.length > 1,
    nameProperty: "displayName",
    pageSize: 100,
    byIdOnly: [],
    parts: ["assignments"],
    expand: ["assignments"],
    updates: ["PATCH"],
    assignKey: "assignments",
    readOnly: [],
    immutable: [],
    required: [options.nameProperty ?? "displayName"],
    modifiedProperty: "lastModifiedDateTime",
    versioned: false,
    ...options,
  };
}

function entra(options: FamilyOptions): Family {
  return intune({ area: "entra", permissions: POLICY, parts: [], expand: [], assignKey: null, modifiedProperty: "modifiedDateTime", ...options });
}

const DM = "deviceManagement";
const DAM = "deviceAppManagement";
const CA = "identity/conditionalAccess";
const UPDATE_READ_ONLY = ["deployableContentDisplayName", "endOfSupportDate", "releaseDateDisplayName", "deviceReporting", "newUpdates", "inventorySyncStatus"];
const SCRIPT = { betaOnly: true, permissions: SCRIPTS, required: ["displayName", "scriptContent"] };
const RULES = "scheduledActionsForRule";

export const FAMILIES: readonly Family[] = [
  intune({
    key: "deviceConfiguration", path: `${DM}/deviceConfigurations`, versioned: true,
    types: ["windows10GeneralConfiguration", "windows10CustomConfiguration", "windowsUpdateForBusinessConfiguration", "windows10EndpointProtectionConfiguration", "iosGeneralDeviceConfiguration", "iosCustomConfiguration", "macOSGeneralDeviceConfiguration", "macOSCustomConfiguration", "androidDeviceOwnerGeneralDeviceConfiguration", "androidWorkProfileGeneralDeviceConfiguration", "windowsIdentityProtectionConfiguration", "windowsKioskConfiguration", "sharedPCConfiguration", "windowsDeliveryOptimizationConfiguration", "windowsWifiConfiguration", "windows81TrustedRootCertificate", "iosDeviceFeaturesConfiguration", "macOSEndpointProtectionConfiguration", "macOSExtensionsConfiguration", "iosUpdateConfiguration", "macOSSoftwareUpdateConfiguration", "windowsHealthMonitoringConfiguration", "windows10TeamGeneralConfiguration", "editionUpgradeConfiguration", "androidGeneralDeviceConfiguration", "androidWorkProfileCustomConfiguration"],
    readOnly: ["privacyAccessControls", /PauseStartDate$/, /WillBeRolledBack$/],
  }),
  intune({
    key: "settingsCatalog", path: `${DM}/configurationPolicies`, betaOnly: true, nameProperty: "name", pageSize: 25, updates: ["PUT"],
    types: ["deviceManagementConfigurationPolicy"], parts: ["settings", "assignments"], expand: ["settings", "assignments"],
    required: ["name", "platforms", "technologies", "settings"],
  }),
  intune({
    key: "compliance", path: `${DM}/deviceCompliancePolicies`, versioned: true, parts: ["assignments", RULES], expand: ["assignments", RULES],
    types: ["windows10CompliancePolicy", "iosCompliancePolicy", "macOSCompliancePolicy", "androidDeviceOwnerCompliancePolicy", "androidWorkProfileCompliancePolicy", "androidCompliancePolicy", "windows10MobileCompliancePolicy", "windows81CompliancePolicy", "aospDeviceOwnerCompliancePolicy"],
    required: ["displayName", RULES],
  }),
  intune({
    key: "complianceLinux", path: `${DM}/compliancePolicies`, betaOnly: true, nameProperty: "name", pageSize: 25, updates: ["PUT", "PATCH"],
    types: ["deviceManagementCompliancePolicy"], parts: ["settings", "assignments", RULES], expand: ["settings", "assignments", RULES],
    required: ["name", "platforms", "technologies", "settings"],
  }),
  intune({
    key: "adminTemplates", path: `${DM}/groupPolicyConfigurations`, betaOnly: true, types: ["groupPolicyConfiguration"],
    parts: ["assignments", "definitionValues"], readOnly: ["policyConfigurationIngestionType", "definitionValues"],
  }),
  intune({ ...SCRIPT, key: "powershellScripts", path: `${DM}/deviceManagementScripts`, types: ["deviceManagementScript"], byIdOnly: ["scriptContent"], assignKey: "deviceManagementScriptAssignments", required: ["displayName", "scriptContent", "fileName"] }),
  intune({ ...SCRIPT, key: "shellScripts", path: `${DM}/deviceShellScripts`, types: ["deviceShellScript"], byIdOnly: ["scriptContent"], assignKey: "deviceManagementScriptAssignments", required: ["displayName", "scriptContent", "fileName"] }),
  intune({
    ...SCRIPT, key: "customAttributes", path: `${DM}/deviceCustomAttributeShellScripts`, types: ["deviceCustomAttributeShellScript"], byIdOnly: ["scriptContent"],
    assignKey: "deviceManagementScriptAssignments", immutable: ["customAttributeName", "customAttributeType", "displayName"],
    required: ["displayName", "scriptContent", "customAttributeName", "customAttributeType"],
  }),
  intune({
    ...SCRIPT, key: "remediations", path: `${DM}/deviceHealthScripts`, types: ["deviceHealthScript"], byIdOnly: ["detectionScriptContent", "remediationScriptContent"],
    assignKey: "deviceHealthScriptAssignments", readOnly: ["isGlobalScript", "highestAvailableVersion"], required: ["displayName", "detectionScriptContent"], versioned: true,
  }),
  intune({
    ...SCRIPT, key: "complianceScripts", path: `${DM}/deviceComplianceScripts`, types: ["deviceComplianceScript"], byIdOnly: ["detectionScriptContent"],
    assignKey: "deviceHealthScriptAssignments", required: ["displayName", "detectionScriptContent"], versioned: true,
  }),
  intune({
    key: "autopilot", path: `${DM}/windowsAutopilotDeploymentProfiles`, betaOnly: true, permissions: SERVICE_CONFIG, polymorphic: true, assignKey: null,
    types: ["azureADWindowsAutopilotDeploymentProfile", "activeDirectoryWindowsAutopilotDeploymentProfile"],
  }),
  intune({
    key: "enrollment", path: `${DM}/deviceEnrollmentConfigurations`, permissions: SERVICE_CONFIG, versioned: true, assignKey: "enrollmentConfigurationAssignments",
    types: ["windows10EnrollmentCompletionPageConfiguration", "deviceEnrollmentLimitConfiguration", "deviceEnrollmentPlatformRestrictionsConfiguration", "deviceEnrollmentPlatformRestrictionConfiguration", "deviceEnrollmentWindowsHelloForBusinessConfiguration", "deviceEnrollmentNotificationConfiguration", "deviceComanagementAuthorityConfiguration"],
    readOnly: ["priority"],
  }),
  intune({
    key: "apps", path: `${DAM}/mobileApps`, permissions: APPS, assignKey: "mobileAppAssignments", parts: ["assignments", "categories"], expand: ["assignments", "categories"],
    types: ["winGetApp", "win32LobApp", "officeSuiteApp", "macOSOfficeSuiteApp", "macOSMicrosoftEdgeApp", "windowsMicrosoftEdgeApp", "iosStoreApp", "iosVppApp", "iosLobApp", "androidStoreApp", "androidManagedStoreApp", "androidManagedStoreWebApp", "managedIOSStoreApp", "managedAndroidStoreApp", "webApp", "windowsWebApp", "macOsVppApp", "macOSLobApp", "macOSDmgApp", "macOSPkgApp", "iosiPadOSWebClip", "windowsMobileMSI", "windowsUniversalAppX", "windowsStoreApp", "microsoftStoreForBusinessApp", "macOSWebClip", "macOSMdatpApp"],
    readOnly: ["uploadState", "publishingState", "dependentAppCount", "supersedingAppCount", "supersededAppCount", "committedContentVersion", "size", "totalLicenseCount", "usedLicenseCount"],
    required: ["displayName", "publisher"],
  }),
  intune({
    key: "appProtection", path: `${DAM}/managedAppPolicies`, permissions: APPS, parts: ["assignments", "apps"], expand: ["assignments", "apps"],
    types: ["iosManagedAppProtection", "androidManagedAppProtection", "windowsManagedAppProtection"], readOnly: ["deployedAppCount", "isAssigned"], versioned: true,
  }),
  intune({
    key: "appConfigApps", path: `${DAM}/targetedManagedAppConfigurations`, permissions: APPS, parts: ["assignments", "apps"], expand: ["assignments", "apps"],
    types: ["targetedManagedAppConfiguration"], readOnly: ["deployedAppCount"], versioned: true,
  }),
  intune({
    key: "appConfigDevices", path: `${DAM}/mobileAppConfigurations`, permissions: APPS, versioned: true,
    types: ["iosMobileAppConfiguration", "androidManagedStoreAppConfiguration", "androidForWorkMobileAppConfiguration"], required: ["displayName", "targetedMobileApps"],
  }),
  entra({
    key: "conditionalAccess", path: `${CA}/policies`, types: ["conditionalAccessPolicy"], required: ["displayName", "conditions", "state"],
  }),
  entra({
    key: "namedLocations", path: `${CA}/namedLocations`, types: ["countryNamedLocation", "ipNamedLocation", "compliantNetworkNamedLocation"],
  }),
  entra({
    key: "authStrengths", path: `${CA}/authenticationStrengths/policies`, types: ["authenticationStrengthPolicy"],
    readOnly: ["policyType", "requirementsSatisfied", "combinationConfigurations"], immutable: ["allowedCombinations"], required: ["displayName", "allowedCombinations"],
  }),
  entra({
    key: "termsOfUse", path: "identityGovernance/termsOfUse/agreements", permissions: AGREEMENT, types: ["agreement"], parts: ["files"], expand: ["files"],
    required: ["displayName", "files"],
  }),
  intune({
    key: "scopeTags", path: `${DM}/roleScopeTags`, betaOnly: true, permissions: RBAC, types: ["roleScopeTag"], expand: [], readOnly: ["isBuiltIn"], modifiedProperty: null,
  }),
  intune({
    key: "filters", path: `${DM}/assignmentFilters`, betaOnly: true, types: ["deviceAndAppManagementAssignmentFilter"], parts: [], expand: [], assignKey: null,
    readOnly: ["payloads"], immutable: ["platform", "assignmentFilterManagementType"], required: ["displayName", "platform", "rule"],
  }),
  intune({
    key: "roles", path: `${DM}/roleDefinitions`, permissions: RBAC, types: ["deviceAndAppManagementRoleDefinition"], polymorphic: true, parts: ["roleAssignments"], expand: ["roleAssignments"],
    assignKey: null, readOnly: ["isBuiltIn", "isBuiltInRoleDefinition", "roleAssignments"], required: ["displayName", "rolePermissions"], modifiedProperty: null,
  }),
  intune({
    key: "notifications", path: `${DM}/notificationMessageTemplates`, permissions: SERVICE_CONFIG, types: ["notificationMessageTemplate"],
    parts: ["localizedNotificationMessages"], expand: ["localizedNotificationMessages"], assignKey: null, readOnly: ["localizedNotificationMessages"],
  }),
  intune({
    key: "reusableSettings", path: `${DM}/reusablePolicySettings`, betaOnly: true, types: ["deviceManagementReusablePolicySetting"], byIdOnly: ["settingInstance"],
    expand: [], assignKey: null, parts: [], readOnly: ["referencingConfigurationPolicyCount"], required: ["displayName", "settingDefinitionId", "settingInstance"], versioned: true,
  }),
  intune({ key: "featureUpdates", path: `${DM}/windowsFeatureUpdateProfiles`, betaOnly: true, types: ["windowsFeatureUpdateProfile"], readOnly: UPDATE_READ_ONLY, required: ["displayName", "featureUpdateVersion"] }),
  intune({ key: "qualityUpdates", path: `${DM}/windowsQualityUpdateProfiles`, betaOnly: true, types: ["windowsQualityUpdateProfile"], readOnly: UPDATE_READ_ONLY }),
  intune({ key: "driverUpdates", path: `${DM}/windowsDriverUpdateProfiles`, betaOnly: true, types: ["windowsDriverUpdateProfile"], readOnly: UPDATE_READ_ONLY, required: ["displayName", "approvalType"], immutable: ["approvalType"] }),
];

const BY_KEY = new Map(FAMILIES.map((family) => [family.key, family]));

export function findFamily(key: string): Family | undefined {
  return BY_KEY.get(key);
}

/** A family by a key that this repository wrote. Throws on an unknown one. */
export function familyOf(key: string): Family {
  const family = BY_KEY.get(key);
  if (family === undefined) throw new Error(`no family ${key}`);
  return family;
}

/** The typed collections behind `managedAppPolicies`: full documents are read and written only there. */
export const TYPED_PROTECTION_SETS: readonly { path: string; type: string; betaOnly: boolean; idPrefix: string }[] = [
  { path: `${DAM}/iosManagedAppProtections`, type: "iosManagedAppProtection", betaOnly: false, idPrefix: "T_" },
  { path: `${DAM}/androidManagedAppProtections`, type: "androidManagedAppProtection", betaOnly: false, idPrefix: "T_" },
  { path: `${DAM}/windowsManagedAppProtections`, type: "windowsManagedAppProtection", betaOnly: true, idPrefix: "W_" },
];

/** What `managedAppPolicies` itself shows of a policy. */
export const MANAGED_APP_POLICY_PROPERTIES = ["@odata.type", "id", "displayName", "description", "createdDateTime", "lastModifiedDateTime", "roleScopeTagIds", "version"] as const;

/** `#microsoft.graph.x`, `microsoft.graph.x` or `x` to `x`. */
export function bareType(type: string): string {
  return type.replace(/^#/, "").replace(/^microsoft\.graph\./, "");
}
