import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { errorOf, type Graph, signIn } from "./client.ts";

let simulator: Simulator;
let graph: Graph;
const TENANT = "faulty";
const FILTERS = "/beta/deviceManagement/assignmentFilters";
const TAGS = "/beta/deviceManagement/roleScopeTags";

beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.control.createTenant(TENANT, { policies: 60 });
  graph = await signIn(simulator, TENANT);
});

describe("planned faults", () => {
  it("strike one family from the n-th call on, as often as planned", async () => {
    await simulator.control.planFault(TENANT, { family: "filters", from: 2, count: 2, status: 503, retryAfter: 3 });
    const seen = [];
    for (let call = 0; call < 4; call += 1) seen.push((await graph.get(FILTERS)).status);
    expect(seen).toEqual([200, 503, 503, 200]);
    expect((await graph.get(TAGS)).status).toBe(200);
    expect(await simulator.control.faults(TENANT)).toMatchObject([{ seen: 4, struck: 2 }]);
  });

  it("delay a token without spoiling it, when only a latency is planned", async () => {
    await simulator.control.planFault(TENANT, { latencyMs: 1, count: 1 });
    const late = await signIn(simulator, TENANT);
    expect((await late.get(TAGS)).status).toBe(200);
    expect(await simulator.control.faults(TENANT)).toMatchObject([{ struck: 1 }]);
  });

  it("are cleared", async () => {
    await simulator.control.planFault(TENANT, { status: 500 });
    expect((await graph.get(TAGS)).status).toBe(500);
    await simulator.control.clearFaults(TENANT);
    expect((await graph.get(TAGS)).status).toBe(200);
  });

  it("choose by method and by path", async () => {
    await simulator.control.planFault(TENANT, { method: "POST", pathContains: "roleScopeTags", status: 504 });
    expect((await graph.get(TAGS)).status).toBe(200);
    expect((await graph.call("POST", TAGS, { displayName: "x" })).status).toBe(504);
  });

  it.each(["2", "0.35", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])(
    "send Retry-After %s as planned",
    async (retryAfter) => {
      await simulator.control.planFault(TENANT, { status: 429, retryAfter, count: 1 });
      const answer = await graph.get(TAGS);
      expect([answer.status, answer.headers.get("retry-after"), errorOf(answer).code]).toEqual([
        429,
        retryAfter,
        "TooManyRequests",
      ]);
    },
  );

  it("truncate the JSON of an answer that says 200", async () => {
    await simulator.control.planFault(TENANT, { family: "roles", truncateJson: true, count: 1 });
    await expect(graph.get("/v1.0/deviceManagement/roleDefinitions")).rejects.toThrow(SyntaxError);
    expect((await graph.get("/v1.0/deviceManagement/roleDefinitions")).status).toBe(200);
  });

  it("drop the connection in the middle of an answer", async () => {
    await simulator.control.planFault(TENANT, { family: "roles", dropConnection: true, count: 1 });
    await expect(graph.get("/v1.0/deviceManagement/roleDefinitions")).rejects.toThrow(TypeError);
    expect((await graph.get("/v1.0/deviceManagement/roleDefinitions")).status).toBe(200);
  });

  it("lose the answer of a write, before it took effect or after it", async () => {
    const names = async () => (await simulator.control.policies(TENANT, "scopeTags")).map((tag) => tag.name);
    await simulator.control.planFault(TENANT, { method: "POST", dropConnection: true, count: 1 });
    await expect(graph.call("POST", TAGS, { displayName: "lost request" })).rejects.toThrow(TypeError);
    expect(await names()).not.toContain("lost request");
    await simulator.control.clearFaults(TENANT);
    await simulator.control.planFault(TENANT, { method: "POST", status: 504, afterApply: true, count: 1 });
    expect((await graph.call("POST", TAGS, { displayName: "lost answer" })).status).toBe(504);
    expect(await names()).toContain("lost answer");
  });

  it("delay an answer that is otherwise right", async () => {
    await simulator.control.planFault(TENANT, { family: "scopeTags", latencyMs: 1, count: 1 });
    expect((await graph.get(TAGS)).status).toBe(200);
    expect(await simulator.control.faults(TENANT)).toMatchObject([{ struck: 1 }]);
  });

  it("name a missing permission", async () => {
    await simulator.control.planFault(TENANT, {
      family: "filters",
      permissionMissing: "DeviceManagementConfiguration.Read.All",
    });
    const answer = await graph.get(FILTERS);
    expect([answer.status, errorOf(answer).message]).toEqual([
      403,
      expect.stringContaining("DeviceManagementConfiguration.Read.All"),
    ]);
  });
});

describe("permissions", () => {
  it("taken away make a 403 that names them, in Intune's wrapping and in Entra's", async () => {
    await simulator.control.removePermissions(TENANT, "DeviceManagementScripts.Read.All", "Policy.Read.All");
    const scripts = await graph.get("/beta/deviceManagement/deviceShellScripts");
    expect([scripts.status, errorOf(scripts).code]).toEqual([403, "Forbidden"]);
    expect(z.object({ Message: z.string() }).parse(JSON.parse(errorOf(scripts).message)).Message).toContain(
      "DeviceManagementScripts.Read.All",
    );
    const policies = await graph.get("/v1.0/identity/conditionalAccess/policies");
    expect([policies.status, errorOf(policies)]).toMatchObject([
      403,
      { code: "Authorization_RequestDenied", message: expect.stringContaining("Policy.Read.All") },
    ]);
    expect((await graph.get(FILTERS)).status).toBe(200);
    await simulator.control.grantPermissions(TENANT, "DeviceManagementScripts.Read.All");
    expect((await graph.get("/beta/deviceManagement/deviceShellScripts")).status).toBe(200);
    expect((await graph.call("DELETE", "/beta/deviceManagement/deviceShellScripts/x")).status).toBe(403);
  });

  it("to write are needed beside those to read", async () => {
    // Either of the two would do.
    await simulator.control.removePermissions(
      TENANT,
      "DeviceManagementRBAC.ReadWrite.All",
      "DeviceManagementConfiguration.ReadWrite.All",
    );
    expect((await graph.get(TAGS)).status).toBe(200);
    expect(errorOf(await graph.call("POST", TAGS, { displayName: "x" })).message).toContain(
      "DeviceManagementRBAC.ReadWrite.All",
    );
  });
});

describe("throttling", () => {
  // Slow enough that no token comes back while a test runs.
  const SLOW = { burst: 2, perSecond: 0.001 };
  it.each([
    ["whole", /^\d+$/],
    ["fractional", /^\d+\.\d+$/],
    ["absent", null],
  ] as const)("answers 429 when the bucket is empty, Retry-After %s", async (retryAfter, pattern) => {
    await simulator.control.throttle(TENANT, { buckets: { filters: { ...SLOW, retryAfter } } });
    expect([(await graph.get(FILTERS)).status, (await graph.get(FILTERS)).status]).toEqual([200, 200]);
    const refused = await graph.get(FILTERS);
    expect(refused.status).toBe(429);
    if (pattern === null) expect(refused.headers.get("retry-after")).toBeNull();
    else expect(refused.headers.get("retry-after")).toMatch(pattern);
    expect((await graph.get(TAGS)).status).toBe(200);
    expect((await simulator.control.counters(TENANT)).families["filters"]).toMatchObject({ requests: 3, throttled: 1 });
  });

  it("counts reads and writes of all Intune families in shared buckets, and no Entra ones", async () => {
    await simulator.control.throttle(TENANT, { buckets: { "intune:read": SLOW, "intune:write": SLOW } });
    expect([(await graph.get(FILTERS)).status, (await graph.get(TAGS)).status, (await graph.get(TAGS)).status]).toEqual(
      [200, 200, 429],
    );
    expect((await graph.call("POST", TAGS, { displayName: "x" })).status).toBe(201);
    expect((await graph.get("/v1.0/identity/conditionalAccess/policies")).status).toBe(200);
  });

  it("refills: a throttled family is let in again", async () => {
    await simulator.control.throttle(TENANT, { buckets: { filters: { burst: 1, perSecond: 20 } } });
    await graph.get(FILTERS);
    await expect.poll(async () => (await graph.get(FILTERS)).status, { timeout: 10_000 }).toBe(200);
  });

  it("is real by default: conditional access gets a small burst and no Retry-After", async () => {
    await simulator.control.createTenant("real", { policies: 40, throttling: "real" });
    const real = await signIn(simulator, "real");
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => real.get("/v1.0/identity/conditionalAccess/policies")),
    );
    const throttled = answers.filter((answer) => answer.status === 429);
    expect(throttled.length).toBeGreaterThanOrEqual(4);
    expect(throttled.every((answer) => answer.headers.get("retry-after") === null)).toBe(true);
    await simulator.control.throttle("real", { profile: "off" });
    expect((await real.get("/v1.0/identity/conditionalAccess/policies")).status).toBe(200);
  });
});

describe("$batch", () => {
  const responsesSchema = z.array(
    z.object({
      id: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown().optional(),
    }),
  );
  const batch = async (requests: object[], version = "beta") => graph.call("POST", `/${version}/$batch`, { requests });

  it("answers up to 20 parts, each with its own status, out of order", async () => {
    const requests = Array.from({ length: 20 }, (_, n) => ({
      id: String(n),
      method: "GET",
      url: n === 7 ? "/deviceManagement/assignmentFilters/gone" : "/deviceManagement/roleScopeTags?$top=1",
    }));
    const answer = await batch(requests);
    const responses = responsesSchema.parse(answer.body["responses"]);
    expect(answer.status).toBe(200);
    expect(responses.map((response) => response.id)).not.toEqual(requests.map((request) => request.id));
    expect(responses.map((response) => response.id).toSorted()).toEqual(
      requests.map((request) => request.id).toSorted(),
    );
    expect(responses.filter((response) => response.status !== 200)).toMatchObject([{ id: "7", status: 404 }]);
    expect(responses[0]?.headers["content-type"]).toMatch(/json/);
  });

  it("throttles and fails parts one by one", async () => {
    await simulator.control.throttle(TENANT, {
      buckets: { filters: { burst: 1, perSecond: 0.001, retryAfter: "whole" } },
    });
    await simulator.control.planFault(TENANT, { family: "scopeTags", status: 502, count: 1 });
    const get = (id: string, path: string) => ({ id, method: "GET", url: path });
    const filters = "/deviceManagement/assignmentFilters";
    const tags = "deviceManagement/roleScopeTags";
    const answer = await batch([get("a", filters), get("b", filters), get("c", tags), get("d", tags)]);
    const byId = new Map(responsesSchema.parse(answer.body["responses"]).map((response) => [response.id, response]));
    expect(["a", "b", "c", "d"].map((id) => byId.get(id)?.status)).toEqual([200, 429, 502, 200]);
    expect(byId.get("b")?.headers["retry-after"]).toMatch(/^\d+$/);
  });

  it("writes, and fails what depends on a failure", async () => {
    const post = { method: "POST", headers: { "Content-Type": "application/json" } };
    const answer = await batch([
      { id: "1", url: "/deviceManagement/roleScopeTags", body: { displayName: "by batch" }, ...post },
      { id: "2", url: "/deviceManagement/roleScopeTags", body: { id: "9" }, ...post },
      { id: "3", url: "/deviceManagement/roleScopeTags", body: { displayName: "never" }, dependsOn: ["2"], ...post },
    ]);
    const status = Object.fromEntries(
      responsesSchema.parse(answer.body["responses"]).map((response) => [response.id, response.status]),
    );
    expect(status).toEqual({ 1: 201, 2: 400, 3: 424 });
    const names = (await simulator.control.policies(TENANT, "scopeTags")).map((tag) => tag.name);
    expect(names).toContain("by batch");
    expect(names).not.toContain("never");
  });

  it("refuses 21 parts, repeated ids, absolute urls and nonsense", async () => {
    const get = { method: "GET", url: "/deviceManagement/roleScopeTags" };
    expect((await batch(Array.from({ length: 21 }, (_, n) => ({ id: String(n), ...get })))).status).toBe(400);
    expect(
      (
        await batch([
          { id: "1", ...get },
          { id: "1", ...get },
        ])
      ).status,
    ).toBe(400);
    expect((await batch([{ id: "1", method: "GET", url: `${simulator.url}/beta/groups` }])).status).toBe(400);
    expect((await batch([{ id: "1" }])).status).toBe(400);
    expect((await batch([{ id: "1", ...get }], "v1.0")).status).toBe(200);
  });

  it("as a whole can fail too", async () => {
    await simulator.control.planFault(TENANT, { family: "$batch", status: 503, count: 1 });
    expect((await batch([{ id: "1", method: "GET", url: "/groups" }])).status).toBe(503);
    expect((await batch([{ id: "1", method: "GET", url: "/groups" }])).status).toBe(200);
  });
});
