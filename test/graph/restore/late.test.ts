import { beforeEach, describe, expect, it } from "vitest";
import { UNCERTAIN_MS } from "../../../src/graph/calls/restore/perform.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { objectOf, restoreBench, type RestoreBench } from "./simulated-restore.ts";

let bench: RestoreBench;
beforeEach(async () => {
  bench = await restoreBench(0);
});

const type = (name: string) => ({ "@odata.type": `#microsoft.graph.${name}` });
const ALL_DEVICES = { target: type("allDevicesAssignmentTarget") };
const RESTRICTION = objectOf({
  ...type("windows10GeneralConfiguration"),
  displayName: "Restrictions",
  passwordRequired: true,
  assignments: [ALL_DEVICES],
});
const LOCATION = objectOf({
  ...type("countryNamedLocation"),
  displayName: "Austria",
  countriesAndRegions: ["AT"],
  includeUnknownCountriesAndRegions: false,
});
const POLICY = objectOf({
  displayName: "Outside Austria",
  state: "disabled",
  conditions: {
    applications: { includeApplications: ["All"] },
    users: { includeUsers: ["All"] },
    locations: { includeLocations: ["All"], excludeLocations: ["11111111-1111-4111-8111-111111111111"] },
  },
  grantControls: { operator: "OR", builtInControls: ["mfa"] },
});

describe("What was just created and Graph does not tell yet", () => {
  it.each([1, 3])("is assigned and read back all the same, after %i answers that know nothing of it", async (late) => {
    await bench.control.configure(bench.tenant, { lateAnswers: late });
    const outcome = await bench.perform({ plan: bench.plan("deviceConfiguration", RESTRICTION) });
    expect(outcome).toMatchObject({ kind: "restored" });
    const { parts } = await bench.control.policy(bench.tenant, "deviceConfiguration", outcome.graphId ?? "");
    expect(parts["assignments"]).toMatchObject([ALL_DEVICES]);
    expect(await bench.ids("deviceConfiguration")).toHaveLength(1);
  });

  it.each([
    ["is assigned", [ALL_DEVICES]],
    ["is read back", []],
  ])("is waited for by the unit, and no longer than it may take: it %s", async (_what, assignments) => {
    await bench.control.configure(bench.tenant, { lateAnswers: 100 });
    const journal = new MemoryJournal();
    const task = { plan: bench.plan("deviceConfiguration", objectOf({ ...RESTRICTION, assignments })), journal };
    expect(await bench.perform(task)).toMatchObject({ kind: "deferred", reason: "not_shown" });
    expect(await bench.perform(task)).toMatchObject({ kind: "deferred", reason: "not_shown" });
    journal.age(UNCERTAIN_MS);
    expect(await bench.perform(task)).toMatchObject({ kind: "failed", failure: { code: "not_found" } });
    expect(await bench.ids("deviceConfiguration")).toHaveLength(1);
  });

  it("is no conflict of an update: what is gone before it is changed is gone", async () => {
    const { graphId } = await bench.perform({ plan: bench.plan("deviceConfiguration", RESTRICTION) });
    const task = await bench.updateTask(
      "deviceConfiguration",
      graphId ?? "",
      objectOf({ ...RESTRICTION, description: "x" }),
    );
    await bench.control.deletePolicy(bench.tenant, "deviceConfiguration", graphId ?? "");
    expect(await bench.perform(task)).toMatchObject({ kind: "failed", failure: { code: "not_found" } });
  });

  it("is waited for by those that refer to it, when the same run has made it", async () => {
    const location = await bench.perform({ plan: bench.plan("namedLocations", LOCATION) });
    const source = "11111111-1111-4111-8111-111111111111";
    const mapping = { namedLocation: { [source]: { restoredItem: "0" } } };
    const filling = { omaValue: async () => null, restoredId: async () => location.graphId };
    const refusal = { family: "conditionalAccess", method: "POST", status: 400, code: "BadRequest" };
    const message = `1040: NamedLocation with id ${location.graphId ?? ""} does not exist in the directory.`;
    await bench.control.planFault(bench.tenant, { ...refusal, message, count: 3 });
    const plan = bench.plan("conditionalAccess", POLICY, { mapping });
    expect(await bench.perform({ plan, filling })).toMatchObject({ kind: "restored" });

    // One that is missing is not waited for: nothing says that it will come.
    await bench.control.planFault(bench.tenant, { ...refusal, message, count: 1 });
    const mapped = bench.plan("conditionalAccess", POLICY, { mapping: { namedLocation: { [source]: "gone" } } });
    expect(await bench.perform({ plan: mapped })).toMatchObject({ failure: { code: "graph_rejected" } });
  });

  it("is a winget app that is assigned once it is published", async () => {
    const app = objectOf({
      ...type("winGetApp"),
      displayName: "Portal",
      publisher: "Microsoft",
      packageIdentifier: "9WZDNCRFJ3PZ",
      assignments: [{ ...ALL_DEVICES, intent: "required" }],
    });
    const outcome = await bench.perform({ plan: bench.plan("apps", app) });
    expect(outcome).toMatchObject({ kind: "restored" });
    const { doc, parts } = await bench.control.policy(bench.tenant, "apps", outcome.graphId ?? "");
    expect([doc["publishingState"], parts["assignments"]?.length]).toEqual(["published", 1]);
    expect((await bench.control.counters(bench.tenant)).families["apps"]?.errors).toBe(0);
  });
});
