import { beforeEach, describe, expect, it } from "vitest";
import { writeReport } from "../../../src/database/runs/run-reports.ts";
import { encodeUnits, type ReportFacts, type RunReport, type ToldUnit } from "../../../src/runs/facts/run-report.ts";
import { readRunDetail, readTimeline, readUnitStates } from "../../../src/runs/reading/run-reports.ts";
import { env } from "../../support/environment.ts";
import { seedTenant } from "../../support/tenants.ts";

let tenant: Awaited<ReturnType<typeof seedTenant>>;
let reference: { id: string; slug: string };
let runId: string;

beforeEach(async () => {
  tenant = await seedTenant(`t-${crypto.randomUUID()}`);
  reference = { id: tenant.tenantId, slug: tenant.tenantSlug };
  runId = `run_${crypto.randomUUID()}`;
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
     values (?1, ?2, 'inventory.sync', 'running', 'pending', '{}', ?1, ?3, 1, 1000, 1000)`,
  )
    .bind(runId, tenant.tenantId, tenant.actor.id)
    .run();
});

const WAIT = { reasonCode: "graph_unavailable", message: "Microsoft Graph did not answer.", unit: "Compliance" };

function report(version: number, at: number, more: Partial<RunReport> = {}): RunReport {
  const facts: ReportFacts = {
    waits: [{ ...WAIT, units: 1, attempt: 3, nextTryAt: 90_000 }],
    otherReasons: 0,
    waitingUnits: 1,
    heldUnits: 0,
    timeline: [
      { kind: "queued", at: 1_000 },
      { kind: "sealed", at: 2_000, count: 1_200 },
      { kind: "waited", at: 3_000, until: 9_000, count: 4, words: WAIT.message },
    ],
    omitted: 0,
    planned: 1_200,
  };
  return { runId, tenantId: tenant.tenantId, at, version, completed: false, facts, pages: [], ...more };
}

/** 1,200 units in pages of 500, of which every tenth failed. */
function pages(): RunReport["pages"] {
  return [0, 500, 1_000].map((firstOrdinal) => {
    const units = Array.from({ length: firstOrdinal === 1_000 ? 200 : 500 }, (_, place): ToldUnit => {
      const ordinal = firstOrdinal + place;
      const state = ordinal % 10 === 9 ? "failed" : "succeeded";
      return { name: [`k${ordinal}`, `Unit ${ordinal}`], state, attempts: 1, tookMs: ordinal, nextTryAt: null };
    });
    return { ...encodeUnits(units), firstOrdinal };
  });
}

const units = (state: ToldUnit["state"] | "unsettled" | null, cursor: string | null, limit: number) =>
  readUnitStates(env.DATABASE, { tenantId: tenant.tenantId, runId, state, cursor, limit });

describe("What a run told", () => {
  it("is on the run with its age, until the run is over", async () => {
    expect((await readRunDetail(env.DATABASE, reference, runId))?.waiting).toBeNull();
    await writeReport(env.DATABASE, report(3, 30_000));
    expect((await readRunDetail(env.DATABASE, reference, runId))?.waiting).toEqual({
      asOf: "1970-01-01T00:00:30.000Z",
      version: 3,
      waits: [
        { ...WAIT, units: 1, attempt: 3, nextTryAt: "1970-01-01T00:01:30.000Z", since: "1970-01-01T00:00:03.000Z" },
      ],
      otherReasons: 0,
      waitingUnits: 1,
      heldUnits: 0,
    });
    await env.DATABASE.prepare("update operation_runs set status = 'completed' where id = ?1").bind(runId).run();
    expect(await readRunDetail(env.DATABASE, reference, runId)).toMatchObject({ waiting: null, againInput: {} });
  });

  it("tells which units have no verdict, of a run that was stopped those that it did not reach", async () => {
    const open = { name: null, state: "open", attempts: 0, tookMs: null, nextTryAt: null } as const;
    const states = [
      { ...open, state: "succeeded" },
      open,
      { ...open, state: "held" },
      { ...open, state: "failed" },
    ] as const;
    await writeReport(env.DATABASE, report(3, 30_000, { pages: [{ ...encodeUnits(states), firstOrdinal: 0 }] }));
    expect((await units("unsettled", null, 10))?.items.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
  });

  it("is not replaced by an older report that comes late, nor written for a run that is gone", async () => {
    await writeReport(env.DATABASE, report(3, 30_000, { pages: pages() }));
    const older = { waits: [], otherReasons: 0, waitingUnits: 0, heldUnits: 0, timeline: [], omitted: 0, planned: 1 };
    const stale = [{ ...encodeUnits([]), firstOrdinal: 0 }];
    await writeReport(env.DATABASE, report(3, 29_000, { facts: older, pages: stale }));
    await writeReport(env.DATABASE, report(2, 40_000, { facts: older, pages: stale }));
    expect((await readTimeline(env.DATABASE, reference, runId))?.asOf).toBe("1970-01-01T00:00:30.000Z");
    expect((await units(null, null, 1))?.told).toBe(1_200);
    await env.DATABASE.prepare("delete from operation_runs where id = ?1").bind(runId).run();
    await env.DATABASE.prepare("delete from operation_run_reports where run_id = ?1").bind(runId).run();
    await writeReport(env.DATABASE, report(4, 50_000));
    const left = "select count(*) as n from operation_run_reports where run_id = ?1";
    expect(await env.DATABASE.prepare(left).bind(runId).first<number>("n")).toBe(0);
  });

  it("is a timeline in words; before the first report, the run was queued", async () => {
    expect(await readTimeline(env.DATABASE, reference, runId)).toMatchObject({
      items: [{ kind: "queued" }],
      version: 1,
    });
    await writeReport(env.DATABASE, report(3, 30_000));
    expect((await readTimeline(env.DATABASE, reference, runId))?.items.map(({ text }) => text)).toEqual([
      "Queued",
      "Planned: 1200 policy families",
      `Waited 4 times: ${WAIT.message}`,
    ]);
  });

  it("lists all units over the edges of pages, each once, and those in one state", async () => {
    await writeReport(env.DATABASE, report(3, 30_000, { pages: pages() }));
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await units(null, cursor, 170);
      seen.push(...(page?.items ?? []).map(({ ordinal }) => ordinal));
      cursor = page?.nextCursor ?? null;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 1_200 }, (_, ordinal) => ordinal));
    const failed = await units("failed", null, 200);
    expect(failed?.items.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 120 }, (_, at) => at * 10 + 9));
    expect(failed).toMatchObject({ nextCursor: null, planned: 1_200, told: 1_200 });
    expect(failed?.items[0]).toEqual({
      ordinal: 9,
      key: "k9",
      label: "Unit 9",
      state: "failed",
      attempts: 1,
      durationMs: 9,
      nextTryAt: null,
      asOf: "1970-01-01T00:00:30.000Z",
    });
  });

  it("is nobody else's: another tenant has no such run", async () => {
    await writeReport(env.DATABASE, report(3, 30_000, { pages: pages() }));
    const other = await seedTenant(`t-${crypto.randomUUID()}`);
    const theirs = { id: other.tenantId, slug: other.tenantSlug };
    expect(await readTimeline(env.DATABASE, theirs, runId)).toBeNull();
    expect(await readRunDetail(env.DATABASE, theirs, runId)).toBeNull();
    const request = { tenantId: other.tenantId, runId, state: null, cursor: null, limit: 10 };
    expect(await readUnitStates(env.DATABASE, request)).toBeNull();
  });
});
