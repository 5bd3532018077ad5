/**
 * Two releases of policies that nobody on this project wrote. The newer is the folder; the older is made from it by recorded
 * edits, and differs in a thousand ways that mean nothing. A script in Python that shares no code with the product reads the
 * same two folders.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonValue } from "../../src/policies/json-value.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { normalText } from "../../src/policies/policy-normal-form.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { generatedRelease } from "../support/generated-release.ts";
import {
  makeReleases,
  readRelease,
  writeRelease,
  type ExpectedDifference,
  type ReleasedPolicy,
} from "../support/older-release.ts";
import { sized } from "../support/thoroughness.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";

const WITNESS = join(import.meta.dirname, "../support/independent-policy-diff.py");

const titled = z.object({ id: z.string(), name: z.string().nullable() });
const witnessSchema = z.object({
  added: z.array(titled),
  removed: z.array(titled),
  changed: z.array(
    titled.extend({
      differences: z.array(
        z.object({
          path: z.string(),
          kind: z.enum(["added", "removed", "changed", "reordered"]),
          before: z.json(),
          after: z.json(),
        }),
      ),
    }),
  ),
});

interface Found {
  added: string[];
  removed: string[];
  /** A line a difference: policy, path without steps into lists, kind, values in one spelling. */
  differences: string[];
}

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "tenantatlas-releases-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

function line(
  family: string,
  { id, path, kind, before, after }: { id: string; path: string; kind: string; before: JsonValue; after: JsonValue },
): string {
  // A value added or removed outright is told in normal form by one, as it was by the other.
  const spelling = (value: JsonValue) => normalText(meaningRules(family), { [path.split(".")[0] ?? ""]: value });
  return [id, path, kind, spelling(before), spelling(after)].join(" | ");
}

function byProduct(older: readonly ReleasedPolicy[], newer: readonly ReleasedPolicy[]): Found {
  const before = new Map(older.map((policy) => [policy.id, policy]));
  const ids = new Set(newer.map(({ id }) => id));
  const differences = newer.flatMap(({ id, family, document }) => {
    const was = before.get(id);
    if (!was) return [];
    return diffPolicies(meaningRules(family), was.document, document).map((change) =>
      line(family, {
        id,
        path: change.path.flatMap((step) => (step.kind === "property" ? [step.name] : [])).join("."),
        kind: change.kind === "moved" ? "reordered" : change.kind,
        before: change.kind === "removed" || change.kind === "changed" ? change.before : null,
        after: change.kind === "added" || change.kind === "changed" ? change.after : null,
      }),
    );
  });
  return {
    added: newer.filter(({ id }) => !before.has(id)).map(({ id }) => id),
    removed: older.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
    differences,
  };
}

async function byWitness(olderFolder: string, newerFolder: string, families: Map<string, string>): Promise<Found> {
  const { stdout } = await promisify(execFile)("python3", [WITNESS, olderFolder, newerFolder], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const report = witnessSchema.parse(JSON.parse(stdout));
  return {
    added: report.added.map(({ id }) => id),
    removed: report.removed.map(({ id }) => id),
    differences: report.changed.flatMap(({ id, differences }) =>
      differences.map((difference) => line(families.get(id) ?? "", { id, ...difference })),
    ),
  };
}

function byRecord(
  releases: { addedIds: string[]; removedIds: string[]; differences: ExpectedDifference[] },
  families: Map<string, string>,
): Found {
  return {
    added: releases.addedIds,
    removed: releases.removedIds,
    differences: releases.differences.map((difference) => line(families.get(difference.id) ?? "", difference)),
  };
}

function sorted({ added, removed, differences }: Found): Found {
  return { added: added.toSorted(), removed: removed.toSorted(), differences: differences.toSorted() };
}

interface Comparison {
  /** What was edited. */
  recorded: Found;
  product: () => Found;
  witness: () => Promise<Found>;
}

function compareReleases(policies: readonly ReleasedPolicy[], seed: number, realEdits: boolean): Comparison {
  const releases = makeReleases(policies, seed, { realEdits });
  const families = new Map(policies.map(({ id, family }) => [id, family]));
  return {
    recorded: sorted(byRecord(releases, families)),
    product: () => sorted(byProduct(releases.older, releases.newer)),
    witness: async () => {
      await writeRelease(join(work, "older"), releases.older);
      await writeRelease(join(work, "newer"), releases.newer);
      return sorted(await byWitness(join(work, "older"), join(work, "newer"), families));
    },
  };
}

/** The product needs no Python, and nor do the other tests. CI has it, and must not pass for want of it. */
const HAS_PYTHON = spawnSync("python3", ["--version"]).status === 0 || process.env["CI"] !== undefined;
const NOTHING: Found = { added: [], removed: [], differences: [] };

describe.runIf(HAS_REALDATA)("Two releases of exported policies with stable ids", () => {
  it.each(sized([1, 2], [1, 2, 3, 4, 5]))("differ in exactly what was edited (release %i)", async (seed) => {
    const { recorded, product } = compareReleases(await readRelease(REALDATA_FOLDER), seed, true);
    expect(recorded.added.length + recorded.removed.length).toBeGreaterThan(3);
    expect(recorded.differences.length).toBeGreaterThan(30);
    expect(product()).toEqual(recorded);
  });

  it.runIf(HAS_PYTHON).each(sized([1, 2], [1, 2, 3, 4, 5]))(
    "differ in the same for an independent script (release %i)",
    async (seed) => {
      const { recorded, witness } = compareReleases(await readRelease(REALDATA_FOLDER), seed, true);
      expect(await witness()).toEqual(recorded);
    },
  );

  it("F36, F37: are the same when they differ in nothing but how they are told", async () => {
    expect(compareReleases(await readRelease(REALDATA_FOLDER), 6, false).product()).toEqual(NOTHING);
  });

  it.runIf(HAS_PYTHON)("F36, F37: are the same for an independent script too", async () => {
    expect(await compareReleases(await readRelease(REALDATA_FOLDER), 6, false).witness()).toEqual(NOTHING);
  });
});

describe("Two releases of generated policies of every family", () => {
  it.each(sized([1], [1, 2, 3]))("differ in exactly what was edited (release %i)", (seed) => {
    const policies = generatedRelease(`release-${seed}`, 300);
    expect(new Set(policies.map(({ family }) => family))).toEqual(new Set(FAMILY_KEYS));
    const { recorded, product } = compareReleases(policies, seed, true);
    expect(recorded.differences.length).toBeGreaterThan(150);
    expect(product()).toEqual(recorded);
  });

  it.runIf(HAS_PYTHON).each(sized([1], [1, 2, 3]))(
    "differ in the same for an independent script (release %i)",
    async (seed) => {
      const { recorded, witness } = compareReleases(generatedRelease(`release-${seed}`, 300), seed, true);
      expect(await witness()).toEqual(recorded);
    },
  );

  it("F36, F37: are the same when they differ in nothing but how they are told", () => {
    expect(compareReleases(generatedRelease("noise", 300), 7, false).product()).toEqual(NOTHING);
  });

  it.runIf(HAS_PYTHON)("F36, F37: are the same for an independent script too", async () => {
    expect(await compareReleases(generatedRelease("noise", 300), 7, false).witness()).toEqual(NOTHING);
  });
});
