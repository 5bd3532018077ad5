/** F35: one policy that Graph lists and cannot tell. What the readers of the inventory make of it. For the Workers runtime. */
import { beforeAll, describe, expect, it } from "vitest";
import { acknowledgeUnreadable, withdrawAcknowledgment } from "../../src/database/inventory/acknowledgments.ts";
import { encodePolicyId } from "../../src/database/inventory/policy-id.ts";
import { readUnreadable } from "../../src/database/inventory/unreadable-policies.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { storedDocument } from "../support/evidence-documents.ts";
import { executed, itemsOf, newSet, planned } from "./backup-sets/backups.ts";
import { BaselineTenant, told } from "./baseline-tenant.ts";
import { asTenant } from "./evidence-tenant.ts";
import { previewed, told as toldItems } from "./policy-restore/restores.ts";
import { assignedTo, setting, settingsCatalogPolicy, simulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

const FAMILY = "settingsCatalog";
const REASON = "Microsoft Graph lists it, and does not find it or a part of it (404).";

let tenant: BaselineTenant;
let ids: { broken: string; sound: string; never: string };
let backupSetId: string;
let baselineId: string;

const simulated = () => tenant.simulated;
const add = (name: string) =>
  simulated().add(FAMILY, settingsCatalogPolicy(name), {
    settings: [setting("vendor_a", "1")],
    assignments: [assignedTo("group-a")],
  });
const breakPolicy = (id: string) =>
  simulated().fault({ family: FAMILY, pathContains: `${id}/settings`, status: 404, code: "ResourceNotFound" });

/** Backed up and captured as a whole, and then changed, which is found; then that policy breaks, another is changed, and one that is broken appears. */
beforeAll(async () => {
  tenant = new BaselineTenant(await simulatedTenant());
  const broken = await add("Broken");
  const sound = await add("Sound");
  await simulated().sync([FAMILY]);
  backupSetId = await newSet(tenant.key.id);
  const input = { backupSetId, filter: {} };
  const context = tenant.context();
  await executed(addPolicies, await planned(addPolicies, tenant.key.id, input, context), context);
  baselineId = (await tenant.capture("Gold", [FAMILY])).baseline.id;

  await simulated().edit(FAMILY, broken, {}, { settings: [setting("vendor_a", "9")] });
  await simulated().sync([FAMILY]);
  await tenant.compare(baselineId);

  const never = await add("Never read");
  ids = { broken, sound, never };
  await breakPolicy(broken);
  await breakPolicy(never);
  await simulated().edit(FAMILY, sound, {}, { settings: [setting("vendor_a", "2")] });
  // As the baseline has it again, which nobody can see.
  await simulated().edit(FAMILY, broken, {}, { settings: [setting("vendor_a", "1")] });
});

describe("One policy that cannot be read", () => {
  it("is read once more in case it is being deleted, and then named, while all others are read", async () => {
    const tasks = await simulated().plan([FAMILY]);
    const first = (await simulated().execute(tasks)).get(FAMILY);
    expect(first).toMatchObject({ kind: "deferred", reasonCode: "graph_unavailable" });
    const again = (await simulated().execute(tasks.map((task) => ({ ...task, deferrals: 1 })))).get(FAMILY);
    expect(again).toEqual({
      kind: "failed",
      reasonCode: "partly_read",
      message: expect.stringMatching(
        /^2 policies could not be read: “(Broken|Never read)”, “(Broken|Never read)”\. They are kept as last known; all others were read\.$/,
      ),
      counters: { items: 1, created: 0, updated: 1, unchanged: 0, deleted: 0 },
    });
    // Known by now, it is not waited for.
    expect(await simulated().syncOne(FAMILY)).toMatchObject({ kind: "failed", reasonCode: "partly_read" });
    const inventory = await simulated().inventory();
    expect(inventory.map(({ name, versionNumber }) => [name, versionNumber])).toEqual([
      ["Broken", 2],
      ["Sound", 2],
    ]);
    expect(await simulated().inventory("only")).toEqual([]);
  });

  it("does not fail its family while a person acknowledges it, for that reason and until that time", async () => {
    const acknowledging = (graphId: string) => ({
      tenantId: tenant.key.id,
      policyId: encodePolicyId({ family: FAMILY, graphId }),
      actorId: "user-owner",
      at: Date.now(),
    });
    const acknowledge = (graphId: string, until: number) =>
      acknowledgeUnreadable(env.DATABASE, acknowledging(graphId), { reason: "Case 4711", until });
    const nextWeek = Date.now() + 7 * 86_400_000;
    await acknowledge(ids.never, nextWeek);
    expect(await simulated().syncOne(FAMILY)).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/^1 policy could not be read: “Broken”\./),
    });
    await acknowledge(ids.broken, nextWeek);
    expect(await simulated().syncOne(FAMILY)).toEqual({
      kind: "succeeded",
      counters: { items: 1, created: 0, updated: 0, unchanged: 1, deleted: 0 },
    });
    expect(await simulated().familyState(FAMILY)).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
    const [policy] = (await simulated().inventory()).filter(({ name }) => name === "Broken");
    expect(policy?.unread).toMatchObject({
      reason: { code: "not_found", message: REASON },
      acknowledgment: { reason: "Case 4711", by: { id: "user-owner", name: "Owner" }, at: expect.any(String) },
    });

    await acknowledge(ids.broken, Date.now() - 1);
    expect(await simulated().syncOne(FAMILY)).toMatchObject({ kind: "failed", reasonCode: "partly_read" });
    await acknowledge(ids.broken, nextWeek);
    await withdrawAcknowledgment(env.DATABASE, acknowledging(ids.broken));
    await withdrawAcknowledgment(env.DATABASE, acknowledging(ids.broken));
    expect(await simulated().syncOne(FAMILY)).toMatchObject({ kind: "failed", reasonCode: "partly_read" });
    await acknowledge(ids.broken, nextWeek);
    await simulated().control("DELETE", "/faults");
    await breakPolicy(ids.never);
    await simulated().fault({ family: FAMILY, pathContains: `${ids.broken}/settings`, permissionMissing: "Some.Read" });
    expect(await simulated().syncOne(FAMILY)).toMatchObject({ kind: "failed", reasonCode: "partly_read" });
    await simulated().control("DELETE", "/faults");
    await Promise.all([ids.broken, ids.never].map(breakPolicy));
    await simulated().execute((await simulated().plan([FAMILY])).map((task) => ({ ...task, deferrals: 1 })));

    const { results } = await env.DATABASE.prepare(
      "select action, count(*) as times from audit_events where tenant_id = ? and target_kind = 'policy' group by action",
    )
      .bind(tenant.key.id)
      .all();
    expect(results).toEqual([
      { action: "policy.acknowledge-unreadable", times: 5 },
      { action: "policy.withdraw-acknowledgment", times: 1 },
    ]);
    // What can be read is not acknowledged.
    await acknowledge(ids.sound, nextWeek);
    expect(await readUnreadable(env.DATABASE, tenant.key.id, acknowledging(ids.sound).policyId)).toBeNull();
  });

  it("F35: is left alone by a comparison, which is partial and says of how many nothing is known", async () => {
    const { end, comparison } = await tenant.compare(baselineId);
    expect(end).toMatchObject({ kind: "done", outcome: "partially_succeeded" });
    const findings = await tenant.findings(baselineId);
    expect(told(findings)).toEqual(["medium changed settingsCatalog/Broken", "medium changed settingsCatalog/Sound"]);
    // What an earlier comparison found of it is neither resolved nor confirmed.
    expect(findings.map(({ name, status, checked }) => `${name} ${status} ${checked}`).toSorted()).toEqual([
      "Broken open false",
      "Sound open true",
    ]);
    expect(comparison.counts?.policies).toEqual({ matching: 0, different: 1, unknown: 1 });
  });

  it("makes a baseline partial that holds it as last known", async () => {
    const { end, baseline } = await tenant.capture("Later", [FAMILY]);
    expect(end).toMatchObject({ kind: "done", outcome: "partially_succeeded" });
    expect(baseline.policyCount).toBe(2);
  });

  it("fails alone when its family is backed up; what was backed up before stays", async () => {
    const input = { backupSetId, filter: {} };
    const context = tenant.context();
    const tasks = await planned(addPolicies, tenant.key.id, input, context);
    const results = await executed(
      addPolicies,
      tasks.map((task) => ({ ...task, deferrals: 1_000 })),
      context,
    );
    const byName = new Map(tasks.map(({ label }, index) => [label, results[index]]));
    expect(byName.get("Broken")).toMatchObject({
      kind: "failed",
      reasonCode: "part_not_found",
      message: expect.stringContaining("does not find a part of it (404)"),
    });
    expect(byName.get("Sound")).toMatchObject({ kind: "succeeded" });
    const items = await itemsOf(tenant.key.id, backupSetId);
    expect(items.map(({ name, latest }) => `${name} ${latest}`).toSorted()).toEqual([
      "Broken true",
      "Sound false",
      "Sound true",
    ]);
  });

  it("blocks its item of a preview, and no other", async () => {
    const { items } = await previewed(simulated(), {
      backupSetId,
      itemIds: (await itemsOf(tenant.key.id, backupSetId)).filter(({ latest }) => latest).map(({ id }) => id),
    });
    expect(items.map(({ name, action }) => `${name}: ${action}`).toSorted()).toEqual([
      "Broken: blocked",
      "Sound: unchanged",
    ]);
    expect(toldItems(items)).toEqual(["settingsCatalog Broken: blocked (target_unreadable)"]);
    expect(items.find(({ name }) => name === "Broken")?.reason?.message).toBe(
      `The policy is in the tenant and could not be read. ${REASON}`,
    );
  });

  it("is an exception in evidence, and so is its family", async () => {
    const { take, snapshot, items } = asTenant(simulated());
    const taken = await snapshot((await take()).id);
    const exceptions = (await items(taken.id, null, "only")).filter(({ family }) => family === FAMILY);
    expect(exceptions.map(({ title, exception }) => `${title}: ${exception?.code}`).toSorted()).toEqual([
      "Broken: could_not_be_read",
      "Settings catalog: partly_read",
    ]);
    const item = exceptions.find(({ title }) => title === "Broken");
    const stored = await storedDocument(tenant.simulated.tenantId, taken.id, item?.key ?? "");
    expect(JSON.parse(stored ?? "")).toMatchObject({
      key: `policy/${FAMILY}/${ids.broken}`,
      facts: { version: 2, couldNotBeRead: { since: expect.any(String), message: REASON } },
    });
  });
});
