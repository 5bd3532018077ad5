import { beforeAll, describe, expect, it } from "vitest";
import { payloadKey } from "../../src/storage/payload-store.ts";
import { itemListQuery, listLeaves } from "../../src/database/evidence/evidence-items.ts";
import {
  closeSnapshot,
  listSnapshots,
  newestCompleteSnapshotId,
  readSnapshot,
  snapshotIdOf,
} from "../../src/database/evidence/evidence-snapshots.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { evidenceSnapshot } from "../../src/operations/evidence-snapshot/evidence-snapshot.ts";
import { verifySnapshot } from "../../src/http/reading/verify-snapshot.ts";
import { cancelRun, changePause } from "../../src/runs/edge/change-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import {
  documentObjects,
  keepDocumentsInRows,
  storedDocument,
  tamperWithDocuments,
} from "../support/evidence-documents.ts";
import { runReference } from "../support/run-reference.ts";
import { seedTenant } from "../support/tenants.ts";
import { waitFor } from "../support/wait.ts";
import { asTenant, finalize, FIXED_ITEMS, tasksOf } from "./evidence-tenant.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

let tenant: SimulatedTenant;
beforeAll(async () => {
  tenant = await simulatedTenant(40);
  await tenant.sync();
});

describe("an evidence snapshot", () => {
  it("counts one unit for each item that it created, and is complete with a root that can be recomputed", async () => {
    const { take, snapshot, items, proof } = asTenant(tenant);
    const policies = await tenant.inventory();
    const run = await take();
    const total = policies.length + FIXED_ITEMS;
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total, processed: total, succeeded: total, failed: 0, skipped: 0, created: total },
      progress: { kind: "finished", text: `${total} of ${total} evidence items: ${total} succeeded` },
    });
    expect(await proof(run.id)).toMatchObject({ drift: false, ledger: { total, processed: total } });
    const taken = await snapshot(run.id);
    expect(taken).toMatchObject({ status: "complete", itemCount: total, initiator: { name: "Owner" } });
    expect(run.result).toEqual({ kind: "evidence-snapshot", id: taken.id, href: taken.href });
    expect((await items(taken.id)).length).toBe(total);
    expect(await verifySnapshot(env, tenant.tenantId, taken, 0)).toMatchObject({
      matches: true,
      storedRoot: taken.merkleRoot,
      recomputedRoot: taken.merkleRoot,
      items: total,
      mismatches: [],
    });
  });

  it("tells of each policy its version, its hash and its assignments, as they were", async () => {
    const own = await simulatedTenant();
    const id = await own.add("settingsCatalog", settingsCatalogPolicy("Firewall “Ω”"), {
      settings: [setting("a", "1")],
      assignments: [assignedTo("group-1")],
    });
    await own.sync(["settingsCatalog"]);
    const { take, snapshot, items } = asTenant(own);
    const taken = await snapshot((await take()).id);
    const [item] = await items(taken.id, "policy");
    const document = await storedDocument(own.tenantId, taken.id, item?.key ?? "");
    const [policy] = await own.inventory();
    expect(JSON.parse(document ?? "")).toMatchObject({
      key: `policy/settingsCatalog/${id}`,
      kind: "policy",
      title: "Firewall “Ω”",
      exception: null,
      facts: {
        version: 1,
        contentHash: policy?.contentHash,
        assignmentCount: 1,
        assignments: [{ target: { groupId: "group-1" } }],
        lastSeenAt: policy?.lastSeenAt,
        graphRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    // Every family is told of: an auditor must not take for empty what nobody has looked at.
    const families = await items(taken.id, "family");
    expect(families.map(({ family }) => family)).toEqual([...FAMILY_KEYS].toSorted());
    expect(families.filter(({ exception }) => exception === null).map(({ family }) => family)).toEqual([
      "settingsCatalog",
    ]);
    expect(new Set(families.map(({ exception }) => exception?.code))).toEqual(new Set([undefined, "never_read"]));
  });

  it("tells of a family that could not be read what permission is missing, as an exception", async () => {
    const own = await simulatedTenant(20);
    await own.control("POST", "/permissions", { remove: ["Policy.Read.All"] });
    await own.sync();
    const { take, snapshot, items } = asTenant(own);
    const taken = await snapshot((await take()).id);
    const exceptions = await items(taken.id, null, "only");
    expect(taken.exceptionCount).toBe(exceptions.length);
    const denied = exceptions.filter(({ exception }) => exception?.code === "permission_missing");
    // What else is read by it, other permissions of the tenant are enough for.
    expect(denied.map(({ family }) => family)).toEqual(["conditionalAccess", "namedLocations"]);
    expect(denied[0]?.exception?.message).toContain("Policy.Read.All");
  });

  it("stays as it was when the tenant changes afterwards", async () => {
    const own = await simulatedTenant(12);
    await own.sync();
    const { take, snapshot } = asTenant(own);
    const before = await snapshot((await take()).id);
    await own.add("settingsCatalog", settingsCatalogPolicy("New"), {});
    await own.sync();
    expect(await snapshot(before.runId)).toEqual(before);
    expect((await verifySnapshot(env, own.tenantId, before, 0)).matches).toBe(true);
  });

  it("of a tenant that was never read has nothing to record: it completes at once and says so", async () => {
    const own = await simulatedTenant();
    const { take, snapshot } = asTenant(own);
    const run = await take();
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: 0, processed: 0 },
      progress: { kind: "finished", text: "No evidence items to process" },
    });
    expect(await snapshot(run.id)).toMatchObject({ status: "empty", merkleRoot: null, itemCount: null });
    expect(await newestCompleteSnapshotId(env.DATABASE, own.tenantId)).toBeNull();
  });

  it("with an item that cannot be recorded is incomplete, is no root and is not used", async () => {
    const own = await simulatedTenant(12);
    await own.sync();
    const [policy] = await own.inventory();
    await env.ARTIFACTS.delete(payloadKey(own.tenantId, policy?.contentHash ?? ""));
    const { take, snapshot } = asTenant(own);
    const run = await take();
    expect(run).toMatchObject({ outcome: "failed", failure: { code: "snapshot_incomplete" }, result: null });
    expect(run.summaryCounts.failed).toBeGreaterThan(0);
    expect(await snapshot(run.id)).toMatchObject({ status: "incomplete", merkleRoot: null, itemCount: null });
    expect(await newestCompleteSnapshotId(env.DATABASE, own.tenantId)).toBeNull();
  });
});

describe("the units of a snapshot", () => {
  it("create nothing twice, whatever is delivered twice, out of order, or at the same time", async () => {
    const runId = "run_twice";
    const tasks = await tasksOf(tenant, runId);
    const many = evidenceSnapshot.executeMany?.bind(evidenceSnapshot);
    if (many === undefined) throw new Error("items are recorded together");
    const half = tasks.slice(0, 30);
    await Promise.all([many(half, tenant.context()), many(half.toReversed(), tenant.context())]);
    const results = await many(tasks, tenant.context());
    expect(results.every(({ kind }) => kind === "succeeded")).toBe(true);
    const { items } = asTenant(tenant);
    expect((await items(snapshotIdOf(runId))).length).toBe(tasks.length);
    expect(await finalize(tenant, runId, tasks.length)).toMatchObject({ kind: "finalized" });
    const [first] = await items(snapshotIdOf(runId));
    // Delivered again after the end: nothing of a complete snapshot moves, not even the item that is no more.
    await env.DATABASE.prepare("delete from evidence_items where snapshot_id = ?1 and key = ?2")
      .bind(snapshotIdOf(runId), first?.key)
      .run();
    await many(tasks, tenant.context());
    expect((await items(snapshotIdOf(runId))).length).toBe(tasks.length - 1);
  });

  it("are the same list when the plan is asked for again, and keep the first time", async () => {
    const first = await tasksOf(tenant, "run_again");
    const later = { ...tenant.context(), now: () => Date.now() + 60_000 };
    const page = await evidenceSnapshot.plan(runReference(tenant.tenantId, "run_again"), {}, null, later);
    if (page.kind !== "listed") throw new Error(page.kind);
    expect(page.units).toEqual(
      first.slice(0, page.units.length).map(({ key, label, input }) => ({ key, label, input })),
    );
    expect(first.map(({ key }) => key)).toEqual(first.map(({ key }) => key).toSorted());
  });

  it("never complete a snapshot that lacks one of them", async () => {
    const runId = "run_lacking";
    const tasks = await tasksOf(tenant, runId);
    await evidenceSnapshot.executeMany?.(tasks.slice(1), tenant.context());
    await expect(finalize(tenant, runId, tasks.length)).rejects.toThrow(/items of/);
  });
});

describe("a snapshot that is tampered with", () => {
  it("does not verify, and the item is named", async () => {
    const { take, snapshot, items } = asTenant(tenant);
    const taken = await snapshot((await take()).id);
    const [item] = await items(taken.id, "policy");
    await tamperWithDocuments(tenant.tenantId, taken.id, (text) =>
      text
        .split("\n")
        .map((line) => (line.includes(`"key":"${item?.key}"`) ? line.replace('"version":1', '"version":2') : line))
        .join("\n"),
    );
    expect(await verifySnapshot(env, tenant.tenantId, taken, 0)).toMatchObject({
      matches: false,
      mismatches: [item?.key],
    });
  });

  it("does not verify when its documents are gone, and names the items; as many as an answer holds", async () => {
    const { take, snapshot, items } = asTenant(tenant);
    const taken = await snapshot((await take()).id);
    const [object] = await documentObjects(tenant.tenantId, taken.id);
    await env.ARTIFACTS.delete(object ?? "");
    const verification = await verifySnapshot(env, tenant.tenantId, taken, 0);
    expect(verification.matches).toBe(false);
    expect(verification.items).toBeLessThan(taken.itemCount ?? 0);
    expect(verification.mismatches).toHaveLength((await items(taken.id)).length - verification.items);
  });

  it("verifies where an earlier version kept the documents in the rows, and tells when one was changed there", async () => {
    const { take, snapshot, items } = asTenant(tenant);
    const taken = await snapshot((await take()).id);
    const keys = (await items(taken.id)).map(({ key }) => key);
    await keepDocumentsInRows(tenant.tenantId, taken.id, keys);
    expect(await verifySnapshot(env, tenant.tenantId, taken, 0)).toMatchObject({ matches: true, items: keys.length });
    const [item] = await items(taken.id, "policy");
    await env.DATABASE.prepare(
      "update evidence_items set document = replace(document, '\"version\":1', '\"version\":2') where snapshot_id = ?1 and key = ?2",
    )
      .bind(taken.id, item?.key)
      .run();
    expect(await verifySnapshot(env, tenant.tenantId, taken, 0)).toMatchObject({
      matches: false,
      mismatches: [item?.key],
    });
  });

  it("does not verify when its hash was changed with it, or when an item is gone", async () => {
    const { take, snapshot, items } = asTenant(tenant);
    const taken = await snapshot((await take()).id);
    const [item] = await items(taken.id, "policy");
    await env.DATABASE.prepare("delete from evidence_items where snapshot_id = ?1 and key = ?2")
      .bind(taken.id, item?.key)
      .run();
    const verification = await verifySnapshot(env, tenant.tenantId, taken, 0);
    expect(verification).toMatchObject({ matches: false, mismatches: [] });
    expect(verification.recomputedRoot).not.toBe(taken.merkleRoot);
  });
});

describe("a snapshot whose run is canceled", () => {
  it("reads as incomplete at once, and is marked so", async () => {
    const { reference, key } = asTenant(tenant);
    const outcome = await startRun(env, { ...reference, type: "evidence.snapshot", input: {}, idempotencyKey: null });
    if (outcome.kind !== "started") throw new Error(outcome.kind);
    const { id } = outcome.body.run;
    // A paused run is planned, and takes no evidence: it cannot end before it is canceled.
    expect((await changePause(env, { ...reference, runId: id }, "pause")).kind).toBe("ok");
    await waitFor("the snapshot to be opened", async () => readSnapshot(env.DATABASE, key, snapshotIdOf(id)));
    expect((await cancelRun(env, { ...reference, runId: id })).kind).toBe("ok");
    await waitFor("it to read as incomplete", async () => {
      const read = await readSnapshot(env.DATABASE, key, snapshotIdOf(id));
      return read?.status === "incomplete";
    });
    await waitFor("it to be marked, and its items to be gone", async () => {
      const row = await env.DATABASE.prepare("select status from evidence_snapshots where id = ?")
        .bind(snapshotIdOf(id))
        .first("status");
      const left = await listLeaves(env.DATABASE, snapshotIdOf(id), "", 1);
      const documents = await documentObjects(reference.tenantId, snapshotIdOf(id));
      return row === "incomplete" && left.length === 0 && documents.length === 0;
    });
    expect(await newestCompleteSnapshotId(env.DATABASE, reference.tenantId)).not.toBe(snapshotIdOf(id));
  });

  it("cannot be completed afterwards", async () => {
    const runId = "run_closed";
    const tasks = await tasksOf(tenant, runId);
    await closeSnapshot(env.DATABASE, snapshotIdOf(runId), { status: "incomplete" });
    const end = { at: 1, itemCount: tasks.length, exceptionCount: 0, merkleRoot: "00" };
    await closeSnapshot(env.DATABASE, snapshotIdOf(runId), { status: "complete", ...end });
    const row = await env.DATABASE.prepare("select status, merkle_root from evidence_snapshots where id = ?")
      .bind(snapshotIdOf(runId))
      .first();
    expect(row).toEqual({ status: "incomplete", merkle_root: null });
  });
});

describe("reading snapshots", () => {
  it("shows a tenant its own alone", async () => {
    const other = await seedTenant("evidence-other");
    const [mine] = await env.DATABASE.prepare("select id from evidence_snapshots where tenant_id = ?")
      .bind(tenant.tenantId)
      .all<{ id: string }>()
      .then(({ results }) => results);
    const foreign = { id: other.tenantId, slug: other.tenantSlug };
    expect(await readSnapshot(env.DATABASE, foreign, mine?.id ?? "")).toBeNull();
    expect(await listSnapshots(env.DATABASE, foreign, { cursor: null, limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it("pages through snapshots and items by index", async () => {
    const { key } = asTenant(tenant);
    const first = await listSnapshots(env.DATABASE, key, { cursor: null, limit: 1 });
    const second = await listSnapshots(env.DATABASE, key, { cursor: first.nextCursor, limit: 1 });
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
    const base = { snapshotId: "s", kind: null };
    for (const [exceptions, index] of [
      [null, "sqlite_autoindex_evidence_items"],
      ["only", "sqlite_autoindex_evidence_items"],
    ] as const) {
      const { sql, params } = itemListQuery(env.DATABASE, { ...base, exceptions }, "k", 10).toSQL();
      const { results } = await env.DATABASE.prepare(`explain query plan ${sql}`)
        .bind(...params)
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail).join("; ");
      expect(plan).toContain(index);
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });
});
