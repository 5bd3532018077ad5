import { beforeAll, describe, expect, inject, it } from "vitest";
import { witnessed } from "../../support/schema-proxy/witnessed.ts";
import { canonicalText, comparableText } from "../../../src/policies/canonical-json.ts";
import { FAMILY_KEYS, familyOf, type FamilyKey } from "../../../src/graph/families.ts";
import type { PolicyDocument } from "../../../src/graph/calls/family-reader.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { sized } from "../../support/thoroughness.ts";
import { varietyOf } from "../../support/variety.ts";
import { restoreBench, type RestoreBench } from "./simulated-restore.ts";

let bench: RestoreBench;
let stored: Map<FamilyKey, PolicyDocument[]>;

beforeAll(async () => {
  bench = await restoreBench(340, undefined, inject("schemaProxyUrl"));
  // What a restore makes is told late here, as by Graph.
  await bench.control.configure(bench.tenant, { lateAnswers: 1 });
  stored = new Map((await bench.readAll()).map(({ key, policies }) => [key, policies]));
});

const policiesOf = (key: FamilyKey): PolicyDocument[] => stored.get(key) ?? [];

/** In the short form those that show each shape of the family. */
const copiedOf = (key: FamilyKey): PolicyDocument[] => {
  const all = policiesOf(key).map((policy) => ({ ...policy, family: key }));
  // Of two, one may be the service's own and nothing but its id shows it.
  return sized(all.length > 2 ? varietyOf(all) : all, all);
};

/** The last is the service's own, or has what Graph keeps to itself. */
const BLOCKED: Partial<Record<FamilyKey, string[]>> = {
  // Of a secret in the settings, Graph tells a token that no other policy takes.
  settingsCatalog: ["encrypted_value"],
  remediations: ["built_in"],
  enrollment: ["default_configuration"],
  apps: ["app_content", "app_from_store"],
  authStrengths: ["built_in"],
  termsOfUse: ["document_file"],
  branding: ["default_configuration"],
  appCategories: ["built_in"],
  scopeTags: ["built_in"],
  roles: ["built_in"],
  ...Object.fromEntries(
    FAMILY_KEYS.filter((key) => familyOf(key).single !== null).map((key) => [key, ["single_object"]]),
  ),
  ...Object.fromEntries(FAMILY_KEYS.filter((key) => familyOf(key).restore.ownId).map((key) => [key, ["cannot_copy"]])),
};

describe("Reading one policy", () => {
  it.each(FAMILY_KEYS)("gives of %s the document that reading its family gives", async (key) => {
    for (const { graphId, document } of policiesOf(key).slice(0, 3))
      expect(canonicalText(await bench.read(key, graphId))).toBe(canonicalText(document));
  });
});

describe("A stored policy restored as a copy", () => {
  it.each(FAMILY_KEYS)("reads back equal, or is blocked with its reason: %s", async (key) => {
    const blocked = new Set<string>();
    let restored = 0;
    expect(policiesOf(key).length).toBeGreaterThan(0);
    for (const policy of copiedOf(key)) {
      const { omaValues, filling } = await bench.secretsOf(key, policy);
      const options = bench.options({ mode: { kind: "create", namePrefix: "Copy of " }, omaValues });
      const plan = planRestore(key, policy.document, options);
      if (plan.kind !== "writes") {
        blocked.add(plan.kind === "blocked" ? plan.code : plan.kind);
        continue;
      }
      const outcome = await bench.perform({ plan, filling });
      if (plan.notes.some((note) => note.includes("of one Autopilot profile alone"))) {
        expect(outcome).toMatchObject({
          failure: { graphMessage: expect.stringContaining("already assigned to All") },
        });
        continue;
      }
      expect(outcome, `${key} ${policy.graphId}`).toMatchObject({ kind: "restored" });
      expect(outcome.graphId).not.toBe(policy.graphId);
      expect(await bench.truthOf(key, outcome.graphId ?? "")).toEqual(await bench.truthOf(key, policy.graphId));
      // The first step after the creation is sent twice: Graph does not know the policy yet.
      const sent = new Set(outcome.requests.map(({ step }) => step));
      expect([...sent]).toEqual(plan.steps.map(({ name }) => name));
      restored += 1;
    }
    expect([...blocked].toSorted()).toEqual(BLOCKED[key] ?? []);
    const { single, restore } = familyOf(key);
    expect(restored > 0).toBe(key !== "termsOfUse" && single === null && !restore.ownId);
  });

  it("leaves what it was made from alone", async () => {
    for (const { key, policies } of await bench.readAll()) {
      const now = new Map(policies.map(({ graphId, document }) => [graphId, comparableText(document)]));
      for (const { graphId, document } of policiesOf(key)) expect(now.get(graphId)).toBe(comparableText(document));
    }
  });
});

describe("Every request of these", () => {
  it("was what Microsoft's types allow, and every answer what they have", async () => {
    const { requests, refusals, removed } = await witnessed(inject("schemaProxyUrl"), bench.tenant);
    expect(refusals).toEqual([]);
    expect(removed).toEqual([]);
    // That it was asked at all: each family is read and each policy made.
    expect(requests).toBeGreaterThan(2_000);
  });
});
