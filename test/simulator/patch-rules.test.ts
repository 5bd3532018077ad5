import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { BASE64, BLOCK, CA, DAM, DM, SETTING, create, refusal } from "./bodies.ts";
import { type Doc, type Graph, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("patcher", { policies: 0 });
  graph = await signIn(simulator, "patcher");
});
afterAll(() => simulator.stop());

const type = (name: string) => ({ "@odata.type": `#microsoft.graph.${name}` });
const APPS = `${DAM}/mobileApps`;
const office = { ...type("officeSuiteApp"), displayName: "x", publisher: "Microsoft" };
const winget = { ...type("winGetApp"), displayName: "x", publisher: "y", packageIdentifier: "9N" };

describe("A PATCH", () => {
  it.each<[string, Doc, Doc]>([
    [APPS, { ...type("webApp"), displayName: "x", publisher: "y", appUrl: "https://a" }, { appUrl: "https://a" }],
    [
      APPS,
      { ...type("iosStoreApp"), displayName: "x", publisher: "y", appStoreUrl: "https://a" },
      { appStoreUrl: "https://a" },
    ],
    [APPS, office, { officePlatformArchitecture: "x64" }],
    [APPS, office, { officeConfigurationXml: BASE64 }],
    [APPS, office, { publisher: "Microsoft" }],
    [APPS, winget, { packageIdentifier: "9N" }],
    [APPS, winget, { installExperience: { runAsAccount: "user" } }],
    [
      `${DM}/windowsAutopilotDeploymentProfiles`,
      { ...type("azureADWindowsAutopilotDeploymentProfile"), displayName: "x" },
      { managementServiceAppId: "" },
    ],
    [
      `${DM}/deviceEnrollmentConfigurations`,
      { ...type("deviceEnrollmentPlatformRestrictionConfiguration"), displayName: "x", platformType: "ios" },
      { platformType: "ios" },
    ],
    [
      `${DAM}/mobileAppConfigurations`,
      { ...type("iosMobileAppConfiguration"), displayName: "x", targetedMobileApps: [] },
      { targetedMobileApps: [] },
    ],
    [`${DAM}/iosManagedAppProtections`, { displayName: "x" }, { apps: [] }],
    [
      `${DM}/deviceHealthScripts`,
      { displayName: "x", detectionScriptContent: BASE64 },
      { deviceHealthScriptType: "deviceHealthScript" },
    ],
    [
      `${DM}/windowsFeatureUpdateProfiles`,
      { displayName: "x", featureUpdateVersion: "25H2" },
      { installLatestWindows10OnWindows11IneligibleDevice: true },
    ],
    [`${DM}/roleDefinitions`, { displayName: "x", rolePermissions: [] }, { permissions: [] }],
    [`${DM}/notificationMessageTemplates`, { displayName: "x" }, { defaultLocale: "de-at" }],
    [
      `${CA}/policies`,
      { displayName: "x", state: "disabled", conditions: { applications: {}, users: {} } },
      { templateId: "c7503427-338e-4c5e-902d-abe252abfb43" },
    ],
    [
      `${CA}/policies`,
      { displayName: "x", state: "disabled", conditions: { applications: {}, users: {} } },
      { sessionControls: { disableResilienceDefaults: false } },
    ],
  ])("is refused what the type takes at its creation alone, by name: %s %o %o", async (path, body, change) => {
    const id = await create(graph, path, body);
    const declared = body["@odata.type"] === undefined ? {} : { "@odata.type": body["@odata.type"] };
    const [name = ""] = Object.keys(change);
    const detail = name === "sessionControls" ? "disableResilienceDefaults" : name;
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { ...declared, ...change }))).toContain(detail);
    const named = { ...declared, displayName: "y" };
    expect((await graph.call("PATCH", `${path}/${id}`, named)).status).toBeLessThan(300);
  });

  it("of a derived type says its type, or has the properties of the base alone", async () => {
    const path = `${DM}/deviceConfigurations`;
    const id = await create(graph, path, { ...type("windows10GeneralConfiguration"), displayName: "x" });
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { cameraBlocked: true }))).toContain(
      "does not exist on type 'microsoft.graph.deviceConfiguration'",
    );
    expect((await graph.call("PATCH", `${path}/${id}`, { description: "x" })).status).toBe(200);
  });
});

describe("What Graph never tells", () => {
  it("is the key of a Wi-Fi profile: taken, and read as null", async () => {
    const path = `${DM}/deviceConfigurations`;
    const body = { ...type("iosWiFiConfiguration"), displayName: "x", wiFiSecurityType: "wpaPersonal" };
    const id = await create(graph, path, { ...body, preSharedKey: "hunter2" });
    expect((await graph.get(`${path}/${id}`)).body["preSharedKey"]).toBeNull();
    expect(JSON.stringify(await graph.all(path))).not.toContain("hunter2");
  });

  it("is a secret of the settings catalog: a token comes back, which no other policy takes", async () => {
    const path = `${DM}/configurationPolicies`;
    const value = {
      ...type("deviceManagementConfigurationSecretSettingValue"),
      value: "hunter2",
      valueState: "notEncrypted",
    };
    const settingInstance = {
      ...type("deviceManagementConfigurationSimpleSettingInstance"),
      settingDefinitionId: "d",
      simpleSettingValue: value,
    };
    const body = { name: "x", platforms: "macOS", technologies: "mdm", settings: [{ settingInstance }] };
    const id = await create(graph, path, body);
    const [read] = await graph.all(`${path}/${id}/settings`);
    expect(JSON.stringify(read)).not.toContain("hunter2");
    const again = { ...body, settings: [{ settingInstance: read?.["settingInstance"] }] };
    expect((await graph.call("PUT", `${path}/${id}`, again)).status).toBe(204);
    expect(refusal(await graph.call("POST", path, again))).toContain("token");
  });
});

describe("A policy", () => {
  it("for Apple's enrollment names its token, which no other policy may", async () => {
    const path = `${DM}/configurationPolicies`;
    const body = { name: "x", platforms: "iOS", settings: [SETTING] };
    const enrollment = { ...body, technologies: "enrollment" };
    expect(refusal(await graph.call("POST", path, enrollment))).toContain("creationSource");
    const id = await create(graph, path, { ...enrollment, creationSource: "DepTokenId_1" });
    expect((await graph.get(`${path}/${id}`)).body["creationSource"]).toBe("DepTokenId_1");
    expect(refusal(await graph.call("PUT", `${path}/${id}`, enrollment))).toContain("creationSource");
    const other = { ...body, technologies: "mdm", creationSource: "DepTokenId_1" };
    expect(refusal(await graph.call("POST", path, other))).toContain("creationSource");
  });

  it("for Linux takes its actions by an action of their own, and passes over them in its body", async () => {
    const path = `${DM}/compliancePolicies`;
    const body = { name: "x", platforms: "linux", technologies: "linuxMdm", settings: [SETTING] };
    const id = await create(graph, path, { ...body, scheduledActionsForRule: BLOCK });
    expect(await graph.all(`${path}/${id}/scheduledActionsForRule`)).toEqual([]);
    expect((await graph.call("POST", `${path}/${id}/setScheduledActions`, { scheduledActions: BLOCK })).status).toBe(
      204,
    );
    expect(await graph.all(`${path}/${id}/scheduledActionsForRule`)).toHaveLength(1);
  });

  it("that is a role and gets its permissions under both names has every action twice", async () => {
    const permission = { resourceActions: [{ allowedResourceActions: ["Microsoft.Intune_Audit_Read"] }] };
    const both = { displayName: "x", rolePermissions: [permission], permissions: [permission] };
    const id = await create(graph, `${DM}/roleDefinitions`, both);
    expect((await graph.get(`${DM}/roleDefinitions/${id}`)).body["rolePermissions"]).toHaveLength(2);
  });

  it.each([
    ["deviceShellScripts", { displayName: "x", scriptContent: BASE64, fileName: "a.sh" }],
    [
      "deviceCustomAttributeShellScripts",
      { displayName: "x", scriptContent: BASE64, customAttributeName: "a", customAttributeType: "string" },
    ],
  ])("tells its assignments by $expand alone: %s", async (collection, body) => {
    const id = await create(graph, `${DM}/${collection}`, body);
    expect((await graph.get(`${DM}/${collection}/${id}/assignments`)).status).toBe(400);
    expect((await graph.get(`${DM}/${collection}/${id}?$expand=assignments`)).body["assignments"]).toEqual([]);
  });

  it("that is a compliance script is not assigned", async () => {
    const path = `${DM}/deviceComplianceScripts`;
    const id = await create(graph, path, { displayName: "x", detectionScriptContent: BASE64 });
    const assigned = await graph.call("POST", `${path}/${id}/assign`, { deviceHealthScriptAssignments: [] });
    expect(assigned.status).toBe(400);
  });

  it("that is an Autopilot profile or a rollout is refused without a reason: some names, dates in the past", async () => {
    const profile = { ...type("azureADWindowsAutopilotDeploymentProfile"), displayName: "Restored - Kiosk" };
    expect(refusal(await graph.call("POST", `${DM}/windowsAutopilotDeploymentProfiles`, profile))).toContain(
      "An error",
    );
    const rolloutSettings = { offerStartDateTimeInUTC: "2024-05-01T00:00:00Z" };
    const update = { displayName: "x", featureUpdateVersion: "25H2", rolloutSettings };
    expect(refusal(await graph.call("POST", `${DM}/windowsFeatureUpdateProfiles`, update))).toContain("An error");
  });

  it("that is an Android store app is not created, and Edge takes no filter", async () => {
    const store = { ...type("androidStoreApp"), displayName: "x", publisher: "y" };
    expect(refusal(await graph.call("POST", APPS, store))).toContain("androidStoreApp");
    const id = await create(graph, APPS, { ...type("windowsMicrosoftEdgeApp"), displayName: "x", publisher: "y" });
    const target = { ...type("allDevicesAssignmentTarget"), deviceAndAppManagementAssignmentFilterType: "none" };
    const mobileAppAssignments = [{ intent: "required", target }];
    expect(refusal(await graph.call("POST", `${APPS}/${id}/assign`, { mobileAppAssignments }))).toContain("filters");
  });
});
