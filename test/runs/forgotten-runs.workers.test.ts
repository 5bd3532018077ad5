/** Runs' objects that forget their runs, and late calls to them: each is answered as for a run that never was, and leaves nothing. */
import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { handleQueue } from "../../src/queue/handle-queue.ts";
import { callRunObject } from "../../src/runs/edge/call-run-object.ts";
import { cancelRun, finishChanges } from "../../src/runs/edge/change-run.ts";
import { forgetRuns, LATE_CALLS_MS } from "../../src/runs/edge/forget-run.ts";
import { sweep } from "../../src/runs/edge/sweep.ts";
import { opened, tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { env } from "../support/environment.ts";

const plain = registerTestOperation("test.forgotten");
let cleanup: "done" | "refused" = "done";
const canceled = registerTestOperation("test.forgotten-canceled", {
  abandon: async () => {
    if (cleanup === "refused") throw new Error("the cleanup does not come to an end");
  },
});

let tenant: Awaited<ReturnType<typeof seedTenant>>;
let other: Awaited<ReturnType<typeof seedTenant>>;
beforeAll(async () => {
  tenant = await seedTenant("forgetful");
  other = await seedTenant("remembering");
});
const { start, completed, current } = tenantRuns(() => tenant);

/** What an object keeps: tables with rows or without, and its alarm. */
function kept(runId: string): Promise<{ tables: unknown[]; alarm: number | null }> {
  return runInDurableObject(env.OPERATION_RUNS.getByName(runId), async (_object, state) => ({
    tables: state.storage.sql.exec("select name from sqlite_master where name not like '\\_%' escape '\\'").toArray(),
    alarm: await state.storage.getAlarm(),
  }));
}

/** Until nothing is left to do for it: then it may be forgotten as soon as it is old enough. */
async function ended(type: string): Promise<string> {
  const { id } = await start(type, 2);
  await completed(id);
  await waitFor(`the object of ${id} to rest`, async () => ((await kept(id)).alarm === null ? true : null));
  return id;
}

const LATER = () => Date.now() + LATE_CALLS_MS + 60_000;
const forget = async (runId: string, now = LATER(), { tenantId } = tenant) =>
  (await forgetRuns(env, { tenantId, runIds: [runId], now })).get(runId);

describe("a run's object forgets", () => {
  it("nothing of a run that goes on, whether its object knows of it or only its row does", async () => {
    const gate = { open: false };
    plain.behave = async () => {
      await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.forgotten", 1);
    expect(await forget(id)).toBe("unfinished");
    // Without the row, as D1 is after it was restored: the object's own word counts.
    expect(await callRunObject(env, id, (run) => run.forget(LATER()))).toBe("unfinished");
    gate.open = true;
    await completed(id);
    plain.behave = () => ({ kind: "succeeded" });

    await env.DATABASE.prepare(
      `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, created_at, updated_at)
       values ('run_unheard', ?1, 'test.forgotten', 'queued', 'pending', '{}', 'unheard', 0, ?2)`,
    )
      .bind(tenant.tenantId, Date.now())
      .run();
    expect(await forget("run_unheard")).toBe("unfinished");
    await env.DATABASE.prepare("delete from operation_runs where id = 'run_unheard'").run();
  });

  it("nothing of a run that ended a moment ago, that another tenant asks for, or whose cancel has no answer yet", async () => {
    const id = await ended("test.forgotten");
    expect(await forget(id, Date.now() + LATE_CALLS_MS - 60_000)).toBe("recent");
    expect(await forget(id, LATER(), other)).toBe("busy");
    await env.DATABASE.prepare(
      `insert into cancel_intents (id, tenant_id, tenant_slug, run_id, run_type, actor_id, at, origin)
       values ('intent', ?1, 'forgetful', ?2, 'test.forgotten', 'user-owner', 0, '{}')`,
    )
      .bind(tenant.tenantId, id)
      .run();
    expect(await forget(id)).toBe("busy");
    await finishChanges(env, Date.now());
    expect(await forget(id)).toBe("forgotten");
  });

  it("nothing of a run whose cleanup is not done, and everything once it is", async () => {
    cleanup = "refused";
    const gate = { open: false };
    canceled.behave = async () => {
      await opened(gate);
      return { kind: "succeeded" };
    };
    const { id } = await start("test.forgotten-canceled", 1);
    await cancelRun(env, { ...tenant, runId: id });
    gate.open = true;
    await completed(id);
    expect(await forget(id)).toBe("busy");
    cleanup = "done";
    await waitFor("the cleanup", async () => ((await forget(id)) === "forgotten" ? true : null), 30_000, 50);
  });

  it("everything of a run that has ended; then late calls of all kinds are answered as if it had never been", async () => {
    const id = await ended("test.forgotten");
    const executed = plain.executed.length;
    expect((await kept(id)).tables.length).toBeGreaterThan(0);
    expect(await forget(id)).toBe("forgotten");
    const nothing = { tables: [], alarm: null };
    expect(await kept(id)).toEqual(nothing);

    const never = `run_${crypto.randomUUID()}`;
    for (const runId of [id, never]) {
      type Stub = ReturnType<typeof env.OPERATION_RUNS.getByName>;
      const ask = (call: (run: Stub) => PromiseLike<unknown>) =>
        callRunObject(env, runId, async (run): Promise<unknown> => call(run));
      const settlement = { plain: [], detailed: [], deferred: [], done: true };
      expect(await ask((run) => run.claim({ claimId: "late", ordinals: [0, 1] }))).toEqual({ kind: "closed" });
      expect(
        await ask((run) => run.settle({ claimId: "late", settleId: "late", ticket: null, ...settlement })),
      ).toEqual({
        kind: "closed",
      });
      expect(await ask((run) => run.settleDead([0, 1]))).toEqual({ kind: "closed" });
      expect(await ask((run) => run.renew("late"))).toBe("closed");
      expect(await ask((run) => run.proof())).toBeNull();
      expect(await ask((run) => run.wasCanceledBy("late"))).toBe(false);
      expect(await forget(runId)).toBe("forgotten");

      const body = { v: 1, runId, first: 0, last: 1 };
      const message = { id: `copy-${runId}`, timestamp: 0, attempts: 1, body };
      for (const queue of ["tenantatlas-run-units", "tenantatlas-run-units-dead"]) {
        const batch = createMessageBatch(queue, [message]);
        const context = createExecutionContext();
        await handleQueue(batch, env);
        const { ackAll, explicitAcks, retryMessages } = await getQueueResult(batch, context);
        expect([ackAll || explicitAcks.length === 1, retryMessages]).toEqual([true, []]);
      }
      expect(await kept(runId)).toEqual(nothing);
    }
    expect(plain.executed).toHaveLength(executed);
  });

  it("a run for good: neither the sweep nor a request to cancel that was left over brings it to life", async () => {
    const id = await ended("test.forgotten");
    expect(await forget(id)).toBe("forgotten");
    // A Worker's note from before, which the sweep finds only now.
    await env.DATABASE.prepare(
      `insert into cancel_intents (id, tenant_id, tenant_slug, run_id, run_type, actor_id, at, origin)
       values ('left-over', ?1, 'forgetful', ?2, 'test.forgotten', 'user-owner', 0, '{}')`,
    )
      .bind(tenant.tenantId, id)
      .run();
    await sweep(env, Date.now() + 61_000);
    expect(await env.DATABASE.prepare("select count(*) as n from cancel_intents").first("n")).toBe(0);
    expect(await cancelRun(env, { ...tenant, runId: id })).toMatchObject({ kind: "already_completed" });
    expect(await kept(id)).toEqual({ tables: [], alarm: null });
    expect(await current(id)).toMatchObject({ status: "completed", outcome: "succeeded" });
  });
});
