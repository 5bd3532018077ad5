import { get } from "node:http";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAMILIES } from "../../simulator/src/families.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { sized } from "../support/thoroughness.ts";
import { type Doc, idWhere, signIn } from "./client.ts";

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  folder = await mkdtemp(join(tmpdir(), "tenantatlas-simulator-"));
});
afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Every tenant has its single objects; from a policy of each family on, also two of each family that tenants have few of. */
function withWhatComesBesides(policies: number): number {
  const singles = FAMILIES.filter(({ single }) => single !== null).length;
  const few = FAMILIES.length - singles - IN_SHARES;
  return policies + singles + (policies < IN_SHARES ? 0 : 2 * few);
}
/** The families that share the ordered policies. */
const IN_SHARES = 28;

describe("demo tenants", () => {
  it.each([
    ["contoso", 40],
    ["fabrikam", 600],
    ["outside", 6],
  ])("%s is made on its first token, with %i policies", async (tenant, policies) => {
    await signIn(simulator, tenant);
    expect((await simulator.control.state(tenant)).total).toBe(withWhatComesBesides(policies));
  });

  it("contoso and fabrikam have every family, fabrikam's catalog has 1 to 120 settings a policy", async () => {
    for (const tenant of ["contoso", "fabrikam"])
      expect(Object.keys((await simulator.control.state(tenant)).byFamily).length).toBe(FAMILIES.length);
    const graph = await signIn(simulator, "fabrikam");
    const counts = (await graph.all("/beta/deviceManagement/configurationPolicies?$top=999")).map((doc) =>
      Number(doc["settingCount"]),
    );
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 120]);
  });

  it("have names in several scripts, and duplicates within a family and across families", async () => {
    const policies = await simulator.control.policies("fabrikam");
    const names = policies.map((policy) => policy.name ?? "");
    for (const script of [/\p{Script=Han}|\p{Script=Katakana}/u, /\p{Script=Arabic}/u, /\p{Script=Greek}/u, /[äöüß]/])
      expect(names.some((name) => script.test(name))).toBe(true);
    const families = new Map<string, string[]>();
    for (const { name, family } of policies) families.set(name ?? "", [...(families.get(name ?? "") ?? []), family]);
    const duplicates = [...families.values()].filter((where) => where.length > 1);
    expect(duplicates.some((where) => new Set(where).size === 1)).toBe(true);
    expect(duplicates.some((where) => new Set(where).size > 1)).toBe(true);
  });

  it("assign to groups, devices and users, with exclusions and filters that exist", async () => {
    const graph = await signIn(simulator, "fabrikam");
    await simulator.control.throttle("fabrikam", { profile: "off" });
    const groups = new Set((await graph.all("/v1.0/groups")).map((group) => group["id"]));
    const filters = new Set(
      (await graph.all("/beta/deviceManagement/assignmentFilters")).map((filter) => filter["id"]),
    );
    const targetSchema = z.looseObject({
      "@odata.type": z.string(),
      groupId: z.string().optional(),
      deviceAndAppManagementAssignmentFilterId: z.string().nullable(),
    });
    const policies = await graph.all("/beta/deviceManagement/deviceConfigurations?$expand=assignments");
    const targets = policies
      .flatMap((policy) => z.array(z.looseObject({ target: targetSchema })).parse(policy["assignments"]))
      .map((assignment) => assignment.target);
    expect(new Set(targets.map((target) => target["@odata.type"].replace("#microsoft.graph.", "")))).toEqual(
      new Set([
        "groupAssignmentTarget",
        "exclusionGroupAssignmentTarget",
        "allDevicesAssignmentTarget",
        "allLicensedUsersAssignmentTarget",
      ]),
    );
    expect(targets.every((target) => target.groupId === undefined || groups.has(target.groupId))).toBe(true);
    const used = targets.map((target) => target.deviceAndAppManagementAssignmentFilterId).filter((id) => id !== null);
    expect(used.length).toBeGreaterThan(0);
    expect(used.every((id) => filters.has(id))).toBe(true);
  });

  it("the same seed makes the same tenant, another seed another", async () => {
    const content = async (name: string, seed: string) => {
      await simulator.control.createTenant(name, { policies: 60, seed });
      const policies = await simulator.control.policies(name);
      const [first] = policies.filter((policy) => policy.family === "settingsCatalog");
      return JSON.stringify([policies, await simulator.control.policy(name, "settingsCatalog", first?.id ?? "")]);
    };
    const one = await content("one", "s1");
    expect(await content("two", "s1")).toBe(one);
    expect(await content("three", "s2")).not.toBe(one);
  });

  it("can be of any size, made in chunks", async () => {
    const policies = sized(1_100, 5_000);
    await simulator.control.createTenant("large", { policies });
    expect((await simulator.control.state("large")).total).toBe(withWhatComesBesides(policies));
    await simulator.control.createTenant("large", { policies: 3 });
    expect((await simulator.control.state("large")).total).toBe(withWhatComesBesides(3));
  });
});

describe("the control endpoints", () => {
  it("delete for a client that names a content type and sends no body", async () => {
    await simulator.control.createTenant("bare", { policies: 30 });
    const [policy] = await simulator.control.policies("bare", "filters");
    const address = `${simulator.url}/_control/tenants/bare/policies/filters/${policy?.id}`;
    const headers = { "content-type": "application/json" };
    expect((await fetch(address, { method: "DELETE", headers, body: "[]" })).status).toBe(400);
    expect((await fetch(address, { method: "DELETE", headers })).status).toBe(204);
    expect((await simulator.control.policies("bare", "filters")).map(({ id }) => id)).not.toContain(policy?.id);
  });

  it("add, edit and delete policies behind Graph's back, and the audit log names an administrator", async () => {
    await simulator.control.createTenant("edited", { policies: 30 });
    const graph = await signIn(simulator, "edited");
    const id = await simulator.control.addPolicy(
      "edited",
      "compliance",
      { "@odata.type": "#microsoft.graph.iosCompliancePolicy", displayName: "By hand" },
      { assignments: [{ target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } }] },
    );
    const path = `/v1.0/deviceManagement/deviceCompliancePolicies/${id}`;
    expect((await graph.get(`${path}?$expand=assignments`)).body).toMatchObject({
      displayName: "By hand",
      version: 1,
      assignments: [{}],
    });
    await simulator.control.editPolicy("edited", "compliance", id, { displayName: "Edited" }, { assignments: [] });
    expect((await graph.get(`${path}?$expand=assignments`)).body).toMatchObject({
      displayName: "Edited",
      version: 2,
      assignments: [],
    });
    await simulator.control.deletePolicy("edited", "compliance", id);
    expect((await graph.get(path)).status).toBe(404);
    const events = await graph.all("/v1.0/deviceManagement/auditEvents");
    expect(
      events.map((event) => [
        event["activityOperationType"],
        z.looseObject({ type: z.string() }).parse(event["actor"]).type,
      ]),
    ).toEqual([
      ["Create", "ItPro"],
      ["Patch", "ItPro"],
      ["Delete", "ItPro"],
    ]);
  });

  it("show the whole truth about a policy, secrets included", async () => {
    await simulator.control.createTenant("truth", { policies: 60 });
    const graph = await signIn(simulator, "truth");
    const id = await idWhere(graph, "/beta/deviceManagement/deviceHealthScripts");
    expect((await simulator.control.policy("truth", "remediations", id)).doc).toHaveProperty("detectionScriptContent");
  });

  it("count requests by family, and begin again when cleared", async () => {
    await simulator.control.createTenant("counted", { policies: 30 });
    const graph = await signIn(simulator, "counted");
    await graph.get("/beta/deviceManagement/roleScopeTags");
    await graph.call("POST", "/beta/deviceManagement/roleScopeTags", { displayName: "x" });
    const counters = await simulator.control.counters("counted");
    expect(counters.families["scopeTags"]).toEqual({
      requests: 2,
      reads: 1,
      writes: 1,
      throttled: 0,
      faults: 0,
      errors: 0,
    });
    expect(counters).toMatchObject({ tokensIssued: 1, totals: { requests: 2 } });
    await simulator.control.clearCounters("counted");
    expect((await simulator.control.counters("counted")).totals.requests).toBe(0);
  });

  it("refuse what they do not understand", async () => {
    await expect(simulator.control.createTenant("../x")).rejects.toThrow(/400/);
    const response = await fetch(`${simulator.url}/_control/tenants/contoso/faults`, {
      method: "POST",
      body: JSON.stringify({ statuss: 500 }),
    });
    expect(response.status).toBe(400);
  });

  it("answer on loopback only", async () => {
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${simulator.url}/_control/tenants/contoso`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on("error", reject);
      });
    expect(await statusFor("graph.example")).toBe(403);
    expect(await statusFor("localhost:8788")).toBe(200);
  });
});

describe("durability", () => {
  it("tenants, tokens and planned faults outlive a restart", async () => {
    const persistTo = join(folder, "state");
    const before = await startSimulator({ quiet: true, persistTo });
    await before.control.createTenant("lasting", { policies: 50 });
    const graph = await signIn(before, "lasting");
    const { body } = await graph.call("POST", "/beta/deviceManagement/roleScopeTags", { displayName: "survives" });
    await before.control.planFault("lasting", { family: "filters", status: 507 });
    await before.stop();

    const after = await startSimulator({ quiet: true, persistTo });
    try {
      const headers = { authorization: `Bearer ${graph.token}` };
      const tag = await fetch(`${after.url}/beta/deviceManagement/roleScopeTags/${String(body["id"])}`, { headers });
      expect(await tag.json()).toMatchObject({ displayName: "survives" });
      expect((await fetch(`${after.url}/beta/deviceManagement/assignmentFilters`, { headers })).status).toBe(507);
    } finally {
      await after.stop();
    }
  });
});

describe("loading exported policies", () => {
  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  const utf8Bom = (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);

  it("reads three encodings and several layouts, and says what became of every file", async () => {
    const root = join(folder, "export");
    const files: Record<string, Buffer | string> = {
      "ConditionalAccess/Länder.json": utf16(
        JSON.stringify({ id: "ca-1", displayName: "Länder 国", state: "enabled", conditions: {}, grantControls: null }),
      ),
      "NamedLocations/At.json": utf8Bom(
        JSON.stringify({
          "@odata.type": "#microsoft.graph.countryNamedLocation",
          id: "loc-1",
          displayName: "Österreich",
        }),
      ),
      "Whatever/Filters.json": JSON.stringify({
        filters: [
          { displayName: "a", platform: "iOS", rule: "x" },
          { displayName: "b", platform: "macOS", rule: "y" },
        ],
      }),
      "Groups/all.json": JSON.stringify({ groups: [{ displayName: "Dynamisch", membershipRule: "(x)" }] }),
      "Compliance/linux.json": JSON.stringify({
        displayName: "Linux",
        platforms: "linux",
        technologies: "linuxMdm",
        settings: [{ settingInstance: { settingDefinitionId: "linux_a" } }],
      }),
      "Settings/list.json": JSON.stringify({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
        value: [
          {
            "@odata.context":
              "https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies/$entity",
            id: "sc-1",
            name: "Export",
          },
        ],
      }),
      "MigrationTable.json": utf8Bom(JSON.stringify({ TenantId: "x", Objects: [] })),
      "broken.json": "{ not json",
      "mystery.json": JSON.stringify({ hello: "world" }),
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    await simulator.control.createTenant("loaded", { policies: 0 });
    const report = await simulator.control.loadFolder("loaded", root);
    expect(report.loaded.map((item) => `${item.family} ${item.name}`).toSorted()).toEqual([
      "complianceLinux Linux",
      "conditionalAccess Länder 国",
      "filters a",
      "filters b",
      "groups Dynamisch",
      "namedLocations Österreich",
      "settingsCatalog Export",
    ]);
    expect(report.skipped.map((item) => item.path)).toEqual(["MigrationTable.json", "broken.json", "mystery.json"]);
    expect(report.skipped[0]?.reason).toContain("migration table");

    const graph = await signIn(simulator, "loaded");
    expect((await graph.get("/v1.0/identity/conditionalAccess/policies/ca-1")).body).toMatchObject({
      displayName: "Länder 国",
    });
    expect(
      await graph.all(
        `/beta/deviceManagement/compliancePolicies/${await idWhere(graph, "/beta/deviceManagement/compliancePolicies")}/settings`,
      ),
    ).toMatchObject([{ id: "0" }]);
  });

  it.runIf(HAS_REALDATA)("loads the real exports whole, and Graph gives them back", async () => {
    await simulator.control.createTenant("exports", { policies: 0 });
    const report = await simulator.control.loadFolder("exports", REALDATA_FOLDER);
    expect(report.skipped.map((item) => item.reason)).toEqual([expect.stringContaining("migration table")]);
    const { byFamily } = await simulator.control.state("exports");
    const singles = FAMILIES.flatMap(({ key, single }) => (single === null ? [] : [[key, 1] as const]));
    expect(byFamily).toEqual({
      ...Object.fromEntries(singles),
      appProtection: 8,
      apps: 17,
      autopilot: 2,
      compliance: 8,
      complianceLinux: 2,
      conditionalAccess: 50,
      enrollment: 1,
      filters: 24,
      groups: 43,
      namedLocations: 3,
      notifications: 1,
    });
    const graph = await signIn(simulator, "exports");
    const policies = await graph.all("/beta/identity/conditionalAccess/policies");
    expect(policies.length).toBe(50);
    // v1.0 leaves out those with conditions that only the beta has.
    const inV1 = (await graph.all("/v1.0/identity/conditionalAccess/policies")).map(({ id }) => id);
    const hidden = policies.filter(({ id }) => !inV1.includes(id));
    expect(hidden.map((policy) => String(policy["displayName"]).slice(0, 5))).toContain("CA501");
    expect(hidden.length).toBe(5);
    expect(
      (await graph.get(`/v1.0/identity/conditionalAccess/policies/${String(hidden[0]?.["id"])}`)).body,
    ).toMatchObject({
      error: { message: expect.stringContaining("1037: The policy you requested contains preview features.") },
    });
    const agent = policies.find((policy: Doc) => String(policy["displayName"]).startsWith("CA501"));
    expect(agent).toHaveProperty("conditions");
  });
});
