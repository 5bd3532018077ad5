import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { countSealed, sealedItems } from "../../src/database/tenancy/sealed-values.ts";
import { connectTenant } from "../../src/graph-work/connect.ts";
import { openItemSecrets, sealItemSecrets } from "../../src/operations/backup-sets/sealed-secrets.ts";
import { resealSecrets } from "../../src/runs/edge/reseal-secrets.ts";
import { connectionSecretContext, sealedPrefix, sealSecret } from "../../src/secrets/secret-box.ts";
import { queryPlans } from "../support/query-plans.ts";
import { seedTenant } from "../support/tenants.ts";
import { env } from "../support/environment.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

const key = (): string => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
const [FIRST, SECOND] = [key(), key()];

/** A Worker that was started with these keys: settings are read once for each `env`. */
function started(current: string, ...previous: string[]): TenantEnv {
  const variables = { TENANTATLAS_SECRETS_KEY: current, TENANTATLAS_SECRETS_KEY_PREVIOUS: previous.join(",") };
  return { ...env, ...variables };
}

const context = (worker: TenantEnv) => ({ env: worker, now: Date.now, signal: new AbortController().signal });
const openingOf = async (worker: TenantEnv, tenantId: string) => (await connectTenant(tenantId, context(worker))).kind;

function item(tenantId: string, itemId: string, sealed: string | null): D1PreparedStatement {
  return env.DATABASE.prepare(
    `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, content_hash, content_bytes,
       comparable_hash, sealed_secrets, captured_at, run_id) values (?2, ?1, 'set', 'deviceConfiguration', ?2, 'n', 'n', 'h', 1, 'h', ?3, 1, 'r')`,
  ).bind(tenantId, itemId, sealed);
}

async function insertItem(tenantId: string, itemId: string, sealed: string | null): Promise<void> {
  await item(tenantId, itemId, sealed).run();
}

async function connected(worker: TenantEnv, slug: string, keyBase64: string): Promise<string> {
  const { tenantId } = await seedTenant(slug);
  const ring = { current: keyBase64, previous: [] };
  const sealed = await sealSecret(ring, "client-secret", connectionSecretContext(tenantId));
  await worker.DATABASE.prepare(
    "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret) values (?1, 'global', ?1, 'c', ?2)",
  )
    .bind(tenantId, sealed)
    .run();
  return tenantId;
}

async function sealedOf(itemId: string): Promise<string> {
  const row = await env.DATABASE.prepare("select sealed_secrets from backup_set_items where id = ?")
    .bind(itemId)
    .first();
  return z.object({ sealed_secrets: z.string() }).parse(row).sealed_secrets;
}

let logged: string[] = [];
beforeEach(async () => {
  logged = [];
  for (const method of ["log", "warn", "info", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => void logged.push(String(line)));
  }
  await env.DATABASE.batch([
    env.DATABASE.prepare("delete from backup_set_items"),
    env.DATABASE.prepare("delete from tenant_connections"),
  ]);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const told = () =>
  logged.filter((line) => line.includes("secrets_resealed")).map((line) => z.looseObject({}).parse(JSON.parse(line)));

describe("a change of the secrets key", () => {
  it("keeps all secrets readable, seals them anew, and tells when the earlier key is of no use any more", async () => {
    const before = started(FIRST);
    const tenantId = await connected(before, "rotated", FIRST);
    const reference = { tenantId, itemId: "item-1" };
    await insertItem(tenantId, reference.itemId, await sealItemSecrets(before, reference, { a: "oma value" }));
    await insertItem(tenantId, "item-plain", null);

    const during = started(SECOND, FIRST);
    expect(await openingOf(during, tenantId)).toBe("connected");
    expect(await openItemSecrets(during, reference, await sealedOf("item-1"))).toEqual({ a: "oma value" });
    await resealSecrets(during, 0);
    expect(told()).toEqual([expect.objectContaining({ resealed: 2, unreadable: 0, left: 0 })]);
    expect(await countSealed(env.DATABASE)).toEqual([
      { prefix: await sealedPrefix(SECOND), connections: 1, approvalRequests: 0, newsChannels: 0, backupItems: 1 },
    ]);

    const after = started(SECOND);
    expect(await openingOf(after, tenantId)).toBe("connected");
    expect(await openItemSecrets(after, reference, await sealedOf("item-1"))).toEqual({ a: "oma value" });
    // A second step has nothing to do, and says nothing.
    await resealSecrets(during, 0);
    expect(told()).toHaveLength(1);
  });

  it("that comes without the earlier key loses nothing: the key can be put back", async () => {
    const tenantId = await connected(started(FIRST), "put-back", FIRST);
    await resealSecrets(started(SECOND), 0);
    expect(await openingOf(started(SECOND), tenantId)).toBe("connection_unusable");
    expect(await openingOf(started(SECOND, FIRST), tenantId)).toBe("connected");
  });

  it("goes on in bounded steps, tells what is left, and passes over what does not open", async () => {
    const before = started(FIRST);
    const { tenantId } = await seedTenant("many");
    const one = await sealItemSecrets(before, { tenantId, itemId: "a" }, { a: "x" });
    // Sealed for another item: none of them opens.
    for (let index = 0; index < 3; index += 1) await insertItem(tenantId, `a-damaged-${index}`, one);
    const inserts = Array.from({ length: 520 }, async (_, index) => {
      const itemId = `b-${index}`;
      return item(tenantId, itemId, await sealItemSecrets(before, { tenantId, itemId }, { a: "x" }));
    });
    await env.DATABASE.batch(await Promise.all(inserts));
    const during = started(SECOND, FIRST);
    await resealSecrets(during, 0);
    await resealSecrets(during, 0);
    expect(told()).toEqual([
      expect.objectContaining({ resealed: 497, unreadable: 3, left: 26 }),
      expect.objectContaining({ resealed: 23, unreadable: 3, left: 3 }),
    ]);
  });

  it("comes to each item in time, however many that do not open stand before it", async () => {
    const before = started(FIRST);
    const { tenantId } = await seedTenant("hidden");
    const foreign = await sealItemSecrets(before, { tenantId, itemId: "another" }, { a: "x" });
    await env.DATABASE.batch(Array.from({ length: 501 }, (_, index) => item(tenantId, `a-${index}`, foreign)));
    await insertItem(tenantId, "b", await sealItemSecrets(before, { tenantId, itemId: "b" }, { a: "x" }));
    const during = started(SECOND, FIRST);
    await resealSecrets(during, 0);
    await resealSecrets(during, 60_000);
    expect(told()).toEqual([
      expect.objectContaining({ resealed: 0, unreadable: 500, left: 502 }),
      expect.objectContaining({ resealed: 1, unreadable: 1, left: 501 }),
    ]);
  });

  it("leaves a text alone that a person has replaced meanwhile", async () => {
    const tenantId = await connected(started(FIRST), "raced", FIRST);
    const during = started(SECOND, FIRST);
    const replaced = await sealSecret({ current: SECOND, previous: [] }, "newer", connectionSecretContext(tenantId));
    const slow = new Proxy(env.DATABASE, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== "batch") return typeof member === "function" ? member.bind(target) : member;
        return async (statements: D1PreparedStatement[]) => {
          await target.prepare("update tenant_connections set sealed_client_secret = ?").bind(replaced).run();
          return target.batch(statements);
        };
      },
    });
    await resealSecrets({ ...during, DATABASE: slow }, 0);
    const row = await env.DATABASE.prepare("select sealed_client_secret as sealed from tenant_connections").first();
    expect(row).toEqual({ sealed: replaced });
  });

  it("finds what is left by an index", async () => {
    const plans = await queryPlans(env.DATABASE, async (database) => {
      await sealedItems(database, { from: "v1.", to: "v1/" }, { after: null, skip: 0, limit: 10 });
    });
    expect(plans[0]?.plan).toContain("backup_set_items_by_seal");
    expect(plans[0]?.plan).toContain("SEARCH");
    expect(plans[0]?.plan).not.toContain("TEMP B-TREE");
  });
});
