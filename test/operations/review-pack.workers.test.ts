import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { beforeAll, describe, expect, it } from "vitest";
import { payloadKey } from "../../src/storage/payload-store.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import type { ReviewPack } from "../../src/contract/review-packs.ts";
import { openPack, packIdOf, readPack, readPackSpecification } from "../../src/database/review-packs/review-packs.ts";
import type { FinalizeResult, RunUnitTask, UnitContext } from "../../src/runs/operation.ts";
import { piecesOf } from "../../src/operations/archive-making/assembly.ts";
import { sweepPacks } from "../../src/operations/review-pack/discard-pack.ts";
import { reviewPack, type ReviewPackInput } from "../../src/operations/review-pack/review-pack.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { runReference } from "../support/run-reference.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { waitFor } from "../support/wait.ts";
import { incompressible, recordedSnapshot } from "./recorded-snapshot.ts";
import { env } from "../support/environment.ts";

let tenant: Awaited<ReturnType<typeof seedTenant>>;
let snapshotId: string;
const { completed } = tenantRuns(() => tenant);
const key = () => ({ id: tenant.tenantId, slug: tenant.tenantSlug });
const context = (): UnitContext => ({ env, now: () => Date.now(), signal: new AbortController().signal });
const everything = { rawPolicies: true, evidence: true, operations: true, findings: true };

beforeAll(async () => {
  tenant = await seedTenant("packs");
  const policies = Array.from({ length: 60 }, (_, at) => ({
    id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
    name: at === 7 ? '=HYPERLINK("http://x")/../<b>' : `Policy ${at % 50} ü`,
    text: JSON.stringify({ at, name: `Policy ${at}` }),
  }));
  ({ snapshotId } = await recordedSnapshot(tenant.tenantId, policies));
});

async function start(input: Record<string, unknown>) {
  return startRun(env, { ...tenant, type: "review-pack.generate", input, idempotencyKey: null });
}

async function made(input: Record<string, unknown> = {}) {
  const outcome = await start(input);
  if (outcome.kind !== "started") throw new Error(JSON.stringify(outcome));
  const run = await completed(outcome.body.run.id);
  const pack = await readPack(env.DATABASE, key(), packIdOf(run.id));
  if (pack === null) throw new Error("no pack");
  return { run, pack };
}

async function archiveOf({ id }: Pick<ReviewPack, "id">, tenantId = tenant.tenantId): Promise<Uint8Array> {
  const object = await env.ARTIFACTS.get(`tenants/${tenantId}/review-packs/${id}/archive.zip`);
  if (object === null) throw new Error("no archive");
  return new Uint8Array(await object.arrayBuffer());
}

async function unpacked(archive: Uint8Array): Promise<Map<string, Uint8Array>> {
  const reader = new ZipReader(new Uint8ArrayReader(archive), { useWebWorkers: false, checkCrc32: true });
  const files = new Map<string, Uint8Array>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) throw new Error("no folder was written");
    files.set(entry.filename, await entry.getData(new Uint8ArrayWriter(), { useWebWorkers: false }));
  }
  return files;
}

async function objectsOf(packId: string, tenantId = tenant.tenantId): Promise<string[]> {
  const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/review-packs/${packId}/` });
  return objects.map(({ key: name }) => name.split("/").at(-1) ?? "");
}

describe("a review pack", () => {
  it("counts one unit for each entry of the archive, and every file is what its checksum says", async () => {
    const { run, pack } = await made();
    const files = await unpacked(await archiveOf(pack));
    const total = 8 + 61 + 60;
    expect(files.size).toBe(total);
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total, processed: total, succeeded: total, failed: 0 },
      progress: { kind: "finished", text: `${total} of ${total} archive entries: ${total} succeeded` },
      result: { kind: "review-pack", id: pack.id },
    });
    expect(pack).toMatchObject({
      status: "complete",
      fileCount: total,
      archiveBytes: (await archiveOf(pack)).byteLength,
    });
    const text = (path: string) => new TextDecoder().decode(files.get(path));
    const sums = text("manifest.sha256").trimEnd().split("\n");
    expect(sums).toHaveLength(total - 1);
    for (const line of sums) {
      const [hash = "", path = ""] = line.split("  ");
      expect(await sha256Hex(files.get(path) ?? ""), path).toBe(hash);
    }
    const manifest = JSON.parse(text("manifest.json"));
    expect(manifest).toMatchObject({ format: "tenantatlas.review-pack/1", snapshot: { merkleRoot: pack.merkleRoot } });
    expect(manifest.files).toHaveLength(total - 2);
    for (const { path, bytes } of manifest.files) expect(files.get(path)?.byteLength, path).toBe(bytes);
    expect(manifest.files.find(({ path }: { path: string }) => path.startsWith("policies/"))).toMatchObject({
      source: { kind: "microsoft-graph", operation: "run_sync", graphRequestId: "request-1" },
    });
    // Nothing that it was made from is left.
    expect(await objectsOf(pack.id)).toEqual(["archive.zip"]);
  });

  it("takes names from the tenant for data: in paths, in the table and in the page", async () => {
    const { pack } = await made({ include: { findings: false } });
    const files = await unpacked(await archiveOf(pack));
    const text = (path: string) => new TextDecoder().decode(files.get(path));
    const path = [...files.keys()].find((name) => name.includes("HYPERLINK"));
    expect(path).toBe(
      "evidence/policies/settingsCatalog/=HYPERLINK(_http___x_)_..__b_--00000000-0000-4000-8000-000000000007.json",
    );
    expect(text("inventory.csv")).toContain(`"'=HYPERLINK(""http://x"")/../<b>"`);
    expect(text("index.html")).toContain("=HYPERLINK(&quot;http://x&quot;)/../&lt;b&gt;");
    expect(text("index.html")).not.toContain('<b>"');
    expect(new Set([...files.keys()].map((name) => name.toLowerCase())).size).toBe(files.size);
  });

  it("has the same bytes when it is made again of the same snapshot with the same options", async () => {
    const [first, second] = [
      await made({ include: { operations: false } }),
      await made({ include: { operations: false } }),
    ];
    expect(second.pack.id).not.toBe(first.pack.id);
    expect(second.pack.archiveHash).toBe(first.pack.archiveHash);
    expect(await sha256Hex(await archiveOf(first.pack))).toBe(first.pack.archiveHash);
  });

  it.each([
    [{ rawPolicies: true, evidence: false, operations: false, findings: false }, 4 + 60],
    [{ rawPolicies: false, evidence: true, operations: false, findings: false }, 4 + 61],
    [{ rawPolicies: false, evidence: false, operations: true, findings: false }, 4 + 2],
    [{ rawPolicies: false, evidence: false, operations: false, findings: true }, 4 + 2],
  ])("with %j has its parts and no others: %i files", async (include, total) => {
    const { run, pack } = await made({ include });
    expect(run.summaryCounts).toMatchObject({ total, processed: total });
    expect((await unpacked(await archiveOf(pack))).size).toBe(total);
  });
});

describe("a request for a pack", () => {
  it("that leaves nothing to put into it is refused before a run starts", async () => {
    const none = { rawPolicies: false, evidence: false, operations: false, findings: false };
    expect(await start({ include: none })).toMatchObject({
      kind: "invalid_input",
      fields: [{ path: "input.include" }],
    });
  });

  it("for the policies of a snapshot that has none is refused, for nothing would be left", async () => {
    const own = await seedTenant("packs-no-policies");
    await recordedSnapshot(own.tenantId, []);
    const input = { include: { rawPolicies: true, evidence: false, operations: false, findings: false } };
    const request = { ...own, type: "review-pack.generate", input, idempotencyKey: null };
    expect(await startRun(env, request)).toMatchObject({ kind: "invalid_input", fields: [{ path: "input.include" }] });
  });

  it("of a tenant without a complete snapshot is refused, and so is another tenant's snapshot", async () => {
    const bare = await seedTenant("packs-bare");
    const request = { ...bare, type: "review-pack.generate", idempotencyKey: null };
    for (const input of [{}, { evidenceSnapshotId: snapshotId }, { evidenceSnapshotId: "evs_none" }]) {
      expect(await startRun(env, { ...request, input })).toMatchObject({
        kind: "invalid_input",
        fields: [{ path: "input.evidenceSnapshotId" }],
      });
    }
  });

  it("for the newest snapshot is the same work as for that snapshot by name", async () => {
    const first = await start({});
    const second = await start({ evidenceSnapshotId: snapshotId, include: everything });
    if (first.kind !== "started") throw new Error(first.kind);
    expect(second).toMatchObject({ kind: "deduplicated", body: { run: { id: first.body.run.id } } });
    await completed(first.body.run.id);
  });
});

describe("a pack that fails", () => {
  it("leaves no file, and a retry makes a new one", async () => {
    const own = await seedTenant("packs-failing");
    const text = JSON.stringify({ lost: true });
    await recordedSnapshot(own.tenantId, [
      { id: "lost", name: "Lost", text },
      { id: "kept", name: "Kept", text: "{}" },
    ]);
    const hash = await sha256Hex(text);
    await env.ARTIFACTS.delete(payloadKey(own.tenantId, hash));
    const runs = tenantRuns(() => own);
    const outcome = await startRun(env, { ...own, type: "review-pack.generate", input: {}, idempotencyKey: null });
    if (outcome.kind !== "started") throw new Error(outcome.kind);
    const run = await runs.completed(outcome.body.run.id);
    expect(run).toMatchObject({ outcome: "failed", failure: { code: "entries_failed" }, result: null });
    expect(run.summaryCounts.failed).toBe(1);
    expect(run.progress).toMatchObject({ kind: "finished" });
    const reference = { id: own.tenantId, slug: own.tenantSlug };
    expect(await readPack(env.DATABASE, reference, packIdOf(run.id))).toMatchObject({
      status: "failed",
      downloadHref: null,
      archiveBytes: null,
    });
    expect(await objectsOf(packIdOf(run.id), own.tenantId)).toEqual([]);

    await env.ARTIFACTS.put(payloadKey(own.tenantId, hash), text);
    const retried = await retryRun(env, { ...own, runId: run.id });
    if (retried.kind !== "started") throw new Error(retried.kind);
    const again = await runs.completed(retried.body.run.id);
    expect(again).toMatchObject({ outcome: "succeeded", summaryCounts: { total: run.summaryCounts.total } });
    expect(await readPack(env.DATABASE, reference, packIdOf(again.id))).toMatchObject({ status: "complete" });
  });

  it("by cancel reads as failed and leaves nothing", async () => {
    const outcome = await start({ include: { findings: false, operations: false } });
    if (outcome.kind !== "started") throw new Error(outcome.kind);
    const { id } = outcome.body.run;
    await waitFor("the pack to be opened", async () => (await readPack(env.DATABASE, key(), packIdOf(id))) !== null);
    const canceled = await cancelRun(env, { ...tenant, runId: id });
    expect(canceled.kind).toBe("ok");
    await waitFor(
      "its cleanup",
      async () => (await readPackSpecification(env.DATABASE, packIdOf(id)))?.status === "failed",
    );
    expect(await objectsOf(packIdOf(id))).toEqual([]);
  });
});

describe("the time of a pack", () => {
  it("ends: its file is deleted, and the row says so", async () => {
    const { pack } = await made({ include: { evidence: false } });
    const expiresAt = Date.parse(pack.expiresAt ?? "");
    expect(expiresAt - Date.parse(pack.completedAt ?? "")).toBe(90 * 86_400_000);
    await sweepPacks(env, expiresAt - 1);
    expect((await readPack(env.DATABASE, key(), pack.id))?.status).toBe("complete");
    await sweepPacks(env, expiresAt);
    expect(await readPack(env.DATABASE, key(), pack.id)).toMatchObject({ status: "expired", downloadHref: null });
    expect(await objectsOf(pack.id)).toEqual([]);
  });

  it("is the tenant's choice", async () => {
    const own = await seedTenant("packs-short");
    await recordedSnapshot(own.tenantId, [{ id: "a", name: "A", text: "{}" }]);
    await env.DATABASE.prepare(
      "insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) values (?, 2, 0)",
    )
      .bind(own.tenantId)
      .run();
    const outcome = await startRun(env, { ...own, type: "review-pack.generate", input: {}, idempotencyKey: null });
    if (outcome.kind !== "started") throw new Error(outcome.kind);
    await tenantRuns(() => own).completed(outcome.body.run.id);
    const pack = await readPack(
      env.DATABASE,
      { id: own.tenantId, slug: own.tenantSlug },
      packIdOf(outcome.body.run.id),
    );
    expect(Date.parse(pack?.expiresAt ?? "") - Date.parse(pack?.completedAt ?? "")).toBe(2 * 86_400_000);
  });
});

describe.runIf(IN_WHOLE)("putting a large archive together", () => {
  const input: ReviewPackInput = {
    include: { rawPolicies: true, evidence: false, operations: false, findings: false },
  };
  let large: Awaited<ReturnType<typeof seedTenant>>;
  let largeInput: ReviewPackInput;

  beforeAll(async () => {
    large = await seedTenant("packs-large");
    const policies = Array.from({ length: 30 }, (_, at) => ({
      id: `p-${at}`,
      name: `Large ${at}`,
      text: incompressible(1_000_000),
    }));
    const recorded = await recordedSnapshot(large.tenantId, policies);
    largeInput = { ...input, evidenceSnapshotId: recorded.snapshotId };
  });

  /** Plans and writes all entries of a run, without the engine around it. */
  async function written(runId: string, batches: (tasks: RunUnitTask[]) => RunUnitTask[][]): Promise<number> {
    const page = [];
    let cursor: string | null = null;
    do {
      const next = await reviewPack.plan(runReference(large.tenantId, runId), largeInput, cursor, context());
      if (next.kind !== "listed") throw new Error(next.kind);
      page.push(...next.units);
      cursor = next.nextCursor;
    } while (cursor !== null);
    const tasks = page.map((unit, ordinal) => ({ ...unit, runId, tenantId: large.tenantId, ordinal, deferrals: 0 }));
    for (const batch of batches(tasks)) {
      const results = await reviewPack.executeMany?.(batch, context());
      expect(results?.every(({ kind }) => kind === "succeeded")).toBe(true);
    }
    return tasks.length;
  }

  /** Finalizes to the end. `again`: how often each step is done before its cursor is believed, as after so many kills. */
  async function finalized(
    runId: string,
    total: number,
    again: number,
  ): Promise<{ steps: number; result: FinalizeResult | undefined }> {
    let cursor: string | null = null;
    for (let steps = 1; ; steps += 1) {
      let result: FinalizeResult | undefined;
      for (let time = 0; time < again; time += 1) {
        const counts = { succeeded: total, failed: 0, skipped: 0 };
        result = await reviewPack.finalize?.(
          { ...runReference(large.tenantId, runId), total, counts, cursor },
          largeInput,
          context(),
        );
      }
      if (result?.kind !== "continue") return { steps, result };
      cursor = result.cursor;
    }
  }

  it("goes part by part, and gives the same bytes when every step is done twice and entries were written twice, out of order", async () => {
    const total = await written("run_calm", (tasks) => [tasks]);
    const calm = await finalized("run_calm", total, 1);
    expect(calm.result?.kind).toBe("finalized");
    expect(calm.steps).toBeGreaterThan(1);

    await written("run_stormy", (tasks) => [
      tasks.slice(20),
      tasks.slice(0, 7),
      tasks.slice(3, 25),
      tasks.slice(0, 7).toReversed(),
    ]);
    const stormy = await finalized("run_stormy", total, 2);
    expect(stormy.result?.kind).toBe("finalized");
    const [first, second] = [
      await archiveOf({ id: packIdOf("run_calm") }, large.tenantId),
      await archiveOf({ id: packIdOf("run_stormy") }, large.tenantId),
    ];
    expect(second.byteLength).toBe(first.byteLength);
    expect(await sha256Hex(second)).toBe(await sha256Hex(first));
    expect((await unpacked(second)).size).toBe(total);
    expect(await objectsOf(packIdOf("run_stormy"), large.tenantId)).toEqual(["archive.zip"]);
  }, 120_000);

  it("aborts the upload that it began when it comes to nothing", async () => {
    const total = await written("run_aborted", (tasks) => [tasks]);
    const counts = { succeeded: total, failed: 0, skipped: 0 };
    const step = await reviewPack.finalize?.(
      { ...runReference(large.tenantId, "run_aborted"), total, counts, cursor: null },
      largeInput,
      context(),
    );
    expect(step?.kind).toBe("continue");
    const pack = await readPackSpecification(env.DATABASE, packIdOf("run_aborted"));
    expect(pack?.uploadId).not.toBeNull();
    await reviewPack.abandon?.(runReference(large.tenantId, "run_aborted"), largeInput, context());
    const upload = env.ARTIFACTS.resumeMultipartUpload(
      `tenants/${large.tenantId}/review-packs/${packIdOf("run_aborted")}/archive.zip`,
      pack?.uploadId ?? "",
    );
    await expect(upload.uploadPart(1, new Uint8Array(1))).rejects.toThrow();
    expect(await objectsOf(packIdOf("run_aborted"), large.tenantId)).toEqual([]);
    // Again, as an alarm that comes twice would: nothing more to do, and nothing breaks.
    await reviewPack.abandon?.(runReference(large.tenantId, "run_aborted"), largeInput, context());
  });

  it("is no pack when its run was canceled in the moment in which it was completed", async () => {
    const { run, pack } = await made({ include: { operations: false, findings: false, evidence: false } });
    await env.DATABASE.prepare("update operation_runs set outcome = 'canceled' where id = ?").bind(run.id).run();
    expect(await readPack(env.DATABASE, key(), pack.id)).toMatchObject({ status: "failed", downloadHref: null });
    await reviewPack.abandon?.(runReference(tenant.tenantId, run.id), input, context());
    expect(await readPack(env.DATABASE, key(), pack.id)).toMatchObject({ status: "failed", archiveBytes: null });
    expect(await objectsOf(pack.id)).toEqual([]);
  });

  it("writes nothing for a pack that was closed meanwhile", async () => {
    const reference = runReference(large.tenantId, "run_late");
    await openPack(env.DATABASE, {
      id: packIdOf("run_late"),
      tenantId: large.tenantId,
      runId: "run_late",
      snapshotId: largeInput.evidenceSnapshotId ?? "",
      include: input.include,
      createdAt: 0,
      initiatorId: null,
    });
    const page = await reviewPack.plan(reference, largeInput, null, context());
    if (page.kind !== "listed") throw new Error(page.kind);
    await reviewPack.abandon?.(reference, largeInput, context());
    const tasks = page.units.map((unit, ordinal) => ({
      ...unit,
      runId: "run_late",
      tenantId: large.tenantId,
      ordinal,
      deferrals: 0,
    }));
    const results = await reviewPack.executeMany?.(tasks, context());
    expect(results?.every((result) => result.kind === "failed" && result.reasonCode === "pack_closed")).toBe(true);
    expect(await objectsOf(packIdOf("run_late"), large.tenantId)).toEqual([]);
  });
});

describe("the pieces of an archive", () => {
  it("are every entry once, in order, however segments overlap", () => {
    const a = { objectKey: "a", ordinals: [0, 1, 2, 5], generated: [] };
    const b = { objectKey: "b", ordinals: [2, 3, 4], generated: [] };
    expect(piecesOf([a, b], 0, 6)).toEqual([
      { objectKey: "a", positions: [0, 1, 2] },
      { objectKey: "b", positions: [1, 2] },
      { objectKey: "a", positions: [3] },
    ]);
  });

  it("are not made up: an entry that is nowhere is a fault", () => {
    expect(() => piecesOf([{ objectKey: "a", ordinals: [0, 2], generated: [] }], 0, 3)).toThrow(/entry 1/);
  });
});
