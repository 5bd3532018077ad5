/** Generated content of enrollment, roles, tags, filters, messages, reusable settings and update profiles. */
import type { Maker } from "./maker.ts";
import { makeSettings } from "./settings.ts";
import { groupId } from "./world.ts";
import { bool } from "./random.ts";

export const autopilot: Maker = (random, _world, n) => ({
  type: n % 4 === 3 ? "activeDirectoryWindowsAutopilotDeploymentProfile" : "azureADWindowsAutopilotDeploymentProfile",
  doc: {
    language: random.pick(["os-default", "de-AT", "ja-JP", "ar-SA"]),
    locale: random.pick(["os-default", "de-AT"]),
    deviceNameTemplate: "CON-%RAND:5%",
    deviceType: "windowsPc",
    hardwareHashExtractionEnabled: true,
    preprovisioningAllowed: bool(random),
    managementServiceAppId: null,
    outOfBoxExperienceSetting: {
      deviceUsageType: n === 1 ? "shared" : "singleUser",
      userType: "standard",
      privacySettingsHidden: true,
      eulaHidden: true,
      keyboardSelectionPageSkipped: true,
      escapeLinkHidden: true,
    },
  },
});

export const enrollment: Maker = (random, _world, n) => {
  if (n === 0)
    return {
      type: "windows10EnrollmentCompletionPageConfiguration",
      doc: {
        displayName: "All users and all devices",
        description:
          "This is the default enrollment status screen configuration applied with the lowest priority to all users and all devices regardless of group membership.",
        priority: 0,
        showInstallationProgress: false,
        blockDeviceSetupRetryByUser: true,
        installProgressTimeoutInMinutes: 0,
      },
      parts: { assignments: [] },
    };
  return random.pick([
    {
      type: "windows10EnrollmentCompletionPageConfiguration",
      doc: {
        priority: n,
        showInstallationProgress: true,
        blockDeviceSetupRetryByUser: false,
        allowLogCollectionOnInstallFailure: true,
        customErrorMessage: "Bitte wenden Sie sich an die IT.",
        installProgressTimeoutInMinutes: 60,
        selectedMobileAppIds: [],
      },
    },
    { type: "deviceEnrollmentLimitConfiguration", doc: { priority: n, limit: random.between(1, 15) } },
    {
      type: "deviceEnrollmentPlatformRestrictionConfiguration",
      doc: {
        priority: n,
        platformType: "windows",
        platformRestriction: {
          platformBlocked: false,
          personalDeviceEnrollmentBlocked: true,
          osMinimumVersion: "10.0.19045",
          osMaximumVersion: "",
          blockedManufacturers: [],
        },
      },
    },
    {
      type: "deviceEnrollmentWindowsHelloForBusinessConfiguration",
      doc: {
        priority: n,
        pinMinimumLength: 6,
        pinMaximumLength: 127,
        state: "enabled",
        securityDeviceRequired: true,
        pinExpirationInDays: 0,
      },
    },
  ]);
};

export const scopeTags: Maker = (_random, _world, n) =>
  n === 0
    ? {
        type: "roleScopeTag",
        doc: { displayName: "Default", description: "Default Role Scope Tag", isBuiltIn: true },
        parts: { assignments: [] },
      }
    : { type: "roleScopeTag", doc: { isBuiltIn: false } };

export const filters: Maker = (random) => {
  const [platform, rule] = random.pick([
    ["windows10AndLater", '(device.operatingSystemVersion -startsWith "10.0.26100")'],
    ["iOS", '(device.deviceOwnership -eq "Personal")'],
    ["windows10AndLater", '(device.model -startsWith "Surface")'],
    ["androidForWork", '(device.enrollmentProfileName -eq "Zebra 東京")'],
    ["macOS", '(device.cpuArchitecture -eq "arm64")'],
  ] as const);
  return {
    type: "deviceAndAppManagementAssignmentFilter",
    doc: { platform, rule, assignmentFilterManagementType: "devices", payloads: [] },
  };
};

export const roles: Maker = (random, world, n) => {
  const builtIn = [
    "Policy and Profile manager",
    "School Administrator",
    "Help Desk Operator",
    "Application Manager",
    "Read Only Operator",
  ][n];
  const actions = random.sample(
    [
      "Microsoft.Intune_DeviceConfigurations_Read",
      "Microsoft.Intune_DeviceConfigurations_Update",
      "Microsoft.Intune_MobileApps_Read",
      "Microsoft.Intune_ManagedDevices_Read",
      "Microsoft.Intune_RemoteTasks_RebootNow",
      "Microsoft.Intune_Audit_Read",
    ],
    random.between(2, 6),
  );
  const permissions = [
    { actions, resourceActions: [{ allowedResourceActions: actions, notAllowedResourceActions: [] }] },
  ];
  const isBuiltIn = n < 3 && builtIn !== undefined;
  const roleAssignments = isBuiltIn
    ? []
    : [{ id: random.guid(), displayName: "Team", description: "", resourceScopes: [groupId(world, random)] }];
  return {
    type: "deviceAndAppManagementRoleDefinition",
    doc: {
      ...(isBuiltIn ? { displayName: builtIn } : {}),
      isBuiltIn,
      isBuiltInRoleDefinition: isBuiltIn,
      permissions,
      rolePermissions: permissions,
    },
    parts: { roleAssignments },
  };
};

export const notifications: Maker = (random) => {
  const messages = random.sample(
    [
      ["en-US", "Device not compliant", "Hello {{username}}, your device needs attention."],
      ["de-AT", "Gerät nicht konform", "Bitte prüfen Sie Ihr Gerät."],
      ["ja-JP", "デバイスが準拠していません", "デバイスを確認してください。"],
      ["ar-SA", "الجهاز غير متوافق", "يرجى التحقق من جهازك."],
    ] as const,
    random.between(1, 4),
  );
  return {
    type: "notificationMessageTemplate",
    doc: { defaultLocale: messages[0]?.[0] ?? null, brandingOptions: "includeCompanyLogo,includeCompanyName" },
    parts: {
      localizedNotificationMessages: messages.map(([locale, subject, messageTemplate], index) => ({
        id: random.guid(),
        lastModifiedDateTime: "2025-01-08T10:00:00Z",
        locale,
        subject,
        messageTemplate,
        isDefault: index === 0,
      })),
    },
  };
};

export const reusableSettings: Maker = (random, _world, n) => ({
  type: "deviceManagementReusablePolicySetting",
  doc: {
    settingDefinitionId: "vendor_msft_firewall_mdmstore_dynamickeywords_addresses_{id}",
    referencingConfigurationPolicyCount: random.between(0, 3),
    settingInstance: makeSettings(random, 1)[0]?.["settingInstance"],
    version: n + 1,
  },
});

export const featureUpdates: Maker = (random) => ({
  type: "windowsFeatureUpdateProfile",
  doc: {
    featureUpdateVersion: random.pick(["Windows 11, version 25H2", "Windows 11, version 24H2"]),
    installFeatureUpdatesOptional: bool(random),
    installLatestWindows10OnWindows11IneligibleDevice: true,
    rolloutSettings: { offerStartDateTimeInUTC: null, offerEndDateTimeInUTC: null, offerIntervalInDays: null },
    deployableContentDisplayName: "Windows 11, version 25H2",
    endOfSupportDate: "2027-10-12T00:00:00Z",
  },
});
export const qualityUpdates: Maker = (random) => ({
  type: "windowsQualityUpdateProfile",
  doc: {
    expeditedUpdateSettings: {
      qualityUpdateRelease: "2026-09-08T00:00:00Z",
      daysUntilForcedReboot: random.between(0, 2),
    },
    releaseDateDisplayName: "09/08/2026 - 2026.09 B Security Updates",
    deployableContentDisplayName: "2026-09 B",
  },
});
export const driverUpdates: Maker = (random) => ({
  type: "windowsDriverUpdateProfile",
  doc: {
    approvalType: random.pick(["manual", "automatic"]),
    deploymentDeferralInDays: random.between(0, 14),
    newUpdates: random.between(0, 20),
    deviceReporting: random.between(0, 900),
    inventorySyncStatus: { lastSuccessfulSyncDateTime: "2026-09-01T00:00:00Z", driverInventorySyncState: "success" },
  },
});
