/** Which part of Graph the schema covers: all policy families of docs/design/graph.md and of its list of families to add. */

/** The roots of Graph's addresses, with the types that stand there; a list where the root is a collection. */
export const ROOTS = {
  auditLogs: "auditLogRoot",
  deviceAppManagement: "deviceAppManagement",
  deviceManagement: "deviceManagement",
  groups: "group[]",
  identity: "identityContainer",
  identityGovernance: "identityGovernance",
  organization: "organization[]",
  policies: "policyRoot",
} as const;

/**
 * Types on the way to the families: of their navigations only the named ones are followed. What else they lead to is known by
 * name, so that a segment which exists is told from one that does not.
 */
export const WAYS: Readonly<Record<string, string>> = {
  auditLogRoot: "directoryAudits",
  conditionalAccessRoot:
    "policies namedLocations authenticationStrength authenticationStrengths authenticationContextClassReferences",
  deviceAppManagement: `mobileApps managedAppPolicies iosManagedAppProtections androidManagedAppProtections windowsManagedAppProtections
    defaultManagedAppProtections mdmWindowsInformationProtectionPolicies windowsInformationProtectionPolicies
    targetedManagedAppConfigurations mobileAppConfigurations policySets mobileAppCategories vppTokens`,
  deviceManagement: `deviceConfigurations configurationPolicies configurationPolicyTemplates deviceCompliancePolicies compliancePolicies
    groupPolicyConfigurations groupPolicyDefinitions groupPolicyUploadedDefinitionFiles deviceManagementScripts deviceShellScripts
    deviceCustomAttributeShellScripts deviceHealthScripts deviceComplianceScripts windowsAutopilotDeploymentProfiles
    deviceEnrollmentConfigurations roleScopeTags assignmentFilters roleDefinitions roleAssignments notificationMessageTemplates
    reusablePolicySettings windowsFeatureUpdateProfiles windowsQualityUpdateProfiles windowsQualityUpdatePolicies
    windowsDriverUpdateProfiles intents templates settings termsAndConditions intuneBrandingProfiles deviceCategories
    depOnboardingSettings appleUserInitiatedEnrollmentProfiles androidDeviceOwnerEnrollmentProfiles androidForWorkEnrollmentProfiles
    hardwareConfigurations operationApprovalPolicies operationApprovalRequests managedDeviceCleanupRules
    mobileThreatDefenseConnectors cloudCertificationAuthority androidManagedStoreAccountEnterpriseSettings
    applePushNotificationCertificate derivedCredentials auditEvents virtualEndpoint`,
  identityContainer: "conditionalAccess",
  identityGovernance: "termsOfUse",
  policyRoot: `authenticationStrengthPolicies authenticationMethodsPolicy authorizationPolicy crossTenantAccessPolicy
    identitySecurityDefaultsEnforcementPolicy deviceRegistrationPolicy adminConsentRequestPolicy conditionalAccessPolicies`,
  termsOfUseContainer: "agreements",
  virtualEndpoint: "provisioningPolicies userSettings",
  authenticationStrengthRoot: "policies",
  group: "",
  organization: "",
  directoryAudit: "",
};

/** Navigations that belong to a policy and are followed wherever they stand. */
export const PARTS = `
apps assignments authenticationMethodConfigurations categories combinationConfigurations contentVersions default
defaultUserRoleOverrides definition definitionValues derivedCredentialSettings domainJoinConfiguration enrollmentProfiles
exemptAppLockerFiles file files groupPolicyOperations identitySynchronization items localizations localizedNotificationMessages
networkAccessConfigurations partners payloads presentation presentationValues presentations privacyAccessControls
protectedAppLockerFiles relationships roleAssignments roleDefinition roleScopeTags scheduledActionConfigurations
scheduledActionsForRule settingTemplates settings
`;

/** Types that nobody navigates to: what actions take beside the policies' own. */
export const BESIDES = "deviceManagementComplianceScheduledActionForRule windowsPrivacyDataAccessControlItem";

/** So many things derive from these, or so far away, that they end the way. */
export const NOT_DERIVED = "entity directoryObject identity identitySet";
