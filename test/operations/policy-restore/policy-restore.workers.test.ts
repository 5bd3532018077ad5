import { describe, expect, it } from "vitest";
import { z } from "zod";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { listRestoreApprovals } from "../../../src/database/restore/restore-approvals.ts";
import type { RunUnitTask } from "../../../src/runs/operation.ts";
import { CoordinatorBench } from "../../runs/coordinator-bench.ts";
import { PlatformInvocation } from "../../support/platform-invocation.ts";
import { itemsOf as setItems } from "../backup-sets/backups.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../simulated-tenant.ts";
import {
  backedUp,
  counted,
  previewed,
  type Previewed,
  remove,
  restored,
  orderOf,
  restoreRun,
  resultsOf,
  retried,
  told,
  toTheEnd,
  wholeState,
} from "./restores.ts";
import { env } from "../../support/environment.ts";
import { IN_WHOLE } from "../../support/thoroughness.ts";

const PAGE = { cursor: null, limit: 100 };
const CREATED = { kind: "succeeded", counters: { created: 1 } };
const UPDATED = { kind: "succeeded", counters: { updated: 1 } };
const UNCHANGED = { kind: "succeeded", counters: { unchanged: 1 } };

const GROUP_A = "aaaaaaaa-0000-4000-8000-00000000000a";
const GROUP_B = "bbbbbbbb-0000-4000-8000-00000000000b";

async function catalogPolicy(tenant: SimulatedTenant, name: string, value = "1"): Promise<string> {
  return tenant.add("settingsCatalog", settingsCatalogPolicy(name), {
    settings: [setting("s", value)],
    assignments: [assignedTo(GROUP_A)],
  });
}

/** Three policies that were backed up; since then one was changed, one deleted, one left alone. */
async function three() {
  const tenant = await simulatedTenant();
  const changed = await catalogPolicy(tenant, "Changed");
  const deleted = await catalogPolicy(tenant, "Deleted");
  const same = await catalogPolicy(tenant, "Same");
  const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
  await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "2")] });
  await remove(tenant, "settingsCatalog", deleted);
  return { tenant, backupSetId, changed, deleted, same };
}

async function countOf(tenant: SimulatedTenant, family: string): Promise<number> {
  const { items } = z
    .object({ items: z.array(z.unknown()) })
    .parse(await tenant.control("GET", `/policies?family=${family}`));
  return items.length;
}

async function writes(tenant: SimulatedTenant): Promise<number> {
  const counters = await tenant.control("GET", "/counters");
  return z.object({ totals: z.object({ writes: z.int() }) }).parse(counters).totals.writes;
}

function planned({ plan }: Previewed) {
  const {
    create = 0,
    update = 0,
    delete: deleted = 0,
    unchanged = 0,
    ambiguous = 0,
    blocked = 0,
  } = plan.actionCounts ?? {};
  return { created: create, updated: update, deleted, unchanged, skipped: ambiguous + blocked, failed: 0 };
}

describe("Restoring policies", () => {
  it("puts back what was changed, makes what was deleted, and leaves the rest alone", async () => {
    const { tenant, backupSetId } = await three();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    expect(run.results).toEqual([UPDATED, CREATED, UNCHANGED]);
    const results = await resultsOf(tenant, run.runId);
    expect(results.map(({ name, outcome, reason }) => [name, outcome, reason])).toEqual([
      ["Changed", "updated", null],
      ["Deleted", "created", null],
      ["Same", "unchanged", null],
    ]);
    // The policy, and its assignments.
    expect(results[1]?.requestIds.length).toBe(2);
    expect(results[1]?.targetId).toEqual(expect.any(String));
    // The audit log has what was written, and nothing of what was so already; again, it has nothing more.
    for (const task of run.tasks) await policyRestore.execute(task, tenant.context());
    const written = await env.DATABASE.prepare(
      `select target_id, json_extract(detail, '$.name') as name, json_extract(detail, '$.outcome') as outcome,
              json_extract(detail, '$.writes[0].answer') as answer, json_extract(origin, '$.runId') as runId
         from audit_events where tenant_id = ?1 and action = 'policy.restore' order by name`,
    )
      .bind(tenant.tenantId)
      .all();
    expect(written.results).toEqual([
      { target_id: results[0]?.targetId, name: "Changed", outcome: "updated", answer: "applied", runId: run.runId },
      { target_id: results[1]?.targetId, name: "Deleted", outcome: "created", answer: "applied", runId: run.runId },
    ]);
    expect(told((await previewed(tenant, { backupSetId })).items)).toEqual([]);
  });

  it("binds profiles to the certificates that the same plan makes anew, and makes those first", async () => {
    const tenant = await simulatedTenant();
    const bind = (id: string) => `https://graph.example/beta/deviceManagement/deviceConfigurations('${id}')`;
    const add = (type: string, displayName: string, more: object = {}) =>
      tenant.add("deviceConfiguration", { "@odata.type": `#microsoft.graph.${type}`, displayName, ...more });
    const root = await add("windows81TrustedRootCertificate", "D root");
    const certificate = await add("windows81SCEPCertificateProfile", "C certificate", {
      "rootCertificate@odata.bind": bind(root),
    });
    const vpn = await add("windows10VpnConfiguration", "A network", {
      "identityCertificate@odata.bind": bind(certificate),
    });
    await add("windowsWifiEnterpriseEAPConfiguration", "B network", {
      "identityCertificateForClientAuthentication@odata.bind": bind(certificate),
      "rootCertificatesForServerValidation@odata.bind": [bind(root)],
    });
    const backupSetId = await backedUp(tenant, ["deviceConfiguration"]);
    for (const id of [root, certificate, vpn]) await remove(tenant, "deviceConfiguration", id);
    const preview = await previewed(tenant, { backupSetId });
    expect(told(preview.items)).toEqual([
      "deviceConfiguration D root: create",
      "deviceConfiguration C certificate: create",
      "deviceConfiguration A network: create",
      "deviceConfiguration B network: update",
    ]);
    expect(preview.plan.itemsMissingReferences).toBe(0);
    const run = await restored(tenant, preview);
    expect(run.results).toEqual([CREATED, CREATED, CREATED, UPDATED]);
    const made = new Map((await resultsOf(tenant, run.runId)).map(({ name, targetId }) => [name, targetId ?? ""]));
    const parts = async (name: string) =>
      z
        .object({ parts: z.record(z.string(), z.unknown()) })
        .parse(await tenant.control("GET", `/policies/deviceConfiguration/${made.get(name)}`)).parts;
    const [newRoot, newCertificate] = [{ id: made.get("D root") }, { id: made.get("C certificate") }];
    expect(await parts("C certificate")).toMatchObject({ rootCertificate: [newRoot] });
    expect(await parts("A network")).toMatchObject({ identityCertificate: [newCertificate] });
    expect(await parts("B network")).toMatchObject({
      identityCertificateForClientAuthentication: [newCertificate],
      rootCertificatesForServerValidation: expect.arrayContaining([newRoot]),
    });
    expect(told((await previewed(tenant, { backupSetId })).items)).toEqual([]);
  });

  it("F38: touches nothing but what was selected", async () => {
    const { tenant, backupSetId, changed, deleted } = await three();
    const other = await catalogPolicy(tenant, "Not in the backup");
    const before = await wholeState(tenant);
    const items = await setItems(tenant.tenantId, backupSetId);
    const selected = items.filter(({ graphId }) => graphId === deleted).map(({ id }) => id);
    const run = await restored(tenant, await previewed(tenant, { backupSetId, itemIds: selected }));
    expect(run.results).toEqual([CREATED]);
    const after = await wholeState(tenant);
    const made = [...after.keys()].filter((key) => !before.has(key));
    expect(made.length).toBe(1);
    for (const key of made) after.delete(key);
    expect(after).toEqual(before);
    expect(before.has(`settingsCatalog/${changed}`) && before.has(`settingsCatalog/${other}`)).toBe(true);
  });

  it("F38: leaves assignments as they are unless they were asked for", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const assignments = [assignedTo(GROUP_B)];
    await tenant.edit("settingsCatalog", id, {}, { settings: [setting("s", "2")], assignments });
    const assigned = async () => {
      const { parts } = z
        .object({ parts: z.object({ assignments: z.array(z.object({ target: z.unknown() })) }) })
        .parse(await tenant.control("GET", `/policies/settingsCatalog/${id}`));
      return parts.assignments.map(({ target }) => target);
    };
    const without = await restored(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    expect(without.results).toEqual([UPDATED]);
    expect(await assigned()).toMatchObject([{ groupId: GROUP_B }]);
    const withThem = await restored(tenant, await previewed(tenant, { backupSetId, assignments: true }));
    expect(withThem.results).toEqual([UPDATED]);
    expect(await assigned()).toMatchObject([{ groupId: GROUP_A }]);
  });

  it("makes nothing twice when the same plan is run again: all is as this plan has left it", async () => {
    const { tenant, backupSetId } = await three();
    const preview = await previewed(tenant, { backupSetId });
    await restored(tenant, preview);
    const before = await wholeState(tenant);
    const sent = await writes(tenant);
    const again = await restored(tenant, preview);
    expect(again.results).toEqual([UNCHANGED, UNCHANGED, UNCHANGED]);
    expect(await writes(tenant)).toBe(sent);
    expect(await wholeState(tenant)).toEqual(before);
  });

  it("F34: finds nothing to do after two deleted namesakes were made anew, and each again under its new id", async () => {
    const tenant = await simulatedTenant();
    const ids = [await catalogPolicy(tenant, "Twice", "1"), await catalogPolicy(tenant, "Twice", "2")];
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    for (const id of ids) await remove(tenant, "settingsCatalog", id);
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    expect(run.results).toEqual([CREATED, CREATED]);

    const after = await previewed(tenant, { backupSetId });
    expect(told(after.items)).toEqual([]);
    const made = new Map((await resultsOf(tenant, run.runId)).map(({ ordinal, targetId }) => [ordinal, targetId]));
    expect(after.items.map(({ target }) => target?.graphId)).toEqual([made.get(0), made.get(1)]);

    await tenant.edit("settingsCatalog", made.get(1) ?? "", { name: "Renamed since" });
    const renamed = await previewed(tenant, { backupSetId });
    expect(told(renamed.items)).toEqual(["settingsCatalog Twice: update"]);
    expect(renamed.items[1]?.target).toEqual({ graphId: made.get(1), name: "Renamed since" });
  });

  it("makes nothing twice by two plans: the second waits for the first, and finds what it has made", async () => {
    const tenant = await simulatedTenant();
    const ids = ["Alone", "Twice", "Twice"];
    for (const [index, name] of ids.entries()) ids[index] = await catalogPolicy(tenant, name, String(index));
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    for (const id of ids) await remove(tenant, "settingsCatalog", id);
    const first = await restoreRun(tenant, await previewed(tenant, { backupSetId }));
    const second = await restoreRun(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    await env.DATABASE.prepare("update operation_runs set created_at = 1 where id = ?").bind(second.runId).run();

    const [unit] = second.tasks;
    if (!unit) throw new Error("no unit");
    expect(await policyRestore.execute(unit, tenant.context())).toMatchObject({
      kind: "deferred",
      reasonCode: "waiting_for_restore",
    });
    expect((await toTheEnd(tenant, first)).results).toEqual([CREATED, CREATED, CREATED]);
    const behind = await toTheEnd(tenant, second);
    expect(behind.results).toMatchObject(ids.map(() => ({ kind: "failed", reasonCode: "conflict" })));
    expect(await countOf(tenant, "settingsCatalog")).toBe(3);
  });

  it("takes no copy for what it is a copy of", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "Copied");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await restored(tenant, await previewed(tenant, { backupSetId, mode: "create" }));
    await remove(tenant, "settingsCatalog", id);
    const { items } = await previewed(tenant, { backupSetId });
    expect(told(items)).toEqual(["settingsCatalog Copied: create"]);
  });

  it("makes nothing twice when copies are made, and makes others for another plan", async () => {
    const tenant = await simulatedTenant();
    await catalogPolicy(tenant, "One");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    const preview = await previewed(tenant, { backupSetId, mode: "create" });
    expect((await restored(tenant, preview)).results).toEqual([CREATED]);
    expect((await restored(tenant, preview)).results).toEqual([UNCHANGED]);
    expect(await countOf(tenant, "settingsCatalog")).toBe(2);
    const second = await previewed(tenant, { backupSetId, mode: "create" });
    expect(second.plan.planHash).not.toBe(preview.plan.planHash);
    expect((await restored(tenant, second)).results).toEqual([CREATED]);
    expect(await countOf(tenant, "settingsCatalog")).toBe(3);
  });

  it("answers the same for a unit that is executed again, and asks Graph for nothing", async () => {
    const { tenant, backupSetId } = await three();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const sent = await writes(tenant);
    await tenant.fault({ status: 500 });
    for (const [index, task] of run.tasks.entries()) {
      expect(await policyRestore.execute(task, tenant.context())).toEqual(run.results[index]);
    }
    expect(await writes(tenant)).toBe(sent);
  });

  it("makes one policy when a unit is executed twice at the same time", async () => {
    const { tenant, backupSetId } = await three();
    const run = await restoreRun(tenant, await previewed(tenant, { backupSetId }));
    const twice = { ...run, tasks: run.tasks.flatMap((task) => [task, { ...task }]) };
    const { results } = await toTheEnd(tenant, twice);
    expect(results).toEqual([UPDATED, UPDATED, CREATED, CREATED, UNCHANGED, UNCHANGED]);
    expect(await countOf(tenant, "settingsCatalog")).toBe(3);
  });

  it("fails with a conflict, and overwrites nothing, where the target has changed since the preview", async () => {
    const { tenant, backupSetId, changed, same } = await three();
    const preview = await previewed(tenant, { backupSetId });
    await tenant.edit("settingsCatalog", changed, {}, { settings: [setting("s", "3")] });
    await tenant.edit("settingsCatalog", same, { description: "Edited meanwhile" });
    await catalogPolicy(tenant, "Deleted");
    const before = await wholeState(tenant);
    const run = await restored(tenant, preview);
    expect(run.results).toMatchObject([
      { kind: "failed", reasonCode: "conflict" },
      { kind: "failed", reasonCode: "conflict" },
      { kind: "failed", reasonCode: "conflict" },
    ]);
    expect(await wholeState(tenant)).toEqual(before);
  });

  it("takes no counter of the service for a change of the target", async () => {
    const tenant = await simulatedTenant();
    const body = { displayName: "Reused", settingDefinitionId: "d", settingInstance: { settingDefinitionId: "d" } };
    const id = await tenant.add("reusableSettings", { ...body, referencingConfigurationPolicyCount: 0 });
    const preview = await previewed(tenant, { backupSetId: await backedUp(tenant, ["reusableSettings"]) });
    await tenant.edit("reusableSettings", id, { referencingConfigurationPolicyCount: 7 });
    expect((await restored(tenant, preview)).results).toEqual([UNCHANGED]);
    await tenant.edit("reusableSettings", id, { description: "Changed since" });
    expect((await restored(tenant, preview)).results).toMatchObject([{ kind: "failed", reasonCode: "conflict" }]);
  });

  it("fails with a conflict where the target was deleted since the preview", async () => {
    const { tenant, backupSetId, changed, same } = await three();
    const preview = await previewed(tenant, { backupSetId });
    await remove(tenant, "settingsCatalog", changed);
    await remove(tenant, "settingsCatalog", same);
    const { results } = await restored(tenant, preview);
    expect(results).toMatchObject([{ kind: "failed" }, CREATED, { kind: "failed", reasonCode: "conflict" }]);
    expect(counted(results)).toEqual({ created: 1, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 2 });
  });

  it("brings back a named location and the policy that uses it, in that order, under the new id", async () => {
    const tenant = await simulatedTenant();
    const location = await tenant.add("namedLocations", {
      "@odata.type": "#microsoft.graph.ipNamedLocation",
      displayName: "Office",
      isTrusted: true,
      ipRanges: [{ "@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: "198.51.100.0/24" }],
    });
    const policy = await tenant.add("conditionalAccess", {
      displayName: "Block elsewhere",
      state: "enabled",
      conditions: {
        users: { includeUsers: ["All"] },
        applications: { includeApplications: ["All"] },
        locations: { includeLocations: ["All"], excludeLocations: [location] },
      },
      grantControls: { operator: "OR", builtInControls: ["block"] },
    });
    const backupSetId = await backedUp(tenant, ["namedLocations", "conditionalAccess"]);
    await remove(tenant, "conditionalAccess", policy);
    await remove(tenant, "namedLocations", location);
    const preview = await previewed(tenant, { backupSetId });
    expect(told(preview.items)).toEqual(["namedLocations Office: create", "conditionalAccess Block elsewhere: create"]);
    expect(preview.plan.itemsMissingReferences).toBe(0);
    // The policy waits for what it refers to: in the run's object, or, in a run that an earlier version planned, by asking D1.
    const run = await restoreRun(tenant, preview);
    const [first, second] = run.tasks;
    if (!first || !second) throw new Error("no units");
    const order = orderOf(run.tasks);
    expect([order.isFree(1, 0), order.isFree(1, 1)]).toEqual([false, true]);
    expect(await policyRestore.execute(asPlannedBefore(second), tenant.context())).toMatchObject({
      kind: "deferred",
      reasonCode: "waiting_for_earlier",
    });
    expect((await toTheEnd(tenant, run)).results).toEqual([CREATED, CREATED]);
    const [made, used] = await resultsOf(tenant, run.runId);
    const document = await tenant.control("GET", `/policies/conditionalAccess/${used?.targetId}`);
    expect(document).toMatchObject({
      doc: {
        state: "enabledForReportingButNotEnforced",
        conditions: { locations: { includeLocations: ["All"], excludeLocations: [made?.targetId] } },
      },
    });
  });

  it("does not restore what depends on something that could not be restored, and does both when retried", async () => {
    const tenant = await simulatedTenant();
    const tag = await tenant.add("scopeTags", { displayName: "Branch", description: "" });
    const policy = await tenant.add("settingsCatalog", settingsCatalogPolicy("Tagged", { roleScopeTagIds: [tag] }), {
      settings: [setting("s", "1")],
    });
    const backupSetId = await backedUp(tenant, ["scopeTags", "settingsCatalog"]);
    await remove(tenant, "settingsCatalog", policy);
    await remove(tenant, "scopeTags", tag);
    // The simulator counts ids up: the restored tag gets another one than the deleted had.
    await tenant.add("scopeTags", { id: "7", displayName: "Another", description: "" });
    const preview = await previewed(tenant, { backupSetId });
    await tenant.fault({
      family: "scopeTags",
      method: "POST",
      permissionMissing: "DeviceManagementRBAC.ReadWrite.All",
    });
    const run = await restored(tenant, preview);
    const failures = (await resultsOf(tenant, run.runId)).filter(({ outcome }) => outcome === "failed");
    expect(failures.map(({ name, reason }) => [name, reason?.code])).toEqual([
      ["Branch", "permission_missing"],
      ["Tagged", "dependency_failed"],
    ]);
    expect(failures[0]?.reason?.message).toContain("DeviceManagementRBAC.ReadWrite.All");
    await tenant.control("DELETE", "/faults");
    const retry = await retried(tenant, run);
    expect(retry.results).toEqual([CREATED, CREATED]);
    const [made, tagged] = await resultsOf(tenant, retry.runId);
    expect(await tenant.control("GET", `/policies/settingsCatalog/${tagged?.targetId}`)).toMatchObject({
      doc: { roleScopeTagIds: [made?.targetId] },
    });
  });

  it("writes the mapping that was chosen, and leaves out what was chosen to be left out", async () => {
    const tenant = await simulatedTenant();
    const policy = await tenant.add("settingsCatalog", settingsCatalogPolicy("Mapped"), {
      settings: [setting("s", "1")],
      assignments: [assignedTo("old-group"), assignedTo("gone-group"), assignedTo("lost-group")],
    });
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await remove(tenant, "settingsCatalog", policy);
    const group = "22222222-2222-4222-8222-222222222222";
    await tenant.control("POST", "/things", { kind: "groups", doc: { id: group, displayName: "New" } });
    const some = [
      { kind: "group", sourceId: "old-group", targetId: group },
      { kind: "group", sourceId: "gone-group", targetId: null },
    ] as const;
    const undecided = await previewed(tenant, { backupSetId, mapping: [...some] });
    expect(undecided.items).toMatchObject([
      { action: "blocked", reason: { code: "missing_reference" }, missingCount: 1 },
    ]);
    expect(undecided.plan.itemsMissingReferences).toBe(1);
    const mapping = [...some, { kind: "group", sourceId: "lost-group", targetId: null }] as const;
    const preview = await previewed(tenant, { backupSetId, mapping: [...mapping] });
    expect(preview.items).toMatchObject([{ action: "create", missingCount: 0 }]);
    const approval = {
      backupSetId,
      mode: "update",
      assignments: true,
      approvedPlan: preview.plan.planHash ?? "",
    } as const;
    // The audit log names the choices that the approval stands for, in the plan's order.
    expect(await policyRestore.prepare?.(tenant.tenantId, approval, env)).toMatchObject({
      kind: "ready",
      audited: { planHash: preview.plan.planHash, choices: expect.arrayContaining([...mapping]) },
    });
    const run = await restored(tenant, preview);
    expect(run.results).toEqual([CREATED]);
    const [result] = await resultsOf(tenant, run.runId);
    const { parts } = z
      .object({ parts: z.object({ assignments: z.array(z.object({ target: z.object({ groupId: z.string() }) })) }) })
      .parse(await tenant.control("GET", `/policies/settingsCatalog/${result?.targetId}`));
    expect(parts.assignments.map(({ target }) => target.groupId).toSorted()).toEqual([group]);
  });

  it("skips what cannot be restored, each with its reason, and the counts add up", async () => {
    const tenant = await simulatedTenant(IN_WHOLE ? 60 : 20);
    const backupSetId = await backedUp(tenant);
    const preview = await previewed(tenant, { backupSetId });
    const run = await restored(tenant, preview);
    expect(counted(run.results)).toEqual(planned(preview));
    expect(Object.values(counted(run.results)).reduce((sum, count) => sum + count, 0)).toBe(preview.items.length);
    const skipped = (await resultsOf(tenant, run.runId)).filter(({ outcome }) => outcome === "skipped");
    expect(skipped.length).toBeGreaterThan(0);
    for (const { reason } of skipped) expect(reason?.message).not.toBe("");
  });

  it("waits for approvals, shown with their codes, and ends each as it was decided; a retry asks anew", async () => {
    const tenant = await simulatedTenant();
    const ids: string[] = [];
    for (const name of ["Approved", "Rejected", "Expired", "Withdrawn"]) ids.push(await catalogPolicy(tenant, name));
    await catalogPolicy(tenant, "Free");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    for (const id of ids) await tenant.edit("settingsCatalog", id, {}, { settings: [setting("s", "2")] });
    await tenant.control("PATCH", "?", { approvalFamilies: ["settingsCatalog"] });
    const preview = await previewed(tenant, { backupSetId, assignments: false });
    const begun = await restoreRun(tenant, preview);

    const waiting = (runId: string) =>
      listRestoreApprovals(env.DATABASE, { tenantId: tenant.tenantId, runId, ...PAGE }, Date.now());
    const decide = async (runId: string, decisions: Record<string, string>) => {
      for (const { name, approvalCode } of (await waiting(runId))?.items ?? [])
        if (name in decisions) await tenant.control("POST", `/approvals/${approvalCode}/${decisions[name]}`);
    };
    const seen: number[] = [];
    const run = await toTheEnd(tenant, begun, tenant.context(), async () => {
      const items = (await waiting(begun.runId))?.items ?? [];
      seen.push(items.length);
      if (seen.length === 1) {
        expect(items.map(({ name }) => name)).toEqual(["Approved", "Expired", "Rejected", "Withdrawn"]);
        const { expiresAt = "", askedAt = "" } = items[0] ?? {};
        expect(Date.parse(expiresAt) - Date.parse(askedAt)).toBe(3 * 24 * 3_600_000);
        // What waits is not processed.
        expect(await resultsOf(tenant, begun.runId)).toMatchObject([{ name: "Free", outcome: "unchanged" }]);
        await decide(begun.runId, { Approved: "approve", Rejected: "reject" });
      } else await decide(begun.runId, { Expired: "expire", Withdrawn: "cancel" });
    });
    expect(seen).toEqual([4, 2]);
    const results = await resultsOf(tenant, run.runId);
    expect(results.map(({ name, outcome, reason }) => [name, outcome, reason?.code])).toEqual([
      ["Approved", "updated", undefined],
      ["Expired", "failed", "approval_expired"],
      ["Free", "unchanged", undefined],
      ["Rejected", "failed", "approval_denied"],
      ["Withdrawn", "failed", "approval_canceled"],
    ]);
    expect(counted(run.results)).toEqual({ created: 0, updated: 1, deleted: 0, unchanged: 1, skipped: 0, failed: 3 });
    expect((await waiting(run.runId))?.items).toEqual([]);

    const retry = await retried(tenant, run, async () => {
      const latest = await env.DATABASE.prepare("select id from operation_runs where tenant_id = ? and retry_of = ?")
        .bind(tenant.tenantId, run.runId)
        .first<string>("id");
      await decide(latest ?? "", { Expired: "approve", Rejected: "approve", Withdrawn: "approve" });
    });
    expect(retry.results).toEqual([UPDATED, UPDATED, UPDATED]);
  });

  it("asks once and writes once when two consumers execute a unit at once, before its approval and after", async () => {
    const tenant = await simulatedTenant();
    const id = await catalogPolicy(tenant, "Guarded");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.edit("settingsCatalog", id, {}, { settings: [setting("s", "2")] });
    await tenant.control("PATCH", "?", { approvalFamilies: ["settingsCatalog"] });
    const run = await restoreRun(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    const [task] = run.tasks;
    if (task === undefined) throw new Error("no unit");
    const asked = async () =>
      z
        .object({ items: z.array(z.object({ id: z.string(), status: z.string() })) })
        .parse(await tenant.control("GET", "/approvals")).items;
    const twice = (context = tenant.context()) =>
      Promise.all([policyRestore.execute(task, context), policyRestore.execute(task, context)]);

    for (const result of await twice()) expect(result.kind).toBe("deferred");
    const [request, ...others] = await asked();
    expect(others).toEqual([]);
    await tenant.control("POST", `/approvals/${request?.id}/approve`);
    const sent = await writes(tenant);
    const later = { ...tenant.context(), now: () => Date.now() + 60_000 };
    const results = await twice(later);
    expect(results.filter(({ kind }) => kind === "succeeded").length).toBeGreaterThan(0);
    for (const result of results) expect(["succeeded", "deferred"]).toContain(result.kind);
    expect((await toTheEnd(tenant, run, later)).results).toEqual([UPDATED]);
    expect(await writes(tenant)).toBe(sent + 1);
    expect(await asked()).toMatchObject([{ id: request?.id, status: "completed" }]);
  });

  it("lists what a canceled run has left open in Intune, until it is void", async () => {
    const { tenant, backupSetId } = await three();
    await tenant.control("PATCH", "?", { approvalFamilies: ["settingsCatalog"] });
    const run = await restoreRun(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    for (const task of run.tasks) await policyRestore.execute(task, tenant.context());
    const open = async (now = Date.now()) => {
      const request = { tenantId: tenant.tenantId, runId: run.runId, ...PAGE };
      return (await listRestoreApprovals(env.DATABASE, request, now))?.items.map(({ name }) => name);
    };
    expect(await open()).toEqual(["Changed", "Deleted"]);
    const end = (outcome: string) =>
      env.DATABASE.prepare("update operation_runs set status = 'completed', outcome = ?2 where id = ?1")
        .bind(run.runId, outcome)
        .run();
    await end("canceled");
    expect(await open()).toEqual(["Changed", "Deleted"]);
    expect(await open(Date.now() + 3 * 24 * 3_600_000)).toEqual([]);
    await end("failed");
    expect(await open()).toEqual([]);
  });

  it("goes on, in a retry, with a request that an earlier version left to the person", async () => {
    const { tenant, backupSetId } = await three();
    await tenant.control("PATCH", "?", { approvalFamilies: ["settingsCatalog"] });
    // So it ended: the application was not asked whether it may see the request.
    await tenant.fault({ family: "operationApprovalRequests", permissionMissing: "X.Read.All" });
    const run = await restored(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    expect(run.results).toMatchObject([
      { kind: "failed", reasonCode: "approval_required" },
      { kind: "failed", reasonCode: "approval_required" },
      UNCHANGED,
    ]);
    const left = (await resultsOf(tenant, run.runId)).filter(({ outcome }) => outcome === "failed");
    for (const { approvalCode, reason } of left) {
      expect(reason?.message).toContain(approvalCode);
      await tenant.control("POST", `/approvals/${approvalCode}/approve`);
    }
    await tenant.control("DELETE", "/faults");
    const retry = await retried(tenant, run);
    expect(retry.results).toEqual([UPDATED, CREATED]);
    expect(await countOf(tenant, "settingsCatalog")).toBe(3);
  });

  it("tells Graph's own words when it refuses a write, and nothing else fails with it", async () => {
    const { tenant, backupSetId } = await three();
    const preview = await previewed(tenant, { backupSetId });
    await tenant.fault({
      family: "settingsCatalog",
      method: "POST",
      status: 400,
      code: "ModelValidationFailure",
      message: "The name is too long for Tuesday.",
    });
    const { results } = await restored(tenant, preview);
    expect(results).toMatchObject([
      UPDATED,
      {
        kind: "failed",
        reasonCode: "graph_rejected",
        message: expect.stringMatching(/400 ModelValidationFailure.*The name is too long for Tuesday/),
      },
      UNCHANGED,
    ]);
  });

  it("looks whether a write whose answer was lost was applied before it writes again", async () => {
    const { tenant, backupSetId } = await three();
    const preview = await previewed(tenant, { backupSetId });
    await tenant.fault({ family: "settingsCatalog", method: "POST", dropConnection: true, afterApply: true, count: 1 });
    await tenant.fault({ family: "settingsCatalog", method: "PUT", status: 503, afterApply: true, count: 1 });
    const { results } = await restored(tenant, preview);
    expect(results).toEqual([UPDATED, CREATED, UNCHANGED]);
    expect(await countOf(tenant, "settingsCatalog")).toBe(3);
  });

  it("F39: meets write budgets with waits, not failures", async () => {
    const tenant = await simulatedTenant();
    for (let number = 0; number < 30; number += 1) await catalogPolicy(tenant, `Policy ${number}`);
    for (let number = 0; number < 4; number += 1) {
      await tenant.add("conditionalAccess", {
        displayName: `CA ${number}`,
        state: "disabled",
        conditions: { users: { includeUsers: ["All"] }, applications: { includeApplications: ["All"] } },
        grantControls: { operator: "OR", builtInControls: ["mfa"] },
      });
    }
    const backupSetId = await backedUp(tenant, ["settingsCatalog", "conditionalAccess"]);
    const preview = await previewed(tenant, { backupSetId, mode: "create", assignments: false });
    await tenant.control("PUT", "/throttling", {
      buckets: {
        "intune:write": { burst: 10, perSecond: 20, retryAfter: "whole" },
        conditionalAccess: { burst: 2, perSecond: 4, retryAfter: "absent" },
      },
    });
    const { results } = await restored(tenant, preview);
    expect(counted(results)).toEqual({ created: 34, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 });
    const counters = z
      .object({ totals: z.object({ throttled: z.int() }) })
      .parse(await tenant.control("GET", "/counters"));
    expect(counters.totals.throttled).toBeGreaterThan(0);
  });

  it("costs no D1 call for policies that wait for an earlier stage: the run's object does not send them", async () => {
    const tenant = await simulatedTenant();
    const tag = await tenant.add("scopeTags", { displayName: "Branch", description: "" });
    const waiting: string[] = [];
    for (let at = 0; at < 12; at += 1) waiting.push(await catalogPolicy(tenant, `Tagged ${at}`));
    const backupSetId = await backedUp(tenant, ["scopeTags", "settingsCatalog"]);
    for (const id of waiting) await remove(tenant, "settingsCatalog", id);
    await remove(tenant, "scopeTags", tag);
    const run = await restoreRun(tenant, await previewed(tenant, { backupSetId }));
    expect(run.tasks).toHaveLength(13);
    const callsOf = async (tasks: readonly RunUnitTask[]): Promise<number> => {
      const invocation = new PlatformInvocation();
      const context = { ...tenant.context(), env: invocation.bindings(env) };
      for (const task of tasks)
        expect(await policyRestore.execute(task, context)).toMatchObject({ reasonCode: "waiting_for_earlier" });
      return invocation.used.calls;
    };
    // What the first stage has not ended yet, an earlier version asked D1 for: each unit, every second at first, then every half minute.
    const held = run.tasks.slice(1);
    const before = await callsOf(held.map(asPlannedBefore));
    expect(before).toBe(3 * held.length);
    // Now the object sends the first stage alone, however long it takes.
    const bench = new CoordinatorBench(0, {
      operation: { unitAt: undefined, comesAfter: policyRestore.comesAfter, unitsPerMessage: 1 },
    });
    const units = run.tasks.map(({ key, label, input }) => ({ key, label, input }));
    bench.onPlan = async () => ({ kind: "listed", units, nextCursor: null });
    await bench.open();
    while (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
    expect(bench.sent).toEqual([{ v: 1, runId: "run", first: 0, last: 0 }]);
    expect(await callsOf(bench.sent.slice(1).flatMap(({ first }) => run.tasks[first] ?? []))).toBe(0);
    bench.succeed(0);
    while (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
    expect(bench.sent).toHaveLength(13);
  });

  it("executes nothing of a plan whose stored requests are not those that were approved", async () => {
    const { tenant, backupSetId } = await three();
    const preview = await previewed(tenant, { backupSetId });
    const { objects } = await env.ARTIFACTS.list({
      prefix: `tenants/${tenant.tenantId}/restore-plans/${preview.plan.id}/`,
    });
    for (const { key } of objects) {
      const text = await (await env.ARTIFACTS.get(key))?.text();
      await env.ARTIFACTS.put(key, (text ?? "").replaceAll("Changed", "Tampered").replaceAll("Deleted", "Tampered"));
    }
    const before = await wholeState(tenant);
    const { results } = await restored(tenant, preview);
    expect(results).toMatchObject([
      { kind: "failed", reasonCode: "plan_unreadable" },
      { kind: "failed", reasonCode: "plan_unreadable" },
      UNCHANGED,
    ]);
    expect(await wholeState(tenant)).toEqual(before);
  });
});

/** The unit as a version stored it whose units ask D1 for their turn. */
function asPlannedBefore(task: RunUnitTask): RunUnitTask {
  const { comesAfter: _later, ...input } = z.looseObject({ comesAfter: z.int() }).parse(task.input);
  return { ...task, input };
}

describe("Asking for a restore", () => {
  it("takes the approved plan of the set alone, with the options that were approved", async () => {
    const { tenant, backupSetId } = await three();
    const other = await simulatedTenant();
    const { plan } = await previewed(tenant, { backupSetId });
    const refusal = async (asked: object, tenantId = tenant.tenantId) => {
      const input = policyRestore.inputSchema.parse({
        backupSetId,
        mode: "update",
        assignments: true,
        approvedPlan: plan.planHash,
        ...asked,
      });
      const prepared = await policyRestore.prepare?.(tenantId, input, env);
      if (prepared?.kind === "refused") return prepared.fields.map(({ path }) => path);
      return prepared?.kind === "ready" ? prepared.input : prepared;
    };
    expect(await refusal({})).toMatchObject({ planId: plan.id, approvedPlan: plan.planHash });
    expect(await refusal({ planId: "another" })).toMatchObject({ planId: plan.id });
    expect(await refusal({ mode: "create" })).toEqual(["mode"]);
    expect(await refusal({ assignments: false, itemIds: ["a"] })).toEqual(["assignments", "itemIds"]);
    expect(await refusal({ approvedPlan: "0".repeat(64) })).toEqual(["approvedPlan"]);
    expect(await refusal({ backupSetId: "set_other" })).toEqual(["backupSetId"]);
    expect(await refusal({}, other.tenantId)).toEqual(["backupSetId"]);
  });
});
