import { describe, expect, it } from "vitest";
import { z } from "zod";
import { payloadKey, readPayload } from "../../src/storage/payload-store.ts";
import type { Policy } from "../../src/contract/inventory.ts";
import { listPolicyVersions } from "../../src/database/inventory/policies.ts";
import { FAMILY_KEYS, familyByKey, familyOf } from "../../src/graph/families.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "./simulated-tenant.ts";
import { sized } from "../support/thoroughness.ts";
import { env } from "../support/environment.ts";

async function documentOf(tenant: SimulatedTenant, policy: Policy | undefined) {
  const reading = await readPayload(env.ARTIFACTS, tenant.tenantId, policy?.contentHash ?? "0".repeat(64));
  if (reading.kind !== "found") throw new Error(`payload ${reading.kind}`);
  return reading.document;
}
async function versionsOf(tenant: SimulatedTenant, policy: Policy | undefined) {
  const page = await listPolicyVersions(env.DATABASE, {
    tenantId: tenant.tenantId,
    policyId: policy?.id ?? "",
    cursor: null,
    limit: 100,
  });
  return page.items;
}
async function truth(tenant: SimulatedTenant): Promise<string[]> {
  const listed = z
    .object({ items: z.array(z.object({ family: z.string(), id: z.string() })) })
    .parse(await tenant.control("GET", "/policies"));
  return listed.items.map(({ family, id }) => `${family} ${id}`).toSorted();
}

describe("A sync of a whole tenant", () => {
  it("reads every family, and every policy with its content", async () => {
    const tenant = await simulatedTenant(sized(FAMILY_KEYS.length, 120));
    const results = await tenant.sync();
    expect([...results.keys()].toSorted()).toEqual([...FAMILY_KEYS].toSorted());
    expect([...results].filter(([, result]) => result.kind !== "succeeded")).toEqual([]);
    const inventory = await tenant.inventory();
    expect(inventory.map(({ family, graphId }) => `${family} ${graphId}`).toSorted()).toEqual(await truth(tenant));
    for (const policy of inventory) {
      const { single, reading } = familyByKey(policy.family) ?? familyOf("filters");
      const document = await documentOf(tenant, policy);
      // Graph does not tell the id of each single object.
      if (single === null) expect(document[reading.idProperty]).toBe(policy.graphId);
      else expect([policy.graphId, Object.keys(document).length > 3]).toEqual([single.id, true]);
      expect(policy.versionNumber).toBe(1);
    }
  });

  it("changes nothing the second time: no version, no object, all unchanged", async () => {
    const tenant = await simulatedTenant(60);
    await tenant.sync();
    const before = await tenant.inventory();
    const objects = async () =>
      (await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/` })).objects.map(({ key, uploaded }) => [
        key,
        uploaded,
      ]);
    const stored = await objects();
    const results = await tenant.sync();
    for (const result of results.values())
      expect(result).toMatchObject({ kind: "succeeded", counters: { created: 0, updated: 0, deleted: 0 } });
    expect(await objects()).toEqual(stored);
    expect((await tenant.inventory()).map(({ contentHash, versionNumber }) => [contentHash, versionNumber])).toEqual(
      before.map(({ contentHash, versionNumber }) => [contentHash, versionNumber]),
    );
  });

  it("reads what lists leave out: scripts, typed app protection, template values and their presentations", async () => {
    const tenant = await simulatedTenant(120);
    await tenant.sync([
      "powershellScripts",
      "remediations",
      "appProtection",
      "adminTemplates",
      "reusableSettings",
      "compliance",
      "complianceLinux",
    ]);
    const one = async (family: string) =>
      documentOf(
        tenant,
        (await tenant.inventory()).find((policy) => policy.family === family),
      );
    expect(await one("powershellScripts")).toHaveProperty("scriptContent");
    expect(await one("remediations")).toHaveProperty("detectionScriptContent");
    expect(await one("reusableSettings")).toHaveProperty("settingInstance");
    expect(await one("appProtection")).toMatchObject({
      "@odata.type": expect.stringMatching(/ManagedAppProtection$/),
      apps: expect.any(Array),
      assignments: expect.any(Array),
    });
    expect(await one("compliance")).toMatchObject({
      scheduledActionsForRule: [expect.objectContaining({ scheduledActionConfigurations: expect.any(Array) })],
      assignments: expect.any(Array),
    });
    expect(await one("complianceLinux")).toMatchObject({
      settings: expect.any(Array),
      scheduledActionsForRule: expect.any(Array),
    });
    const template = await one("adminTemplates");
    expect(template).toMatchObject({
      definitionValues: expect.arrayContaining([
        expect.objectContaining({ definition: expect.any(Object), presentationValues: expect.any(Array) }),
      ]),
    });
  });

  it("F33: reads a settings catalog of many pages, and a policy with more settings than a page", async () => {
    const tenant = await simulatedTenant();
    for (let index = 0; index < 60; index += 1)
      await tenant.add("settingsCatalog", settingsCatalogPolicy(`Policy ${index}`), { settings: [setting("a", "1")] });
    const settings = Array.from({ length: 120 }, (_, index) => setting(`definition_${index}`, String(index)));
    const large = await tenant.add("settingsCatalog", settingsCatalogPolicy("Large"), { settings });
    expect(await tenant.syncOne("settingsCatalog")).toEqual({
      kind: "succeeded",
      counters: { items: 61, created: 61, updated: 0, unchanged: 0, deleted: 0 },
    });
    const document = await documentOf(
      tenant,
      (await tenant.inventory()).find(({ graphId }) => graphId === large),
    );
    expect(document["settings"]).toHaveLength(120);
  });

  it("F34: keeps policies of the same name apart", async () => {
    const tenant = await simulatedTenant();
    const ids = await Promise.all(
      ["1", "2", "3"].map((value) =>
        tenant.add("settingsCatalog", settingsCatalogPolicy("Baseline"), { settings: [setting("s", value)] }),
      ),
    );
    await tenant.syncOne("settingsCatalog");
    const inventory = await tenant.inventory();
    expect(inventory.map(({ graphId }) => graphId).toSorted()).toEqual(ids.toSorted());
    expect(new Set(inventory.map(({ contentHash }) => contentHash)).size).toBe(3);
  });

  it("takes a family without policies for read", async () => {
    const tenant = await simulatedTenant();
    expect(await tenant.syncOne("termsOfUse")).toMatchObject({ kind: "succeeded", counters: { items: 0 } });
    expect(await tenant.familyState("termsOfUse")).toMatchObject({ policyCount: 0, lastOutcome: "succeeded" });
  });
});

describe("A change in the tenant", () => {
  it("becomes a version with the history kept", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add("filters", {
      displayName: "Corporate",
      platform: "windows10AndLater",
      rule: '(device.deviceOwnership -eq "Corporate")',
    });
    await tenant.syncOne("filters");
    await tenant.edit("filters", id, { rule: '(device.deviceOwnership -eq "Personal")' });
    expect(await tenant.syncOne("filters")).toMatchObject({ counters: { updated: 1, unchanged: 0 } });
    const [policy] = await tenant.inventory();
    const versions = await versionsOf(tenant, policy);
    expect(versions.map(({ versionNumber }) => versionNumber)).toEqual([2, 1]);
    for (const { contentHash } of versions)
      expect(await env.ARTIFACTS.head(payloadKey(tenant.tenantId, contentHash))).not.toBeNull();
  });

  it("F36: is none when only the service's own counter and date move, or a null becomes an empty list", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add("deviceConfiguration", {
      "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
      displayName: "Edge",
      description: null,
      bluetoothAllowedServices: null,
    });
    await tenant.syncOne("deviceConfiguration");
    const [before] = await tenant.inventory();
    await tenant.edit("deviceConfiguration", id, {
      bluetoothAllowedServices: [],
      addedByTheService: null,
      lastModifiedDateTime: "2027-01-01T00:00:00Z",
      version: 9,
    });
    expect(await tenant.syncOne("deviceConfiguration")).toMatchObject({ counters: { updated: 0, unchanged: 1 } });
    const [after] = await tenant.inventory();
    expect(after?.versionNumber).toBe(1);
    expect(after?.contentHash).toBe(before?.contentHash);
  });

  it("F37: is none when assignments come in another order, and is one when they differ", async () => {
    const tenant = await simulatedTenant();
    const [a, b, c] = [assignedTo("group-a"), assignedTo("group-b"), assignedTo("group-c")];
    const id = await tenant.add("settingsCatalog", settingsCatalogPolicy("Assigned"), {
      settings: [setting("s", "1")],
      assignments: [a, b, c],
    });
    await tenant.syncOne("settingsCatalog");
    await tenant.edit(
      "settingsCatalog",
      id,
      {},
      {
        assignments: [c, a, b].map((item) => ({ ...item, id: crypto.randomUUID() })),
        settings: [{ id: "0", ...setting("s", "1") }],
      },
    );
    expect(await tenant.syncOne("settingsCatalog")).toMatchObject({ counters: { unchanged: 1 } });
    expect((await tenant.inventory())[0]?.assignmentCount).toBe(3);
    await tenant.edit(
      "settingsCatalog",
      id,
      {},
      { assignments: [a, b], settings: [{ id: "0", ...setting("s", "1") }] },
    );
    expect(await tenant.syncOne("settingsCatalog")).toMatchObject({ counters: { updated: 1 } });
  });

  it("marks removed what is gone after a complete reading", async () => {
    const tenant = await simulatedTenant();
    const gone = await tenant.add("filters", { displayName: "Gone", platform: "iOS", rule: "x" });
    await tenant.add("filters", { displayName: "Stays", platform: "iOS", rule: "x" });
    await tenant.syncOne("filters");
    await tenant.control("DELETE", `/policies/filters/${gone}`);
    expect(await tenant.syncOne("filters")).toMatchObject({ counters: { items: 1, deleted: 1 } });
    expect((await tenant.inventory()).map(({ name }) => name)).toEqual(["Stays"]);
    expect((await tenant.inventory("only")).map(({ name }) => name)).toEqual(["Gone"]);
  });
});

describe("A unit that runs again", () => {
  it("F1, F6: after its effect was stored and its verdict was not, gives the same counters and changes nothing", async () => {
    const tenant = await simulatedTenant(40);
    const tasks = await tenant.plan(["apps", "settingsCatalog"]);
    const first = await tenant.execute(tasks);
    expect(await tenant.execute(tasks)).toEqual(first);
    for (const policy of await tenant.inventory()) expect(await versionsOf(tenant, policy)).toHaveLength(1);
  });

  it("gives the same when both executions go on at the same time", async () => {
    const tenant = await simulatedTenant(40);
    const tasks = await tenant.plan(["settingsCatalog"]);
    const [one, two] = await Promise.all([tenant.execute(tasks), tenant.execute(tasks)]);
    expect(one).toEqual(two);
    for (const policy of await tenant.inventory()) expect(await versionsOf(tenant, policy)).toHaveLength(1);
  });
});

describe("Tenants", () => {
  it("share nothing, though their policies have the same ids and contents", async () => {
    const [one, two] = [await simulatedTenant(), await simulatedTenant()];
    const filter = {
      id: "11111111-1111-4111-8111-111111111111",
      displayName: "Same",
      platform: "iOS",
      rule: "x",
      createdDateTime: "2026-01-01T00:00:00Z",
      lastModifiedDateTime: "2026-01-01T00:00:00Z",
    };
    await one.add("filters", filter);
    await two.add("filters", filter);
    await one.syncOne("filters");
    const [policy] = await one.inventory();
    expect(await two.inventory()).toEqual([]);
    expect((await readPayload(env.ARTIFACTS, two.tenantId, policy?.contentHash ?? "")).kind).toBe("missing");
    expect(await two.syncOne("filters")).toMatchObject({ counters: { created: 1 } });
    expect((await two.inventory())[0]?.contentHash).toBe(policy?.contentHash);
  });
});
