import { describe, expect, it } from "vitest";
import type { UnitMessage } from "../../src/contract/queue-messages.ts";
import type { RunUnitTask, UnitResult } from "../../src/runs/operation.ts";
import type { ConsumedMessage } from "../../src/queue/deliveries.ts";
import type { ConsumerPorts } from "../../src/queue/consumer-ports.ts";
import { consumeUnits } from "../../src/queue/unit-consumer.ts";
import type { CoordinatorPorts } from "../../src/runs/coordinator-ports.ts";
import { ObjectUnavailableError } from "../../src/durable-objects/repeat-call.ts";
import { InvocationBudget, SHARED_LIMITS } from "../../src/runs/invocation-budget.ts";
import { RUN_POLICY } from "../../src/runs/policy.ts";
import type { SettleRequest } from "../../src/runs/run-commands.ts";
import { RunCoordinator } from "../../src/runs/run-coordinator.ts";
import { MemoryRunStore } from "../support/memory-run-store.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";

/** A sealed run of `total` implied units around the real coordinator and consumer. */
async function openRun(
  total: number,
  execute: (ordinal: number, task: RunUnitTask) => UnitResult = () => ({ kind: "succeeded" }),
) {
  const clock = { now: 1_000 };
  const sent: UnitMessage[] = [];
  const operation = plainOperation(total, { execute: async (task) => execute(task.ordinal, task) });
  const ports: CoordinatorPorts = {
    now: () => clock.now,
    setAlarm: () => {},
    sendBatch: async (messages) => void sent.push(...messages),
    project: async () => {},
    report: async () => {},
    publish: async () => {},
    operation: () => operation,
    plan: async () => ({ kind: "implied", total }),
    finalize: () => Promise.reject(new Error("there is no finalizer")),
    advance: () => Promise.reject(new Error("there are no phases")),
    abandon: () => Promise.reject(new Error("there is no cleanup")),
    affordsStep: () => true,
    background: () => {},
    log: () => {},
  };
  const run = new RunCoordinator(new MemoryRunStore(), ports, RUN_POLICY);
  run.start({
    runId: "run",
    tenantId: "t",
    tenantSlug: "t",
    type: "test",
    input: null,
    subject: null,
    initiator: null,
    retryOf: null,
    workerVersion: null,
    createdAt: 0,
  });
  await run.alarm();
  let settleWorks = true;
  const settle = async (request: SettleRequest) => {
    if (!settleWorks) throw new Error("the object is not there");
    return run.settle(request);
  };
  const consumer: ConsumerPorts = {
    budget: new InvocationBudget(),
    run: () => ({ claim: async (request) => run.claim(request), renew: async (claimId) => run.renew(claimId), settle }),
    operation: () => operation,
    newClaimId: () => `claim-${(clock.now += 1)}`,
    now: () => clock.now,
    unitContext: (_tenantId, signal) => ({ env: NO_ENVIRONMENT, now: () => clock.now, signal }),
    every: () => () => {},
    log: () => {},
  };
  return { run, consumer, clock, sent, stopSettling: () => (settleWorks = false) };
}

function message(first: number, last = first): ConsumedMessage & { answer: string } {
  return {
    body: { v: 1, runId: "run", first, last },
    answer: "none",
    ack() {
      this.answer = "ack";
    },
    retry(options) {
      this.answer = `retry after ${options?.delaySeconds ?? 0}`;
    },
  };
}

describe("the unit consumer", () => {
  it("acknowledges both copies of a message in one batch once their unit is settled, and counts one duplicate", async () => {
    const { run, consumer } = await openRun(2);
    const copies = [message(0), message(0)];
    await consumeUnits(copies, consumer);
    expect(copies.map(({ answer }) => answer)).toEqual(["ack", "ack"]);
    expect(run.proof()).toMatchObject({ recounted: { succeeded: 1 }, deliveries: 2, duplicatesSuppressed: 1 });
  });

  it("acknowledges neither copy of a message in one batch while their unit could not be settled", async () => {
    const { consumer, stopSettling } = await openRun(2);
    stopSettling();
    const copies = [message(0), message(0)];
    await consumeUnits(copies, consumer);
    expect(copies.map(({ answer }) => answer)).toEqual(["retry after 1", "retry after 1"]);
  });

  it("acknowledges nothing when the run's object is overloaded: at its claim, or later at its settles", async () => {
    const { run, consumer, stopSettling } = await openRun(2);
    const overloaded = () => Promise.reject(new ObjectUnavailableError("overloaded", null));
    const early = message(0);
    await consumeUnits([early], {
      ...consumer,
      run: (runId) => ({ ...consumer.run(runId), claim: overloaded }),
    });
    expect(early.answer).toBe("retry after 5");
    stopSettling();
    const late = message(1);
    await consumeUnits([late], consumer);
    expect(late.answer).toBe("retry after 1");
    expect(run.proof()).toMatchObject({ recounted: { succeeded: 0 }, deliveries: 0 });
  });

  it("takes what one invocation has no room for to the end in others: acknowledged, sent again, and no attempt counted", async () => {
    const tasks: RunUnitTask[] = [];
    const { run, consumer, sent } = await openRun(40, (_ordinal, task) => {
      tasks.push(task);
      return { kind: "succeeded" };
    });
    const answers: string[] = [];
    let invocations = 0;
    for (let batch = sent.splice(0); batch.length > 0; batch = sent.splice(0)) {
      invocations += 1;
      // Room for a single unit: the last one is postponed 39 times, far more often than a message may be returned, or a unit deferred.
      const budget = new InvocationBudget({ ...SHARED_LIMITS, queries: 1 });
      const execute = async (task: RunUnitTask): Promise<UnitResult> => {
        const operation = consumer.operation("test");
        await budget.gate({ to: "database", statements: 1 }, () => Promise.resolve());
        if (operation === null) throw new Error("no operation");
        return operation.execute(task, await consumer.unitContext("tenant", new AbortController().signal));
      };
      const operation = { ...plainOperation(40), needs: { queries: 1, subrequests: 1, memoryMiB: 1 }, execute };
      const messages = batch.map(({ first, last }) => message(first, last));
      await consumeUnits(messages, { ...consumer, budget, operation: () => operation });
      answers.push(...messages.map(({ answer }) => answer));
      // A dead letter from before says nothing of units that the run has taken back.
      run.settleDead([0, 39]);
      await run.alarm();
    }
    expect(invocations).toBe(40);
    expect(new Set(answers)).toEqual(new Set(["ack"]));
    expect(run.proof()).toMatchObject({ recounted: { succeeded: 40, failed: 0 }, redispatched: 0 });
    expect(tasks.map(({ deferrals }) => deferrals)).toEqual(Array.from({ length: 40 }, () => 0));
    expect(tasks.every((task) => task.lastDeferral === undefined)).toBe(true);
  });

  it("works on all runs of a batch, and on no more units at a time than the invocation has memory for", async () => {
    let underWay = 0;
    let most = 0;
    const runs = await Promise.all(Array.from({ length: 25 }, () => openRun(4)));
    const operation = plainOperation(4, {
      concurrency: 4,
      needs: { queries: 10, subrequests: 10, memoryMiB: 24 },
      execute: async () => {
        most = Math.max(most, (underWay += 1));
        await new Promise(setImmediate);
        underWay -= 1;
        return { kind: "succeeded" };
      },
    });
    const [any] = runs;
    if (any === undefined) throw new Error("no run");
    const messages = runs.flatMap((_run, index) =>
      [0, 1, 2, 3].map((ordinal) => ({
        ...message(ordinal),
        body: { v: 1, runId: String(index), first: ordinal, last: ordinal },
      })),
    );
    const consumer: ConsumerPorts = {
      ...any.consumer,
      operation: () => operation,
      run: (runId) => runs[Number(runId)]?.consumer.run(runId) ?? any.consumer.run(runId),
    };
    await consumeUnits(messages, consumer);
    expect(most).toBe(4);
    for (const { run } of runs) expect(run.proof()).toMatchObject({ recounted: { succeeded: 4 } });
  });
});
