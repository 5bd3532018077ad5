import { z } from "zod";
import { describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import { rfc8785Text } from "../../src/policies/canonical-json.ts";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../src/digests/merkle.ts";
import { payloadKey, readPayload } from "../../src/storage/payload-store.ts";
import { normalForm } from "../../src/policies/policy-normal-form.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { baselineIdOf, freezeInventory, sealBaseline } from "../../src/database/baselines/baseline-building.ts";
import { listBaselinePolicies, listBaselines, readBaseline } from "../../src/database/baselines/baselines.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { baselineCapture } from "../../src/operations/baseline-capture/baseline-capture.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { drive } from "../support/drive-phases.ts";
import { seedTenant } from "../support/tenants.ts";
import { baselineTenant, type BaselineTenant, driveThroughCrashes } from "./baseline-tenant.ts";
import { setting, settingsCatalogPolicy } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

async function rowsOf(baselineId: string) {
  const { results } = await env.DATABASE.prepare(
    "select family, graph_id, name, content_hash, comparable_hash, normal_hash from baseline_policies where baseline_id = ? order by family, graph_id",
  )
    .bind(baselineId)
    .all<Record<string, string>>();
  return results;
}

async function objects(tenant: BaselineTenant, area: string): Promise<string[]> {
  const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenant.key.id}/${area}/` });
  return objects.map(({ key, uploaded }) => `${key} ${uploaded.getTime()}`);
}

function prepared(tenantId: string, input: object) {
  return baselineCapture.prepare?.(tenantId, baselineCapture.inputSchema.parse(input), env);
}

/** A run's row that has ended, as D1 has it. */
async function endedRun(tenant: BaselineTenant, runId: string, outcome = "canceled"): Promise<void> {
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
     values (?, ?, 'baseline.capture', 'completed', ?, '{}', ?, 0, 0)`,
  )
    .bind(runId, tenant.key.id, outcome, runId)
    .run();
}

describe("a baseline", () => {
  it("holds every policy of the inventory, with normal forms, families and a root that can be computed again", async () => {
    const tenant = await baselineTenant(60);
    await tenant.simulated.sync();
    const { end, baseline } = await tenant.capture("Before the move");
    const inTenant = z
      .object({ items: z.array(z.unknown()) })
      .parse(await tenant.simulated.control("GET", "/policies"));
    expect(inTenant.items.length).toBeGreaterThan(60);
    expect(end).toEqual({
      kind: "done",
      outcome: "succeeded",
      extent: inTenant.items.length,
      result: { kind: "baseline", id: baseline.id },
    });
    const inventory = await tenant.simulated.inventory();
    expect(inventory).toHaveLength(inTenant.items.length);
    expect(baseline).toMatchObject({ name: "Before the move", status: "sealed", policyCount: inventory.length });
    expect(baseline.families.map(({ key }) => key).toSorted()).toEqual([...FAMILY_KEYS].toSorted());
    for (const { key, readAt, policyCount } of baseline.families) {
      const state = await tenant.simulated.familyState(key);
      expect({ readAt, policyCount }).toEqual({ readAt: state?.lastCompleteAt, policyCount: state?.policyCount });
    }
    const rows = await rowsOf(baseline.id);
    expect(rows.map(({ family, graph_id: id }) => `${family} ${id}`).toSorted()).toEqual(
      inventory.map(({ family, graphId }) => `${family} ${graphId}`).toSorted(),
    );
    for (const row of rows) {
      const [raw, normal] = await Promise.all([
        readPayload(env.ARTIFACTS, tenant.key.id, row["content_hash"] ?? ""),
        readPayload(env.ARTIFACTS, tenant.key.id, row["normal_hash"] ?? "", "normal-forms"),
      ]);
      if (raw.kind !== "found" || normal.kind !== "found") throw new Error(`${raw.kind}, ${normal.kind}`);
      expect(normal.document).toEqual(normalForm(meaningRules(row["family"] ?? ""), raw.document));
    }

    const leaves = [
      ...baseline.families.map(({ key, policyCount, readAt }) => ({
        kind: "family",
        family: key,
        policyCount,
        readAt,
      })),
      ...rows.map((row) => ({
        kind: "policy",
        family: row["family"] ?? "",
        graphId: row["graph_id"] ?? "",
        name: row["name"] ?? "",
        contentHash: row["content_hash"] ?? "",
        comparableHash: row["comparable_hash"] ?? "",
        normalHash: row["normal_hash"] ?? "",
      })),
    ];
    const hashes = await Promise.all(leaves.map((leaf) => sha256Hex(rfc8785Text(leaf))));
    expect(baseline.contentRoot).toBe(await merkleRoot(await addLeaves(EMPTY_MERKLE, hashes)));
  });

  it("goes through phases, and of none of them is there a number", async () => {
    const tenant = await baselineTenant(30);
    await tenant.simulated.sync();
    const phases = new Set<string>([baselineCapture.firstPhase]);
    await drive(
      baselineCapture,
      tenant.run("phases"),
      { name: "P", families: [...FAMILY_KEYS] },
      tenant.context(),
      (answer) => {
        if (answer.kind === "continue") phases.add(answer.phase);
      },
    );
    expect([...phases]).toEqual(["Reading inventory", "Selecting policies", "Capturing content", "Sealing"]);
  });

  it("stores a content once: the second baseline of the same policies reads and writes none", async () => {
    const tenant = await baselineTenant(30);
    await tenant.simulated.sync();
    const { baseline: first } = await tenant.capture();
    const stored = await objects(tenant, "normal-forms");
    const bucket = {
      get: () => Promise.reject(new Error("nothing has to be read")),
      put: () => Promise.reject(new Error("nothing has to be written")),
    } as unknown as R2Bucket;
    const context = tenant.context();
    const run = tenant.run("again");
    const families = [...FAMILY_KEYS];
    const end = await drive(
      baselineCapture,
      run,
      { name: "Again", families },
      { ...context, env: { ...context.env, ARTIFACTS: bucket } },
    );
    expect(end).toMatchObject({ kind: "done", outcome: "succeeded" });
    expect(await rowsOf(baselineIdOf(run.runId))).toEqual(await rowsOf(first.id));
    expect(await objects(tenant, "normal-forms")).toEqual(stored);
  });

  it("is of the moment of its selection, whatever a sync does meanwhile", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    const id = await simulated.add("settingsCatalog", settingsCatalogPolicy("Edge"), { settings: [setting("a", "1")] });
    await simulated.sync(["settingsCatalog"]);
    const [before] = await simulated.inventory();
    const run = tenant.run("meanwhile");
    const input = { name: "M", families: ["settingsCatalog" as const] };
    let steps = 0;
    await drive(baselineCapture, run, input, tenant.context(), async () => {
      steps += 1;
      // Right behind the selection: an edit, another policy, and a sync that finds both.
      if (steps !== 2) return;
      await simulated.edit("settingsCatalog", id, {}, { settings: [setting("a", "2")] });
      await simulated.add("settingsCatalog", settingsCatalogPolicy("New"), { settings: [] });
      await simulated.sync(["settingsCatalog"]);
    });
    expect(await rowsOf(baselineIdOf(run.runId))).toMatchObject([{ graph_id: id, content_hash: before?.contentHash }]);
  });

  it("F35: knows nothing of a family that was never read, and says so", async () => {
    const tenant = await baselineTenant();
    await tenant.simulated.add("filters", { displayName: "F", platform: "iOS", rule: "(true)" });
    await tenant.simulated.sync(["filters"]);
    const { end, baseline } = await tenant.capture("Partial", ["filters", "compliance"]);
    expect(end).toMatchObject({ kind: "done", outcome: "partially_succeeded" });
    expect(baseline.families).toMatchObject([
      { key: "compliance", policyCount: 0, readAt: null },
      { key: "filters", policyCount: 1, readAt: expect.any(String) },
    ]);
  });

  it("may be of no policy at all: a tenant whose families are read and empty", async () => {
    const tenant = await baselineTenant();
    await tenant.simulated.sync(["filters"]);
    const { baseline } = await tenant.capture("Empty", ["filters"]);
    expect(baseline).toMatchObject({
      status: "sealed",
      policyCount: 0,
      contentRoot: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("is not made of policies whose content cannot be read", async () => {
    const tenant = await baselineTenant(30);
    await tenant.simulated.sync();
    const [policy] = await tenant.simulated.inventory();
    await env.ARTIFACTS.delete(payloadKey(tenant.key.id, policy?.contentHash ?? ""));
    const { end, baseline } = await tenant.capture();
    expect(end).toMatchObject({ kind: "failed", code: "content_unavailable" });
    expect(baseline).toMatchObject({ status: "building", policyCount: null, contentRoot: null });
  });
});

describe("what may be captured", () => {
  it.each([
    [{}],
    [{ name: "" }],
    [{ name: "   " }],
    [{ name: "x".repeat(121) }],
    [{ name: "a\nb" }],
    [{ name: "\ud800" }],
    [{ name: 7 }],
    [{ name: "x", families: [] }],
    [{ name: "x", families: ["nonsense"] }],
    [{ name: "x", more: true }],
  ])("is not %j", (input) => {
    expect(baselineCapture.inputSchema.safeParse(input).success).toBe(false);
  });

  it("is all families by omission, which is the same work as naming them all in any order", () => {
    const all = baselineCapture.inputSchema.parse({ name: " Gold " });
    expect(all).toEqual({ name: "Gold", families: FAMILY_KEYS });
    expect(baselineCapture.inputSchema.parse({ name: "Gold", families: FAMILY_KEYS.toReversed() })).toEqual(all);
  });

  it("is refused for a tenant that was never read, and for families that were not", async () => {
    const { tenantId } = await seedTenant("never-read");
    const message = "have never been read completely in this tenant: sync the inventory first";
    const refused = { kind: "refused", fields: [{ path: "families", message }] };
    expect(await prepared(tenantId, { name: "x" })).toEqual(refused);
    const tenant = await baselineTenant();
    await tenant.simulated.sync(["filters"]);
    expect(await prepared(tenant.key.id, { name: "x", families: ["compliance"] })).toEqual(refused);
    expect(await prepared(tenant.key.id, { name: "x" })).toMatchObject({ kind: "ready" });
  });

  it("is refused before a run exists, with the field's name", async () => {
    const seeded = await seedTenant("refused-captures");
    const start = (input: Record<string, unknown>) =>
      startRun(env, { ...seeded, type: "baseline.capture", input, idempotencyKey: null });
    expect(await start({ name: "x" })).toMatchObject({ kind: "invalid_input", fields: [{ path: "input.families" }] });
    expect(await start({ name: " " })).toMatchObject({ kind: "invalid_input", fields: [{ path: "input.name" }] });
    expect(await start({ name: "x", families: ["?"] })).toMatchObject({
      kind: "invalid_input",
      fields: [{ path: "input.families.0" }],
    });
  });
});

describe("a sealed baseline", () => {
  it("never changes again: not by repeated steps, not by a late selection, not by a second seal", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    await simulated.add("filters", { displayName: "F", platform: "iOS", rule: "(true)" });
    await simulated.sync(["filters"]);
    const { baseline } = await tenant.capture("Gold", ["filters"]);
    const rows = await rowsOf(baseline.id);
    await simulated.add("filters", { displayName: "G", platform: "iOS", rule: "(false)" });
    await simulated.sync(["filters"]);
    await freezeInventory(env.DATABASE, { id: baseline.id, tenantId: tenant.key.id }, ["filters"]);
    expect(await sealBaseline(env.DATABASE, baseline.id, { at: 1, policyCount: 9, contentRoot: "0" })).toBe(false);
    await baselineCapture.abandon?.(
      { ...tenant.run("x"), runId: baseline.runId, initiatorId: null, createdAt: 0 },
      { name: "x", families: ["filters"] },
      tenant.context(),
    );
    await endedRun(tenant, baseline.runId, "succeeded");
    await baselineCapture.sweep?.(env, tenant.now());
    expect(await rowsOf(baseline.id)).toEqual(rows);
    expect(await tenant.baseline(baseline.id)).toEqual(baseline);
  });
});

describe("a capture that is disturbed", () => {
  it("leaves exactly the same, wherever it crashes, and when every step is done twice", async () => {
    const tenant = await baselineTenant(12);
    await tenant.simulated.sync();
    const { baseline } = await tenant.capture("Gold");
    const rows = await rowsOf(baseline.id);
    const crashes = await driveThroughCrashes(
      baselineCapture,
      tenant.context(),
      async () => ({ run: tenant.run("crash"), input: { name: "Gold", families: [...FAMILY_KEYS] } }),
      async (runId, moment) => {
        const id = baselineIdOf(runId);
        expect(await rowsOf(id), moment).toEqual(rows);
        const { status, policyCount, contentRoot, families } = await tenant.baseline(id);
        expect({ status, policyCount, contentRoot, families }, moment).toEqual({
          status: "sealed",
          policyCount: baseline.policyCount,
          contentRoot: baseline.contentRoot,
          families: baseline.families,
        });
      },
    );
    expect(crashes).toBeGreaterThan(10);
  });

  it("is failed to every reader as soon as its run has ended, and is not sealed afterwards", async () => {
    const tenant = await baselineTenant(12);
    await tenant.simulated.sync();
    const run = tenant.run("canceled");
    const id = baselineIdOf(run.runId);
    const input = { name: "Canceled", families: [...FAMILY_KEYS] };
    // Canceled while the last step is on its way.
    const end = await drive(baselineCapture, run, input, tenant.context(), async (answer) => {
      if (answer.kind === "continue" && answer.phase === "Sealing") await endedRun(tenant, run.runId);
    });
    expect(end).toMatchObject({ kind: "failed", code: "baseline_closed" });
    const stored = () => env.DATABASE.prepare("select status from baselines where id = ?").bind(id).first("status");
    expect(await stored()).toBe("building");
    expect(await tenant.baseline(id)).toMatchObject({ status: "failed", policyCount: null, contentRoot: null });
    const list = await listBaselines(env.DATABASE, tenant.key, { cursor: null, limit: 10 });
    expect(list).toMatchObject({ items: [{ id, status: "failed" }] });
    await baselineCapture.sweep?.(env, tenant.now());
    expect(await stored()).toBe("failed");
  });
});

describe("another tenant's baseline", () => {
  it("is not there, by id or in the list", async () => {
    const tenant = await baselineTenant();
    await tenant.simulated.sync(["filters"]);
    const { baseline } = await tenant.capture("Secret", ["filters"]);
    const other = await seedTenant("other-baselines");
    const key = { id: other.tenantId, slug: other.tenantSlug };
    expect(await readBaseline(env.DATABASE, key, baseline.id)).toBeNull();
    expect(await listBaselines(env.DATABASE, key, { cursor: null, limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe("a baseline's policies", () => {
  it("are listed by name, in pages, by family and by part of the name in any script", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    for (const name of ["Übung", "alpha", "Beta", "100% _literal_"])
      await simulated.add("settingsCatalog", settingsCatalogPolicy(name), { settings: [] });
    await simulated.add("filters", { displayName: "Alpha filter", platform: "iOS", rule: "(true)" });
    await simulated.sync(["settingsCatalog", "filters"]);
    const { baseline } = await tenant.capture("Names", ["settingsCatalog", "filters"]);
    const names = async (family: string | null, query: string | null, limit = 2) => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await listBaselinePolicies(env.DATABASE, {
          baselineId: baseline.id,
          family,
          query,
          cursor,
          limit,
        });
        found.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return found;
    };
    expect(await names(null, null)).toEqual(["100% _literal_", "alpha", "Alpha filter", "Beta", "Übung"]);
    expect(await names("filters", null)).toEqual(["Alpha filter"]);
    expect(await names(null, "ÜB")).toEqual(["Übung"]);
    expect(await names(null, "%")).toEqual(["100% _literal_"]);
  });
});
