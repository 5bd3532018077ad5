import { describe, expect, it } from "vitest";
import { listFamilyStates, recordFailedReading } from "../../../src/database/inventory/inventory-families.ts";
import { mergeFamilies, readHashes, type SeenPolicy } from "../../../src/database/inventory/inventory-merge.ts";
import { mergeFamily } from "../../support/merge-family.ts";
import { listPolicies, listPolicyVersions, readPolicy } from "../../../src/database/inventory/policies.ts";
import { listPolicyFacts } from "../../../src/database/evidence/evidence-facts.ts";
import { encodePolicyId } from "../../../src/database/inventory/policy-id.ts";
import { seen } from "./seen-policies.ts";
import { sized } from "../../support/thoroughness.ts";
import { env } from "../../support/environment.ts";

const FAMILY = "settingsCatalog";
let tenants = 0;
let clock = Date.UTC(2026, 10, 1);

/** A tenant of its own for each test, and a clock that moves with each merge. */
function inventory() {
  const tenantId = `tenant-merge-${(tenants += 1)}`;
  const database = env.DATABASE;
  return {
    tenantId,
    /** Reads for as long as told before it merges; an instant if not told. */
    merge: async (runId: string, policies: SeenPolicy[], family = FAMILY, readMs = 1) => {
      clock += 1_000;
      const reading = { tenantId, family, runId, startedAt: clock - readMs, at: clock, policies, unread: [] };
      return (await mergeFamily(database, reading)).counters;
    },
    /** A reading that could not read some of the policies that its list told of. */
    mergePartly: (runId: string, policies: SeenPolicy[], ids: string[]) => {
      clock += 1_000;
      const unread = ids.map((graphId) => ({
        graphId,
        name: `N ${graphId}`,
        reasonCode: "not_found",
        message: "Gone?",
      }));
      return mergeFamily(database, {
        tenantId,
        family: FAMILY,
        runId,
        startedAt: clock - 1,
        at: clock,
        policies,
        unread,
      });
    },
    policy: (graphId: string, family = FAMILY) => readPolicy(database, tenantId, encodePolicyId({ family, graphId })),
    versions: async (graphId: string) => {
      const page = await listPolicyVersions(database, {
        tenantId,
        policyId: encodePolicyId({ family: FAMILY, graphId }),
        cursor: null,
        limit: 100,
      });
      return page.items.map(({ versionNumber, contentHash, runId }) => [versionNumber, contentHash, runId]);
    },
    state: async (family = FAMILY) => (await listFamilyStates(database, tenantId)).find(({ key }) => key === family),
    names: async () => {
      const page = await listPolicies(database, {
        tenantId,
        query: null,
        family: null,
        platform: null,
        removed: "hide",
        sort: "name",
        cursor: null,
        limit: 100,
      });
      return page.items.map(({ name }) => name);
    },
  };
}

describe("Merging a family", () => {
  it("stores what is new, with a first version", async () => {
    const { merge, policy, versions, state } = inventory();
    expect(await merge("run-1", [seen("a", "Alpha"), seen("b", "Beta", "2")])).toEqual({
      items: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      deleted: 0,
    });
    expect(await policy("b")).toMatchObject({
      name: "Beta",
      versionNumber: 1,
      contentHash: "content-2",
      removedAt: null,
      familyLabel: "Settings catalog",
    });
    expect(await versions("b")).toEqual([[1, "content-2", "run-1"]]);
    expect(await state()).toMatchObject({ policyCount: 2, lastOutcome: "succeeded", lastReason: null });
  });

  it("makes a version of changed content and keeps the history", async () => {
    const { merge, policy, versions } = inventory();
    await merge("run-1", [seen("a", "Alpha", "1")]);
    expect(await merge("run-2", [seen("a", "Alpha", "2")])).toMatchObject({ updated: 1, unchanged: 0 });
    expect(await merge("run-3", [seen("a", "Alpha", "1")])).toMatchObject({ updated: 1 });
    expect((await policy("a"))?.versionNumber).toBe(3);
    expect(await versions("a")).toEqual([
      [3, "content-1", "run-3"],
      [2, "content-2", "run-2"],
      [1, "content-1", "run-1"],
    ]);
  });

  it("makes no version of content that compares equal, and keeps the address of what was stored", async () => {
    const { merge, policy, versions } = inventory();
    await merge("run-1", [seen("a", "Alpha")]);
    const same = seen("a", "Alpha", "1", { contentHash: "content-other", lastModifiedAt: "2026-10-01T00:00:00.000Z" });
    expect(await merge("run-2", [same])).toMatchObject({ unchanged: 1, updated: 0 });
    expect(await policy("a")).toMatchObject({ contentHash: "content-1", lastModifiedAt: "2026-10-01T00:00:00.000Z" });
    expect(await versions("a")).toHaveLength(1);
  });

  it("marks removed what is gone, and revives what comes back with its history", async () => {
    const { merge, policy, versions, names, state } = inventory();
    await merge("run-1", [seen("a", "Alpha"), seen("b", "Beta")]);
    expect(await merge("run-2", [seen("a", "Alpha")])).toEqual({
      items: 1,
      created: 0,
      updated: 0,
      unchanged: 1,
      deleted: 1,
    });
    expect((await policy("b"))?.removedAt).not.toBeNull();
    expect(await names()).toEqual(["Alpha"]);
    expect((await state())?.policyCount).toBe(1);
    expect(await merge("run-3", [seen("a", "Alpha")])).toMatchObject({ deleted: 0 });
    expect(await merge("run-4", [seen("a", "Alpha"), seen("b", "Beta", "9")])).toMatchObject({
      created: 1,
      updated: 0,
      unchanged: 1,
      deleted: 0,
    });
    expect((await policy("b"))?.removedAt).toBeNull();
    expect(await versions("b")).toHaveLength(2);
  });

  it("takes an empty family for read, with nothing in it", async () => {
    const { merge, state } = inventory();
    expect(await merge("run-1", [])).toEqual({ items: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 });
    expect(await state()).toMatchObject({ policyCount: 0, lastOutcome: "succeeded" });
    expect((await state())?.lastCompleteAt).not.toBeNull();
    expect((await state("roles"))?.lastCompleteAt).toBeNull();
  });

  it("F35: keeps a policy that could not be read, merges the others, and says so until it is read again", async () => {
    const t = inventory();
    await t.merge("run-1", [seen("a", "A"), seen("b", "B"), seen("c", "C")]);
    const partly = await t.mergePartly("run-2", [seen("b", "B", "2")], ["a", "new"]);
    expect(partly).toEqual({
      counters: { items: 1, created: 0, updated: 1, unchanged: 0, deleted: 1 },
      unacknowledged: ["N a", "N new"],
    });
    expect(await t.policy("a")).toMatchObject({ versionNumber: 1, removedAt: null });
    expect(await t.policy("c")).toMatchObject({ removedAt: expect.any(String) });
    expect(await t.state()).toMatchObject({
      policyCount: 2,
      lastOutcome: "failed",
      lastReason: { code: "partly_read" },
    });
    expect(await t.mergePartly("run-2", [seen("b", "B", "2")], ["a", "new"])).toEqual(partly);
    expect(await t.merge("run-3", [seen("a", "A"), seen("b", "B", "2")])).toMatchObject({ unchanged: 2, deleted: 0 });
    expect(await t.state()).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
  });

  it("F1: answers the same counters when its unit runs again, and changes nothing more", async () => {
    const { merge, versions } = inventory();
    await merge("run-1", [seen("a", "Alpha"), seen("b", "Beta"), seen("c", "Gamma"), seen("d", "Delta")]);
    const reading = [seen("a", "Alpha"), seen("b", "Beta", "2"), seen("e", "Epsilon")];
    const first = await merge("run-2", reading);
    expect(first).toEqual({ items: 3, created: 1, updated: 1, unchanged: 1, deleted: 2 });
    expect(await merge("run-2", reading)).toEqual(first);
    expect(await versions("b")).toHaveLength(2);
  });

  it("counts truly when the tenant changes between a unit and its repetition", async () => {
    const { merge, versions } = inventory();
    await merge("run-1", [seen("a", "Alpha"), seen("b", "Beta")]);
    await merge("run-2", [seen("a", "Alpha", "2"), seen("c", "Gamma")]);
    // Changed once more, b is back, c is gone again: against run-1 that is one update.
    expect(await merge("run-2", [seen("a", "Alpha", "3"), seen("b", "Beta")])).toEqual({
      items: 2,
      created: 0,
      updated: 1,
      unchanged: 1,
      deleted: 0,
    });
    expect(await versions("a")).toHaveLength(3);
  });

  it("removes nothing that another run saw after this reading had begun, and leaves it to the next one", async () => {
    const { merge, policy, names } = inventory();
    await merge("run-1", [seen("a", "Alpha"), seen("b", "Beta")]);
    // A long reading began before c was made; a short one saw c, and is merged first.
    await merge("run-short", [seen("a", "Alpha"), seen("c", "Gamma")]);
    expect(await merge("run-long", [seen("a", "Alpha")], FAMILY, 1_500)).toEqual({
      items: 1,
      created: 0,
      updated: 0,
      unchanged: 1,
      deleted: 0,
    });
    expect((await policy("c"))?.removedAt).toBeNull();
    expect(await names()).toEqual(["Alpha", "Gamma"]);
    expect(await merge("run-next", [seen("a", "Alpha")])).toMatchObject({ deleted: 1 });
  });

  it("F34: keeps policies of one name apart, in one family and in two", async () => {
    const { merge, names, policy } = inventory();
    await merge("run-1", [seen("a", "Baseline", "1"), seen("b", "Baseline", "2")]);
    await merge("run-1", [seen("a", "Baseline", "3")], "compliance");
    expect(await names()).toEqual(["Baseline", "Baseline", "Baseline"]);
    expect((await policy("a"))?.contentHash).toBe("content-1");
    expect((await policy("a", "compliance"))?.contentHash).toBe("content-3");
  });

  it("touches no other family and no other tenant", async () => {
    const one = inventory();
    const two = inventory();
    await one.merge("run-1", [seen("a", "Alpha")], "roles");
    await two.merge("run-2", [seen("a", "Alpha")]);
    expect(await one.merge("run-3", [seen("b", "Beta")])).toMatchObject({ created: 1, deleted: 0 });
    expect((await one.policy("a", "roles"))?.removedAt).toBeNull();
    expect((await two.policy("a"))?.removedAt).toBeNull();
  });

  it("stores thousands of policies with long texts in a few statements", async () => {
    const { merge, state, tenantId } = inventory();
    const count = sized(1_500, 5_000);
    const many = Array.from({ length: count }, (_, index) =>
      seen(`id-${index}`, `Policy ${index} 方針`, String(index), { description: "d".repeat(500) }),
    );
    expect(await merge("run-1", many)).toMatchObject({ items: count, created: count });
    expect(await merge("run-2", many)).toMatchObject({ unchanged: count, deleted: 0 });
    expect((await state())?.policyCount).toBe(count);
    expect((await readHashes(env.DATABASE, tenantId, [FAMILY])).get(FAMILY)?.get(`id-${count - 1}`)).toEqual({
      comparableHash: `comparable-${count - 1}`,
      contentHash: `content-${count - 1}`,
      contentBytes: 4,
    });
  });

  it("changes nothing when any part of it fails", async () => {
    const { merge, names, state, versions } = inventory();
    await merge("run-1", [seen("a", "Alpha")]);
    const before = await state();
    // Long enough to be written by statements of its own, which succeed before those of the broken one.
    const long = seen("a", "Alpha", "5", { description: "d".repeat(450_000) });
    const broken = seen("b", "Beta", "2", { contentBytes: Number.NaN });
    await expect(merge("run-2", [long, broken])).rejects.toThrow();
    expect(await names()).toEqual(["Alpha"]);
    expect(await state()).toEqual(before);
    expect(await versions("a")).toHaveLength(1);
  });
});

describe("When a policy was last seen", () => {
  const facts = async (tenantId: string) => {
    const rows = await listPolicyFacts(env.DATABASE, tenantId, { family: "", graphId: "" }, 100);
    return rows.map(({ graphId, lastSeenAt, lastSeenRunId, lastRequestId }) => [
      graphId,
      lastSeenAt,
      lastSeenRunId,
      lastRequestId,
    ]);
  };
  const told = (id: string, requestId: string | null, content = "1") => seen(id, id, content, { requestId });

  it("is told of each by its newest reading, run and request, whatever became of it", async () => {
    const t = inventory();
    await t.merge("run-1", [told("a", "q1"), told("b", "q1"), told("c", "q2"), told('d"\\', null)]);
    const first = clock;
    const all = (at: number, run: string) => [at, run] as const;
    expect(await facts(t.tenantId)).toEqual([
      ["a", ...all(first, "run-1"), "q1"],
      ["b", ...all(first, "run-1"), "q1"],
      ["c", ...all(first, "run-1"), "q2"],
      ['d"\\', ...all(first, "run-1"), null],
    ]);
    // c is listed and cannot be read, b is gone, a is as it was.
    await t.mergePartly("run-2", [told("a", "q3"), told('d"\\', "q4")], ["c"]);
    const second = clock;
    expect(await facts(t.tenantId)).toEqual([
      ["a", ...all(second, "run-2"), "q3"],
      ["c", ...all(first, "run-1"), "q2"],
      ['d"\\', ...all(second, "run-2"), "q4"],
    ]);
    expect(await t.policy("b")).toMatchObject({
      lastSeenAt: new Date(first).toISOString(),
      removedAt: new Date(second).toISOString(),
    });
    expect(await t.policy("c")).toMatchObject({ lastSeenAt: new Date(first).toISOString(), removedAt: null });
    await t.merge("run-3", [told("a", "q5"), told("b", "q5"), told("c", "q6")]);
    expect(await facts(t.tenantId)).toEqual([
      ["a", ...all(clock, "run-3"), "q5"],
      ["b", ...all(clock, "run-3"), "q5"],
      ["c", ...all(clock, "run-3"), "q6"],
    ]);
  });

  it("stays what a short reading saw, of a policy that a longer one beside it did not see", async () => {
    const t = inventory();
    await t.merge("run-1", [told("a", "q1")]);
    await t.merge("run-short", [told("a", "q2"), told("c", "q3")]);
    const short = clock;
    await t.merge("run-long", [told("a", "q4")], FAMILY, 1_500);
    expect(await facts(t.tenantId)).toEqual([
      ["a", clock, "run-long", "q4"],
      ["c", short, "run-short", "q3"],
    ]);
    // A third that began before the short one ended removes nothing either; the next one does.
    await t.merge("run-longer", [told("a", "q5")], FAMILY, 2_500);
    expect((await t.policy("c"))?.removedAt).toBeNull();
    await t.merge("run-next", [told("a", "q6")]);
    expect(await t.policy("c")).toMatchObject({ lastSeenAt: new Date(short).toISOString() });
    expect((await t.policy("c"))?.removedAt).not.toBeNull();
  });

  it("is written once a family: a reading that finds nothing new writes one row, however many policies there are", async () => {
    const t = inventory();
    const many = Array.from({ length: 600 }, (_, index) => told(`id-${index}`, `q-${index >> 2}`));
    const written = async (runId: string, policies: SeenPolicy[]) => {
      let rows = 0;
      const database = new Proxy(env.DATABASE, {
        get: (target, name) =>
          name !== "batch"
            ? target.prepare.bind(target)
            : async (statements: D1PreparedStatement[]) => {
                const results = await target.batch(statements);
                rows += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
                return results;
              },
      });
      clock += 1_000;
      const reading = { tenantId: t.tenantId, family: FAMILY, runId, startedAt: clock - 1, at: clock, unread: [] };
      await mergeFamily(database, { ...reading, policies });
      return rows;
    };
    expect(await written("run-1", many)).toBeGreaterThan(600);
    expect(await written("run-2", many)).toBe(1);
    const [first, ...others] = many;
    // Its row, the index of its name and its place in the order of names.
    expect(await written("run-3", [{ ...(first ?? told("x", null)), name: "Renamed" }, ...others])).toBeLessThan(6);
    expect(await written("run-4", others)).toBeLessThan(6);
    expect(await written("run-5", others)).toBe(1);
  });
});

describe("A family that could not be read", () => {
  it("F35: keeps its policies, their number and its last complete reading, and says why", async () => {
    const { merge, names, state, tenantId } = inventory();
    await merge("run-1", [seen("a", "Alpha")]);
    const before = await state();
    await recordFailedReading(env.DATABASE, {
      tenantId,
      family: FAMILY,
      runId: "run-2",
      at: (clock += 1_000),
      reasonCode: "permission_missing",
      message: "Grant it",
    });
    expect(await names()).toEqual(["Alpha"]);
    expect(await state()).toMatchObject({
      policyCount: 1,
      lastCompleteAt: before?.lastCompleteAt,
      lastOutcome: "failed",
      lastReason: { code: "permission_missing", message: "Grant it" },
    });
    await merge("run-3", [seen("a", "Alpha")]);
    expect(await state()).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
  });

  it("F35: is never shown as empty when it never was read", async () => {
    const { state, tenantId } = inventory();
    await recordFailedReading(env.DATABASE, {
      tenantId,
      family: FAMILY,
      runId: "run-1",
      at: clock,
      reasonCode: "throttled",
      message: "m",
    });
    expect(await state()).toMatchObject({ lastCompleteAt: null, lastOutcome: "failed" });
  });
});

describe("Merging several families together", () => {
  const reading = (family: string, policies: SeenPolicy[], readMs = 1) => {
    clock += 1_000;
    return { family, startedAt: clock - readMs, at: clock, policies, unread: [] };
  };

  it("answers for each, whether or not it has changed", async () => {
    const { tenantId, names, state } = inventory();
    const merge = async (runId: string, readings: ReturnType<typeof reading>[]) =>
      Object.fromEntries(
        [...(await mergeFamilies(env.DATABASE, { tenantId, runId, readings }))].map(([family, { counters }]) => [
          family,
          counters,
        ]),
      );
    const [a, b] = [seen("a", "Alpha", "1"), seen("b", "Beta", "1")];
    const none = { items: 0, created: 0, updated: 0, unchanged: 0, deleted: 0 };
    expect(
      await merge("run-1", [reading("filters", [a]), reading("roles", []), reading("compliance", [a, b])]),
    ).toEqual({
      filters: { ...none, items: 1, created: 1 },
      roles: none,
      compliance: { ...none, items: 2, created: 2 },
    });
    const again = [reading("filters", [a]), reading("roles", [b]), reading("compliance", [b])];
    const expected = {
      filters: { ...none, items: 1, unchanged: 1 },
      roles: { ...none, items: 1, created: 1 },
      compliance: { ...none, items: 1, unchanged: 1, deleted: 1 },
    };
    expect(await merge("run-2", again)).toEqual(expected);
    // A message that is delivered again: the same counters, though nothing is written any more.
    expect(await merge("run-2", again)).toEqual(expected);
    expect(await names()).toEqual(["Alpha", "Beta", "Beta"]);
    expect(await state("filters")).toMatchObject({ policyCount: 1, lastOutcome: "succeeded" });
  });

  it("leaves a family whole when another one of the transaction is refused", async () => {
    const { tenantId, names } = inventory();
    const broken = { ...seen("b", "Beta", "1"), contentHash: null as unknown as string };
    const readings = [reading("filters", [seen("a", "Alpha", "1")]), reading("roles", [broken])];
    await expect(mergeFamilies(env.DATABASE, { tenantId, runId: "run-1", readings })).rejects.toThrow(/NOT NULL/);
    expect(await names()).toEqual([]);
  });
});

describe("A reading that tells what the one before told", () => {
  it("says that all were seen anew, and changes nothing else", async () => {
    const { merge, policy, state } = inventory();
    await merge("run-1", [seen("a", "Alpha", "1"), seen("b", "Beta", "1")]);
    const first = await policy("a");
    await merge("run-2", [seen("b", "Beta", "1"), seen("a", "Alpha", "1")]);
    const now = await policy("a");
    expect(now?.lastSeenAt).not.toBe(first?.lastSeenAt);
    expect(now).toMatchObject({ versionNumber: 1 });
    expect(await state()).toMatchObject({ policyCount: 2, lastOutcome: "succeeded" });
  });

  it("still writes what this version derives otherwise from the same content", async () => {
    const { merge, policy } = inventory();
    await merge("run-1", [seen("a", "Alpha", "1")]);
    await merge("run-2", [{ ...seen("a", "Alpha", "1"), platform: "macOS" }]);
    expect(await policy("a")).toMatchObject({ platform: "macOS", versionNumber: 1 });
  });

  it("mends the family's state after an attempt that failed", async () => {
    const { tenantId, merge, state } = inventory();
    await merge("run-1", [seen("a", "Alpha", "1")]);
    const failure = { tenantId, runId: "run-2", family: FAMILY, at: clock, reasonCode: "x", message: "No." };
    await recordFailedReading(env.DATABASE, failure);
    expect(await state()).toMatchObject({ lastOutcome: "failed" });
    expect(await merge("run-3", [seen("a", "Alpha", "1")])).toMatchObject({ unchanged: 1 });
    expect(await state()).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
  });

  it("still removes what only a reading at the same time saw", async () => {
    const { merge, names } = inventory();
    const [a, b] = [seen("a", "Alpha", "1"), seen("b", "Beta", "1")];
    await merge("run-1", [a, b]);
    // Began before run-1 was merged, and has not seen Beta, which is kept.
    expect(await merge("run-2", [a], FAMILY, 5_000)).toMatchObject({ deleted: 0 });
    expect(await names()).toEqual(["Alpha", "Beta"]);
    expect(await merge("run-3", [a])).toMatchObject({ unchanged: 1, deleted: 1 });
    expect(await names()).toEqual(["Alpha"]);
  });

  it("still clears a policy that could not be read", async () => {
    const { merge, mergePartly, state } = inventory();
    const [a, b] = [seen("a", "Alpha", "1"), seen("b", "Beta", "1")];
    await merge("run-1", [a, b]);
    expect((await mergePartly("run-2", [a], ["b"])).unacknowledged).toEqual(["N b"]);
    expect(await merge("run-3", [a, b])).toMatchObject({ unchanged: 2 });
    expect(await state()).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
  });
});
