import { describe, expect, it } from "vitest";
import { payloadKey } from "../../src/storage/payload-store.ts";
import { comparisonIdOf } from "../../src/database/baselines/comparison-work.ts";
import { listDrift } from "../../src/database/baselines/baseline-comparisons.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import { STALE_AFTER_DAYS } from "../../src/operations/baseline-compare/family-doubts.ts";
import { sweepComparisons } from "../../src/operations/baseline-compare/sweep-comparisons.ts";
import { drive } from "../support/drive-phases.ts";
import { seedTenant } from "../support/tenants.ts";
import { BaselineTenant, baselineTenant, driveThroughCrashes, told } from "./baseline-tenant.ts";
import { assignedTo, setting, settingsCatalogPolicy, simulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

const FAMILIES = ["settingsCatalog", "deviceConfiguration", "compliance", "conditionalAccess", "filters"];

function accessPolicy(name: string, more: object = {}): object {
  return {
    displayName: name,
    state: "enabled",
    conditions: { users: { includeUsers: ["All"], excludeUsers: [] }, applications: { includeApplications: ["All"] } },
    grantControls: { operator: "OR", builtInControls: ["mfa"] },
    ...more,
  };
}

describe("a comparison", () => {
  it("finds exactly what was changed, added, removed, renamed and given to others", async () => {
    const tenant = new BaselineTenant(await simulatedTenant());
    const { simulated } = tenant;
    const settings = [setting("vendor_a", "1"), setting("vendor_b", "2")];
    const [a, b] = [assignedTo("group-a"), assignedTo("group-b")];
    const catalog = async (name: string) =>
      simulated.add("settingsCatalog", settingsCatalogPolicy(name), { settings, assignments: [a, b] });
    const ids = {
      changed: await catalog("Changed"),
      renamed: await catalog("Old name"),
      moved: await catalog("Moved"),
      both: await catalog("Both"),
      reordered: await catalog("Reordered"),
      same: await catalog("Same"),
      removed: await catalog("Removed"),
      noise: await simulated.add("deviceConfiguration", {
        "@odata.type": "#microsoft.graph.windows10GeneralConfiguration",
        displayName: "Noise",
        bluetoothAllowedServices: null,
      }),
      access: await simulated.add("conditionalAccess", accessPolicy("Require MFA")),
    };
    await simulated.sync(FAMILIES);
    const { end, baseline } = await tenant.capture("Gold", FAMILIES);
    expect(end).toMatchObject({ kind: "done", outcome: "succeeded", result: { kind: "baseline", id: baseline.id } });
    expect(baseline).toMatchObject({ name: "Gold", status: "sealed", policyCount: 9 });

    await simulated.edit(
      "settingsCatalog",
      ids.changed,
      {},
      { settings: [setting("vendor_a", "7"), setting("vendor_c", "3")] },
    );
    await simulated.edit("settingsCatalog", ids.renamed, { name: "New name" });
    await simulated.edit("settingsCatalog", ids.moved, {}, { assignments: [] });
    await simulated.edit(
      "settingsCatalog",
      ids.both,
      { name: "Both!", description: "Noted" },
      { assignments: [a, b, assignedTo("group-c")] },
    );
    await simulated.edit(
      "settingsCatalog",
      ids.reordered,
      {},
      { settings: settings.toReversed(), assignments: [b, a] },
    );
    await simulated.control("DELETE", `/policies/settingsCatalog/${ids.removed}`);
    await simulated.edit("deviceConfiguration", ids.noise, {
      bluetoothAllowedServices: [],
      addedByTheService: null,
      version: 9,
    });
    await simulated.edit("conditionalAccess", ids.access, { state: "disabled" });
    await simulated.add("filters", { displayName: "New filter", platform: "windows10AndLater", rule: "(true)" });
    await simulated.sync(FAMILIES);

    const { end: compared, comparison } = await tenant.compare(baseline.id);
    expect(compared).toMatchObject({ kind: "done", outcome: "succeeded", result: { id: comparison.id } });
    const findings = await tenant.findings(baseline.id);
    expect(told(findings)).toEqual(
      [
        "critical changed conditionalAccess/Require MFA",
        "high assignments settingsCatalog/Moved",
        "low added filters/New filter",
        "low changed settingsCatalog/Both!",
        "low renamed settingsCatalog/Both!",
        "low renamed settingsCatalog/New name",
        "medium assignments settingsCatalog/Both!",
        "medium changed settingsCatalog/Changed",
        "medium removed settingsCatalog/Removed",
      ].toSorted(),
    );
    expect(told(await tenant.foundBy(comparison.id))).toEqual(told(findings));
    const changed = findings.find(({ kind, name }) => kind === "changed" && name === "Changed");
    const changes = await tenant.changesOf(changed ?? { id: "" });
    expect(changes.map(({ kind, pathText }) => `${kind} ${pathText}`)).toEqual([
      "changed settings[vendor_a].settingInstance.simpleSettingValue.value",
      "removed settings[vendor_b]",
      "added settings[vendor_c]",
    ]);
    expect(changes[0]).toMatchObject({ before: { form: "json", json: "1" }, after: { form: "json", json: "7" } });
    expect(changed).toMatchObject({ changeCount: 3, message: expect.stringContaining("3 properties differ") });
    expect(comparison.counts).toMatchObject({
      total: { open: 9, accepted: 0, resolved: 0 },
      notChecked: 0,
      policies: { matching: 3, different: 7, unknown: 0 },
    });
    expect(await env.DATABASE.prepare("select count(*) as n from comparison_candidates").first("n")).toBe(0);
  });
});

/** Three policies of two families, a baseline of them, and one difference of each kind since. */
async function drifted() {
  const tenant = await baselineTenant();
  const { simulated } = tenant;
  const families = ["settingsCatalog", "filters"];
  const edge = await simulated.add("settingsCatalog", settingsCatalogPolicy("Edge"), { settings: [setting("a", "1")] });
  const old = await simulated.add("settingsCatalog", settingsCatalogPolicy("Old"), { settings: [setting("o", "1")] });
  const filter = await simulated.add("filters", { displayName: "Corporate", platform: "iOS", rule: "(true)" });
  await simulated.sync(families);
  const { baseline } = await tenant.capture("Gold", families);
  await simulated.edit("settingsCatalog", edge, { name: "Edge 2" }, { settings: [setting("a", "2")] });
  await simulated.control("DELETE", `/policies/settingsCatalog/${old}`);
  await simulated.edit("filters", filter, { rule: "(false)" });
  await simulated.add("filters", { displayName: "New", platform: "iOS", rule: "(true)" });
  await simulated.sync(families);
  const expected = [
    "low added filters/New",
    "low renamed settingsCatalog/Edge 2",
    "medium changed filters/Corporate",
    "medium changed settingsCatalog/Edge 2",
    "medium removed settingsCatalog/Old",
  ];
  return { tenant, simulated, families, baseline, ids: { edge, old, filter }, expected };
}

/** All that a comparison may leave behind, without what time and chance decide. */
async function leftBy(tenant: BaselineTenant, baselineId: string) {
  const findings = await tenant.findings(baselineId);
  const histories = await Promise.all(findings.map(({ id }) => tenant.finding(id)));
  return findings.map(
    ({ kind, family, graphId, severity, rule, message, status, changesHash, changeCount, checked }, index) => ({
      facts: { kind, family, graphId, severity, rule, message, status, changesHash, changeCount, checked },
      history: histories[index]?.history.map(({ event }) => event),
    }),
  );
}

function untouched(baselineId: string) {
  return env.DATABASE.prepare(
    `select (select count(*) from baseline_findings where baseline_id = ?1) as findings,
            (select count(*) from finding_events e join baseline_findings f on f.id = e.finding_id where f.baseline_id = ?1) as events`,
  )
    .bind(baselineId)
    .first();
}

async function endedRun(tenant: BaselineTenant, runId: string): Promise<void> {
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
     values (?1, ?2, 'baseline.compare', 'completed', 'canceled', '{}', ?1, 0, 0)`,
  )
    .bind(runId, tenant.key.id)
    .run();
}

describe("a comparison's course", () => {
  it("goes through phases, and of none of them is there a number", async () => {
    const { tenant, baseline } = await drifted();
    const phases = new Set<string>([baselineCompare.firstPhase]);
    await drive(baselineCompare, tenant.run("phases"), { baselineId: baseline.id }, tenant.context(), (answer) => {
      if (answer.kind === "continue") phases.add(answer.phase);
    });
    expect([...phases]).toEqual(["Reading inventory", "Comparing content", "Writing findings", "Sealing"]);
  });

  it("reads no content of what has the hash that the baseline has", async () => {
    const tenant = await baselineTenant(40);
    await tenant.simulated.sync();
    const { baseline } = await tenant.capture();
    const get = () => Promise.reject(new Error("nothing has to be read"));
    const context = tenant.context();
    const unreadable = { ...context, env: { ...context.env, ARTIFACTS: { get } as unknown as R2Bucket } };
    const run = tenant.run("equal");
    const end = await drive(baselineCompare, run, { baselineId: baseline.id }, unreadable);
    expect(end).toMatchObject({ kind: "done", outcome: "succeeded" });
    expect(await tenant.findings(baseline.id)).toEqual([]);
    const { counts } = await tenant.comparison(comparisonIdOf(run.runId));
    expect(counts?.policies).toEqual({ matching: baseline.policyCount, different: 0, unknown: 0 });
  });

  it("is of the moment at which it read the inventory, whatever a sync does meanwhile", async () => {
    const { tenant, simulated, families, baseline, ids, expected } = await drifted();
    const run = tenant.run("meanwhile");
    let steps = 0;
    await drive(baselineCompare, run, { baselineId: baseline.id }, tenant.context(), async () => {
      steps += 1;
      if (steps !== 1) return;
      await simulated.control("DELETE", `/policies/filters/${ids.filter}`);
      await simulated.edit("settingsCatalog", ids.edge, { name: "Edge 3" });
      await simulated.sync(families);
    });
    expect(told(await tenant.findings(baseline.id))).toEqual(expected);
  });

  it("changes nothing the second time: the same findings, seen again, with no new event", async () => {
    const { tenant, baseline, expected } = await drifted();
    await tenant.compare(baseline.id);
    const first = await tenant.findings(baseline.id);
    const histories = await leftBy(tenant, baseline.id);
    const { comparison } = await tenant.compare(baseline.id);
    const second = await tenant.findings(baseline.id);
    expect(told(second)).toEqual(expected);
    expect(await leftBy(tenant, baseline.id)).toEqual(histories);
    expect(second.map(({ id, firstSeenAt, firstComparisonId }) => [id, firstSeenAt, firstComparisonId])).toEqual(
      first.map(({ id, firstSeenAt, firstComparisonId }) => [id, firstSeenAt, firstComparisonId]),
    );
    expect(new Set(second.map(({ lastComparisonId }) => lastComparisonId))).toEqual(new Set([comparison.id]));
  });

  it("leaves exactly the same, wherever it crashes, and when every step is done twice", async () => {
    const { tenant, baseline } = await drifted();
    await tenant.compare(baseline.id);
    const whole = await leftBy(tenant, baseline.id);
    // Each time against a baseline of its own that is just like it, for only the first comparison of one finds all anew.
    let copies = 0;
    const twin = async () => {
      const id = `${baseline.id}-${(copies += 1)}`;
      await env.DATABASE.batch(
        [
          `insert into baselines (id, tenant_id, run_id, name, status, policy_count, content_root, created_at, sealed_at)
           select ?2, tenant_id, ?2, name, status, policy_count, content_root, created_at, sealed_at from baselines where id = ?1`,
          "insert into baseline_families select ?2, family, policy_count, read_at from baseline_families where baseline_id = ?1",
          `insert into baseline_policies select ?2, family, graph_id, tenant_id, name, sort_name, platform, odata_type, content_hash,
             comparable_hash, normal_hash from baseline_policies where baseline_id = ?1`,
        ].map((sql) => env.DATABASE.prepare(sql).bind(baseline.id, id)),
      );
      return { run: tenant.run("crash"), input: { baselineId: id } };
    };
    const crashes = await driveThroughCrashes(baselineCompare, tenant.context(), twin, async (runId, moment) => {
      expect(await leftBy(tenant, `${baseline.id}-${copies}`), moment).toEqual(whole);
      expect((await tenant.comparison(comparisonIdOf(runId))).counts, moment).toMatchObject({
        total: { open: 5, accepted: 0, resolved: 0 },
        policies: { matching: 0, different: 4, unknown: 0 },
      });
    });
    expect(crashes).toBeGreaterThan(15);
  });

  it("changes no finding until it is sealed, and none at all when it is canceled before", async () => {
    const { tenant, baseline } = await drifted();
    const run = tenant.run("canceled");
    const id = comparisonIdOf(run.runId);
    const end = await drive(baselineCompare, run, { baselineId: baseline.id }, tenant.context(), async (answer) => {
      expect(await untouched(baseline.id)).toEqual({ findings: 0, events: 0 });
      // What is drafted is shown to nobody.
      expect(await tenant.foundBy(id)).toEqual([]);
      if (answer.kind === "continue" && answer.phase === "Sealing") await endedRun(tenant, run.runId);
    });
    expect(end).toMatchObject({ kind: "failed", code: "comparison_closed" });
    expect(await untouched(baseline.id)).toEqual({ findings: 0, events: 0 });
    expect(await tenant.comparison(id)).toMatchObject({ status: "failed", counts: null });
    await sweepComparisons(env, tenant.now());
    const left = await env.DATABASE.prepare(
      `select (select status from baseline_comparisons where id = ?1) as status,
              (select count(*) from comparison_findings where comparison_id = ?1) as drafts,
              (select count(*) from comparison_candidates where comparison_id = ?1) as candidates`,
    )
      .bind(id)
      .first();
    expect(left).toEqual({ status: "failed", drafts: 0, candidates: 0 });
    const drift = await listDrift(env.DATABASE, { baselineId: baseline.id, cursor: null, limit: 10 });
    expect(drift).toEqual({ items: [], nextCursor: null });
  });

  it("leaves a sealed comparison alone when its run is cleaned up after", async () => {
    const { tenant, baseline, expected } = await drifted();
    const { comparison } = await tenant.compare(baseline.id);
    const reference = { ...tenant.run("x"), runId: comparison.runId, initiatorId: null, createdAt: 0 };
    await baselineCompare.abandon?.(reference, { baselineId: baseline.id }, tenant.context());
    expect(told(await tenant.foundBy(comparison.id))).toEqual(expected);
  });
});

describe("F35: a family that could not be read", () => {
  it("is unknown: one finding for it, none of its policies gone or compliant, and what was open stays", async () => {
    const { tenant, simulated, families, baseline, ids } = await drifted();
    await tenant.compare(baseline.id);
    const before = (await leftBy(tenant, baseline.id)).filter(({ facts }) => facts.family === "settingsCatalog");

    await simulated.control("DELETE", `/policies/settingsCatalog/${ids.edge}`);
    await simulated.edit("filters", ids.filter, { rule: "(true)" });
    await simulated.fault({
      family: "settingsCatalog",
      status: 403,
      permissionMissing: "DeviceManagementConfiguration.Read.All",
    });
    await simulated.sync(families);
    const { end, comparison } = await tenant.compare(baseline.id);
    expect(end).toMatchObject({ kind: "done", outcome: "partially_succeeded", result: { id: comparison.id } });
    expect(comparison.families).toMatchObject([
      { key: "filters", unknown: null },
      { key: "settingsCatalog", unknown: { code: "permission_missing" } },
    ]);
    const findings = await tenant.findings(baseline.id);
    expect(findings.map(({ kind, name, status, checked }) => ({ kind, name, status, checked }))).toEqual(
      expect.arrayContaining([
        { kind: "unknown", name: "Settings catalog", status: "open", checked: true },
        { kind: "changed", name: "Corporate", status: "resolved", checked: true },
        { kind: "added", name: "New", status: "open", checked: true },
        { kind: "removed", name: "Old", status: "open", checked: false },
        { kind: "changed", name: "Edge 2", status: "open", checked: false },
        { kind: "renamed", name: "Edge 2", status: "open", checked: false },
      ]),
    );
    expect(findings).toHaveLength(6);
    const after = (await leftBy(tenant, baseline.id)).filter(
      ({ facts }) => facts.family === "settingsCatalog" && facts.kind !== "unknown",
    );
    expect(after).toEqual(before.map(({ facts, history }) => ({ facts: { ...facts, checked: false }, history })));
    expect(comparison.counts).toMatchObject({
      total: { open: 5, accepted: 0, resolved: 1 },
      notChecked: 3,
      policies: { matching: 1, different: 1, unknown: 2 },
    });

    await simulated.control("DELETE", "/faults");
    await simulated.sync(families);
    const { end: later, comparison: next } = await tenant.compare(baseline.id);
    expect(later).toMatchObject({ outcome: "succeeded" });
    expect(
      (await tenant.foundBy(next.id)).map(({ kind, name, status }) => `${status} ${kind} ${name}`).toSorted(),
    ).toEqual([
      "open added New",
      "open removed Edge",
      "open removed Old",
      "resolved changed Edge 2",
      "resolved renamed Edge 2",
      "resolved unknown Settings catalog",
    ]);
  });

  it("is unknown as well when it was read too long ago, or was not in the baseline's reach", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    await simulated.add("filters", { displayName: "F", platform: "iOS", rule: "(true)" });
    await simulated.sync(["filters"]);
    const { baseline } = await tenant.capture("Gold", ["filters", "compliance"]);
    await simulated.add("compliance", {
      "@odata.type": "#microsoft.graph.iosCompliancePolicy",
      displayName: "C",
      scheduledActionsForRule: [],
    });
    await simulated.sync(["filters", "compliance"]);
    const { comparison } = await tenant.compare(baseline.id);
    expect(comparison.families.map(({ key, unknown }) => [key, unknown?.code])).toEqual([
      ["compliance", "not_in_baseline"],
      ["filters", undefined],
    ]);
    expect(told(await tenant.findings(baseline.id))).toEqual(["high unknown compliance/Compliance"]);
    tenant.clockOffsetMs = (STALE_AFTER_DAYS + 1) * 86_400_000;
    const { comparison: late } = await tenant.compare(baseline.id);
    expect(late.families.map(({ unknown }) => unknown?.code)).toEqual(["not_in_baseline", "stale"]);
  });

  it("is unknown when the stored content of one of its policies is lost, whatever was drafted of it before", async () => {
    const { tenant, baseline, families, simulated } = await drifted();
    await simulated.add("settingsCatalog", settingsCatalogPolicy("Zebra"), { settings: [setting("z", "1")] });
    await simulated.sync(families);
    const edge = (await simulated.inventory()).find(({ name }) => name === "Edge 2");
    await env.ARTIFACTS.delete(payloadKey(tenant.key.id, edge?.contentHash ?? ""));
    const { end, comparison } = await tenant.compare(baseline.id);
    expect(end).toMatchObject({ kind: "done", outcome: "partially_succeeded" });
    expect(comparison.families.find(({ key }) => key === "settingsCatalog")?.unknown?.code).toBe("content_unavailable");
    expect(told(await tenant.findings(baseline.id))).toEqual([
      "low added filters/New",
      "medium changed filters/Corporate",
      "medium unknown settingsCatalog/Settings catalog",
    ]);
  });

  it("outside the baseline's families is not compared at all", async () => {
    const { tenant, simulated, baseline, expected } = await drifted();
    await simulated.add("roles", { displayName: "Helpers", rolePermissions: [] });
    await simulated.sync(["roles"]);
    await tenant.compare(baseline.id);
    expect(told(await tenant.findings(baseline.id))).toEqual(expected);
  });
});

describe("a policy that was deleted and made anew", () => {
  it("is both removed and added, of low severity, when name, content and assignments are the same", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    const add = (name: string, value: string) =>
      simulated.add("settingsCatalog", settingsCatalogPolicy(name), {
        settings: [setting("a", value)],
        assignments: [assignedTo("g")],
      });
    const [same, other] = [await add("Same", "1"), await add("Other", "1")];
    await simulated.sync(["settingsCatalog"]);
    const { baseline } = await tenant.capture("Gold", ["settingsCatalog"]);
    for (const id of [same, other]) await simulated.control("DELETE", `/policies/settingsCatalog/${id}`);
    await add("Same", "1");
    await add("Other", "2");
    await simulated.sync(["settingsCatalog"]);
    await tenant.compare(baseline.id);
    const findings = await tenant.findings(baseline.id);
    expect(findings.map(({ kind, name, rule, severity }) => `${severity} ${kind} ${name} ${rule}`).toSorted()).toEqual([
      "low added Other added",
      "low added Same recreated",
      "low removed Same recreated",
      "medium removed Other removed",
    ]);
  });

  it("is not taken for that when two of the same are gone and one is back", async () => {
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    const add = () =>
      simulated.add("settingsCatalog", settingsCatalogPolicy("Twin"), { settings: [setting("a", "1")] });
    const ids = [await add(), await add()];
    await simulated.sync(["settingsCatalog"]);
    const { baseline } = await tenant.capture("Gold", ["settingsCatalog"]);
    for (const id of ids) await simulated.control("DELETE", `/policies/settingsCatalog/${id}`);
    await add();
    await simulated.sync(["settingsCatalog"]);
    await tenant.compare(baseline.id);
    const findings = await tenant.findings(baseline.id);
    expect(findings.map(({ kind, rule }) => `${kind} ${rule}`).toSorted()).toEqual([
      "added added",
      "removed removed",
      "removed removed",
    ]);
  });
});

describe("what may be compared", () => {
  const prepared = (tenant: BaselineTenant, baselineId: string) =>
    baselineCompare.prepare?.(tenant.key.id, { baselineId }, env);

  it("is a sealed baseline of this tenant; another's is as unknown as none", async () => {
    const { tenant, baseline } = await drifted();
    expect(await prepared(tenant, baseline.id)).toEqual({
      kind: "ready",
      input: { baselineId: baseline.id },
      subject: baseline.name,
    });
    const unknown = { kind: "refused", fields: [{ path: "baselineId", message: "is not a baseline of this tenant" }] };
    expect(await prepared(tenant, "bsl_none")).toEqual(unknown);
    const other = await baselineTenant();
    expect(await prepared(other, baseline.id)).toEqual(unknown);
  });

  it("is no baseline that is still building or failed", async () => {
    const { tenantId } = await seedTenant("unsealed");
    for (const status of ["building", "failed"]) {
      await env.DATABASE.prepare(
        "insert into baselines (id, tenant_id, run_id, name, status, created_at) values (?1, ?2, ?1, 'x', ?1, 0)",
      )
        .bind(status, tenantId)
        .run();
      expect(await baselineCompare.prepare?.(tenantId, { baselineId: status }, env)).toMatchObject({
        kind: "refused",
        fields: [{ path: "baselineId", message: "is not sealed, so it cannot be compared with" }],
      });
    }
  });
});
