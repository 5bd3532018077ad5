/** Packs among kills, late writers and outages: every call of R2 fails once, before and after it took effect. */
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { readPackSpecification } from "../../src/database/review-packs/review-packs.ts";
import type { ReviewPackInput } from "../../src/operations/review-pack/review-pack.ts";
import { Crash, crashingDatabase } from "../support/crashing-database.ts";
import { type BucketCall, faultyBucket } from "../support/faulty-bucket.ts";
import { seedTenant } from "../support/tenants.ts";
import { packByHand } from "./pack-by-hand.ts";
import { incompressible, recordedSnapshot } from "./recorded-snapshot.ts";
import { env } from "../support/environment.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";

const include = { rawPolicies: true, evidence: false, operations: false, findings: false };
const MEGABYTE = 1_000_000;
const MOMENTS = ["before", "after"] as const;
let tenantId: string;
/** Twelve documents of a megabyte: an archive of three parts. */
let large: ReviewPackInput;
/** The archive of the large ones as it is when nothing goes wrong. */
let calmLargeHash: string;
/** Seventy documents of a line. */
let small: ReviewPackInput;

beforeAll(async () => {
  ({ tenantId } = await seedTenant("pack-faults"));
  const policies = (count: number, text: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => ({ id: `p-${at}`, name: `Policy ${at}`, text: text(at) }));
  const recorded = await recordedSnapshot(
    tenantId,
    policies(12, () => incompressible(MEGABYTE)),
  );
  large = { evidenceSnapshotId: recorded.snapshotId, include };
  const lines = await recordedSnapshot(
    tenantId,
    policies(70, (at) => JSON.stringify({ at })),
  );
  small = { evidenceSnapshotId: lines.snapshotId, include };
  calmLargeHash = await calmHash(large, "run_calm");
});

/** The archive as it is when nothing goes wrong. */
async function calmHash(input: ReviewPackInput, runId: string): Promise<string> {
  const pack = packByHand(tenantId, runId, input);
  const tasks = await pack.tasks();
  await pack.write(tasks);
  expect((await pack.finalizeAll(tasks.length)).kind).toBe("finalized");
  return sha256Hex(await pack.archive());
}

describe("an archive whose putting together is killed at each call of R2", () => {
  it.each(IN_WHOLE ? MOMENTS : ["after" as const])(
    "%s it took effect, has the same bytes, and no upload is left",
    async (moment) => {
      const pack = packByHand(tenantId, `run_killed_${moment}`, large);
      const tasks = await pack.tasks();
      await pack.write(tasks);
      const created = new Set<string>();
      const unheard = new Set<string>();
      const parts: string[] = [];
      let cursor: string | null = null;
      let kills = 0;
      for (let calls = 0, fatal = 1; ; calls = 0) {
        const bucket = faultyBucket(env.ARTIFACTS, (call, when, { uploadId }) => {
          if (call === "create" && uploadId !== undefined) created.add(uploadId);
          if (call === "part" && when === "after") parts.push(call);
          if (when !== moment) return;
          calls += 1;
          if (calls !== fatal) return;
          if (call === "create" && uploadId !== undefined) unheard.add(uploadId);
          throw new Error("killed");
        });
        try {
          const result = await pack.finalize(cursor, tasks.length, { ARTIFACTS: bucket });
          if (result.kind === "finalized") break;
          if (result.kind === "failed") throw new Error(result.message);
          cursor = result.cursor;
        } catch (error) {
          if (String(error) !== "Error: killed") throw error;
          kills += 1;
          fatal += 1;
        }
      }
      expect(kills).toBeGreaterThanOrEqual(8);
      expect(await sha256Hex(await pack.archive())).toBe(calmLargeHash);
      expect(await pack.objects()).toEqual(["archive.zip"]);
      // A part that was noted is not uploaded again: three, and those whose answer was lost.
      expect(parts.length).toBeLessThanOrEqual(moment === "before" ? 3 : 6);
      for (const uploadId of created) {
        // Nobody can know of it: R2's answer was lost. It holds no byte (decisions/050).
        if (unheard.has(uploadId)) continue;
        const upload = env.ARTIFACTS.resumeMultipartUpload(
          `tenants/${tenantId}/review-packs/${pack.packId}/archive.zip`,
          uploadId,
        );
        await expect(upload.uploadPart(1, new Uint8Array(1))).rejects.toThrow();
      }
    },
    240_000,
  );

  it.each(IN_WHOLE ? MOMENTS : ["before" as const])(
    "and of D1, %s it took effect, has the same bytes",
    async (moment) => {
      const pack = packByHand(tenantId, `run_unwritten_${moment}`, large);
      const tasks = await pack.tasks();
      await pack.write(tasks);
      let cursor: string | null = null;
      let crashes = 0;
      for (;;) {
        const DATABASE = crashingDatabase(env.DATABASE, { calls: 0, at: crashes + 1, moment });
        try {
          const result = await pack.finalize(cursor, tasks.length, { DATABASE });
          if (result.kind === "finalized") break;
          if (result.kind === "failed") throw new Error(result.message);
          cursor = result.cursor;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          crashes += 1;
        }
      }
      expect(crashes).toBeGreaterThanOrEqual(4);
      expect(await sha256Hex(await pack.archive())).toBe(calmLargeHash);
      expect(await pack.objects()).toEqual(["archive.zip"]);
    },
    240_000,
  );

  it("goes on from where it was: a step is some pieces long, however small they are", async () => {
    const pack = packByHand(tenantId, "run_many_pieces", small);
    const tasks = await pack.tasks();
    // A segment for each entry.
    for (const task of tasks) await pack.write([task]);
    const first = await pack.finalize(null, tasks.length);
    if (first.kind !== "continue") throw new Error(first.kind);
    // Entries that are written once more meanwhile may move to other segments.
    await pack.write(tasks.slice(50));
    expect((await pack.finalize(first.cursor, tasks.length)).kind).toBe("finalized");
    expect(await sha256Hex(await pack.archive())).toBe(await calmHash(small, "run_few_pieces"));
    expect(await pack.objects()).toEqual(["archive.zip"]);
  });

  it("cleans up behind the last step's last line, too", async () => {
    const pack = packByHand(tenantId, "run_last_line", small);
    const tasks = await pack.tasks();
    await pack.write(tasks);
    let puts = 0;
    const bucket = faultyBucket(env.ARTIFACTS, (call) => {
      // The first listing is that of what is to be deleted: the row is complete by then.
      if (call === "list" && (puts += 1) === 1) throw new Error("killed");
    });
    await expect(pack.finalize(null, tasks.length, { ARTIFACTS: bucket })).rejects.toThrow("killed");
    expect((await readPackSpecification(env.DATABASE, pack.packId))?.status).toBe("complete");
    expect(await pack.objects()).not.toEqual(["archive.zip"]);
    expect((await pack.finalize(null, tasks.length)).kind).toBe("finalized");
    expect(await pack.objects()).toEqual(["archive.zip"]);
  });
});

describe("writing entries", () => {
  it("holds the content of one segment at a time, however many entries it is given", async () => {
    const pack = packByHand(tenantId, "run_memory", large);
    const tasks = await pack.tasks();
    let held = 0;
    let most = 0;
    const bucket = faultyBucket(env.ARTIFACTS, (call: BucketCall, moment, { key = "" }) => {
      if (call === "get" && moment === "before" && key.includes("/payloads/")) most = Math.max(most, (held += 1));
      if (call === "put" && moment === "after") held = 0;
    });
    const results = await pack.write(tasks, { ARTIFACTS: bucket });
    expect(results.every(({ kind }) => kind === "succeeded")).toBe(true);
    expect(most).toBeLessThanOrEqual(4);
  });

  it("waits out a storage that does not answer, and writes then", async () => {
    const pack = packByHand(tenantId, "run_outage", small);
    const tasks = await pack.tasks();
    const bucket = faultyBucket(env.ARTIFACTS, (call) => {
      if (call === "put") throw new Error("R2 does not answer");
    });
    const results = await pack.write(tasks, { ARTIFACTS: bucket });
    expect(results).toHaveLength(tasks.length);
    for (const result of results) expect(result).toMatchObject({ kind: "deferred", reasonCode: "storage_unavailable" });
    await pack.write(tasks);
    expect((await pack.finalizeAll(tasks.length)).kind).toBe("finalized");
  });

  it("comes to nothing when what files are generated from has changed between two of them", async () => {
    const pack = packByHand(tenantId, "run_changed", small);
    const tasks = await pack.tasks();
    await pack.write(tasks.slice(0, 10));
    const rename = env.DATABASE.prepare("update tenants set name = ?2 where id = ?1");
    await rename.bind(tenantId, "Another name").run();
    await pack.write(tasks.slice(10));
    expect(await pack.finalize(null, tasks.length)).toMatchObject({ kind: "failed", code: "changed_meanwhile" });
    expect(await pack.objects()).toEqual([]);
    await rename.bind(tenantId, "pack-faults").run();
  });

  it("leaves nothing behind for a failed pack when the writer is killed before it heard of the failure", async () => {
    const pack = packByHand(tenantId, "run_late_writer", small);
    const tasks = await pack.tasks();
    await pack.write(tasks.slice(0, 10));
    const bucket = faultyBucket(env.ARTIFACTS, (call, moment) => {
      if (call !== "put" || moment !== "after") return;
      throw new Error("killed");
    });
    await pack.abandon();
    await env.DATABASE.prepare("update review_packs set status = 'writing' where id = ?1").bind(pack.packId).run();
    await pack.write(tasks.slice(10), { ARTIFACTS: bucket });
    await env.DATABASE.prepare("update review_packs set status = 'failed' where id = ?1").bind(pack.packId).run();
    expect(await pack.objects()).not.toEqual([]);
    await pack.abandon();
    expect(await pack.objects()).toEqual([]);
  });
});
