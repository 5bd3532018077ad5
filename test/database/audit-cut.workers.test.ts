/** Cutting the audit log: what is left is the same chain, the place that a snapshot pins stays, and the export verifies. */
import { beforeEach, describe, expect, it } from "vitest";
import { STANDARD_RULES } from "../../src/contract/retention.ts";
import {
  chainAuditEvents,
  eventsBehind,
  eventText,
  hashAt,
  readAuditHead,
} from "../../src/database/audit/audit-chain.ts";
import { auditEventStatement, WHOLE_LOG } from "../../src/database/audit/audit-events.ts";
import { cutAuditLog, lastPlaceToCut } from "../../src/database/retention/audit-cut.ts";
import { placeHold } from "../../src/database/retention/legal-holds.ts";
import { previewRetention } from "../../src/database/retention/preview.ts";
import { readRetentionRules } from "../../src/database/retention/rules.ts";
import { nextHash } from "../../src/digests/audit-chain.ts";
import { removeOldRecords } from "../../src/runs/edge/remove-old-records.ts";
import { seedTenant } from "../support/tenants.ts";
import { env } from "../support/environment.ts";

const BEFORE = 1_000;
const LATER = 2_000;

let tenant = "";
let seeds = 0;
beforeEach(async () => {
  tenant = (await seedTenant(`cut-${(seeds += 1)}`)).tenantId;
});

async function events(count: number, at: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await auditEventStatement(env.DATABASE, {
      tenantId: tenant,
      at,
      action: "settings.change",
      actorId: "user-owner",
      targetKind: "settings",
      targetId: tenant,
      detail: { n },
    }).run();
  }
}

const cut = (limit = 100) => cutAuditLog(env.DATABASE, { tenantId: tenant, before: BEFORE, at: LATER, limit });

/** The places that are left, each proven against the one before it, from the hash that an export begins with. */
async function provenPlaces(): Promise<number[]> {
  await chainAuditEvents(env.DATABASE, tenant);
  let hash = await hashAt(env.DATABASE, tenant, 0);
  const places: number[] = [];
  for (const { event, hash: told } of await eventsBehind(env.DATABASE, { ...WHOLE_LOG, tenantId: tenant }, 0, 1_000)) {
    hash = await nextHash(hash ?? "", eventText(event));
    expect(told).toBe(hash);
    places.push(event.seq);
  }
  return places;
}

async function pin(place: number, status = "complete"): Promise<void> {
  await env.DATABASE.batch([
    env.DATABASE.prepare(
      "insert into evidence_snapshots (id, tenant_id, run_id, status, taken_at) values (?1, ?2, ?1, ?3, 0)",
    ).bind(`evs-${tenant}-${place}`, tenant, status),
    env.DATABASE.prepare(
      `insert into evidence_items (snapshot_id, key, title, item_hash, item_bytes, audit_place)
       values (?1, 'operations', 't', x'00', 1, ?2)`,
    ).bind(`evs-${tenant}-${place}`, place),
  ]);
}

describe("cutting the audit log", () => {
  it("removes the oldest in steps; the rest stands in the same chain, and the log tells of each step", async () => {
    await events(5, BEFORE - 1);
    await events(3, LATER);
    await chainAuditEvents(env.DATABASE, tenant);
    const kept = await hashAt(env.DATABASE, tenant, 5);
    expect(await cut(3)).toBe(true);
    expect(await provenPlaces()).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await cut(3)).toBe(false);
    expect(await provenPlaces()).toEqual([6, 7, 8, 9, 10]);
    expect(await cut(3)).toBe(false);
    expect(await provenPlaces()).toEqual([6, 7, 8, 9, 10]);
    expect(await hashAt(env.DATABASE, tenant, 5)).toBe(kept);
    expect(await readAuditHead(env.DATABASE, tenant)).toMatchObject({ seq: 10, waiting: 0 });
    const { results } = await env.DATABASE.prepare(
      "select detail, origin, actor_id from audit_events where tenant_id = ?1 and action = 'retention.remove' order by seq",
    )
      .bind(tenant)
      .all<{ detail: string; origin: string; actor_id: string | null }>();
    expect(results.map(({ detail }) => JSON.parse(detail))).toMatchObject([
      { removed: 3, throughPlace: 3, kind: "audit", before: "1970-01-01T00:00:01.000Z" },
      { removed: 2, throughPlace: 5, hash: kept },
    ]);
    expect(results.map(({ origin, actor_id: actor }) => [origin, actor])).toEqual(
      results.map(() => ['{"way":"system"}', null]),
    );
    const cuts = env.DATABASE.prepare("select through_seq from audit_cuts where tenant_id = ?1").bind(tenant);
    expect((await cuts.all()).results).toEqual([{ through_seq: 5 }]);
  });

  it("takes the whole log, and the next event goes on from where it ended", async () => {
    await events(4, BEFORE - 1);
    await chainAuditEvents(env.DATABASE, tenant);
    expect(await cut()).toBe(false);
    expect(await provenPlaces()).toEqual([5]);
    await events(1, LATER);
    expect(await provenPlaces()).toEqual([5, 6]);
  });

  it("stops before the first young event, before a pinned place, and before what has no hash yet", async () => {
    await events(3, BEFORE - 1);
    expect(await lastPlaceToCut(env.DATABASE, tenant, BEFORE)).toBe(0);
    await chainAuditEvents(env.DATABASE, tenant);
    await events(1, LATER);
    // Its clock was behind: it stands behind a young one, and waits until that one is old.
    await events(1, BEFORE - 1);
    await chainAuditEvents(env.DATABASE, tenant);
    expect(await lastPlaceToCut(env.DATABASE, tenant, BEFORE)).toBe(3);
    await pin(3);
    expect(await lastPlaceToCut(env.DATABASE, tenant, BEFORE)).toBe(2);
    await cut();
    expect((await provenPlaces())[0]).toBe(3);
    expect(await lastPlaceToCut(env.DATABASE, tenant, BEFORE)).toBe(2);
    await pin(1);
    expect(await lastPlaceToCut(env.DATABASE, tenant, BEFORE)).toBe(0);
  });

  it("keeps everything under a legal hold, and leaves other logs alone", async () => {
    await events(3, BEFORE - 1);
    await chainAuditEvents(env.DATABASE, tenant);
    const mine = tenant;
    tenant = (await seedTenant(`cut-neighbor-${seeds}`)).tenantId;
    await events(3, BEFORE - 1);
    await chainAuditEvents(env.DATABASE, tenant);
    await placeHold(
      env.DATABASE,
      { tenantId: tenant, actorId: "user-owner", at: LATER },
      { name: "Case", reason: "r" },
    );
    await cut();
    expect(await provenPlaces()).toEqual([1, 2, 3, 4]);
    tenant = mine;
    await cut();
    expect(await provenPlaces()).toEqual([4]);
  });

  it("is what the preview counts and the sweep does", async () => {
    await events(4, 0);
    await chainAuditEvents(env.DATABASE, tenant);
    const now = 3_000 * 86_400_000;
    const before = await readRetentionRules(env.DATABASE, tenant);
    const { kinds } = await previewRetention(env.DATABASE, {
      tenantId: tenant,
      before,
      rules: STANDARD_RULES,
      at: now,
    });
    expect(kinds.find(({ kind }) => kind === "audit")).toEqual({
      kind: "audit",
      before: new Date(now - 2_557 * 86_400_000).toISOString(),
      removes: 4,
    });
    for (let turn = 0; turn < 3; turn += 1)
      await removeOldRecords(env, now + turn, { tenants: 50, things: 10, rows: 3 });
    expect(await provenPlaces()).toEqual([5, 6]);
  });
});
