import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { CA, DM, create, refusal } from "./bodies.ts";
import { type Graph, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("late", { policies: 0 });
  await simulator.control.configure("late", { lateAnswers: 2 });
  graph = await signIn(simulator, "late");
});
afterAll(() => simulator.stop());

const LOCATION = {
  "@odata.type": "#microsoft.graph.countryNamedLocation",
  displayName: "AT",
  countriesAndRegions: ["AT"],
};

describe("What was just made, in a tenant that is late", () => {
  it("is not found by so many requests, readings and actions, and then is there", async () => {
    const path = `${DM}/assignmentFilters`;
    const body = { displayName: "x", platform: "iOS", rule: '(device.model -eq "a")' };
    const id = await create(graph, path, body);
    const statuses = [];
    statuses.push((await graph.get(`${path}/${id}`)).status);
    statuses.push((await graph.call("PATCH", `${path}/${id}`, { rule: "x" })).status);
    statuses.push((await graph.get(`${path}/${id}`)).status);
    expect(statuses).toEqual([404, 404, 200]);
    const listed = await create(graph, path, { ...body, displayName: "y" });
    const seen = async () => (await graph.all(path)).some((filter) => filter["id"] === listed);
    expect([await seen(), await seen(), await seen()]).toEqual([false, false, true]);
  });

  it("is unknown to conditional access, with its code 1040", async () => {
    const location = await create(graph, `${CA}/namedLocations`, LOCATION);
    const policy = {
      displayName: "x",
      state: "disabled",
      conditions: { applications: {}, users: {}, locations: { includeLocations: [location] } },
    };
    for (let time = 0; time < 2; time += 1)
      expect(refusal(await graph.call("POST", `${CA}/policies`, policy))).toContain("1040");
    expect((await graph.call("POST", `${CA}/policies`, policy)).status).toBe(201);
  });

  it("is a winget app that is published some moments later, and takes no assignment before", async () => {
    await simulator.control.configure("late", { lateAnswers: 0 });
    const path = "/beta/deviceAppManagement/mobileApps";
    const app = {
      "@odata.type": "#microsoft.graph.winGetApp",
      displayName: "x",
      publisher: "y",
      packageIdentifier: "9",
    };
    const id = await create(graph, path, app);
    const assign = () => graph.call("POST", `${path}/${id}/assign`, { mobileAppAssignments: [] });
    expect(refusal(await assign())).toContain("not published");
    const states = [];
    for (let time = 0; time < 2; time += 1) states.push((await graph.get(`${path}/${id}`)).body["publishingState"]);
    expect(states).toEqual(["processing", "published"]);
    expect((await assign()).status).toBe(204);
  });
});
