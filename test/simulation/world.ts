/** A simulated world: runs, queues, D1, consoles and people, around the real coordinator and the real consumers. */
import { z } from "zod";
import type { Run } from "../../src/contract/api.ts";
import type { FinalizeResult, Operation, PlanPage, RunUnitTask, UnitResult } from "../../src/operations/operation.ts";
import type { ConsumedMessage } from "../../src/queue/deliveries.ts";
import type { Projection } from "../../src/runs/coordinator-ports.ts";
import type { RunPolicy } from "../../src/runs/policy.ts";
import { countOrdinals } from "../../src/runs/ordinal-ranges.ts";
import type { ProjectionRow } from "../../src/runs/projection-row.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "../../src/runs/run-coordinator.ts";
import type { RunHeader } from "../../src/runs/run-store.ts";
import { ConsoleModel, TENANT_ID } from "./console-model.ts";
import type { RunDatabase } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import { FaultPlan } from "./fault-points.ts";
import { Oracle } from "./oracle.ts";
import { commandsOf, type Invocation, QueueModel } from "./queue-model.ts";
import { Random } from "./random.ts";
import { RunHost } from "./run-host.ts";
import { RunTruth } from "./run-truth.ts";
import type { Schedule, SimulationConfig } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import { call, type Process, type Wire } from "./wire.ts";
import { Workload } from "./workload.ts";

const INITIATOR = { id: "user-simulated", name: "Initiator" };
const SWEEP_EVERY_MS = 60_000;
const QUIET_MS = 20_000;
const RETRY_PAGE = 3;

const INPUT_SCHEMA = z.looseObject({});

/** The one cast: simulated units reach nothing through the environment, and anything they reached would throw. */
const NO_ENVIRONMENT = Object.freeze({}) as Env;

/** Processes of people and of the cron: they are never the ones that die. */
const IMMORTAL: Process = { alive: true, kill: () => {} };

export class World {
  readonly engine: Engine;
  readonly config: SimulationConfig;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly scheduler: Scheduler;
  readonly wire: Wire;
  readonly workload: Workload;
  readonly database: RunDatabase;
  readonly oracle: Oracle;
  readonly policy: RunPolicy;
  readonly queue: QueueModel;
  readonly deadLetters: QueueModel;
  readonly hosts = new Map<string, RunHost>();
  readonly consoles: ConsoleModel[];
  readonly #declared: Operation;
  #databaseDownUntil = 0;
  #claims = 0;
  projections = 0;

  constructor(
    engine: Engine,
    schedule: Schedule,
    database: RunDatabase,
    trace: (...words: string[]) => void = () => {},
  ) {
    this.engine = engine;
    this.config = schedule.config;
    this.random = new Random(schedule.seed);
    this.faults = new FaultPlan(schedule.faults);
    this.scheduler = new Scheduler(this.random);
    this.wire = { scheduler: this.scheduler, random: this.random, faults: this.faults, trace };
    this.faults.onStrike = (point) => trace("FAULT", point);
    this.workload = new Workload(schedule.seed, schedule.config);
    this.database = database;
    this.oracle = new Oracle(engine, database, this.workload.declaration(), () => this.scheduler.now);
    this.policy = policyOf(engine, schedule.config);
    const { maxDeliveries } = schedule.config;
    this.deadLetters = new QueueModel(this, {
      name: "dead",
      handle: (messages, invocation) => this.#consumeDead(messages, invocation),
      maxDeliveries: 100,
      exhausted: () => {},
    });
    this.queue = new QueueModel(this, {
      name: "unit",
      handle: (messages, invocation) => this.#consume(messages, invocation),
      maxDeliveries,
      exhausted: (message) => this.deadLetters.send([message]),
    });
    this.consoles = [new ConsoleModel(engine, this.oracle), new ConsoleModel(engine, this.oracle)];
    this.#declared = this.#operation(() => Promise.reject(new Error("the coordinator executes nothing")));
  }

  /** Starts the schedule's runs, opens the consoles and sets the cron going. */
  open(): void {
    for (let number = 1; number <= this.config.runs; number += 1) {
      const indices = Array.from({ length: this.config.units }, (_, index) => index);
      this.#start(`run-${number}`, 0, indices, null);
    }
    for (const shown of this.consoles) this.#snapshot(shown);
    const cron = (): void => {
      this.sweep();
      this.scheduler.later(cron, SWEEP_EVERY_MS);
    };
    this.scheduler.later(cron, SWEEP_EVERY_MS);
  }

  #start(runId: string, generation: number, indices: readonly number[], retryOf: string | null): void {
    const { now } = this.scheduler;
    const initiator = generation === 0 && runId === "run-2" ? null : INITIATOR;
    const specification = {
      runId,
      tenantId: TENANT_ID,
      tenantSlug: "simulated",
      type: this.workload.declaration().type,
      input: {},
      initiator,
      retryOf,
      createdAt: now,
    };
    const row = newRow(specification);
    if (!this.database.insertRun(row, now)) return;
    this.oracle.watch(
      new RunTruth(this.workload, { runId, generation, initiated: initiator !== null, retryOf, indices }),
    );
    this.hosts.set(runId, new RunHost(this, specification));
    if (this.faults.strikes("starter:inserted")) return;
    this.#wake(runId, {
      alive: true,
      kill() {
        this.alive = false;
      },
    });
  }

  #wake(runId: string, caller: Process): void {
    const host = this.host(runId);
    const started = call(this.wire, caller, {
      name: "start",
      apply: () => host.call((run) => run.start(host.specification)),
    });
    // Whoever starts does not wait for more than this; the sweep finds a run whose start got lost.
    started.catch(() => {});
  }

  host(runId: string): RunHost {
    const host = this.hosts.get(runId);
    if (host === undefined) throw new Error(`nobody started ${runId}`);
    return host;
  }

  // What the coordinator reaches.

  declared(type: string): Operation | null {
    if (this.config.planning === "unknown-type") return null;
    return type === this.#declared.type ? this.#declared : null;
  }

  #operation(execute: (tasks: readonly RunUnitTask[]) => Promise<UnitResult[]>): Operation {
    const { workload, config } = this;
    return {
      ...workload.declaration(),
      inputSchema: INPUT_SCHEMA,
      plan: () => Promise.reject(new Error("planned through the port")),
      execute: async (task) => {
        const [result] = await execute([task]);
        if (result === undefined) throw new Error("an execution has a result");
        return result;
      },
      ...(config.unitsPerExecution === 1 ? {} : { unitsPerExecution: config.unitsPerExecution, executeMany: execute }),
      ...(config.plan === "implied" ? { unitAt: (ordinal: number) => workload.unit(ordinal) } : {}),
      ...(config.finalizer === "none"
        ? {}
        : { finalize: () => Promise.reject(new Error("finalized through the port")) }),
    };
  }

  planPage(run: RunTruth, header: RunHeader): PlanPage {
    run.planCalls += 1;
    if (run.retryOf === null) return this.workload.page(header.planCursor, run.planCalls);
    this.#reachDatabase();
    const after = header.planCursor === null ? -1 : Number(header.planCursor);
    const failed = this.database
      .readUnits(run.retryOf)
      .filter((unit) => unit.outcome === "failed" && unit.ordinal > after);
    const page = failed.slice(0, RETRY_PAGE);
    const last = page.at(-1);
    return {
      kind: "listed",
      units: page.map(({ key, label, input }) => ({ key, label, input })),
      nextCursor: last !== undefined && page.length === RETRY_PAGE ? String(last.ordinal) : null,
    };
  }

  finalize(run: RunTruth, header: RunHeader): FinalizeResult {
    this.oracle.finalizing(run.runId);
    run.finalizations += 1;
    const { finalizer } = this.config;
    if (finalizer === "throws" || (finalizer === "throws-once" && run.finalizations === 1))
      throw new Error("the archive failed");
    if (finalizer === "steps" && header.finalizeCursor !== "2") {
      return { kind: "continue", cursor: header.finalizeCursor === null ? "1" : "2" };
    }
    if (finalizer === "fails") return { kind: "failed", code: "archive_refused", message: "The archive was refused." };
    run.artifacts.add(`artifact-${header.runId}`);
    return { kind: "finalized", result: { kind: "archive", id: header.runId, href: `/archives/${header.runId}` } };
  }

  #reachDatabase(): void {
    const { faults, scheduler, random } = this;
    if (faults.strikes("database:down")) this.#databaseDownUntil = scheduler.now + 1_000 + random.below(180_000);
    if (faults.on && scheduler.now < this.#databaseDownUntil) throw new Error("D1 is down");
  }

  project(projection: Projection): void {
    this.#reachDatabase();
    this.projections += 1;
    const { row } = projection;
    const words = row.status === "completed" ? this.engine.terminalNotification(this.oracle.shown(row.id, row)) : null;
    this.database.writeProjection(projection, words, this.scheduler.now);
  }

  publish({ row }: Projection): void {
    const run = this.oracle.shown(row.id, row);
    const stored = this.database.readRow(row.id);
    if ((stored?.version ?? 0) < row.version)
      this.oracle.fail("frames", `version ${row.version} was told before D1 had it`);
    for (const shown of this.consoles) {
      if (this.faults.strikes("frame:lose")) continue;
      const copies = this.faults.strikes("frame:duplicate") ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = this.faults.strikes("frame:delay") ? this.random.below(30_000) : 0;
        this.scheduler.later(() => shown.receive([run], "change"), delay);
      }
    }
  }

  // The consumers.

  #consume(messages: ConsumedMessage[], invocation: Invocation): Promise<void> {
    const operation = this.#operation((tasks) => this.#execute(tasks, invocation));
    const { scheduler } = this;
    return this.engine.consumeUnits(messages, {
      run: commandsOf(this, invocation),
      operation: (type) => (type === operation.type ? operation : null),
      newClaimId: () => `claim-${(this.#claims += 1)}`,
      now: () => scheduler.now,
      unitContext: (signal) => ({ env: NO_ENVIRONMENT, now: () => scheduler.now, signal }),
      every: (milliseconds, tick) => {
        let going = true;
        const next = (): void => {
          if (!going || !invocation.alive) return;
          tick();
          scheduler.later(next, milliseconds);
        };
        scheduler.later(next, milliseconds);
        return () => {
          going = false;
        };
      },
      log: () => {},
    });
  }

  #consumeDead(messages: ConsumedMessage[], invocation: Invocation): Promise<void> {
    return this.engine.consumeDeadLetters(messages, { run: commandsOf(this, invocation), log: () => {} });
  }

  /** Does the effects of tasks together; the operation offers one at a time, or several. */
  #execute(tasks: readonly RunUnitTask[], invocation: Invocation): Promise<UnitResult[]> {
    const delays = tasks.map((task) => {
      const run = this.oracle.truth(task.runId);
      if (task.key !== run.keyOf(task.ordinal))
        this.oracle.fail("units", `ordinal ${task.ordinal} came as ${task.key}`);
      return this.workload.durationMs(run.generation, run.indices[task.ordinal] ?? 0);
    });
    return call(this.wire, invocation, {
      name: "execute",
      delayMs: Math.max(...delays),
      apply: () => tasks.map((task) => this.#effect(task, tasks.length > 1)),
    });
  }

  #effect(task: RunUnitTask, together: boolean): UnitResult {
    const run = this.oracle.truth(task.runId);
    const execution = (run.executions.get(task.ordinal) ?? 0) + 1;
    run.executions.set(task.ordinal, execution);
    const behavior = run.behavior(task.ordinal);
    // A bug in one of several units would take the others with it: such an operation catches it, and says what the consumer would.
    const throws = together && behavior.kind === "throw" && execution <= behavior.times;
    if (throws) return { kind: "deferred", delaySeconds: 5, reasonCode: "internal_error", message: "It stopped." };
    const result = this.workload.result(behavior, execution);
    if (result.kind === "succeeded") run.effects.add(task.ordinal);
    return result;
  }

  claim(runId: string, request: ClaimRequest): ClaimAnswer {
    const host = this.host(runId);
    this.oracle.truth(runId).delivered += countOrdinals(request.ordinals);
    const answer = host.call((run) => run.claim(request));
    this.oracle.claimed(runId, request, answer, host.coordinator);
    return answer;
  }

  renew(runId: string, claimId: string): RenewAnswer {
    const renewed = this.host(runId).call((run) => run.renew(claimId));
    if (renewed === "renewed") this.oracle.renewed(runId, claimId, this.policy.leaseMs);
    return renewed;
  }

  settle(runId: string, request: SettleRequest): SettleAnswer {
    this.oracle.released(runId, request);
    return this.host(runId).call((run) => run.settle(request));
  }

  // People and the cron.

  /** The events that a schedule set for this step. */
  strikeStep(step: number): void {
    const strikes = (event: string): boolean => this.faults.strikesAtStep(`step:${event}`, step);
    const host = [...this.hosts.values()][this.hosts.size === 1 ? 0 : step % this.hosts.size];
    if (host === undefined) return;
    const { specification } = host;
    if (strikes("evict")) host.evict();
    if (strikes("clock-forward")) this.scheduler.jump(1_000 + this.random.below(60_000));
    if (strikes("clock-back")) this.scheduler.jump(-this.random.below(3_000));
    if (strikes("cancel")) this.cancel(specification.runId);
    if (strikes("start-again")) this.#wake(specification.runId, IMMORTAL);
    if (strikes("retry")) for (const runId of this.oracle.runIds()) this.retry(runId);
    if (strikes("sweep")) this.sweep();
    if (strikes("reconnect")) for (const shown of this.consoles) this.#snapshot(shown);
  }

  cancel(runId: string): void {
    const host = this.host(runId);
    const canceled = call(this.wire, IMMORTAL, {
      name: "cancel",
      apply: () =>
        host.call((run) => {
          run.start(host.specification);
          return run.cancel();
        }),
    });
    canceled.catch(() => {});
  }

  /** As `retryRun` does it: what D1 says decides, and the row's unique index makes it once. */
  retry(runId: string): void {
    const row = this.database.readRow(runId);
    if (row === null || row.retryOf !== null || row.status !== "completed" || (row.summaryCounts.failed ?? 0) === 0)
      return;
    const original = this.oracle.truth(runId);
    const failed = this.database.readUnits(runId).filter(({ outcome }) => outcome === "failed");
    const indices = failed.map(({ ordinal }) => original.indices[ordinal] ?? -1);
    this.#start(`${runId}-retry`, 1, indices, runId);
  }

  sweep(): void {
    const { now } = this.scheduler;
    if (this.faults.on && now < this.#databaseDownUntil) return;
    for (const runId of this.database.takeQuiet(now - QUIET_MS, now)) this.#wake(runId, IMMORTAL);
  }

  /** Reads what D1 has now; it arrives later, and perhaps after newer news. */
  #snapshot(shown: ConsoleModel): void {
    const runs = this.readAll();
    this.scheduler.later(() => shown.receive(runs, "snapshot"));
  }

  readAll(): Run[] {
    const rows = [...this.hosts.keys()].map((runId) => this.database.readRow(runId)).filter((row) => row !== null);
    return rows.map((row) => this.oracle.shown(row.id, row));
  }
}

function newRow(specification: RunHost["specification"]): ProjectionRow {
  const { runId, tenantId, type, initiator, retryOf, createdAt } = specification;
  return {
    id: runId,
    tenantId,
    type,
    status: "queued",
    outcome: "pending",
    sealed: false,
    finalizerPending: false,
    phase: null,
    summaryCounts: {},
    failure: null,
    result: null,
    initiator,
    retryOf,
    version: 1,
    createdAt,
    startedAt: null,
    completedAt: null,
  };
}

function policyOf(engine: Engine, config: SimulationConfig): RunPolicy {
  const policy = { ...engine.RUN_POLICY, maxHealingRounds: config.maxHealingRounds };
  if (config.pace === "product") return policy;
  return {
    ...policy,
    maxOutstandingMessages: 8,
    messagesPerSend: 2,
    sendsPerStep: 2,
    stepsPerAlarm: 2,
    planPagesPerAlarm: 2,
    lostPerCommit: 3,
    compactAboveEntries: 3,
  };
}
