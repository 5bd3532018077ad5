/** Generated content of the device-management families. */
import { type Doc } from "../json.ts";
import { DEFINITIONS } from "./group-policy-definitions.ts";
import type { Maker } from "./maker.ts";
import { bool, type Random } from "./random.ts";
import { linuxSettings, makeSettings, settingCount } from "./settings.ts";
import { idOf, someOf, type World } from "./world.ts";

/** UTF-8 text in base64, as Graph carries scripts. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export const deviceConfiguration: Maker = (random, world, n) => {
  const kinds: readonly (() => { type: string; doc: Doc })[] = [
    () => ({
      type: "windows10CustomConfiguration",
      doc: {
        omaSettings: [
          {
            "@odata.type": "#microsoft.graph.omaSettingString",
            displayName: "Wi-Fi Schlüssel",
            description: null,
            omaUri: "./Vendor/MSFT/WiFi/Profile/Büro/WlanXml",
            value: `<WLANProfile><keyMaterial>${random.guid()}</keyMaterial></WLANProfile>`,
          },
          {
            "@odata.type": "#microsoft.graph.omaSettingInteger",
            displayName: "Telemetry",
            description: "0 = off",
            omaUri: "./Device/Vendor/MSFT/Policy/Config/System/AllowTelemetry",
            value: random.between(0, 3),
          },
        ],
      },
    }),
    () => ({
      type: "windowsUpdateForBusinessConfiguration",
      doc: {
        deliveryOptimizationMode: "userDefined",
        prereleaseFeatures: "userDefined",
        automaticUpdateMode: "autoInstallAtMaintenanceTime",
        microsoftUpdateServiceAllowed: true,
        driversExcluded: bool(random),
        qualityUpdatesDeferralPeriodInDays: random.between(0, 30),
        featureUpdatesDeferralPeriodInDays: random.between(0, 180),
        qualityUpdatesPaused: false,
        featureUpdatesPaused: false,
        qualityUpdatesPauseExpiryDateTime: "0001-01-01T00:00:00Z",
        qualityUpdatesPauseStartDate: null,
        featureUpdatesPauseStartDate: null,
        qualityUpdatesWillBeRolledBack: false,
        featureUpdatesWillBeRolledBack: false,
        businessReadyUpdatesOnly: "userDefined",
      },
    }),
    () => ({
      type: "windows10GeneralConfiguration",
      doc: {
        privacyAccessControls: [],
        cameraBlocked: bool(random),
        bluetoothBlocked: bool(random),
        passwordRequired: true,
        passwordMinimumLength: random.between(4, 14),
        passwordExpirationDays: random.pick([null, 90, 365]),
        startMenuLayoutXml: null,
        edgeBlockPopups: bool(random),
        defenderScanType: "full",
      },
    }),
    () => ({
      type: "iosGeneralDeviceConfiguration",
      doc: {
        cameraBlocked: bool(random),
        airDropBlocked: bool(random),
        passcodeRequired: true,
        passcodeMinimumLength: random.between(4, 8),
        appsVisibilityList: [],
        safariBlockPopups: true,
        networkUsageRules: [],
      },
    }),
    () => ({
      type: "macOSGeneralDeviceConfiguration",
      doc: {
        passwordRequired: true,
        passwordMinimumLength: random.between(6, 12),
        emailInDomainSuffixes: [],
        compliantAppListType: "none",
        compliantAppsList: [],
      },
    }),
    () => ({
      type: "androidDeviceOwnerGeneralDeviceConfiguration",
      doc: {
        cameraBlocked: bool(random),
        factoryResetBlocked: true,
        passwordRequiredType: "numericComplex",
        kioskModeApps: [],
        systemUpdateInstallType: "windowed",
        systemUpdateWindowStartMinutesAfterMidnight: 60,
      },
    }),
    () => ({
      type: "windows10EndpointProtectionConfiguration",
      doc: {
        smartScreenEnableInShell: true,
        bitLockerEncryptDevice: bool(random),
        defenderAttackSurfaceReductionExcludedPaths: [],
        applicationGuardEnabled: false,
      },
    }),
    () => ({
      type: "windowsDeliveryOptimizationConfiguration",
      doc: { deliveryOptimizationMode: "httpWithPeeringPrivateGroup", maximumCacheAgeInDays: random.between(1, 14) },
    }),
    () => ({
      type: "macOSCustomConfiguration",
      doc: {
        payloadName: "Notifications",
        payloadFileName: "notifications.mobileconfig",
        payload: base64('<?xml version="1.0"?><plist><dict/></plist>'),
      },
    }),
  ];
  const chosen = kinds[n] ?? certificateChain(random, world, kinds.length)[n - kinds.length] ?? random.pick(kinds);
  const { type, doc } = chosen();
  return {
    type,
    doc: {
      ...doc,
      supportsScopeTags: true,
      deviceManagementApplicabilityRuleOsEdition: null,
      deviceManagementApplicabilityRuleOsVersion: null,
      deviceManagementApplicabilityRuleDeviceMode: null,
    },
  };
};

/** A trusted root, a certificate that refers to it, and the networks that refer to both; the first stands at the position `first`. */
function certificateChain(random: Random, world: World, first: number): readonly (() => { type: string; doc: Doc })[] {
  const address = (n: number) => `deviceConfigurations('${idOf(world.seed, "deviceConfiguration", n)}')`;
  const [root, certificate] = [address(first), address(first + 1)];
  return [
    () => ({
      type: "windows81TrustedRootCertificate",
      doc: {
        trustedRootCertificate: base64(random.guid()),
        certFileName: "root.cer",
        destinationStore: "computerCertStoreRoot",
      },
    }),
    () => ({
      type: "windows81SCEPCertificateProfile",
      doc: {
        renewalThresholdPercentage: 20,
        keyStorageProvider: "useTpmKspOtherwiseUseSoftwareKsp",
        subjectNameFormat: "custom",
        subjectNameFormatString: "CN={{AAD_Device_ID}}",
        certificateValidityPeriodValue: 1,
        certificateValidityPeriodScale: "years",
        keyUsage: "digitalSignature",
        keySize: "size2048",
        hashAlgorithm: "sha2",
        certificateStore: "machine",
        scepServerUrls: ["https://scep.example/certsrv/mscep/mscep.dll"],
        "rootCertificate@odata.bind": root,
      },
    }),
    () => ({
      type: "windowsWifiEnterpriseEAPConfiguration",
      doc: {
        ssid: "Büro",
        networkName: "Büro",
        connectAutomatically: true,
        eapType: "eapTls",
        authenticationMethod: "certificate",
        trustedServerCertificateNames: ["radius.example"],
        "identityCertificateForClientAuthentication@odata.bind": certificate,
        "rootCertificatesForServerValidation@odata.bind": [root],
      },
    }),
    () => ({
      type: "windows10VpnConfiguration",
      doc: {
        connectionName: "Zentrale",
        connectionType: "ikEv2",
        authenticationMethod: "certificate",
        servers: [{ description: "Wien", address: "vpn.example", isDefaultServer: true }],
        "identityCertificate@odata.bind": certificate,
      },
    }),
  ];
}

export const settingsCatalog: Maker = (random, _world, n) => {
  const [platforms, technologies] = random.pick([
    ["windows10", "mdm"],
    ["windows10", "mdm"],
    ["windows10", "mdm,microsoftSense"],
    ["macOS", "mdm,appleRemoteManagement"],
    ["iOS", "mdm"],
  ] as const);
  const template = random.chance(0.2);
  return {
    type: "deviceManagementConfigurationPolicy",
    doc: {
      platforms,
      technologies,
      creationSource: null,
      priorityMetaData: null,
      templateReference: template
        ? {
            templateId: `${random.guid()}_1`,
            templateFamily: random.pick([
              "endpointSecurityAntivirus",
              "endpointSecurityFirewall",
              "endpointSecurityDiskEncryption",
              "baseline",
            ]),
            templateDisplayName: "Microsoft Defender Antivirus",
            templateDisplayVersion: "Version 1",
          }
        : { templateId: "", templateFamily: "none", templateDisplayName: null, templateDisplayVersion: null },
    },
    parts: { settings: makeSettings(random, settingCount(random, n)) },
  };
};

function blockRule(random: Random, templates: readonly string[]): Doc[] {
  const notify =
    templates[0] === undefined
      ? []
      : [
          {
            id: random.guid(),
            gracePeriodHours: 24,
            actionType: "notification",
            notificationTemplateId: templates[0],
            notificationMessageCCList: [],
          },
        ];
  return [
    {
      id: random.guid(),
      ruleName: null,
      scheduledActionConfigurations: [
        {
          id: random.guid(),
          gracePeriodHours: random.pick([0, 12, 72]),
          actionType: "block",
          notificationTemplateId: "00000000-0000-0000-0000-000000000000",
          notificationMessageCCList: [],
        },
        ...notify,
      ],
    },
  ];
}

export const compliance: Maker = (random, world, n) => {
  const kinds: readonly { type: string; doc: Doc }[] = [
    {
      type: "windows10CompliancePolicy",
      doc: {
        passwordRequired: bool(random),
        osMinimumVersion: "10.0.26100.1742",
        bitLockerEnabled: true,
        secureBootEnabled: true,
        codeIntegrityEnabled: bool(random),
        deviceThreatProtectionEnabled: false,
        validOperatingSystemBuildRanges: [],
        deviceCompliancePolicyScript: null,
      },
    },
    {
      type: "iosCompliancePolicy",
      doc: {
        passcodeRequired: true,
        passcodeMinimumLength: 6,
        osMinimumVersion: "18.0",
        securityBlockJailbrokenDevices: true,
        restrictedApps: [],
      },
    },
    {
      type: "macOSCompliancePolicy",
      doc: {
        passwordRequired: true,
        osMinimumVersion: "15.1",
        storageRequireEncryption: true,
        firewallEnabled: bool(random),
      },
    },
    {
      type: "androidDeviceOwnerCompliancePolicy",
      doc: {
        passwordRequired: true,
        osMinimumVersion: "14",
        storageRequireEncryption: true,
        securityRequireSafetyNetAttestationBasicIntegrity: true,
      },
    },
    {
      type: "androidWorkProfileCompliancePolicy",
      doc: { passwordRequired: true, securityBlockJailbrokenDevices: true, minAndroidSecurityPatchLevel: "2026-06-01" },
    },
  ];
  return {
    ...(kinds[n] ?? random.pick(kinds)),
    parts: { scheduledActionsForRule: blockRule(random, someOf(world, random, "notifications", random.between(0, 1))) },
  };
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
      presentationValues:
        definition.presentation === null
          ? []
          : [
              {
                "@odata.type": "#microsoft.graph.groupPolicyPresentationValueText",
                id: random.guid(),
                value: "1",
                presentation: {
                  "@odata.type": definition.presentation.type,
                  id: definition.presentation.id,
                  label: definition.presentation.label,
                },
              },
            ],
    })),
  },
});
