import { BadCursor } from "../../../src/database/sql/cursor.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { SeenPolicy } from "../../../src/database/inventory/inventory-merge.ts";
import { mergeFamily } from "../../support/merge-family.ts";
import { POLICY_SORTS, REMOVED_FILTERS } from "../../../src/contract/inventory.ts";
import { listPolicies, type PolicyListRequest, policyListQuery } from "../../../src/database/inventory/policies.ts";
import { FAMILIES } from "../../../src/graph/families.ts";
import { listFamilyStates } from "../../../src/database/inventory/inventory-families.ts";
import { seen } from "./seen-policies.ts";
import { env } from "../../support/environment.ts";

const TENANT = "tenant-listed";
const ALL: PolicyListRequest = {
  tenantId: TENANT,
  query: null,
  family: null,
  platform: null,
  removed: "hide",
  sort: "name",
  cursor: null,
  limit: 50,
};

async function merge(tenantId: string, family: string, runId: string, at: number, policies: SeenPolicy[]) {
  await mergeFamily(env.DATABASE, { tenantId, family, runId, startedAt: at, at, policies, unread: [] });
}
async function names(request: Partial<PolicyListRequest>): Promise<string[]> {
  const page = await listPolicies(env.DATABASE, { ...ALL, ...request });
  return page.items.map(({ name }) => name);
}

beforeAll(async () => {
  await merge(TENANT, "compliance", "run-1", 1, [
    seen("1", "Éclair 100%", "1", { lastModifiedAt: "2026-03-01T00:00:00.000Z" }),
    seen("2", "éclair_basic", "2", { platform: "iOS", lastModifiedAt: "2026-05-01T00:00:00.000Z" }),
    seen("gone", "Zulu", "3"),
  ]);
  await merge(TENANT, "compliance", "run-2", 2, [
    seen("1", "Éclair 100%", "1", { lastModifiedAt: "2026-03-01T00:00:00.000Z" }),
    seen("2", "éclair_basic", "2", { platform: "iOS", lastModifiedAt: "2026-05-01T00:00:00.000Z" }),
  ]);
  await merge(TENANT, "apps", "run-1", 1, [
    seen("3", "apple"),
    seen("4", "Banana", "4", { lastModifiedAt: "2026-04-01T00:00:00.000Z" }),
    seen("5", "ПОЛИТИКА"),
  ]);
  await merge("tenant-other", "apps", "run-1", 1, [seen("9", "Not yours")]);
});

describe("The inventory's list", () => {
  it("is by name without regard to case, without what is removed and without other tenants", async () => {
    expect(await names({})).toEqual(["apple", "Banana", "Éclair 100%", "éclair_basic", "ПОЛИТИКА"]);
  });

  it("finds part of a name in any case and script, and takes no character for a wildcard", async () => {
    expect(await names({ query: "ÉCLAIR" })).toEqual(["Éclair 100%", "éclair_basic"]);
    expect(await names({ query: "литика" })).toEqual(["ПОЛИТИКА"]);
    expect(await names({ query: "%" })).toEqual(["Éclair 100%"]);
    expect(await names({ query: "_" })).toEqual(["éclair_basic"]);
    expect(await names({ query: "' or 1=1 --" })).toEqual([]);
    expect(await names({ query: "  " })).toHaveLength(5);
  });

  it("filters by family, platform and removal", async () => {
    expect(await names({ family: "apps" })).toEqual(["apple", "Banana", "ПОЛИТИКА"]);
    expect(await names({ platform: "iOS" })).toEqual(["éclair_basic"]);
    expect(await names({ removed: "only" })).toEqual(["Zulu"]);
    expect(await names({ removed: "include", family: "compliance" })).toEqual(["Zulu", "Éclair 100%", "éclair_basic"]);
  });

  it("is by family and name, or by the last change with the newest first", async () => {
    expect(await names({ sort: "family" })).toEqual(["apple", "Banana", "ПОЛИТИКА", "Éclair 100%", "éclair_basic"]);
    expect((await names({ sort: "lastModified" })).slice(0, 3)).toEqual(["éclair_basic", "Banana", "Éclair 100%"]);
  });

  it.each(POLICY_SORTS)("shows each policy once when it is paged, by %s", async (sort) => {
    for (const family of [null, "compliance"]) {
      const whole = await names({ sort, family, removed: "include" });
      const paged: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await listPolicies(env.DATABASE, { ...ALL, sort, family, removed: "include", cursor, limit: 2 });
        paged.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(paged).toEqual(whole);
    }
  });

  it("refuses a cursor that is not one of this order", async () => {
    const page = await listPolicies(env.DATABASE, { ...ALL, limit: 1 });
    const cursor = page.nextCursor;
    expect(cursor).not.toBeNull();
    await expect(listPolicies(env.DATABASE, { ...ALL, sort: "family", cursor })).rejects.toThrow(BadCursor);
    await expect(listPolicies(env.DATABASE, { ...ALL, cursor: "nonsense" })).rejects.toThrow(BadCursor);
  });

  const combinations = POLICY_SORTS.flatMap((sort) =>
    REMOVED_FILTERS.flatMap((removed) =>
      [null, "apps"].flatMap((family) => [true, false].map((later) => ({ sort, removed, family, later }))),
    ),
  );
  it.each(combinations)("is found by an index, and read in its order: %j", async ({ sort, removed, family, later }) => {
    const request = { ...ALL, sort, removed, family };
    const { sql, params } = policyListQuery(env.DATABASE, request, later ? ["a", "b", "c"] : null).toSQL();
    const { results } = await env.DATABASE.prepare(`explain query plan ${sql}`)
      .bind(...params)
      .all();
    const plan = z
      .array(z.object({ detail: z.string() }))
      .parse(results)
      .map(({ detail }) => detail);
    // Within one name, one moment of change or one family the rest is sorted: a handful of rows.
    expect(plan.pop()).toMatch(/^USE TEMP B-TREE FOR LAST (2 TERMS|TERM) OF ORDER BY$/);
    expect(plan).toEqual([
      expect.stringMatching(/^SEARCH policies USING INDEX \w+ \(tenant_id=\?/),
      expect.stringMatching(/^SEARCH inventory_families USING INDEX \w+ \(tenant_id=\? AND family=\?\) LEFT-JOIN$/),
      expect.stringMatching(
        /^SEARCH unreadable_policies USING INDEX \w+ \(tenant_id=\? AND family=\? AND graph_id=\?\) LEFT-JOIN$/,
      ),
      expect.stringMatching(/^SEARCH users USING INDEX \w+ \(id=\?\) LEFT-JOIN$/),
    ]);
  });
});

describe("The families' list", () => {
  it("has the whole catalogue for a tenant that was never read", async () => {
    const states = await listFamilyStates(env.DATABASE, "tenant-new");
    expect(states.map(({ key }) => key)).toEqual(FAMILIES.map(({ key }) => key));
    expect(new Set(states.map(({ lastOutcome }) => lastOutcome))).toEqual(new Set([null]));
  });
});
