/** Rows of the failure catalogue that are best shown in the real Workers runtime: real objects, real D1, real RPC. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listRunUnits } from "../../src/database/runs/run-units.ts";
import { retryRun } from "../../src/runs/edge/retry-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { opened, tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";

// The queue's consumer holds every unit of this type until the gate opens, so the test is free to settle in its place.
const held = registerTestOperation("test.held");
const plain = registerTestOperation("test.plain");
let finalizations = 0;
registerTestOperation("test.finalizer", {
  declared: { makes: "report" },
  finalize: async (run) => {
    finalizations += 1;
    return { kind: "finalized", result: { id: run.runId } };
  },
});

const unit = (key: string) => ({ key, label: key, input: null });
registerTestOperation("test.duplicate-keys", {
  plan: async (_run, _input, cursor) =>
    cursor === null
      ? { kind: "listed", units: ["a", "b", "b", "c"].map(unit), nextCursor: "second" }
      : { kind: "listed", units: ["c", "d", "d"].map(unit), nextCursor: null },
});

let tenant: Awaited<ReturnType<typeof seedTenant>>;
/** A new one for each test: consumers of the test before still look at theirs. */
let gate = { open: false };

beforeAll(async () => {
  tenant = await seedTenant("failures");
});
beforeEach(() => {
  const mine = { open: false };
  gate = mine;
  held.executed.length = 0;
  held.behave = async () => {
    await opened(mine);
    return { kind: "succeeded" };
  };
});

const { start: startRun, current, completed, proof } = tenantRuns(() => tenant);

async function start(type: string, units: number): Promise<string> {
  return (await startRun(type, units)).id;
}

/** Starts a run whose units are all planned and open to be settled by the test. */
async function startHeld(units: number): Promise<string> {
  const id = await start("test.held", units);
  await waitFor("the plan to be sealed", async () =>
    (await current(id))?.summaryCounts.total === units ? true : null,
  );
  return id;
}

async function notifications(runId: string): Promise<number> {
  return (
    (await env.DATABASE.prepare("select count(*) as n from notifications where run_id = ?")
      .bind(runId)
      .first<number>("n")) ?? -1
  );
}

const settlement = (plainOrdinals: number[]) => ({
  claimId: crypto.randomUUID(),
  settleId: crypto.randomUUID(),
  ticket: null,
  plain: plainOrdinals,
  detailed: [],
  deferred: [],
  done: true,
});

describe("counted twice", () => {
  it("F1: the last unit, settled again a minute later, moves no counter and completes nothing twice", async () => {
    const id = await startHeld(3);
    const object = env.OPERATION_RUNS.getByName(id);
    await object.settle(settlement([0, 2]));
    const run = await completed(id);
    gate.open = true;
    expect(await object.settle(settlement([2, 2]))).toEqual({ kind: "closed" });
    await runDurableObjectAlarm(object);
    expect(await current(id)).toEqual(run);
    expect(await notifications(id)).toBe(1);
    expect(await proof(id)).toMatchObject({ ledger: { processed: 3 }, drift: false });
  });

  it("F4: settles redelivered after an eviction in the middle never show more than the total, and no step back", async () => {
    const id = await startHeld(60);
    const object = env.OPERATION_RUNS.getByName(id);
    const seen: number[] = [];
    for (let first = 0; first < 60; first += 20) {
      await object.settle(settlement([first, first + 19]));
      gate.open = first === 40;
      await evictDurableObject(object);
      await object.settle(settlement([0, first + 19]));
      seen.push((await proof(id)).ledger.processed);
    }
    expect(seen).toEqual([20, 40, 60]);
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 60, processed: 60 } });
  });

  it("F6: a settle that was applied and timed out is repeated by the caller without drift", async () => {
    const id = await startHeld(10);
    const object = env.OPERATION_RUNS.getByName(id);
    const once = settlement([0, 4]);
    expect(await object.settle(once)).toEqual({ kind: "open", newlySettled: 5, duplicates: 0, paused: false });
    expect(await object.settle(once)).toEqual({ kind: "open", newlySettled: 0, duplicates: 5, paused: false });
    // The same request again is no duplicate delivery. Another request with the same verdicts is.
    expect(await proof(id)).toMatchObject({ ledger: { processed: 5 }, duplicatesSuppressed: 0, drift: false });
    await object.settle(settlement([0, 4]));
    expect(await proof(id)).toMatchObject({ ledger: { processed: 5 }, duplicatesSuppressed: 5, drift: false });
    gate.open = true;
    expect(await completed(id)).toMatchObject({ summaryCounts: { processed: 10, succeeded: 10 } });
  });
});

describe("counted from stale knowledge", () => {
  it("F5: a start repeated from a stale row neither resets nor recounts a run that has moved on", async () => {
    const id = await startHeld(10);
    const object = env.OPERATION_RUNS.getByName(id);
    await object.settle(settlement([0, 5]));
    const before = await proof(id);
    await object.start({
      runId: id,
      tenantId: tenant.tenantId,
      tenantSlug: tenant.tenantSlug,
      type: "test.held",
      input: { units: 3, tag: "stale" },
      subject: null,
      initiator: null,
      retryOf: null,
      workerVersion: null,
      createdAt: 1,
    });
    await runDurableObjectAlarm(object);
    expect((await proof(id)).ledger).toEqual(before.ledger);
    gate.open = true;
    expect(await completed(id)).toMatchObject({ summaryCounts: { total: 10, processed: 10 } });
  });
});

describe("lost, or stuck", () => {
  it("F14: duplicate keys in a plan, within a page and across pages, are one unit each, and the run completes", async () => {
    const run = await completed(await start("test.duplicate-keys", 0));
    expect(run).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 4, processed: 4, succeeded: 4 } });
  });

  it("F10: 88 concurrent writers lose none of 2,200 settles, and the overlaps between them count once", async () => {
    const id = await startHeld(2_200);
    const object = env.OPERATION_RUNS.getByName(id);
    const answers = await Promise.all(
      Array.from({ length: 88 }, (_, writer) => {
        const first = writer * 25;
        return object.settle(settlement([Math.max(0, first - 5), first + 24]));
      }),
    );
    gate.open = true;
    const settled = answers.reduce((sum, answer) => sum + (answer.kind === "open" ? answer.newlySettled : 0), 0);
    expect(settled).toBe(2_200);
    expect(await completed(id)).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: 2_200, processed: 2_200, succeeded: 2_200 },
    });
    expect(await proof(id)).toMatchObject({ ledger: { processed: 2_200, succeeded: 2_200 }, drift: false });
  });

  it("F13: a run whose units all finish before its first projection completes all the same", async () => {
    expect(await completed(await start("test.plain", 40))).toMatchObject({
      summaryCounts: { total: 40, processed: 40 },
    });
  });

  it("F16: ends at 199 of 199 when the projection before the last settles was still being held back", async () => {
    const id = await startHeld(199);
    const object = env.OPERATION_RUNS.getByName(id);
    await object.settle(settlement([0, 0]));
    await object.settle(settlement([1, 197]));
    await object.settle(settlement([198, 198]));
    gate.open = true;
    expect((await completed(id)).summaryCounts).toMatchObject({ total: 199, processed: 199 });
  });
});

describe("completion and status", () => {
  it("F19: a first unit that is done at once does not complete a run whose other 300 wait", async () => {
    const id = await startHeld(301);
    await env.OPERATION_RUNS.getByName(id).settle(settlement([0, 0]));
    await runDurableObjectAlarm(env.OPERATION_RUNS.getByName(id));
    expect((await proof(id)).ledger).toMatchObject({ total: 301, processed: 1 });
    expect(await current(id)).toMatchObject({ status: "running", outcome: "pending" });
    gate.open = true;
    expect(await completed(id)).toMatchObject({ summaryCounts: { total: 301, processed: 301 } });
  });

  it("F25: skipped units count as processed, so that the verdicts always add up to the total", async () => {
    plain.behave = (ordinal) =>
      ordinal % 4 === 1
        ? { kind: "skipped", reasonCode: "unchanged", message: "Nothing to do." }
        : { kind: "succeeded" };
    const run = await completed(await start("test.plain", 31));
    plain.behave = () => ({ kind: "succeeded" });
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: 31, processed: 31, succeeded: 23, skipped: 8, failed: 0 },
      progress: { text: "31 of 31 widgets: 23 succeeded, 8 skipped" },
    });
  });

  it("F20: twenty units that finish together make one completion, one finalization, one notification", async () => {
    finalizations = 0;
    const id = await start("test.finalizer", 20);
    const run = await completed(id);
    expect(run.result).toEqual({ kind: "report", id, href: run.href });
    await runDurableObjectAlarm(env.OPERATION_RUNS.getByName(id));
    expect(finalizations).toBe(1);
    expect(await notifications(id)).toBe(1);
    expect((await current(id))?.version).toBe(run.version);
  });

  it("F27: a slow unit that keeps its lease is neither failed nor run twice by the sweep, dead letters or healing", async () => {
    const id = await startHeld(1);
    await waitFor("the unit to be worked on", async () => held.executed.length === 1);
    const object = env.OPERATION_RUNS.getByName(id);
    await env.DATABASE.prepare("update operation_runs set updated_at = 0 where id = ?").bind(id).run();
    await sweep(env, Date.now());
    expect(await object.settleDead([0, 0])).toEqual({ kind: "open", newlySettled: 0, duplicates: 0, paused: false });
    await runDurableObjectAlarm(object);
    expect(await current(id)).toMatchObject({
      status: "running",
      progress: { kind: "counted", processed: 0, total: 1 },
    });
    gate.open = true;
    expect(await completed(id)).toMatchObject({ outcome: "succeeded" });
    expect(held.executed).toEqual([0]);
  });

  it("F30: a retry has a total of its own and leaves the first run's counts alone", async () => {
    plain.behave = (ordinal) =>
      ordinal < 4 ? { kind: "failed", reasonCode: "broken", message: "It broke." } : { kind: "succeeded" };
    const first = await completed(await start("test.plain", 12));
    const pressed = await retryRun(env, { ...tenant, runId: first.id });
    if (pressed.kind !== "started") throw new Error(pressed.kind);
    const second = await completed(pressed.body.run.id);
    plain.behave = () => ({ kind: "succeeded" });
    expect(first.summaryCounts).toMatchObject({ total: 12, processed: 12, failed: 4 });
    expect(second).toMatchObject({ outcome: "failed", summaryCounts: { total: 4, processed: 4, failed: 4 } });
    expect(await current(first.id)).toEqual(first);
    const units = await listRunUnits(env.DATABASE, {
      tenantId: tenant.tenantId,
      runId: second.id,
      cursor: null,
      limit: 10,
    });
    expect(units).toMatchObject({
      items: [0, 1, 2, 3].map((ordinal) => ({ ordinal, label: `Widget ${ordinal + 1}` })),
    });
  });
});
