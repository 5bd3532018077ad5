import { beforeEach, describe, expect, it } from "vitest";
import { listActivityRows, listRunRows, readRunRow } from "../../../src/database/runs/operation-runs.ts";
import { listFailures } from "../../../src/runs/reading/failures.ts";
import { readRunDetail } from "../../../src/runs/reading/run-reports.ts";
import { takeQuietRuns, writeProjection } from "../../../src/database/runs/run-writing.ts";
import type { ProjectedProblem } from "../../../src/runs/facts/units.ts";
import type { Projection } from "../../../src/runs/facts/projection.ts";
import type { ProjectionRow } from "../../../src/runs/facts/projection-row.ts";
import { seedTenant } from "../../support/tenants.ts";
import { env } from "../../support/environment.ts";

let tenant: Awaited<ReturnType<typeof seedTenant>>;
let runId: string;

beforeEach(async () => {
  tenant = await seedTenant(`t-${crypto.randomUUID()}`);
  runId = await insertRun(1_000);
});

async function insertRun(createdAt: number): Promise<string> {
  const id = `run_${crypto.randomUUID()}`;
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
     values (?1, ?2, 'inventory.sync', 'queued', 'pending', '{}', ?1, ?3, 1, ?4, ?4)`,
  )
    .bind(id, tenant.tenantId, tenant.actor.id, createdAt)
    .run();
  return id;
}

function projection(
  version: number,
  processed: number,
  change: Partial<ProjectionRow> = {},
  problems: ProjectedProblem[] = [],
): Projection {
  return {
    tenantSlug: tenant.tenantSlug,
    partial: false,
    problems,
    row: {
      id: runId,
      tenantId: tenant.tenantId,
      type: "inventory.sync",
      status: "running",
      outcome: "pending",
      sealed: true,
      finalizerPending: false,
      phase: null,
      pause: null,
      summaryCounts: { total: 10, processed, succeeded: processed, failed: 0, skipped: 0 },
      failure: null,
      result: null,
      subject: null,
      extent: null,
      initiator: tenant.actor,
      retryOf: null,
      workerVersion: null,
      version,
      createdAt: 1_000,
      startedAt: 1_001,
      completedAt: null,
      ...change,
    },
  };
}

const problem: ProjectedProblem = {
  ordinal: 4,
  outcome: "failed",
  reasonCode: "permission_missing",
  message: "Missing.",
  attempts: 2,
  key: "04|x",
  label: "Family “x”",
  input: { family: "x" },
};

describe("writing a projection", () => {
  it("takes hundreds of problems with long labels, and one whose unit has no input", async () => {
    const long = "漢".repeat(2_500);
    const problems = Array.from({ length: 500 }, (_, ordinal) => ({
      ...problem,
      ordinal,
      label: long,
      input: ordinal === 7 ? undefined : null,
    }));
    await writeProjection(env.DATABASE, projection(2, 0, {}, problems), null, 2_000);
    const count = "select count(*) as n from operation_run_units where run_id = ? and label = ? and input = 'null'";
    expect(await env.DATABASE.prepare(count).bind(runId, long).first("n")).toBe(500);
  });

  it("F26: never moves a row back: an older version, arriving late, changes nothing", async () => {
    await writeProjection(env.DATABASE, projection(7, 6), null, 2_000);
    await writeProjection(env.DATABASE, projection(5, 3), null, 3_000);
    await writeProjection(env.DATABASE, projection(7, 9), null, 4_000);
    expect(await readRunRow(env.DATABASE, tenant.tenantId, runId)).toMatchObject({
      version: 7,
      summaryCounts: { processed: 6 },
    });
  });

  it("F24: never changes a completed run again, whatever version arrives", async () => {
    const done = { status: "completed", outcome: "succeeded", completedAt: 2_000 } as const;
    await writeProjection(env.DATABASE, projection(9, 10, done), { id: "n1", title: "T", body: "B" }, 2_000);
    await writeProjection(env.DATABASE, projection(12, 11), null, 3_000);
    expect(await readRunRow(env.DATABASE, tenant.tenantId, runId)).toMatchObject({
      version: 9,
      status: "completed",
      summaryCounts: { processed: 10 },
    });
  });

  it("F12: repeated, stores problems and the notification once", async () => {
    const done = { status: "completed", outcome: "partially_succeeded", completedAt: 2_000 } as const;
    for (let delivery = 0; delivery < 3; delivery += 1) {
      const notification = { id: `n-${runId}-${delivery}`, title: "T", body: "B" };
      await writeProjection(env.DATABASE, projection(9, 10, done, [problem]), notification, 2_000);
    }
    const counts = await env.DATABASE.prepare(
      `select (select count(*) from notifications where run_id = ?1) as notifications,
              (select count(*) from operation_run_units where run_id = ?1) as units`,
    )
      .bind(runId)
      .first();
    expect(counts).toEqual({ notifications: 1, units: 1 });
  });

  it("writes problems of a partial projection without touching the row", async () => {
    await writeProjection(env.DATABASE, { ...projection(9, 10, {}, [problem]), partial: true }, null, 2_000);
    expect(await readRunRow(env.DATABASE, tenant.tenantId, runId)).toMatchObject({ version: 1, status: "queued" });
    const unit = await env.DATABASE.prepare("select label, attempts, input from operation_run_units where run_id = ?")
      .bind(runId)
      .first();
    expect(unit).toEqual({ label: "Family “x”", attempts: 2, input: '{"family":"x"}' });
  });

  it("drops summary keys outside the list and values that are no counts", async () => {
    const summaryCounts = JSON.parse('{"total":10,"processed":-1,"succeeded":"3","failed":1.5,"secrets":9}');
    await writeProjection(env.DATABASE, projection(3, 0, { summaryCounts }), null, 2_000);
    expect((await readRunRow(env.DATABASE, tenant.tenantId, runId))?.summaryCounts).toEqual({ total: 10 });
  });
});

describe("reading runs", () => {
  it("pages newest first without losing or repeating a run, also at equal times", async () => {
    const ids = new Set([runId, ...(await Promise.all([5, 5, 5, 9, 1].map(insertRun)))]);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listRunRows(env.DATABASE, tenant.tenantId, { cursor, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(6);
    expect(new Set(seen)).toEqual(ids);
  });

  it("shows nothing of another tenant, by id or by list", async () => {
    const other = await seedTenant(`other-${crypto.randomUUID()}`);
    expect(await readRunRow(env.DATABASE, other.tenantId, runId)).toBeNull();
    expect(await listRunRows(env.DATABASE, other.tenantId, { cursor: null, limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    });
    expect(await listActivityRows(env.DATABASE, other.tenantId)).toEqual([]);
  });

  it("lists failures from all that ever ran, the last ended first, each with the later run that cured it", async () => {
    const tenantOf = { id: tenant.tenantId, slug: tenant.tenantSlug };
    const insert = async (createdAt: number, outcome: string, families: string[], retryOf: string | null = null) => {
      const id = await insertRun(createdAt);
      const input = JSON.stringify({ families });
      await env.DATABASE.prepare(
        `update operation_runs set status = 'completed', outcome = ?2, input = ?3, identity = ?4, retry_of = ?5, completed_at = ?6 where id = ?1`,
      )
        .bind(id, outcome, input, retryOf ?? `${tenant.tenantId} ${input}`, retryOf, createdAt + 1)
        .run();
      return id;
    };
    const cured = await insert(2_000, "failed", ["a"]);
    const retried = await insert(2_010, "partially_succeeded", ["c"]);
    const standing = await insert(2_020, "failed", ["z"]);
    const retry = await insert(2_030, "succeeded", ["c"], retried);
    const cure = await insert(2_040, "succeeded", ["a", "b"]);
    for (let at = 0; at < 25; at += 1) await insert(3_000 + at, "succeeded", ["b"]);
    const first = await listFailures(env.DATABASE, tenantOf, { cursor: null, limit: 2 });
    expect(first.items.map(({ run, curedBy }) => [run.id, curedBy?.runId])).toEqual([
      [standing, undefined],
      [retried, retry],
    ]);
    const second = await listFailures(env.DATABASE, tenantOf, { cursor: first.nextCursor, limit: 2 });
    expect(second).toMatchObject({ items: [{ run: { id: cured }, curedBy: { runId: cure } }], nextCursor: null });
    expect(await readRunDetail(env.DATABASE, tenantOf, cured)).toMatchObject({ curedBy: { runId: cure } });
    expect(await readRunDetail(env.DATABASE, tenantOf, cure)).toMatchObject({ curedBy: null });
    const other = await seedTenant(`other-${crypto.randomUUID()}`);
    const nothing = { items: [], nextCursor: null };
    expect(await listFailures(env.DATABASE, { id: other.tenantId, slug: "x" }, { cursor: null, limit: 9 })).toEqual(
      nothing,
    );
  });

  it("takes each quiet run once, so that a crowd that cannot be helped hides no other", async () => {
    const fresh = await insertRun(90_000);
    const taken = await takeQuietRuns(env.DATABASE, 50_000, 100_000, 1_000);
    expect(taken.map((run) => run.runId)).toContain(runId);
    expect(taken.map((run) => run.runId)).not.toContain(fresh);
    expect(await takeQuietRuns(env.DATABASE, 50_000, 100_000, 1_000)).toEqual([]);
  });

  it.each([
    [
      "the list",
      "select * from operation_runs r where r.tenant_id = ?1 and (r.created_at, r.id) < (?2, ?3) order by r.created_at desc, r.id desc limit 50",
      "operation_runs_by_tenant",
    ],
    [
      "the active ones",
      "select * from operation_runs r where r.tenant_id = ?1 and r.status <> 'completed' order by r.created_at desc, r.id desc limit 100",
      "operation_runs_active",
    ],
    [
      "the recently finished",
      "select * from operation_runs r where r.tenant_id = ?1 and r.status = 'completed' order by r.completed_at desc, r.id desc limit 10",
      "operation_runs_finished",
    ],
    [
      "the failed",
      "select * from operation_runs r where r.tenant_id = ?1 and r.outcome in ('failed', 'partially_succeeded') and (r.completed_at, r.id) < (?2, ?3) order by r.completed_at desc, r.id desc limit 20",
      "operation_runs_failed",
    ],
    [
      "the sweep",
      "select * from operation_runs r where r.status <> 'completed' and r.updated_at < ?2 order by r.updated_at limit 200",
      "operation_runs_unfinished",
    ],
    [
      "the active identity",
      "select * from operation_runs r where r.identity = ?1 and r.status <> 'completed'",
      "operation_runs_active_identity",
    ],
  ])("reads %s by an index, without sorting", async (_what, sql, index) => {
    const bindings = ["a", 1, "b"].slice(0, Math.max(...[...sql.matchAll(/\?(\d)/g)].map((match) => Number(match[1]))));
    const { results } = await env.DATABASE.prepare(`explain query plan ${sql}`)
      .bind(...bindings)
      .all<{ detail: string }>();
    const details = results.map(({ detail }) => detail).join("\n");
    expect(details).toContain(index);
    expect(details).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
