/**
 * A whole session with a tenant that has every family and every type that the simulator makes, through a proxy that passes only what
 * Microsoft's own types allow (support/schema-proxy): all that the product asks of Graph is compared with them.
 */
import { inject, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { changeOfFinding } from "../../src/database/findings/finding-change.ts";
import { asTenant } from "../operations/evidence-tenant.ts";
import { BaselineTenant } from "../operations/baseline-tenant.ts";
import {
  backedUp,
  counted,
  inOrder,
  previewed,
  restoreRun,
  toTheEnd,
  wholeState,
} from "../operations/policy-restore/restores.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { keptTruth, type WholePolicy } from "../support/policy-truth.ts";
import { witnessed } from "../support/schema-proxy/witnessed.ts";
import { env } from "../support/environment.ts";

const ANNA = { userPrincipalName: "anna@example.test", displayName: "Anna", application: "Microsoft Azure portal" };
const LIMIT_MS = 240_000;
/** Policies of the tenant that has all types, of which one each is kept. */
const GENERATED = 340;

const wholeSchema = z.object({
  doc: z.record(z.string(), z.unknown()),
  parts: z.record(z.string(), z.array(z.unknown())),
});
const listedSchema = z.object({
  items: z.array(z.object({ family: z.string(), id: z.string(), type: z.string().nullable() })),
});
const targetSchema = z.looseObject({ deviceAndAppManagementAssignmentFilterId: z.string() });

let tenant: SimulatedTenant;
let baselines: BaselineTenant;
let before: Map<string, WholePolicy>;
let backupSetId: string;
let baselineId: string;

beforeAll(async () => {
  tenant = await simulatedTenant(GENERATED, { seed: "witness", graphUrl: inject("schemaProxyUrl") });
  await keepOneOfEachType();
  baselines = new BaselineTenant(tenant);
  await prepareChanges();
  before = await stateOf();
  backupSetId = await backedUp(tenant);
  await tenant.readLogs();
  baselineId = (await baselines.capture()).baseline.id;
}, LIMIT_MS);

/** Defender is on in a compliance policy, and a configuration is given to all devices that a filter names. */
async function prepareChanges(): Promise<void> {
  const first = async (family: string, type: string): Promise<string> => {
    const { items } = listedSchema.parse(await tenant.control("GET", `/policies?family=${family}`));
    const found = items.find((item) => (item.type ?? "").endsWith(type));
    if (found === undefined) throw new Error(`no ${type} in ${family}`);
    return found.id;
  };
  await tenant.edit("compliance", await first("compliance", "windows10CompliancePolicy"), { defenderEnabled: true });
  const target = {
    "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
    deviceAndAppManagementAssignmentFilterId: await first("filters", ""),
    deviceAndAppManagementAssignmentFilterType: "include",
  };
  const configuration = await first("deviceConfiguration", "windows10GeneralConfiguration");
  await tenant.edit("deviceConfiguration", configuration, {}, { assignments: [{ id: "one", target }] });
}

async function stateOf(): Promise<Map<string, WholePolicy>> {
  const state = await wholeState(tenant);
  return new Map([...state].map(([key, policy]) => [key, wholeSchema.parse(policy)]));
}

/** Deletes all but one policy of each type, and what that one refers to. */
async function keepOneOfEachType(): Promise<void> {
  const { items } = listedSchema.parse(await tenant.control("GET", "/policies"));
  const byId = new Map(items.map((item) => [item.id, item]));
  const types = new Set<string>();
  const queue = items.filter(({ family, type }) => {
    const isFirst = !types.has(`${family} ${type}`);
    types.add(`${family} ${type}`);
    return isFirst;
  });
  const kept = new Set<string>();
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (kept.has(item.id)) continue;
    kept.add(item.id);
    const text = JSON.stringify(await tenant.control("GET", `/policies/${item.family}/${encodeURIComponent(item.id)}`));
    for (const [id] of text.matchAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g)) {
      const referred = byId.get(id);
      if (referred !== undefined) queue.push(referred);
    }
  }
  for (const { family, id } of items)
    // Ids of scope tags are small numbers, which stand in all policies.
    if (!kept.has(id) && family !== "scopeTags") await tenant.control("DELETE", `/policies/${family}/${id}`);
  expect(types.size).toBeGreaterThan(70);
}

/** The first policy of a family that is as wanted. */
function policyWith(
  family: string,
  fits: (policy: WholePolicy) => boolean,
): { id: string; name: string; policy: WholePolicy } {
  for (const [key, policy] of before) {
    const [of = "", id = ""] = key.split("/");
    if (of === family && fits(policy))
      return { id, name: String(policy.doc["displayName"] ?? policy.doc["name"]), policy };
  }
  throw new Error(`no such policy of ${family}`);
}

describe("A whole session behind what only passes Microsoft's schema", { timeout: LIMIT_MS }, () => {
  it("reads every family whole", async () => {
    const inventory = await tenant.inventory();
    expect(inventory.map(({ family, graphId }) => `${family}/${graphId}`).toSorted()).toEqual(
      [...before.keys()].toSorted(),
    );
  });

  it("finds exactly that Defender was switched off, a filter dropped and a tag changed, puts them back, and knows who it was", async () => {
    const windows = policyWith("compliance", ({ doc }) => doc["defenderEnabled"] === true);
    const filtered = policyWith(
      "deviceConfiguration",
      ({ doc, parts }) =>
        JSON.stringify(parts["assignments"] ?? []).includes('AssignmentFilterType":"include"') &&
        doc["@odata.type"] === "#microsoft.graph.windows10GeneralConfiguration",
    );
    const tagged = policyWith("powershellScripts", () => true);
    await tenant.control("PUT", `/policies/compliance/${windows.id}`, { doc: { defenderEnabled: false }, actor: ANNA });
    const assignments = z
      .array(z.looseObject({ target: z.looseObject({}) }))
      .parse(filtered.policy.parts["assignments"]);
    const unfiltered = assignments.map(({ target, ...entry }) => ({
      ...entry,
      target: targetSchema.safeParse(target).success
        ? {
            ...target,
            deviceAndAppManagementAssignmentFilterId: null,
            deviceAndAppManagementAssignmentFilterType: "none",
          }
        : target,
    }));
    await tenant.control("PUT", `/policies/deviceConfiguration/${filtered.id}`, {
      doc: {},
      parts: { assignments: unfiltered },
      actor: ANNA,
    });
    const tags = tagged.policy.doc["roleScopeTagIds"];
    const other = JSON.stringify(tags) === '["0"]' ? ["1"] : ["0"];
    await tenant.control("PUT", `/policies/powershellScripts/${tagged.id}`, {
      doc: { roleScopeTagIds: other },
      actor: ANNA,
    });

    await tenant.sync();
    await tenant.readLogs();
    const { comparison } = await baselines.compare(baselineId);
    const findings = await baselines.foundBy(comparison.id);
    expect(findings.map(({ kind, family, name }) => `${kind} ${family}/${name}`).toSorted()).toEqual(
      [
        `changed compliance/${windows.name}`,
        `assignments deviceConfiguration/${filtered.name}`,
        `changed powershellScripts/${tagged.name}`,
      ].toSorted(),
    );
    expect(findings.find(({ family }) => family === "compliance")).toMatchObject({ severity: "high" });
    for (const finding of findings) {
      const { finding: read } = await baselines.finding(finding.id);
      expect(await changeOfFinding(env.DATABASE, tenant.tenantId, read, Date.now())).toMatchObject({
        known: { actor: { name: ANNA.userPrincipalName }, ours: false },
      });
    }

    const preview = await previewed(tenant, { backupSetId, conditionalAccess: "as-is" });
    const planned = preview.items.filter(({ action }) => action !== "unchanged" && action !== "blocked");
    expect(planned.map(({ family, name, action }) => `${action} ${family} ${name}`).toSorted()).toEqual(
      [
        `update deviceConfiguration ${filtered.name}`,
        `update compliance ${windows.name}`,
        `update powershellScripts ${tagged.name}`,
      ].toSorted(),
    );
    const run = await toTheEnd(tenant, await inOrder(tenant, await restoreRun(tenant, preview)));
    expect(counted(run.results)).toMatchObject({ created: 0, updated: 3, failed: 0 });
    const after = await stateOf();
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [key, policy] of before) expect(keptTruth(after.get(key) ?? policy), key).toEqual(keptTruth(policy));

    await tenant.sync();
    await tenant.readLogs();
    const again = await baselines.compare(baselineId);
    expect((await baselines.foundBy(again.comparison.id)).map(({ status }) => status)).toEqual([
      "resolved",
      "resolved",
      "resolved",
    ]);
  });

  it("takes evidence of all of it", async () => {
    const { take } = asTenant(tenant);
    expect(await take()).toMatchObject({ outcome: "succeeded", summaryCounts: { failed: 0 } });
  });

  it("asked nothing that Microsoft's types do not allow, and lost nothing that a version hides", async () => {
    const { requests, refusals, removed } = await witnessed(inject("schemaProxyUrl"), tenant.name);
    expect({ refusals, removed }).toEqual({ refusals: [], removed: [] });
    expect(requests).toBeGreaterThan(400);
  });
});
