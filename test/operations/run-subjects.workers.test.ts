/** What each type's runs say they are about, at their start and at their end: `Run.subject`, through the real service and engine. */
import { beforeAll, describe, expect, it } from "vitest";
import type { OperationType, StartableType } from "../../src/contract/operation-types.ts";
import type { Run } from "../../src/contract/runs.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { policyRestore } from "../../src/operations/policy-restore/policy-restore.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { runReference } from "../support/run-reference.ts";
import { newSet } from "./backup-sets/backups.ts";
import { asTenant } from "./evidence-tenant.ts";
import { uploaded, zipOf } from "./policy-files/uploads.ts";
import { addAll, previewed, previewRun } from "./policy-restore/restores.ts";
import { setting, settingsCatalogPolicy, simulatedTenant, type SimulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

const FAMILIES = ["settingsCatalog", "filters"];
let tenant: SimulatedTenant;
let runs: ReturnType<typeof asTenant>;
let backupSetId: string;
const last: Partial<Record<OperationType, Run>> = {};

async function started(type: OperationType, input: Record<string, unknown>): Promise<Run> {
  const outcome = await startRun(env, { ...runs.reference, type, input, idempotencyKey: null });
  if (outcome.kind !== "started") throw new Error(JSON.stringify(outcome));
  return outcome.body.run;
}

async function ended(type: OperationType, input: Record<string, unknown>): Promise<[string | null, string | null]> {
  const run = await started(type, input);
  const end = await runs.completed(run.id);
  last[type] = end;
  return [run.subject, end.subject];
}

/** Of a run whose units need Graph, which the runtime under test does not reach: at its start, and after it was canceled. */
async function canceled(type: OperationType, input: Record<string, unknown>): Promise<[string | null, string | null]> {
  const run = await started(type, input);
  await cancelRun(env, { ...runs.reference, runId: run.id });
  const end = await runs.completed(run.id);
  return [run.subject, end.subject];
}

beforeAll(async () => {
  tenant = await simulatedTenant();
  runs = asTenant(tenant);
  const edge = await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge"), { settings: [setting("a", "1")] });
  await tenant.add("settingsCatalog", settingsCatalogPolicy("Chrome"), { settings: [setting("b", "1")] });
  await tenant.add("filters", { displayName: "Corporate", platform: "iOS", rule: "(true)" });
  await tenant.sync(FAMILIES);
  backupSetId = await newSet(tenant.tenantId, "Before the change");
  await addAll(tenant, backupSetId);
  await ended("baseline.capture", { name: "Known good", families: FAMILIES });
  await tenant.edit("settingsCatalog", edge, {}, { settings: [setting("a", "2")] });
  await tenant.sync(FAMILIES);
});

/** One test for each type: a type without one does not compile. */
const TESTS: Record<StartableType, () => Promise<void>> = {
  "inventory.sync": async () => {
    expect(await canceled("inventory.sync", {})).toEqual(["All policy families", "All policy families"]);
    const two = ["Settings catalog, Assignment filters", "Settings catalog, Assignment filters"];
    expect(await canceled("inventory.sync", { families: ["filters", "settingsCatalog"] })).toEqual(two);
    const [five] = await canceled("inventory.sync", {
      families: ["settingsCatalog", "filters", "scopeTags", "roles", "apps"],
    });
    expect(five).toBe("Settings catalog, Apps, Scope tags and 2 more");
  },

  "backup-set.add-policies": async () => {
    const input = { backupSetId, filter: {} };
    expect(await canceled("backup-set.add-policies", input)).toEqual(["Before the change", "Before the change"]);
    const finalizing = { ...runReference(tenant.tenantId, "run"), counts: { succeeded: 3, failed: 0, skipped: 0 } };
    const answer = await addPolicies.finalize?.({ ...finalizing, total: 3, cursor: null }, input, tenant.context());
    expect(answer).toMatchObject({ kind: "finalized", extent: 3 });
  },

  "backup-set.import": async () => {
    const uploadId = await uploaded(
      tenant.tenantId,
      await zipOf({ "SettingsCatalog/a.json": settingsCatalogPolicy("Edge") }),
    );
    expect(await ended("backup-set.import", { uploadId, name: "Baseline" })).toEqual([
      "Baseline",
      "Baseline · 1 policy",
    ]);
  },

  "backup-set.delete": async () => {
    const names = ["Delta", "Alpha", "Beta", "Gamma"];
    const ids: string[] = [];
    for (const name of names) ids.push(await newSet(tenant.tenantId, name));
    const [one] = await ended("backup-set.delete", { backupSetIds: ids.slice(0, 1) });
    expect(one).toBe("Delta");
    // No number, for these runs show none.
    const [all] = await ended("backup-set.delete", { backupSetIds: ids });
    expect(all).toMatch(/^[A-Z][a-z]+, [A-Z][a-z]+, [A-Z][a-z]+ and more$/);
    // Nothing is told of a set that is not the tenant's.
    expect(await ended("backup-set.delete", { backupSetIds: ["set_of_others"] })).toEqual([null, null]);
  },

  "backup-set.restore": async () => {
    const subject = await ended("backup-set.restore", { filter: { state: "archived", query: "a" } });
    expect(subject).toEqual(["Alpha, Beta, Delta and more", "Alpha, Beta, Delta and more"]);
  },

  "backup-set.force-delete": async () => {
    const id = await newSet(tenant.tenantId, "Old");
    const other = await newSet(tenant.tenantId, "Older");
    expect(await ended("backup-set.force-delete", { backupSetIds: [id, other] })).toEqual(["Old, Older", "Old, Older"]);
  },

  "policy.restore-preview": async () => {
    const asked = { backupSetId, mode: "update", assignments: false };
    expect(await canceled("policy.restore-preview", asked)).toEqual(["Before the change", "Before the change"]);
    expect((await previewRun(tenant, { backupSetId })).last).toMatchObject({ kind: "done", extent: 3 });
  },

  "policy.restore": async () => {
    const { plan } = await previewed(tenant, { backupSetId, assignments: false });
    const asked = { backupSetId, mode: "update", assignments: false, approvedPlan: plan.planHash };
    expect(await canceled("policy.restore", asked)).toEqual(["Before the change", "Before the change"]);
    const finalizing = { ...runReference(tenant.tenantId, "run"), counts: { succeeded: 2, failed: 1, skipped: 0 } };
    const answer = await policyRestore.finalize?.({ ...finalizing, total: 3, cursor: null }, asked, tenant.context());
    expect(answer).toMatchObject({ kind: "finalized", extent: 3 });
  },

  "baseline.capture": async () => {
    expect(last["baseline.capture"]?.subject).toBe("Known good · 3 policies");
  },

  "baseline.compare": async () => {
    const baselineId = last["baseline.capture"]?.result?.id ?? "";
    expect(await ended("baseline.compare", { baselineId })).toEqual(["Known good", "Known good · 1 finding"]);
    // A family that was never read: nobody knows how many findings there would be.
    const doubtful = await ended("baseline.capture", { name: "With roles", families: [...FAMILIES, "roles"] });
    expect(doubtful).toEqual(["With roles", "With roles · 3 policies"]);
    const unknown = { baselineId: last["baseline.capture"]?.result?.id ?? "" };
    expect(await ended("baseline.compare", unknown)).toEqual(["With roles", "With roles"]);
    expect(last["baseline.compare"]?.outcome).toBe("partially_succeeded");
  },

  "evidence.snapshot": async () => {
    const [start, end] = await ended("evidence.snapshot", {});
    expect(start).toBe("Whole tenant");
    const items = await runs.snapshot(last["evidence.snapshot"]?.id ?? "");
    expect(end).toBe(`Whole tenant · ${items.itemCount} evidence items`);
  },

  "review-pack.generate": async () => {
    const run = await runs.take();
    const { takenAt } = await runs.snapshot(run.id);
    const [start, end] = await ended("review-pack.generate", {});
    const taken = `Snapshot of ${takenAt.slice(0, 10)} ${takenAt.slice(11, 16)} UTC`;
    expect(start).toBe(taken);
    const total = last["review-pack.generate"]?.summaryCounts.total ?? 0;
    expect(total).toBeGreaterThan(0);
    expect(end).toBe(`${taken} · ${total} archive entries`);
  },

  "operations.cancel": async () => {
    await started("inventory.sync", { families: ["filters"] });
    const filter = { type: "inventory.sync", startedBy: runs.reference.actor.id, until: "2199-01-01T00:00:00Z" };
    const chosen = `Inventory sync, started by ${runs.reference.actor.name}, before 2199-01-01 00:00 UTC`;
    expect(await ended("operations.cancel", { filter })).toEqual([chosen, chosen]);
  },

  "operations.retry": async () => {
    await ended("backup-set.delete", { backupSetIds: ["set_of_nobody"] });
    const subject = ["Archive backup sets", "Archive backup sets"];
    expect(await ended("operations.retry", { filter: { type: "backup-set.delete" } })).toEqual(subject);
    await ended("backup-set.delete", { backupSetIds: ["set_of_nobody_else"] });
    expect(await ended("operations.retry", {})).toEqual(["All operations", "All operations"]);
  },

  "tenant.export": async () => {
    const [start, end] = await ended("tenant.export", {});
    expect(start).toBe("Whole tenant");
    // README, manifest and checksums are written when the units have ended.
    const total = (last["tenant.export"]?.summaryCounts.total ?? 0) + 3;
    expect(end).toBe(`Whole tenant · ${total} archive entries`);
  },
};

describe("the subject of a run", () => {
  it.each(Object.entries(TESTS))(
    "of %s is what it is about, without a count that nobody knows",
    async (_type, test) => {
      expect.hasAssertions();
      await test();
    },
  );

  it("is that of the first run for its retry", async () => {
    const id = await newSet(tenant.tenantId, "Retried");
    const run = await started("backup-set.delete", { backupSetIds: ["set_missing", id] });
    const first = await runs.completed(run.id);
    expect(first).toMatchObject({ outcome: "partially_succeeded", subject: "Retried and more" });
    const retried = await retryRun(env, { ...runs.reference, runId: run.id });
    expect(retried).toMatchObject({ kind: "started", body: { run: { subject: "Retried and more" } } });
  });
});
