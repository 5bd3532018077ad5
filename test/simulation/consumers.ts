/** The real consumers in the simulated world, and the effects of the units that they execute. */
import { z } from "zod";
import type { BulkOperation, PhasedOperation, RunUnitTask, UnitResult } from "../../src/runs/operation.ts";
import type { ConsumedMessage } from "../../src/queue/deliveries.ts";
import type { OrdinalRanges } from "../../src/runs/ordinal-ranges.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "../../src/runs/run-commands.ts";
import type { Invocation } from "./queue-model.ts";
import type { RunHost } from "./run-host.ts";
import type { Surroundings } from "./surroundings.ts";
import { call, callObject } from "./wire.ts";
import { MAX_PHASE_WAITS, PHASES } from "./workload.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

const SLOW_TIMERS_AFTER_MS = 40_000;

const INPUT_SCHEMA = z.looseObject({});

/** The one cast: simulated units reach nothing through the environment, and anything they reached would throw. */
const NO_ENVIRONMENT = Object.freeze({}) as TenantEnv;

/** The runs that consumers work for. */
export interface RunsOfConsumers extends Surroundings {
  /** Claims made so far: each has an id of its own. */
  claims: number;
  host(runId: string): RunHost;
  claim(runId: string, request: ClaimRequest): ClaimAnswer;
  renew(runId: string, claimId: string): RenewAnswer;
  settle(runId: string, request: SettleRequest): SettleAnswer;
}

/** The operation as the code under test sees it; who asks for it decides what executing does. */
export function operationOf(
  world: Surroundings,
  execute: (tasks: readonly RunUnitTask[]) => Promise<UnitResult[]>,
): BulkOperation {
  const { workload, config } = world;
  return {
    ...workload.bulkDeclaration(),
    inputSchema: INPUT_SCHEMA,
    plan: () => Promise.reject(new Error("planned through the port")),
    execute: async (task) => {
      const [result] = await execute([task]);
      if (result === undefined) throw new Error("an execution has a result");
      return result;
    },
    ...(config.unitsPerExecution === 1 ? {} : { unitsPerExecution: config.unitsPerExecution, executeMany: execute }),
    ...(config.plan === "implied" ? { unitAt: (ordinal: number) => workload.unit(ordinal) } : {}),
    ...(config.abandons ? { abandon: () => Promise.reject(new Error("abandoned through the port")) } : {}),
    ...(config.finalizer === "none" ? {} : { finalize: () => Promise.reject(new Error("finalized through the port")) }),
  };
}

/** The phased operation, when the schedule's runs go in phases. */
export function phasedOperationOf({ workload, config }: Surroundings): PhasedOperation | null {
  if (config.phases === "none") return null;
  const { type, label, capability, makes, extent } = workload.bulkDeclaration();
  return {
    type,
    label,
    capability,
    makes,
    extent,
    inputSchema: INPUT_SCHEMA,
    progressMode: "phased",
    firstPhase: PHASES[0],
    maxWaits: MAX_PHASE_WAITS,
    advance: () => Promise.reject(new Error("advanced through the port")),
    ...(config.abandons ? { abandon: () => Promise.reject(new Error("abandoned through the port")) } : {}),
  };
}

export function consume(world: RunsOfConsumers, messages: ConsumedMessage[], invocation: Invocation): Promise<void> {
  const { scheduler, engine, config } = world;
  const budget = new engine.InvocationBudget({ ...engine.SHARED_LIMITS, queries: config.invocationQueries });
  const operation = {
    ...operationOf(world, (tasks) =>
      budget.gate({ to: "database", statements: tasks.length }, () => execute(world, tasks, invocation)),
    ),
    // Too little where several are done together: those are refused half-way.
    needs: { queries: 1, subrequests: 1, memoryMiB: 1 },
  };
  return engine.consumeUnits(messages, {
    budget,
    run: commandsOf(world, invocation),
    operation: (type) => (type === operation.type ? operation : null),
    newClaimId: () => `claim-${(world.claims += 1)}`,
    now: () => scheduler.now,
    unitContext: (_tenantId, signal) => ({ env: NO_ENVIRONMENT, now: () => scheduler.now, signal }),
    every: (milliseconds, tick) => {
      let going = true;
      const started = scheduler.now;
      const next = (): void => {
        if (!going || !invocation.alive) return;
        tick();
        // What goes on for long ticks slower: as timers may, and it takes fewer steps.
        const old = scheduler.now - started > SLOW_TIMERS_AFTER_MS;
        scheduler.later(next, old ? 10 * milliseconds : milliseconds);
      };
      scheduler.later(next, milliseconds);
      return () => {
        going = false;
      };
    },
    log: () => {},
  });
}

export function consumeDead(
  world: RunsOfConsumers,
  messages: ConsumedMessage[],
  invocation: Invocation,
): Promise<void> {
  return world.engine.consumeDeadLetters(messages, {
    run: commandsOf(world, invocation),
    log: () => {},
  });
}

/** The consumers' side of a run: every command is a call that can get lost. */
function commandsOf(world: RunsOfConsumers, invocation: Invocation) {
  return (runId: string) => {
    const host = world.host(runId);
    const through = <T>(name: string, apply: () => T): Promise<T> =>
      callObject(world.wire, invocation, { name, apply, host });
    return {
      claim: (request: ClaimRequest) => through("claim", () => world.claim(runId, request)),
      renew: (claimId: string) => through("renew", () => world.renew(runId, claimId)),
      settle: (request: SettleRequest) => through("settle", () => world.settle(runId, request)),
      settleDead: (ordinals: OrdinalRanges) => through("dead", () => host.call((run) => run.settleDead(ordinals))),
    };
  };
}

/** Does the effects of tasks together; the operation offers one at a time, or several. */
function execute(world: Surroundings, tasks: readonly RunUnitTask[], invocation: Invocation): Promise<UnitResult[]> {
  const delays = tasks.map((task) => {
    const run = world.oracle.truth(task.runId);
    if (task.key !== run.keyOf(task.ordinal)) world.oracle.fail("units", `ordinal ${task.ordinal} came as ${task.key}`);
    world.oracle.inTurn(task.runId, task.ordinal, "executed");
    run.begun.set(task.ordinal, (run.begun.get(task.ordinal) ?? 0) + 1);
    return world.workload.durationMs(run.generation, run.indices[task.ordinal] ?? 0);
  });
  return call(world.wire, invocation, {
    name: "execute",
    delayMs: Math.max(...delays),
    apply: () => tasks.map((task) => effect(world, task, tasks.length > 1)),
  });
}

function effect(world: Surroundings, task: RunUnitTask, together: boolean): UnitResult {
  const run = world.oracle.truth(task.runId);
  const execution = (run.executions.get(task.ordinal) ?? 0) + 1;
  run.executions.set(task.ordinal, execution);
  const behavior = run.behavior(task.ordinal);
  // A bug in one of several units would take the others with it: such an operation catches it, and says what the consumer would.
  const throws = together && behavior.kind === "throw" && execution <= behavior.times;
  if (throws)
    return {
      kind: "deferred",
      delaySeconds: 5,
      reasonCode: "internal_error",
      message: "It stopped.",
    };
  const result = world.workload.result(behavior, execution);
  if (result.kind === "succeeded") run.effects.add(task.ordinal);
  return result;
}
