/** Units taken to their verdicts in batches, each an invocation with the platform's limits, by the product's own consumer. */
import { portsOf } from "../../src/queue/handle-queue.ts";
import { consumeUnits } from "../../src/queue/unit-consumer.ts";
import {
  InvocationBudget,
  type InvocationLimits,
  PLATFORM_LIMITS,
  SHARED_LIMITS,
} from "../../src/runs/invocation-budget.ts";
import type { BulkOperation, RunUnitTask, UnitResult } from "../../src/runs/operation.ts";
import { pushOrdinal } from "../../src/runs/ordinal-ranges.ts";
import type { SettleRequest } from "../../src/runs/run-commands.ts";
import { PlatformInvocation, type Usage, within } from "./platform-invocation.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

export interface Batch {
  platform: PlatformInvocation;
  verdicts: Map<number, UnitResult>;
  postponed: number[];
  /** The most that one execution took; exact only where they go one after the other. */
  largest: Usage;
}

/** One batch of the tasks, all of one run. `limits` are what the product keeps, `enforced` what the platform does. */
export async function consumeBatch(
  operation: BulkOperation,
  tasks: readonly RunUnitTask[],
  env: TenantEnv,
  limits: InvocationLimits = SHARED_LIMITS,
  enforced: InvocationLimits = PLATFORM_LIMITS,
): Promise<Batch> {
  const platform = new PlatformInvocation(enforced);
  const batch: Batch = {
    platform,
    verdicts: new Map(),
    postponed: [],
    largest: { requests: 0, calls: 0, queries: 0 },
  };
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = { ...platform.used };
    try {
      return await work();
    } finally {
      for (const key of ["requests", "calls", "queries"] as const) {
        batch.largest[key] = Math.max(batch.largest[key], platform.used[key] - before[key]);
      }
    }
  };
  const executeMany = operation.executeMany?.bind(operation);
  const watchedOperation: BulkOperation = {
    ...operation,
    execute: (task, context) => watched(() => operation.execute(task, context)),
    ...(executeMany === undefined ? {} : { executeMany: (some, context) => watched(() => executeMany(some, context)) }),
  };
  const granted: number[] = [];
  for (const { ordinal } of tasks) pushOrdinal(granted, ordinal);
  const settle = async ({ plain, detailed, deferred }: SettleRequest) => {
    for (let at = 0; at < plain.length; at += 2) {
      for (let ordinal = plain[at] ?? 0; ordinal <= (plain[at + 1] ?? -1); ordinal += 1)
        batch.verdicts.set(ordinal, { kind: "succeeded" });
    }
    for (const { ordinal, verdict } of detailed) batch.verdicts.set(ordinal, verdict);
    for (const { ordinal, postponed, delayMs, reasonCode, message } of deferred) {
      if (postponed === true) batch.postponed.push(ordinal);
      else batch.verdicts.set(ordinal, { kind: "deferred", delaySeconds: delayMs / 1_000, reasonCode, message });
    }
    return { kind: "open" as const, newlySettled: 0, duplicates: 0, paused: false };
  };
  const [first] = tasks;
  if (first === undefined) return batch;
  const { runId, tenantId } = first;
  const messages = tasks.map(({ ordinal }) => ({
    body: { v: 1, runId, first: ordinal, last: ordinal },
    ack: () => {},
    retry: () => {
      throw new Error("a message was returned");
    },
  }));
  const run = {
    claim: async () => ({
      kind: "open" as const,
      run: { runId, tenantId, type: operation.type, input: null },
      granted,
      units: [...tasks],
      deferrals: [],
      settled: [],
      parked: [],
      leased: [],
      leaseMs: 10_000,
      ticket: null,
    }),
    renew: async () => "renewed" as const,
    settle,
  };
  const ports = portsOf(platform.bindings(env), new InvocationBudget(limits));
  await within(platform, () => consumeUnits(messages, { ...ports, run: () => run, operation: () => watchedOperation }));
  return batch;
}

/** Batches until every unit has a verdict. */
export async function consumeAll(
  operation: BulkOperation,
  tasks: readonly RunUnitTask[],
  env: TenantEnv,
  batchSize: number,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  let left = [...tasks];
  while (left.length > 0) {
    const batch = await consumeBatch(operation, left.slice(0, batchSize), env);
    batches.push(batch);
    const settled = left.filter(({ ordinal }) => batch.verdicts.has(ordinal)).length;
    if (settled === 0) throw new Error("a batch that settled nothing");
    left = left.filter(({ ordinal }) => !batch.verdicts.has(ordinal));
  }
  return batches;
}
