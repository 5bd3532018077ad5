/** What the simulator's write tests send: paths, fragments, and a body that creates a policy of each family. */
import { expect } from "vitest";
import { z } from "zod";
import { type Answer, type Doc, errorOf, type Graph } from "./client.ts";

export const DM = "/beta/deviceManagement";
export const DAM = "/beta/deviceAppManagement";
export const CA = "/beta/identity/conditionalAccess";
export const GROUP = {
  "@odata.type": "#microsoft.graph.groupAssignmentTarget",
  groupId: "11111111-1111-4111-8111-111111111111",
};
export const SETTING = {
  settingInstance: {
    "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
    settingDefinitionId: "device_vendor_msft_a",
    choiceSettingValue: { value: "device_vendor_msft_a_1", children: [] },
  },
};
export const BLOCK = [
  { ruleName: null, scheduledActionConfigurations: [{ actionType: "block", gracePeriodHours: 0 }] },
];
export const BASE64 = btoa("exit 0");

/** Creates a policy or sub-resource and returns its id. */
export async function create(graph: Graph, path: string, body: Doc): Promise<string> {
  const answer = await graph.call("POST", path, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return z.string().parse(answer.body["id"]);
}

/** The message of a 400. */
export function refusal(answer: Answer): string {
  expect(answer.status).toBe(400);
  return errorOf(answer).message;
}

/** A body that creates a policy of each family. */
export const CREATABLE: readonly (readonly [string, string, Doc])[] = [
  [
    "deviceConfiguration",
    `${DM}/deviceConfigurations`,
    { "@odata.type": "#microsoft.graph.windows10GeneralConfiguration", displayName: "Neu", cameraBlocked: true },
  ],
  [
    "settingsCatalog",
    `${DM}/configurationPolicies`,
    { name: "Neu", platforms: "windows10", technologies: "mdm", settings: [SETTING] },
  ],
  [
    "compliance",
    `${DM}/deviceCompliancePolicies`,
    { "@odata.type": "#microsoft.graph.windows10CompliancePolicy", displayName: "Neu", scheduledActionsForRule: BLOCK },
  ],
  [
    "complianceLinux",
    `${DM}/compliancePolicies`,
    { name: "Neu", platforms: "linux", technologies: "linuxMdm", settings: [SETTING] },
  ],
  ["adminTemplates", `${DM}/groupPolicyConfigurations`, { displayName: "Neu" }],
  [
    "powershellScripts",
    `${DM}/deviceManagementScripts`,
    { displayName: "Neu", scriptContent: BASE64, fileName: "a.ps1" },
  ],
  ["shellScripts", `${DM}/deviceShellScripts`, { displayName: "Neu", scriptContent: BASE64, fileName: "a.sh" }],
  [
    "customAttributes",
    `${DM}/deviceCustomAttributeShellScripts`,
    { displayName: "Neu", scriptContent: BASE64, customAttributeName: "a", customAttributeType: "string" },
  ],
  [
    "remediations",
    `${DM}/deviceHealthScripts`,
    { displayName: "Neu", detectionScriptContent: BASE64, remediationScriptContent: BASE64 },
  ],
  ["complianceScripts", `${DM}/deviceComplianceScripts`, { displayName: "Neu", detectionScriptContent: BASE64 }],
  [
    "autopilot",
    `${DM}/windowsAutopilotDeploymentProfiles`,
    { "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", displayName: "Neu" },
  ],
  [
    "enrollment",
    `${DM}/deviceEnrollmentConfigurations`,
    { "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration", displayName: "Neu", limit: 5 },
  ],
  [
    "apps",
    `${DAM}/mobileApps`,
    { "@odata.type": "#microsoft.graph.webApp", displayName: "Neu", publisher: "IT", appUrl: "https://a.example" },
  ],
  ["appProtection", `${DAM}/iosManagedAppProtections`, { displayName: "Neu", pinRequired: true }],
  ["appConfigApps", `${DAM}/targetedManagedAppConfigurations`, { displayName: "Neu", customSettings: [] }],
  [
    "appConfigDevices",
    `${DAM}/mobileAppConfigurations`,
    { "@odata.type": "#microsoft.graph.iosMobileAppConfiguration", displayName: "Neu", targetedMobileApps: [] },
  ],
  [
    "conditionalAccess",
    `${CA}/policies`,
    {
      displayName: "Neu",
      state: "disabled",
      conditions: { applications: { includeApplications: ["All"] }, users: { includeUsers: ["None"] } },
      grantControls: { operator: "OR", builtInControls: ["mfa"] },
    },
  ],
  [
    "namedLocations",
    `${CA}/namedLocations`,
    { "@odata.type": "#microsoft.graph.countryNamedLocation", displayName: "Neu", countriesAndRegions: ["AT"] },
  ],
  ["authStrengths", `${CA}/authenticationStrengths/policies`, { displayName: "Neu", allowedCombinations: ["fido2"] }],
  [
    "termsOfUse",
    "/v1.0/identityGovernance/termsOfUse/agreements",
    {
      displayName: "Neu",
      files: [{ fileName: "a.pdf", language: "de", isDefault: true, fileData: { data: btoa("%PDF") } }],
    },
  ],
  ["scopeTags", `${DM}/roleScopeTags`, { displayName: "Neu" }],
  ["filters", `${DM}/assignmentFilters`, { displayName: "Neu", platform: "iOS", rule: '(device.model -eq "a")' }],
  ["roles", `${DM}/roleDefinitions`, { displayName: "Neu", rolePermissions: [], description: "" }],
  ["notifications", `${DM}/notificationMessageTemplates`, { displayName: "Neu", brandingOptions: "none" }],
  [
    "reusableSettings",
    `${DM}/reusablePolicySettings`,
    { displayName: "Neu", settingDefinitionId: "a", settingInstance: SETTING.settingInstance },
  ],
  [
    "featureUpdates",
    `${DM}/windowsFeatureUpdateProfiles`,
    { displayName: "Neu", featureUpdateVersion: "Windows 11, version 25H2" },
  ],
  ["qualityUpdates", `${DM}/windowsQualityUpdateProfiles`, { displayName: "Neu" }],
  ["driverUpdates", `${DM}/windowsDriverUpdateProfiles`, { displayName: "Neu", approvalType: "manual" }],
];
