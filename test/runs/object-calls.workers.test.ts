/** Calls to runs' objects that a deploy cuts off, before or after they took effect, at the routes and at the queue. */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { finishChanges } from "../../src/runs/edge/change-run.ts";
import { handleQueue } from "../../src/queue/handle-queue.ts";
import { opened, tenantRuns } from "../support/tenant-runs.ts";
import { seedTenant } from "../support/tenants.ts";
import { registerTestOperation } from "../support/test-operations.ts";
import { waitFor } from "../support/wait.ts";
import { checkDescribed } from "../http/described-answer.ts";
import { env } from "../support/environment.ts";

const held = registerTestOperation("test.interrupted");
/** A gate for each test, opened at its end, so that no unit of it holds a consumer. */
let gate = { open: false };
beforeEach(() => {
  const mine = { open: false };
  gate = mine;
  held.behave = async () => {
    await opened(mine);
    return { kind: "succeeded" };
  };
});
afterEach(() => {
  gate.open = true;
});

let tenant: Awaited<ReturnType<typeof seedTenant>>;
beforeAll(async () => {
  tenant = await seedTenant("interrupted");
});
const { start, current, completed, proof } = tenantRuns(() => tenant);

type Interruption = "reset before" | "reset after" | "overloaded";

/** The environment, with the first calls to runs' objects interrupted as the platform does it: one interruption each. */
function interrupted(interruptions: Interruption[]): { env: Env; stubs: () => number } {
  let stubs = 0;
  const runs = new Proxy(env.OPERATION_RUNS, {
    get: (namespace, name) =>
      name === "getByName"
        ? (runId: string) => {
            stubs += 1;
            return interruptedStub(namespace.getByName(runId), interruptions);
          }
        : Reflect.get(namespace, name),
  });
  return { env: { ...env, OPERATION_RUNS: runs }, stubs: () => stubs };
}

function interruptedStub<Stub extends object>(stub: Stub, interruptions: Interruption[]): Stub {
  let broken = false;
  return new Proxy(stub, {
    get: (target, method) => {
      const call: unknown = Reflect.get(target, method);
      if (typeof call !== "function") return call;
      return async (...parameters: unknown[]): Promise<unknown> => {
        if (broken) throw new Error("this stub is broken");
        const interruption = interruptions.shift();
        if (interruption === undefined) return Reflect.apply(call, target, parameters);
        broken = true;
        if (interruption === "reset after") await Reflect.apply(call, target, parameters);
        const flags = interruption === "overloaded" ? { overloaded: true, retryable: true } : { retryable: true };
        throw Object.assign(new Error(interruption), flags);
      };
    },
  });
}

async function ask(path: string, environment: Env, method = "POST"): Promise<Response> {
  const url = `http://localhost:8787/api/tenants/interrupted/operations/${path}`;
  const headers = { origin: "http://localhost:8787", "x-local-user": "owner@example.test" };
  const response = await createApp(allServed()).fetch(new Request(url, { method, headers }), environment);
  await checkDescribed(method, new URL(url), response);
  return response;
}

async function audited(runId: string): Promise<number | null> {
  const sql = "select count(*) as n from audit_events where action = 'operation.cancel' and target_id = ?";
  return env.DATABASE.prepare(sql).bind(runId).first<number>("n");
}

async function startHeld(units: number): Promise<string> {
  const before = held.executed.length;
  const { id } = await start("test.interrupted", units);
  // Of more, the consumer works on four at a time.
  const underWay = Math.min(units, 4);
  await waitFor("the units to be worked on", async () => (held.executed.length >= before + underWay ? true : null));
  return id;
}

describe("a run's object that is reset while it is called", () => {
  it.each([
    ["reset before", "reset before"],
    ["reset after", "reset before"],
    ["reset after", "reset after"],
  ] as const)("lets cancel be answered as if nothing had happened: %s, %s", async (...interruptions) => {
    const id = await startHeld(2);
    const object = interrupted([...interruptions]);
    const response = await ask(`${id}/cancel`, object.env);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id, status: "completed", outcome: "canceled" });
    // A stub for each attempt, and the person's cancel is in the audit trail once.
    expect(object.stubs()).toBe(3);
    expect(await audited(id)).toBe(1);
  });

  it("lets a proof be answered", async () => {
    const id = await startHeld(1);
    const response = await ask(`${id}/proof`, interrupted(["reset before", "reset after"]).env, "GET");
    expect(response.status).toBe(200);
    // Its claim is counted when it is answered.
    expect(await response.json()).toMatchObject({ drift: false, deliveries: 0, ledger: { total: 1, processed: 0 } });
  });

  it.each([
    ["overloaded", ["overloaded"], "10"],
    ["gone for longer than the call is repeated", Array.from({ length: 9 }, (): Interruption => "reset before"), "2"],
  ] as const)("makes cancel unavailable for now when it is %s", async (_, interruptions, retryAfter) => {
    const id = await startHeld(1);
    const response = await ask(`${id}/cancel`, interrupted([...interruptions]).env);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe(retryAfter);
    expect(await response.json()).toMatchObject({ status: 503, code: "unavailable" });
    expect(await current(id)).toMatchObject({ status: "running" });
    expect(await audited(id)).toBe(0);
    // The person has asked: the sweep goes on trying, and the log tells who it was.
    await finishChanges(env, Date.now());
    expect(await audited(id)).toBe(0);
    for (let time = 0; time < 2; time += 1) await finishChanges(env, Date.now() + 61_000);
    expect(await completed(id)).toMatchObject({ outcome: "canceled" });
    expect(await audited(id)).toBe(1);
  });

  it("loses no event of a cancel that took effect, though every answer got lost", async () => {
    const id = await startHeld(1);
    const lost = Array.from({ length: 9 }, (): Interruption => "reset after");
    expect((await ask(`${id}/cancel`, interrupted(lost).env)).status).toBe(503);
    expect(await completed(id)).toMatchObject({ outcome: "canceled" });
    expect(await audited(id)).toBe(0);
    await finishChanges(env, Date.now() + 61_000);
    expect(await audited(id)).toBe(1);
    expect(await env.DATABASE.prepare("select count(*) as n from cancel_intents").first("n")).toBe(0);
  });

  it("leaves the event to the request that canceled, of two that asked", async () => {
    const id = await startHeld(1);
    expect((await ask(`${id}/cancel`, interrupted(["overloaded"]).env)).status).toBe(503);
    expect((await ask(`${id}/cancel`, env)).status).toBe(200);
    await finishChanges(env, Date.now() + 61_000);
    expect(await audited(id)).toBe(1);
  });
});

describe("pause and resume", () => {
  const noted = async (runId: string): Promise<unknown> => {
    const sql =
      "select action, actor_id as actor from audit_events where target_id = ? and action like 'operation.%e' order by at, action";
    const { results } = await env.DATABASE.prepare(sql).bind(runId).all();
    return results;
  };
  const actor = (): string => tenant.actor.id;

  it("hold a run up with its counts, let it go on, and are in the audit log once, whatever answers got lost", async () => {
    const id = await startHeld(6);
    const paused = await ask(`${id}/pause`, interrupted(["reset after", "reset before"]).env);
    expect(paused.status).toBe(200);
    const text = `Paused by ${tenant.actor.name}`;
    expect(await paused.json()).toMatchObject({ id, status: "running", pause: { text, reason: "person" } });
    expect(await (await ask(`${id}/pause`, env)).json()).toMatchObject({ pause: { text } });
    gate.open = true;
    await waitFor("what was under way to settle", async () =>
      ((await current(id))?.summaryCounts.processed ?? 0) >= 4 ? true : null,
    );
    expect(await current(id)).toMatchObject({ pause: { text }, progress: { kind: "counted", total: 6 } });
    expect(await (await ask(`${id}/resume`, env)).json()).toMatchObject({ pause: null });
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { processed: 6 }, pause: null });
    expect(await noted(id)).toEqual([
      { action: "operation.pause", actor: actor() },
      { action: "operation.resume", actor: actor() },
    ]);
    for (const act of ["pause", "resume"]) {
      const late = await ask(`${id}/${act}`, env);
      expect([late.status, await late.json()]).toMatchObject([409, { code: "nothing_to_pause" }]);
    }
  });

  it("are carried out by the sweep when the run's object could not be reached, unless a person decided otherwise since", async () => {
    const id = await startHeld(6);
    expect((await ask(`${id}/pause`, interrupted(["overloaded"]).env)).status).toBe(503);
    expect(await noted(id)).toEqual([]);
    await finishChanges(env, Date.now() + 61_000);
    expect(await waitFor("the pause to be shown", async () => (await current(id))?.pause ?? null)).toMatchObject({
      reason: "person",
    });
    expect((await ask(`${id}/pause`, interrupted(["overloaded"]).env)).status).toBe(503);
    expect((await ask(`${id}/resume`, env)).status).toBe(200);
    await finishChanges(env, Date.now() + 61_000);
    gate.open = true;
    expect(await completed(id)).toMatchObject({ outcome: "succeeded", summaryCounts: { processed: 6 } });
    expect(await noted(id)).toHaveLength(2);
  });
});

describe("the queue's consumer, when a run's object", () => {
  async function deliver(interruptions: Interruption[]) {
    gate.open = true;
    const { id } = await start("test.interrupted", 1);
    await completed(id);
    // The test delivers a copy of the message that the run itself has sent.
    const object = interrupted(interruptions);
    const body = { v: 1, runId: id, first: 0, last: 0 };
    const batch = createMessageBatch("tenantatlas-run-units", [{ id: "copy", timestamp: 0, attempts: 1, body }]);
    const context = createExecutionContext();
    await handleQueue(batch, object.env);
    return { result: await getQueueResult(batch, context), proof: await proof(id) };
  }

  it.each([[["reset before"]], [["reset after"]], [["reset after", "reset after", "reset before"]]] as const)(
    "is reset, counts the delivery once and acknowledges it: %s",
    async (interruptions) => {
      const { result, proof: told } = await deliver([...interruptions]);
      expect(result).toMatchObject({ ackAll: true, retryMessages: [] });
      expect(told).toMatchObject({ deliveries: 2, duplicatesSuppressed: 1, drift: false, ledger: { succeeded: 1 } });
    },
  );

  it("is overloaded, leaves the message to be delivered again", async () => {
    const { result, proof: told } = await deliver(["overloaded"]);
    expect(result).toMatchObject({ ackAll: false, explicitAcks: [] });
    expect(result.retryMessages).toMatchObject([{ msgId: "copy" }]);
    expect(told).toMatchObject({ deliveries: 1 });
  });
});
