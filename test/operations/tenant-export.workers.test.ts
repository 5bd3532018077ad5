import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { nextHash } from "../../src/digests/audit-chain.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { EXPORT_DAYS } from "../../src/contract/tenant-exports.ts";
import { auditEventStatement } from "../../src/database/audit/audit-events.ts";
import { listSlices, rowsOfSlice } from "../../src/database/exports/export-rows.ts";
import { exportIdOf, readExport } from "../../src/database/exports/tenant-exports.ts";
import { rfc8785Text } from "../../src/policies/canonical-json.ts";
import { putPayload } from "../../src/storage/payload-store.ts";
import { sweepExports } from "../../src/operations/tenant-export/discard-export.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { waitFor } from "../support/wait.ts";
import { plantSecrets, SECRETS } from "./planted-secrets.ts";
import { recordedSnapshot } from "./recorded-snapshot.ts";
import { env } from "../support/environment.ts";

let tenant: Awaited<ReturnType<typeof seedTenant>>;
const { completed } = tenantRuns(() => tenant);
const key = () => ({ id: tenant.tenantId, slug: tenant.tenantSlug });
const EXPORTED_ITEM = z.object({ snapshot_id: z.string(), segment: z.string(), item_hash: z.string() });
const DAMAGED = "f".repeat(64);

beforeAll(async () => {
  tenant = await seedTenant("exported");
  const neighbor = await seedTenant("neighbor-of-exported");
  const policies = Array.from({ length: 12 }, (_, at) => ({
    id: `p${at}`,
    name: `Policy ${at}`,
    text: `{"at":${at}}`,
  }));
  await recordedSnapshot(tenant.tenantId, policies);
  await recordedSnapshot(neighbor.tenantId, policies.slice(0, 3));
  await putPayload(env.ARTIFACTS, tenant.tenantId, '{"normal":true}', "normal-forms");
  await env.ARTIFACTS.put(`tenants/${tenant.tenantId}/payloads/sha256/${DAMAGED}`, "not what its name says");
  await plantSecrets(tenant.tenantId, tenant.actor.id);
  for (const each of [tenant, neighbor]) {
    for (const name of ["first", "second"]) {
      const event = { tenantId: each.tenantId, at: 1, action: "settings.change" as const, actorId: tenant.actor.id };
      await auditEventStatement(env.DATABASE, { ...event, targetKind: "settings", targetId: name, detail: {} }).run();
    }
  }
});

async function start() {
  const outcome = await startRun(env, { ...tenant, type: "tenant.export", input: {}, idempotencyKey: null });
  if (outcome.kind !== "started") throw new Error(JSON.stringify(outcome));
  return outcome.body.run;
}

async function made() {
  const run = await completed((await start()).id);
  const found = await readExport(env.DATABASE, key(), exportIdOf(run.id));
  if (found === null) throw new Error("no export");
  return { run, made: found };
}

async function unpacked(id: string): Promise<Map<string, string>> {
  const object = await env.ARTIFACTS.get(`tenants/${tenant.tenantId}/exports/${id}/archive.zip`);
  if (object === null) throw new Error("no archive");
  const bytes = new Uint8Array(await object.arrayBuffer());
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false, checkCrc32: true });
  const files = new Map<string, string>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) throw new Error("no folder was written");
    const content = await entry.getData(new Uint8ArrayWriter(), { useWebWorkers: false });
    files.set(entry.filename, new TextDecoder().decode(content));
  }
  return files;
}

function linesOf(files: Map<string, string>, folder: string) {
  return [...files]
    .filter(([path]) => path.startsWith(folder))
    .flatMap(([, text]) => text.split("\n").filter((line) => line !== ""))
    .map((line) => JSON.parse(line));
}

describe("an export of everything", () => {
  it("has each row and each content of the tenant, counted exactly, and each file is what its checksum says", async () => {
    const { run, made: exported } = await made();
    const files = await unpacked(exported.id);
    const total = run.summaryCounts.total ?? 0;
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total, processed: total, succeeded: total, failed: 0 },
      progress: { kind: "finished", text: `${total} of ${total} archive entries: ${total} succeeded` },
      result: { kind: "tenant-export", id: exported.id },
    });
    expect(files.size).toBe(total + 3);
    const sums = (files.get("SHA256SUMS") ?? "").trimEnd().split("\n");
    expect(sums).toHaveLength(files.size - 1);
    for (const line of sums) {
      const [hash = "", path = ""] = line.split("  ");
      expect(await sha256Hex(files.get(path) ?? ""), path).toBe(hash);
    }
    const manifest = JSON.parse(files.get("manifest.json") ?? "");
    expect(manifest).toMatchObject({ format: "tenantatlas.export/1", tenant: { id: tenant.tenantId } });
    for (const { path, bytes } of manifest.files) {
      expect(new TextEncoder().encode(files.get(path)).byteLength, path).toBe(bytes);
    }
    const rows = (table: string) => linesOf(files, `tables/${table}/`);
    for (const [table, count] of Object.entries(manifest.rows)) {
      if (table !== "audit_events") expect(rows(table).length, table).toBe(count);
    }
    expect(manifest.rows).toMatchObject({ evidence_items: 13, memberships: 1, tenants: 1, policies: 0, people: 1 });
    expect(exported.rowCount).toBe(Object.values<number>(manifest.rows).reduce((sum, count) => sum + count, 0));
    const { results } = await env.DATABASE.prepare(
      `select i.*, hex(i.content_hash) as content_hash, hex(i.item_hash) as item_hash, hex(i.segment) as segment
         from evidence_items i join evidence_snapshots s on s.id = i.snapshot_id where s.tenant_id = ?1 order by snapshot_id, key`,
    )
      .bind(tenant.tenantId)
      .all();
    const inHexadecimal = (value: unknown) => (typeof value === "string" && value !== "" ? value.toLowerCase() : null);
    expect(rows("evidence_items")).toEqual(
      results.map((row) => ({
        ...row,
        content_hash: inHexadecimal(row["content_hash"]),
        item_hash: inHexadecimal(row["item_hash"]),
        segment: inHexadecimal(row["segment"]),
      })),
    );
    // Each item's document is a line of the file that its row names.
    for (const item of rows("evidence_items")) {
      const { snapshot_id: snapshotId, segment, item_hash: itemHash } = EXPORTED_ITEM.parse(item);
      const lines = files.get(`contents/evidence/${snapshotId}/${segment}.jsonl`)?.split("\n") ?? [];
      expect(await Promise.all(lines.map(sha256Hex))).toContain(itemHash);
    }
    expect([...files.keys()].filter((path) => path.startsWith("contents/payloads/"))).toHaveLength(13);
    expect([...files.keys()].filter((path) => path.startsWith("contents/normal-forms/"))).toHaveLength(1);
    expect(manifest.files.filter(({ exception }: { exception?: string }) => exception !== undefined)).toMatchObject([
      { path: `contents/payloads/${DAMAGED}.json`, exception: "damaged: its bytes are not what its name says" },
    ]);
    expect(files.get("README.md")).toContain("1 contents are not what they should be");
    // Nothing that it was made from is left.
    const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/exports/${exported.id}/` });
    expect(objects.map(({ key: name }) => name.split("/").at(-1))).toEqual(["archive.zip"]);
  });

  it("has the audit log with its chain, up to the head that its row names", async () => {
    const { made: exported } = await made();
    const lines = linesOf(await unpacked(exported.id), "audit-log/");
    let hash = lines[0]?.previous;
    for (const line of lines) {
      expect(line.previous).toBe(hash);
      hash = await nextHash(line.previous, rfc8785Text(line.event));
      expect(hash).toBe(line.hash);
    }
    expect(exported.auditHead).toEqual({ seq: lines.at(-1)?.event.seq, hash });
    expect(lines.map(({ event }) => event.seq)).toEqual(lines.map((_, at) => at + 1));
  });

  it("has no secret, no token's hash, and nothing of another tenant", async () => {
    const { made: exported } = await made();
    const text = [...(await unpacked(exported.id))].flat().join("\n");
    for (const secret of SECRETS) expect(text.includes(secret), secret).toBe(false);
    expect(text).not.toContain("neighbor-of-exported");
    // What stands beside the secrets is there.
    for (const shown of ["planted-client-id", "A planted token", "For the planted"]) expect(text).toContain(shown);
  });

  it("expires: the sweep deletes the file", async () => {
    const { made: exported } = await made();
    await sweepExports(env, Date.now() + EXPORT_DAYS * 86_400_000 + 60_000);
    expect(await readExport(env.DATABASE, key(), exported.id)).toMatchObject({ status: "expired", downloadHref: null });
    expect((await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/exports/` })).objects).toEqual([]);
  });

  it("leaves nothing behind when it is canceled", async () => {
    const run = await start();
    await cancelRun(env, { ...tenant, runId: run.id });
    await completed(run.id);
    const status = await waitFor("the cleanup", async () => {
      const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenant.tenantId}/exports/` });
      const found = await readExport(env.DATABASE, key(), exportIdOf(run.id));
      return objects.length === 0 ? (found?.status ?? "none") : null;
    });
    expect(["none", "failed"]).toContain(status);
  });
});

describe("slices of rows", () => {
  it("have each row once, whatever their size", async () => {
    for (const size of [1, 4, 13, 100]) {
      const slices = (await listSlices(env.DATABASE, tenant.tenantId, size)).find(
        ({ source }) => source === "evidence_items",
      );
      const keys: unknown[] = [];
      for (const slice of slices?.slices ?? []) {
        for await (const rows of rowsOfSlice(env.DATABASE, tenant.tenantId, "evidence_items", slice)) {
          expect(rows.length).toBeLessThanOrEqual(size);
          keys.push(...rows.map((row) => row["key"]));
        }
      }
      expect(keys).toHaveLength(13);
      expect(new Set(keys).size).toBe(13);
    }
  });
});
