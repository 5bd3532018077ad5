/** A unit of a run over tenants that dies at any call of a database, before or after it took effect, and is executed again. */
import { beforeAll, describe, expect, it } from "vitest";
import { PORTFOLIO } from "../../src/contract/portfolio.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";
import { readPortfolioTenant } from "../../src/database/portfolio/portfolio-reading.ts";
import { insertPortfolioRun } from "../../src/database/portfolio/portfolio-writing.ts";
import { takeQuietRuns } from "../../src/database/runs/run-writing.ts";
import { wakeRun } from "../../src/runs/edge/wake-run.ts";
import { readRunRow } from "../../src/database/runs/operation-runs.ts";
import { portfolioRun } from "../../src/operations/portfolio/portfolio-run.ts";
import { runVerbs } from "../../src/runs/edge/run-verbs.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { seedDemoData } from "../http/demo.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { type CrashMoment, type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { env } from "../support/environment.ts";
import { hold, release } from "./held-evidence.ts";
import { waitFor } from "../support/wait.ts";

const MOMENTS: readonly CrashMoment[] = ["before", "after"];
/** More calls than any of these makes: the loop ends by itself. */
const CALLS = 60;

let tenant: SimulatedTenant;

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
});

/** A run over the tenant alone, whose units this test executes. */
async function begin(): Promise<RunUnitTask> {
  const runId = `prun_${crypto.randomUUID()}`;
  const run = {
    id: runId,
    type: "evidence.snapshot" as const,
    standardId: null,
    chosen: null,
    occasion: null,
    starterId: "user-owner",
    identity: runId,
  };
  const rest = { requestKey: null, requestHash: "", workerVersion: "test", createdAt: Date.now() };
  // Nothing but this test works on them: none ends by itself, and a person may have a few.
  await env.CONTROL.prepare("update portfolio_runs set status = 'completed'").run();
  const list = { kind: "list" as const, tenantIds: [tenant.tenantId], chosen: { kind: "list" as const } };
  expect(await insertPortfolioRun(env.CONTROL, { ...run, ...rest }, list)).toBe(true);
  return { runId, tenantId: PORTFOLIO, ordinal: 0, deferrals: 0, key: "000000", label: "Tenant 1", input: null };
}

function context(plan: CrashPlan | null): UnitContext {
  const crashing =
    plan === null
      ? env
      : {
          ...env,
          CONTROL: crashingDatabase(env.CONTROL, plan),
          DATABASE: crashingDatabase<TenantDatabase>(env.DATABASE, plan),
          SHARDS: new Map(
            [...env.SHARDS].map(([name, shard]) => [name, crashingDatabase<TenantDatabase>(shard, plan)]),
          ),
        };
  const signal = new AbortController().signal;
  return { env: crashing, now: () => Date.now(), signal, runs: runVerbs(() => {}) };
}

/** As the sweep does: a start that was cut off has a row, and no object that knows of it. */
async function wakeAll(): Promise<void> {
  const quiet = await takeQuietRuns(env.DATABASE, Date.now() + 60_000, Date.now(), 50);
  for (const specification of quiet) await wakeRun(env, specification);
}

const toVerdict = (task: RunUnitTask): Promise<UnitResult> =>
  waitFor("a verdict", async () => {
    const result = await portfolioRun.execute(task, context(null));
    return result.kind === "deferred" ? null : result;
  });

async function operations(): Promise<number> {
  const row = await env.DATABASE.prepare("select count(*) as runs from operation_runs where tenant_id = ?1")
    .bind(tenant.tenantId)
    .first<{ runs: number }>();
  return row?.runs ?? -1;
}

/** Does it with a crash at each call in turn, until it makes fewer calls. */
async function atEachCall(work: (plan: CrashPlan) => Promise<void>): Promise<number> {
  let tried = 0;
  for (const moment of MOMENTS) {
    for (let at = 1; at <= CALLS; at += 1) {
      const plan: CrashPlan = { calls: 0, at, moment };
      await work(plan);
      if (plan.calls < at) break;
      tried += 1;
    }
  }
  return tried;
}

describe("a unit of a run over tenants", () => {
  it("starts one operation and settles one verdict, wherever it dies", async () => {
    const tried = await atEachCall(async (plan) => {
      const task = await begin();
      const before = await operations();
      // It tells a storage outage, and is sent again.
      await portfolioRun.execute(task, context(plan));
      await portfolioRun.execute(task, context(null));
      await wakeAll();
      const verdict = await toVerdict(task);
      expect(verdict, JSON.stringify(plan)).toEqual({ kind: "succeeded" });
      expect((await operations()) - before, JSON.stringify(plan)).toBe(1);
      const row = await readPortfolioTenant(env.CONTROL, task.runId, 0);
      expect(row, JSON.stringify(plan)).toMatchObject({ outcome: "succeeded", own: true });
      // It is the same verdict however often it is asked for, and nothing more is started.
      expect(await portfolioRun.execute(task, context(null))).toEqual(verdict);
      expect((await operations()) - before).toBe(1);
    });
    expect(tried).toBeGreaterThan(20);
  });

  it("is one operation though two hold the unit at once", async () => {
    const task = await begin();
    const before = await operations();
    await Promise.all(Array.from({ length: 4 }, () => portfolioRun.execute(task, context(null))));
    expect(await toVerdict(task)).toEqual({ kind: "succeeded" });
    expect((await operations()) - before).toBe(1);
  });
});

describe("the cleanup of a run over tenants that was canceled", () => {
  it("cancels what a unit started and had no time to note, wherever it dies itself", async () => {
    await tenant.sync(["filters"]);
    await hold(tenant);
    const tried = await atEachCall(async (plan) => {
      const task = await begin();
      await portfolioRun.execute(task, context(null));
      const started = await readPortfolioTenant(env.CONTROL, task.runId, 0);
      const childId = started?.childId ?? "";
      await env.CONTROL.prepare("update portfolio_run_tenants set child_id = null, own = null where run_id = ?1")
        .bind(task.runId)
        .run();
      const run = { runId: task.runId, tenantId: PORTFOLIO, tenantSlug: "", initiatorId: "user-owner", createdAt: 0 };
      const input = { type: "evidence.snapshot" };
      await portfolioRun.abandon?.(run, input, context(plan)).catch(() => null);
      await portfolioRun.abandon?.(run, input, context(null));
      await waitFor(
        "its end",
        async () => (await readRunRow(env.DATABASE, tenant.tenantId, childId))?.status === "completed",
      );
      expect(await readRunRow(env.DATABASE, tenant.tenantId, childId), JSON.stringify(plan)).toMatchObject({
        outcome: "canceled",
      });
    });
    await release();
    expect(tried).toBeGreaterThan(6);
  });
});
