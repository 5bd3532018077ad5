import {
  createExecutionContext,
  createMessageBatch,
  evictDurableObject,
  getQueueResult,
  runDurableObjectAlarm,
} from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { listRunUnits } from "../../src/database/runs/run-units.ts";
import { enter } from "../../src/database/databases.ts";
import { handleQueue, portsOf } from "../../src/queue/handle-queue.ts";
import { InvocationBudget } from "../../src/runs/invocation-budget.ts";
import { cancelRun } from "../../src/runs/edge/change-run.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { opened, tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";

const steering = registerTestOperation("test.counted");
const gated = registerTestOperation("test.gated");
registerTestOperation("test.finalized", {
  declared: { makes: "report" },
  finalize: async (run) => ({ kind: "finalized", result: { id: run.runId } }),
});
registerTestOperation("test.broken-plan", {
  plan: async () => {
    throw new Error("the plan's query failed");
  },
});

let tenant: Awaited<ReturnType<typeof seedTenant>>;
beforeAll(async () => {
  tenant = await seedTenant("runs");
});

const { start, current, completed, proof } = tenantRuns(() => tenant);

describe("a counted run in the Workers runtime", () => {
  it("runs every unit once and ends with exact counts and one notification", async () => {
    const run = await completed((await start("test.counted", 250)).id);
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: 250, processed: 250, succeeded: 250, failed: 0, skipped: 0 },
      progress: { kind: "finished", text: "250 of 250 widgets: 250 succeeded" },
    });
    expect(await proof(run.id)).toMatchObject({
      ledger: { total: 250, processed: 250 },
      drift: false,
      projectionPending: false,
    });
    const { results } = await env.DATABASE.prepare("select title from notifications where run_id = ?")
      .bind(run.id)
      .all();
    expect(results).toEqual([{ title: "Test operation succeeded" }]);
  });

  it("executes each unit exactly once when nothing fails, also those that outlast their neighbors' settles", async () => {
    steering.executed.length = 0;
    const gate = { open: false };
    // The last ones, so that whatever else shares their batch is settled while they are under way.
    steering.behave = async (ordinal) => {
      if (ordinal > 20) await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.counted", 24);
    await waitFor("their neighbors' settles", async () => (await proof(id)).ledger.processed === 21);
    gate.open = true;
    const run = await completed(id);
    steering.behave = () => ({ kind: "succeeded" });
    expect(steering.executed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, ordinal) => ordinal));
    expect(await proof(run.id)).toMatchObject({
      deliveries: 24,
      duplicatesSuppressed: 0,
      redispatched: 0,
      drift: false,
    });
  });

  it("F18: completes a run of zero units at once, with total 0 and no bar", async () => {
    const run = await completed((await start("test.counted", 0)).id);
    expect(run).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 0, processed: 0 } });
    expect(run.progress).toEqual({ kind: "finished", text: "No widgets to process" });
  });

  it("F22: counts failed and skipped units as processed, and lists them with their reasons", async () => {
    steering.behave = (ordinal) => {
      if (ordinal === 3) return { kind: "failed", reasonCode: "broken", message: "It broke." };
      if (ordinal === 5) return { kind: "skipped", reasonCode: "not_needed", message: "Nothing to do." };
      return { kind: "succeeded", counters: { items: 2 } };
    };
    const run = await completed((await start("test.counted", 8)).id);
    steering.behave = () => ({ kind: "succeeded" });
    expect(run).toMatchObject({
      outcome: "partially_succeeded",
      summaryCounts: { total: 8, processed: 8, succeeded: 6, failed: 1, skipped: 1, items: 12 },
    });
    const units = await listRunUnits(env.DATABASE, {
      tenantId: tenant.tenantId,
      runId: run.id,
      cursor: null,
      limit: 10,
    });
    expect(units).toMatchObject({
      items: [
        { ordinal: 3, key: "unit-00003", label: "Widget 4", outcome: "failed", reasonCode: "broken", attempts: 1 },
        { ordinal: 5, outcome: "skipped", reasonCode: "not_needed", message: "Nothing to do." },
      ],
    });
  });

  it("finalizes between the last settle and completion, and names its result", async () => {
    const run = await completed((await start("test.finalized", 3)).id);
    expect(run).toMatchObject({ outcome: "succeeded", result: { kind: "report", id: run.id, href: run.href } });
  });

  it("F15: fails a run whose planning dies, instead of hanging", async () => {
    const { id } = await start("test.broken-plan", 3);
    const object = env.OPERATION_RUNS.getByName(id);
    const run = await waitFor("planning to be given up", async () => {
      // An eviction forgets the back-off between attempts; their number is stored.
      await runDurableObjectAlarm(object);
      await evictDurableObject(object);
      const now = await current(id);
      return now?.status === "completed" ? now : null;
    });
    expect(run).toMatchObject({
      outcome: "failed",
      failure: { code: "planning_failed" },
      progress: { text: "Failed" },
    });
  });
});

describe("starting", () => {
  it("returns the active run of the same identity instead of a second one", async () => {
    gated.behave = () => ({ kind: "deferred", delaySeconds: 60, reasonCode: "later", message: "Later." });
    const first = await start("test.gated", 2, "same");
    const second = await startRun(env, {
      ...tenant,
      type: "test.gated",
      input: { units: 2, tag: "same" },
      idempotencyKey: null,
    });
    expect(second).toMatchObject({
      kind: "deduplicated",
      status: 200,
      body: { deduplicated: true, run: { id: first.id } },
    });
    await cancelRun(env, { ...tenant, runId: first.id });
  });

  it("answers a repeated Idempotency-Key with the first answer, also after the run has finished", async () => {
    const request = { ...tenant, type: "test.counted", input: { units: 1, tag: "keyed" }, idempotencyKey: "key-1" };
    const first = await startRun(env, request);
    if (first.kind !== "started") throw new Error(first.kind);
    await completed(first.body.run.id);
    expect(await startRun(env, request)).toEqual({ kind: "replayed", status: 202, body: first.body });
    expect(await startRun(env, { ...request, input: { units: 2 } })).toEqual({ kind: "idempotency_key_reused" });
  });

  it("F9: twenty concurrent starts make one run and one set of units", async () => {
    gated.behave = () => ({ kind: "deferred", delaySeconds: 60, reasonCode: "later", message: "Later." });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        startRun(env, { ...tenant, type: "test.gated", input: { units: 4, tag: "crowd" }, idempotencyKey: null }),
      ),
    );
    const ids = new Set(outcomes.map((outcome) => ("body" in outcome ? outcome.body.run.id : outcome.kind)));
    expect(ids.size).toBe(1);
    expect(outcomes.filter(({ kind }) => kind === "started")).toHaveLength(1);
    const [id] = ids;
    await cancelRun(env, { ...tenant, runId: id ?? "" });
  });

  it("refuses input that the operation cannot take, and names the field", async () => {
    const outcome = await startRun(env, {
      ...tenant,
      type: "test.counted",
      input: { units: "many" },
      idempotencyKey: null,
    });
    expect(outcome).toMatchObject({ kind: "invalid_input", fields: [{ path: "input.units" }] });
  });
});

describe("cancel and retry", () => {
  it("F23: keeps what was done, grants nothing more, and a late settle changes nothing", async () => {
    const gate = { open: false };
    gated.behave = async (ordinal) => {
      if (ordinal >= 5) await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.gated", 9);
    await waitFor("five units to settle", async () =>
      (await current(id))?.summaryCounts.processed === 5 ? true : null,
    );
    expect(await cancelRun(env, { ...tenant, runId: id })).toMatchObject({ kind: "ok", run: { outcome: "canceled" } });
    gate.open = true;
    const run = await completed(id);
    expect(run).toMatchObject({
      outcome: "canceled",
      summaryCounts: { total: 9, processed: 5 },
      progress: { kind: "finished", text: "Stopped after 5 of 9 widgets: 5 succeeded" },
    });
    await env.OPERATION_RUNS.getByName(id).settle({
      claimId: "late",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain: [5, 8],
      detailed: [],
      deferred: [],
      done: true,
    });
    expect(await proof(id)).toMatchObject({ ledger: { processed: 5 }, drift: false });
    expect(await current(id)).toEqual(run);
  });

  it("F3: retries the failed units only, once, however often and from wherever it is pressed", async () => {
    steering.behave = (ordinal) =>
      ordinal % 3 === 0 ? { kind: "failed", reasonCode: "broken", message: "It broke." } : { kind: "succeeded" };
    const first = await completed((await start("test.counted", 10)).id);
    steering.behave = () => ({ kind: "succeeded" });
    const presses = await Promise.all(Array.from({ length: 8 }, () => retryRun(env, { ...tenant, runId: first.id })));
    const ids = new Set(presses.map((press) => ("body" in press ? press.body.run.id : press.kind)));
    expect(ids.size).toBe(1);
    const [retryId] = ids;
    const retried = await completed(retryId ?? "");
    expect(retried).toMatchObject({
      outcome: "succeeded",
      retryOf: first.id,
      summaryCounts: { total: 4, processed: 4, succeeded: 4 },
    });
    expect(await current(first.id)).toEqual(first);
    expect(await retryRun(env, { ...tenant, runId: first.id })).toMatchObject({
      kind: "deduplicated",
      body: { run: { id: retryId } },
    });
    expect(await retryRun(env, { ...tenant, runId: retryId ?? "" })).toEqual({ kind: "nothing_to_retry" });
  });
});

describe("healing", () => {
  it("survives an eviction in the middle: counts are rebuilt from the journal", async () => {
    const gate = { open: false };
    gated.behave = async (ordinal) => {
      if (ordinal >= 20) await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.gated", 24);
    await waitFor("the open units to settle", async () =>
      (await current(id))?.summaryCounts.processed === 20 ? true : null,
    );
    await evictDurableObject(env.OPERATION_RUNS.getByName(id));
    gate.open = true;
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 24, processed: 24 } });
    expect(await proof(id)).toMatchObject({ drift: false, ledger: { processed: 24 } });
  });

  it("tells a consumer with its claim where the tenant is, and spares it a query", async () => {
    const gate = { open: false };
    gated.behave = async () => {
      await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.gated", 2);
    await waitFor("the row to follow the run", async () => (await current(id))?.status === "running");
    const ports = portsOf(enter(env), new InvocationBudget());
    const { signal } = new AbortController();
    const unknown = ports.unitContext(tenant.tenantId, signal);
    expect(unknown).toBeInstanceOf(Promise);
    await unknown;
    const others = portsOf(enter(env), new InvocationBudget());
    const answer = await others.run(id).claim({ claimId: "another", ordinals: [0, 1] });
    expect(answer.kind).toBe("open");
    const context = others.unitContext(tenant.tenantId, signal);
    if (context instanceof Promise) throw new Error("the consumer looks for the tenant");
    const found = await context.env.DATABASE.prepare("select id from operation_runs where id = ?1").bind(id).first();
    expect(found).toEqual({ id });
    gate.open = true;
    await completed(id);
  });

  it("F17: the sweep brings a run to its end whose object never heard of its start", async () => {
    const id = "run_never-created";
    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, version, created_at, updated_at)
       values (?1, ?2, 'test.counted', 'queued', 'pending', '{"units":3,"tag":"orphan"}', 'orphan', 1, ?3, ?3)`,
    )
      .bind(id, tenant.tenantId, Date.now() - 60_000)
      .run();
    await sweep(env, Date.now());
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 3, processed: 3 } });
  });

  it("fails units whose delivery was given up, and leaves alone what somebody is at", async () => {
    const gate = { open: false };
    gated.behave = async () => {
      await opened(gate);
      return { kind: "succeeded" };
    };
    gated.executed.length = 0;
    const { id } = await start("test.gated", 2);
    await waitFor("both units to be worked on", async () => gated.executed.length === 2);
    const batch = createMessageBatch("tenantatlas-run-units-dead", [
      { id: "a", timestamp: 0, attempts: 11, body: { v: 1, runId: id, first: 0, last: 0 } },
      { id: "b", timestamp: 0, attempts: 11, body: { v: 1, runId: id, first: 1, last: 1 } },
    ]);
    const context = createExecutionContext();
    await handleQueue(batch, env);
    expect((await getQueueResult(batch, context)).explicitAcks).toEqual(["a", "b"]);
    expect((await proof(id)).ledger).toMatchObject({ processed: 0, failed: 0 });
    gate.open = true;
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { processed: 2, succeeded: 2 } });
  });
});
