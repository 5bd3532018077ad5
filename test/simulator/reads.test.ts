import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { errorOf, type Graph, idWhere, listOf, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("reader", { policies: 600 });
  graph = await signIn(simulator, "reader");
});
afterAll(() => simulator.stop());

const DM = "deviceManagement";
/** Family, path, and whether v1.0 has it, by Microsoft's reference. */
const FAMILIES = [
  ["deviceConfiguration", `${DM}/deviceConfigurations`, true],
  ["settingsCatalog", `${DM}/configurationPolicies`, false],
  ["compliance", `${DM}/deviceCompliancePolicies`, true],
  ["complianceLinux", `${DM}/compliancePolicies`, false],
  ["adminTemplates", `${DM}/groupPolicyConfigurations`, false],
  ["powershellScripts", `${DM}/deviceManagementScripts`, false],
  ["shellScripts", `${DM}/deviceShellScripts`, false],
  ["customAttributes", `${DM}/deviceCustomAttributeShellScripts`, false],
  ["remediations", `${DM}/deviceHealthScripts`, false],
  ["complianceScripts", `${DM}/deviceComplianceScripts`, false],
  ["autopilot", `${DM}/windowsAutopilotDeploymentProfiles`, false],
  ["enrollment", `${DM}/deviceEnrollmentConfigurations`, true],
  ["apps", "deviceAppManagement/mobileApps", true],
  ["appProtection", "deviceAppManagement/managedAppPolicies", true],
  ["appConfigApps", "deviceAppManagement/targetedManagedAppConfigurations", true],
  ["appConfigDevices", "deviceAppManagement/mobileAppConfigurations", true],
  ["conditionalAccess", "identity/conditionalAccess/policies", true],
  ["namedLocations", "identity/conditionalAccess/namedLocations", true],
  ["authStrengths", "policies/authenticationStrengthPolicies", true],
  ["termsOfUse", "identityGovernance/termsOfUse/agreements", true],
  ["scopeTags", `${DM}/roleScopeTags`, false],
  ["filters", `${DM}/assignmentFilters`, false],
  ["roles", `${DM}/roleDefinitions`, true],
  ["notifications", `${DM}/notificationMessageTemplates`, true],
  ["reusableSettings", `${DM}/reusablePolicySettings`, false],
  ["featureUpdates", `${DM}/windowsFeatureUpdateProfiles`, false],
  ["qualityUpdates", `${DM}/windowsQualityUpdateProfiles`, false],
  ["driverUpdates", `${DM}/windowsDriverUpdateProfiles`, false],
  ["intents", `${DM}/intents`, false],
  ["qualityUpdatePolicies", `${DM}/windowsQualityUpdatePolicies`, false],
  ["deviceCategories", `${DM}/deviceCategories`, true],
  ["appCategories", "deviceAppManagement/mobileAppCategories", true],
  ["terms", `${DM}/termsAndConditions`, true],
  ["appleUserEnrollment", `${DM}/appleUserInitiatedEnrollmentProfiles`, false],
  ["bios", `${DM}/hardwareConfigurations`, false],
  ["branding", `${DM}/intuneBrandingProfiles`, false],
  ["w365Provisioning", `${DM}/virtualEndpoint/provisioningPolicies`, true],
  ["w365UserSettings", `${DM}/virtualEndpoint/userSettings`, true],
  ["authContexts", "identity/conditionalAccess/authenticationContextClassReferences", true],
  ["groups", "groups?$filter=groupTypes/any(c:c eq 'DynamicMembership')", true],
  ["crossTenantPartners", "policies/crossTenantAccessPolicy/partners", true],
] as const;

/** What a tenant has once, by Microsoft's reference. */
const SINGLE = [
  ["complianceSettings", `${DM}/settings`],
  ["authMethods", "policies/authenticationMethodsPolicy"],
  ["authorizationPolicy", "policies/authorizationPolicy/authorizationPolicy"],
  ["securityDefaults", "policies/identitySecurityDefaultsEnforcementPolicy"],
  ["deviceRegistration", "policies/deviceRegistrationPolicy"],
  ["adminConsent", "policies/adminConsentRequestPolicy"],
  ["crossTenantDefault", "policies/crossTenantAccessPolicy/default"],
] as const;
/** Graph knows a partner by the other organization's id. */
const idOf = (item: Record<string, unknown> | undefined) => z.string().parse(item?.["id"] ?? item?.["tenantId"]);

describe("families", () => {
  it("all have policies in the generated tenant, 600 in all and what comes besides", async () => {
    const { byFamily } = await simulator.control.state("reader");
    expect(Object.keys(byFamily).sort()).toEqual([...FAMILIES, ...SINGLE].map(([key]) => key).sort());
    const shared = FAMILIES.slice(0, 28).map(([key]) => byFamily[key] ?? 0);
    expect(shared.reduce((sum, count) => sum + count, 0)).toBe(600);
  });

  it.each(SINGLE)("%s is one object, also in an empty tenant, and is neither made nor deleted", async (_key, path) => {
    await simulator.control.createTenant("bare", { policies: 0 });
    for (const tenant of [graph, await signIn(simulator, "bare")]) {
      const { status, body } = await tenant.get(`/beta/${path}`);
      expect(status).toBe(200);
      expect(Object.keys(body).length).toBeGreaterThan(3);
      for (const method of ["POST", "DELETE"])
        expect((await tenant.call(method, `/beta/${path}`, method === "POST" ? {} : undefined)).status).toBe(405);
    }
  });

  it.each(FAMILIES)("%s is listed in full, and every item is found by its id", async (key, path, inV1) => {
    const items = await graph.all(`/beta/${path}`);
    const { byFamily } = await simulator.control.state("reader");
    expect(items.length).toBe(byFamily[key]);
    expect(new Set(items.map(idOf)).size).toBe(items.length);
    const id = idOf(items[0]);
    const [place = ""] = path.split("?");
    expect(idOf((await graph.get(`/beta/${place}/${id}`)).body)).toBe(id);

    const v1 = await graph.get(`/v1.0/${path}`);
    expect(v1.status).toBe(inV1 ? 200 : 400);
    if (!inV1) expect(errorOf(v1).message).toBe(`Resource not found for the segment '${path.split("/")[1]}'.`);
    expect((await graph.get(`/beta/${place}/00000000-dead-4000-8000-000000000000`)).status).toBe(404);
  });

  it("that do not exist are refused with Graph's error and request ids", async () => {
    const answer = await graph.get("/beta/deviceManagement/inventedPolicies", { "client-request-id": "my-own-id" });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      message: "Resource not found for the segment 'inventedPolicies'.",
      innerError: { "client-request-id": "my-own-id", "request-id": answer.headers.get("request-id") },
    });
    expect(answer.headers.get("client-request-id")).toBe("my-own-id");
  });
});

describe("collections", () => {
  it("come 25 at a time for the settings catalog, with an opaque absolute nextLink", async () => {
    const first = listOf(await graph.get("/beta/deviceManagement/configurationPolicies?$select=id,name"));
    expect(first.value.length).toBe(25);
    expect(first["@odata.nextLink"]).toMatch(
      new RegExp(`^${simulator.url}/beta/deviceManagement/configurationPolicies\\?.*\\$skiptoken=`),
    );
    const second = listOf(await graph.get(first["@odata.nextLink"] ?? ""));
    expect(Object.keys(second.value[0] ?? {}).sort()).toEqual(["id", "name"]);
    expect(second.value.map((item) => item["id"])).not.toContain(first.value[0]?.["id"]);
  });

  it("page a policy's settings by 25 and give all of them", async () => {
    const id = await idWhere(
      graph,
      "/beta/deviceManagement/configurationPolicies",
      (doc) => doc["settingCount"] === 120,
    );
    const path = `/beta/deviceManagement/configurationPolicies/${id}/settings`;
    expect(listOf(await graph.get(path)).value.length).toBe(25);
    expect((await graph.all(path)).map((setting) => setting["id"])).toEqual(
      Array.from({ length: 120 }, (_, n) => String(n)),
    );
    expect(
      (await graph.get(`/beta/deviceManagement/configurationPolicies/${id}?$expand=settings`)).body["settings"],
    ).toHaveLength(120);
  });

  it("honor $top, $count and $filter", async () => {
    const page = listOf(
      await graph.get(
        "/beta/deviceManagement/configurationPolicies?$top=3&$count=true&$filter=name eq 'Windows Baseline'",
      ),
    );
    const named = (await simulator.control.policies("reader", "settingsCatalog")).filter(
      (policy) => policy.name === "Windows Baseline",
    );
    expect(page["@odata.count"]).toBe(named.length);
    expect(page.value.length).toBe(Math.min(3, named.length));
    const rings = await graph.all(
      "/v1.0/deviceManagement/deviceConfigurations?$filter=isof('microsoft.graph.windowsUpdateForBusinessConfiguration')",
    );
    expect(new Set(rings.map((ring) => ring["@odata.type"]))).toEqual(
      new Set(["#microsoft.graph.windowsUpdateForBusinessConfiguration"]),
    );
    const both = await graph.all(
      "/beta/deviceManagement/assignmentFilters?$filter=startswith(displayName,'Win') or (platform eq 'iOS' and not contains(displayName,'x'))",
    );
    const expected = (await graph.all("/beta/deviceManagement/assignmentFilters")).filter(
      (doc) =>
        String(doc["displayName"]).toLowerCase().startsWith("win") ||
        (doc["platform"] === "iOS" && !String(doc["displayName"]).toLowerCase().includes("x")),
    );
    expect(both).toEqual(expected);
  });

  it.each([
    "$search=x",
    "top=5",
    "$top=0",
    "$top=many",
    "$filter=name maybe 'x'",
    "$skiptoken=forged",
    "$expand=nonsense",
    "$expand=assignments(",
  ])("refuse the query %s", async (query) => {
    const answer = await graph.get(`/beta/deviceManagement/configurationPolicies?${query}`);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).code).toBe("BadRequest");
  });

  it("expand assignments, and scheduled actions with their configurations only when asked", async () => {
    const path = "/v1.0/deviceManagement/deviceCompliancePolicies";
    const [shallow] = await graph.all(`${path}?$expand=assignments,scheduledActionsForRule`);
    const [deep] = await graph.all(`${path}?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)`);
    const rules = z.array(
      z.looseObject({ scheduledActionConfigurations: z.array(z.looseObject({ actionType: z.string() })).optional() }),
    );
    expect(shallow).toHaveProperty("assignments");
    expect(rules.parse(shallow?.["scheduledActionsForRule"])[0]?.scheduledActionConfigurations).toBeUndefined();
    expect(rules.parse(deep?.["scheduledActionsForRule"])[0]?.scheduledActionConfigurations?.[0]?.actionType).toBe(
      "block",
    );
    expect((await graph.all(path))[0]).not.toHaveProperty("assignments");
  });
});

describe("what lists omit", () => {
  it.each([
    ["deviceManagement/deviceManagementScripts", ["scriptContent"]],
    ["deviceManagement/deviceShellScripts", ["scriptContent"]],
    ["deviceManagement/deviceCustomAttributeShellScripts", ["scriptContent"]],
    ["deviceManagement/deviceHealthScripts", ["detectionScriptContent", "remediationScriptContent"]],
    ["deviceManagement/deviceComplianceScripts", ["detectionScriptContent"]],
    ["deviceManagement/reusablePolicySettings", ["settingInstance"]],
  ])("%s answer only by id", async (path, properties) => {
    const [listed] = await graph.all(`/beta/${path}`);
    const { body } = await graph.get(`/beta/${path}/${String(listed?.["id"])}`);
    for (const property of properties) {
      expect(listed).not.toHaveProperty(property);
      expect(body[property]).toBeTruthy();
    }
  });

  it("OMA secrets are asterisks, and are had by their reference", async () => {
    const isCustom = (doc: Record<string, unknown>) =>
      doc["@odata.type"] === "#microsoft.graph.windows10CustomConfiguration";
    const id = await idWhere(graph, "/v1.0/deviceManagement/deviceConfigurations", isCustom);
    const path = `/beta/deviceManagement/deviceConfigurations/${id}`;
    const settings = z.array(
      z.looseObject({ value: z.unknown(), isEncrypted: z.boolean(), secretReferenceValueId: z.string().nullable() }),
    );
    const [secret] = settings.parse((await graph.get(path)).body["omaSettings"]);
    expect(secret).toMatchObject({ value: "****", isEncrypted: true });
    const plain = await graph.get(
      `${path}/getOmaSettingPlainTextValue(secretReferenceValueId='${secret?.secretReferenceValueId}')`,
    );
    expect(plain.body["value"]).toMatch(/keyMaterial/);
    expect((await graph.get(`${path}/getOmaSettingPlainTextValue(secretReferenceValueId='other')`)).status).toBe(404);
  });

  it("managedAppPolicies shows base properties, the typed set the whole policy with its apps", async () => {
    const items = await graph.all("/v1.0/deviceAppManagement/managedAppPolicies");
    const ios = items.find((item) => item["@odata.type"] === "#microsoft.graph.iosManagedAppProtection");
    expect(ios).not.toHaveProperty("pinRequired");
    const whole = await graph.get(
      `/v1.0/deviceAppManagement/iosManagedAppProtections/${String(ios?.["id"])}?$expand=apps,assignments`,
    );
    expect(whole.body).toMatchObject({
      pinRequired: true,
      apps: expect.arrayContaining([expect.objectContaining({ mobileAppIdentifier: expect.anything() })]),
    });
    expect(
      (await graph.get(`/v1.0/deviceAppManagement/androidManagedAppProtections/${String(ios?.["id"])}`)).status,
    ).toBe(404);
    expect((await graph.get("/v1.0/deviceAppManagement/windowsManagedAppProtections")).status).toBe(400);
    expect((await graph.get("/beta/deviceAppManagement/windowsManagedAppProtections")).status).toBe(200);
  });
});

describe("sub-resources", () => {
  it("definition values and presentation values show what they are bound to only when expanded", async () => {
    const id = await idWhere(graph, "/beta/deviceManagement/groupPolicyConfigurations");
    const path = `/beta/deviceManagement/groupPolicyConfigurations/${id}/definitionValues`;
    const [bare] = await graph.all(path);
    const [expanded] = await graph.all(`${path}?$expand=definition`);
    expect(bare).not.toHaveProperty("definition");
    expect(expanded?.["definition"]).toMatchObject({
      id: expect.any(String),
      displayName: expect.any(String),
      classType: expect.any(String),
    });
    let seen = 0;
    for (const policy of await graph.all("/beta/deviceManagement/groupPolicyConfigurations")) {
      for (const value of await graph.all(
        `/beta/deviceManagement/groupPolicyConfigurations/${String(policy["id"])}/definitionValues`,
      )) {
        for (const presentation of await graph.all(
          `/beta/deviceManagement/groupPolicyConfigurations/${String(policy["id"])}/definitionValues/${String(value["id"])}/presentationValues?$expand=presentation`,
        )) {
          expect(presentation["presentation"]).toMatchObject({ id: expect.any(String) });
          seen += 1;
        }
      }
      if (seen > 0) break;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it.each([
    ["v1.0/deviceManagement/deviceConfigurations", "assignments"],
    ["beta/deviceManagement/compliancePolicies", "settings"],
    ["v1.0/deviceManagement/roleDefinitions", "roleAssignments"],
    ["v1.0/deviceManagement/notificationMessageTemplates", "localizedNotificationMessages"],
    ["v1.0/identityGovernance/termsOfUse/agreements", "files"],
    ["v1.0/deviceAppManagement/targetedManagedAppConfigurations", "apps"],
    ["v1.0/deviceAppManagement/mobileApps", "categories"],
    ["beta/deviceManagement/windowsAutopilotDeploymentProfiles", "assignments"],
  ])("%s has %s by path and by $expand, alike", async (path, part) => {
    const id = await idWhere(graph, `/${path}`);
    const byPath = await graph.all(`/${path}/${id}/${part}`);
    expect((await graph.get(`/${path}/${id}?$expand=${part}`)).body[part]).toEqual(byPath);
  });

  it("gives the bytes of a terms-of-use file", async () => {
    const id = await idWhere(graph, "/v1.0/identityGovernance/termsOfUse/agreements");
    const [file] = await graph.all(`/v1.0/identityGovernance/termsOfUse/agreements/${id}/files`);
    expect(file).not.toHaveProperty("fileData");
    const { body } = await graph.get(
      `/v1.0/identityGovernance/termsOfUse/agreements/${id}/files/${String(file?.["id"])}/fileData`,
    );
    expect(atob(z.string().parse(body["data"]))).toMatch(/^%PDF/);
  });

  it("unknown ones are refused", async () => {
    const id = await idWhere(graph, "/beta/deviceManagement/configurationPolicies");
    expect((await graph.get(`/beta/deviceManagement/configurationPolicies/${id}/nonsense`)).status).toBe(400);
  });

  it("groups are listed by pages and found by id", async () => {
    const groups = await graph.all("/v1.0/groups?$top=10&$select=id,displayName");
    expect(groups.length).toBeGreaterThan(20);
    const id = String(groups[0]?.["id"]);
    expect((await graph.get(`/v1.0/groups/${id}`)).body).toMatchObject({ id, displayName: groups[0]?.["displayName"] });
  });
});
