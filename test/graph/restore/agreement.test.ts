import { describe, expect, it } from "vitest";
import { FAMILY_KEYS, familyByKey, type FamilyKey } from "../../../src/graph/families.ts";
import { compareForRestore } from "../../../src/graph/restore/differences.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { meaningRules } from "../../../src/graph/policy-meaning.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../src/policies/json-value.ts";
import { diffPolicies } from "../../../src/policies/policy-diff.ts";
import { isSamePolicy } from "../../../src/policies/policy-normal-form.ts";
import { Random } from "../../simulation/random.ts";
import { generatedRelease } from "../../support/generated-release.ts";
import { readRelease } from "../../support/older-release.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../../support/realdata.ts";
import { sized } from "../../support/thoroughness.ts";

const BOTH = { assignments: true };

/** The document with one thing changed: a value, an element gone, a member gone, a member come, a list turned round. */
function mutated(random: Random, document: JsonObject): JsonObject {
  const copy = structuredClone(document);
  const objects: JsonObject[] = [];
  const walk = (value: JsonValue): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (isJsonObject(value)) {
      objects.push(value);
      for (const member of Object.values(value)) walk(member);
    }
  };
  walk(copy);
  const owner = random.chance(0.5) ? copy : (objects[random.below(objects.length)] ?? copy);
  const names = Object.keys(owner);
  const name = names[random.below(names.length)];
  const value = name === undefined ? null : (owner[name] ?? null);
  if (name === undefined || random.chance(0.1)) owner["knownToNobody"] = { level: 1 };
  else if (random.chance(0.2)) delete owner[name];
  else if (Array.isArray(value)) owner[name] = random.chance(0.5) ? value.toReversed() : value.slice(1);
  else if (typeof value === "boolean") owner[name] = !value;
  else if (typeof value === "number") owner[name] = value + 1;
  else owner[name] = value === null ? "set" : null;
  return copy;
}

function disagreements(policies: readonly { family: string; document: JsonObject }[], pairs: number): string[] {
  const found: string[] = [];
  const families = new Set<string>();
  for (const [index, { family, document }] of policies.entries()) {
    const random = new Random(index);
    const key = FAMILY_KEYS.find((known) => known === family);
    if (key === undefined) throw new Error(`no family ${family}`);
    for (let pair = 0; pair < pairs; pair += 1) {
      const tenant = mutated(random, document);
      if (!agrees(key, document, tenant)) found.push(`${family}: ${JSON.stringify(tenant).slice(0, 200)}`);
    }
    families.add(family);
  }
  expect(families.size).toBeGreaterThan(3);
  return found;
}

/** A finding is an update or a rest with a name; what is neither is the same for everybody. */
function agrees(key: FamilyKey, stored: JsonObject, tenant: JsonObject): boolean {
  const differs = !isSamePolicy(meaningRules(key), stored, tenant);
  const diff = diffPolicies(meaningRules(key), stored, tenant);
  const { changes, left } = compareForRestore(key, stored, tenant, BOTH);
  const plan = planRestore(key, stored, {
    mode: { kind: "update", target: tenant },
    assignments: true,
    conditionalAccess: "as-is",
    mapping: {},
    omaValues: new Set(),
    graphUrl: "https://graph.microsoft.com",
    plannedAt: Date.UTC(2026, 10, 28),
  });
  const named = differs === diff.length > 0 && differs === changes.length + left.length > 0;
  switch (plan.kind) {
    case "blocked":
      return named;
    case "unchanged":
      return named && differs === plan.left.length > 0;
    case "writes":
      return named && plan.changes.length === changes.length && changes.length > 0;
  }
}

describe("Findings, previews, reading back and diffs", () => {
  it("agree about any pair, in generated policies of every family", () => {
    const policies = generatedRelease("agreement", sized(78, 120));
    expect(new Set(policies.map(({ family }) => family)).size).toBe(FAMILY_KEYS.length);
    expect(disagreements(policies, sized(6, 12))).toEqual([]);
  });

  it.runIf(HAS_REALDATA)("agree about any pair, in policies of real tenants", async () => {
    const policies = (await readRelease(REALDATA_FOLDER)).filter(({ family }) => familyByKey(family) !== null);
    expect(disagreements(policies, 3)).toEqual([]);
  });
});
