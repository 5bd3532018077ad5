import { describe, expect, inject, it } from "vitest";
import type { PlannedReference } from "../../../src/contract/restore.ts";
import { findBackupSet } from "../../../src/database/backups/backup-sets.ts";
import { archiveBackupSet } from "../../../src/database/backups/backup-set-status.ts";
import { recordedNames } from "../../../src/database/backups/reference-names.ts";
import { readUpload, readUploadState } from "../../../src/database/policy-files/policy-uploads.ts";
import { importFiles } from "../../../src/operations/policy-files/import-files.ts";
import { sweepUploads } from "../../../src/operations/policy-files/sweep-uploads.ts";
import type { UnitContext, UnitResult } from "../../../src/runs/operation.ts";
import { readPayload } from "../../../src/storage/payload-store.ts";
import { crashingDatabase, type CrashPlan } from "../../support/crashing-database.ts";
import { env } from "../../support/environment.ts";
import { faultyBucket } from "../../support/faulty-bucket.ts";
import { runReference } from "../../support/run-reference.ts";
import { seedTenant } from "../../support/tenants.ts";
import { itemsOf, localContext } from "../backup-sets/backups.ts";
import { counted, detailOf, previewed, remove, restored, told } from "../policy-restore/restores.ts";
import { simulatedTenant } from "../simulated-tenant.ts";
import { importRun, taken, uploaded, zipOf } from "./uploads.ts";

const COMPLIANCE = { "@odata.type": "#microsoft.graph.iosCompliancePolicy", displayName: "iOS", id: "c-1" };
const SCOPE_TAG = { "@odata.type": "#microsoft.graph.roleScopeTag", displayName: "Berlin", id: "7" };
const FOLDER = {
  "CompliancePolicies/iOS.json": COMPLIANCE,
  "Copy of iOS.json": COMPLIANCE,
  "Filters/two.json": {
    filters: [
      { displayName: "A", platform: "iOS", rule: "true" },
      { displayName: "B", platform: "iOS", rule: "false" },
      { displayName: "?", platform: "iOS" },
    ],
  },
  "MigrationTable.json": { TenantId: "t", Objects: [{ Id: "g-1", DisplayName: "Pilot", Type: "Group" }] },
  "README.md": "# Read me",
  "ScopeTags/Berlin.json": SCOPE_TAG,
  "broken.json": "{",
  "cipp.json": { RAWJson: "{}", Displayname: "x" },
  "z/Edge.json": { "@odata.type": "#microsoft.graph.groupPolicyConfiguration", displayName: "Edge" },
  "z/Edge_Settings.json": [
    {
      enabled: true,
      "definition@odata.bind": "https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('d')",
    },
  ],
};
const VERDICTS = [
  "succeeded",
  "skipped copy",
  "succeeded",
  "succeeded",
  "skipped no_policy_file",
  "succeeded",
  "failed no_json",
  "failed other_tool",
  "succeeded",
  "succeeded",
];
let tenants = 0;

async function tenantWithUpload(folder: Record<string, unknown> = FOLDER) {
  const { tenantId } = await seedTenant(`import-${(tenants += 1)}-${crypto.randomUUID().slice(0, 8)}`);
  return { tenantId, uploadId: await uploaded(tenantId, await zipOf(folder)) };
}

function verdictsOf(results: readonly UnitResult[]): string[] {
  return results.map((result) => (result.kind === "succeeded" ? "succeeded" : `${result.kind} ${result.reasonCode}`));
}

describe("An import of files", () => {
  it("has a unit for each file, makes each policy an item once, and says of each other file why not", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    const run = await importRun(tenantId, uploadId, localContext());
    expect(run.tasks.map(({ label }) => label)).toEqual(Object.keys(FOLDER));
    const results = await taken(run, localContext());
    // The third filter says no rule: for a filter it is only taken because of where it lies.
    expect(verdictsOf(results)).toEqual(VERDICTS);
    const items = await itemsOf(tenantId, run.backupSetId);
    expect(
      items
        .map(({ family, name, graphId }) => `${family} ${name} ${graphId.length < 10 ? graphId : "made up"}`)
        .toSorted(),
    ).toEqual([
      "adminTemplates Edge made up",
      "compliance iOS c-1",
      "filters ? made up",
      "filters A made up",
      "filters B made up",
      "scopeTags Berlin 7",
    ]);
    const edge = items.find(({ name }) => name === "Edge");
    expect(await readPayload(env.ARTIFACTS, tenantId, edge?.contentHash ?? "")).toMatchObject({
      kind: "found",
      document: { id: edge?.graphId, definitionValues: [{ enabled: true }] },
    });
    const upload = await readUpload(env.DATABASE, tenantId, uploadId);
    expect(items.every(({ capturedAt }) => capturedAt === upload?.createdAt)).toBe(true);
    expect(upload).toMatchObject({
      fileCount: 10,
      policyCount: 6,
      counts: { policy: 4, part: 1, reference: 1, copy: 1, skipped: 1, other_model: 1, not_understood: 1 },
      runId: run.runId,
      usableUntil: null,
    });
    const names = await recordedNames(env.DATABASE, tenantId, [
      { runId: run.runId, kind: "group", id: "g-1" },
      { runId: run.runId, kind: "scopeTag", id: "7" },
    ]);
    expect([
      names.nameOf({ runId: run.runId, kind: "group", id: "g-1" }),
      names.nameOf({ runId: run.runId, kind: "scopeTag", id: "7" }),
    ]).toEqual(["Pilot", "Berlin"]);
    const counts = { succeeded: 6, failed: 2, skipped: 2 };
    const finalizing = { ...runReference(tenantId, run.runId), total: 10, counts, cursor: null };
    expect(await importFiles.finalize?.(finalizing, { uploadId, name: "Imported" }, localContext())).toEqual({
      kind: "finalized",
      result: { id: run.backupSetId, kind: "backup-set" },
      extent: 6,
    });
  });

  it("comes to the same when each unit is executed again, and in a retry finds all that is there", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    const run = await importRun(tenantId, uploadId, localContext());
    const both = await Promise.all([taken(run, localContext()), taken(run, localContext())]);
    for (const results of [...both, await taken(run, localContext())]) expect(verdictsOf(results)).toEqual(VERDICTS);
    expect(await itemsOf(tenantId, run.backupSetId)).toHaveLength(6);
    const retried = run.tasks.map((task) => ({ ...task, runId: "run_retry" }));
    const again = await importFiles.executeMany?.(retried, localContext());
    expect(verdictsOf(again ?? []).filter((verdict) => verdict === "skipped unchanged")).toHaveLength(4);
    expect(await itemsOf(tenantId, run.backupSetId)).toHaveLength(6);
  });

  it("loses and doubles nothing, whichever call of the database or of R2 fails", async () => {
    const folder = { "a.json": COMPLIANCE, "b.json": SCOPE_TAG, "t.json": FOLDER["MigrationTable.json"] };
    let calls = 1;
    for (let at = 1; at <= calls; at += 1) {
      for (const moment of ["before", "after"] as const) {
        const { tenantId, uploadId } = await tenantWithUpload(folder);
        const run = await importRun(tenantId, uploadId, localContext());
        const plan: CrashPlan = { calls: 0, at, moment };
        const failing = contextWith({ DATABASE: crashingDatabase(env.DATABASE, plan) });
        const first = await taken(run, failing);
        expect(verdictsOf(first).some((verdict) => verdict === "deferred storage_unavailable")).toBe(true);
        const left = run.tasks.filter((_, index) => first[index]?.kind === "deferred");
        expect(verdictsOf((await importFiles.executeMany?.(left, localContext())) ?? [])).toEqual(
          left.map(() => "succeeded"),
        );
        expect(await itemsOf(tenantId, run.backupSetId)).toHaveLength(2);
        calls = Math.max(calls, plan.calls);
      }
    }
    expect(calls).toBeGreaterThan(7);
    for (const failingCall of ["get", "put", "head"] as const) {
      const { tenantId, uploadId } = await tenantWithUpload(folder);
      const run = await importRun(tenantId, uploadId, localContext());
      const bucket = faultyBucket(env.ARTIFACTS, (call) => {
        if (call === failingCall) throw new Error("R2 does not answer");
      });
      const first = await taken(run, contextWith({ ARTIFACTS: bucket }));
      expect(verdictsOf(first)).toContain("deferred storage_unavailable");
      expect(verdictsOf(await taken(run, localContext()))).toEqual(["succeeded", "succeeded", "succeeded"]);
    }
  });

  it("adds nothing to a set that was archived meanwhile, and says so", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    const run = await importRun(tenantId, uploadId, localContext());
    const by = { kind: "member", userId: "user-owner" } as const;
    await archiveBackupSet(env.DATABASE, { tenantId, backupSetId: run.backupSetId, at: Date.now(), by });
    expect(
      verdictsOf(await taken(run, localContext())).filter((verdict) => verdict === "failed set_not_active"),
    ).toHaveLength(4);
    expect(await itemsOf(tenantId, run.backupSetId)).toEqual([]);
  });

  it("is refused for an upload that is not the tenant's, was imported, is gone, or holds no policy", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    const other = await seedTenant(`other-${crypto.randomUUID().slice(0, 8)}`);
    const prepare = (of: string, id: string) => importFiles.prepare?.(of, { uploadId: id, name: "n" }, env);
    const refused = (message: string) => ({
      kind: "refused",
      fields: [{ path: "uploadId", message: expect.stringContaining(message) }],
    });
    expect(await prepare(tenantId, uploadId)).toMatchObject({
      kind: "ready",
      newSet: { origin: { kind: "import", id: uploadId } },
    });
    expect(await prepare(other.tenantId, uploadId)).toEqual(refused("not an upload of this tenant"));
    expect(await prepare(tenantId, "upload_unknown")).toEqual(refused("not an upload of this tenant"));
    const empty = await uploaded(tenantId, await zipOf({ "a.txt": "x" }));
    expect(await prepare(tenantId, empty)).toEqual(refused("no policy"));
    const run = await importRun(tenantId, uploadId, localContext());
    expect(await prepare(tenantId, uploadId)).toEqual(refused("imported already"));
    // A unit that another tenant's run would have of it finds nothing.
    const foreign = run.tasks.map((task) => ({ ...task, tenantId: other.tenantId }));
    expect(verdictsOf((await importFiles.executeMany?.(foreign, localContext())) ?? [])).toEqual(
      foreign.map(() => "failed upload_gone"),
    );
    expect(await findBackupSet(env.DATABASE, other.tenantId, run.backupSetId)).toBeNull();
  });
});

/** Other tests' uploads are due as well, and a sweep takes a few. */
async function sweptAt(now: number): Promise<void> {
  for (let sweeps = 0; sweeps < 10; sweeps += 1) await sweepUploads(env, now);
}

describe("The end of an upload", () => {
  const HOUR = 3_600_000;
  const keys = async (tenantId: string) =>
    (await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/policy-files/` })).objects.length;

  it("comes after a day where nobody imports it", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    await sweptAt(Date.now() + 23 * HOUR);
    expect([await keys(tenantId), await readUploadState(env.DATABASE, tenantId, uploadId)]).toMatchObject([
      2,
      { readable: true },
    ]);
    await sweptAt(Date.now() + 25 * HOUR);
    expect([await keys(tenantId), await readUploadState(env.DATABASE, tenantId, uploadId)]).toEqual([0, null]);
  });

  it("comes a week after its import, not while that is under way; its record stays with the set", async () => {
    const { tenantId, uploadId } = await tenantWithUpload();
    const { runId, backupSetId } = await importRun(tenantId, uploadId, localContext());
    const state = async () => [await keys(tenantId), await readUploadState(env.DATABASE, tenantId, uploadId)];
    await sweptAt(Date.now() + 8 * 24 * HOUR);
    expect(await state()).toMatchObject([2, { readable: true }]);
    await env.DATABASE.prepare("update operation_runs set status = 'completed' where id = ?").bind(runId).run();
    await sweptAt(Date.now() + 10 * 24 * HOUR);
    expect(await state()).toMatchObject([0, { readable: false, imported: true }]);
    await env.DATABASE.prepare("update backup_sets set status = 'deleted' where id = ?").bind(backupSetId).run();
    await sweptAt(Date.now() + 41 * 24 * HOUR);
    expect(await state()).toEqual([0, null]);
  });
});

const REAL = inject("realFolder");
/** Groups that its policies name, counted in the files. */
const GROUPS_USED = 34;

describe.runIf(REAL !== "")("A real folder of conditional access policies", () => {
  it("becomes a set of its 36 policies and 3 locations, which a restore makes in an empty tenant", async () => {
    const tenant = await simulatedTenant();
    const archive = Uint8Array.from(atob(REAL), (character) => character.charCodeAt(0));
    const uploadId = await uploaded(tenant.tenantId, archive);
    const run = await importRun(tenant.tenantId, uploadId, localContext());
    expect(run.tasks).toHaveLength(77);
    const results = await taken(run, localContext());
    expect(verdictsOf(results).filter((verdict) => verdict !== "succeeded")).toEqual(["skipped no_policy_file"]);
    const items = await itemsOf(tenant.tenantId, run.backupSetId);
    expect(items).toHaveLength(39);

    // What Microsoft makes in every tenant, and groups that are none of the folder's.
    const network = await tenant.add("namedLocations", {
      "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
      displayName: "All Compliant Network locations",
    });
    const asked = { backupSetId: run.backupSetId, mode: "update" as const };
    const first = await previewed(tenant, asked);
    const lacking = new Map<string, PlannedReference>();
    for (const { ordinal } of first.items)
      for (const one of (await detailOf(tenant, first.plan.id, ordinal)).references)
        if (one.state === "missing") lacking.set(`${one.kind} ${one.sourceId}`, one);
    const mapping = [];
    const applications: string[] = [];
    for (const { kind, sourceId, sourceName } of lacking.values()) {
      if (kind === "application") {
        applications.push(sourceId);
        continue;
      }
      if (kind === "namedLocation") {
        mapping.push({ kind, sourceId, targetId: network });
        continue;
      }
      // Each group is told by its name in the folder, and the tenant has one of the name.
      expect({ kind, sourceName }).toEqual({ kind: "group", sourceName: expect.stringMatching(/./) });
      const targetId = crypto.randomUUID();
      await tenant.control("POST", "/things", { kind: "groups", doc: { id: targetId, displayName: sourceName } });
      mapping.push({ kind, sourceId, targetId });
    }
    // Microsoft's own, which a tenant has once something names them.
    const naming = { conditions: { applications: { includeApplications: applications } } };
    await remove(tenant, "conditionalAccess", await tenant.add("conditionalAccess", { displayName: "x", ...naming }));
    expect(mapping.filter(({ kind }) => kind === "group")).toHaveLength(GROUPS_USED);
    const preview = await previewed(tenant, { ...asked, mapping });
    const builtIn = "namedLocations All Compliant Network locations: blocked (built_in)";
    expect(told(preview.items).filter((item) => !item.endsWith(": create"))).toEqual([builtIn]);
    const { results: ended } = await restored(tenant, preview);
    // One policy is newer than the model that the simulated tenant refuses by.
    expect(ended.filter(({ kind }) => kind === "failed")).toEqual([
      expect.objectContaining({ reasonCode: "graph_rejected", message: expect.stringContaining("'agentContext'") }),
    ]);
    expect(counted(ended)).toEqual({ created: 37, updated: 0, deleted: 0, unchanged: 0, skipped: 1, failed: 1 });
    const again = await previewed(tenant, { ...asked, mapping });
    expect(told(again.items)).toEqual([builtIn, expect.stringMatching(/^conditionalAccess .*: create$/)]);
  });
});

function contextWith(bindings: object): UnitContext {
  const context = localContext();
  return { ...context, env: { ...context.env, ...bindings } };
}
