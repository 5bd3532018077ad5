/** Generated content of what tenants have few of: categories, terms, branding, firmware, Windows 365. */
import { base64 } from "./device-policies.ts";
import type { Maker } from "./maker.ts";
import { bool } from "./random.ts";

export const intents: Maker = (random) => ({
  type: "deviceManagementIntent",
  doc: {
    templateId: "d1174162-1dd2-4976-affc-6667049ab0ae",
    isAssigned: false,
    isMigratingToConfigurationPolicy: false,
  },
  parts: {
    settings: [
      {
        "@odata.type": "#microsoft.graph.deviceManagementBooleanSettingInstance",
        id: random.guid(),
        definitionId: "deviceConfiguration--windows10EndpointProtectionConfiguration_bitLockerEncryptDevice",
        value: true,
        valueJson: "true",
      },
      {
        "@odata.type": "#microsoft.graph.deviceManagementIntegerSettingInstance",
        id: random.guid(),
        definitionId: "deviceConfiguration--windows10EndpointProtectionConfiguration_firewallIdleTimeout",
        value: 300,
        valueJson: "300",
      },
    ],
  },
});

export const qualityUpdatePolicies: Maker = (random) => ({
  type: "windowsQualityUpdatePolicy",
  doc: {
    hotpatchEnabled: bool(random),
    approvalSettings: [
      {
        approvalMethodType: "automatic",
        deferredDeploymentInDay: random.between(0, 14),
        windowsQualityUpdateCadence: "monthly",
        windowsQualityUpdateCategory: "security",
      },
    ],
  },
});

export const deviceCategories: Maker = (_random, _world, n) => ({
  type: "deviceCategory",
  doc: { displayName: ["Kiosk", "Führungskräfte"][n % 2] },
});

export const appCategories: Maker = (_random, _world, n) => ({
  type: "mobileAppCategory",
  doc: { displayName: ["Productivity", "Werkzeuge der Abteilung"][n % 2] },
});

export const terms: Maker = (random) => ({
  type: "termsAndConditions",
  doc: {
    title: "Nutzungsbedingungen für Geräte",
    bodyText: `Stand ${random.date("2024-01-01", "2026-01-01").slice(0, 10)}.\nGeräte werden verwaltet.`,
    acceptanceStatement: "Ich stimme zu.",
  },
});

export const appleUserEnrollment: Maker = (_random, _world, n) => ({
  type: "appleUserInitiatedEnrollmentProfile",
  doc: {
    platform: "iOS",
    priority: n + 1,
    defaultEnrollmentType: n === 0 ? "webDeviceEnrollment" : "accountDrivenUserEnrollment",
    availableEnrollmentTypeOptions: [],
  },
});

export const bios: Maker = (random) => ({
  type: "hardwareConfiguration",
  doc: {
    fileName: "bios.cctk",
    hardwareConfigurationFormat: "dell",
    configurationFileContent: base64(`[cctk]\nSecureBoot=Enabled\nAssetTag=${random.between(1000, 9999)}\n`),
    perDevicePasswordDisabled: bool(random),
  },
});

const PNG = "iVBORw0KGgo=";

export const branding: Maker = (random, _world, n) => ({
  type: "intuneBrandingProfile",
  doc: {
    ...(n === 0 ? { profileName: "Default branding profile" } : {}),
    profileDescription: "So sieht das Unternehmensportal aus.",
    isDefaultProfile: n === 0,
    displayName: "Contoso AG",
    themeColor: { r: random.between(0, 255), g: 120, b: 212 },
    showLogo: true,
    showDisplayNameNextToLogo: bool(random),
    contactITName: "Service Desk",
    contactITPhoneNumber: "+43 1 234567",
    contactITEmailAddress: "it@contoso.example",
    contactITNotes: "",
    onlineSupportSiteUrl: "https://support.contoso.example",
    onlineSupportSiteName: "Support",
    privacyUrl: "https://contoso.example/privacy",
    enrollmentAvailability: "availableWithPrompts",
    disableClientTelemetry: false,
    companyPortalBlockedActions: [{ platform: "windows10AndLater", ownerType: "company", action: "reset" }],
    themeColorLogo: { type: "image/png", value: PNG },
    lightBackgroundLogo: null,
    landingPageCustomizedImage: n === 1 ? { type: "image/png", value: PNG } : null,
  },
  ...(n === 0 ? { parts: { assignments: [] } } : {}),
});

export const w365Provisioning: Maker = (random, _world, n) => ({
  type: "cloudPcProvisioningPolicy",
  doc: {
    provisioningType: n === 0 ? "dedicated" : "sharedByUser",
    imageId: "microsoftwindowsdesktop_windows-ent-cpc_win11-24H2-ent-cpc-m365",
    imageType: "gallery",
    imageDisplayName: "Windows 11 Enterprise + Microsoft 365 Apps 24H2",
    cloudPcNamingTemplate: "CPC-%USERNAME:5%-%RAND:5%",
    enableSingleSignOn: bool(random),
    gracePeriodInHours: 4,
    localAdminEnabled: false,
    managedBy: "windows365",
    domainJoinConfigurations: [
      { domainJoinType: "azureADJoin", type: "azureADJoin", regionGroup: "europeUnion", regionName: "automatic" },
    ],
    windowsSettings: { language: "de-AT" },
    windowsSetting: { locale: "de-AT" },
  },
});

export const w365UserSettings: Maker = (random) => ({
  type: "cloudPcUserSetting",
  doc: {
    localAdminEnabled: bool(random),
    resetEnabled: true,
    selfServiceEnabled: false,
    restorePointSetting: { frequencyInHours: 12, frequencyType: "twelveHours", userRestoreEnabled: bool(random) },
  },
});
