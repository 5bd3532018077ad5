import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { listRestoreApprovals } from "../../../src/database/restore/restore-approvals.ts";
import { readRestoreUndo } from "../../../src/database/restore/undo-sets.ts";
import { restorePreview } from "../../../src/operations/policy-restore/restore-preview.ts";
import { itemsOf as setItems } from "../backup-sets/backups.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../simulated-tenant.ts";
import { type CrashPoint, dying } from "./crashes.ts";
import {
  backedUp,
  counted,
  detailOf,
  type Previewed,
  previewed,
  remove,
  restored,
  type RestoreRun,
  restoreRun,
  resultsOf,
  retried,
  told,
  toTheEnd,
  undoOf,
  undoPreviewed,
  wholeState,
} from "./restores.ts";
import { env } from "../../support/environment.ts";
import { sized } from "../../support/thoroughness.ts";

const FAMILY = "settingsCatalog";
const GROUP = "aaaaaaaa-0000-4000-8000-00000000000a";
const NOTHING = { created: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 };

function catalogPolicy(tenant: SimulatedTenant, name: string, value = "1"): Promise<string> {
  return tenant.add(FAMILY, settingsCatalogPolicy(name), {
    settings: [setting("s", value)],
    assignments: [assignedTo(GROUP)],
  });
}

/** Three policies that were backed up; since then one was changed, one deleted, one left alone. */
async function three() {
  const tenant = await simulatedTenant();
  const changed = await catalogPolicy(tenant, "Changed");
  const deleted = await catalogPolicy(tenant, "Deleted");
  const same = await catalogPolicy(tenant, "Same");
  const backupSetId = await backedUp(tenant, [FAMILY]);
  await tenant.edit(FAMILY, changed, {}, { settings: [setting("s", "2")], assignments: [] });
  await remove(tenant, FAMILY, deleted);
  return { tenant, backupSetId, changed, deleted, same };
}

/** What a tenant's policies say, by family and id: without the dates and counters that every write moves. */
async function meaningOf(tenant: SimulatedTenant): Promise<Map<string, unknown>> {
  const state = new Map<string, unknown>();
  for (const [key, policy] of await wholeState(tenant)) state.set(key, withoutDates(policy));
  return state;
}

/** And without the ids of entries, which the simulator numbers when it is written to, and not when a test puts them there. */
const MOVING = new Set(["lastModifiedDateTime", "modifiedDateTime", "version", "createdDateTime", "isAssigned"]);
const isEntryId = (name: string, member: unknown) =>
  name === "id" && typeof member === "string" && /^\d+$/.test(member);
function withoutDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      MOVING.has(name) || isEntryId(name, member) ? [] : [[name, withoutDates(member)]],
    ),
  );
}

async function madeBy(tenant: SimulatedTenant, runId: string): Promise<string> {
  const made = (await resultsOf(tenant, runId)).find(({ outcome }) => outcome === "created");
  const targetId = made?.targetId ?? null;
  if (targetId === null) throw new Error("nothing was made");
  return targetId;
}

/** Graph that still shows a policy so many times after it was deleted. */
function lateDeletions(id: string, shownFor: number) {
  const kept = { last: new Map<string, { body: string; headers: Headers }>(), deletions: 0, shown: 0 };
  const real = globalThis.fetch;
  const graph = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (!pathname.includes(id) || pathname.includes("/_control/")) return real(request);
    if (request.method === "DELETE") kept.deletions += 1;
    const last = kept.last.get(pathname);
    if (request.method === "GET" && kept.deletions > 0 && last !== undefined && kept.shown < shownFor) {
      kept.shown += 1;
      return new Response(last.body, { headers: last.headers });
    }
    const response = await real(request);
    if (request.method !== "GET" || !response.ok) return response;
    const body = await response.text();
    kept.last.set(pathname, { body, headers: response.headers });
    return new Response(body, { headers: response.headers });
  });
  return { kept, graph };
}

describe("Undoing a restore", () => {
  it("leaves the tenant as it was before, ids included, and can be undone itself", async () => {
    const { tenant, backupSetId } = await three();
    const before = await meaningOf(tenant);
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    expect(await undoOf(tenant, run.runId)).toMatchObject({
      backupSet: { name: expect.stringMatching(/^Before .* was restored$/), state: "active" },
      updated: 1,
      created: 1,
      deleted: 0,
      assignments: true,
    });
    const after = await meaningOf(tenant);
    expect(after).not.toEqual(before);

    const preview = await undoPreviewed(tenant, run.runId);
    expect(told(preview.items).toSorted()).toEqual([
      "settingsCatalog Changed: update",
      "settingsCatalog Deleted: delete",
    ]);
    expect(preview.plan.undoes).toMatchObject({ runId: run.runId });
    const undo = await restored(tenant, preview);
    expect(counted(undo.results)).toEqual({ ...NOTHING, updated: 1, deleted: 1 });
    expect(await meaningOf(tenant)).toEqual(before);
    expect(told((await undoPreviewed(tenant, run.runId)).items)).toEqual([]);
    expect((await readRestoreUndo(env.DATABASE, tenant.tenantId, undo.runId))?.undoes).toMatchObject({
      runId: run.runId,
    });

    const again = await undoPreviewed(tenant, undo.runId);
    expect(told(again.items).toSorted()).toEqual([
      "settingsCatalog Changed: update",
      "settingsCatalog Deleted: create",
    ]);
    const redone = await restored(tenant, again);
    expect(counted(redone.results)).toEqual({ ...NOTHING, updated: 1, created: 1 });
    // What was made is made anew, under another id.
    const said = (state: Map<string, unknown>) =>
      [...state.values()].map((policy) => JSON.stringify(withoutIds(policy))).toSorted();
    expect(said(await meaningOf(tenant))).toEqual(said(after));
    expect(told((await undoPreviewed(tenant, undo.runId)).items)).toEqual([]);
    // Its undo in turn deletes that one.
    const last = await restored(tenant, await undoPreviewed(tenant, redone.runId));
    expect(counted(last.results)).toEqual({ ...NOTHING, updated: 1, deleted: 1 });
    expect(await meaningOf(tenant)).toEqual(before);
  });

  it("waits under Multi Admin Approval, for deletions as for changes; what was rejected stays, and a retry asks anew", async () => {
    const { tenant, backupSetId } = await three();
    const before = await meaningOf(tenant);
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const made = await madeBy(tenant, run.runId);
    const preview = await undoPreviewed(tenant, run.runId);
    await tenant.control("PATCH", "?", { approvalFamilies: [FAMILY] });
    const begun = await restoreRun(tenant, preview);
    const decide = async (runId: string, decision: (name: string) => string) => {
      const page = { cursor: null, limit: 100 };
      const asked = await listRestoreApprovals(env.DATABASE, { tenantId: tenant.tenantId, runId, ...page }, Date.now());
      for (const { name, approvalCode } of asked?.items ?? [])
        await tenant.control("POST", `/approvals/${approvalCode}/${decision(name)}`);
    };
    const undo = await toTheEnd(tenant, begun, tenant.context(), () =>
      decide(begun.runId, (name) => (name === "Deleted" ? "reject" : "approve")),
    );
    expect(
      (await resultsOf(tenant, undo.runId)).map(({ name, outcome, reason }) => [name, outcome, reason?.code]),
    ).toEqual([
      ["Changed", "updated", undefined],
      ["Deleted", "failed", "approval_denied"],
    ]);
    expect([...(await wholeState(tenant)).keys()]).toContain(`${FAMILY}/${made}`);

    const retry = await retried(tenant, undo, async () => {
      const latest = await env.DATABASE.prepare("select id from operation_runs where tenant_id = ? and retry_of = ?")
        .bind(tenant.tenantId, undo.runId)
        .first<string>("id");
      await decide(latest ?? "", () => "approve");
    });
    expect(counted(retry.results)).toEqual({ ...NOTHING, deleted: 1 });
    expect(await meaningOf(tenant)).toEqual(before);
  });

  it("waits until Graph shows that a policy is gone, counts it once, and says so when it is shown for good", async () => {
    const { tenant, backupSetId } = await three();
    const before = await meaningOf(tenant);
    for (const shownFor of [3, Number.POSITIVE_INFINITY]) {
      const run = await restored(tenant, await previewed(tenant, { backupSetId }));
      const made = await madeBy(tenant, run.runId);
      const preview = await undoPreviewed(tenant, run.runId);
      // Graph as it is some moments after a deletion; the simulator forgets at once.
      let aheadMs = 0;
      const context = { ...tenant.context(), now: () => Date.now() + aheadMs };
      const { kept, graph } = lateDeletions(made, shownFor);
      let undo;
      try {
        // Two minutes go by at each wait: by then what Graph still shows stays.
        const waited = async () => void (aheadMs += 120_000);
        undo = await toTheEnd(tenant, await restoreRun(tenant, preview), context, waited);
      } finally {
        graph.mockRestore();
      }
      expect(kept.shown).toBeGreaterThan(0);
      const late = shownFor === Number.POSITIVE_INFINITY;
      expect(counted(undo.results)).toEqual({ ...NOTHING, updated: 1, ...(late ? { failed: 1 } : { deleted: 1 }) });
      const deleted = (await resultsOf(tenant, undo.runId)).find(({ name }) => name === "Deleted");
      expect(deleted?.reason?.code).toBe(late ? "still_there" : undefined);
      expect(kept.deletions).toBe(1);
      expect(await meaningOf(tenant)).toEqual(before);
    }
  });

  it("leaves alone, with the reason, what was changed or deleted since, and a namesake of what is gone", async () => {
    const { tenant, backupSetId, changed } = await three();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const made = await madeBy(tenant, run.runId);
    await tenant.edit(FAMILY, changed, {}, { settings: [setting("s", "3")] });
    await tenant.edit(FAMILY, made, { description: "Edited since" });
    expect(told((await undoPreviewed(tenant, run.runId)).items).toSorted()).toEqual([
      "settingsCatalog Changed: blocked (changed_since)",
      "settingsCatalog Deleted: blocked (changed_since)",
    ]);
    await remove(tenant, FAMILY, changed);
    await remove(tenant, FAMILY, made);
    await catalogPolicy(tenant, "Changed");
    await catalogPolicy(tenant, "Deleted");
    const before = await wholeState(tenant);
    const preview = await undoPreviewed(tenant, run.runId);
    expect(told(preview.items)).toEqual(["settingsCatalog Changed: blocked (changed_since)"]);
    const undo = await restored(tenant, preview);
    expect(counted(undo.results)).toEqual({ ...NOTHING, unchanged: 1, skipped: 1 });
    expect(await wholeState(tenant)).toEqual(before);
  });

  it("fails with a conflict where a policy is changed between the preview and its deletion", async () => {
    const { tenant, backupSetId } = await three();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const made = await madeBy(tenant, run.runId);
    const preview = await undoPreviewed(tenant, run.runId);
    await tenant.edit(FAMILY, made, { description: "Edited since" });
    const undo = await restored(tenant, preview);
    expect(counted(undo.results)).toEqual({ ...NOTHING, updated: 1, failed: 1 });
    expect((await wholeState(tenant)).has(`${FAMILY}/${made}`)).toBe(true);
    // What was not deleted is not among what this run has written.
    expect(await undoOf(tenant, undo.runId)).toMatchObject({ updated: 1, deleted: 0 });
  });

  it("finds nothing to do for a policy that somebody has deleted between the preview and the run", async () => {
    const { tenant, backupSetId } = await three();
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    const preview = await undoPreviewed(tenant, run.runId);
    await remove(tenant, FAMILY, await madeBy(tenant, run.runId));
    expect(counted((await restored(tenant, preview)).results)).toEqual({ ...NOTHING, updated: 1, unchanged: 1 });
  });

  it("takes back in the reverse order, so that nothing is deleted while another policy refers to it", async () => {
    const tenant = await simulatedTenant();
    const location = await tenant.add("namedLocations", {
      "@odata.type": "#microsoft.graph.countryNamedLocation",
      displayName: "Home",
      countriesAndRegions: ["DE"],
    });
    const conditions = (include: string[]) => ({
      users: { includeUsers: ["All"] },
      applications: { includeApplications: ["All"] },
      locations: { includeLocations: include },
    });
    const policy = await tenant.add("conditionalAccess", {
      displayName: "Block",
      state: "enabled",
      conditions: conditions([location]),
      grantControls: { operator: "OR", builtInControls: ["block"] },
    });
    const backupSetId = await backedUp(tenant, ["namedLocations", "conditionalAccess"]);
    await tenant.edit("conditionalAccess", policy, { state: "disabled", conditions: conditions(["All"]) });
    await remove(tenant, "namedLocations", location);
    const before = await meaningOf(tenant);
    const run = await restored(tenant, await previewed(tenant, { backupSetId, conditionalAccess: "as-is" }));
    expect(counted(run.results)).toEqual({ ...NOTHING, created: 1, updated: 1 });

    const preview = await undoPreviewed(tenant, run.runId);
    expect(told(preview.items)).toEqual(["conditionalAccess Block: update", "namedLocations Home: delete"]);
    expect(preview.plan.options.conditionalAccess).toBe("as-is");
    const { notes } = await detailOf(tenant, preview.plan.id, 0);
    expect(notes.join(" ")).toContain("not enforced before the restore");
    const undo = await restored(tenant, preview);
    expect(undo.results.map((result) => result.kind)).toEqual(["succeeded", "succeeded"]);
    expect(await meaningOf(tenant)).toEqual(before);
    // And forwards, when that is undone: the location first, which the policy then names by its new id.
    const again = await undoPreviewed(tenant, undo.runId);
    expect(told(again.items)).toEqual(["namedLocations Home: create", "conditionalAccess Block: update"]);
    expect(counted((await restored(tenant, again)).results)).toEqual({ ...NOTHING, created: 1, updated: 1 });
  });

  it("does not write assignments that the restore did not write, and makes no copies", async () => {
    const { tenant, backupSetId } = await three();
    const before = await meaningOf(tenant);
    const run = await restored(tenant, await previewed(tenant, { backupSetId, assignments: false }));
    const { backupSet, assignments } = await undoOf(tenant, run.runId);
    expect(assignments).toBe(false);
    const refused = async (asked: object) => {
      const input = restorePreview.inputSchema.parse({
        backupSetId: backupSet.id,
        mode: "update",
        assignments: false,
        ...asked,
      });
      return restorePreview.prepare?.(tenant.tenantId, input, env);
    };
    expect(await refused({ assignments: true })).toMatchObject({ kind: "refused", fields: [{ path: "assignments" }] });
    expect(await refused({ mode: "create" })).toMatchObject({ kind: "refused", fields: [{ path: "mode" }] });
    await restored(tenant, await undoPreviewed(tenant, run.runId));
    expect(await meaningOf(tenant)).toEqual(before);
  });

  it("keeps nothing of what was never written, and what an earlier run began for the retry that ends it", async () => {
    const { tenant, backupSetId, changed } = await three();
    const before = await meaningOf(tenant);
    // The one is written and its assignment refused, the other is never made.
    await tenant.fault({ family: FAMILY, method: "POST", status: 400 });
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    await tenant.control("DELETE", "/faults");
    expect(counted(run.results)).toEqual({ ...NOTHING, unchanged: 1, failed: 2 });
    expect(await undoOf(tenant, run.runId)).toMatchObject({ updated: 1, created: 0 });
    const retry = await retried(tenant, run);
    expect(counted(retry.results)).toEqual({ ...NOTHING, updated: 1, created: 1 });
    expect(await undoOf(tenant, retry.runId)).toMatchObject({ updated: 1, created: 1 });
    const kept = async (runId: string) =>
      (await setItems(tenant.tenantId, (await undoOf(tenant, runId)).backupSet.id)).find(
        ({ graphId }) => graphId === changed,
      );
    expect((await kept(retry.runId))?.contentHash).toBe((await kept(run.runId))?.contentHash);
    // Either undoes the whole of what both have written to the policy.
    expect(told((await undoPreviewed(tenant, run.runId)).items)).toEqual(["settingsCatalog Changed: update"]);
    await restored(tenant, await undoPreviewed(tenant, retry.runId));
    expect(await meaningOf(tenant)).toEqual(before);
    expect(told((await undoPreviewed(tenant, run.runId)).items)).toEqual([]);
  });

  it("undoes what a canceled run has left half written, where nobody else has written to it", async () => {
    const { tenant, backupSetId, changed } = await three();
    const before = await meaningOf(tenant);
    const run = await restoreRun(tenant, await previewed(tenant, { backupSetId }));
    await tenant.fault({ family: FAMILY, method: "POST", pathContains: "/assign", status: 503 });
    for (const task of run.tasks) await policyRestore.execute(task, tenant.context());
    await env.DATABASE.prepare(
      "update operation_runs set status = 'completed', outcome = 'canceled', completed_at = ?2 where id = ?1",
    )
      .bind(run.runId, Date.now())
      .run();
    await tenant.control("DELETE", "/faults");
    const preview: Previewed = await undoPreviewed(tenant, run.runId);
    expect(told(preview.items).toSorted()).toEqual([
      "settingsCatalog Changed: update",
      "settingsCatalog Deleted: delete",
    ]);
    await tenant.edit(FAMILY, changed, { description: "Edited since" });
    expect(told((await undoPreviewed(tenant, run.runId)).items).toSorted()).toEqual([
      "settingsCatalog Changed: blocked (changed_since)",
      "settingsCatalog Deleted: delete",
    ]);
    await tenant.edit(FAMILY, changed, { description: null });
    expect(counted((await restored(tenant, await undoPreviewed(tenant, run.runId))).results)).toEqual({
      ...NOTHING,
      updated: 1,
      deleted: 1,
    });
    expect(await meaningOf(tenant)).toEqual(before);
  });

  it("brings back encrypted values, which it keeps sealed", async () => {
    const tenant = await simulatedTenant();
    const custom = (value: string) => ({
      "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
      displayName: "Custom",
      omaSettings: [
        {
          "@odata.type": "#microsoft.graph.omaSettingString",
          displayName: "Key",
          omaUri: "./Vendor/Key",
          value,
          isEncrypted: true,
        },
      ],
    });
    const id = await tenant.add("deviceConfiguration", custom("backed up"));
    const backupSetId = await backedUp(tenant, ["deviceConfiguration"]);
    await remove(tenant, "deviceConfiguration", id);
    await tenant.add("deviceConfiguration", { ...custom("before the restore"), id });
    const before = await secretOf(tenant, id);
    const run = await restored(tenant, await previewed(tenant, { backupSetId }));
    expect(counted(run.results)).toEqual({ ...NOTHING, updated: 1 });
    expect(await secretOf(tenant, id)).not.toEqual(before);
    expect(counted((await restored(tenant, await undoPreviewed(tenant, run.runId))).results)).toEqual({
      ...NOTHING,
      updated: 1,
    });
    expect(await secretOf(tenant, id)).toEqual(before);
    expect(told((await undoPreviewed(tenant, run.runId)).items)).toEqual([]);
  });
});

describe("A restore and its undo by consumers that die at any one call", () => {
  /** Each unit in turn, the consumer dying once on the way. */
  const dyingRun = (tenant: SimulatedTenant, run: RestoreRun, crash: CrashPoint | null) =>
    dying(tenant.context(), crash, async (context) => {
      for (const task of run.tasks) await policyRestore.execute(task, context);
    });

  it(
    "leave the tenant as it was before, also where the restore was given up at that call",
    async () => {
      const { tenant, backupSetId } = await three();
      const before = await meaningOf(tenant);
      const asked = { backupSetId };
      const calls = await dyingRun(tenant, await restoreRun(tenant, await previewed(tenant, asked)), null);
      expect(calls).toBeGreaterThan(40);
      await reset();
      let unknown = 0;
      for (let at = 1; at <= calls; at += sized(7, 1)) {
        for (const when of sized([at % 2 === 0 ? "before" : "after"] as const, ["before", "after"] as const)) {
          const isGivenUp = (at + (when === "after" ? 1 : 0)) % 4 < 2;
          const where = `${when} call ${at}, ${isGivenUp ? "given up" : "ended"}`;
          let run = await restoreRun(tenant, await previewed(tenant, asked));
          await dyingRun(tenant, run, { at, when });
          if (isGivenUp) await giveUp(run.runId);
          else run = await toTheEnd(tenant, run);
          if (!isGivenUp)
            expect(counted(run.results), where).toEqual({ ...NOTHING, created: 1, updated: 1, unchanged: 1 });
          const kept = (await readRestoreUndo(env.DATABASE, tenant.tenantId, run.runId))?.undo ?? null;
          if (kept !== null) {
            const preview = await undoPreviewed(tenant, run.runId);
            const reverse = await restoreRun(tenant, preview);
            await dyingRun(tenant, reverse, { at, when });
            const ended = await toTheEnd(tenant, reverse);
            expect(counted(ended.results).failed, where).toBe(0);
            unknown += await removeUnknown(preview);
          }
          expect(await meaningOf(tenant), where).toEqual(before);
        }
      }
      // Where the answer to the creation was never heard and nobody looked for it: that is told, and no guess is made.
      expect(unknown).toBeLessThan(4);

      async function reset(): Promise<void> {
        const [last] = (
          await env.DATABASE.prepare("select id from operation_runs where tenant_id = ? and type = 'policy.restore'")
            .bind(tenant.tenantId)
            .all<{ id: string }>()
        ).results;
        await giveUp(last?.id ?? "");
        await restored(tenant, await undoPreviewed(tenant, last?.id ?? ""));
        expect(await meaningOf(tenant)).toEqual(before);
      }

      async function removeUnknown({ items }: Previewed): Promise<number> {
        if (!items.some(({ reason }) => reason?.code === "made_unknown")) return 0;
        for (const [key, policy] of await wholeState(tenant)) {
          if (JSON.stringify(policy).includes('"Deleted"')) await remove(tenant, FAMILY, key.slice(FAMILY.length + 1));
        }
        return 1;
      }
    },
    sized(300_000, 1_500_000),
  );
});

async function giveUp(runId: string): Promise<void> {
  await env.DATABASE.prepare(
    "update operation_runs set status = 'completed', outcome = 'canceled', completed_at = ?2 where id = ?1",
  )
    .bind(runId, Date.now())
    .run();
}

async function secretOf(tenant: SimulatedTenant, id: string): Promise<unknown[]> {
  const { parts } = z
    .object({ parts: z.object({ secrets: z.array(z.object({ value: z.unknown() })) }) })
    .parse(await tenant.control("GET", `/policies/deviceConfiguration/${id}`));
  return parts.secrets.map(({ value }) => value);
}

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (name === "id" ? [] : [[name, withoutIds(member)]])),
  );
}
