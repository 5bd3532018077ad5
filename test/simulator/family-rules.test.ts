import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { BASE64, BLOCK, CA, CREATABLE, DAM, DM, SETTING, create, refusal } from "./bodies.ts";
import { type Doc, type Graph, idWhere, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("writer", { policies: 120 });
  graph = await signIn(simulator, "writer");
});
afterAll(() => simulator.stop());

const created = (path: string, body: Doc) => create(graph, path, body);

describe("families with rules of their own", () => {
  it("settingsCatalog: PATCH is refused, PUT answers 204 and replaces the settings, a setting's id is read-only", async () => {
    const path = `${DM}/configurationPolicies`;
    const body = { name: "Rules", platforms: "windows10", technologies: "mdm", settings: [SETTING] };
    const id = await created(path, body);
    expect((await graph.call("PATCH", `${path}/${id}`, { name: "x" })).status).toBe(405);
    expect((await graph.call("PUT", `${path}/${id}`, { ...body, settings: [SETTING, SETTING] })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body["settingCount"]).toBe(2);
    expect((await graph.all(`${path}/${id}/settings`)).length).toBe(2);
    expect(
      refusal(await graph.call("PUT", `${path}/${id}`, { ...body, settings: [{ ...SETTING, id: "0" }] })),
    ).toContain("settings/id");
  });

  it("compliance: needs a block action, keeps it on PATCH, takes another by scheduleActionsForRules", async () => {
    const path = `${DM}/deviceCompliancePolicies`;
    const body = { "@odata.type": "#microsoft.graph.iosCompliancePolicy", displayName: "Rules" };
    expect(refusal(await graph.call("POST", path, body))).toContain("scheduledActionsForRule");
    const id = await created(path, { ...body, scheduledActionsForRule: BLOCK });
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { scheduledActionsForRule: BLOCK }))).toContain(
      "scheduledActionsForRule",
    );
    const next = [{ ruleName: "r", scheduledActionConfigurations: [{ actionType: "block", gracePeriodHours: 72 }] }];
    expect(
      (
        await graph.call("POST", `${path}/${id}/scheduleActionsForRules`, {
          deviceComplianceScheduledActionForRules: next,
        })
      ).status,
    ).toBe(204);
    const { body: read } = await graph.get(
      `${path}/${id}?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)`,
    );
    expect(read["scheduledActionsForRule"]).toMatchObject(next);
  });

  it("adminTemplates: definition values are bound, updated and removed", async () => {
    const id = await created(`${DM}/groupPolicyConfigurations`, { displayName: "Rules" });
    const path = `${DM}/groupPolicyConfigurations/${id}`;
    const [known] =
      (
        await simulator.control.policy(
          "writer",
          "adminTemplates",
          await idWhere(graph, `${DM}/groupPolicyConfigurations`),
        )
      ).parts["definitionValues"] ?? [];
    const definition = z.object({ id: z.string(), displayName: z.string() }).parse(known?.["definition"]);
    const bind = `https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('${definition.id}')`;
    expect(refusal(await graph.call("POST", `${path}/definitionValues`, { enabled: true }))).toContain(
      "definition@odata.bind",
    );
    const value = await created(`${path}/definitionValues`, {
      enabled: true,
      "definition@odata.bind": bind,
      presentationValues: [
        {
          "@odata.type": "#microsoft.graph.groupPolicyPresentationValueText",
          value: "1",
          "presentation@odata.bind": `${bind}/presentations('p1')`,
        },
      ],
    });
    expect(await graph.all(`${path}/definitionValues?$expand=definition`)).toMatchObject([
      { enabled: true, definition: { displayName: definition.displayName } },
    ]);
    expect(await graph.all(`${path}/definitionValues/${value}/presentationValues?$expand=presentation`)).toMatchObject([
      { value: "1", presentation: { id: "p1" } },
    ]);
    const second = { enabled: false, "definition@odata.bind": bind };
    expect(
      (
        await graph.call("POST", `${path}/updateDefinitionValues`, {
          added: [second],
          updated: [{ id: value, enabled: false }],
          deletedIds: [],
        })
      ).status,
    ).toBe(204);
    expect((await graph.all(`${path}/definitionValues`)).map((item) => item["enabled"])).toEqual([false, false]);
    expect((await graph.call("DELETE", `${path}/definitionValues/${value}`)).status).toBe(204);
    expect((await graph.all(`${path}/definitionValues`)).length).toBe(1);
  });

  it("enrollment: priority 0 is only patched, others get a priority", async () => {
    const path = `${DM}/deviceEnrollmentConfigurations`;
    const standard = await idWhere(graph, path, (doc) => doc["priority"] === 0);
    const type = { "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration" };
    const change = { ...type, showInstallationProgress: true };
    expect((await graph.call("PATCH", `${path}/${standard}`, change)).status).toBe(200);
    expect((await graph.call("DELETE", `${path}/${standard}`)).status).toBe(400);
    expect((await graph.call("POST", `${path}/${standard}/setPriority`, { priority: 2 })).status).toBe(400);
    expect(
      (await graph.call("POST", `${path}/${standard}/assign`, { enrollmentConfigurationAssignments: [] })).status,
    ).toBe(400);
    const id = await created(path, {
      "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
      displayName: "ESP",
    });
    expect(Number((await graph.get(`${path}/${id}`)).body["priority"])).toBeGreaterThan(0);
    expect((await graph.call("POST", `${path}/${id}/setPriority`, { priority: 7 })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body["priority"]).toBe(7);
    expect(refusal(await graph.call("PATCH", `${path}/${id}`, { priority: 1 }))).toContain("'priority'");
  });

  it("appProtection: the base set is not written, the typed set is, apps come by targetApps", async () => {
    const typed = `${DAM}/androidManagedAppProtections`;
    expect(
      (
        await graph.call("POST", `${DAM}/managedAppPolicies`, {
          "@odata.type": "#microsoft.graph.androidManagedAppProtection",
          displayName: "x",
        })
      ).status,
    ).toBe(400);
    expect(
      refusal(
        await graph.call("POST", typed, {
          "@odata.type": "#microsoft.graph.iosManagedAppProtection",
          displayName: "x",
        }),
      ),
    ).toContain("@odata.type");
    const id = await created(typed, { displayName: "Rules" });
    const apps = [
      { mobileAppIdentifier: { "@odata.type": "#microsoft.graph.androidMobileAppIdentifier", packageId: "com.a" } },
    ];
    expect((await graph.call("POST", `${typed}/${id}/targetApps`, { apps })).status).toBe(204);
    expect(await graph.all(`${typed}/${id}/apps`)).toMatchObject(apps);
    expect(
      refusal(await graph.call("POST", `${typed}/${id}/targetApps`, { apps: [{ id: "1", ...apps[0] }] })),
    ).toContain("apps/id");
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
    const body = {
      displayName: "Rules",
      state: "enabledForReportingButNotEnforced",
      conditions: { applications: {}, users: {} },
    };
    expect(refusal(await graph.call("POST", path, { ...body, state: "on" }))).toContain("'state'");
    const strength = await idWhere(graph, `${CA}/authenticationStrengths/policies`);
    expect(
      refusal(
        await graph.call("POST", path, {
          ...body,
          grantControls: { operator: "OR", authenticationStrength: { id: strength, displayName: "x" } },
        }),
      ),
    ).toContain("authenticationStrength/displayName");
    expect(
      refusal(
        await graph.call("POST", path, {
          ...body,
          grantControls: { operator: "OR", authenticationStrength: { id: "gone" } },
        }),
      ),
    ).toContain("does not exist");
    expect(
      refusal(
        await graph.call("POST", path, {
          ...body,
          conditions: { ...body.conditions, locations: { includeLocations: ["gone"] } },
        }),
      ),
    ).toContain("NamedLocation");
    const id = await created(path, {
      ...body,
      grantControls: { operator: "OR", authenticationStrength: { id: strength } },
    });
    expect((await graph.call("PATCH", `${path}/${id}`, { state: "enabled" })).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).body).toMatchObject({
      state: "enabled",
      modifiedDateTime: expect.any(String),
    });
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
      [
        `${DM}/deviceConfigurations`,
        {
          "@odata.type": "#microsoft.graph.windowsUpdateForBusinessConfiguration",
          displayName: "x",
          qualityUpdatesPauseStartDate: "2026-01-01",
        },
      ],
      [
        `${DM}/deviceConfigurations`,
        {
          "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
          displayName: "x",
          privacyAccessControls: [],
        },
      ],
      [`${DM}/deviceHealthScripts`, { displayName: "x", detectionScriptContent: BASE64, isGlobalScript: false }],
      [
        `${DAM}/mobileApps`,
        { "@odata.type": "#microsoft.graph.webApp", displayName: "x", publisher: "y", publishingState: "published" },
      ],
      [`${DM}/windowsFeatureUpdateProfiles`, { displayName: "x", featureUpdateVersion: "y", endOfSupportDate: null }],
      [
        `${DM}/compliancePolicies`,
        { name: "x", platforms: "linux", technologies: "linuxMdm", settings: [SETTING], settingCount: 1 },
      ],
    ];
    for (const [path, body] of cases)
      expect(refusal(await graph.call("POST", path, body))).toContain(`'${Object.keys(body).at(-1)}'`);
  });

  it("OMA strings are sealed when written, and a reference cannot be", async () => {
    const body = { "@odata.type": "#microsoft.graph.windows10CustomConfiguration", displayName: "OMA" };
    const setting = { "@odata.type": "#microsoft.graph.omaSettingString", displayName: "s", omaUri: "./a" };
    const id = await created(`${DM}/deviceConfigurations`, { ...body, omaSettings: [{ ...setting, value: "Geheim" }] });
    const [read] = z
      .array(z.looseObject({ value: z.string(), secretReferenceValueId: z.string() }))
      .parse((await graph.get(`${DM}/deviceConfigurations/${id}`)).body["omaSettings"]);
    expect(read?.value).toBe("****");
    expect(
      (
        await graph.get(
          `${DM}/deviceConfigurations/${id}/getOmaSettingPlainTextValue(secretReferenceValueId='${read?.secretReferenceValueId}')`,
        )
      ).body["value"],
    ).toBe("Geheim");
    const sealed = { "@odata.type": body["@odata.type"], omaSettings: [read] };
    expect(refusal(await graph.call("PATCH", `${DM}/deviceConfigurations/${id}`, sealed))).toContain(
      "secretReferenceValueId",
    );
  });

  it("conditionalAccess: a strength is sent by its id and shown whole; the built-in ones are in every tenant", async () => {
    const path = `${CA}/policies`;
    const body = { displayName: "Strong", state: "disabled", conditions: { applications: {}, users: {} } };
    const strength = await created(`${CA}/authenticationStrengths/policies`, {
      displayName: "Ours",
      allowedCombinations: ["fido2"],
    });
    const id = await created(path, { ...body, grantControls: { authenticationStrength: { id: strength } } });
    expect((await graph.get(`${path}/${id}`)).body["grantControls"]).toMatchObject({
      authenticationStrength: { id: strength, displayName: "Ours", policyType: "custom" },
    });
    await simulator.control.createTenant("empty", { policies: 0 });
    const empty = await signIn(simulator, "empty");
    const builtIn = { authenticationStrength: { id: "00000000-0000-0000-0000-000000000004" } };
    expect((await empty.call("POST", path, { ...body, grantControls: builtIn })).status).toBe(201);
  });

  it("namedLocations: the compliant network's is not created", async () => {
    const body = { "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", displayName: "x" };
    expect(refusal(await graph.call("POST", `${CA}/namedLocations`, body))).toContain("provided by the service");
  });

  it("adminTemplates: a presentation that is bound is shown as it is known", async () => {
    const id = await created(`${DM}/groupPolicyConfigurations`, { displayName: "Bound" });
    const bind =
      "https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('f6a9c2d0-6b1f-4c0e-9d3a-000000000003')";
    const path = `${DM}/groupPolicyConfigurations/${id}/definitionValues`;
    const presentation = `${bind}/presentations('0e4b77a1-6b1f-4c0e-9d3a-000000000003')`;
    const value = await created(path, {
      enabled: true,
      "definition@odata.bind": bind,
      presentationValues: [
        {
          "@odata.type": "#microsoft.graph.groupPolicyPresentationValueText",
          value: "1",
          "presentation@odata.bind": presentation,
        },
      ],
    });
    expect(await graph.all(`${path}/${value}/presentationValues?$expand=presentation`)).toMatchObject([
      { presentation: { "@odata.type": "#microsoft.graph.groupPolicyPresentationListBox" } },
    ]);
  });
});
