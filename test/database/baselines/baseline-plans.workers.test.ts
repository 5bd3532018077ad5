import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listComparisons, listDrift } from "../../../src/database/baselines/baseline-comparisons.ts";
import { listBaselinePolicies, listBaselines } from "../../../src/database/baselines/baselines.ts";
import {
  freezeInventory,
  listSealedPolicies,
  listUncaptured,
  recordNormalForms,
} from "../../../src/database/baselines/baseline-building.ts";
import { recordAfterthoughts, recordDrafts } from "../../../src/database/baselines/comparison-drafts.ts";
import { sealComparison } from "../../../src/database/baselines/comparison-sealing.ts";
import {
  failComparison,
  FREEZE_CANDIDATES,
  freezeComparison,
  listCandidates,
} from "../../../src/database/baselines/comparison-work.ts";
import { acceptFinding, reopenFinding } from "../../../src/database/findings/finding-decisions.ts";
import {
  type FindingListRequest,
  listComparisonFindings,
  listFindings,
} from "../../../src/database/findings/findings.ts";
import { expireAcceptances, expiredEvents } from "../../../src/database/findings/finding-expiry.ts";
import { encodeOpaque } from "../../../src/database/sql/opaque-id.ts";
import { queryPlans } from "../../support/query-plans.ts";
import { env } from "../../support/environment.ts";
import type { TenantDatabase } from "../../../src/database/databases.ts";

async function planOf(sql: string, parameters: (string | number | null)[]): Promise<string> {
  const { results } = await env.DATABASE.prepare(`explain query plan ${sql}`)
    .bind(...parameters)
    .all();
  return z
    .array(z.object({ detail: z.string() }))
    .parse(results)
    .map(({ detail }) => detail)
    .join("\n");
}

const FILTER = { kind: null, severity: null, status: null };

describe("queries of baselines", () => {
  const tenant = { id: "t", slug: "t" };
  const later = (...key: (string | number)[]) => ({ cursor: encodeOpaque(JSON.stringify(key)), limit: 50 });
  const comparisons = { baselineId: null, ...later(1, "c") };
  const reads: [string, (database: TenantDatabase) => Promise<unknown>, string[]][] = [
    [
      "baselines, newest first",
      (database) => listBaselines(database, tenant, later(1, "b")),
      ["baselines_by_tenant", "baseline_comparisons_by_baseline", "sqlite_autoindex_baseline_families_1"],
    ],
    [
      "a baseline's policies by name",
      (database) =>
        listBaselinePolicies(database, { baselineId: "b", family: null, query: null, ...later("a", "b", "c") }),
      ["baseline_policies_by_name"],
    ],
    [
      "comparisons, newest first",
      (database) => listComparisons(database, tenant, comparisons),
      ["baseline_comparisons_by_tenant"],
    ],
    [
      "comparisons of a baseline",
      (database) => listComparisons(database, tenant, { ...comparisons, baselineId: "b" }),
      ["baseline_comparisons_by_baseline"],
    ],
    [
      "drift",
      (database) => listDrift(database, { baselineId: "b", ...later(1, "c") }),
      ["baseline_comparisons_by_baseline"],
    ],
    [
      "findings of a comparison",
      (database) => listComparisonFindings(database, tenant, { ...FILTER, comparisonId: "c", ...later(1, "k") }),
      ["comparison_findings_worst_first"],
    ],
  ];
  it.each(reads)("read %s by an index, without sorting", async (_what, work, indexes) => {
    const [read, ...others] = await queryPlans(env.DATABASE, work);
    expect(others).toEqual([]);
    for (const index of indexes) expect(read?.plan).toContain(index);
    expect(read?.plan).not.toContain("USE TEMP B-TREE FOR ORDER BY");
    expect(read?.plan).not.toContain("SCAN");
  });

  it("find acceptances that have run out by an index", async () => {
    const plan = await planOf(expiredEvents("accepted_until <= ?1"), [0]);
    expect(plan).toContain("baseline_findings_accepted");
    expect(plan).not.toContain("USE TEMP B-TREE FOR ORDER BY");
    expect(plan).not.toContain("SCAN");
  });

  it.each([
    [{}, "baseline_findings_by_tenant"],
    [{ status: "resolved" as const }, "baseline_findings_by_tenant"],
    [{ status: "open" as const }, "baseline_findings_unresolved"],
    [{ status: "accepted" as const, kind: "changed" as const }, "baseline_findings_unresolved"],
    [{ status: "open" as const, severity: "high" as const, baselineId: "b" }, "baseline_findings_unresolved"],
  ])("list findings the worst first by an index, with %j by %s", async (filter, index) => {
    const request: FindingListRequest = { ...FILTER, baselineId: null, ...later(1, "k", "f"), ...filter };
    const [read] = await queryPlans(env.DATABASE, (database) => listFindings(database, tenant, request, 0));
    const plan = read?.plan;
    expect(plan).toContain(index);
    expect(plan).not.toContain("USE TEMP B-TREE");
  });

  it.each(FREEZE_CANDIDATES)("find what differs by primary keys: %s", async (sql) => {
    const plan = await planOf(`${sql} and exists (select 1 from tenants where id = ?1) on conflict do nothing`, [
      "c",
      "b",
      "t",
    ]);
    expect(plan).toMatch(/SEARCH (p|policies) USING (INDEX|PRIMARY KEY)/);
    expect(plan).toMatch(/SEARCH b USING/);
    expect(plan).not.toContain("SCAN");
  });

  it("go by keys and indexes in everything that a capture, a comparison and a decision write", async () => {
    const baseline = { id: "b", tenantId: "t" };
    const comparison = { id: "c", tenantId: "t", baselineId: "b" };
    const decision = { tenantId: "t", findingId: "f", actorId: "u", at: 1 };
    const start = { family: "", graphId: "" };
    const plans = await queryPlans(env.DATABASE, async (database) => {
      await freezeInventory(database, baseline, ["filters"]);
      await listUncaptured(database, "b", start, 10);
      await recordNormalForms(database, "b", [{ ...start, normalHash: "n" }]);
      await listSealedPolicies(database, "b", start, 10);
      await freezeComparison(database, comparison);
      await listCandidates(database, "c", start, 10);
      await recordDrafts(database, comparison, [], [{ ...start, normalHash: "n" }]);
      await recordAfterthoughts(database, "c", []);
      await sealComparison(database, comparison, 1);
      await failComparison(database, "c");
      await acceptFinding(database, decision, { reason: "x", until: 2, changesHash: null });
      await reopenFinding(database, decision);
      await expireAcceptances(database, 1);
    });
    const whole =
      /SCAN (?:[a-z] )?(?:policies|policy_versions|baseline\w*|comparison\w*|finding\w*|operation_runs|[bcfpuos])\b(?! USING)/;
    expect(plans.length).toBeGreaterThan(35);
    expect(plans.filter(({ plan }) => whole.test(plan))).toEqual([]);
  });
});
