import { beforeAll, describe, expect, it } from "vitest";
import {
  evidenceItemListSchema,
  evidenceSnapshotListSchema,
  evidenceVerificationSchema,
} from "../../src/contract/evidence.ts";
import { startedOperationSchema } from "../../src/contract/runs.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { insertItems } from "../../src/database/evidence/evidence-recording.ts";
import { closeSnapshot, openSnapshot } from "../../src/database/evidence/evidence-snapshots.ts";
import { encodeOpaque } from "../../src/database/sql/opaque-id.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const BASE = "/api/tenants/contoso";

async function snapshots(tenant = "contoso") {
  const response = await request(`/api/tenants/${tenant}/evidence-snapshots`);
  return evidenceSnapshotListSchema.parse(await response.json()).items;
}

beforeAll(async () => {
  await seedDemoData();
  await env.DATABASE.prepare(
    `insert into inventory_families (tenant_id, family, policy_count, last_attempt_at, last_outcome, last_reason_code, last_reason_message, last_run_id)
     values ('tenant-contoso', 'compliance', 0, 1, 'failed', 'permission_missing', 'Grant it.', 'run_x')`,
  ).run();
  const response = await post(`${BASE}/operations`, { type: "evidence.snapshot" }, { as: "operator" });
  const { run } = startedOperationSchema.parse(await response.json());
  await waitFor("the snapshot", async () =>
    (await snapshots()).find(({ runId, status }) => runId === run.id && status === "complete"),
  );
});

describe("evidence over HTTP", () => {
  it("lists snapshots and their items, exceptions alone when asked", async () => {
    const [snapshot] = await snapshots();
    const path = `${BASE}/evidence-snapshots/${snapshot?.id}`;
    expect(await (await request(path)).json()).toEqual(snapshot);
    const all = evidenceItemListSchema.parse(await (await request(`${path}/items?limit=200`)).json()).items;
    expect(all.length).toBe(snapshot?.itemCount);
    const exceptional = evidenceItemListSchema.parse(
      await (await request(`${path}/items?exceptions=only&limit=200`)).json(),
    ).items;
    // Its families: one without permission, the others never read.
    expect(exceptional.map(({ family }) => family)).toEqual([...FAMILY_KEYS].toSorted());
    expect(exceptional.filter(({ exception }) => exception?.code === "permission_missing")).toMatchObject([
      { key: "family/compliance" },
    ]);
    const found = evidenceItemListSchema.parse(await (await request(`${path}/items?query=OPERATIONS`)).json()).items;
    expect(found.map(({ key }) => key)).toEqual(["operations"]);
    expect(await problemOf(await request(`${path}/items?kind=nonsense`))).toMatchObject({ code: "invalid_input" });
  });

  it("gives an item's bytes as they were hashed", async () => {
    const [snapshot] = await snapshots();
    const path = `${BASE}/evidence-snapshots/${snapshot?.id}/items`;
    const [item] = evidenceItemListSchema.parse(await (await request(path)).json()).items;
    const response = await request(`${path}/${item?.id}`);
    expect(response.headers.get("etag")).toBe(`"${item?.itemHash}"`);
    expect(await sha256Hex(await response.text())).toBe(item?.itemHash);
    expect((await request(`${path}/bm9uZQ`)).status).toBe(404);
  });

  it("verifies", async () => {
    const [snapshot] = await snapshots();
    const response = await request(`${BASE}/evidence-snapshots/${snapshot?.id}/verification`, { as: "readonly" });
    expect(evidenceVerificationSchema.parse(await response.json())).toMatchObject({ matches: true, mismatches: [] });
  });

  it("shows no part of a snapshot: what is not complete has no items", async () => {
    const base = { tenantId: "tenant-contoso", takenAt: 1, initiatorId: null };
    await openSnapshot(env.DATABASE, { ...base, id: "evs_part", runId: "run_part" });
    await insertItems(env.DATABASE, "0".repeat(64), [
      {
        snapshotId: "evs_part",
        key: "roles",
        title: "Roles",
        exception: null,
        contentHash: null,
        contentBytes: null,
        itemHash: await sha256Hex("{}"),
        itemBytes: 2,
        auditPlace: null,
      },
    ]);
    for (const status of ["building", "incomplete"] as const) {
      const path = `${BASE}/evidence-snapshots/evs_part`;
      expect(await (await request(path)).json()).toMatchObject({ status, itemCount: null, merkleRoot: null });
      expect(await (await request(`${path}/items?limit=200`)).json()).toEqual({ items: [], nextCursor: null });
      expect((await request(`${path}/items/${encodeOpaque("roles")}`)).status).toBe(404);
      expect(await (await request(`${path}/verification`)).json()).toMatchObject({ matches: false, items: 0 });
      await closeSnapshot(env.DATABASE, "evs_part", { status: "incomplete" });
    }
  });

  it("does not find one tenant's snapshot under another", async () => {
    const [snapshot] = await snapshots();
    for (const rest of ["", "/items", "/verification", "/items/bm9uZQ"]) {
      const response = await request(`/api/tenants/fabrikam/evidence-snapshots/${snapshot?.id}${rest}`);
      expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
    }
    expect(await snapshots("fabrikam")).toEqual([]);
  });

  it("may be read by readers and taken by operators", async () => {
    const response = await post(`${BASE}/operations`, { type: "evidence.snapshot" }, { as: "readonly" });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden" });
  });
});
