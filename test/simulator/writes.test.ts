import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { type Answer, type Doc, errorOf, type Graph, idWhere, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("writer", { policies: 120 });
  graph = await signIn(simulator, "writer");
});
afterAll(() => simulator.stop());

const DM = "/beta/deviceManagement";
const DAM = "/beta/deviceAppManagement";
const CA = "/v1.0/identity/conditionalAccess";
const GROUP = { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: "11111111-1111-4111-8111-111111111111" };
const SETTING = { settingInstance: { "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance", settingDefinitionId: "device_vendor_msft_a", choiceSettingValue: { value: "device_vendor_msft_a_1", children: [] } } };
const BLOCK = [{ ruleName: null, scheduledActionConfigurations: [{ actionType: "block", gracePeriodHours: 0 }] }];
const BASE64 = btoa("exit 0");

async function created(path: string, body: Doc): Promise<string> {
  const answer = await graph.call("POST", path, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return z.string().parse(answer.body["id"]);
}

function refusal(answer: Answer): string {
  expect(answer.status).toBe(400);
  return errorOf(answer).message;
}

/** A body that creates a policy of each family. */
const CREATABLE: readonly (readonly [string, string, Doc])[] = [
  ["deviceConfiguration", `${DM}/deviceConfigurations`, { "@odata.type": "#microsoft.graph.windows10GeneralConfiguration", displayName: "Neu", cameraBlocked: true }],
  ["settingsCatalog", `${DM}/configurationPolicies`, { name: "Neu", platforms: "windows10", technologies: "mdm", settings: [SETTING] }],
  ["compliance", `${DM}/deviceCompliancePolicies`, { "@odata.type": "#microsoft.graph.windows10CompliancePolicy", displayName: "Neu", scheduledActionsForRule: BLOCK }],
  ["complianceLinux", `${DM}/compliancePolicies`, { name: "Neu", platforms: "linux", technologies: "linuxMdm", settings: [SETTING] }],
  ["adminTemplates", `${DM}/groupPolicyConfigurations`, { displayName: "Neu" }],
  ["powershellScripts", `${DM}/deviceManagementScripts`, { displayName: "Neu", scriptContent: BASE64, fileName: "a.ps1" }],
  ["shellScripts", `${DM}/deviceShellScripts`, { displayName: "Neu", scriptContent: BASE64, fileName: "a.sh" }],
  ["customAttributes", `${DM}/deviceCustomAttributeShellScripts`, { displayName: "Neu", scriptContent: BASE64, customAttributeName: "a", customAttributeType: "string" }],
  ["remediations", `${DM}/deviceHealthScripts`, { displayName: "Neu", detectionScriptContent: BASE64, remediationScriptContent: BASE64 }],
  ["complianceScripts", `${DM}/deviceComplianceScripts`, { displayName: "Neu", detectionScriptContent: BASE64 }],
  ["autopilot", `${DM}/windowsAutopilotDeploymentProfiles`, { "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", displayName: "Neu" }],
  ["enrollment", `${DM}/deviceEnrollmentConfigurations`, { "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration", displayName: "Neu", limit: 5 }],
  ["apps", `${DAM}/mobileApps`, { "@odata.type": "#microsoft.graph.webApp", displayName: "Neu", publisher: "IT", appUrl: "https://a.example" }],
  ["appProtection", `${DAM}/iosManagedAppProtections`, { displayName: "Neu", pinRequired: true }],
  ["appConfigApps", `${DAM}/targetedManagedAppConfigurations`, { displayName: "Neu", customSettings: [] }],
  ["appConfigDevices", `${DAM}/mobileAppConfigurations`, { "@odata.type": "#microsoft.graph.iosMobileAppConfiguration", displayName: "Neu", targetedMobileApps: [] }],
  ["conditionalAccess", `${CA}/policies`, { displayName: "Neu", state: "disabled", conditions: { applications: { includeApplications: ["All"] }, users: { includeUsers: ["None"] } }, grantControls: { operator: "OR", builtInControls: ["mfa"] } }],
  ["namedLocations", `${CA}/namedLocations`, { "@odata.type": "#microsoft.graph.countryNamedLocation", displayName: "Neu", countriesAndRegions: ["AT"] }],
  ["authStrengths", `${CA}/authenticationStrengths/policies`, { displayName: "Neu", allowedCombinations: ["fido2"] }],
  ["termsOfUse", "/v1.0/identityGovernance/termsOfUse/agreements", { displayName: "Neu", files: [{ fileName: "a.pdf", language: "de", isDefault: true, fileData: { data: btoa("%PDF") } }] }],
  ["scopeTags", `${DM}/roleScopeTags`, { displayName: "Neu" }],
  ["filters", `${DM}/assignmentFilters`, { displayName: "Neu", platform: "iOS", rule: "(device.model -eq \"a\")" }],
  ["roles", `${DM}/roleDefinitions`, { displayName: "Neu", rolePermissions: [] , description: "" }],
  ["notifications", `${DM}/notificationMessageTemplates`, { displayName: "Neu", brandingOptions: "none" }],
  ["reusableSettings", `${DM}/reusablePolicySettings`, { displayName: "Neu", settingDefinitionId: "a", settingInstance: SETTING.settingInstance }],
  ["featureUpdates", `${DM}/windowsFeatureUpdateProfiles`, { displayName: "Neu", featureUpdateVersion: "Windows 11, version 25H2" }],
  ["qualityUpdates", `${DM}/windowsQualityUpdateProfiles`, { displayName: "Neu" }],
  ["driverUpdates", `${DM}/windowsDriverUpdateProfiles`, { displayName: "Neu", approvalType: "manual" }],
];

describe("every family", () => {
  it.each(CREATABLE)("%s: creates, updates the way it wants, and deletes", async (family, path, body) => {
    const id = await created(path, body);
    const before = (await graph.get(`${path}/${id}`)).body;
    const nameProperty = "name" in body ? "name" : "displayName";
    expect(before[nameProperty]).toBe("Neu");

    const method = family === "settingsCatalog" ? "PUT" : "PATCH";
    const change: Doc = family === "settingsCatalog" ? { ...body, description: "geändert" } : { description: "geändert" };
    expect((await graph.call(method, `${path}/${id}`, change)).status).toBeLessThan(300);
    const after = (await graph.get(`${path}/${id}`)).body;
    expect(after).toMatchObject({ id, description: "geändert", [nameProperty]: "Neu" });
    if ("lastModifiedDateTime" in before) expect(Date.parse(String(after["lastModifiedDateTime"]))).toBeGreaterThan(Date.parse(String(before["lastModifiedDateTime"])));
    if ("version" in before) expect(after["version"]).toBe(Number(before["version"]) + 1);

    expect((await graph.call("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).status).toBe(404);
    expect((await graph.call("DELETE", `${path}/${id}`)).status).toBe(404);
  });

  it.each(CREATABLE)("%s: refuses read-only properties by name, and changes nothing", async (family, path, body) => {
    const before = await simulator.control.policies("writer", family);
    for (const name of ["id", "createdDateTime", "lastModifiedDateTime", "version", "isAssigned", "supportsScopeTags", "assignments", "#microsoft.graph.assign"]) {
      expect(refusal(await graph.call("POST", path, { ...body, [name]: null }))).toContain(`'${name}'`);
    }
    expect(await simulator.control.policies("writer", family)).toEqual(before);
  });

  it.each(CREATABLE)("%s: refuses a type that is not its own", async (_family, path, body) => {
    expect(refusal(await graph.call("POST", path, { ...body, "@odata.type": "#microsoft.graph.invented" }))).toContain("@odata.type");
  });

  it("accepts annotations, which are harmless", async () => {
    const id = await created(`${DM}/assignmentFilters`, { "@odata.context": "x", "payloads@odata.type": "#Collection(String)", displayName: "annotated", platform: "iOS", rule: "x" });
    expect((await graph.get(`${DM}/assignmentFilters/${id}`)).body).not.toHaveProperty("payloads@odata.type");
  });
});

describe("families with rules of their own", () => {
  it("settingsCatalog: PATCH is refused, PUT answers 204 and replaces the settings, a setting's id is read-only", async () => {
    const path = `${DM}/configurationPolicies`;
    const body = { name: "Rules", platforms: "windows10", technologies: "mdm", settings: [SETTING] };
    const id = await created(path, body);
    expect((await graph.call("PATCH", `${path}/${id}`, { name: "x" })).status).toBe(405);
    expect((await graph.call("PUT", `${path}/${id}`, { ...body, settings: [SETTING, SETTING] })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body["settingCount"]).toBe(2);
    expect((await graph.all(`${path}/${id}/settings`)).length).toBe(2);
    expect(refusal(await graph.call("PUT", `${path}/${id}`, { ...body, settings: [{ ...SETTING, id: "0" }] }))).toContain("settings/id");
  });

  it("compliance: needs a block action, keeps it on PATCH, takes another by scheduleActionsForRules", async () => {
    const path = `${DM}/deviceCompliancePolicies`;
    const body = { "@odata.type": "#microsoft.graph.iosCompliancePolicy", displayName: "Rules" };
    expect(refusal(await graph.call("POST", path, body))).toContain("scheduledActionsForRule");
    const id = await created(path, { ...body, scheduledActionsForRule: BLOCK });
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { scheduledActionsForRule: BLOCK }))).toContain("scheduledActionsForRule");
    const next = [{ ruleName: "r", scheduledActionConfigurations: [{ actionType: "block", gracePeriodHours: 72 }] }];
    expect((await graph.call("POST", `${path}/${id}/scheduleActionsForRules`, { deviceComplianceScheduledActionForRules: next })).status).toBe(204);
    const { body: read } = await graph.get(`${path}/${id}?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)`);
    expect(read["scheduledActionsForRule"]).toMatchObject(next);
  });

  it("adminTemplates: definition values are bound, updated and removed", async () => {
    const id = await created(`${DM}/groupPolicyConfigurations`, { displayName: "Rules" });
    const path = `${DM}/groupPolicyConfigurations/${id}`;
    const [known] = (await simulator.control.policy("writer", "adminTemplates", await idWhere(graph, `${DM}/groupPolicyConfigurations`))).parts["definitionValues"] ?? [];
    const definition = z.object({ id: z.string(), displayName: z.string() }).parse(known?.["definition"]);
    const bind = `https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('${definition.id}')`;
    expect(refusal(await graph.call("POST", `${path}/definitionValues`, { enabled: true }))).toContain("definition@odata.bind");
    const value = await created(`${path}/definitionValues`, {
      enabled: true, "definition@odata.bind": bind,
      presentationValues: [{ "@odata.type": "#microsoft.graph.groupPolicyPresentationValueText", value: "1", "presentation@odata.bind": `${bind}/presentations('p1')` }],
    });
    expect(await graph.all(`${path}/definitionValues?$expand=definition`)).toMatchObject([{ enabled: true, definition: { displayName: definition.displayName } }]);
    expect(await graph.all(`${path}/definitionValues/${value}/presentationValues?$expand=presentation`)).toMatchObject([{ value: "1", presentation: { id: "p1" } }]);
    const second = { enabled: false, "definition@odata.bind": bind };
    expect((await graph.call("POST", `${path}/updateDefinitionValues`, { added: [second], updated: [{ id: value, enabled: false }], deletedIds: [] })).status).toBe(204);
    expect((await graph.all(`${path}/definitionValues`)).map((item) => item["enabled"])).toEqual([false, false]);
    expect((await graph.call("DELETE", `${path}/definitionValues/${value}`)).status).toBe(204);
    expect((await graph.all(`${path}/definitionValues`)).length).toBe(1);
  });

  it("enrollment: priority 0 is only patched, others get a priority", async () => {
    const path = `${DM}/deviceEnrollmentConfigurations`;
    const standard = await idWhere(graph, path, (doc) => doc["priority"] === 0);
    expect((await graph.call("PATCH", `${path}/${standard}`, { showInstallationProgress: true })).status).toBe(200);
    expect((await graph.call("DELETE", `${path}/${standard}`)).status).toBe(400);
    expect((await graph.call("POST", `${path}/${standard}/setPriority`, { priority: 2 })).status).toBe(400);
    expect((await graph.call("POST", `${path}/${standard}/assign`, { enrollmentConfigurationAssignments: [] })).status).toBe(400);
    const id = await created(path, { "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", displayName: "ESP" });
    expect(Number((await graph.get(`${path}/${id}`)).body["priority"])).toBeGreaterThan(0);
    expect((await graph.call("POST", `${path}/${id}/setPriority`, { priority: 7 })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body["priority"]).toBe(7);
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { priority: 1 }))).toContain("'priority'");
  });

  it("appProtection: the base set is not written, the typed set is, apps come by targetApps", async () => {
    const typed = `${DAM}/androidManagedAppProtections`;
    expect((await graph.call("POST", `${DAM}/managedAppPolicies`, { "@odata.type": "#microsoft.graph.androidManagedAppProtection", displayName: "x" })).status).toBe(400);
    expect(refusal(await graph.call("POST", typed, { "@odata.type": "#microsoft.graph.iosManagedAppProtection", displayName: "x" }))).toContain("@odata.type");
    const id = await created(typed, { displayName: "Rules" });
    const apps = [{ mobileAppIdentifier: { "@odata.type": "#microsoft.graph.androidMobileAppIdentifier", packageId: "com.a" } }];
    expect((await graph.call("POST", `${typed}/${id}/targetApps`, { apps })).status).toBe(204);
    expect((await graph.all(`${typed}/${id}/apps`))).toMatchObject(apps);
    expect(refusal(await graph.call("POST", `${typed}/${id}/targetApps`, { apps: [{ id: "1", ...apps[0] }] }))).toContain("apps/id");
  });

  it("notifications: messages are posted one by one, one per locale", async () => {
    const id = await created(`${DM}/notificationMessageTemplates`, { displayName: "Rules" });
    const path = `${DM}/notificationMessageTemplates/${id}/localizedNotificationMessages`;
    const message = { locale: "de-AT", subject: "Achtung", messageTemplate: "Grüße", isDefault: true };
    const messageId = await created(path, message);
    expect(refusal(await graph.call("POST", path, message))).toContain("locale");
    expect((await graph.call("PATCH", `${path}/${messageId}`, { subject: "Neu" })).status).toBe(200);
    expect(await graph.all(path)).toMatchObject([{ ...message, subject: "Neu" }]);
  });

  it("conditionalAccess: states, references to strengths and locations are checked", async () => {
    const path = `${CA}/policies`;
    const body = { displayName: "Rules", state: "enabledForReportingButNotEnforced", conditions: { applications: {}, users: {} } };
    expect(refusal(await graph.call("POST", path, { ...body, state: "on" }))).toContain("'state'");
    const strength = await idWhere(graph, `${CA}/authenticationStrengths/policies`);
    expect(refusal(await graph.call("POST", path, { ...body, grantControls: { operator: "OR", authenticationStrength: { id: strength, displayName: "x" } } }))).toContain("authenticationStrength/displayName");
    expect(refusal(await graph.call("POST", path, { ...body, grantControls: { operator: "OR", authenticationStrength: { id: "gone" } } }))).toContain("does not exist");
    expect(refusal(await graph.call("POST", path, { ...body, conditions: { ...body.conditions, locations: { includeLocations: ["gone"] } } }))).toContain("NamedLocation");
    const id = await created(path, { ...body, grantControls: { operator: "OR", authenticationStrength: { id: strength } } });
    expect((await graph.call("PATCH", `${path}/${id}`, { state: "enabled" })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body).toMatchObject({ state: "enabled", modifiedDateTime: expect.any(String) });
  });

  it("what the service brought cannot be changed", async () => {
    const role = await idWhere(graph, `${DM}/roleDefinitions`, (doc) => doc["isBuiltIn"] === true);
    expect((await graph.call("PATCH", `${DM}/roleDefinitions/${role}`, { displayName: "x" })).status).toBe(400);
    expect((await graph.call("DELETE", `${DM}/roleDefinitions/${role}`)).status).toBe(400);
    const strengths = `${CA}/authenticationStrengths/policies`;
    const strength = await idWhere(graph, strengths, (doc) => doc["policyType"] === "builtIn");
    expect((await graph.call("PATCH", `${strengths}/${strength}`, { displayName: "x" })).status).toBe(403);
    const script = await idWhere(graph, `${DM}/deviceHealthScripts`, (doc) => doc["isGlobalScript"] === true);
    expect((await graph.call("DELETE", `${DM}/deviceHealthScripts/${script}`)).status).toBe(400);
    expect((await graph.call("DELETE", `${DM}/roleScopeTags/0`)).status).toBe(400);
  });

  it.each([
    ["filters", `${DM}/assignmentFilters`, { platform: "macOS" }],
    ["customAttributes", `${DM}/deviceCustomAttributeShellScripts`, { customAttributeName: "b" }],
    ["customAttributes", `${DM}/deviceCustomAttributeShellScripts`, { displayName: "b" }],
    ["authStrengths", `${CA}/authenticationStrengths/policies`, { allowedCombinations: ["fido2"] }],
  ])("%s: what is fixed at creation stays", async (family, path, change) => {
    const body = CREATABLE.find(([key]) => key === family)?.[2] ?? {};
    const id = await created(path, body);
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, change))).toContain(`'${Object.keys(change)[0]}'`);
  });

  it("family-specific read-only properties are refused by name", async () => {
    const cases: [string, Doc][] = [
      [`${DM}/deviceConfigurations`, { "@odata.type": "#microsoft.graph.windowsUpdateForBusinessConfiguration", displayName: "x", qualityUpdatesPauseStartDate: "2026-01-01" }],
      [`${DM}/deviceConfigurations`, { "@odata.type": "#microsoft.graph.windows10GeneralConfiguration", displayName: "x", privacyAccessControls: [] }],
      [`${DM}/deviceHealthScripts`, { displayName: "x", detectionScriptContent: BASE64, isGlobalScript: false }],
      [`${DAM}/mobileApps`, { "@odata.type": "#microsoft.graph.webApp", displayName: "x", publisher: "y", publishingState: "published" }],
      [`${DM}/windowsFeatureUpdateProfiles`, { displayName: "x", featureUpdateVersion: "y", endOfSupportDate: null }],
      [`${DM}/compliancePolicies`, { name: "x", platforms: "linux", technologies: "linuxMdm", settings: [SETTING], settingCount: 1 }],
    ];
    for (const [path, body] of cases) expect(refusal(await graph.call("POST", path, body))).toContain(`'${Object.keys(body).at(-1)}'`);
  });

  it("OMA strings are sealed when written, and a reference cannot be", async () => {
    const body = { "@odata.type": "#microsoft.graph.windows10CustomConfiguration", displayName: "OMA" };
    const setting = { "@odata.type": "#microsoft.graph.omaSettingString", displayName: "s", omaUri: "./a" };
    const id = await created(`${DM}/deviceConfigurations`, { ...body, omaSettings: [{ ...setting, value: "Geheim" }] });
    const [read] = z.array(z.looseObject({ value: z.string(), secretReferenceValueId: z.string() })).parse((await graph.get(`${DM}/deviceConfigurations/${id}`)).body["omaSettings"]);
    expect(read?.value).toBe("****");
    expect((await graph.get(`${DM}/deviceConfigurations/${id}/getOmaSettingPlainTextValue(secretReferenceValueId='${read?.secretReferenceValueId}')`)).body["value"]).toBe("Geheim");
    expect(refusal(await graph.call("PATCH", `${DM}/deviceConfigurations/${id}`, { omaSettings: [read] }))).toContain("secretReferenceValueId");
  });
});

describe("assigning", () => {
  it.each([
    ["deviceConfigurations", "assignments", 200], ["configurationPolicies", "assignments", 200], ["deviceManagementScripts", "deviceManagementScriptAssignments", 204],
    ["deviceShellScripts", "deviceManagementScriptAssignments", 204], ["deviceHealthScripts", "deviceHealthScriptAssignments", 204], ["windowsDriverUpdateProfiles", "assignments", 204],
  ])("%s takes %s and no other key", async (collection, key, status) => {
    const path = `${DM}/${collection}`;
    const id = await idWhere(graph, path);
    const target = { ...GROUP, deviceAndAppManagementAssignmentFilterId: null, deviceAndAppManagementAssignmentFilterType: "none" };
    expect((await graph.call("POST", `${path}/${id}/assign`, { [key]: [{ target }] })).status).toBe(status);
    expect(await graph.all(`${path}/${id}/assignments`)).toMatchObject([{ target }]);
    expect(refusal(await graph.call("POST", `${path}/${id}/assign`, { wrongKey: [] }))).toContain("wrongKey");
    expect(refusal(await graph.call("POST", `${path}/${id}/assign`, { [key]: [{ target: { "@odata.type": "#microsoft.graph.nobody" } }] }))).toContain("target");
  });

  it("apps need an intent; autopilot is assigned by one POST each; enrollment has a key of its own", async () => {
    const app = await idWhere(graph, `${DAM}/mobileApps`);
    expect(refusal(await graph.call("POST", `${DAM}/mobileApps/${app}/assign`, { mobileAppAssignments: [{ target: GROUP }] }))).toContain("intent");
    expect((await graph.call("POST", `${DAM}/mobileApps/${app}/assign`, { mobileAppAssignments: [{ intent: "required", target: GROUP }] })).status).toBe(204);

    const path = `${DM}/windowsAutopilotDeploymentProfiles`;
    const profile = await created(path, { "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", displayName: "x" });
    expect((await graph.call("POST", `${path}/${profile}/assign`, { assignments: [] })).status).toBe(400);
    expect((await graph.call("POST", `${path}/${profile}/assignments`, { target: GROUP })).status).toBe(201);
    expect((await graph.call("POST", `${path}/${profile}/assignments`, { target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } })).status).toBe(201);
    expect((await graph.all(`${path}/${profile}/assignments`)).length).toBe(2);

    const esp = await created(`${DM}/deviceEnrollmentConfigurations`, { "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration", displayName: "x" });
    expect((await graph.call("POST", `${DM}/deviceEnrollmentConfigurations/${esp}/assign`, { enrollmentConfigurationAssignments: [{ target: GROUP }] })).status).toBe(204);
  });

  it("answers 404 for a policy that is not there", async () => {
    expect((await graph.call("POST", `${DM}/configurationPolicies/gone/assign`, { assignments: [] })).status).toBe(404);
  });
});

describe("the audit log", () => {
  it("has every write since a moment, and none from before", async () => {
    await created(`${DM}/roleScopeTags`, { displayName: "before" });
    const [last] = (await graph.all(`${DM}/auditEvents`)).slice(-1);
    const since = String(last?.["activityDateTime"]);
    const id = await created(`${DM}/roleScopeTags`, { displayName: "Protokoll" });
    await graph.call("PATCH", `${DM}/roleScopeTags/${id}`, { displayName: "Protokoll 2" });
    await graph.call("DELETE", `${DM}/roleScopeTags/${id}`);
    const events = await graph.all(`/v1.0/deviceManagement/auditEvents?$filter=activityDateTime ge ${since}`);
    const mine = events.filter((event) => JSON.stringify(event["resources"]).includes(`"resourceId":"${id}"`) && JSON.stringify(event["resources"]).includes("Protokoll"));
    expect(mine.map((event) => event["activityOperationType"])).toEqual(["Create", "Patch", "Delete"]);
    expect(await graph.all("/v1.0/deviceManagement/auditEvents?$filter=activityDateTime ge 2100-01-01T00:00:00Z")).toEqual([]);
  });
});

describe("Multi Admin Approval", () => {
  it("parks a justified write until it is approved, and takes only the same request with the code", async () => {
    await simulator.control.createTenant("careful", { policies: 40 });
    await simulator.control.configure("careful", { approvalFamilies: ["filters"] });
    const careful = await signIn(simulator, "careful");
    const path = `${DM}/assignmentFilters`;
    const body = { displayName: "four eyes", platform: "iOS", rule: "x" };
    expect(refusal(await careful.call("POST", path, body))).toContain("x-msft-approval-justification");
    const parked = await careful.call("POST", path, body, { "x-msft-approval-justification": "restore" });
    const code = parked.headers.get("x-msft-approval-code") ?? "";
    expect(parked.status).toBe(202);
    expect((await careful.get(`${DM}/operationApprovalRequests/${code}`)).body).toMatchObject({ status: "needsApproval", requestJustification: "restore" });
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(403);
    await simulator.control.decideApproval("careful", code, "approve");
    expect((await careful.call("POST", path, { ...body, displayName: "other" }, { "x-msft-approval-code": code })).status).toBe(400);
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(201);
    expect((await careful.get(`${DM}/operationApprovalRequests/${code}`)).body["status"]).toBe("completed");
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(403);
    expect((await careful.call("POST", `${DM}/roleScopeTags`, { displayName: "unguarded" })).status).toBe(201);
  });
});
