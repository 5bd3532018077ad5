import { describe, expect, it } from "vitest";
import { payloadKey, putPayload, readPayload } from "../../../src/storage/payload-store.ts";
import { addItem } from "../../../src/database/backups/backup-capture.ts";
import { removeBackupSet } from "../../../src/database/backups/backup-set-status.ts";
import { settleReleases, unreferencedPayloads } from "../../../src/database/payloads/payload-references.ts";
import { freeDuePayloads, freePayloads } from "../../../src/operations/backup-sets/free-payloads.ts";
import { seedTenant } from "../../support/tenants.ts";
import { newRunId, newSet } from "./backups.ts";
import { env } from "../../support/environment.ts";

const HOUR = 60 * 60_000;
let tenants = 0;

async function newTenant() {
  return (await seedTenant(`freeing-${(tenants += 1)}`)).tenantId;
}

async function put(tenantId: string, text: string): Promise<string> {
  return (await putPayload(env.ARTIFACTS, tenantId, JSON.stringify({ text }))).hash;
}

/** An item of a set that refers to a content. */
async function refer(tenantId: string, backupSetId: string, hash: string): Promise<void> {
  const runId = newRunId();
  await addItem(
    env.DATABASE,
    { tenantId, backupSetId, family: "filters", graphId: runId, runId, itemId: `${runId}-0` },
    {
      graphId: runId,
      name: "Item",
      description: null,
      platform: null,
      odataType: null,
      assignmentCount: null,
      lastModifiedAt: null,
      contentHash: hash,
      contentBytes: 1,
      comparableHash: hash,
      sealedSecrets: null,
      capturedAt: Date.now(),
      requestId: null,
    },
    null,
  );
}

async function remove(tenantId: string, backupSetId: string, at = Date.now()): Promise<string[]> {
  const by = { kind: "unit", runId: newRunId(), ordinal: 0 } as const;
  const outcome = await removeBackupSet(env.DATABASE, { tenantId, backupSetId, at, by });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
  return outcome.released;
}

async function releases(tenantId: string): Promise<{ content_hash: string; due_at: number }[]> {
  const { results } = await env.DATABASE.prepare(
    "select content_hash, due_at from released_payloads where tenant_id = ? order by content_hash",
  )
    .bind(tenantId)
    .all<{ content_hash: string; due_at: number }>();
  return results;
}
const readingOf = async (tenantId: string, hash: string) => (await readPayload(env.ARTIFACTS, tenantId, hash)).kind;
const later = () => Date.now() + 2 * HOUR;

describe("Freeing the payloads of a removed set", () => {
  it("empties the old ones that nothing refers to, and forgets the release", async () => {
    const tenantId = await newTenant();
    const set = await newSet(tenantId);
    const hash = await put(tenantId, "alone");
    await refer(tenantId, set, hash);
    const released = await remove(tenantId, set);
    expect(released).toEqual([hash]);
    await freePayloads(env, tenantId, released, later());
    expect(await readingOf(tenantId, hash)).toBe("missing");
    expect((await env.ARTIFACTS.head(payloadKey(tenantId, hash)))?.size).toBe(0);
    expect(await releases(tenantId)).toEqual([]);
  });

  it("keeps what another set refers to, and frees it with that one", async () => {
    const tenantId = await newTenant();
    const [first, second] = [await newSet(tenantId), await newSet(tenantId)];
    const hash = await put(tenantId, "shared");
    await refer(tenantId, first, hash);
    await refer(tenantId, second, hash);
    await freePayloads(env, tenantId, await remove(tenantId, first), later());
    expect(await readingOf(tenantId, hash)).toBe("found");
    expect(await releases(tenantId)).toEqual([]);
    await freePayloads(env, tenantId, await remove(tenantId, second), later());
    expect(await readingOf(tenantId, hash)).toBe("missing");
  });

  it.each([
    [
      "the inventory's history",
      `insert into policy_versions (tenant_id, family, graph_id, version_number, content_hash, content_bytes, seen_at, run_id)
       values (?1, 'filters', 'x', 1, ?2, 1, 0, 'run')`,
    ],
    [
      "evidence",
      `insert into evidence_items (snapshot_id, key, title, content_hash, item_hash, item_bytes)
       select id, 'policy/x', 'X', unhex(?2), x'', 0 from evidence_snapshots where tenant_id = ?1`,
    ],
    [
      "a baseline",
      `insert into baseline_policies (baseline_id, family, graph_id, tenant_id, name, sort_name, content_hash, comparable_hash, normal_hash)
       values ('baseline-' || ?1, 'filters', 'x', ?1, 'X', 'x', ?2, '', '')`,
    ],
  ])("keeps what %s refers to", async (_what, sql) => {
    const tenantId = await newTenant();
    const set = await newSet(tenantId);
    const hash = await put(tenantId, "kept");
    await refer(tenantId, set, hash);
    await env.DATABASE.prepare(
      "insert into evidence_snapshots (id, tenant_id, run_id, status, taken_at) values (?1, ?1, ?1, 'complete', 0)",
    )
      .bind(tenantId)
      .run();
    await env.DATABASE.prepare(sql).bind(tenantId, hash).run();
    await freePayloads(env, tenantId, await remove(tenantId, set), later());
    expect(await readingOf(tenantId, hash)).toBe("found");
  });

  it("keeps another tenant's copy of the same content", async () => {
    const [tenantId, otherId] = [await newTenant(), await newTenant()];
    const set = await newSet(tenantId);
    const [hash] = [await put(tenantId, "same"), await put(otherId, "same")];
    await refer(tenantId, set, hash);
    await freePayloads(env, tenantId, await remove(tenantId, set), later());
    expect([await readingOf(tenantId, hash), await readingOf(otherId, hash)]).toEqual(["missing", "found"]);
  });

  it("leaves a young one to the sweep, since a unit may be about to refer to it", async () => {
    const tenantId = await newTenant();
    const set = await newSet(tenantId);
    const hash = await put(tenantId, "young");
    await refer(tenantId, set, hash);
    const now = Date.now();
    await freePayloads(env, tenantId, await remove(tenantId, set), now);
    expect(await readingOf(tenantId, hash)).toBe("found");
    expect(await releases(tenantId)).toEqual([{ content_hash: hash, due_at: now + HOUR }]);
    await freeDuePayloads(env, now + HOUR - 1);
    expect(await readingOf(tenantId, hash)).toBe("found");
    await freeDuePayloads(env, later());
    expect(await readingOf(tenantId, hash)).toBe("missing");
    expect(await releases(tenantId)).toEqual([]);
  });

  it("loses nothing to a unit that stores the same content between the look at the references and the write", async () => {
    const tenantId = await newTenant();
    const [old, fresh] = [await newSet(tenantId), await newSet(tenantId)];
    const hash = await put(tenantId, "raced");
    await refer(tenantId, old, hash);
    const released = await remove(tenantId, old);
    expect(await unreferencedPayloads(env.DATABASE, tenantId, released)).toEqual([hash]);
    // Here the other unit puts it again: by its age it is young now, and the conditional write does nothing.
    await put(tenantId, "raced");
    await freePayloads(env, tenantId, released, Date.now());
    await refer(tenantId, fresh, hash);
    await freeDuePayloads(env, later());
    expect(await readingOf(tenantId, hash)).toBe("found");
    expect(await releases(tenantId)).toEqual([]);
  });

  it("fills a freed payload again when its content comes back", async () => {
    const tenantId = await newTenant();
    const set = await newSet(tenantId);
    const hash = await put(tenantId, "back");
    await refer(tenantId, set, hash);
    await freePayloads(env, tenantId, await remove(tenantId, set), later());
    await put(tenantId, "back");
    expect(await readingOf(tenantId, hash)).toBe("found");
  });

  it("after a crash right behind the removal, is done by the sweep", async () => {
    const tenantId = await newTenant();
    const set = await newSet(tenantId);
    const hashes = [await put(tenantId, "one"), await put(tenantId, "two")];
    for (const hash of hashes) await refer(tenantId, set, hash);
    await remove(tenantId, set);
    await freeDuePayloads(env, later());
    for (const hash of hashes) expect(await readingOf(tenantId, hash)).toBe("missing");
    expect(await releases(tenantId)).toEqual([]);
  });

  it("forgets no release that was made since it looked", async () => {
    const tenantId = await newTenant();
    const [first, second] = [await newSet(tenantId), await newSet(tenantId)];
    const hash = await put(tenantId, "twice released");
    await refer(tenantId, first, hash);
    await refer(tenantId, second, hash);
    const released = await remove(tenantId, first);
    // Seen as referred to; meanwhile the other set goes, too.
    await remove(tenantId, second);
    await settleReleases(env.DATABASE, tenantId, {
      at: Date.now(),
      kept: released,
      emptied: [],
      postponed: [],
      dueAt: 0,
    });
    expect(await releases(tenantId)).toHaveLength(1);
  });
});
