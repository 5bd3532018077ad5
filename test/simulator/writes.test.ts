import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { CREATABLE, DAM, DM, GROUP, create, refusal } from "./bodies.ts";
import { type Doc, type Graph, idWhere, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("writer", { policies: 120 });
  await simulator.control.addThing("writer", "groups", { id: GROUP.groupId, displayName: "Group" });
  graph = await signIn(simulator, "writer");
});
afterAll(() => simulator.stop());

const created = (path: string, body: Doc) => create(graph, path, body);

describe("every family", () => {
  it.each(CREATABLE)("%s: creates, updates the way it wants, and deletes", async (family, path, body) => {
    const id = await created(path, body);
    const before = (await graph.get(`${path}/${id}`)).body;
    const nameProperty = "name" in body ? "name" : "displayName";
    expect(before[nameProperty]).toBe("Neu");

    const method = family === "settingsCatalog" ? "PUT" : "PATCH";
    const isDescribed = !["namedLocations", "termsOfUse"].includes(family);
    const edit: Doc = isDescribed ? { description: "geändert" } : { [nameProperty]: "geändert" };
    const change: Doc = family === "settingsCatalog" ? { ...body, ...edit } : edit;
    expect((await graph.call(method, `${path}/${id}`, change)).status).toBeLessThan(300);
    const after = (await graph.get(`${path}/${id}`)).body;
    expect(after).toMatchObject({ id, [nameProperty]: "Neu", ...edit });
    if ("lastModifiedDateTime" in before)
      expect(Date.parse(String(after["lastModifiedDateTime"]))).toBeGreaterThan(
        Date.parse(String(before["lastModifiedDateTime"])),
      );
    if ("version" in before) expect(Number(after["version"])).toBe(Number(before["version"]) + 1);

    expect((await graph.call("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await graph.get(`${path}/${id}`)).status).toBe(404);
    expect((await graph.call("DELETE", `${path}/${id}`)).status).toBe(404);
  });

  it("gives no scope tag the number of one that was deleted", async () => {
    const path = `${DM}/roleScopeTags`;
    const first = await created(path, { displayName: "First" });
    expect((await graph.call("DELETE", `${path}/${first}`)).status).toBe(204);
    const second = await created(path, { displayName: "Second" });
    expect(Number(second)).toBeGreaterThan(Number(first));
    await simulator.control.deletePolicy("writer", "scopeTags", second);
    expect(Number(await created(path, { displayName: "Third" }))).toBeGreaterThan(Number(second));
  });

  it.each(CREATABLE)("%s: refuses read-only properties by name, and changes nothing", async (family, path, body) => {
    const before = await simulator.control.policies("writer", family);
    for (const name of [
      "id",
      "createdDateTime",
      "lastModifiedDateTime",
      "version",
      "isAssigned",
      "supportsScopeTags",
      "assignments",
      "#microsoft.graph.assign",
    ]) {
      expect(refusal(await graph.call("POST", path, { ...body, [name]: null }))).toContain(`'${name}'`);
    }
    expect(await simulator.control.policies("writer", family)).toEqual(before);
  });

  it.each(CREATABLE)("%s: refuses a type that is not its own", async (_family, path, body) => {
    expect(refusal(await graph.call("POST", path, { ...body, "@odata.type": "#microsoft.graph.invented" }))).toContain(
      "@odata.type",
    );
  });

  it("accepts annotations, which are harmless", async () => {
    const id = await created(`${DM}/assignmentFilters`, {
      "@odata.context": "x",
      "payloads@odata.type": "#Collection(String)",
      displayName: "annotated",
      platform: "iOS",
      rule: "x",
    });
    expect((await graph.get(`${DM}/assignmentFilters/${id}`)).body).not.toHaveProperty("payloads@odata.type");
  });
});

describe("assigning", () => {
  it.each([
    ["deviceConfigurations", "assignments", 200],
    ["configurationPolicies", "assignments", 200],
    ["deviceManagementScripts", "deviceManagementScriptAssignments", 204],
    ["deviceShellScripts", "deviceManagementScriptAssignments", 204],
    ["deviceHealthScripts", "deviceHealthScriptAssignments", 204],
    ["windowsDriverUpdateProfiles", "assignments", 204],
  ])("%s takes %s and no other key", async (collection, key, status) => {
    const path = `${DM}/${collection}`;
    const id = await idWhere(graph, path);
    const target = {
      ...GROUP,
      deviceAndAppManagementAssignmentFilterId: null,
      deviceAndAppManagementAssignmentFilterType: "none",
    };
    expect((await graph.call("POST", `${path}/${id}/assign`, { [key]: [{ target }] })).status).toBe(status);
    expect((await graph.get(`${path}/${id}?$expand=assignments`)).body["assignments"]).toMatchObject([{ target }]);
    expect(refusal(await graph.call("POST", `${path}/${id}/assign`, { wrongKey: [] }))).toContain("wrongKey");
    expect(
      refusal(
        await graph.call("POST", `${path}/${id}/assign`, {
          [key]: [{ target: { "@odata.type": "#microsoft.graph.nobody" } }],
        }),
      ),
    ).toContain("target");
  });

  it("apps need an intent; autopilot is assigned by one POST each; enrollment has a key of its own", async () => {
    const app = await idWhere(graph, `${DAM}/mobileApps`);
    expect(
      refusal(
        await graph.call("POST", `${DAM}/mobileApps/${app}/assign`, { mobileAppAssignments: [{ target: GROUP }] }),
      ),
    ).toContain("intent");
    expect(
      (
        await graph.call("POST", `${DAM}/mobileApps/${app}/assign`, {
          mobileAppAssignments: [{ intent: "required", target: GROUP }],
        })
      ).status,
    ).toBe(204);

    const path = `${DM}/windowsAutopilotDeploymentProfiles`;
    const profile = await created(path, {
      "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
      displayName: "x",
    });
    expect((await graph.call("POST", `${path}/${profile}/assign`, { assignments: [] })).status).toBe(400);
    expect((await graph.call("POST", `${path}/${profile}/assignments`, { target: GROUP })).status).toBe(201);
    expect(
      (
        await graph.call("POST", `${path}/${profile}/assignments`, {
          target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" },
        })
      ).status,
    ).toBe(201);
    expect((await graph.all(`${path}/${profile}/assignments`)).length).toBe(2);

    const esp = await created(`${DM}/deviceEnrollmentConfigurations`, {
      "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration",
      displayName: "x",
    });
    expect(
      (
        await graph.call("POST", `${DM}/deviceEnrollmentConfigurations/${esp}/assign`, {
          enrollmentConfigurationAssignments: [{ target: GROUP }],
        })
      ).status,
    ).toBe(204);
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
    const mine = events.filter(
      (event) =>
        JSON.stringify(event["resources"]).includes(`"resourceId":"${id}"`) &&
        JSON.stringify(event["resources"]).includes("Protokoll"),
    );
    expect(mine.map((event) => event["activityOperationType"])).toEqual(["Create", "Patch", "Delete"]);
    expect(
      await graph.all("/v1.0/deviceManagement/auditEvents?$filter=activityDateTime ge 2100-01-01T00:00:00Z"),
    ).toEqual([]);
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
    expect((await careful.get(`${DM}/operationApprovalRequests/${code}`)).body).toMatchObject({
      status: "needsApproval",
      requestJustification: "restore",
    });
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(403);
    await simulator.control.decideApproval("careful", code, "approve");
    expect(
      (await careful.call("POST", path, { ...body, displayName: "other" }, { "x-msft-approval-code": code })).status,
    ).toBe(400);
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(201);
    expect((await careful.get(`${DM}/operationApprovalRequests/${code}`)).body["status"]).toBe("completed");
    expect((await careful.call("POST", path, body, { "x-msft-approval-code": code })).status).toBe(403);
    expect((await careful.call("POST", `${DM}/roleScopeTags`, { displayName: "unguarded" })).status).toBe(201);
  });
});
