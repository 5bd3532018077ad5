/**
 * Policies that nobody on this project wrote, loaded into the simulator and synced. Runs under Node, which can read the
 * folder; D1 and R2 are the local runtime's, reached from here.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connectionSecretContext, sealSecret } from "../../src/access/secret-box.ts";
import { readPayload } from "../../src/artifacts/payload-store.ts";
import { listPolicies } from "../../src/database/policies.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import type { UnitContext } from "../../src/operations/operation.ts";
import { controlOf } from "../support/simulator-server.ts";
import { runReference } from "../support/run-reference.ts";

const FOLDER = process.env["TENANTATLAS_REALDATA"] ?? join(import.meta.dirname, "../../../shared/realdata");
const MIGRATIONS = join(import.meta.dirname, "../../migrations");
const TENANT = { id: "tenant-real", directory: "real-policies" };
const SECRETS_KEY = Buffer.alloc(32, 7).toString("base64");

let runtime: Miniflare;
let env: Env;

beforeAll(async () => {
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      d1Databases: ["DATABASE"],
      r2Buckets: ["ARTIFACTS"],
      cf: false,
    }),
  );
  env = await runtime.getBindings<Env>();
  for (const file of (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).toSorted()) {
    const statements = (await readFile(join(MIGRATIONS, file), "utf8")).split("--> statement-breakpoint");
    await env.DATABASE.batch(statements.map((statement) => env.DATABASE.prepare(statement)));
  }
  const sealed = await sealSecret(SECRETS_KEY, "simulator-secret", connectionSecretContext(TENANT.id));
  await env.DATABASE.batch([
    env.DATABASE.prepare("insert into tenants (id, slug, name, created_at) values (?, 'real', 'Real', 0)").bind(
      TENANT.id,
    ),
    env.DATABASE.prepare(
      "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret) values (?, 'local', ?, 'client', ?)",
    ).bind(TENANT.id, TENANT.directory, sealed),
  ]);
});

afterAll(() => runtime.dispose());

async function syncAll(runId: string) {
  const settings = {
    TENANTATLAS_LOCAL_MODE: "1",
    TENANTATLAS_GRAPH_URL: inject("simulatorUrl"),
    TENANTATLAS_SECRETS_KEY: SECRETS_KEY,
  };
  const context: UnitContext = {
    env: { ...env, ...settings },
    now: () => Date.now(),
    signal: new AbortController().signal,
  };
  const run = runReference(TENANT.id, runId);
  const page = await inventorySync.plan(run, inventorySync.inputSchema.parse({}), null, context);
  if (page.kind !== "listed") throw new Error("the plan is not a list");
  const totals = { items: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const [ordinal, unit] of page.units.entries()) {
    const result = await inventorySync.execute({ ...unit, ...run, ordinal, deferrals: 0 }, context);
    if (result.kind !== "succeeded") throw new Error(`${unit.label}: ${result.reasonCode}`);
    for (const key of ["items", "created", "updated", "unchanged", "deleted"] as const)
      totals[key] += result.counters?.[key] ?? 0;
  }
  return totals;
}

// A clone without the folder beside it has nothing to run against; CI has it, and must not pass for want of it.
describe.runIf(existsSync(FOLDER) || process.env["CI"] !== undefined)(
  "Policies exported from real tenants (UTF-8 with and without a byte order mark, UTF-16)",
  () => {
    it("are all in the inventory after a sync, content and all, and unchanged after the next", async () => {
      const control = controlOf(inject("simulatorUrl"));
      await control.createTenant(TENANT.directory, { policies: 0 });
      const { loaded } = await control.loadFolder(TENANT.directory, FOLDER);
      const policies = loaded.filter(({ family }) => family !== "groups");
      expect(policies.length).toBeGreaterThan(90);
      const ids = new Set(policies.map(({ family, id }) => `${family} ${id}`));

      expect(await syncAll("run-1")).toEqual({
        items: ids.size,
        created: ids.size,
        updated: 0,
        unchanged: 0,
        deleted: 0,
      });
      const inventory = await listPolicies(env.DATABASE, {
        tenantId: TENANT.id,
        query: null,
        family: null,
        platform: null,
        removed: "include",
        sort: "name",
        cursor: null,
        limit: 1_000,
      });
      if (inventory === "bad_cursor") throw new Error("bad cursor");
      expect(new Set(inventory.items.map(({ family, graphId }) => `${family} ${graphId}`))).toEqual(ids);
      for (const policy of inventory.items) {
        const payload = await readPayload(env.ARTIFACTS, TENANT.id, policy.contentHash);
        expect(payload).toMatchObject({ kind: "found", document: { id: policy.graphId } });
      }

      expect(await syncAll("run-2")).toEqual({
        items: ids.size,
        created: 0,
        updated: 0,
        unchanged: ids.size,
        deleted: 0,
      });
    });
  },
);
