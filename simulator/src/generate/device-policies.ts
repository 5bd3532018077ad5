/** Generated content of the device-management families. */
import { type Doc } from "../json.ts";
import { DEFINITIONS } from "./group-policy-definitions.ts";
import type { Maker } from "./maker.ts";
import type { Random } from "./random.ts";
import { linuxSettings, makeSettings, settingCount } from "./settings.ts";
import { groupId, someOf } from "./world.ts";

const bool = (random: Random) => random.chance(0.5);

/** UTF-8 text in base64, as Graph carries scripts. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export const deviceConfiguration: Maker = (random, _world, n) => {
  const kinds: readonly (() => { type: string; doc: Doc })[] = [
    () => ({ type: "windows10CustomConfiguration", doc: { omaSettings: [
      { "@odata.type": "#microsoft.graph.omaSettingString", displayName: "Wi-Fi Schlüssel", description: null, omaUri: "./Vendor/MSFT/WiFi/Profile/Büro/WlanXml", value: `<WLANProfile><keyMaterial>${random.guid()}</keyMaterial></WLANProfile>` },
      { "@odata.type": "#microsoft.graph.omaSettingInteger", displayName: "Telemetry", description: "0 = off", omaUri: "./Device/Vendor/MSFT/Policy/Config/System/AllowTelemetry", value: random.between(0, 3) },
    ] } }),
    () => ({ type: "windowsUpdateForBusinessConfiguration", doc: { deliveryOptimizationMode: "userDefined", prereleaseFeatures: "userDefined", automaticUpdateMode: "autoInstallAtMaintenanceTime", microsoftUpdateServiceAllowed: true, driversExcluded: bool(random), qualityUpdatesDeferralPeriodInDays: random.between(0, 30), featureUpdatesDeferralPeriodInDays: random.between(0, 180), qualityUpdatesPaused: false, featureUpdatesPaused: false, qualityUpdatesPauseExpiryDateTime: "0001-01-01T00:00:00Z", qualityUpdatesPauseStartDate: null, featureUpdatesPauseStartDate: null, qualityUpdatesWillBeRolledBack: false, featureUpdatesWillBeRolledBack: false, businessReadyUpdatesOnly: "userDefined" } }),
    () => ({ type: "windows10GeneralConfiguration", doc: { privacyAccessControls: [], cameraBlocked: bool(random), bluetoothBlocked: bool(random), passwordRequired: true, passwordMinimumLength: random.between(4, 14), passwordExpirationDays: random.pick([null, 90, 365]), startMenuLayoutXml: null, edgeBlockPopups: bool(random), defenderScanType: "full" } }),
    () => ({ type: "iosGeneralDeviceConfiguration", doc: { cameraBlocked: bool(random), airDropBlocked: bool(random), passcodeRequired: true, passcodeMinimumLength: random.between(4, 8), appsVisibilityList: [], safariBlockPopups: true, networkUsageRules: [] } }),
    () => ({ type: "macOSGeneralDeviceConfiguration", doc: { passwordRequired: true, passwordMinimumLength: random.between(6, 12), emailInDomainSuffixes: [], compliantAppListType: "none", compliantAppsList: [] } }),
    () => ({ type: "androidDeviceOwnerGeneralDeviceConfiguration", doc: { cameraBlocked: bool(random), factoryResetBlocked: true, passwordRequiredType: "numericComplex", kioskModeApps: [], systemUpdateInstallType: "windowed", systemUpdateWindowStartMinutesAfterMidnight: 60 } }),
    () => ({ type: "windows10EndpointProtectionConfiguration", doc: { firewallEnabled: true, smartScreenEnableInShell: true, bitLockerEncryptDevice: bool(random), defenderAttackSurfaceReductionExcludedPaths: [], applicationGuardEnabled: false } }),
    () => ({ type: "windowsDeliveryOptimizationConfiguration", doc: { deliveryOptimizationMode: "httpWithPeeringPrivateGroup", maximumCacheAgeInDays: random.between(1, 14) } }),
    () => ({ type: "macOSCustomConfiguration", doc: { payloadName: "Notifications", payloadFileName: "notifications.mobileconfig", payload: base64("<?xml version=\"1.0\"?><plist><dict/></plist>") } }),
  ];
  const chosen = kinds[n] ?? random.pick(kinds);
  const { type, doc } = chosen();
  return { type, doc: { ...doc, supportsScopeTags: true, deviceManagementApplicabilityRuleOsEdition: null, deviceManagementApplicabilityRuleOsVersion: null, deviceManagementApplicabilityRuleDeviceMode: null } };
};

export const settingsCatalog: Maker = (random, _world, n) => {
  const [platforms, technologies] = random.pick([["windows10", "mdm"], ["windows10", "mdm"], ["windows10", "mdm,microsoftSense"], ["macOS", "mdm,appleRemoteManagement"], ["iOS", "mdm"]] as const);
  const template = random.chance(0.2);
  return {
    type: "deviceManagementConfigurationPolicy",
    doc: { platforms, technologies, creationSource: null, priorityMetaData: null, templateReference: template
      ? { templateId: `${random.guid()}_1`, templateFamily: random.pick(["endpointSecurityAntivirus", "endpointSecurityFirewall", "endpointSecurityDiskEncryption", "baseline"]), templateDisplayName: "Microsoft Defender Antivirus", templateDisplayVersion: "Version 1" }
      : { templateId: "", templateFamily: "none", templateDisplayName: null, templateDisplayVersion: null } },
    parts: { settings: makeSettings(random, settingCount(random, n)) },
  };
};

function blockRule(random: Random, templates: readonly string[]): Doc[] {
  const notify = templates[0] === undefined ? [] : [{ id: random.guid(), gracePeriodHours: 24, actionType: "notification", notificationTemplateId: templates[0], notificationMessageCCList: [] }];
  return [{ id: random.guid(), ruleName: null, scheduledActionConfigurations: [{ id: random.guid(), gracePeriodHours: random.pick([0, 12, 72]), actionType: "block", notificationTemplateId: "00000000-0000-0000-0000-000000000000", notificationMessageCCList: [] }, ...notify] }];
}

export const compliance: Maker = (random, world, n) => {
  const kinds: readonly { type: string; doc: Doc }[] = [
    { type: "windows10CompliancePolicy", doc: { passwordRequired: bool(random), osMinimumVersion: "10.0.26100.1742", bitLockerEnabled: true, secureBootEnabled: true, codeIntegrityEnabled: bool(random), deviceThreatProtectionEnabled: false, validOperatingSystemBuildRanges: [], deviceCompliancePolicyScript: null } },
    { type: "iosCompliancePolicy", doc: { passcodeRequired: true, passcodeMinimumLength: 6, osMinimumVersion: "18.0", securityBlockJailbrokenDevices: true, restrictedApps: [] } },
    { type: "macOSCompliancePolicy", doc: { passwordRequired: true, osMinimumVersion: "15.1", storageRequireEncryption: true, firewallEnabled: bool(random) } },
    { type: "androidDeviceOwnerCompliancePolicy", doc: { passwordRequired: true, osMinimumVersion: "14", storageRequireEncryption: true, securityRequireSafetyNetAttestationBasicIntegrity: true } },
    { type: "androidWorkProfileCompliancePolicy", doc: { passwordRequired: true, securityBlockJailbrokenDevices: true, minAndroidSecurityPatchLevel: "2026-06-01" } },
  ];
  return { ...(kinds[n] ?? random.pick(kinds)), parts: { scheduledActionsForRule: blockRule(random, someOf(world, random, "notifications", random.between(0, 1))) } };
};

export const complianceLinux: Maker = (random) => ({
  type: "deviceManagementCompliancePolicy",
  doc: { platforms: "linux", technologies: "linuxMdm", creationSource: null },
  parts: { settings: linuxSettings(random), scheduledActionsForRule: blockRule(random, []) },
});

export const adminTemplates: Maker = (random) => ({
  type: "groupPolicyConfiguration",
  doc: { policyConfigurationIngestionType: "builtIn" },
  parts: {
    definitionValues: random.sample(DEFINITIONS, random.between(1, 8)).map((definition) => ({
      id: random.guid(),
      enabled: random.chance(0.8),
      createdDateTime: "2024-03-04T08:00:00Z",
      lastModifiedDateTime: "2025-03-04T08:00:00Z",
      "definition@odata.bind": `definitions('${definition.id}')`,
      presentationValues: definition.presentation === null ? [] : [{
        "@odata.type": "#microsoft.graph.groupPolicyPresentationValueText", id: random.guid(), value: "1",
        presentation: { "@odata.type": definition.presentation.type, id: definition.presentation.id, label: definition.presentation.label },
      }],
    })),
  },
});

export const autopilot: Maker = (random, _world, n) => ({
  type: n % 4 === 3 ? "activeDirectoryWindowsAutopilotDeploymentProfile" : "azureADWindowsAutopilotDeploymentProfile",
  doc: { language: random.pick(["os-default", "de-AT", "ja-JP", "ar-SA"]), locale: random.pick(["os-default", "de-AT"]), deviceNameTemplate: "CON-%RAND:5%", deviceType: "windowsPc", hardwareHashExtractionEnabled: true, preprovisioningAllowed: bool(random), managementServiceAppId: null, outOfBoxExperienceSetting: { deviceUsageType: n === 1 ? "shared" : "singleUser", userType: "standard", privacySettingsHidden: true, eulaHidden: true, keyboardSelectionPageSkipped: true, escapeLinkHidden: true } },
});

export const enrollment: Maker = (random, _world, n) => {
  if (n === 0) return { type: "windows10EnrollmentCompletionPageConfiguration", doc: { displayName: "All users and all devices", description: "This is the default enrollment status screen configuration applied with the lowest priority to all users and all devices regardless of group membership.", priority: 0, showInstallationProgress: false, blockDeviceSetupRetryByUser: true, installProgressTimeoutInMinutes: 0 }, parts: { assignments: [] } };
  return random.pick([
    { type: "windows10EnrollmentCompletionPageConfiguration", doc: { priority: n, showInstallationProgress: true, blockDeviceSetupRetryByUser: false, allowLogCollectionOnInstallFailure: true, customErrorMessage: "Bitte wenden Sie sich an die IT.", installProgressTimeoutInMinutes: 60, selectedMobileAppIds: [] } },
    { type: "deviceEnrollmentLimitConfiguration", doc: { priority: n, limit: random.between(1, 15) } },
    { type: "deviceEnrollmentPlatformRestrictionConfiguration", doc: { priority: n, platformType: "windows", platformRestriction: { platformBlocked: false, personalDeviceEnrollmentBlocked: true, osMinimumVersion: "10.0.19045", osMaximumVersion: "", blockedManufacturers: [] } } },
    { type: "deviceEnrollmentWindowsHelloForBusinessConfiguration", doc: { priority: n, pinMinimumLength: 6, pinMaximumLength: 127, state: "enabled", securityDeviceRequired: true, pinExpirationInDays: 0 } },
  ]);
};

export const scopeTags: Maker = (_random, _world, n) => (n === 0 ? { type: "roleScopeTag", doc: { displayName: "Default", description: "Default Role Scope Tag", isBuiltIn: true }, parts: { assignments: [] } } : { type: "roleScopeTag", doc: { isBuiltIn: false } });

export const filters: Maker = (random) => {
  const [platform, rule] = random.pick([["windows10AndLater", "(device.operatingSystemVersion -startsWith \"10.0.26100\")"], ["iOS", "(device.deviceOwnership -eq \"Personal\")"], ["windows10AndLater", "(device.model -startsWith \"Surface\")"], ["androidForWork", "(device.enrollmentProfileName -eq \"Zebra 東京\")"], ["macOS", "(device.cpuArchitecture -eq \"arm64\")"]] as const);
  return { type: "deviceAndAppManagementAssignmentFilter", doc: { platform, rule, assignmentFilterManagementType: "devices", payloads: [] } };
};

export const roles: Maker = (random, world, n) => {
  const builtIn = ["Policy and Profile manager", "School Administrator", "Help Desk Operator", "Application Manager", "Read Only Operator"][n];
  const actions = random.sample(["Microsoft.Intune_DeviceConfigurations_Read", "Microsoft.Intune_DeviceConfigurations_Update", "Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_RebootNow", "Microsoft.Intune_Audit_Read"], random.between(2, 6));
  const permissions = [{ actions, resourceActions: [{ allowedResourceActions: actions, notAllowedResourceActions: [] }] }];
  const isBuiltIn = n < 3 && builtIn !== undefined;
  const roleAssignments = isBuiltIn ? [] : [{ id: random.guid(), displayName: "Team", description: "", resourceScopes: [groupId(world, random)] }];
  return { type: "deviceAndAppManagementRoleDefinition", doc: { ...(isBuiltIn ? { displayName: builtIn } : {}), isBuiltIn, isBuiltInRoleDefinition: isBuiltIn, permissions, rolePermissions: permissions }, parts: { roleAssignments } };
};

export const notifications: Maker = (random) => ({
  type: "notificationMessageTemplate",
  doc: { defaultLocale: "en-US", brandingOptions: "includeCompanyLogo,includeCompanyName" },
  parts: { localizedNotificationMessages: random.sample([["en-US", "Device not compliant", "Hello {{username}}, your device needs attention."], ["de-AT", "Gerät nicht konform", "Bitte prüfen Sie Ihr Gerät."], ["ja-JP", "デバイスが準拠していません", "デバイスを確認してください。"], ["ar-SA", "الجهاز غير متوافق", "يرجى التحقق من جهازك."]] as const, random.between(1, 4)).map(([locale, subject, messageTemplate], index) => ({ id: random.guid(), lastModifiedDateTime: "2025-01-08T10:00:00Z", locale, subject, messageTemplate, isDefault: index === 0 })) },
});

export const reusableSettings: Maker = (random, _world, n) => ({
  type: "deviceManagementReusablePolicySetting",
  doc: { settingDefinitionId: "vendor_msft_firewall_mdmstore_dynamickeywords_addresses_{id}", referencingConfigurationPolicyCount: random.between(0, 3), settingInstance: makeSettings(random, 1)[0]?.["settingInstance"], version: n + 1 },
});

export const featureUpdates: Maker = (random) => ({ type: "windowsFeatureUpdateProfile", doc: { featureUpdateVersion: random.pick(["Windows 11, version 25H2", "Windows 11, version 24H2"]), installFeatureUpdatesOptional: bool(random), installLatestWindows10OnWindows11IneligibleDevice: true, rolloutSettings: { offerStartDateTimeInUTC: null, offerEndDateTimeInUTC: null, offerIntervalInDays: null }, deployableContentDisplayName: "Windows 11, version 25H2", endOfSupportDate: "2027-10-12T00:00:00Z" } });
export const qualityUpdates: Maker = (random) => ({ type: "windowsQualityUpdateProfile", doc: { expeditedUpdateSettings: { qualityUpdateRelease: "2026-09-08T00:00:00Z", daysUntilForcedReboot: random.between(0, 2) }, releaseDateDisplayName: "09/08/2026 - 2026.09 B Security Updates", deployableContentDisplayName: "2026-09 B" } });
export const driverUpdates: Maker = (random) => ({ type: "windowsDriverUpdateProfile", doc: { approvalType: random.pick(["manual", "automatic"]), deploymentDeferralInDays: random.between(0, 14), newUpdates: random.between(0, 20), deviceReporting: random.between(0, 900), inventorySyncStatus: { lastSuccessfulSyncDateTime: "2026-09-01T00:00:00Z", driverInventorySyncState: "success" } } });
