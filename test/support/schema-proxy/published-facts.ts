/**
 * What Microsoft's type declarations do not say: which addresses Graph begins with, what actions and functions take and give, where PUT
 * is allowed, and what is newer than the packages. Each entry names the page that says so: `LEARN` with the name of a page, in
 * the reference of the beta.
 */
export type GraphVersion = "v1.0" | "beta";

/** `https://learn.microsoft.com/graph/api/<page>?view=graph-rest-beta` */
export const LEARN = "https://learn.microsoft.com/graph/api/";

/** The first segment of an address, and what stands there (the entity sets and singletons of `microsoft.graph.GraphService`). */
export const ROOTS: Readonly<Record<string, string>> = {
  // auditlogroot
  auditLogs: "auditLogRoot",
  // intune-apps-deviceappmanagement-get
  deviceAppManagement: "deviceAppManagement",
  // intune-shared-devicemanagement-get
  deviceManagement: "deviceManagement",
  // group-list
  groups: "group[]",
  // identitycontainer
  identity: "identityContainer",
  // termsofusecontainer
  identityGovernance: "identityGovernance",
  // organization-list
  organization: "organization[]",
  // authorizationpolicy-get
  policies: "policyRoot",
  // rbacapplication-list-roledefinitions
  roleManagement: "roleManagement",
  // serviceprincipal-list
  servicePrincipals: "servicePrincipal[]",
};

/** Properties that identify a thing in an address beside its key: `servicePrincipals(appId='…')`. */
export const ALTERNATE_KEYS: Readonly<Record<string, { property: string; page: string }>> = {
  servicePrincipal: { property: "appId", page: "serviceprincipal-get" },
};

/** Called by POST when `isFunction` is false, by GET otherwise. */
export interface Operation {
  /** What it is called on: the type, or one that derives from it. */
  on: string;
  name: string;
  isFunction: boolean;
  /** By name, as a property's type is written. */
  parameters: Readonly<Record<string, string>>;
  /** Null when it answers nothing. */
  returns: string | null;
  /** Below `LEARN`. */
  page: string;
}

export const OPERATIONS: readonly Operation[] = [
  assign("deviceConfiguration", "deviceConfigurationAssignment", "intune-deviceconfig-deviceconfiguration-assign"),
  {
    on: "deviceConfiguration",
    name: "getOmaSettingPlainTextValue",
    isFunction: true,
    parameters: { secretReferenceValueId: "string" },
    returns: "string",
    page: "intune-deviceconfig-deviceconfiguration-getomasettingplaintextvalue",
  },
  assign(
    "deviceManagementConfigurationPolicy",
    "deviceManagementConfigurationPolicyAssignment",
    "intune-deviceconfigv2-devicemanagementconfigurationpolicy-assign",
  ),
  assign(
    "deviceCompliancePolicy",
    "deviceCompliancePolicyAssignment",
    "intune-deviceconfig-devicecompliancepolicy-assign",
  ),
  action(
    "deviceCompliancePolicy",
    "scheduleActionsForRules",
    { deviceComplianceScheduledActionForRules: "deviceComplianceScheduledActionForRule[]" },
    "intune-deviceconfig-devicecompliancepolicy-scheduleactionsforrules",
  ),
  assign(
    "deviceManagementCompliancePolicy",
    "deviceManagementConfigurationPolicyAssignment",
    "intune-deviceconfigv2-devicemanagementcompliancepolicy-assign",
  ),
  action(
    "deviceManagementCompliancePolicy",
    "setScheduledActions",
    { scheduledActions: "deviceManagementComplianceScheduledActionForRule[]" },
    "intune-deviceconfigv2-devicemanagementcompliancepolicy-setscheduledactions",
  ),
  assign(
    "groupPolicyConfiguration",
    "groupPolicyConfigurationAssignment",
    "intune-grouppolicy-grouppolicyconfiguration-assign",
  ),
  action(
    "groupPolicyConfiguration",
    "updateDefinitionValues",
    { added: "groupPolicyDefinitionValue[]", updated: "groupPolicyDefinitionValue[]", deletedIds: "string[]" },
    "intune-grouppolicy-grouppolicyconfiguration-updatedefinitionvalues",
  ),
  ...["deviceManagementScript", "deviceShellScript", "deviceCustomAttributeShellScript"].map((type) =>
    action(
      type,
      "assign",
      {
        deviceManagementScriptGroupAssignments: "deviceManagementScriptGroupAssignment[]",
        deviceManagementScriptAssignments: "deviceManagementScriptAssignment[]",
      },
      `intune-devices-${type.toLowerCase()}-assign`,
    ),
  ),
  action(
    "deviceHealthScript",
    "assign",
    { deviceHealthScriptAssignments: "deviceHealthScriptAssignment[]" },
    "intune-devices-devicehealthscript-assign",
  ),
  action(
    "deviceEnrollmentConfiguration",
    "assign",
    { enrollmentConfigurationAssignments: "enrollmentConfigurationAssignment[]" },
    "intune-onboarding-deviceenrollmentconfiguration-assign",
  ),
  action(
    "deviceEnrollmentConfiguration",
    "setPriority",
    { priority: "number" },
    "intune-onboarding-deviceenrollmentconfiguration-setpriority",
  ),
  action("mobileApp", "assign", { mobileAppAssignments: "mobileAppAssignment[]" }, "intune-apps-mobileapp-assign"),
  action(
    "managedAppPolicy",
    "targetApps",
    { apps: "managedMobileApp[]", appGroupType: "targetedManagedAppGroupType" },
    "intune-mam-managedapppolicy-targetapps",
  ),
  ...["targetedManagedAppProtection", "windowsManagedAppProtection", "targetedManagedAppConfiguration"].map((type) =>
    assign(type, "targetedManagedAppPolicyAssignment", `intune-mam-${type.toLowerCase()}-assign`),
  ),
  assign(
    "managedDeviceMobileAppConfiguration",
    "managedDeviceMobileAppConfigurationAssignment",
    "intune-apps-manageddevicemobileappconfiguration-assign",
  ),
  ...["Feature", "Quality", "Driver"].map((kind) =>
    assign(
      `windows${kind}UpdateProfile`,
      `windows${kind}UpdateProfileAssignment`,
      `intune-softwareupdate-windows${kind.toLowerCase()}updateprofile-assign`,
    ),
  ),
  assign(
    "windowsQualityUpdatePolicy",
    "windowsQualityUpdatePolicyAssignment",
    "intune-softwareupdate-windowsqualityupdatepolicy-assign",
  ),
  assign(
    "deviceManagementIntent",
    "deviceManagementIntentAssignment",
    "intune-deviceintent-devicemanagementintent-assign",
  ),
  action(
    "deviceManagementIntent",
    "updateSettings",
    { settings: "deviceManagementSettingInstance[]" },
    "intune-deviceintent-devicemanagementintent-updatesettings",
  ),
  {
    on: "deviceManagementTemplate",
    name: "createInstance",
    isFunction: false,
    parameters: {
      displayName: "string",
      description: "string",
      settingsDelta: "deviceManagementSettingInstance[]",
      roleScopeTagIds: "string[]",
    },
    returns: "deviceManagementIntent",
    page: "intune-deviceintent-devicemanagementtemplate-createinstance",
  },
  {
    on: "authenticationStrengthPolicy",
    name: "updateAllowedCombinations",
    isFunction: false,
    parameters: { allowedCombinations: "authenticationMethodModes[]" },
    returns: "updateAllowedCombinationsResult",
    page: "authenticationstrengthpolicy-updateallowedcombinations",
  },
  assign("cloudPcProvisioningPolicy", "cloudPcProvisioningPolicyAssignment", "cloudpcprovisioningpolicy-assign", null),
  assign("cloudPcUserSetting", "cloudPcUserSettingAssignment", "cloudpcusersetting-assign", null),
  assign("roleScopeTag", "roleScopeTagAutoAssignment", "intune-rbac-rolescopetag-assign"),
  assign("intuneBrandingProfile", "intuneBrandingProfileAssignment", "intune-wip-intunebrandingprofile-assign", null),
  action(
    "hardwareConfiguration",
    "assign",
    { hardwareConfigurationAssignments: "hardwareConfigurationAssignment[]" },
    "intune-deviceconfig-hardwareconfiguration-assign",
  ),
  action(
    "appleUserInitiatedEnrollmentProfile",
    "setPriority",
    { priority: "number" },
    "intune-enrollment-appleuserinitiatedenrollmentprofile-setpriority",
  ),
];

function assign(on: string, entry: string, page: string, returns: string | null = `${entry}[]`): Operation {
  return { on, name: "assign", isFunction: false, parameters: { assignments: `${entry}[]` }, returns, page };
}

function action(on: string, name: string, parameters: Record<string, string>, page: string): Operation {
  return { on, name, isFunction: false, parameters, returns: null, page };
}

/** Types that are replaced whole by PUT; all others are changed by PATCH alone. */
export const PUT_TO: Readonly<Record<string, string>> = {
  deviceManagementConfigurationPolicy: "docs/design/graph.md: the portal and IntuneManagement replace settings by PUT",
  deviceManagementCompliancePolicy: "docs/design/graph.md: built like the settings catalog, replaced like it",
  deviceRegistrationPolicy: `${LEARN}deviceregistrationpolicy-update`,
  adminConsentRequestPolicy: `${LEARN}adminconsentrequestpolicy-update`,
  crossTenantIdentitySyncPolicyPartner: `${LEARN}crosstenantaccesspolicyconfigurationpartner-put-identitysynchronization`,
};

/** Types with an address of their own that do not derive from `entity`. */
export const OTHERWISE_KEYED: Readonly<Record<string, string>> = {
  // The declarations give it no key; what derives from it has "id" or "tenantId".
  policyDeletableItem: `${LEARN}crosstenantaccesspolicyconfigurationpartner-get`,
};

/** Types and properties that Graph has and the packages do not have yet. */
export const ALSO_THERE: Readonly<
  Record<GraphVersion, readonly { type: string; base?: string; properties: Record<string, string>; source: string }[]>
> = {
  beta: [
    {
      type: "conditionalAccessPolicy",
      properties: { templateId: "string" },
      source: `${LEARN}resources/conditionalaccesspolicy`,
    },
    {
      type: "conditionalAccessConditionSet",
      properties: { agentIdRiskLevels: "any" },
      source: `${LEARN}resources/conditionalaccessconditionset`,
    },
    {
      type: "conditionalAccessClientApplications",
      properties: {
        agentIdServicePrincipalFilter: "conditionalAccessFilter",
        excludeAgentIdServicePrincipals: "string[]",
        includeAgentIdServicePrincipals: "string[]",
      },
      source: `${LEARN}resources/conditionalaccessclientapplications`,
    },
    // Shown by Graph in exports (docs/simulator.md names the collections), and in none of the metadata that Microsoft publishes.
    { type: "androidDeviceOwnerCompliancePolicy", properties: { localActions: "any[]" }, source: "IntuneHydrationKit" },
    { type: "winGetApp", properties: { repositoryType: "any" }, source: "IntuneHydrationKit" },
    {
      type: "conditionalAccessPolicy",
      properties: { partialEnablementStrategy: "any" },
      source: "ConditionalAccessBaseline",
    },
    {
      type: "conditionalAccessConditionSet",
      properties: { times: "any", agents: "any", clients: "any" },
      source: "ConditionalAccessBaseline, and Microsoft's templates in IntuneHydrationKit",
    },
    {
      type: "conditionalAccessSessionControls",
      properties: { blockSensitiveActions: "any", networkAccessSecurity: "any" },
      source: "ConditionalAccessBaseline, and Microsoft's templates in IntuneHydrationKit",
    },
  ],
  "v1.0": [],
};
