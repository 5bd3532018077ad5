/** v1.0 shows what v1.0 has, and takes nothing else; the beta refuses what Graph's model does not have. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { DAM, DM, GROUP, refusal } from "./bodies.ts";
import { type Graph, signIn } from "./client.ts";

const V1 = "/v1.0/deviceManagement";
const TENANT = "versions";
let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant(TENANT, { policies: 0 });
  graph = await signIn(simulator, TENANT);
});
afterAll(() => simulator.stop());

const FILTERED = {
  ...GROUP,
  deviceAndAppManagementAssignmentFilterId: "f",
  deviceAndAppManagementAssignmentFilterType: "include",
};

describe("v1.0", () => {
  it("hides a policy's newer settings, its scope tags, and the filters of its assignments", async () => {
    const id = await simulator.control.addPolicy(
      TENANT,
      "compliance",
      {
        "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
        displayName: "C",
        defenderEnabled: true,
        bitLockerEnabled: true,
      },
      { assignments: [{ target: FILTERED }] },
    );
    const path = `/deviceManagement/deviceCompliancePolicies/${id}`;
    const whole = (await graph.get(`/beta${path}?$expand=assignments`)).body;
    expect(whole).toMatchObject({ defenderEnabled: true, roleScopeTagIds: ["0"], assignments: [{ target: FILTERED }] });
    const part = (await graph.get(`/v1.0${path}?$expand=assignments`)).body;
    expect(part).toMatchObject({ displayName: "C", bitLockerEnabled: true, assignments: [{ target: GROUP }] });
    for (const hidden of ["defenderEnabled", "roleScopeTagIds"]) expect(part).not.toHaveProperty(hidden);
    expect(JSON.stringify(part)).not.toContain("AssignmentFilter");
    expect(JSON.stringify(await graph.all(`/v1.0${path}/assignments`))).not.toContain("AssignmentFilter");
  });

  it("leaves types out that only the beta has", async () => {
    const doc = { "@odata.type": "#microsoft.graph.windowsWifiConfiguration", displayName: "W" };
    const id = await simulator.control.addPolicy(TENANT, "deviceConfiguration", doc);
    expect(await graph.all(`${DM}/deviceConfigurations`)).toMatchObject([{ id }]);
    expect(await graph.all(`${V1}/deviceConfigurations`)).toEqual([]);
    expect((await graph.get(`${V1}/deviceConfigurations/${id}`)).status).toBe(404);
    expect(refusal(await graph.call("POST", `${V1}/deviceConfigurations`, doc))).toContain(
      "could not be resolved by the model",
    );
  });

  it("has other segments than the beta", async () => {
    const strengths = "identity/conditionalAccess/authenticationStrengths/policies";
    expect((await graph.get(`/beta/${strengths}`)).status).toBe(200);
    expect(refusal(await graph.get(`/v1.0/${strengths}`))).toBe(
      "Resource not found for the segment 'authenticationStrengths'.",
    );
    for (const path of [
      "identity/conditionalAccess/authenticationStrength/policies",
      "policies/authenticationStrengthPolicies",
    ])
      expect((await graph.get(`/v1.0/${path}`)).status).toBe(200);
  });

  it("takes no property that it does not have", async () => {
    const type = "#microsoft.graph.iosGeneralDeviceConfiguration";
    const body = { "@odata.type": type, displayName: "I", roleScopeTagIds: ["0"] };
    expect(refusal(await graph.call("POST", `${V1}/deviceConfigurations`, body))).toContain(
      "'roleScopeTagIds' does not exist on type",
    );
    expect((await graph.call("POST", `${DM}/deviceConfigurations`, body)).status).toBe(201);
  });
});

describe("The beta", () => {
  it("takes every type of device configuration, and refuses what the type lacks", async () => {
    const path = `${DM}/deviceConfigurations`;
    const body = { "@odata.type": "#microsoft.graph.iosikEv2VpnConfiguration", displayName: "V" };
    expect((await graph.call("POST", path, body)).status).toBe(201);
    expect(refusal(await graph.call("POST", path, { ...body, noSuchProperty: 1 }))).toContain(
      "'noSuchProperty' does not exist",
    );
    expect(refusal(await graph.call("POST", path, { ...body, connectionType: "nonsense" }))).toContain("'nonsense'");
  });

  it("spells an enumeration's member in its own way, whatever was sent", async () => {
    const body = {
      "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
      displayName: "E",
      defenderScanType: "QUICK",
    };
    expect((await graph.call("POST", `${DM}/deviceConfigurations`, body)).body).toMatchObject({
      defenderScanType: "quick",
    });
  });

  it("checks what actions and sub-resources take", async () => {
    const id = await simulator.control.addPolicy(TENANT, "filters", { displayName: "F", platform: "iOS", rule: "x" });
    const script = await simulator.control.addPolicy(TENANT, "shellScripts", { displayName: "S" });
    const assign = `${DM}/deviceShellScripts/${script}/assign`;
    const key = "deviceManagementScriptAssignments";
    expect(refusal(await graph.call("POST", assign, { [key]: [{ target: { ...GROUP, group: "g" } }] }))).toContain(
      "'group' does not exist",
    );
    expect(refusal(await graph.call("POST", assign, { [key]: {} }))).toContain(
      "Collection(microsoft.graph.deviceManagementScriptAssignment)",
    );
    expect((await graph.call("POST", `${DM}/assignmentFilters/${id}/assign`, { assignments: [] })).status).toBe(400);
    const protection = await simulator.control.addPolicy(TENANT, "appProtection", {
      "@odata.type": "#microsoft.graph.iosManagedAppProtection",
      displayName: "P",
    });
    const target = `${DAM}/iosManagedAppProtections/${protection}/targetApps`;
    expect(refusal(await graph.call("POST", target, { apps: [], appGroupType: "some" }))).toContain("'some'");
  });
});
