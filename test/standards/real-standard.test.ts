/**
 * A gold standard of policies that nobody on this project wrote, in tenants that have some of them under other names and ids, some changed, and policies of
 * their own: compared, deployed, compared again, and undone. The tenants' Graph is the simulator; all else is the product.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { comparisonIdOf } from "../../src/database/baselines/comparison-work.ts";
import { baselineIdOf } from "../../src/database/baselines/baseline-building.ts";
import { readPlan } from "../../src/database/restore/restore-plans.ts";
import { planIdOf } from "../../src/database/restore/restore-plan-building.ts";
import { undoSetIdOf } from "../../src/database/restore/undo-items.ts";
import { follow } from "../../src/database/standards/followings.ts";
import { createStandard, createVersion, readSource, readVersion } from "../../src/database/standards/standards.ts";
import { references } from "../../src/graph/restore/references.ts";
import { listComparisonFindings } from "../../src/database/findings/findings.ts";
import { familyOf, type FamilyKey, familyByKey } from "../../src/graph/families.ts";
import { baselineCapture } from "../../src/operations/baseline-capture/baseline-capture.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import { policyRestore } from "../../src/operations/policy-restore/policy-restore.ts";
import { restorePreview } from "../../src/operations/policy-restore/restore-preview.ts";
import type { ReferenceKind, ReferenceMapping, RestorePlan } from "../../src/contract/restore.ts";
import { servicePrincipalOf } from "../../simulator/src/generate/world.ts";
import { drive } from "../support/drive-phases.ts";
import { HAS_REALDATA } from "../support/realdata.ts";
import { controlOf, type WholePolicy } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { realTenant, type RealTenant } from "../operations/real-tenant.ts";

const HOME = "standard-home";
const TENANTS = sized(1, 10);
const jsonObject = z.record(z.string(), z.json());
const wholeSchema = z.object({
  doc: z.record(z.string(), z.unknown()),
  parts: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});
const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const act = (tenantId: string) => ({ tenantId, actorId: "user-owner", at: Date.now() });

interface Real {
  family: FamilyKey;
  id: string;
  name: string;
  key: string;
  whole: WholePolicy;
}

/** Without dates, and without types of members (`groups@odata.type`): some exports have these, and the simulator keeps what it was given. */
function withoutDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !/DateTime$|^version$|.@odata\.type$/.test(name))
      .map(([name, member]) => [name, withoutDates(member)]),
  );
}

describe.runIf(HAS_REALDATA && IN_WHOLE)("A gold standard of real policies", () => {
  let home: RealTenant;
  let policies: Real[];
  let things: { kind: ReferenceKind; id: string }[];
  const control = controlOf(inject("simulatorUrl"));
  const standardId = "std_real";

  beforeAll(async () => {
    home = await realTenant(HOME, { asIs: false });
    await home.run(inventorySync, "run-home-sync", {});
    const run = { tenantId: home.tenantId, tenantSlug: HOME, runId: "run_home-capture" };
    const input = baselineCapture.inputSchema.parse({ name: "Real" });
    await drive(baselineCapture, run, input, home.context);
    const source = { kind: "baseline", id: baselineIdOf(run.runId) } as const;
    const held = await readSource(home.env.DATABASE, home.tenantId, source, 2_000);
    const chosen = await complete((held?.policies ?? []).filter(({ family }) => isWritten(family)));
    const keyed = chosen.map((policy, at) => ({ ...policy, key: `p_${String(at).padStart(3, "0")}` }));
    await createStandard(home.env.DATABASE, act(home.tenantId), standardId, { name: "Real standard", description: "" });
    const version = { standardId, number: 1, names: false, assignments: false, parameters: [], note: "" };
    const made = { ...version, source: { ...source, name: "Real" }, contentRoot: "0".repeat(64), policies: keyed };
    await createVersion(home.env.DATABASE, act(home.tenantId), made);
    policies = await Promise.all(keyed.map(async ({ key, ...policy }) => ({ ...(await real(policy)), key })));
    things = policies.flatMap(thingsOf).filter(({ id }) => policies.every((policy) => policy.id !== id));
  }, 240_000);
  afterAll(() => home?.dispose());

  /** What is written by a restore, and whose file can be sent: neither what a tenant has one of, nor what Microsoft makes. */
  function isWritten(family: string): boolean {
    const known = familyByKey(family);
    return known !== null && known.single === null && family !== "groups";
  }

  async function real({
    family,
    graphId,
    name,
  }: {
    family: string;
    graphId: string;
    name: string;
  }): Promise<Omit<Real, "key">> {
    const known = familyByKey(family);
    if (known === null) throw new Error(family);
    return { family: known.key, id: graphId, name, whole: await control.policy(HOME, family, graphId) };
  }

  function thingsOf({ family, whole }: Pick<Real, "family" | "whole">): { kind: ReferenceKind; id: string }[] {
    const document = jsonObject.parse({ ...whole.doc, ...whole.parts, assignments: [] });
    return references(family, document).map(({ kind, id }) => ({ kind, id }));
  }

  /** Those that name nothing but each other, and what every tenant of the test is given. An export rarely holds all that its policies name. */
  async function complete<P extends { family: string; graphId: string; name: string }>(all: P[]): Promise<P[]> {
    const given: readonly ReferenceKind[] = [
      "group",
      "application",
      "servicePrincipal",
      "user",
      "directoryRole",
      "authStrength",
    ];
    const reals = await Promise.all(all.map(real));
    const ids = new Set(reals.map(({ id }) => id));
    return all.filter((_, at) => {
      const policy = reals[at];
      if (policy === undefined || policy.whole.doc["@odata.type"] === "#microsoft.graph.compliantNetworkNamedLocation")
        return false;
      return thingsOf(policy).every(({ kind, id }) => given.includes(kind) || (ids.has(id) && !isBuiltIn(reals, id)));
    });
  }

  function isBuiltIn(reals: readonly Omit<Real, "key">[], id: string): boolean {
    return (
      reals.find((each) => each.id === id)?.whole.doc["@odata.type"] ===
      "#microsoft.graph.compliantNetworkNamedLocation"
    );
  }

  interface Customer {
    tenant: RealTenant;
    directory: string;
    followingId: string;
    mapping: ReferenceMapping[];
    /** Names of policies that are there as the standard has them, that are there and differ, and that are not there: these as the standard calls them. */
    same: string[];
    drifted: string[];
    lacking: string[];
  }

  /** A tenant that has two of three policies, half of these changed in one value, all under other ids and names; and some of its own. */
  async function customer(number: number): Promise<Customer> {
    const directory = `standard-customer-${number}`;
    const tenant = await home.another(directory);
    const ids = new Map<string, string>();
    for (const { kind, id } of things) {
      if (kind === "application" || kind === "servicePrincipal")
        await control.addThing(directory, "servicePrincipals", {
          id: servicePrincipalOf(id),
          appId: id,
          displayName: id,
        });
      if (kind === "user") await control.addThing(directory, "users", { id, displayName: id });
      if (kind !== "group" || ids.has(id)) continue;
      const own = crypto.randomUUID();
      await control.addThing(directory, "groups", { id: own, displayName: `Group ${ids.size}` });
      ids.set(id, own);
    }
    const all = new Set(policies.map(({ id }) => id));
    const here: Customer = { tenant, directory, followingId: "", mapping: [], same: [], drifted: [], lacking: [] };
    for (const [at, { family, id, name, whole }] of policies.entries()) {
      const text = JSON.stringify(whole);
      const refersTo = [...all].filter((other) => other !== id && text.includes(other));
      if ((at + number) % 3 === 0 || refersTo.length > 0) {
        here.lacking.push(name);
        continue;
      }
      const mapped = wholeSchema.parse(
        JSON.parse(text.replaceAll(GUID, (guid) => ids.get(guid.toLowerCase()) ?? guid)),
      );
      const { id: _id, ...doc } = mapped.doc;
      const property = familyOf(family).meaning.nameProperty;
      const called = `T${number} ${at}`;
      const isChanged = (at + number) % 3 === 1 && change(doc);
      ids.set(
        id,
        await control.addPolicy(
          directory,
          family,
          { ...doc, [property]: called },
          { ...mapped.parts, assignments: [] },
        ),
      );
      (isChanged ? here.drifted : here.same).push(called);
    }
    await control.addPolicy(directory, "filters", { displayName: "Ours alone", platform: "iOS", rule: "(true)" });
    const groups = new Set(things.flatMap(({ kind, id }) => (kind === "group" ? [id] : [])));
    here.mapping = [...groups].map((sourceId) => ({ kind: "group", sourceId, targetId: ids.get(sourceId) ?? null }));
    const version = await readVersion(home.env.DATABASE, home.tenantId, standardId, 1);
    if (version === null) throw new Error("no version");
    here.followingId = `flw_${number}`;
    const chosen = { parameters: {}, skipped: [], overlays: [], mapping: here.mapping };
    const standard = { homeTenantId: home.tenantId, standardId, standardName: "Real standard", version };
    expect(
      await follow(home.env.DATABASE, act(tenant.tenantId), here.followingId, { ...chosen, ...standard }),
    ).toBeNull();
    return here;
  }

  /** Changes one value; false where the policy has none that can be. */
  function change(doc: Record<string, unknown>): boolean {
    if (typeof doc["state"] === "string") {
      doc["state"] = doc["state"] === "disabled" ? "enabled" : "disabled";
      return true;
    }
    const flag = Object.keys(doc).find((name) => typeof doc[name] === "boolean" && !name.startsWith("is"));
    if (flag !== undefined) doc[flag] = doc[flag] !== true;
    return flag !== undefined;
  }

  let runs = 0;
  async function compare({ tenant, directory, followingId }: Customer): Promise<string[]> {
    await tenant.run(inventorySync, `run-sync-${(runs += 1)}`, {});
    const run = { tenantId: tenant.tenantId, tenantSlug: directory, runId: `run_compare-${(runs += 1)}` };
    const ended = await drive(baselineCompare, run, { baselineId: followingId }, tenant.context);
    expect(ended).toMatchObject({ kind: "done", outcome: "succeeded" });
    const { items } = await listComparisonFindings(
      tenant.env.DATABASE,
      { id: tenant.tenantId, slug: directory },
      {
        kind: null,
        severity: null,
        status: "open",
        comparisonId: comparisonIdOf(run.runId),
        cursor: null,
        limit: 1_000,
      },
    );
    return items.map(({ kind, name }) => `${kind} ${name}`).toSorted();
  }

  const deploy = (here: Customer) =>
    preview(here, { followingId: here.followingId, mode: "update", assignments: false, conditionalAccess: "as-is" });

  async function preview({ tenant, directory }: Customer, asked: object) {
    const { DATABASE } = tenant.env;
    const run = { tenantId: tenant.tenantId, tenantSlug: directory, runId: `run_preview-${(runs += 1)}` };
    const ended = await drive(restorePreview, run, restorePreview.inputSchema.parse(asked), tenant.context);
    expect(ended).toMatchObject({ kind: "done", outcome: "succeeded" });
    const plan = await readPlan(DATABASE, tenant.tenantId, planIdOf(run.runId));
    if (plan === null) throw new Error("no plan");
    const { results } = await DATABASE.prepare("select name, action, message from restore_plan_items where plan_id = ?")
      .bind(plan.id)
      .all();
    return {
      plan,
      items: z.array(z.object({ name: z.string(), action: z.string(), message: z.string().nullable() })).parse(results),
    };
  }

  /** Runs an approved plan; units that have to wait are executed again. */
  async function execute(
    { tenant }: Customer,
    plan: RestorePlan,
    runId = `run_restore-${(runs += 1)}`,
  ): Promise<Record<string, number>> {
    const { DATABASE } = tenant.env;
    const { mode, assignments } = plan.options;
    const asked = { backupSetId: plan.backupSetId, mode, assignments, approvedPlan: plan.planHash };
    const prepared = await policyRestore.prepare?.(tenant.tenantId, policyRestore.inputSchema.parse(asked), tenant.env);
    if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
    await DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
       values (?1, ?2, 'policy.restore', 'running', 'pending', ?3, ?1, 'user-owner', 1, 0, 0)`,
    )
      .bind(runId, tenant.tenantId, JSON.stringify(prepared.input))
      .run();
    let results = await tenant.run(policyRestore, runId, prepared.input);
    for (let round = 0; round < 20 && results.some(({ kind }) => kind === "deferred"); round += 1)
      results = await tenant.run(policyRestore, runId, prepared.input);
    await DATABASE.prepare("update operation_runs set status = 'completed', completed_at = 1 where id = ?")
      .bind(runId)
      .run();
    const failed = results.filter(({ kind }) => kind !== "succeeded");
    expect(failed).toEqual([]);
    return Object.fromEntries([...Map.groupBy(results, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));
  }

  /** All that the tenant's Graph has, without when it was written and how often. */
  async function stateOf({ directory }: Customer): Promise<Map<string, unknown>> {
    const all = await control.policies(directory);
    const whole = await Promise.all(
      all.map(
        async ({ family, id }) =>
          [`${family} ${id}`, withoutDates(await control.policy(directory, family, id))] as const,
      ),
    );
    return new Map(whole.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  it("is found by what it sets, deployed into tenants with other ids and names, clean then, and undone", async () => {
    expect(policies.length).toBeGreaterThanOrEqual(60);
    for (let number = 1; number <= TENANTS; number += 1) {
      const here = await customer(number);
      const found = await compare(here);
      // Of what is there as the standard has it, under another name, nothing is found; of what is not there, all.
      expect(found.filter((finding) => here.same.some((name) => finding.endsWith(` ${name}`)))).toEqual([]);
      // What is there with a change is found to be changed, or is another policy. Each policy of the standard is counted once.
      const changed = found.filter((finding) => finding.startsWith("changed "));
      const removed = found.filter((finding) => finding.startsWith("removed "));
      expect(changed.filter((finding) => here.drifted.every((name) => finding !== `changed ${name}`))).toEqual([]);
      expect(changed.length).toBeGreaterThan(here.drifted.length / 2);
      expect(changed.length + removed.length).toBe(found.length);
      expect(here.same.length + found.length).toBe(policies.length);

      const before = await stateOf(here);
      const { plan, items } = await deploy(here);
      expect(items.filter(({ action }) => action === "blocked" || action === "ambiguous")).toEqual([]);
      expect(plan.actionCounts).toMatchObject({ unchanged: here.same.length });
      const runId = `run_deploy-${number}`;
      expect(await execute(here, plan, runId)).toEqual({ succeeded: policies.length });
      expect(await compare(here)).toEqual([]);
      expect((await deploy(here)).plan.actionCounts).toMatchObject({ unchanged: policies.length });
      const present = await control.policies(here.directory);
      const names = new Set(present.map(({ name }) => name));
      for (const name of [...here.same, "Ours alone"]) expect(names).toContain(name);

      const asked = { backupSetId: undoSetIdOf(runId), mode: "update", assignments: false, conditionalAccess: "as-is" };
      const undo = await preview(here, asked);
      expect(undo.plan.actionCounts).toMatchObject({
        delete: plan.actionCounts?.create,
        update: plan.actionCounts?.update,
        blocked: 0,
      });
      await execute(here, undo.plan);
      expect(await stateOf(here)).toEqual(before);
    }
  }, 900_000);
});
