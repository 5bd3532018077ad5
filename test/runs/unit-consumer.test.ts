import { describe, expect, it } from "vitest";
import type { UnitResult } from "../../src/runs/operation.ts";
import type { ConsumedMessage } from "../../src/queue/deliveries.ts";
import type { ConsumerPorts } from "../../src/queue/consumer-ports.ts";
import { consumeUnits } from "../../src/queue/unit-consumer.ts";
import type { CoordinatorPorts } from "../../src/runs/coordinator-ports.ts";
import { ObjectUnavailableError } from "../../src/durable-objects/repeat-call.ts";
import { RUN_POLICY } from "../../src/runs/policy.ts";
import type { SettleRequest } from "../../src/runs/run-commands.ts";
import { RunCoordinator } from "../../src/runs/run-coordinator.ts";
import { MemoryRunStore } from "../support/memory-run-store.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";

/** A sealed run of `total` implied units around the real coordinator and consumer. */
async function openRun(total: number, execute: (ordinal: number) => UnitResult = () => ({ kind: "succeeded" })) {
  const clock = { now: 1_000 };
  const operation = plainOperation(total, { execute: async ({ ordinal }) => execute(ordinal) });
  const ports: CoordinatorPorts = {
    now: () => clock.now,
    setAlarm: () => {},
    sendBatch: async () => {},
    project: async () => {},
    publish: async () => {},
    operation: () => operation,
    plan: async () => ({ kind: "implied", total }),
    finalize: () => Promise.reject(new Error("there is no finalizer")),
    advance: () => Promise.reject(new Error("there are no phases")),
    abandon: () => Promise.reject(new Error("there is no cleanup")),
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
    run: () => ({ claim: async (request) => run.claim(request), renew: async (claimId) => run.renew(claimId), settle }),
    operation: () => operation,
    newClaimId: () => `claim-${(clock.now += 1)}`,
    now: () => clock.now,
    unitContext: (signal) => ({ env: NO_ENVIRONMENT, now: () => clock.now, signal }),
    every: () => () => {},
    log: () => {},
  };
  return { run, consumer, clock, stopSettling: () => (settleWorks = false) };
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
});
