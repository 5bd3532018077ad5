/** What profiles refer to by navigation: read, compared, restored under new ids, and changed one by one. Against the simulator. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { concreteTypes, graphType } from "../../../simulator/src/schema/schema.ts";
import { NAVIGATION_NAMES, navigationsOf, TURN_OF_TYPE } from "../../../src/graph/family-parts/profile-navigations.ts";
import { gapsIn } from "../../../src/graph/restore/gaps.ts";
import { isSamePolicy } from "../../../src/policies/policy-normal-form.ts";
import { meaningRules } from "../../../src/graph/policy-meaning.ts";
import type { JsonObject } from "../../../src/policies/json-value.ts";
import { witnessed } from "../../support/schema-proxy/witnessed.ts";
import { RestoreBench } from "./simulated-restore.ts";

const KEY = "deviceConfiguration";
const bench = new RestoreBench("navigations", inject("schemaProxyUrl"));
let ids: { root: string; otherRoot: string; scep: string; wifi: string };

const address = (id: string) => `${inject("schemaProxyUrl")}/beta/deviceManagement/deviceConfigurations('${id}')`;
const profile = (type: string, displayName: string, more: object = {}): object => ({
  "@odata.type": `#microsoft.graph.${type}`,
  displayName,
  ...more,
});

async function send(method: string, path: string, body: object): Promise<{ status: number; message: string }> {
  const issued = await fetch(`${inject("simulatorUrl")}/${bench.tenant}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: "client",
      client_secret: "simulator-secret",
      grant_type: "client_credentials",
      scope: `${inject("simulatorUrl")}/.default`,
    }),
  });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await issued.json());
  const response = await fetch(`${inject("simulatorUrl")}/beta/deviceManagement/deviceConfigurations${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, message: await response.text() };
}

beforeAll(async () => {
  await bench.control.createTenant(bench.tenant, { policies: 0 });
  const add = (doc: object) => bench.control.addPolicy(bench.tenant, KEY, doc);
  const root = await add(profile("windows81TrustedRootCertificate", "Root"));
  const otherRoot = await add(profile("windows81TrustedRootCertificate", "Other root"));
  const scep = await add(
    profile("windows81SCEPCertificateProfile", "Certificate", { "rootCertificate@odata.bind": address(root) }),
  );
  const wifi = await add(
    profile("windowsWifiEnterpriseEAPConfiguration", "Wi-Fi", {
      "identityCertificateForClientAuthentication@odata.bind": address(scep),
      "rootCertificatesForServerValidation@odata.bind": [address(root), address(otherRoot)],
    }),
  );
  ids = { root, otherRoot, scep, wifi };
});

/** Writes the plan and tells the policy's id. */
async function restored(document: JsonObject, options: Parameters<RestoreBench["plan"]>[2]): Promise<string> {
  const outcome = await bench.perform({ plan: bench.plan(KEY, document, options) });
  expect(outcome).toMatchObject({ kind: "restored" });
  return outcome.graphId ?? "";
}

describe("The table of navigations", () => {
  it("has those of Microsoft's published types that lead to policies or credentials, and no others", () => {
    const published = new Map<string, string[]>();
    for (const type of concreteTypes("deviceConfiguration")) {
      const names: string[] = [];
      for (let each = graphType(type); each !== null; each = each.base === null ? null : graphType(each.base)) {
        for (const { name, type: to, isNavigation } of each.own.values()) {
          const leads =
            concreteTypes("deviceConfiguration").some((one) => concreteTypes(to).includes(one)) ||
            to === "deviceManagementDerivedCredentialSettings";
          if (isNavigation && leads) names.push(name);
        }
      }
      if (names.length > 0) published.set(type, names.toSorted());
    }
    const known = concreteTypes("deviceConfiguration").map((type): [string, string[]] => [
      type,
      navigationsOf({ "@odata.type": `#microsoft.graph.${type}` })
        .map(({ name }) => name)
        .toSorted(),
    ]);
    expect(new Map(known.filter(([, names]) => names.length > 0))).toEqual(published);
    expect(published.size).toBeGreaterThan(40);
  });

  it("gives what refers to others a later turn", () => {
    const turn = (type: string) => TURN_OF_TYPE[`#microsoft.graph.${type}`] ?? 0;
    expect(turn("windows81TrustedRootCertificate")).toBe(0);
    expect(turn("windows81SCEPCertificateProfile")).toBe(1);
    expect(turn("windowsWifiEnterpriseEAPConfiguration")).toBe(2);
    expect(turn("windowsDomainJoinConfiguration")).toBe(3);
  });
});

describe("A profile that refers to others", () => {
  it("is read with their ids, in the family and alone, and with nothing where it refers to none", async () => {
    const all = new Map((await bench.readFamily(KEY)).map(({ graphId, document }) => [graphId, document]));
    expect(all.get(ids.scep)).toMatchObject({ rootCertificate: { id: ids.root } });
    expect(all.get(ids.wifi)).toMatchObject({
      identityCertificateForClientAuthentication: { id: ids.scep },
      rootCertificateForClientValidation: null,
      rootCertificatesForServerValidation: [ids.root, ids.otherRoot].toSorted().map((id) => ({ id })),
    });
    expect(Object.keys(all.get(ids.root) ?? {}).filter((name) => NAVIGATION_NAMES.includes(name))).toEqual([]);
    expect(await bench.read(KEY, ids.wifi)).toMatchObject(all.get(ids.wifi) ?? {});
  });

  it("differs when it refers to another, and not when only their order does", async () => {
    const wifi = await bench.read(KEY, ids.wifi);
    const many = wifi["rootCertificatesForServerValidation"];
    if (!Array.isArray(many)) throw new Error("no list");
    const rules = meaningRules(KEY);
    expect(isSamePolicy(rules, wifi, { ...wifi, rootCertificatesForServerValidation: many.toReversed() })).toBe(true);
    expect(isSamePolicy(rules, wifi, { ...wifi, rootCertificatesForServerValidation: many.slice(1) })).toBe(false);
    expect(isSamePolicy(rules, wifi, { ...wifi, identityCertificateForClientAuthentication: { id: ids.root } })).toBe(
      false,
    );
  });

  it("is created bound to what its references are mapped to, also to what the same plan makes first", async () => {
    const [root, scep, wifi] = await Promise.all([ids.root, ids.scep, ids.wifi].map((id) => bench.read(KEY, id)));
    if (!root || !scep || !wifi) throw new Error("not read");
    const mode = { kind: "create", namePrefix: "Copy of " } as const;
    const newRoot = await restored(root, { mode });
    const mapping = { deviceConfiguration: { [ids.root]: newRoot, [ids.scep]: { restoredItem: "7" } } };
    const newScep = await restored(scep, { mode, mapping });
    const plan = bench.plan(KEY, wifi, { mode, mapping });
    expect(gapsIn(plan.wanted)).toEqual([{ kind: "restoredId", item: "7" }]);
    const filling = { omaValue: async () => null, restoredId: async () => newScep };
    const outcome = await bench.perform({ plan, filling });
    expect(outcome).toMatchObject({ kind: "restored" });
    expect(await bench.read(KEY, newScep)).toMatchObject({ rootCertificate: { id: newRoot } });
    expect(await bench.read(KEY, outcome.graphId ?? "")).toMatchObject({
      identityCertificateForClientAuthentication: { id: newScep },
      rootCertificatesForServerValidation: [newRoot, ids.otherRoot].toSorted().map((id) => ({ id })),
    });
  });

  it("gets back each reference by itself when it is updated, beside a body that carries none", async () => {
    const backup = await bench.read(KEY, ids.wifi);
    await send(
      "PUT",
      `/${ids.wifi}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificateForClientValidation/$ref`,
      {
        "@odata.id": address(ids.otherRoot),
      },
    );
    await send(
      "DELETE",
      `/${ids.wifi}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/$ref`,
      {},
    );
    await send(
      "DELETE",
      `/${ids.wifi}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/${ids.root}/$ref`,
      {},
    );
    await send("PATCH", `/${ids.wifi}`, profile("windowsWifiEnterpriseEAPConfiguration", "Changed"));
    expect(await bench.read(KEY, ids.wifi)).toMatchObject({
      displayName: "Changed",
      identityCertificateForClientAuthentication: null,
    });
    const task = await bench.updateTask(KEY, ids.wifi, backup);
    expect(task.plan.steps.map(({ method, path }) => `${method} ${path.split("/").slice(5).join("/")}`)).toEqual([
      "PATCH ",
      "PUT identityCertificateForClientAuthentication/$ref",
      "DELETE rootCertificateForClientValidation/$ref",
      "POST rootCertificatesForServerValidation/$ref",
    ]);
    const outcome = await bench.perform(task);
    expect(outcome).toMatchObject({ kind: "restored" });
    expect(isSamePolicy(meaningRules(KEY), await bench.read(KEY, ids.wifi), backup)).toBe(true);
  });
});

describe("Every request of these", () => {
  it("was what Microsoft's types allow", async () => {
    const { requests, refusals, removed } = await witnessed(inject("schemaProxyUrl"), bench.tenant);
    expect({ refusals, removed }).toEqual({ refusals: [], removed: [] });
    expect(requests).toBeGreaterThan(20);
  });
});

describe("The simulator", () => {
  it.each([
    ["what is not there", { "rootCertificate@odata.bind": address("00000000-0000-4000-8000-000000000000") }],
    ["what is of another type", () => ({ "rootCertificate@odata.bind": address(ids.wifi) })],
    [
      "what is inline",
      () => ({ rootCertificate: { "@odata.type": "#microsoft.graph.windows81TrustedRootCertificate", id: ids.root } }),
    ],
  ])("refuses a reference to %s", async (_what, more) => {
    const given = typeof more === "function" ? more() : more;
    const answer = await send("POST", "", profile("windows81SCEPCertificateProfile", "New", given));
    expect(answer).toMatchObject({ status: 400, message: expect.stringContaining("rootCertificate") });
  });

  it("refuses a PATCH that carries a reference", async () => {
    const body = profile("windows81SCEPCertificateProfile", "Certificate", {
      "rootCertificate@odata.bind": address(ids.root),
    });
    expect((await send("PATCH", `/${ids.scep}`, body)).status).toBe(400);
  });
});
