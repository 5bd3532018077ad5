import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { activitySchema, type Run, runListSchema, runSchema, startedOperationSchema } from "../../src/contract/runs.ts";
import {
  baselineComparisonDetailSchema,
  baselineComparisonListSchema,
  baselineDetailSchema,
  baselineListSchema,
  baselinePolicyListSchema,
  comparisonFindingListSchema,
  driftSchema,
  findingDetailSchema,
  findingListSchema,
  findingRemedySchema,
} from "../../src/contract/baselines.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";
import { memberStatements } from "../support/tenants.ts";

const FAMILIES = ["settingsCatalog", "filters"];
const DAY_MS = 86_400_000;
let tenant: SimulatedTenant;
let baselineId = "";
let comparisonId = "";

const base = () => `/api/tenants/${tenant.name}`;
async function get<T>(schema: z.ZodType<T>, path: string, as?: string): Promise<T> {
  const response = await request(base() + path, as === undefined ? {} : { as });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}
const runOf = (id: string): Promise<Run> => get(runSchema, `/operations/${id}`);

async function start(type: string, input: object): Promise<Run> {
  const response = await post(`${base()}/operations`, { type, input });
  if (response.status !== 202) throw new Error(`${type}: ${response.status} ${await response.text()}`);
  return startedOperationSchema.parse(await response.json()).run;
}
const completed = (id: string): Promise<Run> =>
  waitFor(`run ${id}`, async () => {
    const run = await runOf(id);
    return run.status === "completed" ? run : null;
  });
const done = async (type: string, input: object): Promise<Run> => completed((await start(type, input)).id);

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  for (const [user, role] of [
    ["user-operator", "operator"],
    ["user-readonly", "readonly"],
  ] as const)
    await env.DATABASE.batch(memberStatements(tenant.tenantId, user, role));
  const edge = await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge"), {
    settings: [setting("a", "1")],
    assignments: [assignedTo("g")],
  });
  const filter = await tenant.add("filters", { displayName: "Corporate", platform: "iOS", rule: "(true)" });
  await tenant.sync(FAMILIES);
  const captured = await done("baseline.capture", { name: "Gold", families: FAMILIES });
  baselineId = captured.result?.id ?? "";
  await tenant.edit("settingsCatalog", edge, { name: "Edge 2" }, { assignments: [] });
  await tenant.edit("filters", filter, { rule: "(false)" });
  await tenant.sync(FAMILIES);
  const compared = await done("baseline.compare", { baselineId });
  comparisonId = compared.result?.id ?? "";
});

describe("baselines over HTTP", () => {
  it("come of runs that end with their result and without counts", async () => {
    const { items } = await get(runListSchema, "/operations?state=finished");
    const ended = { outcome: "succeeded", summaryCounts: {}, progress: { kind: "finished", text: "Completed" } };
    expect(items.find(({ type }) => type === "baseline.capture")).toMatchObject({
      ...ended,
      result: { kind: "baseline", id: baselineId, href: `/t/${tenant.name}/baselines/${baselineId}` },
    });
    expect(items.find(({ type }) => type === "baseline.compare")).toMatchObject({
      ...ended,
      result: {
        kind: "baseline-comparison",
        id: comparisonId,
        href: `/t/${tenant.name}/baseline-comparisons/${comparisonId}`,
      },
    });
  });

  it("are listed with their newest comparison, and told one by one with their families and policies", async () => {
    const { items } = await get(baselineListSchema, "/baselines", "readonly");
    expect(items).toMatchObject([
      {
        familyCounts: { read: 2, neverRead: 0 },
        id: baselineId,
        name: "Gold",
        status: "sealed",
        policyCount: 2,
        initiator: { id: "user-owner" },
        latestComparison: { id: comparisonId },
        findingsNow: {
          bySeverity: { critical: { open: 0 }, high: { open: 1 }, medium: { open: 1 }, low: { open: 1, accepted: 0 } },
        },
      },
    ]);
    const detail = await get(baselineDetailSchema, `/baselines/${baselineId}`);
    expect(detail).toEqual({ ...items[0], families: expect.any(Array) });
    expect(detail.families.map(({ key }) => key)).toEqual(["filters", "settingsCatalog"]);
    expect(detail.href).toBe(`/t/${tenant.name}/baselines/${baselineId}`);
    const policies = await get(baselinePolicyListSchema, `/baselines/${baselineId}/policies?family=filters&query=CORP`);
    expect(policies.items.map(({ name }) => name)).toEqual(["Corporate"]);
  });

  it("have comparisons, with what each found, the worst first, by kind, severity and status", async () => {
    const { items } = await get(baselineComparisonListSchema, `/baseline-comparisons?baselineId=${baselineId}`);
    expect(items.map(({ id }) => id)).toEqual([comparisonId]);
    const detail = await get(baselineComparisonDetailSchema, `/baseline-comparisons/${comparisonId}`);
    expect(detail).toEqual({ ...items[0], families: expect.any(Array) });
    const path = `/baseline-comparisons/${comparisonId}/findings`;
    const found = await get(comparisonFindingListSchema, path);
    expect(found.items.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual([
      "high assignments",
      "medium changed",
      "low renamed",
    ]);
    for (const [query, kinds] of [
      ["kind=renamed", ["renamed"]],
      ["severity=high", ["assignments"]],
      ["status=resolved", []],
    ] as const)
      expect((await get(comparisonFindingListSchema, `${path}?${query}`)).items.map(({ kind }) => kind)).toEqual(kinds);
    const pages: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: z.infer<typeof comparisonFindingListSchema> = await get(
        comparisonFindingListSchema,
        `${path}?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      pages.push(...page.items.map(({ kind }) => kind));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(["assignments", "changed", "renamed"]);
  });

  it("have a drift: a point for each comparison", async () => {
    const { items } = await get(driftSchema, `/baselines/${baselineId}/drift`);
    expect(items).toMatchObject([
      {
        comparisonId,
        counts: {
          total: { open: 3, accepted: 0, resolved: 0 },
          byKind: { changed: { open: 1 }, renamed: { open: 1 }, assignments: { open: 1 }, added: { open: 0 } },
          bySeverity: { high: { open: 1 }, medium: { open: 1 }, low: { open: 1 }, critical: { open: 0 } },
          policies: { matching: 0, different: 2, unknown: 0 },
        },
      },
    ]);
  });

  it("are nobody else's: every address of them is 404 in another tenant", async () => {
    const [finding] = (await get(findingListSchema, "/findings")).items;
    for (const path of [
      `/baselines/${baselineId}`,
      `/baselines/${baselineId}/policies`,
      `/baselines/${baselineId}/drift`,
      `/baseline-comparisons/${comparisonId}`,
      `/baseline-comparisons/${comparisonId}/findings`,
      `/findings/${finding?.id}`,
    ])
      expect(await problemOf(await request(`/api/tenants/fabrikam${path}`))).toMatchObject({
        status: 404,
        code: "not_found",
      });
    for (const path of [
      "/baselines",
      "/baseline-comparisons",
      `/baseline-comparisons?baselineId=${baselineId}`,
      "/findings",
      `/findings?baselineId=${baselineId}`,
    ])
      expect(await (await request(`/api/tenants/fabrikam${path}`)).json()).toEqual({ items: [], nextCursor: null });
    const body = { reason: "x", until: new Date(Date.now() + DAY_MS).toISOString() };
    for (const act of ["accept", "reopen"])
      expect((await post(`/api/tenants/fabrikam/findings/${finding?.id}/${act}`, body)).status).toBe(404);
    const response = await post("/api/tenants/fabrikam/operations", {
      type: "baseline.compare",
      input: { baselineId },
    });
    expect(await problemOf(response)).toMatchObject({
      code: "invalid_input",
      fields: [{ path: "input.baselineId", message: "is not a baseline of this tenant" }],
    });
  });

  it("refuse filters and cursors that are none", async () => {
    for (const path of [
      "/findings?status=nonsense",
      "/findings?severity=0",
      "/findings?cursor=x",
      "/baselines?cursor=x",
      `/baselines/${baselineId}/drift?limit=501`,
    ])
      expect(await problemOf(await request(base() + path))).toMatchObject({ status: 400, code: "invalid_input" });
  });
});

describe("findings over HTTP", () => {
  it("are told with their differences and their history", async () => {
    const { items } = await get(
      findingListSchema,
      `/findings?status=open&kind=changed&severity=medium&baselineId=${baselineId}`,
    );
    expect(items).toMatchObject([{ name: "Corporate", baseline: { id: baselineId, name: "Gold" }, changeCount: 1 }]);
    const detail = await get(findingDetailSchema, `/findings/${items[0]?.id}`, "readonly");
    expect(detail).toMatchObject({
      changes: [
        {
          kind: "changed",
          pathText: "rule",
          before: { form: "json", json: "(true)" },
          after: { form: "json", json: "(false)" },
        },
      ],
      changesTruncated: false,
      history: [{ event: "appeared", comparisonId, actor: null }],
    });
  });

  it("are accepted by those who may, for a reason and a time, and reopened; the audit log tells both", async () => {
    const [finding] = (await get(findingListSchema, "/findings?kind=renamed")).items;
    const path = `${base()}/findings/${finding?.id}`;
    const until = new Date(Date.now() + 30 * DAY_MS).toISOString();
    for (const role of ["operator", "readonly"])
      expect((await post(`${path}/accept`, { reason: "x", until }, { as: role })).status).toBe(403);
    for (const [field, body] of [
      ["reason", { reason: "  ", until }],
      ["reason", { reason: "x".repeat(1_001), until }],
      ["until", { reason: "x", until: new Date(Date.now() - 1).toISOString() }],
      ["until", { reason: "x", until: new Date(Date.now() + 400 * DAY_MS).toISOString() }],
      ["until", { reason: "x", until: "tomorrow" }],
      ["until", { reason: "x" }],
      ["more", { reason: "x", until, more: 1 }],
    ] as const)
      expect(await problemOf(await post(`${path}/accept`, body))).toMatchObject({
        code: "invalid_input",
        fields: [{ path: field }],
      });

    const stale = await post(`${path}/accept`, { reason: "x", until, changesHash: "0".repeat(64) });
    expect(await problemOf(stale)).toMatchObject({ status: 409, code: "finding_changed" });
    const accepted = await post(`${path}/accept`, {
      reason: " Renamed by us ",
      until,
      changesHash: finding?.changesHash,
    });
    expect(findingDetailSchema.parse(await accepted.json())).toMatchObject({
      status: "accepted",
      acceptance: { reason: "Renamed by us", by: { id: "user-owner" }, until, expired: false },
      history: [
        { event: "accepted", reason: "Renamed by us", until, actor: { id: "user-owner" } },
        { event: "appeared" },
      ],
    });
    expect((await get(findingListSchema, "/findings?status=accepted")).items.map(({ id }) => id)).toEqual([
      finding?.id,
    ]);
    expect((await get(findingListSchema, "/findings?status=open")).items.map(({ id }) => id)).not.toContain(
      finding?.id,
    );

    // What was accepted since counts at once, wherever the baseline is told.
    for (const path of ["", `/${baselineId}`]) {
      const told = JSON.stringify(await (await request(`${base()}/baselines${path}`)).json());
      expect(told).toContain('"low":{"open":0,"accepted":1,"resolved":0}');
    }

    for (let press = 0; press < 2; press += 1) {
      const reopened = await post(`${path}/reopen`, {});
      expect(findingDetailSchema.parse(await reopened.json())).toMatchObject({ status: "open", acceptance: null });
    }
    const { items } = await get(auditEventListSchema, "/audit-events");
    expect(items.filter(({ target }) => target.id === finding?.id)).toMatchObject([
      { action: "finding.reopen", target: { kind: "finding" } },
      { action: "finding.accept", detail: { reason: "Renamed by us", until } },
    ]);
  });

  it("that are resolved are not decided upon", async () => {
    await env.DATABASE.prepare(
      `insert into baseline_findings (id, tenant_id, baseline_id, key, kind, family, graph_id, name, severity, severity_rank, rule,
         message, status, changes_hash, checked, first_seen_at, first_comparison_id, last_seen_at, last_comparison_id, resolved_at)
       values ('fnd_resolved', ?1, ?2, 'removed/filters/x', 'removed', 'filters', 'x', 'x', 'medium', 2, 'removed', 'x', 'resolved',
         'x', 1, 0, 'c', 0, 'c', 1)`,
    )
      .bind(tenant.tenantId, baselineId)
      .run();
    const until = new Date(Date.now() + DAY_MS).toISOString();
    for (const [act, body] of [
      ["accept", { reason: "x", until }],
      ["reopen", {}],
    ] as const) {
      const response = await post(`${base()}/findings/fnd_resolved/${act}`, body);
      expect(await problemOf(response)).toMatchObject({ status: 409, code: "finding_resolved" });
    }
  });
});

describe.each(["baseline.capture", "baseline.compare"])("the activity surface, for %s", (type) => {
  it("shows the phase and no number, also when somebody writes processed and total into the row by hand", async () => {
    const runId = `run_by-hand-${type}`;
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, sealed, phase, summary_counts, version,
         created_at, started_at, updated_at)
       values (?1, ?2, ?3, 'running', 'pending', '{}', ?1, 1, 'Sealing', '{"total":40,"processed":12,"succeeded":12}', 9, ?4, ?4, ?4)`,
    )
      .bind(runId, tenant.tenantId, type, Date.now())
      .run();
    const shown = (await get(activitySchema, "/activity")).items.find(({ id }) => id === runId);
    for (const run of [shown, await runOf(runId)])
      expect(run).toMatchObject({ status: "running", progress: { kind: "phased", phase: "Sealing", text: "Sealing" } });
    expect(Object.keys(shown?.progress ?? {}).toSorted()).toEqual(["kind", "phase", "text"]);
    await env.DATABASE.prepare(
      "update operation_runs set status = 'completed', outcome = 'failed', completed_at = 1 where id = ?",
    )
      .bind(runId)
      .run();
    expect((await runOf(runId)).progress).toEqual({ kind: "finished", text: "Failed" });
  });

  it("shows phases and no number for as long as a real run goes, with numbers in its row all the while", async () => {
    const input = type === "baseline.capture" ? { name: "Watched", families: FAMILIES } : { baselineId };
    const { id } = await start(type, input);
    const seen: Run[] = [];
    await waitFor("the end", async () => {
      await env.DATABASE.prepare(
        `update operation_runs set sealed = 1, summary_counts = '{"total":40,"processed":12}' where id = ? and status <> 'completed'`,
      )
        .bind(id)
        .run();
      const run = (await get(activitySchema, "/activity")).items.find((item) => item.id === id);
      if (run !== undefined) seen.push(run);
      return run?.status === "completed";
    });
    const told = seen.map(({ progress }) => progress);
    expect(told.filter(({ kind }) => kind !== "phased" && kind !== "finished")).toEqual([]);
    expect(told.filter(({ text }) => /\d/.test(text))).toEqual([]);
    expect(told.at(-1)).toEqual({ kind: "finished", text: "Completed" });
  });
});

describe("a canceled baseline run", () => {
  it("says that nothing came of it, and changes no finding", async () => {
    const before = await get(findingListSchema, "/findings");
    const { id: runId } = await start("baseline.compare", { baselineId });
    const actor = { id: "user-owner", name: "Owner" };
    const canceled = await cancelRun(env, { tenantId: tenant.tenantId, tenantSlug: tenant.name, runId, actor });
    const run = await completed(runId);
    // A cancel may come when all is done; then the comparison counts, and its run says so.
    if (canceled.kind !== "ok") return;
    expect(run).toMatchObject({ outcome: "canceled", progress: { kind: "finished", text: "Canceled" } });
    const { items } = await get(baselineComparisonListSchema, "/baseline-comparisons");
    const comparison = items.find((item) => item.runId === runId);
    if (comparison?.status === "sealed") return;
    expect(comparison?.status ?? "failed").toBe("failed");
    expect(await get(findingListSchema, "/findings")).toEqual(before);
  });
});

describe("Many findings at once", () => {
  it("are accepted each by itself: one that has changed or is not there keeps no other from it", async () => {
    const { items } = await get(findingListSchema, "/findings?status=open");
    const [first, second] = items;
    if (first === undefined || second === undefined) throw new Error("two findings are needed");
    const findings = [
      { id: first.id, changesHash: first.changesHash },
      { id: second.id, changesHash: "0".repeat(64) },
      { id: "of-nobody", changesHash: first.changesHash },
    ];
    const until = new Date(Date.now() + DAY_MS).toISOString();
    const answer = await post(`${base()}/findings/accept`, { findings, reason: "Case 4711", until });
    expect(await answer.json()).toEqual({
      outcomes: [
        { id: first.id, outcome: "accepted" },
        { id: second.id, outcome: "changed" },
        { id: "of-nobody", outcome: "not_found" },
      ],
    });
    expect(await get(findingDetailSchema, `/findings/${first.id}`)).toMatchObject({
      status: "accepted",
      acceptance: { reason: "Case 4711", until },
    });
    expect((await get(findingDetailSchema, `/findings/${second.id}`)).status).toBe("open");
    await request(`${base()}/findings/${first.id}/reopen`, { method: "POST" });
  });

  it("are refused twice in one request", async () => {
    const { items } = await get(findingListSchema, "/findings");
    const twice = items.slice(0, 1).flatMap(({ id, changesHash }) => [
      { id, changesHash },
      { id, changesHash },
    ]);
    const until = new Date(Date.now() + DAY_MS).toISOString();
    const refused = await post(`${base()}/findings/accept`, { findings: twice, reason: "x", until });
    expect(await problemOf(refused)).toMatchObject({ status: 400, fields: [{ path: "findings" }] });
  });
});

describe("The remedy of a finding", () => {
  it("is the newest backup that holds the policy as the baseline has it, and none where no backup does", async () => {
    const { items } = await get(findingListSchema, "/findings");
    const ofEdge = items.find(({ family }) => family === "settingsCatalog");
    const remedy = () => get(findingRemedySchema, `/findings/${ofEdge?.id}/remedy`);
    expect(await remedy()).toEqual({ backup: null });
    // A backup of the policy as it is now is not one of how the baseline has it.
    const item = { set: crypto.randomUUID(), id: crypto.randomUUID() };
    await keepBackup(
      item.set,
      item.id,
      "as it is now",
      "select comparable_hash from policies where tenant_id = ?1 and graph_id = ?2",
    );
    expect(await remedy()).toEqual({ backup: null });
    const right = { set: crypto.randomUUID(), id: crypto.randomUUID() };
    const ofBaseline = "select comparable_hash from baseline_policies where tenant_id = ?1 and graph_id = ?2";
    await keepBackup(right.set, right.id, "known good", ofBaseline);
    expect(await remedy()).toMatchObject({
      backup: { backupSetId: right.set, backupSetName: "known good", itemId: right.id },
    });
    await env.DATABASE.prepare("update backup_sets set status = 'archived' where id = ?1").bind(right.set).run();
    expect(await remedy()).toEqual({ backup: null });

    async function keepBackup(set: string, id: string, name: string, hash: string): Promise<void> {
      const graphId = ofEdge?.graphId ?? "";
      await env.DATABASE.batch([
        env.DATABASE.prepare(
          `insert into backup_sets (id, tenant_id, name, sort_name, status, created_at, updated_at)
           values (?1, ?2, ?3, ?3, 'active', 1, 1)`,
        ).bind(set, tenant.tenantId, name),
        env.DATABASE.prepare(
          `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, content_hash,
             content_bytes, comparable_hash, captured_at, run_id)
           values (?3, ?1, ?4, 'settingsCatalog', ?2, 'Edge', 'edge', ?5, 1, (${hash}), 1, 'run')`,
        ).bind(tenant.tenantId, graphId, id, set, "0".repeat(64)),
      ]);
    }
  });
});
