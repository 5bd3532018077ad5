/** Generated content of scripts, apps and Entra policies. */
import type { Doc } from "../json.ts";
import { base64 } from "./device-policies.ts";
import type { Maker } from "./maker.ts";
import type { Random } from "./random.ts";
import { BUILT_IN_STRENGTHS, groupId, someOf } from "./world.ts";

const POWERSHELL = (random: Random) =>
  `# Größe prüfen – 更新日 2026\r\n$ErrorActionPreference = "Stop"\r\nWrite-Output "${random.guid()}"\r\nexit ${random.between(0, 1)}\r\n`;
const SHELL = (random: Random) => `#!/bin/zsh\n# ${random.guid()}\necho "Grüße aus Wien"\nexit 0\n`;

export const powershellScripts: Maker = (random) => ({
  type: "deviceManagementScript",
  doc: {
    scriptContent: base64(POWERSHELL(random)),
    fileName: `script-${random.between(1, 99)}.ps1`,
    runAsAccount: random.pick(["system", "user"]),
    enforceSignatureCheck: random.chance(0.3),
    runAs32Bit: false,
  },
});
export const shellScripts: Maker = (random) => ({
  type: "deviceShellScript",
  doc: {
    scriptContent: base64(SHELL(random)),
    fileName: "setup.sh",
    runAsAccount: "system",
    retryCount: random.between(0, 3),
    blockExecutionNotifications: true,
    executionFrequency: "P1D",
  },
});
export const customAttributes: Maker = (random) => ({
  type: "deviceCustomAttributeShellScript",
  doc: {
    scriptContent: base64(SHELL(random)),
    fileName: "attribute.sh",
    runAsAccount: "system",
    customAttributeName: `Attribute ${random.between(1, 99)}`,
    customAttributeType: random.pick(["string", "integer", "dateTime"]),
  },
});
export const remediations: Maker = (random, _world, n) => ({
  type: "deviceHealthScript",
  doc: {
    publisher: n === 0 ? "Microsoft" : random.pick(["IT", "Client-Team", "運用チーム"]),
    detectionScriptContent: base64(POWERSHELL(random)),
    remediationScriptContent: base64(POWERSHELL(random)),
    runAsAccount: "system",
    enforceSignatureCheck: false,
    runAs32Bit: false,
    isGlobalScript: n === 0,
    deviceHealthScriptType: "deviceHealthScript",
    highestAvailableVersion: n === 0 ? "1.2" : null,
    detectionScriptParameters: [],
    remediationScriptParameters: [],
  },
});
export const complianceScripts: Maker = (random) => ({
  type: "deviceComplianceScript",
  doc: {
    publisher: "IT",
    detectionScriptContent: base64(POWERSHELL(random)),
    runAsAccount: "system",
    enforceSignatureCheck: false,
    runAs32Bit: true,
  },
});

export const apps: Maker = (random, _world, n) => {
  const kinds: readonly { type: string; doc: Doc }[] = [
    {
      type: "winGetApp",
      doc: {
        packageIdentifier: `9NZVDKPMR9${random.between(10, 99)}`,
        installExperience: { runAsAccount: "user" },
        manifestHash: null,
      },
    },
    {
      type: "win32LobApp",
      doc: {
        fileName: "install.intunewin",
        setupFilePath: "setup.exe",
        installCommandLine: "setup.exe /S /lang=de",
        uninstallCommandLine: "uninstall.exe /S",
        applicableArchitectures: "x64",
        minimumSupportedWindowsRelease: "22H2",
        committedContentVersion: "1",
        size: random.between(1_000_000, 900_000_000),
        rules: [
          {
            "@odata.type": "#microsoft.graph.win32LobAppFileSystemRule",
            ruleType: "detection",
            path: "%ProgramFiles%\\App",
            fileOrFolderName: "app.exe",
            operationType: "exists",
          },
        ],
        returnCodes: [
          { returnCode: 0, type: "success" },
          { returnCode: 3010, type: "softReboot" },
        ],
      },
    },
    {
      type: "officeSuiteApp",
      doc: {
        autoAcceptEula: true,
        productIds: ["o365ProPlusRetail"],
        excludedApps: { access: true, lync: true, teams: false },
        updateChannel: "monthlyEnterprise",
        localesToInstall: ["de-de", "ja-jp"],
        officePlatformArchitecture: "x64",
      },
    },
    {
      type: "iosStoreApp",
      doc: {
        bundleId: "com.microsoft.Office.Outlook",
        appStoreUrl: "https://apps.apple.com/us/app/id951937596",
        applicableDeviceType: { iPad: true, iPhoneAndIPod: true },
        minimumSupportedOperatingSystem: { v16_0: true },
      },
    },
    {
      type: "androidManagedStoreApp",
      doc: {
        packageId: "com.microsoft.teams",
        appStoreUrl: "https://play.google.com/store/apps/details?id=com.microsoft.teams",
        isPrivate: false,
        isSystemApp: false,
        appIdentifier: "app:com.microsoft.teams",
      },
    },
    { type: "macOSMicrosoftEdgeApp", doc: { channel: "stable" } },
    { type: "webApp", doc: { appUrl: "https://intranet.contoso.example/büro", useManagedBrowser: random.chance(0.5) } },
  ];
  const { type, doc } = kinds[n] ?? random.pick(kinds);
  return {
    type,
    doc: {
      publisher: random.pick(["Microsoft Corporation", "Contoso IT", "SAP SE", "株式会社サンプル"]),
      largeIcon: null,
      isFeatured: random.chance(0.1),
      privacyInformationUrl: null,
      informationUrl: null,
      owner: "",
      developer: "",
      notes: "",
      uploadState: 1,
      publishingState: "published",
      dependentAppCount: 0,
      supersedingAppCount: 0,
      supersededAppCount: 0,
      ...doc,
    },
    parts: {
      categories: random.chance(0.4)
        ? [
            {
              id: random.guid(),
              displayName: random.pick(["Productivity", "Business", "Computer management"]),
              lastModifiedDateTime: "2024-01-01T00:00:00Z",
            },
          ]
        : [],
    },
  };
};

function targetedApps(random: Random, platform: "ios" | "android" | "windows"): Doc[] {
  const identifiers = {
    ios: ["com.microsoft.Office.Outlook", "com.microsoft.skype.teams", "com.microsoft.msedge"],
    android: ["com.microsoft.office.outlook", "com.microsoft.teams", "com.microsoft.emmx"],
    windows: ["com.microsoft.edge"],
  }[platform];
  return random.sample(identifiers, random.between(1, 3)).map((identifier) => ({
    id: `${identifier}.${platform}`,
    version: String(random.between(1, 9_999_999)),
    mobileAppIdentifier:
      platform === "ios"
        ? { "@odata.type": "#microsoft.graph.iosMobileAppIdentifier", bundleId: identifier }
        : platform === "android"
          ? { "@odata.type": "#microsoft.graph.androidMobileAppIdentifier", packageId: identifier }
          : { "@odata.type": "#microsoft.graph.windowsAppIdentifier", windowsAppId: identifier },
  }));
}

export const appProtection: Maker = (random, _world, n) => {
  const platform = (["ios", "android", "windows"] as const)[n % 3] ?? "ios";
  const common: Doc = {
    periodOfflineBeforeAccessCheck: "PT720M",
    periodOnlineBeforeAccessCheck: "PT30M",
    allowedInboundDataTransferSources: "allApps",
    allowedOutboundDataTransferDestinations: "managedApps",
    pinRequired: true,
    minimumPinLength: random.between(4, 8),
    maximumPinRetries: 5,
    dataBackupBlocked: true,
    allowedDataStorageLocations: ["oneDriveForBusiness", "sharePoint"],
    minimumRequiredOsVersion: "17.0",
  };
  const apps = targetedApps(random, platform);
  return {
    type: `${platform}ManagedAppProtection`,
    doc: {
      ...(platform === "windows"
        ? {
            allowedInboundDataTransferSources: "allApps",
            printBlocked: true,
            periodOfflineBeforeWipeIsEnforced: "P90D",
          }
        : { ...common, appGroupType: "selectedPublicApps" }),
      deployedAppCount: apps.length,
    },
    parts: { apps },
  };
};

export const appConfigApps: Maker = (random) => {
  const apps = targetedApps(random, random.pick(["ios", "android"]));
  return {
    type: "targetedManagedAppConfiguration",
    doc: {
      appGroupType: "selectedPublicApps",
      deployedAppCount: apps.length,
      customSettings: [
        { name: "com.microsoft.outlook.Mail.DefaultSignatureEnabled", value: "false" },
        { name: "Begrüßung", value: "Grüß Gott" },
      ],
    },
    parts: { apps },
  };
};

export const appConfigDevices: Maker = (random, world, n) => {
  const targetedMobileApps = someOf(world, random, "apps", 1);
  return n % 2 === 0
    ? {
        type: "iosMobileAppConfiguration",
        doc: {
          targetedMobileApps,
          encodedSettingXml: null,
          settings: [
            {
              appConfigKey: "IntuneMAMUPN",
              appConfigKeyType: "stringType",
              appConfigKeyValue: "{{userprincipalname}}",
            },
          ],
        },
      }
    : {
        type: "androidManagedStoreAppConfiguration",
        doc: {
          targetedMobileApps,
          packageId: "app:com.microsoft.launcher.enterprise",
          payloadJson: base64('{"kind":"androidenterprise#managedConfiguration"}'),
          appSupportsOemConfig: false,
          profileApplicability: "default",
          connectedAppsEnabled: false,
          permissionActions: [],
        },
      };
};

export const conditionalAccess: Maker = (random, world, n) => {
  const [location] = random.chance(0.4) ? someOf(world, random, "namedLocations", 1) : [];
  const customStrengths = someOf(world, random, "authStrengths", 1);
  const strength = random.chance(0.25) ? (customStrengths[0] ?? BUILT_IN_STRENGTHS[0] ?? null) : null;
  return {
    type: "conditionalAccessPolicy",
    doc: {
      templateId: null,
      state: n === 0 ? "enabled" : random.pick(["enabled", "enabled", "disabled", "enabledForReportingButNotEnforced"]),
      conditions: {
        clientAppTypes: ["all"],
        userRiskLevels: [],
        signInRiskLevels: random.chance(0.15) ? ["high"] : [],
        servicePrincipalRiskLevels: [],
        platforms: null,
        devices: null,
        clientApplications: null,
        applications: {
          includeApplications: ["All"],
          excludeApplications: [],
          includeUserActions: [],
          includeAuthenticationContextClassReferences: [],
        },
        users: {
          includeUsers: random.chance(0.6) ? ["All"] : [],
          excludeUsers: ["GuestsOrExternalUsers"],
          includeGroups: random.chance(0.4) ? [groupId(world, random)] : [],
          excludeGroups: [groupId(world, random)],
          includeRoles: [],
          excludeRoles: [],
          includeGuestsOrExternalUsers: null,
          excludeGuestsOrExternalUsers: null,
        },
        locations: location === undefined ? null : { includeLocations: ["All"], excludeLocations: [location] },
      },
      grantControls: {
        operator: "OR",
        builtInControls:
          strength === null ? [random.pick(["mfa", "compliantDevice", "block", "domainJoinedDevice"])] : [],
        customAuthenticationFactors: [],
        termsOfUse: [],
        authenticationStrength:
          strength === null
            ? null
            : {
                id: strength,
                displayName: "Strength",
                policyType: BUILT_IN_STRENGTHS.includes(strength) ? "builtIn" : "custom",
              },
      },
      sessionControls: random.chance(0.2)
        ? {
            disableResilienceDefaults: null,
            applicationEnforcedRestrictions: null,
            cloudAppSecurity: null,
            persistentBrowser: { mode: "never", isEnabled: true },
            signInFrequency: {
              value: 8,
              type: "hours",
              authenticationType: "primaryAndSecondaryAuthentication",
              frequencyInterval: "timeBased",
              isEnabled: true,
            },
          }
        : null,
    },
  };
};

export const namedLocations: Maker = (random, _world, n) =>
  n % 2 === 0
    ? {
        type: "countryNamedLocation",
        doc: {
          countriesAndRegions: random.sample(["AT", "DE", "JP", "GR", "SA", "US", "CA", "PL"], random.between(1, 5)),
          includeUnknownCountriesAndRegions: false,
          countryLookupMethod: "clientIpAddress",
        },
      }
    : {
        type: "ipNamedLocation",
        doc: {
          isTrusted: random.chance(0.7),
          ipRanges: [
            { "@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: `198.51.100.${random.between(0, 240)}/28` },
            { "@odata.type": "#microsoft.graph.iPv6CidrRange", cidrAddress: "2001:db8::/48" },
          ],
        },
      };

export const authStrengths: Maker = (random, _world, n) => {
  const builtIn = ["Multifactor authentication", "Passwordless MFA", "Phishing-resistant MFA"][n];
  return {
    type: "authenticationStrengthPolicy",
    doc: {
      ...(builtIn === undefined ? {} : { displayName: builtIn }),
      policyType: builtIn === undefined ? "custom" : "builtIn",
      requirementsSatisfied: "mfa",
      allowedCombinations: random.sample(
        [
          "fido2",
          "windowsHelloForBusiness",
          "x509CertificateMultiFactor",
          "deviceBasedPush",
          "password,microsoftAuthenticatorPush",
        ],
        random.between(1, 4),
      ),
      combinationConfigurations: [],
    },
  };
};

export const termsOfUse: Maker = (random) => ({
  type: "agreement",
  doc: {
    isViewingBeforeAcceptanceRequired: true,
    isPerDeviceAcceptanceRequired: false,
    userReacceptRequiredFrequency: random.pick([null, "P90D"]),
    termsExpiration: null,
  },
  parts: {
    files: ["de", "en", "ja"].slice(0, random.between(1, 3)).map((language, index) => ({
      id: random.guid(),
      fileName: `terms-${language}.pdf`,
      displayName: "Nutzungsbedingungen",
      language,
      isDefault: index === 0,
      isMajorVersion: false,
      createdDateTime: "2024-05-01T00:00:00Z",
      fileData: { data: base64(`%PDF-1.4\n% ${random.guid()}\n%%EOF\n`) },
    })),
  },
});
