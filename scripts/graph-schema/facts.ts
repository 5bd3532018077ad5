/**
 * What Microsoft's published type declarations do not say. Each list names its source; a name that the declarations lack is reported
 * by the generator, so that no list outlives what it is about.
 *
 * Sources: the CSDL of microsoftgraph/msgraph-metadata f54f11b6 (2026-08-20) and the models of
 * microsoftgraph/msgraph-beta-sdk-python 3cbc1777 (2026-07-23), which is generated from the beta CSDL.
 */

/** Declared as text, carried in base64: `Edm.Binary` in the CSDL, `bytes` in the SDK. */
export const BINARY = `
agreementFileData.data androidDeviceOwnerTrustedRootCertificate.trustedRootCertificate
androidForWorkTrustedRootCertificate.trustedRootCertificate androidOmaCpConfiguration.configurationXml
androidTrustedRootCertificate.trustedRootCertificate androidWorkProfileTrustedRootCertificate.trustedRootCertificate
aospDeviceOwnerTrustedRootCertificate.trustedRootCertificate deviceCompliancePolicyScript.rulesContent
deviceComplianceScript.detectionScriptContent deviceCustomAttributeShellScript.scriptContent
deviceHealthScript.detectionScriptContent deviceHealthScript.remediationScriptContent deviceManagementScript.scriptContent
deviceShellScript.scriptContent groupPolicyUploadedDefinitionFile.content groupPolicyUploadedLanguageFile.content
hardwareConfiguration.configurationFileContent iosCustomConfiguration.payload iosEduCertificateSettings.trustedRootCertificate
iosMobileAppConfiguration.encodedSettingXml iosTrustedRootCertificate.trustedRootCertificate
macOSCustomAppConfiguration.configurationXml macOSCustomConfiguration.payload
macOSEndpointProtectionConfiguration.fileVaultInstitutionalRecoveryKeyCertificate
macOSTrustedRootCertificate.trustedRootCertificate mimeContent.value mobileAppContentFile.manifest
officeSuiteApp.officeConfigurationXml omaSettingStringXml.value
windows10EndpointProtectionConfiguration.defenderExploitProtectionXml
windows10GeneralConfiguration.startMenuLayoutEdgeAssetsXml windows10GeneralConfiguration.startMenuLayoutXml
windows10VpnConfiguration.eapXml windows81TrustedRootCertificate.trustedRootCertificate windows81WifiImportConfiguration.payload
windowsInformationProtectionAppLockerFile.file windowsInformationProtectionDataRecoveryCertificate.certificate
windowsKioskMultipleApps.startMenuLayoutXml windowsPhone81TrustedRootCertificate.trustedRootCertificate
windowsVpnConfiguration.customXml
`;

/** Numbers with a fraction; all others are whole. */
export const FRACTIONS = "omaSettingFloatingPoint.value keyRealValuePair.value";

/** Enumerations of which one value may hold several members, with commas: `IsFlags` in the CSDL, lists in the SDK. */
export const FLAGS = `
androidTargetedPlatforms appManagementLevel authenticationMethodModes authenticationStrengthRequirements
cloudPcManagementService conditionalAccessGuestOrExternalUserTypes conditionalAccessInsiderRiskLevels
conditionalAccessTransferMethods deviceManagementConfigurationPlatforms deviceManagementConfigurationTechnologies
deviceManagementDerivedCredentialNotificationType easServices enrollmentNotificationBrandingOptions hashAlgorithms keyUsages
macOSFileVaultRecoveryKeyTypes macOSSoftwareUpdateDelayPolicy macOSSystemExtensionType managedBrowserType
notificationTemplateBrandingOptions operationApprovalPolicyPlatform sharedPCAllowedAccountType subjectAlternativeNameType
win32LobAppDetectionOperator windowsArchitecture windowsDeviceType windowsFirewallRuleInterfaceTypes
windowsFirewallRuleNetworkProfileTypes windowsHealthMonitoringScope windowsStartMenuAppListVisibilityType
windowsUpdateForBusinessUpdateWeeks
`;

/** Types of which Graph makes no object, beside those that others derive from and that are named `…Base`. */
export const ABSTRACT = `
appleVpnConfiguration authenticationCombinationConfiguration authenticationMethodConfiguration
conditionalAccessExternalTenants conditionalAccessSessionControl deviceAndAppManagementAssignmentTarget deviceCompliancePolicy
deviceConfiguration deviceEnrollmentConfiguration deviceManagementConfigurationSettingInstance
deviceManagementConfigurationSettingValue deviceManagementConfigurationSimpleSettingValue deviceManagementSettingInstance
enrollmentProfile iosCertificateProfile iosHomeScreenItem ipRange managedApp managedAppConfiguration managedAppPolicy
managedAppProtection managedDeviceMobileAppConfiguration managedMobileLobApp mobileApp mobileAppAssignmentSettings
mobileAppIdentifier mobileAppRelationship mobileLobApp namedLocation omaSetting policySetItem targetedManagedAppProtection
vpnConfiguration win32LobAppDetection win32LobAppRequirement win32LobAppRule windowsAutopilotDeploymentProfile
windowsInformationProtection windowsInformationProtectionApp windowsVpnConfiguration
`;

/**
 * Shown by Graph in real exports (the collections that `docs/simulator.md` names), and in none of the metadata that Microsoft
 * publishes. Written as `NEWER` is.
 */
export const UNPUBLISHED: Readonly<Record<string, string>> = {
  androidDeviceOwnerCompliancePolicy: "localActions:any[]",
  conditionalAccessConditionSet: "agents:any clients:any times:any",
  conditionalAccessPolicy: "partialEnablementStrategy:any templateId:string",
  conditionalAccessSessionControls: "blockSensitiveActions:any networkAccessSecurity:any",
  group: "onPremisesObjectIdentifier:string",
  winGetApp: "repositoryType:any",
};

/**
 * In the beta SDK of July 2026 and newer than the declarations of the package. A type's first word is its base. `any` stands for
 * enumerations and types of which nothing more is known.
 */
export const NEWER: Readonly<Record<string, string>> = {
  androidDeviceOwnerGeneralDeviceConfiguration: "isKioskModeExitCodeSet:boolean",
  androidDeviceOwnerVpnConfiguration: "lockdownExclusionList:string[]",
  androidForWorkMobileAppConfiguration: "credentialProviderRoleState:any",
  androidManagedStoreAccountEnterpriseSettings: "managedGooglePlayEnterpriseType:any",
  androidManagedStoreAppConfiguration: "credentialProviderRoleState:any",
  androidWorkProfileVpnConfiguration: "lockdownExclusionList:string[]",
  appleVpnConfiguration: "excludeLocalNetworks:boolean includeAllNetworks:boolean",
  cloudCertificationAuthority: "activeVersion:any geographicRegion:string versions:any[]",
  cloudPcProvisioningPolicy: "snapshotResetMode:any userSettingsPersistenceConfiguration:any",
  cloudPcProvisioningPolicyAssignment: "userSettingsPersistenceDetail:any",
  conditionalAccessClientApplications:
    "agentIdServicePrincipalFilter:conditionalAccessFilter excludeAgentIdServicePrincipals:string[] includeAgentIdServicePrincipals:string[]",
  conditionalAccessConditionSet: "agentIdRiskLevels:any",
  crossTenantAccessPolicyConfigurationDefault:
    "appServiceConnectInbound:any blockServiceProviderOutboundAccess:boolean m365Capabilities:any[] m365CollaborationInbound:any m365CollaborationOutbound:any",
  crossTenantAccessPolicyConfigurationPartner:
    "appServiceConnectInbound:any blockServiceProviderOutboundAccess:boolean m365Capabilities:any[] m365CollaborationInbound:any m365CollaborationOutbound:any serviceProviderConstraints:any",
  crossTenantIdentitySyncPolicyPartner: "groupSyncInbound:any",
  depMacOSEnrollmentProfile:
    "depProfileAdminAccountPasswordRotationSetting:any usePlatformSSODuringSetupAssistant:boolean",
  deviceComplianceScript: "platform:any",
  fido2AuthenticationMethodConfiguration: "defaultPasskeyProfile:string passkeyProfiles:any[]",
  group: "onPremisesExtensionAttributes:any welcomeMessageEnabled:boolean",
  iosDdmLobAppAssignmentSettings:
    "cellularSliceConfigurationId:string contentFilterConfigurationId:string dnsProxyConfigurationId:string relayConfigurationId:string",
  iosDdmStoreAppAssignmentSettings:
    "mobileAppAssignmentSettings allowDownloadsOverCellular:any associatedDomains:string[] associatedDomainsDirectDownloadAllowed:boolean automaticAppUpdates:any cellularSliceConfigurationId:string contentFilterConfigurationId:string dnsProxyConfigurationId:string preventManagedAppBackup:boolean relayConfigurationId:string tapToPayScreenLockEnabled:boolean version:number vpnConfigurationId:string",
  iosDdmVppAppAssignmentSettings:
    "mobileAppAssignmentSettings allowDownloadsOverCellular:any associatedDomains:string[] associatedDomainsDirectDownloadAllowed:boolean automaticAppUpdates:any cellularSliceConfigurationId:string contentFilterConfigurationId:string dnsProxyConfigurationId:string preventManagedAppBackup:boolean relayConfigurationId:string tapToPayScreenLockEnabled:boolean useDeviceLicensing:boolean version:number vpnConfigurationId:string",
  iosLobApp: "appleDeviceAppDeliveryProtocolType:any",
  iosStoreApp: "appleDeviceAppDeliveryProtocolType:any",
  iosVppApp: "appleDeviceAppDeliveryProtocolType:any",
  macOSCompliancePolicy: "deviceCompliancePolicyScript:deviceCompliancePolicyScript",
  macOSWiFiConfiguration: "wifiRequirePhysicalMacAddressEnabled:boolean",
  macOsDdmVppAppAssignmentSettings:
    "mobileAppAssignmentSettings automaticAppUpdates:any isIosApp:boolean useDeviceLicensing:boolean version:number",
  macOsVppApp: "appleDeviceAppDeliveryProtocolType:any",
  managedAppProtection: "purviewContentEvaluationRequired:any",
  mobileThreatDefenseConnector:
    "grantMobileThreatDefensePartnerRole:boolean launchMobileThreatDefensePartnerOnSetupEnabled:boolean",
  verifiableCredentialsAuthenticationMethodConfiguration: "authenticationMethodConfiguration includeTargets:any[]",
  voiceAuthenticationMethodConfiguration: "callerIdNumber:string",
  vppToken: "appleDeviceAppDeliveryProtocolType:any",
  win32LobAppProcessRule: "win32LobAppRule operationType:any processDisplayName:string processName:string",
  windowsAutoUpdateCatalogApp:
    "mobileApp allowedArchitectures:windowsArchitecture installExperience:any mobileAppCatalogPackageBranchId:string",
  windowsAutoUpdateCatalogAppAssignmentSettings:
    "mobileAppAssignmentSettings deliveryOptimizationPriority:any installTimeSettings:any notificationType:any restartSettings:any",
  windowsZtdnsConfiguration:
    "deviceConfiguration auditModeEnabled:boolean exemptionRules:any[] extendedKeyUsagesForClientAuthentication:extendedKeyUsage[] hostsFileResolutionEnabled:boolean loopbackDnsForwarderEnabled:boolean loopbackTrafficBlocked:boolean maximumConnectionTimeInSeconds:number rootCertificatesForClientValidation:windows81TrustedRootCertificate[] rootCertificatesForServerValidation:windows81TrustedRootCertificate[] secureDnsServers:any[]",
};
