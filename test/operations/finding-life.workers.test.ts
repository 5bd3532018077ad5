import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/contract/baselines.ts";
import { acceptFinding, reopenFinding } from "../../src/database/findings/finding-decisions.ts";
import { sweepComparisons } from "../../src/operations/baseline-compare/sweep-comparisons.ts";
import { seedTenant } from "../support/tenants.ts";
import { baselineTenant, type BaselineTenant } from "./baseline-tenant.ts";
import { env } from "../support/environment.ts";

const DAY_MS = 86_400_000;
const CORPORATE = { displayName: "Corporate", platform: "iOS", rule: "(true)" };

/** One filter, and a baseline that has it with the rule "(true)". */
async function filterTenant() {
  const tenant = await baselineTenant();
  const { simulated } = tenant;
  const id = await simulated.add("filters", CORPORATE);
  await simulated.sync(["filters"]);
  const { baseline } = await tenant.capture("Gold", ["filters"]);
  return {
    tenant,
    baseline,
    /** Gives the filter a rule, and compares. */
    compareWith: async (rule: string) => {
      await simulated.edit("filters", id, { rule });
      await simulated.sync(["filters"]);
      return (await tenant.compare(baseline.id)).comparison;
    },
    only: async (): Promise<Finding> => {
      const [finding, ...others] = await tenant.findings(baseline.id);
      if (finding === undefined || others.length > 0) throw new Error(`${others.length + 1} findings`);
      return finding;
    },
  };
}

function decide(tenant: BaselineTenant, findingId: string) {
  return { tenantId: tenant.key.id, findingId, actorId: "user-owner", at: tenant.now() };
}

function accept(tenant: BaselineTenant, findingId: string, days = 30, changesHash: string | null = null) {
  const acceptance = { reason: "Agreed with Ann", until: tenant.now() + days * DAY_MS, changesHash };
  return acceptFinding(env.DATABASE, decide(tenant, findingId), acceptance);
}

async function history(tenant: BaselineTenant, findingId: string): Promise<string[]> {
  return (await tenant.finding(findingId)).history.map(({ event }) => event).toReversed();
}

async function audited(findingId: string): Promise<string[]> {
  const { results } = await env.DATABASE.prepare("select action from audit_events where target_id = ? order by rowid")
    .bind(findingId)
    .all<{ action: string }>();
  return results.map(({ action }) => action);
}

describe("a finding", () => {
  it("is one across comparisons: it appears, changes, is resolved, and comes back with its history", async () => {
    const { tenant, baseline, compareWith, only } = await filterTenant();
    const first = await compareWith("(false)");
    const appeared = await only();
    expect(appeared).toMatchObject({ status: "open", firstComparisonId: first.id, resolvedAt: null });
    await compareWith("(other)");
    const changed = await only();
    expect(changed).toMatchObject({ id: appeared.id, firstComparisonId: first.id });
    expect(changed.changesHash).not.toBe(appeared.changesHash);
    const third = await compareWith("(true)");
    expect(await only()).toMatchObject({ id: appeared.id, status: "resolved", resolvedAt: third.sealedAt });
    expect(await tenant.foundBy(third.id)).toMatchObject([{ id: appeared.id, status: "resolved" }]);
    const still = await compareWith("(true)");
    expect(await tenant.foundBy(still.id)).toEqual([]);
    await compareWith("(other)");
    expect(await only()).toMatchObject({
      id: appeared.id,
      status: "open",
      resolvedAt: null,
      firstComparisonId: first.id,
    });
    expect(await history(tenant, appeared.id)).toEqual(["appeared", "changed", "resolved", "reappeared"]);
    // What each comparison found stays as it found it.
    expect(await tenant.foundBy(first.id)).toMatchObject([{ changesHash: appeared.changesHash, status: "open" }]);
    expect(baseline.status).toBe("sealed");
  });
});

describe("news", () => {
  it("tells a finding once until it changes, and that the baseline is met again", async () => {
    const { tenant, compareWith } = await filterTenant();
    const tenantId = tenant.key.id;
    await env.DATABASE.prepare(
      `insert into news_rules (id, tenant_id, name, kinds, least_severity, backup_days, digest, channel_ids, status, created_at,
                               created_by, updated_at, version)
       values (?1, ?2, 'All', '["finding.new","finding.changed","comparison.clean"]', 'info', 7, '{"kind":"at_once"}', '[]', 'active',
               1, 'user-owner', 1, 1)`,
    )
      .bind(`rule-of-${tenantId}`, tenantId)
      .run();
    const told = async () => {
      const { results } = await env.DATABASE.prepare(
        "select kind, severity, facts from news_events where tenant_id = ?1 order by at, rowid",
      )
        .bind(tenantId)
        .all<{ kind: string; severity: string; facts: string }>();
      return results;
    };
    const kinds = async () => (await told()).map(({ kind }) => kind);
    await compareWith("(false)");
    const [first] = await told();
    expect(first?.kind).toBe("finding.new");
    expect(JSON.parse(first?.facts ?? "")).toMatchObject({ name: "Corporate", kind: "changed", baseline: "Gold" });
    await compareWith("(false)");
    expect(await kinds()).toEqual(["finding.new"]);
    await compareWith("(other)");
    await compareWith("(true)");
    await compareWith("(true)");
    await compareWith("(false)");
    expect(await kinds()).toEqual(["finding.new", "finding.changed", "comparison.clean", "finding.new"]);
    // Of the policy its name, and nothing of what it sets.
    expect(JSON.stringify(await told())).not.toContain("(false)");
  });
});

describe("an acceptance", () => {
  it("holds over the next comparisons, for the same differences", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    expect(await accept(tenant, id)).toBe(true);
    const comparison = await compareWith("(false)");
    expect(comparison.counts).toMatchObject({ total: { open: 0, accepted: 1, resolved: 0 } });
    expect(await only()).toMatchObject({
      status: "accepted",
      acceptance: { reason: "Agreed with Ann", by: { id: "user-owner" }, expired: false },
    });
    expect(await history(tenant, id)).toEqual(["appeared", "accepted"]);
    expect(await audited(id)).toEqual(["finding.accept"]);
  });

  it("does not hold for other differences: the finding is open again", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    await accept(tenant, id);
    await compareWith("(worse)");
    expect(await only()).toMatchObject({ status: "open", acceptance: null });
    expect(await history(tenant, id)).toEqual(["appeared", "accepted", "changed", "reopened"].toSorted(byCourse));
  });

  it("is over at its time for every reader at once, and in the history once, whoever notices first", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id, changesHash } = await only();
    await accept(tenant, id, 1);
    const until = (await only()).acceptance?.until;
    tenant.clockOffsetMs = 1.5 * DAY_MS;
    expect(await only()).toMatchObject({ status: "open", acceptance: { until, expired: true } });
    expect(await history(tenant, id)).toEqual(["appeared", "accepted"]);
    await sweepComparisons(env, tenant.now());
    await sweepComparisons(env, tenant.now());
    expect(await only()).toMatchObject({ status: "open", acceptance: { until, expired: true } });
    const { history: events } = await tenant.finding(id);
    expect(events.map(({ event, at }) => [event, at])).toContainEqual(["acceptance_expired", until]);
    await compareWith("(false)");
    expect(await only()).toMatchObject({ status: "open", acceptance: null, changesHash });
    expect((await history(tenant, id)).filter((event) => event === "acceptance_expired")).toHaveLength(1);
  });

  it("is ended by the next comparison when no sweep came by", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    await accept(tenant, id, 1);
    tenant.clockOffsetMs = 2 * DAY_MS;
    const comparison = await compareWith("(false)");
    expect(comparison.counts).toMatchObject({ total: { open: 1, accepted: 0 } });
    expect((await history(tenant, id)).filter((event) => event === "acceptance_expired")).toHaveLength(1);
  });

  it("is given for what the person has seen, and for nothing else", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const seen = await only();
    await compareWith("(worse)");
    expect(await accept(tenant, seen.id, 30, seen.changesHash)).toBe(false);
    expect(await only()).toMatchObject({ status: "open" });
    expect(await audited(seen.id)).toEqual([]);
    expect(await accept(tenant, seen.id, 30, (await only()).changesHash)).toBe(true);
  });

  it("can be given anew, with another reason and time", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    await accept(tenant, id, 1);
    await accept(tenant, id, 90);
    expect(Date.parse((await only()).acceptance?.until ?? "")).toBeGreaterThan(Date.now() + 80 * DAY_MS);
    expect(await history(tenant, id)).toEqual(["appeared", "accepted", "accepted"]);
  });

  it("can be taken back, once", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    await accept(tenant, id);
    expect(await reopenFinding(env.DATABASE, decide(tenant, id))).toBe(true);
    expect(await reopenFinding(env.DATABASE, decide(tenant, id))).toBe(false);
    expect(await only()).toMatchObject({ status: "open", acceptance: null });
    expect(await history(tenant, id)).toEqual(["appeared", "accepted", "reopened"]);
    expect(await audited(id)).toEqual(["finding.accept", "finding.reopen"]);
  });

  it("is not given for what is resolved, nor by another tenant; nothing is written then", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    const other = await seedTenant(`others-${crypto.randomUUID()}`);
    const theirs = { ...decide(tenant, id), tenantId: other.tenantId };
    const acceptance = { reason: "x", until: tenant.now() + DAY_MS, changesHash: null };
    expect(await acceptFinding(env.DATABASE, theirs, acceptance)).toBe(false);
    expect(await reopenFinding(env.DATABASE, theirs)).toBe(false);
    await compareWith("(true)");
    expect(await accept(tenant, id)).toBe(false);
    expect(await history(tenant, id)).toEqual(["appeared", "resolved"]);
    expect(await audited(id)).toEqual([]);
  });

  it("of a family that nothing can be said of stays while that is so, and its finding is marked as not checked", async () => {
    const { tenant, compareWith, only } = await filterTenant();
    await compareWith("(false)");
    const { id } = await only();
    await accept(tenant, id);
    await tenant.simulated.fault({ family: "filters", status: 403 });
    const comparison = await compareWith("(worse)");
    const findings = await tenant.findings();
    expect(findings.map(({ kind, status, checked }) => ({ kind, status, checked }))).toEqual(
      expect.arrayContaining([
        { kind: "changed", status: "accepted", checked: false },
        { kind: "unknown", status: "open", checked: true },
      ]),
    );
    expect(comparison.counts).toMatchObject({ total: { open: 1, accepted: 1, resolved: 0 }, notChecked: 1 });
  });
});

/** Events of one comparison happen at one time, so only their set is told. */
function byCourse(a: string, b: string): number {
  const course = ["appeared", "accepted", "changed", "reopened"];
  return course.indexOf(a) - course.indexOf(b);
}
