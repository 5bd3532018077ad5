import { describe, expect, it } from "vitest";
import { z } from "zod";
import { archiveBackupSet, removeBackupSet } from "../../../src/database/backups/backup-set-status.ts";
import { readPlan } from "../../../src/database/restore/restore-plans.ts";
import { restorePreview } from "../../../src/operations/policy-restore/restore-preview.ts";
import { sweepRestorePlans } from "../../../src/operations/policy-restore/sweep-plans.ts";
import { runReference } from "../../support/run-reference.ts";
import { addPolicies } from "../../../src/operations/backup-sets/add-policies.ts";
import { itemsOf as setItems, newSet, planned } from "../backup-sets/backups.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../simulated-tenant.ts";
import { addAll, backedUp, detailOf, itemsOf, previewed, previewRun, remove, runRow, told } from "./restores.ts";
import { env } from "../../support/environment.ts";
import { IN_WHOLE } from "../../support/thoroughness.ts";

const GROUP = "11111111-1111-4111-8111-111111111111";

async function catalogPolicy(tenant: SimulatedTenant, name: string, more: object = {}): Promise<string> {
  return tenant.add("settingsCatalog", settingsCatalogPolicy(name, more), {
    settings: [setting("s", "1")],
    assignments: [assignedTo(GROUP)],
  });
}

async function refusal(tenant: SimulatedTenant, asked: object) {
  const input = restorePreview.inputSchema.parse({ mode: "update", assignments: false, ...asked });
  const prepared = await restorePreview.prepare?.(tenant.tenantId, input, env);
  return prepared?.kind === "refused" ? prepared.fields : null;
}

describe("The name of a group that is gone", () => {
  const G = (n: number) => `${String(n).repeat(8)}-1111-4111-8111-111111111111`;
  const loadGroups = (tenant: SimulatedTenant, groups: Record<string, string>) => {
    const value = Object.entries(groups).map(([id, displayName]) => ({
      "@odata.type": "#microsoft.graph.group",
      id,
      displayName,
    }));
    return tenant.control("POST", "/load", {
      files: [{ path: "Groups/groups.json", base64: btoa(JSON.stringify({ value })) }],
    });
  };
  const requests = async (tenant: SimulatedTenant) =>
    z
      .looseObject({ families: z.record(z.string(), z.looseObject({ requests: z.int() })) })
      .parse(await tenant.control("GET", "/counters")).families["groups"]?.requests ?? 0;
  const referencesOf = async (tenant: SimulatedTenant, backupSetId: string) => {
    const { plan, items } = await previewed(tenant, { backupSetId });
    const details = await Promise.all(items.map(({ ordinal }) => detailOf(tenant, plan.id, ordinal)));
    return details.map(({ references }) =>
      references.map(({ state, sourceId, sourceName, targetName }) => [state, sourceId, sourceName, targetName]),
    );
  };

  it("is the one that it had at the backup, which asks for each group once", async () => {
    const tenant = await simulatedTenant();
    await loadGroups(tenant, { [G(1)]: "Sales laptops", [G(2)]: "Never asked for" });
    for (const name of ["A", "B", "C"]) {
      await tenant.add("settingsCatalog", settingsCatalogPolicy(name), {
        settings: [setting("s", "1")],
        assignments: [assignedTo(G(1)), assignedTo(G(3))],
      });
    }
    await tenant.control("DELETE", `/things/groups/${G(3)}`);
    await tenant.sync(["settingsCatalog"]);
    const backupSetId = await newSet(tenant.tenantId);
    const tasks = await planned(addPolicies, tenant.tenantId, { backupSetId, filter: {} }, tenant.context());
    // One after the other: units that run side by side may ask for the same group.
    for (const task of tasks) await addPolicies.execute(task, tenant.context());
    // The group of no name there is asked for once as well.
    expect(await requests(tenant)).toBe(2);

    expect((await referencesOf(tenant, backupSetId))[0]).toEqual([
      ["found", G(1), "Sales laptops", "Sales laptops"],
      ["missing", G(3), null, null],
    ]);
    await tenant.fault({ family: "groups", status: 404, code: "Request_ResourceNotFound" });
    for (const references of await referencesOf(tenant, backupSetId)) {
      expect(references).toEqual([
        ["missing", G(1), "Sales laptops", null],
        ["missing", G(3), null, null],
      ]);
    }
    await removeBackupSet(env.DATABASE, {
      tenantId: tenant.tenantId,
      backupSetId,
      at: Date.now(),
      by: { kind: "member", userId: "user-owner" },
    });
    const left = await env.DATABASE.prepare("select count(*) as n from backup_reference_names where tenant_id = ?")
      .bind(tenant.tenantId)
      .first("n");
    expect(left).toBe(0);
  });

  it("is unknown where it may not be read, and the backup is whole all the same", async () => {
    const tenant = await simulatedTenant();
    await loadGroups(tenant, { [G(1)]: "Sales laptops" });
    await tenant.add("settingsCatalog", settingsCatalogPolicy("A"), { assignments: [assignedTo(G(1))] });
    await tenant.fault({ family: "groups", permissionMissing: "Group.Read.All", count: 1 });
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    expect(await referencesOf(tenant, backupSetId)).toEqual([[["found", G(1), "Sales laptops", "Sales laptops"]]]);
    await tenant.fault({ family: "groups", status: 404, code: "Request_ResourceNotFound" });
    expect(await referencesOf(tenant, backupSetId)).toEqual([[["missing", G(1), null, null]]]);
  });
});

describe("Asking for a preview", () => {
  it("refuses what can come to nothing, by the field that is wrong", async () => {
    const tenant = await simulatedTenant();
    const other = await simulatedTenant();
    const graphId = await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.edit("settingsCatalog", graphId, { description: "new" });
    await addAll(tenant, backupSetId);
    const items = await setItems(tenant.tenantId, backupSetId);
    const ids = items.map(({ id }) => id);
    expect(ids.length).toBe(2);
    expect(await refusal(tenant, { backupSetId })).toBeNull();
    expect(await refusal(tenant, { backupSetId: "set_unknown" })).toMatchObject([{ path: "backupSetId" }]);
    expect(await refusal(other, { backupSetId })).toEqual(await refusal(other, { backupSetId: "set_unknown" }));
    expect(await refusal(tenant, { backupSetId: await newSet(tenant.tenantId) })).toMatchObject([
      { path: "backupSetId" },
    ]);
    expect(await refusal(tenant, { backupSetId, itemIds: [ids[0], "nothing"] })).toMatchObject([{ path: "itemIds" }]);
    expect(await refusal(tenant, { backupSetId, itemIds: ids })).toMatchObject([{ path: "itemIds" }]);
    expect(await refusal(tenant, { backupSetId, itemIds: [ids[0]] })).toBeNull();
    const by = { kind: "member", userId: "user-owner" } as const;
    await archiveBackupSet(env.DATABASE, { tenantId: tenant.tenantId, backupSetId, at: 1, by });
    expect(await refusal(tenant, { backupSetId })).toMatchObject([
      { path: "backupSetId", message: expect.stringContaining("archived") },
    ]);
  });

  it("takes equal requests for one: ids and choices in any order, the prefix by omission or by name", () => {
    const base = { backupSetId: "set_1", mode: "create", assignments: false };
    const choice = { kind: "group", sourceId: "a", targetId: "b" };
    const other = { kind: "filter", sourceId: "a", targetId: null };
    const one = restorePreview.inputSchema.parse({ ...base, itemIds: ["b", "a", "b"], mapping: [choice, other] });
    const two = restorePreview.inputSchema.parse({
      ...base,
      itemIds: ["a", "b"],
      mapping: [other, choice],
      namePrefix: "Restored ",
      conditionalAccess: "report-only",
    });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(restorePreview.inputSchema.parse(one)).toEqual(one);
  });

  it("refuses a prefix for updates, and two choices for one reference", () => {
    const base = { backupSetId: "set_1", assignments: false };
    const choice = { kind: "group", sourceId: "a", targetId: "b" };
    expect(restorePreview.inputSchema.safeParse({ ...base, mode: "update", namePrefix: "x" }).success).toBe(false);
    expect(
      restorePreview.inputSchema.safeParse({
        ...base,
        mode: "update",
        mapping: [choice, { ...choice, targetId: null }],
      }).success,
    ).toBe(false);
  });
});

describe.runIf(IN_WHOLE)("Previewing a restore of everything", () => {
  it("finds nothing to do in a tenant as it was backed up, in all families", async () => {
    const tenant = await simulatedTenant(120);
    const backupSetId = await backedUp(tenant);
    const { plan, items } = await previewed(tenant, { backupSetId });
    const done = told(items);
    expect(done.filter((line) => !line.includes("blocked"))).toEqual([]);
    expect(done).toContain("roles Help Desk Operator: blocked (built_in)");
    expect(plan).toMatchObject({
      state: "ready",
      itemsMissingReferences: 0,
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const counted = Object.values(plan.actionCounts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(items.length);
    expect(items.map(({ ordinal }) => ordinal)).toEqual(items.map((_, index) => index));
  });
});

describe("Previewing a restore", () => {
  it("tells what was changed, deleted and renamed, with the exact requests and differences", async () => {
    const tenant = await simulatedTenant();
    const changed = await catalogPolicy(tenant, "Changed");
    const deleted = await catalogPolicy(tenant, "Deleted");
    const renamed = await catalogPolicy(tenant, "Renamed");
    await catalogPolicy(tenant, "Same");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
    await tenant.edit("settingsCatalog", renamed, { name: "Another name" });
    await remove(tenant, "settingsCatalog", deleted);
    const { plan, items } = await previewed(tenant, { backupSetId });
    expect(told(items)).toEqual([
      "settingsCatalog Changed: update",
      "settingsCatalog Deleted: create",
      "settingsCatalog Renamed: update",
    ]);
    expect(items[2]?.target).toEqual({ graphId: renamed, name: "Another name" });
    expect(await detailOf(tenant, plan.id, 0)).toMatchObject({
      changeCount: 1,
      changes: [
        {
          kind: "changed",
          pathText: "settings[s].settingInstance.simpleSettingValue.value",
          before: { json: "2" },
          after: { json: "1" },
        },
      ],
      steps: [{ method: "PUT", path: "/beta/deviceManagement/configurationPolicies/{id}", body: { name: "Changed" } }],
    });
    const { steps } = await detailOf(tenant, plan.id, 1);
    expect(steps.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /beta/deviceManagement/configurationPolicies",
      "POST /beta/deviceManagement/configurationPolicies/{id}/assign",
    ]);
    expect(steps[0]?.body).not.toHaveProperty("id");
    expect(steps[0]?.body).not.toHaveProperty("createdDateTime");
    expect(steps[1]?.body).toEqual({ assignments: [assignedTo(GROUP)] });
  });

  it("says its phases in words: the backup, each family, the seal", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    await tenant.add("filters", { displayName: "Windows", platform: "windows10AndLater", rule: "(true)" });
    const backupSetId = await backedUp(tenant, ["settingsCatalog", "filters"]);
    const { phases, last, runId } = await previewRun(tenant, { backupSetId });
    expect(restorePreview.firstPhase).toBe("Reading the backup");
    expect(phases).toEqual([
      "Reading current policies: Assignment filters",
      "Reading current policies: Settings catalog",
      "Sealing the plan",
    ]);
    expect(last).toMatchObject({ kind: "done", outcome: "succeeded", result: { kind: "restore-plan" } });
    expect(runId).toBeTruthy();
  });

  it("gives the same plan when a step is repeated after a crash", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.edit("settingsCatalog", id, { description: "changed" });
    const first = await previewRun(tenant, { backupSetId });
    const before = await readPlan(env.DATABASE, tenant.tenantId, first.planId);
    const second = await previewRun(tenant, { backupSetId }, { runId: first.runId });
    expect(second.planId).toBe(first.planId);
    expect(await readPlan(env.DATABASE, tenant.tenantId, first.planId)).toEqual(before);
    expect((await itemsOf(tenant, first.planId)).length).toBe(1);
  });

  it("previews the items that it began with, whatever is added to the set meanwhile", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const { planId, runId } = await previewRun(tenant, { backupSetId });
    await catalogPolicy(tenant, "Two");
    await tenant.sync(["settingsCatalog"]);
    await addAll(tenant, backupSetId);
    await previewRun(tenant, { backupSetId }, { runId });
    expect((await itemsOf(tenant, planId)).map(({ name }) => name)).toEqual(["One"]);
  });

  it("finds by exact name what was deleted and made anew, and takes it for the same the next time", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "Made anew");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await remove(tenant, "settingsCatalog", id);
    const again = await catalogPolicy(tenant, "Made anew", { description: "other" });
    const { items } = await previewed(tenant, { backupSetId });
    expect(items).toMatchObject([{ action: "update", target: { graphId: again } }]);
  });

  it("F34: is ambiguous, with the candidates, where several have the name", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "Twice");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await remove(tenant, "settingsCatalog", id);
    const made = [await catalogPolicy(tenant, "Twice"), await catalogPolicy(tenant, "Twice")];
    const { plan, items } = await previewed(tenant, { backupSetId });
    expect(told(items)).toEqual(["settingsCatalog Twice: ambiguous (ambiguous)"]);
    const { candidates, steps } = await detailOf(tenant, plan.id, 0);
    expect(candidates.map(({ graphId }) => graphId).toSorted()).toEqual(made.toSorted());
    expect(candidates[0]).toMatchObject({ name: "Twice", lastModifiedAt: expect.any(String) });
    expect(steps).toEqual([]);
  });

  it("F35: blocks a family that the application may not read, and goes on with the others", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    await tenant.add("powershellScripts", { displayName: "Script", fileName: "a.ps1", scriptContent: btoa("x") });
    const backupSetId = await backedUp(tenant, ["settingsCatalog", "powershellScripts"]);
    await tenant.control("POST", "/permissions", { remove: ["DeviceManagementScripts.Read.All"] });
    const { planId, last } = await previewRun(tenant, { backupSetId });
    expect(last).toMatchObject({ kind: "done", outcome: "partially_succeeded" });
    const items = await itemsOf(tenant, planId);
    expect(told(items)).toEqual(["powershellScripts Script: blocked (permission_missing)"]);
    expect(items.find(({ action }) => action === "blocked")?.reason?.message).toContain(
      "DeviceManagementScripts.Read.All",
    );
  });

  it("F39: waits while Graph is throttling, and ends with the same plan", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.fault({ family: "settingsCatalog", method: "GET", status: 429, retryAfter: 30, count: 1 });
    const waiting = await previewRun(tenant, { backupSetId });
    expect(waiting.last).toMatchObject({ kind: "wait", reasonCode: "throttled", delaySeconds: 31 });
    await tenant.waitsAreOver();
    const done = await previewRun(tenant, { backupSetId }, { runId: waiting.runId, patience: 3 });
    expect(done.last).toMatchObject({ kind: "done", outcome: "succeeded" });
  });

  it("makes copies beside what is there, with a prefix, in mode create", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const { plan, items } = await previewed(tenant, {
      backupSetId,
      mode: "create",
      namePrefix: "Copy of ",
      assignments: false,
    });
    expect(told(items)).toEqual(["settingsCatalog One: create"]);
    expect(await detailOf(tenant, plan.id, 0)).toMatchObject({
      target: null,
      steps: [{ method: "POST", body: { name: "Copy of One" } }],
      notes: ["Its assignments are not put back."],
    });
  });

  it("brings conditional access back in report-only mode, and says so, unless asked otherwise", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add("conditionalAccess", {
      displayName: "CA001",
      state: "enabled",
      conditions: { users: { includeUsers: ["All"] }, applications: { includeApplications: ["All"] } },
      grantControls: { operator: "OR", builtInControls: ["mfa"] },
    });
    const backupSetId = await backedUp(tenant, ["conditionalAccess"]);
    await remove(tenant, "conditionalAccess", id);
    const careful = await previewed(tenant, { backupSetId });
    expect(await detailOf(tenant, careful.plan.id, 0)).toMatchObject({
      steps: [{ body: { state: "enabledForReportingButNotEnforced" } }],
      notes: ["It comes back in report-only mode; the backup has it enabled."],
    });
    const asIs = await previewed(tenant, { backupSetId, conditionalAccess: "as-is" });
    expect(await detailOf(tenant, asIs.plan.id, 0)).toMatchObject({
      steps: [{ body: { state: "enabled" } }],
      notes: [],
    });
    expect(asIs.plan.planHash).not.toBe(careful.plan.planHash);
  });

  it("keeps secrets out of plans, and finds a secret that differs all the same", async () => {
    const tenant = await simulatedTenant();
    const secret = (value: string) => ({
      "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
      displayName: "Wi-Fi",
      omaSettings: [
        { "@odata.type": "#microsoft.graph.omaSettingString", displayName: "key", omaUri: "./Vendor/Key", value },
      ],
    });
    const id = await tenant.add("deviceConfiguration", secret("hunter2-in-the-backup"));
    const backupSetId = await backedUp(tenant, ["deviceConfiguration"]);
    expect(told((await previewed(tenant, { backupSetId })).items)).toEqual([]);
    await tenant.control("DELETE", `/policies/deviceConfiguration/${id}`);
    await tenant.add("deviceConfiguration", { ...secret("another-secret"), id });
    const { plan, items } = await previewed(tenant, { backupSetId });
    expect(told(items)).toEqual(["deviceConfiguration Wi-Fi: update"]);
    const detail = await detailOf(tenant, plan.id, 0);
    expect(detail.notes).toContain("An encrypted value in the tenant is another than in the backup.");
    expect(JSON.stringify(detail)).toContain("{sealed value}");
    const objects = await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/` });
    for (const { key } of objects.objects) {
      const text = await (await env.ARTIFACTS.get(key))?.text();
      expect(text).not.toContain("hunter2");
      expect(text).not.toContain("another-secret");
    }
  });

  it("leaves nothing of a preview that came to nothing, and nothing of one whose set was deleted for good", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const objects = async (planId: string) =>
      (await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/restore-plans/${planId}/` })).objects.length;

    const { plan } = await previewed(tenant, { backupSetId });
    expect(await objects(plan.id)).toBeGreaterThan(0);
    const half = await previewRun(tenant, { backupSetId });
    await env.DATABASE.prepare("update restore_plans set status = 'preparing' where id = ?").bind(half.planId).run();
    const reference = runReference(tenant.tenantId, half.runId);
    const input = restorePreview.inputSchema.parse({ backupSetId, mode: "update", assignments: true });
    await restorePreview.abandon?.(reference, input, tenant.context());
    expect(await objects(half.planId)).toBe(0);
    expect(await readPlan(env.DATABASE, tenant.tenantId, half.planId)).toMatchObject({
      state: "failed",
      planHash: null,
    });

    const by = { kind: "unit", runId: "run_1", ordinal: 0 } as const;
    await removeBackupSet(env.DATABASE, { tenantId: tenant.tenantId, backupSetId, at: 1, by });
    await sweepRestorePlans(env);
    expect(await objects(plan.id)).toBe(0);
    expect(await readPlan(env.DATABASE, tenant.tenantId, plan.id)).toBeNull();
  });

  it("shows a plan whose run has ended without sealing it as failed, before anybody has cleaned up", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const { planId, runId } = await previewRun(tenant, { backupSetId });
    await runRow(tenant, runId, {}, null, "policy.restore-preview");
    await env.DATABASE.prepare("update operation_runs set status = 'completed', outcome = 'canceled' where id = ?")
      .bind(runId)
      .run();
    await env.DATABASE.prepare("update restore_plans set status = 'preparing' where id = ?").bind(planId).run();
    expect(await readPlan(env.DATABASE, tenant.tenantId, planId)).toMatchObject({
      state: "failed",
      actionCounts: null,
    });
  });
});
