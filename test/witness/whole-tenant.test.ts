/**
 * A tenant that loses all that can be made again: Wi-Fi, VPN, SCEP, winget and Office apps and what they refer to; in the long form
 * (`npm run test:thorough -- test/witness/whole-tenant.test.ts`) with generated policies of every family, and those exported from real
 * tenants where they are at hand. Synced, backed up, deleted, restored, and compared property by property.
 */
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { createBackupSet } from "../../src/database/backups/backup-set-changes.ts";
import { listPlanItems } from "../../src/database/restore/restore-plan-items.ts";
import { readPlan } from "../../src/database/restore/restore-plans.ts";
import { listRestoreResults } from "../../src/database/restore/restore-results.ts";
import { planIdOf } from "../../src/database/restore/restore-plan-building.ts";
import type { RestoreMode, RestorePlanItem, RestoreResult } from "../../src/contract/restore.ts";
import { addPolicies } from "../../src/operations/backup-sets/add-policies.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import { policyRestore } from "../../src/operations/policy-restore/policy-restore.ts";
import { restorePreview } from "../../src/operations/policy-restore/restore-preview.ts";
import { realTenant, type RealTenant } from "../operations/real-tenant.ts";
import { drive } from "../support/drive-phases.ts";
import { copiedTruth, type WholePolicy } from "../support/policy-truth.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";
import { witnessed } from "../support/schema-proxy/witnessed.ts";
import { controlOf } from "../support/simulator-server.ts";
import { isSingle } from "../support/single-families.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const LIMIT_MS = sized(120_000, 900_000);
const DIRECTORY = "whole-tenant";
const EXPORTED = sized(null, HAS_REALDATA ? REALDATA_FOLDER : null);
const GENERATED = sized(0, 60);
/** Policies beside the single objects: those of `NAMED_KINDS` and what they refer to, one at least of each family, the exported ones. */
const AT_LEAST = sized(7, EXPORTED === null ? 60 : 200);
/** What reviews found lost. */
const NAMED_KINDS = [
  "windowsWifiEnterpriseEAPConfiguration",
  "windowsWifiConfiguration",
  "windows10VpnConfiguration",
  "windows81SCEPCertificateProfile",
  "windows81TrustedRootCertificate",
  "winGetApp",
  "officeSuiteApp",
];

let tenant: RealTenant;
const control = controlOf(inject("simulatorUrl"));
const before = new Map<string, WholePolicy>();
let backupSetId: string;

beforeAll(async () => {
  tenant = await realTenant(DIRECTORY, {
    folder: EXPORTED,
    asIs: false,
    generated: GENERATED,
    graphUrl: inject("schemaProxyUrl"),
  });
  await addNamedKinds();
  for (const { family, id } of await control.policies(DIRECTORY))
    before.set(`${family}/${id}`, await control.policy(DIRECTORY, family, id));
  await synced("run-sync");
  const actor = { tenantId: tenant.tenantId, actorId: "user-owner", at: Date.now() };
  backupSetId = await createBackupSet(tenant.env.DATABASE, actor, { name: "Before", description: "" });
  for (const result of await tenant.run(addPolicies, "run-backup", { backupSetId, filter: {} }))
    if (result.kind !== "succeeded") throw new Error(JSON.stringify(result));
}, LIMIT_MS);
afterAll(() => tenant?.dispose());

async function addNamedKinds(): Promise<void> {
  const has = new Set((await control.policies(DIRECTORY)).map(({ type }) => type?.replace("#microsoft.graph.", "")));
  const profile = (type: string, more: object = {}) =>
    control.addPolicy(DIRECTORY, "deviceConfiguration", {
      "@odata.type": `#microsoft.graph.${type}`,
      displayName: `Witness ${type}`,
      ...more,
    });
  const bound = (id: string) => `${inject("simulatorUrl")}/beta/deviceManagement/deviceConfigurations('${id}')`;
  const root = await profile("windows81TrustedRootCertificate", { trustedRootCertificate: btoa("root") });
  const scep = await profile("windows81SCEPCertificateProfile", {
    scepServerUrls: ["https://scep.example"],
    "rootCertificate@odata.bind": bound(root),
  });
  await profile("windowsWifiEnterpriseEAPConfiguration", {
    networkName: "Office",
    eapType: "eapTls",
    "identityCertificateForClientAuthentication@odata.bind": bound(scep),
    "rootCertificatesForServerValidation@odata.bind": [bound(root)],
  });
  await profile("windowsWifiConfiguration", { networkName: "Guests", wifiSecurityType: "open" });
  await profile("windows10VpnConfiguration", {
    connectionName: "Office",
    connectionType: "pulseSecure",
    servers: [{ description: "One", address: "vpn.example", isDefaultServer: true }],
  });
  for (const [type, more] of [
    ["winGetApp", { packageIdentifier: "9WZDNCRFJ3PZ", installExperience: { runAsAccount: "user" } }],
    [
      "officeSuiteApp",
      { productIds: ["o365ProPlusRetail"], excludedApps: { teams: true }, localesToInstall: ["de-at"] },
    ],
  ] as const)
    if (!has.has(type))
      await control.addPolicy(DIRECTORY, "apps", {
        "@odata.type": `#microsoft.graph.${type}`,
        displayName: `Witness ${type}`,
        publisher: "Contoso",
        ...more,
      });
}

async function synced(runId: string): Promise<void> {
  for (const result of await tenant.run(inventorySync, runId, {}))
    if (result.kind !== "succeeded") throw new Error(JSON.stringify(result));
}

interface Previewed {
  planHash: string;
  items: RestorePlanItem[];
}

async function previewed(runId: string, mode: RestoreMode): Promise<Previewed> {
  const { env, tenantId } = tenant;
  const asked = restorePreview.inputSchema.parse({ backupSetId, mode, assignments: true, conditionalAccess: "as-is" });
  const prepared = await restorePreview.prepare?.(tenantId, asked, env);
  if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
  const ended = await drive(restorePreview, { tenantId, tenantSlug: "real", runId }, prepared.input, tenant.context);
  if (ended.kind !== "done") throw new Error(JSON.stringify(ended));
  const planId = planIdOf(runId);
  const plan = await readPlan(env.DATABASE, tenantId, planId);
  const request = { tenantId, planId, action: null, family: null, query: null, missing: false };
  const page = await listPlanItems(env.DATABASE, { ...request, cursor: null, limit: 2_000 });
  if (plan?.planHash === undefined || plan.planHash === null || page === null) throw new Error("the plan is not ready");
  return { planHash: plan.planHash, items: page.items };
}

async function restored(runId: string, { planHash }: Previewed): Promise<RestoreResult[]> {
  const { env, tenantId } = tenant;
  const asked = policyRestore.inputSchema.parse({
    backupSetId,
    mode: "update",
    assignments: true,
    approvedPlan: planHash,
  });
  const prepared = await policyRestore.prepare?.(tenantId, asked, env);
  if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
     values (?1, ?2, 'policy.restore', 'running', 'pending', ?3, ?1, 'user-owner', 1, 0, 0)`,
  )
    .bind(runId, tenantId, JSON.stringify(prepared.input))
    .run();
  await tenant.run(policyRestore, runId, prepared.input);
  const page = await listRestoreResults(env.DATABASE, { tenantId, runId, outcome: null, cursor: null, limit: 2_000 });
  if (page === null) throw new Error("the run has no results");
  return page.items;
}

const TAG_PROPERTIES = new Set(["roleScopeTagIds", "roleScopeTags"]);

/** With the ids that things have now, in place of those that they had. Those of scope tags are small numbers, which say other things as well. */
function renamed(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(value, (name, member: unknown) => {
    if (TAG_PROPERTIES.has(name))
      return z
        .array(z.string())
        .parse(member)
        .map((tag) => ids.get(tag) ?? tag);
    return typeof member === "string" && member.length > 8 ? (ids.get(member) ?? member) : member;
  });
  return JSON.parse(text);
}

/** Assignments are a set: Graph tells them in an order of its own. */
function assignmentsSorted(policy: unknown): unknown {
  const { parts, ...rest } = z
    .looseObject({ parts: z.looseObject({ assignments: z.array(z.unknown()).optional() }) })
    .parse(policy);
  const told = (assignment: unknown) => inspect(assignment, { sorted: true, depth: null });
  const assignments = parts.assignments?.toSorted((a, b) => (told(a) < told(b) ? -1 : 1));
  return { ...rest, parts: { ...parts, assignments } };
}

/** What people know it by: a copy has another, what is put back has the same. */
function namesOf({ doc }: WholePolicy): unknown[] {
  return ["displayName", "name", "profileName", "description"].map((property) => doc[property] ?? null);
}

describe.runIf(IN_WHOLE)("A tenant that lost all that can be made again", { timeout: LIMIT_MS }, () => {
  it("comes back equal in every property, each reference to what it refers to now", async () => {
    const all = [...before.keys()];
    const kinds = new Set(
      [...before.values()].map(({ doc }) => String(doc["@odata.type"]).replace("#microsoft.graph.", "")),
    );
    expect(NAMED_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(all.filter((key) => !isSingle(key.split("/")[0] ?? "")).length).toBeGreaterThanOrEqual(AT_LEAST);

    const copies = await previewed("run_what-can-be-made", "create");
    const made = copies.items.filter(({ action, family }) => action === "create" && !isSingle(family));
    for (const { family, graphId } of made) await control.deletePolicy(DIRECTORY, family, graphId);

    const plan = await previewed("run_preview", "update");
    const created = plan.items.filter(({ action }) => action === "create");
    const keyOf = ({ family, graphId }: RestorePlanItem) => `${family}/${graphId}`;
    expect(created.map(keyOf).toSorted()).toEqual(made.map(keyOf).toSorted());
    const results = await restored("run_restore", plan);
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "created")).toHaveLength(created.length);

    const ids = new Map(
      created.map(({ graphId, ordinal }) => [graphId, results.find((one) => one.ordinal === ordinal)?.targetId ?? ""]),
    );
    const written = new Set(plan.items.filter(({ action }) => action === "create" || action === "update").map(keyOf));
    for (const [key, policy] of before) {
      const [family = "", id = ""] = key.split("/");
      const now = await control.policy(DIRECTORY, family, ids.get(id) ?? id);
      // What cannot be made again was not lost either, and is as it was.
      const wanted = renamed(copiedTruth(family, policy), written.has(key) ? ids : new Map());
      expect(assignmentsSorted(copiedTruth(family, now)), key).toEqual(assignmentsSorted(wanted));
      expect(namesOf(now), key).toEqual(namesOf(policy));
    }
    // Microsoft's own objects stay where they are; an app whose installer no backup holds is given what it refers to now.
    const rest = plan.items.filter(({ action }) => action !== "create" && action !== "unchanged");
    const told = rest.map(({ family, action, reason }) => `${family} ${action} ${reason?.code ?? ""}`);
    expect(told.filter((one) => !/ blocked built_in$|^apps update $/.test(one))).toEqual([]);

    await synced("run-sync-again");
    const again = await previewed("run_again", "update");
    expect(again.items.filter(({ action }) => action === "create" || action === "update")).toEqual([]);
  });

  it("asked nothing that Microsoft's types do not allow", async () => {
    const { requests, refusals, removed } = await witnessed(inject("schemaProxyUrl"), DIRECTORY);
    expect({ refusals, removed }).toEqual({ refusals: [], removed: [] });
    expect(requests).toBeGreaterThan(sized(100, 1_000));
  });
});
