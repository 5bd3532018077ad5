import { describe, expect, it } from "vitest";
import { z } from "zod";
import { familyByKey } from "../../../src/graph/families.ts";
import { readFamily, readPolicy } from "../../../src/graph/calls/family-reader.ts";
import { omaSecretReferences } from "../../../src/graph/oma-secrets.ts";
import { readOmaSecrets } from "../../../src/graph/calls/read-oma-secrets.ts";
import { GRAPH, json, ScriptedGraph, type ScriptedRequest } from "./scripted-graph.ts";

const batchSchema = z.object({ requests: z.array(z.object({ id: z.string(), url: z.string() })) });
type Answers = Record<string, unknown>;

/** Graph by path and query below the version: an answer's body, or a number for a bare status. */
function graphOf(answers: Answers): ScriptedGraph {
  const answer = (path: string) => {
    const found = answers[path] ?? 404;
    return typeof found === "number"
      ? { status: found, body: { error: { code: "x", message: "" } } }
      : { status: 200, body: found };
  };
  return new ScriptedGraph((request: ScriptedRequest) => {
    if (request.url.endsWith("/$batch")) {
      return json({
        responses: batchSchema.parse(request.body).requests.map(({ id, url }) => ({ id, ...answer(url) })),
      });
    }
    const { status, body } = answer(request.url.slice(GRAPH.length).replace(/^\/(v1\.0|beta)/, ""));
    return json(body, status);
  });
}

async function read(key: string, answers: Answers) {
  const family = familyByKey(key);
  if (!family) throw new Error(`no family ${key}`);
  const graph = graphOf(answers);
  const documents: Record<string, unknown> = {};
  const unreadable: Record<string, unknown> = {};
  let end: unknown = null;
  for await (const portion of readFamily(graph.client(), graph.now, family)) {
    end = portion.kind === "ok" ? "ok" : portion;
    if (portion.kind !== "ok") continue;
    for (const { graphId, document } of portion.value.policies) documents[graphId] = document;
    for (const { graphId, name, failure } of portion.value.unreadable) unreadable[graphId] = { name, failure };
  }
  return { documents, unreadable, end, graph };
}

const CATALOG = "/deviceManagement/configurationPolicies";
const SCRIPTS = "/deviceManagement/deviceManagementScripts";
const PROTECTION = "/deviceAppManagement/managedAppPolicies";

describe("Reading a family", () => {
  it("puts sub-resources into their policies, over their pages", async () => {
    const next = `${GRAPH}/beta${CATALOG}/a/settings?$skiptoken=2`;
    const { documents, end } = await read("settingsCatalog", {
      [CATALOG]: { value: [{ id: "a" }, { id: "b" }] },
      [`${CATALOG}/a/settings`]: { value: [{ id: "0" }], "@odata.nextLink": next },
      [`${CATALOG}/a/settings?$skiptoken=2`]: { value: [{ id: "1" }] },
      [`${CATALOG}/b/settings`]: { value: [] },
      [`${CATALOG}/a/assignments`]: { value: [{ id: "x" }] },
      [`${CATALOG}/b/assignments`]: { value: [] },
    });
    expect(end).toBe("ok");
    expect(documents).toEqual({
      a: { id: "a", settings: [{ id: "0" }, { id: "1" }], assignments: [{ id: "x" }] },
      b: { id: "b", settings: [], assignments: [] },
    });
  });

  it("reads sub-resources of sub-resources", async () => {
    const base = "/deviceManagement/groupPolicyConfigurations";
    const { documents } = await read("adminTemplates", {
      [base]: { value: [{ id: "t" }] },
      [`${base}/t/assignments`]: { value: [] },
      [`${base}/t/definitionValues?$expand=definition`]: { value: [{ id: "v 1", definition: { id: "d" } }] },
      [`${base}/t/definitionValues/v%201/presentationValues?$expand=presentation`]: {
        value: [{ id: "p", presentation: {} }],
      },
    });
    expect(documents).toMatchObject({ t: { definitionValues: [{ id: "v 1", presentationValues: [{ id: "p" }] }] } });
  });

  it("takes the document read by id for the listed one", async () => {
    const { documents } = await read("powershellScripts", {
      [SCRIPTS]: { value: [{ id: "a", displayName: "listed" }] },
      [`${SCRIPTS}/a`]: { id: "a", displayName: "whole", scriptContent: "ZWNobw==" },
      [`${SCRIPTS}/a/assignments`]: { value: [] },
    });
    expect(documents).toEqual({ a: { id: "a", displayName: "whole", scriptContent: "ZWNobw==", assignments: [] } });
  });

  it("reads app protection in its typed sets, keeps kinds without one, and leaves out another family's", async () => {
    const { documents, end } = await read("appProtection", {
      [PROTECTION]: {
        value: [
          { id: "T_1", "@odata.type": "#microsoft.graph.iosManagedAppProtection" },
          { id: "D_1", "@odata.type": "#microsoft.graph.defaultManagedAppProtection", displayName: "kept" },
          { id: "A_1", "@odata.type": "#microsoft.graph.targetedManagedAppConfiguration" },
        ],
      },
      "/deviceAppManagement/iosManagedAppProtections/T_1?$expand=apps,assignments": { id: "T_1", pinRequired: true },
    });
    expect(end).toBe("ok");
    expect(documents).toEqual({
      T_1: { "@odata.type": "#microsoft.graph.iosManagedAppProtection", id: "T_1", pinRequired: true },
      D_1: { id: "D_1", "@odata.type": "#microsoft.graph.defaultManagedAppProtection", displayName: "kept" },
    });
  });

  it("takes a policy that two pages tell for one", async () => {
    const list = "/deviceManagement/assignmentFilters";
    const { documents, end } = await read("filters", {
      [list]: { value: [{ id: "a" }, { id: "b", rule: "before" }], "@odata.nextLink": `${GRAPH}/beta${list}?p=2` },
      [`${list}?p=2`]: { value: [{ id: "b", rule: "after" }, { id: "c" }] },
    });
    expect(end).toBe("ok");
    expect(documents).toEqual({ a: { id: "a" }, b: { id: "b", rule: "after" }, c: { id: "c" } });
  });

  it("F35: names a policy that vanishes between list and detail, and takes it for no removed one", async () => {
    const { end, unreadable } = await read("powershellScripts", {
      [SCRIPTS]: { value: [{ id: "a", displayName: "A" }] },
    });
    expect(end).toBe("ok");
    expect(unreadable).toMatchObject({ a: { name: "A", failure: { kind: "not_found" } } });
  });

  /** JSON nested in so many levels, the document among them. */
  const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);

  it.each([
    ["is not found by its id", 404, "not_found"],
    ["is refused", 403, "permission_missing"],
    ["always fails", 500, "transient"],
    ["is answered by another", { id: "other" }, "malformed"],
    ["holds a lone surrogate", { id: "bad", scriptContent: "\ud800" }, "malformed"],
    ["is nested too deep", { id: "bad", tree: nested(256) }, "malformed"],
    ["is nested in thousands of levels", { id: "bad", tree: nested(2_000) }, "malformed"],
  ])("F35: reads all others of a family when one %s", async (_what, answer, kind) => {
    const { documents, unreadable, end } = await read("powershellScripts", {
      [SCRIPTS]: { value: [{ id: "bad", displayName: "Bad" }, { id: "good" }] },
      [`${SCRIPTS}/bad`]: answer,
      [`${SCRIPTS}/bad/assignments`]: { value: [] },
      [`${SCRIPTS}/good`]: { id: "good", tree: nested(255) },
      [`${SCRIPTS}/good/assignments`]: { value: [] },
    });
    expect(end).toBe("ok");
    expect(Object.keys(documents)).toEqual(["good"]);
    expect(unreadable).toMatchObject({ bad: { name: "Bad", failure: { kind } } });
  });

  it("F35: names a policy whose sub-resource cannot be read, and reads the others", async () => {
    const { documents, unreadable } = await read("settingsCatalog", {
      [CATALOG]: { value: [{ id: "a" }, { id: "b", name: "B" }] },
      [`${CATALOG}/a/settings`]: { value: [] },
      [`${CATALOG}/a/assignments`]: { value: [] },
      [`${CATALOG}/b/settings`]: { value: [] },
    });
    expect(Object.keys(documents)).toEqual(["a"]);
    expect(unreadable).toMatchObject({ b: { name: "B", failure: { kind: "not_found" } } });
  });

  it.each(["..", ".", "\udfff"])("F35: names a policy whose id (%j) cannot be part of an address", async (id) => {
    const { documents, unreadable } = await read("powershellScripts", {
      [SCRIPTS]: { value: [{ id, displayName: "Odd" }, { id: "a" }] },
      [`${SCRIPTS}/a`]: { id: "a" },
      [`${SCRIPTS}/a/assignments`]: { value: [] },
    });
    expect(Object.keys(documents)).toEqual(["a"]);
    expect(unreadable).toMatchObject({ [id]: { name: "Odd", failure: { kind: "malformed" } } });
  });

  it("leaves out Microsoft's global apps, except those that the tenant has assigned", async () => {
    const { documents } = await read("apps", {
      "/deviceAppManagement/mobileApps?$expand=categories,assignments": {
        value: [
          { id: "store", appAvailability: "global", isAssigned: false },
          { id: "assigned", appAvailability: "global", isAssigned: true },
          { id: "own", appAvailability: "lineOfBusiness", isAssigned: false },
          { id: "plain" },
        ],
      },
    });
    expect(Object.keys(documents)).toEqual(["assigned", "own", "plain"]);
  });

  it("F35: takes what no policy of a family can be read for, for the family's own failure", async () => {
    const { end } = await read("powershellScripts", { [SCRIPTS]: { value: [{ id: "a" }, { id: "b" }] } });
    expect(end).toMatchObject({ kind: "transient", detail: "A policy disappeared while its family was read" });
  });

  it("tells a family that the cloud does not have", async () => {
    expect((await read("filters", {})).end).toMatchObject({ kind: "not_found" });
  });

  it("takes an item without an id for malformed", async () => {
    const answers = { "/deviceManagement/assignmentFilters": { value: [{ displayName: "x" }] } };
    expect((await read("filters", answers)).end).toMatchObject({ kind: "malformed" });
  });

  it.each([
    [
      "another policy than was asked for",
      "powershellScripts",
      { [SCRIPTS]: { value: [{ id: "a" }] }, [`${SCRIPTS}/a`]: { id: "b" } },
    ],
    [
      "sub-resources that lead in a circle",
      "settingsCatalog",
      {
        [CATALOG]: { value: [{ id: "a" }] },
        [`${CATALOG}/a/settings`]: { value: [], "@odata.nextLink": `${GRAPH}/beta${CATALOG}/a/settings` },
        [`${CATALOG}/a/assignments`]: { value: [] },
      },
    ],
    [
      "sub-resources that go on elsewhere",
      "settingsCatalog",
      {
        [CATALOG]: { value: [{ id: "a" }] },
        [`${CATALOG}/a/settings`]: { value: [], "@odata.nextLink": "https://elsewhere.test/beta/x" },
        [`${CATALOG}/a/assignments`]: { value: [] },
      },
    ],
    [
      "sub-resources that go on in another version",
      "settingsCatalog",
      {
        [CATALOG]: { value: [{ id: "a" }] },
        [`${CATALOG}/a/settings`]: { value: [], "@odata.nextLink": `${GRAPH}/v1.0${CATALOG}/a/settings?p=2` },
        [`${CATALOG}/a/assignments`]: { value: [] },
      },
    ],
  ])("takes %s for malformed", async (_what, key, answers) => {
    expect((await read(key, answers)).unreadable).toMatchObject({ a: { failure: { kind: "malformed" } } });
  });

  it("asks for 20 details at a time", async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `id-${index}`);
    const answers: Answers = { [SCRIPTS]: { value: ids.map((id) => ({ id })) } };
    for (const id of ids) {
      answers[`${SCRIPTS}/${id}`] = { id };
      answers[`${SCRIPTS}/${id}/assignments`] = { value: [] };
    }
    const { documents, graph } = await read("powershellScripts", answers);
    expect(Object.keys(documents)).toHaveLength(45);
    // The list, and 45 documents and 45 lists of assignments in portions of 40 and 5.
    expect(graph.requests).toHaveLength(1 + (2 + 2) + (1 + 1));
  });
});

describe("Reading one policy", () => {
  async function readOne(key: string, graphId: string, answers: Answers) {
    const family = familyByKey(key);
    if (!family) throw new Error(`no family ${key}`);
    const graph = graphOf(answers);
    return { result: await readPolicy(graph.client(), graph.now, family, graphId), graph };
  }

  it("gives it with its sub-resources, in two requests", async () => {
    const { result, graph } = await readOne("settingsCatalog", "a", {
      [`${CATALOG}/a`]: { id: "a", name: "A" },
      [`${CATALOG}/a/settings`]: { value: [{ id: "0" }] },
      [`${CATALOG}/a/assignments`]: { value: [] },
    });
    expect(result).toMatchObject({
      kind: "ok",
      value: { graphId: "a", document: { id: "a", name: "A", settings: [{ id: "0" }], assignments: [] } },
    });
    expect(graph.requests).toHaveLength(2);
  });

  it("reads a typed one from its own set, with the type that the mixed one tells", async () => {
    const type = "#microsoft.graph.iosManagedAppProtection";
    const { result } = await readOne("appProtection", "p", {
      [`${PROTECTION}/p`]: { "@odata.type": type, id: "p" },
      "/deviceAppManagement/iosManagedAppProtections/p?$expand=apps,assignments": {
        id: "p",
        apps: [],
        assignments: [],
      },
    });
    expect(result).toMatchObject({ kind: "ok", value: { document: { "@odata.type": type, apps: [] } } });
  });

  it("F35: says that it is not found when Graph says so of the policy, or when it is another family's", async () => {
    expect((await readOne("settingsCatalog", "gone", {})).result.kind).toBe("not_found");
    const foreign = { "@odata.type": "#microsoft.graph.targetedManagedAppConfiguration", id: "p" };
    expect((await readOne("appProtection", "p", { [`${PROTECTION}/p`]: foreign })).result.kind).toBe("not_found");
  });

  it("F35: takes a sub-resource that is not found for a passing contradiction, not for a policy that is gone", async () => {
    const { result } = await readOne("settingsCatalog", "a", { [`${CATALOG}/a`]: { id: "a" } });
    expect(result.kind).toBe("transient");
    const type = "#microsoft.graph.iosManagedAppProtection";
    const typed = await readOne("appProtection", "p", { [`${PROTECTION}/p`]: { "@odata.type": type, id: "p" } });
    expect(typed.result.kind).toBe("transient");
  });

  it("reads a script once, since reading by id tells it all", async () => {
    const { graph } = await readOne("powershellScripts", "a", {
      [`${SCRIPTS}/a`]: { id: "a" },
      [`${SCRIPTS}/a/assignments`]: { value: [] },
    });
    expect(graph.requests.filter(({ url }) => url.endsWith(`${SCRIPTS}/a`))).toHaveLength(1);
  });

  it("does not take another policy for it", async () => {
    expect((await readOne("powershellScripts", "a", { [`${SCRIPTS}/a`]: { id: "b" } })).result.kind).toBe("malformed");
  });
});

describe("Encrypted OMA values", () => {
  const CONFIGURATIONS = "/deviceManagement/deviceConfigurations";
  const setting = (reference: string | null, isEncrypted = true) => ({
    omaUri: "./x",
    value: "****",
    isEncrypted,
    secretReferenceValueId: reference,
  });

  it("are found where they are encrypted and have a reference, each once", () => {
    const omaSettings = [setting("b"), setting("a"), setting("b"), setting("c", false), setting(null), "no setting"];
    expect(omaSecretReferences({ id: "x", omaSettings })).toEqual(["a", "b"]);
    expect(omaSecretReferences({ id: "x" })).toEqual([]);
    expect(omaSecretReferences({ id: "x", omaSettings: null })).toEqual([]);
  });

  it("are asked for by their reference, quoted as OData wants it", async () => {
    const family = familyByKey("deviceConfiguration");
    if (!family) throw new Error("no family");
    const graph = graphOf({
      [`${CONFIGURATIONS}/x/getOmaSettingPlainTextValue(secretReferenceValueId='it''s%2F1')`]: { value: "clear" },
    });
    const document = { id: "x", omaSettings: [setting("it's/1")] };
    const policy = { graphId: "x", document, requestId: null };
    expect(await readOmaSecrets(graph.client(), family, policy)).toMatchObject({
      kind: "ok",
      value: { "it's/1": "clear" },
    });
    const lacking = { ...policy, document: { id: "x", omaSettings: [setting("other")] } };
    expect((await readOmaSecrets(graph.client(), family, lacking)).kind).toBe("not_found");
  });
});
