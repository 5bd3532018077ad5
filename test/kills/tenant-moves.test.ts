/**
 * Real kills while a tenant moves between two databases: the product as a user starts it, a synced tenant, and SIGKILL in the midst of
 * sweeps. Afterwards everything is in the other database, once, and the next sync finds nothing new.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { shardListSchema, type TenantMove, tenantMoveSchema } from "../../src/contract/tenant-moves.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { apiClient } from "../support/api-client.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

/** The second of each two takes the runtimes alone. */
const KILLS = IN_WHOLE ? sized(2, 10) : 1;
const TENANT = "contoso";
const MINUTE_MS = 60_000;
const SETUP_CODE = "the code of this test";

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  // The bench build has the product's own sweep at a time that is asked for: a move waits twenty minutes, twice.
  home = await productHome({ TENANTATLAS_WORKER_CONFIG: "bench/wrangler.toml", TENANTATLAS_SETUP_CODE: SETUP_CODE });
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

async function send<T extends z.ZodType>(path: string, schema: T, body?: unknown): Promise<z.infer<T>> {
  const init =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(product.url + path, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

/** What people see of the tenant, and is to be the same wherever it lies. */
async function seen() {
  const api = apiClient(product.url, TENANT);
  const { items } = await send(`/api/tenants/${TENANT}/audit-events?limit=200`, auditEventListSchema);
  return {
    policies: await api.policies(),
    families: await api.families(),
    members: await send(`/api/tenants/${TENANT}/members`, z.unknown()),
    activity: await api.activity(),
    events: items.filter(({ action }) => !action.startsWith("tenant.move")),
  };
}

describe("hard kills during a move of a tenant", () => {
  it(`leave it whole in the other database, and once, after ${KILLS} kills`, async () => {
    const first = await apiClient(product.url, TENANT).start("inventory.sync", { families: FAMILY_KEYS });
    const synced = await apiClient(product.url, TENANT).completed(first.run.id);
    expect(synced.outcome).toBe("succeeded");
    await send("/api/platform/setup", z.unknown(), { code: SETUP_CODE });
    const before = await seen();
    expect(before.policies.length).toBeGreaterThan(20);

    const begun = await send(`/api/platform/tenants/${TENANT}/move`, tenantMoveSchema, {
      shard: "SHARD_2",
      reason: "Full",
    });
    const read = (): Promise<TenantMove> => send(`/api/platform/tenant-moves/${begun.id}`, tenantMoveSchema);
    let at = Date.now();
    const sweepAt = () =>
      fetch(`${product.url}/bench/sweep`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ at }),
      });
    const met: string[] = [];
    for (let kills = 0; ;) {
      const { state } = await read();
      if (state === "done") break;
      expect(await seen()).toEqual(before);
      // After the waits, and later than a Worker that died may be believed to have the move.
      at += (state === "draining" || state === "switched" ? 21 : 3) * MINUTE_MS;
      expect(at).toBeLessThan(Date.now() + 500 * MINUTE_MS);
      const swept = sweepAt().catch(() => null);
      if (kills < KILLS) {
        await sleep(Math.random() * 400);
        met.push(state);
        kills += 1;
        if (kills % 2 === 0) await home.killRuntimes();
        else {
          await product.kill();
          product = await home.start();
        }
      }
      await swept;
    }
    expect(met.length, met.join()).toBe(KILLS);
    expect(await seen()).toEqual(before);
    const moved = await read();
    const verified = moved.verified?.reduce((sum, { rows }) => sum + rows, 0);
    expect([moved.rowsCopied, moved.rowsRemoved]).toEqual([verified, verified]);
    const { items: shards } = await send("/api/platform/shards", shardListSchema);
    expect(shards.map(({ name, bytes }) => [name, (bytes ?? 0) > 0])).toEqual([
      ["DATABASE", true],
      ["SHARD_2", true],
    ]);
    // The inventory that has moved is the one that the sync goes on with.
    const api = apiClient(product.url, TENANT);
    const again = await api.completed((await api.start("inventory.sync", { families: FAMILY_KEYS })).run.id);
    expect(again).toMatchObject({ outcome: "succeeded", summaryCounts: { unchanged: before.policies.length } });
    expect(await api.proof(again.id)).toMatchObject({ drift: false, projectionPending: false });
    expect(await api.proof(synced.id)).toMatchObject({ drift: false, projectionPending: false });
  }, 900_000);
});
