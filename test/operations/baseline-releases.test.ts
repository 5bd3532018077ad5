/**
 * An older and a newer release of exported policies, loaded into one simulated tenant in turn: synced and captured, then synced
 * and compared. What the product finds is what a script in Python, which shares no code with it, finds between the two folders.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import { recognize } from "../../simulator/src/recognize.ts";
import type { JsonValue } from "../../src/policies/json-value.ts";
import { readPayload } from "../../src/storage/payload-store.ts";
import { normalText } from "../../src/policies/policy-normal-form.ts";
import type { Finding } from "../../src/contract/baselines.ts";
import { type ChangeValue, servedChangeSchema } from "../../src/contract/policy-diff.ts";
import { listFindings, readFinding } from "../../src/database/findings/findings.ts";
import { baselineCapture } from "../../src/operations/baseline-capture/baseline-capture.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import { drive } from "../support/drive-phases.ts";
import { generatedRelease } from "../support/generated-release.ts";
import { makeReleases, readRelease, type ReleasedPolicy, writeRelease } from "../support/older-release.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";
import { controlOf } from "../support/simulator-server.ts";
import { isSingle } from "../support/single-families.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";
import { varietyOf } from "../support/variety.ts";
import { realTenant, type RealTenant } from "./real-tenant.ts";

const WITNESS = join(import.meta.dirname, "../support/independent-policy-diff.py");

const titled = z.object({ id: z.string() });
const witnessSchema = z.object({
  added: z.array(titled),
  removed: z.array(titled),
  changed: z.array(
    titled.extend({
      differences: z.array(z.object({ path: z.string(), kind: z.string(), before: z.json(), after: z.json() })),
    }),
  ),
});

interface Found {
  added: string[];
  removed: string[];
  /** A line a difference: policy, path without steps into lists, kind, and values where they are not long. */
  differences: string[];
}

let work: string;
let tenant: RealTenant | null = null;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "tenantatlas-releases-"));
});
afterEach(async () => {
  await tenant?.dispose();
  await rm(work, { recursive: true, force: true });
});

/** Values that are served cut are told by nobody. */
const LONG = 4_000;

function line(family: string, id: string, path: string, kind: string, before: JsonValue, after: JsonValue): string {
  const spellings = [before, after].map((value) =>
    normalText(meaningRules(family), { [path.split(".")[0] ?? ""]: value }),
  );
  const told = spellings.some(({ length }) => length > LONG) ? ["(long)"] : spellings;
  return [id, path, kind, ...told].join(" | ");
}

async function byWitness(older: string, newer: string, families: ReadonlyMap<string, string>): Promise<Found> {
  const { stdout } = await promisify(execFile)("python3", [WITNESS, older, newer], { maxBuffer: 64 * 1024 * 1024 });
  const report = witnessSchema.parse(JSON.parse(stdout));
  return {
    added: report.added.map(({ id }) => id).toSorted(),
    removed: report.removed.map(({ id }) => id).toSorted(),
    differences: report.changed
      .flatMap(({ id, differences }) =>
        differences.map(({ path, kind, before, after }) => line(families.get(id) ?? "", id, path, kind, before, after)),
      )
      .toSorted(),
  };
}

async function byProduct({ tenantId, env }: RealTenant, baselineId: string): Promise<Found> {
  const key = { id: tenantId, slug: "real" };
  const filter = { kind: null, severity: null, status: null, baselineId, cursor: null, limit: 10_000 };
  const page = await listFindings(env.DATABASE, key, filter, Date.now());
  const idsOf = (kind: Finding["kind"]) =>
    page.items.flatMap((finding) => (finding.kind === kind ? [finding.graphId ?? ""] : [])).toSorted();
  const differences: string[] = [];
  for (const { id, family, graphId, changeCount } of page.items) {
    const detailHash = (await readFinding(env.DATABASE, key, id, Date.now()))?.detailHash ?? null;
    if (detailHash === null) continue;
    const payload = await readPayload(env.ARTIFACTS, tenantId, detailHash, "differences");
    if (payload.kind !== "found") throw new Error(payload.kind);
    const { changes } = z.object({ changes: z.array(servedChangeSchema) }).parse(payload.document);
    expect(changes).toHaveLength(changeCount);
    for (const change of changes) {
      const path = change.path.flatMap((step) => (step.kind === "property" ? [step.name] : [])).join(".");
      const kind = change.kind === "moved" ? "reordered" : change.kind;
      const before = change.kind === "removed" || change.kind === "changed" ? wholeValue(change.before) : null;
      const after = change.kind === "added" || change.kind === "changed" ? wholeValue(change.after) : null;
      differences.push(line(family, graphId ?? "", path, kind, before, after));
    }
  }
  return { added: idsOf("added"), removed: idsOf("removed"), differences: differences.toSorted() };
}

/** Texts that are served decoded are told by the witness as they are stored. */
function wholeValue(value: ChangeValue): JsonValue {
  if (value.form === "json") return value.json;
  if (value.omittedBefore + value.omittedAfter > 0) return "x".repeat(LONG + 1);
  return value.decoded ? Buffer.from(value.text, "utf8").toString("base64") : value.text;
}

/** In folders named after families: an edit may take away by what else the simulator would know a policy's. */
async function writeInFolders(folder: string, policies: readonly ReleasedPolicy[]): Promise<void> {
  // The maker puts every seventh of a list into a file of many.
  for (let start = 0; start < policies.length; start += 6)
    await writeRelease(join(folder, String(start)), policies.slice(start, start + 6));
}

/** What templates name in their own way: as Graph names it, or null where Graph has nothing of the kind. */
const OF_TEMPLATES: Readonly<Record<string, string | null>> = {
  localizedMessages: "localizedNotificationMessages",
  membershipType: null,
};

/** As Graph would tell templates: without an id they are given one of their path, which cannot stand in an address of Graph. */
function asGraphTells(policies: readonly ReleasedPolicy[]): ReleasedPolicy[] {
  return policies.map((policy) => {
    const id = policy.id.replace(/[^\w.-]/g, "-");
    const members = Object.entries(policy.document).flatMap(([name, value]) => {
      const told = OF_TEMPLATES[name] === undefined ? name : OF_TEMPLATES[name];
      return told === null ? [] : [[told, value] as const];
    });
    return { ...policy, id, document: { ...Object.fromEntries(members), id } };
  });
}

const FILLED_IN: ReadonlySet<string> = new Set([
  "roleScopeTagIds",
  "roleScopeTags",
  "state",
  "groupTypes",
  "mailEnabled",
  "mailNickname",
  "membershipRuleProcessingState",
  "securityEnabled",
]);

/** Whether the simulator still takes it for one of its family: an edit may take away what it is known by. */
function isRecognized({ family, document }: ReleasedPolicy): boolean {
  const recognition = recognize(document, `${family}/policy.json`);
  return recognition.kind === "policy" && recognition.family.key === family;
}

/** Loads both releases into one tenant in turn, and expects product and script to agree. */
async function expectAgreement(policies: readonly ReleasedPolicy[], seed: number, name: string): Promise<Found> {
  const made = makeReleases(policies, seed);
  // What an older file leaves out and the service fills in is there in the tenant, and in no folder.
  const filledIn = made.differences.filter(({ kind, path }) => kind === "added" && FILLED_IN.has(path));
  const lost = new Set([...made.older.filter((policy) => !isRecognized(policy)), ...filledIn].map(({ id }) => id));
  expect(lost.size).toBeLessThan(policies.length / 20);
  const releases = {
    older: made.older.filter(({ id }) => !lost.has(id)),
    newer: made.newer.filter(({ id }) => !lost.has(id)),
  };
  const [older, newer] = [join(work, "older"), join(work, "newer")];
  await writeInFolders(older, releases.older);
  await writeInFolders(newer, releases.newer);

  tenant = await realTenant(name, { folder: older });
  expect([...tenant.policies].filter((key) => !isSingle(key.split(" ")[0] ?? ""))).toHaveLength(
    releases.older.filter(({ family }) => !isSingle(family)).length,
  );
  await sync(tenant, "run-older");
  const run = { tenantId: tenant.tenantId, tenantSlug: "real", runId: "run_capture" };
  const input = baselineCapture.inputSchema.parse({ name: "Older release" });
  const captured = await drive(baselineCapture, run, input, tenant.context);
  if (captured.kind !== "done" || captured.result === null) throw new Error(captured.kind);
  expect(captured.outcome).toBe("succeeded");

  const control = controlOf(inject("simulatorUrl"));
  await control.createTenant(name, { policies: 0 });
  expect((await control.loadFolder(name, newer, true)).loaded).toHaveLength(releases.newer.length);
  await sync(tenant, "run-newer");
  const baselineId = captured.result.id;
  const compared = await drive(baselineCompare, { ...run, runId: "run_compare" }, { baselineId }, tenant.context);
  expect(compared).toMatchObject({ kind: "done", outcome: "succeeded" });

  const families = new Map(policies.map(({ id, family }) => [id, family]));
  const found = await byProduct(tenant, baselineId);
  expect(found).toEqual(await byWitness(older, newer, families));
  return found;
}

async function sync(real: RealTenant, runId: string): Promise<void> {
  for (const result of await real.run(inventorySync, runId, {})) expect(result).toMatchObject({ kind: "succeeded" });
}

describe.runIf(HAS_REALDATA && IN_WHOLE)("Two releases of exported policies, loaded in turn", () => {
  it.each(sized([1], [1, 2, 3]))(
    "give exactly the findings that an independent script finds (release %i)",
    async (seed) => {
      const exported = asGraphTells(await readRelease(REALDATA_FOLDER));
      const found = await expectAgreement(sized(varietyOf(exported), exported), seed, `releases-${seed}`);
      expect(found.added.length + found.removed.length).toBeGreaterThan(3);
      expect(found.differences.length).toBeGreaterThan(30);
    },
    240_000,
  );
});

describe.runIf(IN_WHOLE)("Two releases of generated policies of every family, loaded in turn", () => {
  it("give exactly the findings that an independent script finds", async () => {
    const found = await expectAgreement(
      generatedRelease("baseline-releases", sized(FAMILY_KEYS.length, 600)),
      11,
      "releases-generated",
    );
    expect(found.differences.length).toBeGreaterThan(sized(40, 300));
  }, 480_000);
});
