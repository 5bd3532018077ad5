/**
 * The policy families and how each behaves: where it lives, which version has it, what its lists leave out and how it is
 * written. Source: Microsoft Graph's reference and the tools named in the design notes; every oddity below is one of theirs.
 */
import { concreteTypes } from "./schema/schema.ts";
import {
  AGREEMENT,
  APPS,
  AUTHENTICATION_METHOD,
  AUTHORIZATION,
  CLOUD_PC,
  CONFIGURATION,
  CONSENT_REQUEST,
  CROSS_TENANT_ACCESS,
  DEVICE_REGISTRATION,
  type Family,
  GROUPS,
  POLICY,
  RBAC,
  SCRIPTS,
  SECURITY_DEFAULTS,
  SERVICE_CONFIG,
} from "./family.ts";

type FamilyOptions = Pick<Family, "key" | "path" | "types"> & Partial<Family>;

function intune(options: FamilyOptions): Family {
  return {
    area: "intune",
    permissions: CONFIGURATION,
    polymorphic: options.types.length > 1,
    nameProperty: "displayName",
    single: null,
    showsId: true,
    idProperty: "id",
    choosesId: false,
    inline: [],
    apart: {},
    pageSize: 100,
    byIdOnly: [],
    parts: ["assignments"],
    expand: ["assignments"],
    assignmentsByExpandOnly: false,
    updates: ["PATCH"],
    assignKey: "assignments",
    readOnly: [],
    ignored: [],
    immutable: [],
    required: [options.nameProperty ?? "displayName"],
    ...options,
  };
}

function entra(options: FamilyOptions): Family {
  return intune({
    area: "entra",
    permissions: POLICY,
    parts: [],
    expand: [],
    assignKey: null,
    ...options,
  });
}

/** A policy of the directory, of which there is one. */
function ofDirectory(options: FamilyOptions & { single: string }): Family {
  return entra({ readOnly: ["displayName", "description"], required: [], ...options });
}

const DM = "deviceManagement";
const DAM = "deviceAppManagement";
const CA = "identity/conditionalAccess";
const UPDATE_READ_ONLY = [
  "deployableContentDisplayName",
  "endOfSupportDate",
  "releaseDateDisplayName",
  "deviceReporting",
  "newUpdates",
  "inventorySyncStatus",
];
const SCRIPT = { permissions: SCRIPTS, required: ["displayName", "scriptContent"] };
const RULES = "scheduledActionsForRule";
const METHODS = "authenticationMethodConfigurations";

export const FAMILIES: readonly Family[] = [
  intune({
    key: "deviceConfiguration",
    path: `${DM}/deviceConfigurations`,
    types: concreteTypes("deviceConfiguration"),
    readOnly: ["privacyAccessControls", /PauseStartDate$/, /WillBeRolledBack$/],
  }),
  intune({
    key: "settingsCatalog",
    path: `${DM}/configurationPolicies`,
    nameProperty: "name",
    pageSize: 25,
    updates: ["PUT"],
    types: ["deviceManagementConfigurationPolicy"],
    parts: ["settings", "assignments"],
    expand: ["settings", "assignments"],
    required: ["name", "platforms", "technologies", "settings"],
  }),
  intune({
    key: "compliance",
    path: `${DM}/deviceCompliancePolicies`,
    parts: ["assignments", RULES],
    expand: ["assignments", RULES],
    types: concreteTypes("deviceCompliancePolicy"),
    required: ["displayName", RULES],
  }),
  intune({
    key: "complianceLinux",
    path: `${DM}/compliancePolicies`,
    nameProperty: "name",
    pageSize: 25,
    updates: ["PUT", "PATCH"],
    types: ["deviceManagementCompliancePolicy"],
    parts: ["settings", "assignments", RULES],
    expand: ["settings", "assignments", RULES],
    ignored: [RULES],
    required: ["name", "platforms", "technologies", "settings"],
  }),
  intune({
    key: "adminTemplates",
    path: `${DM}/groupPolicyConfigurations`,
    types: ["groupPolicyConfiguration"],
    parts: ["assignments", "definitionValues"],
    readOnly: ["policyConfigurationIngestionType", "definitionValues"],
  }),
  intune({
    ...SCRIPT,
    key: "powershellScripts",
    path: `${DM}/deviceManagementScripts`,
    types: ["deviceManagementScript"],
    byIdOnly: ["scriptContent"],
    assignKey: "deviceManagementScriptAssignments",
    required: ["displayName", "scriptContent", "fileName"],
  }),
  intune({
    ...SCRIPT,
    key: "shellScripts",
    path: `${DM}/deviceShellScripts`,
    types: ["deviceShellScript"],
    assignmentsByExpandOnly: true,
    byIdOnly: ["scriptContent"],
    assignKey: "deviceManagementScriptAssignments",
    required: ["displayName", "scriptContent", "fileName"],
  }),
  intune({
    ...SCRIPT,
    key: "customAttributes",
    path: `${DM}/deviceCustomAttributeShellScripts`,
    types: ["deviceCustomAttributeShellScript"],
    assignmentsByExpandOnly: true,
    byIdOnly: ["scriptContent"],
    assignKey: "deviceManagementScriptAssignments",
    immutable: ["customAttributeName", "customAttributeType", "displayName"],
    required: ["displayName", "scriptContent", "customAttributeName", "customAttributeType"],
  }),
  intune({
    ...SCRIPT,
    key: "remediations",
    path: `${DM}/deviceHealthScripts`,
    types: ["deviceHealthScript"],
    byIdOnly: ["detectionScriptContent", "remediationScriptContent"],
    assignKey: "deviceHealthScriptAssignments",
    readOnly: ["isGlobalScript", "highestAvailableVersion"],
    required: ["displayName", "detectionScriptContent"],
  }),
  intune({
    ...SCRIPT,
    key: "complianceScripts",
    path: `${DM}/deviceComplianceScripts`,
    types: ["deviceComplianceScript"],
    byIdOnly: ["detectionScriptContent"],
    parts: [],
    expand: [],
    assignKey: null,
    required: ["displayName", "detectionScriptContent"],
  }),
  intune({
    key: "autopilot",
    path: `${DM}/windowsAutopilotDeploymentProfiles`,
    permissions: SERVICE_CONFIG,
    polymorphic: true,
    assignKey: null,
    types: concreteTypes("windowsAutopilotDeploymentProfile"),
  }),
  intune({
    key: "enrollment",
    path: `${DM}/deviceEnrollmentConfigurations`,
    permissions: SERVICE_CONFIG,
    assignKey: "enrollmentConfigurationAssignments",
    types: concreteTypes("deviceEnrollmentConfiguration"),
    readOnly: ["priority", "windowsMobileRestriction"],
  }),
  intune({
    key: "apps",
    path: `${DAM}/mobileApps`,
    permissions: APPS,
    assignKey: "mobileAppAssignments",
    parts: ["assignments", "categories"],
    expand: ["assignments", "categories"],
    types: concreteTypes("mobileApp"),
    readOnly: [
      "uploadState",
      "publishingState",
      "dependentAppCount",
      "supersedingAppCount",
      "supersededAppCount",
      "committedContentVersion",
      "size",
      "totalLicenseCount",
      "usedLicenseCount",
    ],
    required: ["displayName", "publisher"],
  }),
  intune({
    key: "appProtection",
    path: `${DAM}/managedAppPolicies`,
    permissions: APPS,
    parts: ["assignments", "apps"],
    expand: ["assignments", "apps"],
    types: concreteTypes("managedAppPolicy").filter((type) => type !== "targetedManagedAppConfiguration"),
    readOnly: ["deployedAppCount", "isAssigned"],
  }),
  intune({
    key: "appConfigApps",
    path: `${DAM}/targetedManagedAppConfigurations`,
    permissions: APPS,
    parts: ["assignments", "apps"],
    expand: ["assignments", "apps"],
    types: ["targetedManagedAppConfiguration"],
    readOnly: ["deployedAppCount"],
  }),
  intune({
    key: "appConfigDevices",
    path: `${DAM}/mobileAppConfigurations`,
    permissions: APPS,
    types: concreteTypes("managedDeviceMobileAppConfiguration"),
    required: ["displayName", "targetedMobileApps"],
  }),
  entra({
    key: "conditionalAccess",
    path: `${CA}/policies`,
    types: ["conditionalAccessPolicy"],
    readOnly: ["templateId"],
    required: ["displayName", "conditions", "state"],
  }),
  entra({
    key: "namedLocations",
    path: `${CA}/namedLocations`,
    types: concreteTypes("namedLocation"),
  }),
  entra({
    key: "authStrengths",
    path: "policies/authenticationStrengthPolicies",
    types: ["authenticationStrengthPolicy"],
    readOnly: ["policyType", "requirementsSatisfied", "combinationConfigurations"],
    immutable: ["allowedCombinations"],
    required: ["displayName", "allowedCombinations"],
  }),
  entra({
    key: "termsOfUse",
    path: "identityGovernance/termsOfUse/agreements",
    permissions: AGREEMENT,
    types: ["agreement"],
    parts: ["files"],
    expand: ["files"],
    required: ["displayName", "files"],
  }),
  intune({
    key: "scopeTags",
    path: `${DM}/roleScopeTags`,
    permissions: RBAC,
    types: ["roleScopeTag"],
    expand: [],
    readOnly: ["isBuiltIn"],
  }),
  intune({
    key: "filters",
    path: `${DM}/assignmentFilters`,
    types: ["deviceAndAppManagementAssignmentFilter"],
    parts: [],
    expand: [],
    assignKey: null,
    readOnly: ["payloads"],
    immutable: ["platform", "assignmentFilterManagementType"],
    required: ["displayName", "platform", "rule"],
  }),
  intune({
    key: "roles",
    path: `${DM}/roleDefinitions`,
    permissions: RBAC,
    types: ["deviceAndAppManagementRoleDefinition"],
    polymorphic: true,
    parts: ["roleAssignments"],
    expand: ["roleAssignments"],
    assignKey: null,
    readOnly: ["isBuiltIn", "isBuiltInRoleDefinition", "roleAssignments"],
    required: ["displayName", "rolePermissions"],
  }),
  intune({
    key: "notifications",
    path: `${DM}/notificationMessageTemplates`,
    permissions: SERVICE_CONFIG,
    types: ["notificationMessageTemplate"],
    parts: ["localizedNotificationMessages"],
    expand: ["localizedNotificationMessages"],
    assignKey: null,
    readOnly: ["localizedNotificationMessages", "defaultLocale"],
  }),
  intune({
    key: "reusableSettings",
    path: `${DM}/reusablePolicySettings`,
    types: ["deviceManagementReusablePolicySetting"],
    byIdOnly: ["settingInstance"],
    expand: [],
    assignKey: null,
    parts: [],
    readOnly: ["referencingConfigurationPolicyCount"],
    required: ["displayName", "settingDefinitionId", "settingInstance"],
  }),
  intune({
    key: "featureUpdates",
    path: `${DM}/windowsFeatureUpdateProfiles`,
    types: ["windowsFeatureUpdateProfile"],
    readOnly: UPDATE_READ_ONLY,
    required: ["displayName", "featureUpdateVersion"],
  }),
  intune({
    key: "qualityUpdates",
    path: `${DM}/windowsQualityUpdateProfiles`,
    types: ["windowsQualityUpdateProfile"],
    readOnly: UPDATE_READ_ONLY,
  }),
  intune({
    key: "driverUpdates",
    path: `${DM}/windowsDriverUpdateProfiles`,
    types: ["windowsDriverUpdateProfile"],
    readOnly: UPDATE_READ_ONLY,
    required: ["displayName", "approvalType"],
    immutable: ["approvalType"],
  }),
  intune({
    key: "intents",
    path: `${DM}/intents`,
    types: ["deviceManagementIntent"],
    parts: ["settings", "assignments"],
    expand: [],
    readOnly: ["templateId", "isMigratingToConfigurationPolicy", "settings"],
  }),
  intune({
    key: "qualityUpdatePolicies",
    path: `${DM}/windowsQualityUpdatePolicies`,
    types: ["windowsQualityUpdatePolicy"],
    // The lists refuse it; a policy by its id does not.
    expand: [],
  }),
  intune({
    key: "deviceCategories",
    path: `${DM}/deviceCategories`,
    types: ["deviceCategory"],
    parts: [],
    expand: [],
    assignKey: null,
  }),
  intune({
    key: "appCategories",
    path: `${DAM}/mobileAppCategories`,
    permissions: APPS,
    types: ["mobileAppCategory"],
    parts: [],
    expand: [],
    assignKey: null,
  }),
  intune({
    key: "terms",
    path: `${DM}/termsAndConditions`,
    permissions: SERVICE_CONFIG,
    types: ["termsAndConditions"],
    assignKey: null,
    required: ["displayName", "title", "bodyText", "acceptanceStatement"],
  }),
  intune({
    key: "appleUserEnrollment",
    path: `${DM}/appleUserInitiatedEnrollmentProfiles`,
    permissions: SERVICE_CONFIG,
    types: ["appleUserInitiatedEnrollmentProfile"],
    assignKey: null,
    readOnly: ["priority"],
    immutable: ["platform"],
    required: ["displayName", "platform"],
  }),
  intune({
    key: "bios",
    path: `${DM}/hardwareConfigurations`,
    types: ["hardwareConfiguration"],
    byIdOnly: ["configurationFileContent"],
    assignKey: "hardwareConfigurationAssignments",
    required: ["displayName", "configurationFileContent", "fileName", "hardwareConfigurationFormat"],
  }),
  intune({
    key: "branding",
    path: `${DM}/intuneBrandingProfiles`,
    permissions: APPS,
    types: ["intuneBrandingProfile"],
    nameProperty: "profileName",
    apart: { themeColorLogo: 204, lightBackgroundLogo: 204, landingPageCustomizedImage: 204 },
    readOnly: ["isDefaultProfile", "disableClientTelemetry"],
  }),
  intune({
    key: "w365Provisioning",
    path: `${DM}/virtualEndpoint/provisioningPolicies`,
    permissions: CLOUD_PC,
    types: ["cloudPcProvisioningPolicy"],
    readOnly: ["createdBy", "lastModifiedBy", "imageDisplayName", "cloudPcGroupDisplayName"],
    immutable: ["provisioningType", "managedBy"],
    required: ["displayName", "imageId", "imageType"],
  }),
  intune({
    key: "w365UserSettings",
    path: `${DM}/virtualEndpoint/userSettings`,
    permissions: CLOUD_PC,
    types: ["cloudPcUserSetting"],
  }),
  intune({
    key: "complianceSettings",
    path: `${DM}/settings`,
    types: ["deviceManagementSettings"],
    single: "deviceManagementSettings",
    showsId: false,
    parts: [],
    expand: [],
    // A property of deviceManagement, and patched there (`WITHIN`).
    updates: [],
    assignKey: null,
    required: [],
  }),
  ofDirectory({
    key: "authMethods",
    path: "policies/authenticationMethodsPolicy",
    types: ["authenticationMethodsPolicy"],
    single: "authenticationMethodsPolicy",
    permissions: AUTHENTICATION_METHOD,
    parts: [METHODS],
    inline: [METHODS],
    readOnly: ["displayName", "description", "policyVersion", "policyMigrationState", METHODS],
  }),
  entra({
    key: "authContexts",
    path: `${CA}/authenticationContextClassReferences`,
    types: ["authenticationContextClassReference"],
    choosesId: true,
    required: ["id", "displayName"],
  }),
  ofDirectory({
    key: "authorizationPolicy",
    path: "policies/authorizationPolicy/authorizationPolicy",
    types: ["authorizationPolicy"],
    single: "authorizationPolicy",
    permissions: AUTHORIZATION,
  }),
  ofDirectory({
    key: "securityDefaults",
    path: "policies/identitySecurityDefaultsEnforcementPolicy",
    types: ["identitySecurityDefaultsEnforcementPolicy"],
    single: "00000000-0000-0000-0000-000000000005",
    permissions: SECURITY_DEFAULTS,
  }),
  ofDirectory({
    key: "deviceRegistration",
    path: "policies/deviceRegistrationPolicy",
    types: ["deviceRegistrationPolicy"],
    single: "deviceRegistrationPolicy",
    permissions: DEVICE_REGISTRATION,
    updates: ["PUT"],
    required: [
      "userDeviceQuota",
      "multiFactorAuthConfiguration",
      "azureADRegistration",
      "azureADJoin",
      "localAdminPassword",
    ],
  }),
  ofDirectory({
    key: "adminConsent",
    path: "policies/adminConsentRequestPolicy",
    types: ["adminConsentRequestPolicy"],
    single: "adminConsentRequestPolicy",
    showsId: false,
    permissions: CONSENT_REQUEST,
    updates: ["PUT"],
    readOnly: [],
    required: ["isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers"],
  }),
  ofDirectory({
    key: "crossTenantDefault",
    path: "policies/crossTenantAccessPolicy/default",
    types: ["crossTenantAccessPolicyConfigurationDefault"],
    single: "default",
    showsId: false,
    permissions: CROSS_TENANT_ACCESS,
    readOnly: ["isServiceDefault"],
  }),
  entra({
    key: "crossTenantPartners",
    path: "policies/crossTenantAccessPolicy/partners",
    types: ["crossTenantAccessPolicyConfigurationPartner"],
    nameProperty: "tenantId",
    idProperty: "tenantId",
    choosesId: true,
    permissions: CROSS_TENANT_ACCESS,
    apart: { identitySynchronization: 404 },
    readOnly: ["isServiceProvider", "isInMultiTenantOrganization", "identitySynchronization"],
    immutable: ["tenantId"],
  }),
  // All groups of the tenant, those of chosen members as well.
  entra({
    key: "groups",
    path: "groups",
    types: ["group"],
    permissions: GROUPS,
    readOnly: [
      /^onPremises/,
      /^membershipRuleProcessingStatus$/,
      "mail",
      "proxyAddresses",
      "renewedDateTime",
      "securityIdentifier",
      "members",
      "owners",
    ],
    required: ["displayName", "mailNickname"],
  }),
];

/** What a property of a larger object is read as, and where it is written. */
export const WITHIN: readonly { path: string; key: string; property: string }[] = [
  { path: DM, key: "complianceSettings", property: "settings" },
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
export const TYPED_PROTECTION_SETS: readonly { path: string; type: string; idPrefix: string }[] = [
  { path: `${DAM}/iosManagedAppProtections`, type: "iosManagedAppProtection", idPrefix: "T_" },
  { path: `${DAM}/androidManagedAppProtections`, type: "androidManagedAppProtection", idPrefix: "T_" },
  { path: `${DAM}/windowsManagedAppProtections`, type: "windowsManagedAppProtection", idPrefix: "W_" },
];

/** What `managedAppPolicies` itself shows of a policy. */
export const MANAGED_APP_POLICY_PROPERTIES = [
  "@odata.type",
  "id",
  "displayName",
  "description",
  "createdDateTime",
  "lastModifiedDateTime",
  "roleScopeTagIds",
  "version",
] as const;
