import { beforeAll, describe, expect, it } from "vitest";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { startedOperationSchema } from "../../src/contract/runs.ts";
import { type ReviewPack, reviewPackListSchema, reviewPackOptionsSchema } from "../../src/contract/review-packs.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { expirePack } from "../../src/database/review-packs/review-packs.ts";
import { recordedSnapshot } from "../operations/recorded-snapshot.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const BASE = "/api/tenants/contoso";
let pack: ReviewPack;

async function packs(): Promise<ReviewPack[]> {
  return reviewPackListSchema.parse(await (await request(`${BASE}/review-packs`)).json()).items;
}

beforeAll(async () => {
  await seedDemoData();
  const policies = ["a", "b", "c"].map((id) => ({ id, name: `Policy ${id}`, text: JSON.stringify({ id }) }));
  await recordedSnapshot("tenant-contoso", policies);
  const response = await post(`${BASE}/operations`, { type: "review-pack.generate" }, { as: "operator" });
  const { run } = startedOperationSchema.parse(await response.json());
  pack = await waitFor(
    "the pack",
    async () => (await packs()).find((each) => each.runId === run.id && each.status === "complete") ?? null,
  );
});

function download(headers: Record<string, string> = {}, as = "readonly"): Promise<Response> {
  return request(pack.downloadHref ?? "", { headers, as });
}

describe("a review pack over HTTP", () => {
  it("tells what each part would add before anybody asks for a pack", async () => {
    const options = reviewPackOptionsSchema.parse(await (await request(`${BASE}/review-packs/options`)).json());
    expect(options).toMatchObject({
      always: 4,
      parts: { rawPolicies: 3, evidence: 4, operations: 2, findings: 2 },
      retentionDays: 90,
    });
    const { always, parts } = options;
    expect(always + parts.rawPolicies + parts.evidence + parts.operations + parts.findings).toBe(pack.fileCount);
    const none = await (await request("/api/tenants/fabrikam/review-packs/options")).json();
    expect(none).toMatchObject({ snapshot: null, parts: { rawPolicies: 0, evidence: 0 } });
    const foreign = `/api/tenants/fabrikam/review-packs/options?evidenceSnapshotId=${pack.evidenceSnapshotId}`;
    expect((await request(foreign)).status).toBe(404);
  });

  it("is refused with 400 when nothing is left to put into it", async () => {
    const include = { rawPolicies: false, evidence: false, operations: false, findings: false };
    const response = await post(`${BASE}/operations`, { type: "review-pack.generate", input: { include } });
    expect(await problemOf(response)).toMatchObject({ status: 400, fields: [{ path: "input.include" }] });
  });

  it("is downloaded whole, under its name, by whoever may read", async () => {
    const response = await download();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/zip",
      "content-length": String(pack.archiveBytes),
      "content-disposition": `attachment; filename="${pack.archiveName}"; filename*=UTF-8''${pack.archiveName}`,
      "accept-ranges": "bytes",
      "cache-control": "no-store",
      etag: `"${pack.archiveHash}"`,
    });
    expect(await sha256Hex(new Uint8Array(await response.arrayBuffer()))).toBe(pack.archiveHash);
  });

  it("goes on where a download was cut off", async () => {
    const whole = new Uint8Array(await (await download()).arrayBuffer());
    const first = await download({ range: "bytes=0-99" });
    expect(first.status).toBe(206);
    expect(first.headers.get("content-range")).toBe(`bytes 0-99/${whole.byteLength}`);
    expect(first.headers.get("content-length")).toBe("100");
    const rest = await download({ range: "bytes=100-", "if-range": first.headers.get("etag") ?? "" });
    const joined = [...new Uint8Array(await first.arrayBuffer()), ...new Uint8Array(await rest.arrayBuffer())];
    expect(Uint8Array.from(joined)).toEqual(whole);
    const other = await download({ range: "bytes=100-", "if-range": '"another"' });
    expect(other.status).toBe(200);
    await other.body?.cancel();
    const beyond = await download({ range: `bytes=${whole.byteLength}-` });
    expect(beyond.headers.get("content-range")).toBe(`bytes */${whole.byteLength}`);
    expect(await problemOf(beyond)).toMatchObject({ status: 416, code: "range_not_satisfiable" });
  });

  const downloads = async () =>
    auditEventListSchema.parse(
      await (await request(`${BASE}/audit-events?limit=100&action=review-pack.download`)).json(),
    ).items.length;

  it("tells its size and its ranges to whoever asks with HEAD, which is no download", async () => {
    const before = await downloads();
    const response = await request(pack.downloadHref ?? "", { method: "HEAD", as: "readonly" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe(String(pack.archiveBytes));
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(await response.text()).toBe("");
    expect(await downloads()).toBe(before);
  });

  it("tells the audit log who took it, and which part", async () => {
    await (await download({ range: "bytes=5-9" }, "manager")).arrayBuffer();
    const { items } = auditEventListSchema.parse(await (await request(`${BASE}/audit-events`)).json());
    expect(items[0]).toMatchObject({
      action: "review-pack.download",
      target: { kind: "review-pack", id: pack.id },
      detail: { archive: pack.archiveName, firstByte: 5, bytes: 5 },
    });
    // Of a file that is read in parts, once in a while: a reader cannot flood the log. The whole file is noted each time.
    const before = await downloads();
    for (let part = 0; part < 6; part += 1) {
      await (await download({ range: `bytes=${part}-${part}` }, "manager")).arrayBuffer();
    }
    expect(await downloads()).toBe(before);
    for (let time = 0; time < 2; time += 1) await (await download({}, "manager")).arrayBuffer();
    expect(await downloads()).toBe(before + 2);
  });

  it("does not exist for another tenant", async () => {
    for (const rest of ["", "/download"]) {
      const response = await request(`/api/tenants/fabrikam/review-packs/${pack.id}${rest}`);
      expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  it("says so when it has expired, and when it was never finished", async () => {
    await env.DATABASE.prepare(
      `insert into review_packs (id, tenant_id, run_id, snapshot_id, options, status, archive_name, created_at)
       select 'pack_unfinished', tenant_id, 'run_unfinished', snapshot_id, options, 'failed', archive_name, 1 from review_packs where id = ?`,
    )
      .bind(pack.id)
      .run();
    expect(await problemOf(await request(`${BASE}/review-packs/pack_unfinished/download`))).toMatchObject({
      status: 409,
      code: "pack_not_ready",
    });
    // Before the cron has come by.
    const late = "update review_packs set expires_at = ?2 where id = ?1";
    await env.DATABASE.prepare(late).bind(pack.id, Date.now()).run();
    expect(await problemOf(await download())).toMatchObject({ status: 410, code: "pack_expired" });
    await expirePack(env.DATABASE, pack.id, Date.now());
    expect(await problemOf(await download())).toMatchObject({ status: 410, code: "pack_expired" });
    expect((await packs()).find(({ id }) => id === pack.id)).toMatchObject({ status: "expired", downloadHref: null });
  });
});
