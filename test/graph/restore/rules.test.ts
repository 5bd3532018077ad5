import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../../src/policies/json-value.ts";
import { FAMILIES, FAMILY_KEYS, familyOf, familyOfKind, type FamilyKey } from "../../../src/graph/families.ts";
import { planRestore, type RestoreOptions } from "../../../src/graph/restore/plan.ts";
import { RESTORE_ORDER } from "../../../src/graph/restore/order.ts";
import { objectOf } from "./simulated-restore.ts";

const GRAPH = "https://graph.test";
const GUID = "11111111-1111-4111-8111-111111111111";
const type = (name: string) => ({ "@odata.type": `#microsoft.graph.${name}` });
const GROUP = { ...type("groupAssignmentTarget"), groupId: GUID };

function plan(key: FamilyKey, document: object, options: Partial<RestoreOptions> = {}) {
  return planRestore(key, objectOf(document), {
    mode: { kind: "create", namePrefix: "" },
    assignments: false,
    conditionalAccess: "report-only",
    mapping: {},
    omaValues: new Set(),
    graphUrl: GRAPH,
    plannedAt: Date.UTC(2026, 10, 28),
    ...options,
  });
}

function steps(key: FamilyKey, document: object, options: Partial<RestoreOptions> = {}) {
  const made = plan(key, document, options);
  if (made.kind !== "writes") throw new Error(JSON.stringify(made));
  return made.steps.map(({ name, method, path, body }) => [name, `${method} ${path}`, body] as const);
}

const updating = (target: object, more: Partial<RestoreOptions> = {}): Partial<RestoreOptions> => ({
  mode: { kind: "update", target: objectOf(target) },
  ...more,
});

/** What the service adds to every policy. */
const SERVICE: JsonObject = {
  "@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
  "@odata.id": "x('1')",
  "@odata.editLink": "x('1')",
  "#microsoft.graph.restore": {},
  "displayName@odata.type": "#String",
  selfLink: "x",
  id: "1",
  createdDateTime: "2026-01-01T00:00:00Z",
  lastModifiedDateTime: "2026-01-01T00:00:00Z",
  modifiedDateTime: null,
  deletedDateTime: null,
  version: 3,
  supportsScopeTags: true,
  isAssigned: true,
  creationSource: null,
  settingCount: 1,
  priorityMetaData: null,
  assignments: [{ id: "a", source: "direct", sourceId: "1", target: GROUP }],
};

const SETTING = { settingInstance: { ...type("x"), settingDefinitionId: "d", "value@odata.type": "#String" } };
const PLAIN_SETTING = { settingInstance: { ...type("x"), settingDefinitionId: "d" } };
const RULE = {
  ruleName: null,
  scheduledActionConfigurations: [{ actionType: "block", gracePeriodHours: 1, notificationTemplateId: "" }],
};
const RULE_READ = {
  id: "r",
  ...RULE,
  scheduledActionConfigurations: [{ id: "c", ...RULE.scheduledActionConfigurations[0] }],
};
const APP = { mobileAppIdentifier: { ...type("iosMobileAppIdentifier"), bundleId: "com.a" } };

/**
 * For each family: what is stored beside `SERVICE`, and the requests that make it with its assignments. None for what a tenant has
 * once.
 */
const CREATED: Record<FamilyKey, { stored: object; requests: unknown[] }> = {
  deviceConfiguration: {
    stored: {
      ...type("windowsUpdateForBusinessConfiguration"),
      displayName: "x",
      privacyAccessControls: [],
      qualityUpdatesPauseStartDate: null,
      featureUpdatesWillBeRolledBack: false,
      qualityUpdatesPauseExpiryDateTime: "0001-01-01T00:00:00Z",
      driversExcluded: true,
    },
    requests: [
      [
        "POST /deviceManagement/deviceConfigurations",
        { ...type("windowsUpdateForBusinessConfiguration"), displayName: "x", driversExcluded: true },
      ],
      ["POST /deviceManagement/deviceConfigurations/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  settingsCatalog: {
    stored: { name: "x", platforms: "windows10", technologies: "mdm", settings: [{ id: "0", ...SETTING }] },
    requests: [
      [
        "POST /deviceManagement/configurationPolicies",
        { name: "x", platforms: "windows10", technologies: "mdm", settings: [PLAIN_SETTING] },
      ],
      ["POST /deviceManagement/configurationPolicies/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  compliance: {
    stored: { ...type("iosCompliancePolicy"), displayName: "x", scheduledActionsForRule: [RULE_READ] },
    requests: [
      [
        "POST /deviceManagement/deviceCompliancePolicies",
        { ...type("iosCompliancePolicy"), displayName: "x", scheduledActionsForRule: [RULE] },
      ],
      ["POST /deviceManagement/deviceCompliancePolicies/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  complianceLinux: {
    stored: {
      name: "x",
      platforms: "linux",
      technologies: "linuxMdm",
      settings: [{ id: "0", ...SETTING }],
      scheduledActionsForRule: [RULE_READ],
    },
    requests: [
      [
        "POST /deviceManagement/compliancePolicies",
        {
          name: "x",
          platforms: "linux",
          technologies: "linuxMdm",
          settings: [PLAIN_SETTING],
        },
      ],
      ["POST /deviceManagement/compliancePolicies/{id}/setScheduledActions", { scheduledActions: [RULE] }],
      ["POST /deviceManagement/compliancePolicies/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  adminTemplates: {
    stored: {
      displayName: "x",
      policyConfigurationIngestionType: "builtIn",
      definitionValues: [
        {
          id: "v",
          enabled: true,
          configurationType: "policy",
          createdDateTime: "x",
          lastModifiedDateTime: "x",
          definition: { id: "def", displayName: "Home page" },
          presentationValues: [
            {
              ...type("groupPolicyPresentationValueText"),
              id: "p",
              value: "1",
              createdDateTime: "x",
              presentation: { id: "pres", label: "l" },
            },
          ],
        },
      ],
    },
    requests: [
      ["POST /deviceManagement/groupPolicyConfigurations", { displayName: "x" }],
      [
        "POST /deviceManagement/groupPolicyConfigurations/{id}/definitionValues",
        {
          enabled: true,
          configurationType: "policy",
          "definition@odata.bind": `${GRAPH}/beta/deviceManagement/groupPolicyDefinitions('def')`,
          presentationValues: [
            {
              ...type("groupPolicyPresentationValueText"),
              value: "1",
              "presentation@odata.bind": `${GRAPH}/beta/deviceManagement/groupPolicyDefinitions('def')/presentations('pres')`,
            },
          ],
        },
      ],
      ["POST /deviceManagement/groupPolicyConfigurations/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  powershellScripts: {
    stored: { displayName: "x", scriptContent: "eA==", fileName: "x.ps1" },
    requests: [
      [
        "POST /deviceManagement/deviceManagementScripts",
        { displayName: "x", scriptContent: "eA==", fileName: "x.ps1" },
      ],
      [
        "POST /deviceManagement/deviceManagementScripts/{id}/assign",
        { deviceManagementScriptAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  shellScripts: {
    stored: { displayName: "x", scriptContent: "eA==", fileName: "x.sh" },
    requests: [
      ["POST /deviceManagement/deviceShellScripts", { displayName: "x", scriptContent: "eA==", fileName: "x.sh" }],
      [
        "POST /deviceManagement/deviceShellScripts/{id}/assign",
        { deviceManagementScriptAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  customAttributes: {
    stored: { displayName: "x", scriptContent: "eA==", customAttributeName: "a", customAttributeType: "string" },
    requests: [
      [
        "POST /deviceManagement/deviceCustomAttributeShellScripts",
        { displayName: "x", scriptContent: "eA==", customAttributeName: "a", customAttributeType: "string" },
      ],
      [
        "POST /deviceManagement/deviceCustomAttributeShellScripts/{id}/assign",
        { deviceManagementScriptAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  remediations: {
    stored: { displayName: "x", detectionScriptContent: "eA==", isGlobalScript: false, highestAvailableVersion: null },
    requests: [
      ["POST /deviceManagement/deviceHealthScripts", { displayName: "x", detectionScriptContent: "eA==" }],
      [
        "POST /deviceManagement/deviceHealthScripts/{id}/assign",
        { deviceHealthScriptAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  complianceScripts: {
    stored: { displayName: "x", detectionScriptContent: "eA==" },
    requests: [
      ["POST /deviceManagement/deviceComplianceScripts", { displayName: "x", detectionScriptContent: "eA==" }],
    ],
  },
  autopilot: {
    stored: { ...type("azureADWindowsAutopilotDeploymentProfile"), displayName: "x" },
    requests: [
      [
        "POST /deviceManagement/windowsAutopilotDeploymentProfiles",
        { ...type("azureADWindowsAutopilotDeploymentProfile"), displayName: "x" },
      ],
      ["POST /deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments", { target: GROUP }],
    ],
  },
  enrollment: {
    stored: { ...type("deviceEnrollmentLimitConfiguration"), displayName: "x", limit: 5, priority: 2 },
    requests: [
      [
        "POST /deviceManagement/deviceEnrollmentConfigurations",
        { ...type("deviceEnrollmentLimitConfiguration"), displayName: "x", limit: 5 },
      ],
      ["POST /deviceManagement/deviceEnrollmentConfigurations/{id}/setPriority", { priority: 2 }],
      [
        "POST /deviceManagement/deviceEnrollmentConfigurations/{id}/assign",
        { enrollmentConfigurationAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  apps: {
    stored: {
      ...type("webApp"),
      displayName: "x",
      publisher: "IT",
      uploadState: 1,
      publishingState: "published",
      categories: [{ id: "c" }],
    },
    requests: [
      ["POST /deviceAppManagement/mobileApps", { ...type("webApp"), displayName: "x", publisher: "IT" }],
      ["POST /deviceAppManagement/mobileApps/{id}/assign", { mobileAppAssignments: [{ target: GROUP }] }],
    ],
  },
  appProtection: {
    stored: {
      ...type("iosManagedAppProtection"),
      displayName: "x",
      deployedAppCount: 1,
      apps: [{ id: "i", version: "1", ...APP }],
    },
    requests: [
      ["POST /deviceAppManagement/iosManagedAppProtections", { ...type("iosManagedAppProtection"), displayName: "x" }],
      ["POST /deviceAppManagement/iosManagedAppProtections/{id}/targetApps", { apps: [APP] }],
      ["POST /deviceAppManagement/iosManagedAppProtections/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  appConfigApps: {
    stored: { displayName: "x", appGroupType: "selectedPublicApps", apps: [{ id: "i", version: "1", ...APP }] },
    requests: [
      [
        "POST /deviceAppManagement/targetedManagedAppConfigurations",
        { displayName: "x", appGroupType: "selectedPublicApps" },
      ],
      [
        "POST /deviceAppManagement/targetedManagedAppConfigurations/{id}/targetApps",
        { apps: [APP], appGroupType: "selectedPublicApps" },
      ],
      ["POST /deviceAppManagement/targetedManagedAppConfigurations/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  appConfigDevices: {
    stored: { ...type("iosMobileAppConfiguration"), displayName: "x", targetedMobileApps: ["a"] },
    requests: [
      [
        "POST /deviceAppManagement/mobileAppConfigurations",
        { ...type("iosMobileAppConfiguration"), displayName: "x", targetedMobileApps: ["a"] },
      ],
      ["POST /deviceAppManagement/mobileAppConfigurations/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  conditionalAccess: {
    stored: {
      displayName: "x",
      state: "enabled",
      templateId: "c7503427-338e-4c5e-902d-abe252abfb43",
      conditions: { users: { includeUsers: ["All"] } },
      sessionControls: { disableResilienceDefaults: false },
      grantControls: {
        operator: "OR",
        authenticationStrength: { id: "s", displayName: "MFA", policyType: "builtIn", "x@odata.context": "" },
      },
    },
    requests: [
      [
        "POST /identity/conditionalAccess/policies",
        {
          displayName: "x",
          state: "enabledForReportingButNotEnforced",
          conditions: { users: { includeUsers: ["All"] } },
          sessionControls: null,
          grantControls: { operator: "OR", authenticationStrength: { id: "s" } },
        },
      ],
    ],
  },
  namedLocations: {
    stored: { ...type("countryNamedLocation"), displayName: "x", countriesAndRegions: ["AT"] },
    requests: [
      [
        "POST /identity/conditionalAccess/namedLocations",
        { ...type("countryNamedLocation"), displayName: "x", countriesAndRegions: ["AT"] },
      ],
    ],
  },
  authStrengths: {
    stored: {
      displayName: "x",
      policyType: "custom",
      requirementsSatisfied: "mfa",
      allowedCombinations: ["fido2"],
      combinationConfigurations: [],
    },
    requests: [["POST /policies/authenticationStrengthPolicies", { displayName: "x", allowedCombinations: ["fido2"] }]],
  },
  termsOfUse: {
    stored: {
      displayName: "x",
      files: [{ id: "f", language: "de", fileName: "a.pdf", isDefault: true, fileData: { data: "JVBERg==" } }],
    },
    requests: [
      [
        "POST /identityGovernance/termsOfUse/agreements",
        {
          displayName: "x",
          files: [{ language: "de", fileName: "a.pdf", isDefault: true, fileData: { data: "JVBERg==" } }],
        },
      ],
    ],
  },
  scopeTags: {
    stored: { displayName: "x", isBuiltIn: false },
    requests: [
      ["POST /deviceManagement/roleScopeTags", { displayName: "x" }],
      ["POST /deviceManagement/roleScopeTags/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  filters: {
    stored: { displayName: "x", platform: "iOS", rule: "r", payloads: [], assignmentFilterManagementType: "devices" },
    requests: [
      [
        "POST /deviceManagement/assignmentFilters",
        { displayName: "x", platform: "iOS", rule: "r", assignmentFilterManagementType: "devices" },
      ],
    ],
  },
  roles: {
    stored: {
      displayName: "x",
      isBuiltIn: false,
      isBuiltInRoleDefinition: false,
      rolePermissions: [{ resourceActions: [] }],
      permissions: [{ resourceActions: [] }],
      roleAssignments: [{ id: "a" }],
    },
    requests: [
      ["POST /deviceManagement/roleDefinitions", { displayName: "x", rolePermissions: [{ resourceActions: [] }] }],
    ],
  },
  notifications: {
    stored: {
      displayName: "x",
      defaultLocale: "de-AT",
      localizedNotificationMessages: [
        { id: "m", lastModifiedDateTime: "x", locale: "de-AT", subject: "s", messageTemplate: "t", isDefault: true },
      ],
    },
    requests: [
      ["POST /deviceManagement/notificationMessageTemplates", { displayName: "x" }],
      [
        "POST /deviceManagement/notificationMessageTemplates/{id}/localizedNotificationMessages",
        { locale: "de-AT", subject: "s", messageTemplate: "t", isDefault: true },
      ],
    ],
  },
  reusableSettings: {
    stored: {
      displayName: "x",
      settingDefinitionId: "d",
      settingInstance: type("x"),
      referencingConfigurationPolicyCount: 2,
    },
    requests: [
      [
        "POST /deviceManagement/reusablePolicySettings",
        { displayName: "x", settingDefinitionId: "d", settingInstance: type("x") },
      ],
    ],
  },
  featureUpdates: {
    stored: {
      displayName: "x",
      featureUpdateVersion: "25H2",
      deployableContentDisplayName: "d",
      endOfSupportDate: "e",
    },
    requests: [
      ["POST /deviceManagement/windowsFeatureUpdateProfiles", { displayName: "x", featureUpdateVersion: "25H2" }],
      ["POST /deviceManagement/windowsFeatureUpdateProfiles/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  qualityUpdates: {
    stored: { displayName: "x", releaseDateDisplayName: "r", deployableContentDisplayName: "d" },
    requests: [
      ["POST /deviceManagement/windowsQualityUpdateProfiles", { displayName: "x" }],
      ["POST /deviceManagement/windowsQualityUpdateProfiles/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  driverUpdates: {
    stored: { displayName: "x", approvalType: "manual", deviceReporting: 1, newUpdates: 2, inventorySyncStatus: {} },
    requests: [
      ["POST /deviceManagement/windowsDriverUpdateProfiles", { displayName: "x", approvalType: "manual" }],
      ["POST /deviceManagement/windowsDriverUpdateProfiles/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  intents: {
    stored: {
      displayName: "x",
      templateId: GUID,
      isMigratingToConfigurationPolicy: false,
      settings: [
        { ...type("deviceManagementIntegerSettingInstance"), id: "s", definitionId: "d", value: 1, valueJson: "1" },
      ],
    },
    requests: [
      [`POST /deviceManagement/templates/${GUID}/createInstance`, { displayName: "x" }],
      [
        "POST /deviceManagement/intents/{id}/updateSettings",
        { settings: [{ ...type("deviceManagementIntegerSettingInstance"), definitionId: "d", valueJson: "1" }] },
      ],
      ["POST /deviceManagement/intents/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  qualityUpdatePolicies: {
    stored: { displayName: "x", hotpatchEnabled: true },
    requests: [
      ["POST /deviceManagement/windowsQualityUpdatePolicies", { displayName: "x", hotpatchEnabled: true }],
      ["POST /deviceManagement/windowsQualityUpdatePolicies/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  deviceCategories: {
    stored: { displayName: "x" },
    requests: [["POST /deviceManagement/deviceCategories", { displayName: "x" }]],
  },
  appCategories: {
    stored: { displayName: "x" },
    requests: [["POST /deviceAppManagement/mobileAppCategories", { displayName: "x" }]],
  },
  terms: {
    stored: { displayName: "x", title: "t", bodyText: "b", acceptanceStatement: "a" },
    requests: [
      [
        "POST /deviceManagement/termsAndConditions",
        { displayName: "x", title: "t", bodyText: "b", acceptanceStatement: "a" },
      ],
      ["POST /deviceManagement/termsAndConditions/{id}/assignments", { target: GROUP }],
    ],
  },
  appleUserEnrollment: {
    stored: { displayName: "x", platform: "iOS", priority: 2, defaultEnrollmentType: "user" },
    requests: [
      [
        "POST /deviceManagement/appleUserInitiatedEnrollmentProfiles",
        { displayName: "x", platform: "iOS", defaultEnrollmentType: "user" },
      ],
      ["POST /deviceManagement/appleUserInitiatedEnrollmentProfiles/{id}/setPriority", { priority: 2 }],
      ["POST /deviceManagement/appleUserInitiatedEnrollmentProfiles/{id}/assignments", { target: GROUP }],
    ],
  },
  bios: {
    stored: {
      displayName: "x",
      fileName: "f",
      hardwareConfigurationFormat: "dell",
      configurationFileContent: "eA==",
    },
    requests: [
      [
        "POST /deviceManagement/hardwareConfigurations",
        { displayName: "x", fileName: "f", hardwareConfigurationFormat: "dell", configurationFileContent: "eA==" },
      ],
      [
        "POST /deviceManagement/hardwareConfigurations/{id}/assign",
        { hardwareConfigurationAssignments: [{ target: GROUP }] },
      ],
    ],
  },
  branding: {
    stored: {
      profileName: "x",
      isDefaultProfile: false,
      disableClientTelemetry: true,
      showLogo: true,
      customPrivacyMessage: "p",
      themeColorLogo: { type: "image/png", value: "eA==" },
      landingPageCustomizedImage: { type: "image/png", value: "eQ==" },
    },
    requests: [
      ["POST /deviceManagement/intuneBrandingProfiles", { profileName: "x" }],
      [
        "PATCH /deviceManagement/intuneBrandingProfiles/{id}",
        { showLogo: true, themeColorLogo: { type: "image/png", value: "eA==" } },
      ],
      [
        "PATCH /deviceManagement/intuneBrandingProfiles/{id}",
        { landingPageCustomizedImage: { type: "image/png", value: "eQ==" } },
      ],
      ["POST /deviceManagement/intuneBrandingProfiles/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  w365Provisioning: {
    stored: { displayName: "x", imageId: "i", imageType: "gallery", imageDisplayName: "d", provisioningType: "shared" },
    requests: [
      [
        "POST /deviceManagement/virtualEndpoint/provisioningPolicies",
        { displayName: "x", imageId: "i", imageType: "gallery", provisioningType: "shared" },
      ],
      ["POST /deviceManagement/virtualEndpoint/provisioningPolicies/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  w365UserSettings: {
    stored: { displayName: "x", resetEnabled: true, selfServiceEnabled: true },
    requests: [
      ["POST /deviceManagement/virtualEndpoint/userSettings", { displayName: "x", resetEnabled: true }],
      ["POST /deviceManagement/virtualEndpoint/userSettings/{id}/assign", { assignments: [{ target: GROUP }] }],
    ],
  },
  complianceSettings: { stored: { secureByDefault: true }, requests: [] },
  authMethods: { stored: { authenticationMethodConfigurations: [] }, requests: [] },
  authContexts: {
    stored: { id: "c7", displayName: "x", isAvailable: true },
    requests: [
      [
        "POST /identity/conditionalAccess/authenticationContextClassReferences",
        { id: "c7", displayName: "x", isAvailable: true },
      ],
    ],
  },
  groups: {
    stored: {
      displayName: "x",
      groupTypes: ["DynamicMembership"],
      mailEnabled: false,
      mailNickname: "x",
      membershipRule: "(device.model -eq 1)",
      membershipRuleProcessingState: "On",
      securityEnabled: true,
    },
    requests: [
      [
        "POST /groups",
        {
          displayName: "x",
          groupTypes: ["DynamicMembership"],
          mailEnabled: false,
          mailNickname: "x",
          membershipRule: "(device.model -eq 1)",
          membershipRuleProcessingState: "On",
          securityEnabled: true,
        },
      ],
    ],
  },
  authorizationPolicy: { stored: { allowInvitesFrom: "none" }, requests: [] },
  securityDefaults: { stored: { isEnabled: false }, requests: [] },
  deviceRegistration: { stored: { azureADJoin: {}, azureADRegistration: {} }, requests: [] },
  adminConsent: { stored: { isEnabled: true }, requests: [] },
  crossTenantDefault: { stored: { isServiceDefault: false, inboundTrust: {} }, requests: [] },
  crossTenantPartners: {
    stored: {
      tenantId: GUID,
      isServiceProvider: false,
      inboundTrust: { isMfaAccepted: true },
      tenantRestrictions: { ...type("crossTenantAccessPolicyTenantRestrictions"), devices: null },
      identitySynchronization: { tenantId: GUID, displayName: "y", userSyncInbound: { isSyncAllowed: true } },
      m365CollaborationInbound: { new: true },
    },
    requests: [
      [
        "POST /policies/crossTenantAccessPolicy/partners",
        { tenantId: GUID, inboundTrust: { isMfaAccepted: true }, tenantRestrictions: { devices: null } },
      ],
      [
        "PUT /policies/crossTenantAccessPolicy/partners/{id}/identitySynchronization",
        { displayName: "y", userSyncInbound: { isSyncAllowed: true } },
      ],
    ],
  },
};

const COPIED = FAMILY_KEYS.filter((key) => familyOf(key).single === null && !familyOf(key).restore.ownId);
const CHOSEN = FAMILY_KEYS.filter((key) => familyOf(key).restore.ownId);
const SINGLE = FAMILY_KEYS.filter((key) => familyOf(key).single !== null);

describe("A copy", () => {
  it.each([...COPIED, ...CHOSEN])("is made by these requests, without what the service adds: %s", (key) => {
    const { stored, requests } = CREATED[key];
    const made = steps(key, { ...SERVICE, ...stored }, { assignments: true });
    expect(made.map(([, request, body]) => [request, body])).toEqual(requests);
    expect(new Set(made.map(([name]) => name)).size).toBe(made.length);
  });

  it.each(SINGLE)("is not made of what a tenant has once: %s", (key) => {
    expect(plan(key, { ...SERVICE, ...CREATED[key].stored })).toMatchObject({ kind: "blocked", code: "single_object" });
  });

  it.each(CHOSEN)("is not made of what is known by an id of its own, unless it is gone: %s", (key) => {
    const mode = { kind: "create", namePrefix: "Copy of " } as const;
    expect(plan(key, { ...SERVICE, ...CREATED[key].stored }, { mode })).toMatchObject({
      kind: "blocked",
      code: "cannot_copy",
    });
  });

  it.each(COPIED)("is not assigned unless that was asked for, and carries its prefix: %s", (key) => {
    const named = familyOf(key).meaning.nameProperty;
    const made = steps(
      key,
      { ...SERVICE, ...CREATED[key].stored },
      { mode: { kind: "create", namePrefix: "Copy of " } },
    );
    expect(made[0]?.[2]).toMatchObject({ [named]: "Copy of x" });
    expect(made.some(([name]) => name.startsWith("assign"))).toBe(false);
  });

  it("keeps what is null, so that what was empty stays empty", () => {
    expect(
      steps("filters", { displayName: "x", description: null, platform: "iOS", rule: "r" })[0]?.[2],
    ).toHaveProperty("description", null);
  });

  it("comes back as enforced only when that was asked for, and never more enforced than it was", () => {
    const { stored } = CREATED.conditionalAccess;
    const state = (from: string, conditionalAccess: "report-only" | "as-is") =>
      objectOf(steps("conditionalAccess", { ...stored, state: from }, { conditionalAccess })[0]?.[2])["state"];
    expect(state("enabled", "as-is")).toBe("enabled");
    expect(state("disabled", "report-only")).toBe("disabled");
    expect(state("enabledForReportingButNotEnforced", "report-only")).toBe("enabledForReportingButNotEnforced");
  });
});

function catalogSecret(token: string): object {
  const value = { ...type("secret"), value: token, valueState: "encryptedValueToken" };
  const settingInstance = { ...type("x"), settingDefinitionId: "d", simpleSettingValue: value };
  return { name: "x", platforms: "macOS", technologies: "mdm", settings: [{ id: "0", settingInstance }] };
}

describe("What is not restored", () => {
  const built = { displayName: "x", isBuiltIn: true, rolePermissions: [{}] };
  it.each<[string, FamilyKey, object, string]>([
    ["an app with an installer", "apps", { ...type("win32LobApp"), publisher: "x" }, "app_content"],
    ["a macOS package", "apps", { ...type("macOSPkgApp"), publisher: "x" }, "app_content"],
    ["an app from a purchase plan", "apps", { ...type("iosVppApp"), publisher: "x" }, "app_from_store"],
    ["an app of an unknown kind", "apps", { ...type("holographicApp"), publisher: "x" }, "unsupported_type"],
    ["an Android store app, as a copy", "apps", { ...type("androidStoreApp"), publisher: "x" }, "unsupported_type"],
    [
      "the tenant's one Windows restore configuration, as a copy",
      "enrollment",
      { ...type("windowsRestoreDeviceEnrollmentConfiguration"), priority: 1 },
      "default_configuration",
    ],
    [
      "a Wi-Fi profile whose key is not told",
      "deviceConfiguration",
      { ...type("iosWiFiConfiguration"), wiFiSecurityType: "wpaPersonal", preSharedKey: null },
      "encrypted_value",
    ],
    [
      "a Wi-Fi profile of Windows whose key is not told",
      "deviceConfiguration",
      { ...type("windowsWifiConfiguration"), wifiSecurityType: "wpa2Personal" },
      "encrypted_value",
    ],
    [
      "a VPN profile whose secret is not told",
      "deviceConfiguration",
      { ...type("iosikEv2VpnConfiguration"), clientAuthenticationType: "sharedSecret", sharedSecret: null },
      "encrypted_value",
    ],
    ["a secret of the settings catalog", "settingsCatalog", catalogSecret("token"), "encrypted_value"],
    [
      "an Autopilot profile of a name that Intune refuses",
      "autopilot",
      { ...type("azureADWindowsAutopilotDeploymentProfile"), displayName: "Restored - Kiosk" },
      "name_refused",
    ],
    [
      "a feature update whose rollout began in the past",
      "featureUpdates",
      { featureUpdateVersion: "25H2", rolloutSettings: { offerStartDateTimeInUTC: "2024-05-01T00:00:00Z" } },
      "date_past",
    ],
    ["a built-in role", "roles", built, "built_in"],
    ["the default scope tag", "scopeTags", { id: "0", displayName: "Default" }, "built_in"],
    ["a built-in strength", "authStrengths", { policyType: "builtIn", allowedCombinations: ["fido2"] }, "built_in"],
    [
      "a strength with restrictions of its own",
      "authStrengths",
      { allowedCombinations: ["fido2"], combinationConfigurations: [{ id: "c" }] },
      "unsupported_content",
    ],
    ["the compliant network's location", "namedLocations", type("compliantNetworkNamedLocation"), "built_in"],
    [
      "a remediation of Microsoft's",
      "remediations",
      { isGlobalScript: true, detectionScriptContent: "eA==" },
      "built_in",
    ],
    ["an agreement without its PDF", "termsOfUse", { files: [{ fileName: "a.pdf", language: "de" }] }, "document_file"],
    [
      "a default enrollment configuration, as a copy",
      "enrollment",
      { ...type("x"), priority: 0 },
      "default_configuration",
    ],
    [
      "protection of an unknown kind",
      "appProtection",
      type("mdmWindowsInformationProtectionPolicy"),
      "unsupported_type",
    ],
    ["a script whose content was not read", "powershellScripts", { fileName: "a.ps1" }, "incomplete_document"],
    [
      "a compliance policy without actions",
      "compliance",
      { ...type("iosCompliancePolicy"), scheduledActionsForRule: [] },
      "incomplete_document",
    ],
    [
      "an encrypted value",
      "deviceConfiguration",
      { omaSettings: [{ ...type("omaSettingString"), value: "****", isEncrypted: true, secretReferenceValueId: "r" }] },
      "encrypted_value",
    ],
    [
      "a placeholder without a reference",
      "deviceConfiguration",
      { omaSettings: [{ ...type("omaSettingStringXml"), value: "****" }] },
      "encrypted_value",
    ],
    [
      "a template setting without its definition",
      "adminTemplates",
      { definitionValues: [{ enabled: true }] },
      "incomplete_document",
    ],
  ])("%s", (_name, key, document, code) => {
    expect(plan(key, { displayName: "x", ...document })).toEqual({
      kind: "blocked",
      code,
      message: expect.stringMatching(/^[A-Z].+\.$/),
    });
  });

  it.each<[string, FamilyKey, object, object, string]>([
    [
      "another type",
      "compliance",
      { ...type("iosCompliancePolicy"), scheduledActionsForRule: [RULE] },
      type("macOSCompliancePolicy"),
      "different_type",
    ],
    [
      "a filter's platform",
      "filters",
      { platform: "iOS", rule: "r" },
      { platform: "macOS", rule: "r" },
      "cannot_change",
    ],
    [
      "a custom attribute's name",
      "customAttributes",
      { displayName: "a", scriptContent: "eA==", customAttributeName: "a", customAttributeType: "string" },
      { displayName: "b", customAttributeName: "a", customAttributeType: "string" },
      "cannot_change",
    ],
    [
      "how drivers are approved",
      "driverUpdates",
      { approvalType: "manual" },
      { approvalType: "automatic" },
      "cannot_change",
    ],
    [
      "a default against another",
      "enrollment",
      { ...type("x"), priority: 0 },
      { ...type("x"), priority: 3 },
      "different_type",
    ],
    [
      "a web app's address",
      "apps",
      { ...type("webApp"), publisher: "x", appUrl: "https://a" },
      { ...type("webApp"), publisher: "x", appUrl: "https://b" },
      "cannot_change",
    ],
    [
      "a store app's address",
      "apps",
      { ...type("iosStoreApp"), publisher: "x", appStoreUrl: "https://a" },
      { ...type("iosStoreApp"), publisher: "x", appStoreUrl: "https://b" },
      "cannot_change",
    ],
    [
      "what an Office app installs",
      "apps",
      { ...type("officeSuiteApp"), publisher: "x", officePlatformArchitecture: "x64" },
      { ...type("officeSuiteApp"), publisher: "x", officePlatformArchitecture: "x86" },
      "cannot_change",
    ],
    [
      "how a winget app is installed",
      "apps",
      { ...type("winGetApp"), publisher: "x", installExperience: { runAsAccount: "user" } },
      { ...type("winGetApp"), publisher: "x", installExperience: { runAsAccount: "system" } },
      "cannot_change",
    ],
    [
      "the platform of an enrollment restriction",
      "enrollment",
      { ...type("deviceEnrollmentPlatformRestrictionConfiguration"), priority: 1, platformType: "ios" },
      { ...type("deviceEnrollmentPlatformRestrictionConfiguration"), priority: 1, platformType: "mac" },
      "cannot_change",
    ],
    [
      "the apps that a configuration is for",
      "appConfigDevices",
      { ...type("iosMobileAppConfiguration"), targetedMobileApps: ["a"] },
      { ...type("iosMobileAppConfiguration"), targetedMobileApps: ["b"] },
      "cannot_change",
    ],
    ["the default scope tag", "scopeTags", { displayName: "x" }, { id: "0", isBuiltIn: true }, "built_in"],
    [
      "other documents",
      "termsOfUse",
      { files: [{ fileName: "a.pdf" }] },
      { files: [{ fileName: "b.pdf" }] },
      "document_file",
    ],
  ])("by an update: %s", (_name, key, document, target, code) => {
    expect(plan(key, document, updating(target))).toMatchObject({ kind: "blocked", code });
  });
});

describe("An update", () => {
  it("of a default enrollment configuration is a PATCH and nothing else", () => {
    const stored = {
      ...type("windows10EnrollmentCompletionPageConfiguration"),
      id: "d",
      displayName: "All",
      priority: 0,
      showInstallationProgress: true,
      assignments: [{ target: GROUP }],
    };
    const made = steps(
      "enrollment",
      stored,
      updating({ ...stored, showInstallationProgress: false, assignments: [] }, { assignments: true }),
    );
    expect(made).toEqual([
      [
        "update",
        "PATCH /deviceManagement/deviceEnrollmentConfigurations/{id}",
        { ...type("windows10EnrollmentCompletionPageConfiguration"), showInstallationProgress: true },
      ],
    ]);
  });

  it.each<[FamilyKey, object]>([
    ["apps", { ...type("webApp"), publisher: "IT", appUrl: "https://a.example", useManagedBrowser: false }],
    ["apps", { ...type("iosStoreApp"), publisher: "IT", appStoreUrl: "https://a.example", bundleId: "a" }],
    [
      "apps",
      {
        ...type("officeSuiteApp"),
        publisher: "Microsoft",
        developer: "Microsoft",
        owner: "Microsoft",
        officeConfigurationXml: "eA==",
        officePlatformArchitecture: "x64",
      },
    ],
    [
      "apps",
      { ...type("winGetApp"), publisher: "x", packageIdentifier: "9N", installExperience: {}, manifestHash: "h" },
    ],
    ["autopilot", { ...type("azureADWindowsAutopilotDeploymentProfile"), managementServiceAppId: "", deviceType: "x" }],
    ["enrollment", { ...type("x"), priority: 2, platformType: "ios", deviceEnrollmentConfigurationType: "limit" }],
    ["appConfigDevices", { ...type("iosMobileAppConfiguration"), targetedMobileApps: ["a"] }],
    ["remediations", { detectionScriptContent: "eA==", deviceHealthScriptType: "deviceHealthScript" }],
    ["featureUpdates", { featureUpdateVersion: "25H2", installLatestWindows10OnWindows11IneligibleDevice: true }],
    ["roles", { rolePermissions: [{ resourceActions: [] }], permissions: [{ resourceActions: [] }] }],
    ["notifications", { defaultLocale: "de-AT", brandingOptions: "none" }],
    [
      "conditionalAccess",
      { conditions: { users: { includeUsers: ["All"] } }, state: "disabled", templateId: "t", sessionControls: null },
    ],
  ])("sends what differs, so nothing that Graph refuses in a PATCH: %s", (key, document) => {
    const stored = { displayName: "x", ...document, description: "as it was" };
    const declared = "@odata.type" in document ? { "@odata.type": document["@odata.type"] } : {};
    const made = steps(key, stored, updating({ ...stored, description: "changed" }));
    expect(made.map(([name, request, body]) => [name, request.split(" ")[0], body])).toEqual([
      ["update", "PATCH", { ...declared, description: "as it was" }],
    ]);
  });

  it("keeps what Graph never tells: a Wi-Fi key stays, and a secret's token goes back to its own policy", () => {
    const wifi = {
      ...type("iosWiFiConfiguration"),
      displayName: "x",
      wiFiSecurityType: "wpaPersonal",
      preSharedKey: null,
    };
    const changed = plan("deviceConfiguration", { ...wifi, ssid: "a" }, updating({ ...wifi, ssid: "b" }));
    expect(changed).toMatchObject({
      kind: "writes",
      steps: [{ body: { ...type("iosWiFiConfiguration"), ssid: "a" } }],
      notes: [expect.stringContaining("preSharedKey")],
    });
    expect(plan("deviceConfiguration", wifi, updating(wifi))).toMatchObject({
      kind: "unchanged",
      notes: [expect.stringMatching(/Key/)],
    });
    const enterprise = {
      ...type("iosEnterpriseWiFiConfiguration"),
      displayName: "x",
      wiFiSecurityType: "wpaEnterprise",
    };
    expect(plan("deviceConfiguration", enterprise).kind).toBe("writes");
    const own = { ...catalogSecret("own"), description: "x" };
    expect(plan("settingsCatalog", { ...own, description: "y" }, updating(own)).kind).toBe("writes");
    expect(plan("settingsCatalog", own, updating(catalogSecret("entered anew")))).toMatchObject({
      kind: "blocked",
      code: "encrypted_value",
    });
  });

  it("of an app that is still there needs no installer and no store", () => {
    for (const kind of ["win32LobApp", "iosVppApp", "androidManagedStoreApp"]) {
      const stored = { ...type(kind), displayName: "x", publisher: "p", description: "a", fileName: "1.intunewin" };
      const assignments = [{ intent: "required", target: GROUP }];
      const target = { ...stored, description: "b", fileName: "2.intunewin", assignments: [] };
      const made = plan("apps", { ...stored, assignments }, updating(target, { assignments: true }));
      expect(made).toMatchObject({
        kind: "writes",
        steps: [
          { name: "update", body: { ...type(kind), description: "a" } },
          { name: "assign", body: { mobileAppAssignments: assignments } },
        ],
        left: ["fileName"],
      });
    }
  });

  it("tells of an Autopilot profile that it is for all devices, and takes names that Intune takes", () => {
    const all = { target: type("allDevicesAssignmentTarget") };
    const stored = {
      ...type("azureADWindowsAutopilotDeploymentProfile"),
      displayName: "Restored Kiosk",
      assignments: [all],
    };
    expect(plan("autopilot", stored, { assignments: true })).toMatchObject({
      notes: [expect.stringMatching(/all devices/)],
    });
    expect(plan("autopilot", stored)).toMatchObject({ kind: "writes", notes: [] });
    // An update is told of it where the target is not for them yet.
    for (const [assignments, notes] of [
      [[], 1],
      [[all], 0],
    ] as const) {
      const update = updating({ ...stored, description: "y", assignments: [...assignments] });
      const { notes: told } = z
        .object({ notes: z.array(z.string()) })
        .parse(plan("autopilot", { ...stored, description: "x" }, { ...update, assignments: true }));
      expect(told).toHaveLength(notes);
    }
    const old = { ...stored, displayName: "Old - name" };
    expect(plan("autopilot", { ...old, description: "x" }, updating({ ...old, description: "y" })).kind).toBe("writes");
  });

  it("of a feature update sends no rollout that is over, and needs none", () => {
    const rolloutSettings = { offerStartDateTimeInUTC: "2024-05-01T00:00:00Z" };
    const stored = { displayName: "x", featureUpdateVersion: "25H2", description: "a", rolloutSettings };
    expect(plan("featureUpdates", stored, updating({ ...stored, description: "b" })).kind).toBe("writes");
    const moved = { ...stored, rolloutSettings: { offerStartDateTimeInUTC: "2027-05-01T00:00:00Z" } };
    expect(plan("featureUpdates", stored, updating(moved))).toMatchObject({ code: "date_past" });
    expect(plan("featureUpdates", moved).kind).toBe("writes");
  });

  it("of a Linux compliance policy puts the policy and sets its actions by themselves", () => {
    const stored = {
      name: "x",
      platforms: "linux",
      technologies: "linuxMdm",
      settings: [{ id: "0", ...SETTING }],
      scheduledActionsForRule: [RULE_READ],
    };
    const target = { ...stored, settings: [], scheduledActionsForRule: [] };
    expect(steps("complianceLinux", stored, updating(target)).map(([, request, body]) => [request, body])).toEqual([
      [
        "PUT /deviceManagement/compliancePolicies/{id}",
        { name: "x", platforms: "linux", technologies: "linuxMdm", settings: [PLAIN_SETTING] },
      ],
      ["POST /deviceManagement/compliancePolicies/{id}/setScheduledActions", { scheduledActions: [RULE] }],
    ]);
  });

  it("keeps the token of a policy for Apple's enrollment, and of no other", () => {
    const stored = { id: "1", name: "x", platforms: "iOS", creationSource: "DepTokenId_7", settings: [] };
    const body = (technologies: string) =>
      objectOf(
        steps("settingsCatalog", { ...stored, technologies }, updating({ ...stored, technologies, name: "y" }))[0]?.[2],
      );
    expect(body("enrollment")).toHaveProperty("creationSource", "DepTokenId_7");
    expect(body("mdm")).not.toHaveProperty("creationSource");
  });

  it("of the settings catalog puts the whole policy", () => {
    const stored = { id: "1", name: "x", platforms: "macOS", technologies: "mdm", settings: [{ id: "0", ...SETTING }] };
    const made = steps("settingsCatalog", stored, updating({ ...stored, settings: [] }));
    expect(made).toEqual([
      [
        "update",
        "PUT /deviceManagement/configurationPolicies/{id}",
        { name: "x", platforms: "macOS", technologies: "mdm", settings: [PLAIN_SETTING] },
      ],
    ]);
  });

  it("of a compliance policy leaves its actions out of the PATCH and posts them", () => {
    const stored = {
      ...type("iosCompliancePolicy"),
      displayName: "x",
      passcodeRequired: true,
      scheduledActionsForRule: [RULE_READ],
    };
    const target = { ...stored, passcodeRequired: false, scheduledActionsForRule: [] };
    expect(steps("compliance", stored, updating(target))).toEqual([
      [
        "update",
        "PATCH /deviceManagement/deviceCompliancePolicies/{id}",
        { ...type("iosCompliancePolicy"), passcodeRequired: true },
      ],
      [
        "scheduled actions",
        "POST /deviceManagement/deviceCompliancePolicies/{id}/scheduleActionsForRules",
        { deviceComplianceScheduledActionForRules: [RULE] },
      ],
    ]);
  });

  it("of an administrative template adds, changes and removes its settings in one request", () => {
    const value = (id: string, definition: string, enabled: boolean) => ({
      id,
      enabled,
      definition: { id: definition },
      presentationValues: [],
    });
    const bound = (definition: string, enabled: boolean) => ({
      enabled,
      "definition@odata.bind": `${GRAPH}/beta/deviceManagement/groupPolicyDefinitions('${definition}')`,
      presentationValues: [],
    });
    const stored = {
      displayName: "x",
      definitionValues: [value("1", "kept", true), value("2", "changed", true), value("3", "gone", false)],
    };
    const target = {
      displayName: "x",
      definitionValues: [value("7", "kept", true), value("8", "changed", false), value("9", "extra", true)],
    };
    expect(steps("adminTemplates", stored, updating(target))).toEqual([
      [
        "definition values",
        "POST /deviceManagement/groupPolicyConfigurations/{id}/updateDefinitionValues",
        { added: [bound("gone", false)], updated: [{ ...bound("changed", true), id: "8" }], deletedIds: ["9"] },
      ],
    ]);
  });

  it("of a notification template changes messages by their language", () => {
    const message = (id: string, locale: string, subject: string) => ({
      id,
      locale,
      subject,
      messageTemplate: "t",
      isDefault: false,
    });
    const stored = {
      displayName: "x",
      localizedNotificationMessages: [
        message("1", "de-AT", "new"),
        message("2", "en-US", "s"),
        message("3", "ja-JP", "s"),
      ],
    };
    const target = {
      displayName: "x",
      localizedNotificationMessages: [
        message("7", "de-at", "old"),
        message("8", "en-us", "s"),
        message("9", "pl-pl", "s"),
      ],
    };
    expect(steps("notifications", stored, updating(target)).map(([name, request]) => [name, request])).toEqual([
      ["message de-at", "PATCH /deviceManagement/notificationMessageTemplates/{id}/localizedNotificationMessages/7"],
      ["message ja-jp", "POST /deviceManagement/notificationMessageTemplates/{id}/localizedNotificationMessages"],
      [
        "no message pl-pl",
        "DELETE /deviceManagement/notificationMessageTemplates/{id}/localizedNotificationMessages/9",
      ],
    ]);
  });

  it("of a notification template makes another message the default by posting it anew", () => {
    const message = (id: string, locale: string, isDefault: boolean) => ({
      id,
      locale,
      subject: "s",
      messageTemplate: "t",
      isDefault,
    });
    const stored = {
      displayName: "x",
      localizedNotificationMessages: [message("1", "de-AT", true), message("2", "en-US", false)],
    };
    const target = {
      displayName: "x",
      localizedNotificationMessages: [message("7", "de-at", false), message("8", "en-us", true)],
    };
    expect(steps("notifications", stored, updating(target)).map(([name]) => name)).toEqual([
      "no message de-at",
      "message de-at",
    ]);
  });

  it("leaves an enforced policy enforced where nothing else differs, and a watching one watching", () => {
    const { stored } = CREATED.conditionalAccess;
    for (const state of ["enabled", "enabledForReportingButNotEnforced"])
      expect(plan("conditionalAccess", stored, updating({ ...stored, state })).kind).toBe("unchanged");
    expect(plan("conditionalAccess", stored, updating({ ...stored, state: "disabled" })).kind).toBe("writes");
  });

  it("of cross-tenant access sees in which order identity providers are asked", () => {
    const asked = (...primaryIdentityProviderPrecedenceOrder: string[]) => ({
      invitationRedemptionIdentityProviderConfiguration: { primaryIdentityProviderPrecedenceOrder },
    });
    const update = updating(asked("azureActiveDirectory", "externalFederation"));
    expect(plan("crossTenantDefault", asked("externalFederation", "azureActiveDirectory"), update).kind).toBe("writes");
  });

  it("of compliance settings is of the object that they are a property of, with the default in so many words", () => {
    const days = (deviceComplianceCheckinThresholdDays: number) => ({ deviceComplianceCheckinThresholdDays });
    expect(plan("complianceSettings", days(0), updating(days(30))).kind).toBe("unchanged");
    expect(steps("complianceSettings", days(0), updating(days(5)))).toEqual([
      ["update", "PATCH /deviceManagement", { settings: days(30) }],
    ]);
  });

  it("of authentication methods keeps those that Microsoft has added since, and is refused where it has removed one", () => {
    const methods = (...ids: string[]) => ({
      reconfirmationInDays: 1,
      authenticationMethodConfigurations: ids.map((id) => ({ ...type(`${id}Configuration`), id, state: "enabled" })),
    });
    expect(plan("authMethods", methods("fido2"), updating(methods("fido2", "newIn2027"))).kind).toBe("unchanged");
    expect(plan("authMethods", methods("fido2", "voice"), updating(methods("fido2")))).toMatchObject({
      kind: "blocked",
      code: "unsupported_content",
    });
  });

  it("of authentication methods sees which group may use one", () => {
    const used = (id: string) => ({
      authenticationMethodConfigurations: [
        { ...type("smsAuthenticationMethodConfiguration"), id: "Sms", includeTargets: [{ id, targetType: "group" }] },
      ],
    });
    expect(
      steps("authMethods", used(GUID), updating(used("all_users"))).map(([name, request]) => [name, request]),
    ).toEqual([["method Sms", "PATCH /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Sms"]]);
  });

  it("does not see what only the service has added, nor the order of what has none", () => {
    const stored = {
      ...type("iosGeneralDeviceConfiguration"),
      displayName: "x",
      roleScopeTagIds: ["1", "2"],
      list: [],
    };
    const target = {
      ...SERVICE,
      ...type("iosGeneralDeviceConfiguration"),
      displayName: "x",
      roleScopeTagIds: ["2", "1"],
      list: null,
      addedIn2027: "notConfigured",
    };
    expect(plan("deviceConfiguration", stored, updating(target)).kind).toBe("unchanged");
  });

  it("touches assignments only when that was asked for", () => {
    const stored = {
      ...type("iosGeneralDeviceConfiguration"),
      displayName: "x",
      assignments: [{ id: "a", target: GROUP }],
    };
    const target = { ...stored, assignments: [] };
    expect(plan("deviceConfiguration", stored, updating(target)).kind).toBe("unchanged");
    expect(steps("deviceConfiguration", stored, updating(target, { assignments: true })).map(([name]) => name)).toEqual(
      ["assign"],
    );
    expect(steps("deviceConfiguration", target, updating(stored, { assignments: true }))[0]?.[2]).toEqual({
      assignments: [],
    });
  });
});

describe("The order of families", () => {
  it("has each once, and what others refer to first", () => {
    expect(RESTORE_ORDER.toSorted()).toEqual(FAMILY_KEYS.toSorted());
    expect(RESTORE_ORDER.slice(0, 13)).toEqual([
      "groups",
      "scopeTags",
      "filters",
      "roles",
      "notifications",
      "deviceCategories",
      "appCategories",
      "authStrengths",
      "authContexts",
      "namedLocations",
      "apps",
      "reusableSettings",
      "complianceScripts",
    ]);
    expect(RESTORE_ORDER.slice(-9)).toEqual([
      "termsOfUse",
      "authMethods",
      "authorizationPolicy",
      "securityDefaults",
      "deviceRegistration",
      "adminConsent",
      "crossTenantDefault",
      "crossTenantPartners",
      "conditionalAccess",
    ]);
  });

  it("puts no family beside or before one to whose policies it refers", () => {
    const referring = FAMILIES.flatMap((family) =>
      family.references.flatMap(({ kind }) => {
        const referred = familyOfKind(kind);
        // Within a family the turns of types decide (navigations.test.ts).
        return referred === null || referred.key === family.key ? [] : [{ family, referred }];
      }),
    );
    expect(referring.length).toBeGreaterThan(5);
    for (const { family, referred } of referring) {
      expect(referred.restore.stage, `${family.key} refers to ${referred.key}`).toBeLessThan(family.restore.stage);
    }
  });

  it("names for each family the permission that writing needs", () => {
    for (const { restore } of FAMILIES) expect(restore.permission).toMatch(/^[A-Za-z]+\.ReadWrite\.[A-Za-z]+$/);
  });
});
