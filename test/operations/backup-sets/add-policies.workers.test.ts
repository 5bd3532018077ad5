import { describe, expect, it } from "vitest";
import { FAMILY_KEYS, familyByKey } from "../../../src/graph/families.ts";
import { z } from "zod";
import { readPayload } from "../../../src/storage/payload-store.ts";
import { archiveBackupSet, removeBackupSet } from "../../../src/database/backups/backup-set-status.ts";
import { mergeFamily } from "../../support/merge-family.ts";
import { encodePolicyId } from "../../../src/database/inventory/policy-id.ts";
import { addPolicies } from "../../../src/operations/backup-sets/add-policies.ts";
import { openItemSecrets } from "../../../src/operations/backup-sets/sealed-secrets.ts";
import type { RunUnitTask, UnitResult } from "../../../src/runs/operation.ts";
import { runReference } from "../../support/run-reference.ts";
import { sized } from "../../support/thoroughness.ts";
import { seedTenant } from "../../support/tenants.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../simulated-tenant.ts";
import { executed, itemsOf, localContext, newRunId, newSet, planned } from "./backups.ts";
import { env } from "../../support/environment.ts";

function add(tenant: SimulatedTenant, input: object, runId = newRunId()): Promise<RunUnitTask[]> {
  return planned(addPolicies, tenant.tenantId, input, tenant.context(), runId);
}
async function run(tenant: SimulatedTenant, input: object): Promise<UnitResult[]> {
  return executed(addPolicies, await add(tenant, input), tenant.context());
}
function one(results: readonly UnitResult[]): UnitResult {
  const [result] = results;
  if (!result || results.length !== 1) throw new Error(`${results.length} results`);
  return result;
}
const CREATED = { kind: "succeeded", counters: { created: 1 } };
const UNCHANGED = { kind: "skipped", reasonCode: "unchanged", counters: { unchanged: 1 } };

/** A tenant with one settings catalog policy, synced, and a set. */
async function small() {
  const tenant = await simulatedTenant();
  const graphId = await tenant.add("settingsCatalog", settingsCatalogPolicy("Firewall"), {
    settings: [setting("s", "1")],
    assignments: [assignedTo("group-a")],
  });
  await tenant.syncOne("settingsCatalog");
  const policyId = encodePolicyId({ family: "settingsCatalog", graphId });
  const backupSetId = await newSet(tenant.tenantId);
  return { tenant, graphId, policyId, backupSetId };
}

const idPropertyOf = (key: string) => familyByKey(key)?.reading.idProperty ?? "id";

describe("Adding policies to a backup set", () => {
  it("keeps every policy of a tenant as the inventory has it, in all families", async () => {
    const tenant = await simulatedTenant(sized(FAMILY_KEYS.length, 120));
    await tenant.sync();
    const backupSetId = await newSet(tenant.tenantId);
    const results = await run(tenant, { backupSetId, filter: {} });
    expect(results.filter((result) => result.kind !== "succeeded")).toEqual([]);
    const inventory = await tenant.inventory();
    const items = await itemsOf(tenant.tenantId, backupSetId);
    const told = ({ family, graphId, contentHash, name, platform, assignmentCount }: (typeof items)[number]) =>
      JSON.stringify([family, graphId, name, platform, assignmentCount, contentHash]);
    expect(items.map(told).toSorted()).toEqual(
      inventory
        .map(({ family, graphId, name, platform, assignmentCount, contentHash }) =>
          JSON.stringify([family, graphId, name, platform, assignmentCount, contentHash]),
        )
        .toSorted(),
    );
    for (const item of items) {
      expect(await readPayload(env.ARTIFACTS, tenant.tenantId, item.contentHash)).toMatchObject({
        kind: "found",
        // Graph does not tell the id of each single object.
        document: familyByKey(item.family)?.single === null ? { [idPropertyOf(item.family)]: item.graphId } : {},
      });
      expect(item).toMatchObject({ latest: true, confirmedAt: null, requestId: expect.any(String) });
    }
    expect(items.length).toBe(results.length);
  });

  it("adds nothing the second time: each is skipped as unchanged, and confirmed", async () => {
    const { tenant, backupSetId, policyId } = await small();
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
    const [before] = await itemsOf(tenant.tenantId, backupSetId);
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toMatchObject(UNCHANGED);
    const [after, ...more] = await itemsOf(tenant.tenantId, backupSetId);
    expect(more).toEqual([]);
    expect(after).toEqual({ ...before, confirmedAt: expect.any(String) });
  });

  it("adds nothing when Graph tells the same policy in another spelling: no finding and no preview would tell of it", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await tenant.edit("settingsCatalog", graphId, { description: null, roleScopeTagIds: ["0"] });
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
    await tenant.edit("settingsCatalog", graphId, { description: "", roleScopeTagIds: [] });
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toMatchObject(UNCHANGED);
    await tenant.edit("settingsCatalog", graphId, { description: "Now it says something" });
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(2);
  });

  it("adds another item when the policy has changed; the newest is the latest", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await run(tenant, { backupSetId, policyIds: [policyId] });
    await tenant.edit("settingsCatalog", graphId, {}, { settings: [setting("s", "2")] });
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
    const items = await itemsOf(tenant.tenantId, backupSetId);
    const [older, newer] = items.toSorted((a, b) => a.capturedAt.localeCompare(b.capturedAt));
    expect([older?.latest, newer?.latest]).toEqual([false, true]);
    expect(newer?.contentHash).not.toBe(older?.contentHash);
  });

  it("F36: takes a moved date, a save counter and reordered assignments for no change", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await tenant.edit("settingsCatalog", graphId, {}, { assignments: [assignedTo("a"), assignedTo("b")] });
    await run(tenant, { backupSetId, policyIds: [policyId] });
    await tenant.edit(
      "settingsCatalog",
      graphId,
      { lastModifiedDateTime: "2027-01-01T00:00:00Z" },
      { assignments: [assignedTo("b"), assignedTo("a")] },
    );
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toMatchObject(UNCHANGED);
  });

  it("stores a content once, however many sets hold it", async () => {
    const { tenant, policyId } = await small();
    const objects = async () => (await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/` })).objects.length;
    expect(await objects()).toBe(1);
    for (const name of ["A", "B", "C"]) {
      const backupSetId = await newSet(tenant.tenantId, name);
      expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
    }
    expect(await objects()).toBe(1);
  });

  it("keeps a script of a megabyte whole", async () => {
    const tenant = await simulatedTenant();
    const scriptContent = btoa("Write-Host 'x'\n".repeat(70_000));
    const graphId = await tenant.add("powershellScripts", {
      displayName: "Large",
      fileName: "large.ps1",
      runAsAccount: "system",
      scriptContent,
    });
    await tenant.syncOne("powershellScripts");
    const backupSetId = await newSet(tenant.tenantId);
    const policyIds = [encodePolicyId({ family: "powershellScripts", graphId })];
    expect(one(await run(tenant, { backupSetId, policyIds }))).toEqual(CREATED);
    const [item] = await itemsOf(tenant.tenantId, backupSetId);
    expect(await readPayload(env.ARTIFACTS, tenant.tenantId, item?.contentHash ?? "")).toMatchObject({
      kind: "found",
      document: { scriptContent },
    });
  });

  it("reads afresh: what the inventory does not know yet is in the backup", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await tenant.edit("settingsCatalog", graphId, { description: "since the last sync" });
    await run(tenant, { backupSetId, policyIds: [policyId] });
    expect((await itemsOf(tenant.tenantId, backupSetId))[0]?.description).toBe("since the last sync");
  });
});

describe("A run's result", () => {
  it("is the set that it added to, or nothing when it added nothing", async () => {
    const ended = (succeeded: number) =>
      addPolicies.finalize?.(
        {
          ...runReference("tenant-x", "run-x"),
          total: 3,
          counts: { succeeded, failed: 0, skipped: 3 - succeeded },
          cursor: null,
        },
        { backupSetId: "set_1", policyIds: ["a"] },
        localContext(),
      );
    expect(await ended(1)).toEqual({
      kind: "finalized",
      extent: 3,
      result: { kind: "backup-set", id: "set_1" },
    });
    expect(await ended(0)).toEqual({ kind: "finalized", extent: 3, result: null });
  });
});

describe("A unit that is executed again", () => {
  it("after a crash between its effect and its verdict answers the same, adds nothing and asks Graph for nothing", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    expect(await executed(addPolicies, tasks, tenant.context())).toEqual([CREATED]);
    await tenant.edit("settingsCatalog", graphId, {}, { settings: [setting("s", "changed meanwhile")] });
    await tenant.control("DELETE", "/counters");
    expect(await executed(addPolicies, tasks, tenant.context())).toEqual([CREATED]);
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(1);
    expect(await tenant.control("GET", "/counters")).toMatchObject({ totals: { requests: 0 } });
  });

  it("after it was skipped is skipped again, even though the policy has changed meanwhile", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await run(tenant, { backupSetId, policyIds: [policyId] });
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    expect(one(await executed(addPolicies, tasks, tenant.context()))).toMatchObject(UNCHANGED);
    await tenant.edit("settingsCatalog", graphId, {}, { settings: [setting("s", "changed meanwhile")] });
    expect(one(await executed(addPolicies, tasks, tenant.context()))).toMatchObject(UNCHANGED);
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(1);
  });

  it("at the same time, several times over, adds one item and answers alike", async () => {
    const { tenant, backupSetId, policyId } = await small();
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    const results = await Promise.all(Array.from({ length: 8 }, () => executed(addPolicies, tasks, tenant.context())));
    expect(results).toEqual(Array.from({ length: 8 }, () => [CREATED]));
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(1);
  });

  it("beside another run over the same policy: one adds it, the other finds it unchanged", async () => {
    const { tenant, backupSetId, policyId } = await small();
    const results = await Promise.all(
      Array.from({ length: 4 }, () => run(tenant, { backupSetId, policyIds: [policyId] })),
    );
    const kinds = results.map((result) => one(result).kind).toSorted();
    expect(kinds).toEqual(["skipped", "skipped", "skipped", "succeeded"]);
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(1);
  });

  it("answers the same after its set was archived: its effect is there", async () => {
    const { tenant, backupSetId, policyId } = await small();
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    await executed(addPolicies, tasks, tenant.context());
    const by = { kind: "member", userId: "user-owner" } as const;
    await archiveBackupSet(env.DATABASE, { tenantId: tenant.tenantId, backupSetId, at: Date.now(), by });
    expect(await executed(addPolicies, tasks, tenant.context())).toEqual([CREATED]);
  });
});

describe("A unit that cannot add its policy", () => {
  it("fails as not found when Graph says that the policy is gone", async () => {
    const { tenant, backupSetId, policyId, graphId } = await small();
    await tenant.control("DELETE", `/policies/settingsCatalog/${graphId}`);
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toMatchObject({
      kind: "failed",
      reasonCode: "not_found",
    });
    expect(await itemsOf(tenant.tenantId, backupSetId)).toEqual([]);
  });

  it.each([
    ["throttling", { status: 429, retryAfter: "41.2" }, "deferred", "throttled"],
    ["an outage", { status: 503, retryAfter: 30 }, "deferred", "graph_unavailable"],
    ["a sub-resource that is not found", { status: 404, pathContains: "/settings" }, "deferred", "part_not_found"],
    [
      "a missing permission",
      { permissionMissing: "DeviceManagementConfiguration.Read.All" },
      "failed",
      "permission_missing",
    ],
    ["cut-off JSON", { truncateJson: true }, "failed", "malformed_response"],
    ["a refusal", { status: 400, code: "BadRequest" }, "failed", "graph_rejected"],
  ])("F35: by %s takes the policy neither for gone nor for unchanged", async (_what, fault, kind, reasonCode) => {
    const { tenant, backupSetId, policyId } = await small();
    await run(tenant, { backupSetId, policyIds: [policyId] });
    await tenant.fault({ family: "settingsCatalog", ...fault });
    const before = await itemsOf(tenant.tenantId, backupSetId);
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toMatchObject({ kind, reasonCode });
    expect(await itemsOf(tenant.tenantId, backupSetId)).toEqual(before);
  });

  it("waits through short throttling within its turn", async () => {
    const { tenant, backupSetId, policyId } = await small();
    await tenant.fault({ family: "settingsCatalog", status: 429, retryAfter: "0.2", count: 3 });
    expect(one(await run(tenant, { backupSetId, policyIds: [policyId] }))).toEqual(CREATED);
  });

  it.each(["archived", "removed"])("fails without adding when its set was %s after the plan", async (what) => {
    const { tenant, backupSetId, policyId } = await small();
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    const change = {
      tenantId: tenant.tenantId,
      backupSetId,
      at: Date.now(),
      by: { kind: "member", userId: "user-owner" },
    } as const;
    await (what === "archived" ? archiveBackupSet(env.DATABASE, change) : removeBackupSet(env.DATABASE, change));
    expect(one(await executed(addPolicies, tasks, tenant.context()))).toMatchObject({
      kind: "failed",
      reasonCode: "set_not_active",
    });
    expect(await itemsOf(tenant.tenantId, backupSetId)).toEqual([]);
  });

  it("fails without adding when its set is archived while Graph is being asked", async () => {
    const { tenant, backupSetId, policyId } = await small();
    const tasks = await add(tenant, { backupSetId, policyIds: [policyId] });
    await tenant.fault({ family: "settingsCatalog", status: 429, retryAfter: "0.5", count: 1 });
    const working = executed(addPolicies, tasks, tenant.context());
    const by = { kind: "member", userId: "user-owner" } as const;
    await archiveBackupSet(env.DATABASE, { tenantId: tenant.tenantId, backupSetId, at: Date.now(), by });
    expect(one(await working)).toMatchObject({ kind: "failed", reasonCode: "set_not_active" });
    expect(await itemsOf(tenant.tenantId, backupSetId)).toEqual([]);
  });

  it("says of another tenant's policy what it says of none, and asks nobody about it", async () => {
    const { tenant, backupSetId } = await small();
    const other = await small();
    await tenant.control("DELETE", "/counters");
    const unknown = encodePolicyId({ family: "settingsCatalog", graphId: "00000000-0000-0000-0000-000000000000" });
    const results = await run(tenant, { backupSetId, policyIds: [other.policyId, unknown, "no id at all"] });
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]).toMatchObject({ kind: "failed", reasonCode: "not_found" });
    expect(await tenant.control("GET", "/counters")).toMatchObject({ totals: { requests: 0 } });
  });
});

describe("Encrypted OMA values", () => {
  /** The simulator seals the value as Intune does, and tells it by its reference. */
  async function withSecret(value: string) {
    const tenant = await simulatedTenant();
    const graphId = await tenant.add("deviceConfiguration", {
      "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
      displayName: "Wi-Fi",
      omaSettings: [
        {
          "@odata.type": "#microsoft.graph.omaSettingString",
          displayName: "Key",
          omaUri: "./Vendor/MSFT/WiFi/Key",
          value,
        },
      ],
    });
    await tenant.syncOne("deviceConfiguration");
    const { parts } = z
      .object({ parts: z.object({ secrets: z.array(z.object({ id: z.string() })) }) })
      .parse(await tenant.control("GET", `/policies/deviceConfiguration/${graphId}`));
    const replaceSecrets = (values: string[]) =>
      tenant.edit(
        "deviceConfiguration",
        graphId,
        {},
        { secrets: values.map((text) => ({ id: parts.secrets[0]?.id, value: text })) },
      );
    const backupSetId = await newSet(tenant.tenantId);
    const policyIds = [encodePolicyId({ family: "deviceConfiguration", graphId })];
    return { tenant, replaceSecrets, backupSetId, policyIds };
  }

  it("are kept sealed in the item and nowhere else", async () => {
    const { tenant, backupSetId, policyIds } = await withSecret("hunter2-in-clear");
    expect(one(await run(tenant, { backupSetId, policyIds }))).toEqual(CREATED);
    const [item] = await itemsOf(tenant.tenantId, backupSetId);
    expect(item?.hasSecrets).toBe(true);
    const sealed = await env.DATABASE.prepare("select sealed_secrets from backup_set_items where id = ?")
      .bind(item?.id)
      .first<string>("sealed_secrets");
    const reference = { tenantId: tenant.tenantId, itemId: item?.id ?? "" };
    expect(Object.values((await openItemSecrets(env, reference, sealed)) ?? {})).toEqual(["hunter2-in-clear"]);
    expect(await openItemSecrets(env, { ...reference, itemId: "another" }, sealed)).toBeNull();
    const { results } = await env.DATABASE.prepare("select * from backup_set_items where id = ?").bind(item?.id).all();
    expect(JSON.stringify(results)).not.toContain("hunter2");
    const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/` });
    for (const { key } of objects) expect(await (await env.ARTIFACTS.get(key))?.text()).not.toContain("hunter2");
  });

  it("that have changed make another item, though Graph lists the policy as before", async () => {
    const { tenant, replaceSecrets, backupSetId, policyIds } = await withSecret("one");
    await run(tenant, { backupSetId, policyIds });
    expect(one(await run(tenant, { backupSetId, policyIds }))).toMatchObject(UNCHANGED);
    await replaceSecrets(["two"]);
    expect(one(await run(tenant, { backupSetId, policyIds }))).toEqual(CREATED);
    expect(await itemsOf(tenant.tenantId, backupSetId)).toHaveLength(2);
  });

  it("that Graph does not tell fail the unit: half a backup is none", async () => {
    const { tenant, replaceSecrets, backupSetId, policyIds } = await withSecret("one");
    await replaceSecrets([]);
    expect(one(await run(tenant, { backupSetId, policyIds }))).toMatchObject({
      kind: "failed",
      reasonCode: "secret_unavailable",
    });
    expect(await itemsOf(tenant.tenantId, backupSetId)).toEqual([]);
  });
});

describe("The plan", () => {
  /** Policies in the inventory without a Graph to read them from: planning asks none. */
  async function inventoryOf(families: Record<string, number>) {
    const { tenantId } = await seedTenant(`planned-${crypto.randomUUID().slice(0, 8)}`);
    for (const [family, count] of Object.entries(families)) {
      await mergeFamily(env.DATABASE, {
        tenantId,
        family,
        runId: "run",
        startedAt: 0,
        at: 1,
        unread: [],
        policies: Array.from({ length: count }, (_, index) => ({
          graphId: `${index}`,
          name: `${family} ${index % 2 === 0 ? "even" : "odd"}`,
          description: null,
          platform: "windows",
          odataType: null,
          assignmentCount: null,
          lastModifiedAt: null,
          comparableHash: "c",
          contentHash: "d",
          contentBytes: 1,
          requestId: null,
        })),
      });
    }
    return tenantId;
  }
  const plan = (tenantId: string, input: object) => planned(addPolicies, tenantId, input, localContext());

  it("F28: holds all that the filter matches, over all pages, and nothing that is gone from the tenant", async () => {
    const tenantId = await inventoryOf({ compliance: 700, complianceLinux: 600, filters: 3 });
    await env.DATABASE.prepare("update policies set removed_at = 1 where tenant_id = ? and family = 'filters'")
      .bind(tenantId)
      .run();
    const everything = await plan(tenantId, { backupSetId: "set", filter: {} });
    expect(everything).toHaveLength(1_300);
    expect(new Set(everything.map(({ key }) => key)).size).toBe(1_300);
    expect(everything.map(({ key }) => key)).toEqual(everything.map(({ key }) => key).toSorted());
    expect(await plan(tenantId, { backupSetId: "set", filter: { query: "EVEN", family: "compliance" } })).toHaveLength(
      350,
    );
    expect(await plan(tenantId, { backupSetId: "set", filter: { platform: "macOS" } })).toHaveLength(0);
  });

  it("has a unit for each id, once, unknown ones under what the caller sent", async () => {
    const tenantId = await inventoryOf({ compliance: 600, complianceLinux: 600 });
    const ids = ["compliance", "complianceLinux"].flatMap((family) =>
      Array.from({ length: 600 }, (_, index) => encodePolicyId({ family, graphId: `${index}` })),
    );
    const unknown = encodePolicyId({ family: "filters", graphId: "unknown" });
    const tasks = await plan(tenantId, {
      backupSetId: "set",
      policyIds: [...ids, unknown, "no id", ...ids.slice(0, 700)],
    });
    expect(tasks).toHaveLength(1_202);
    expect(tasks.map(({ key }) => key)).toEqual(tasks.map(({ key }) => key).toSorted());
    const labels = new Set(tasks.map(({ label }) => label));
    expect(labels).toEqual(
      new Set(["compliance even", "compliance odd", "complianceLinux even", "complianceLinux odd", unknown, "no id"]),
    );
  });

  it("is of the same work for the same ids in any order, and for a filter however it is written", () => {
    const parse = (input: object) => JSON.stringify(addPolicies.inputSchema.parse(input));
    expect(parse({ backupSetId: "s", policyIds: ["b", "a", "b"] })).toBe(
      parse({ policyIds: ["a", "b"], backupSetId: "s" }),
    );
    expect(parse({ backupSetId: "s", filter: {} })).toBe(
      parse({ backupSetId: "s", filter: { query: null, family: null, platform: null } }),
    );
    const once = addPolicies.inputSchema.parse({ backupSetId: "s", filter: { query: " x " } });
    expect(JSON.stringify(addPolicies.inputSchema.parse(once))).toBe(JSON.stringify(once));
  });
});
