/** Who acts on runs from outside: people who start, cancel and retry, consoles that connect, and the cron. */
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import { type ConsoleModel, TENANT_ID } from "./console-model.ts";
import { RunHost } from "./run-host.ts";
import { RunTruth } from "./run-truth.ts";
import { callObject, type Process } from "./wire.ts";
import type { World } from "./world.ts";

const INITIATOR = { id: "user-simulated", name: "Initiator" };
const SWEEP_EVERY_MS = 60_000;
const QUIET_MS = 20_000;

/** Processes of people and of the cron: they are never the ones that die. */
const IMMORTAL: Process = { alive: true, kill: () => {} };

export class People {
  readonly #world: World;
  #cancels = 0;
  #pauses = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts the schedule's runs, opens the consoles and sets the cron going. */
  open(): void {
    for (let number = 1; number <= this.#world.config.runs; number += 1) {
      const indices = Array.from({ length: this.#world.config.units }, (_, index) => index);
      this.#start(`run-${number}`, 0, indices, null);
    }
    for (const shown of this.#world.consoles) this.#snapshot(shown);
    const cron = (): void => {
      this.sweep();
      this.#world.scheduler.later(cron, SWEEP_EVERY_MS);
    };
    this.#world.scheduler.later(cron, SWEEP_EVERY_MS);
  }

  #start(runId: string, generation: number, indices: readonly number[], retryOf: string | null): void {
    const { now } = this.#world.scheduler;
    const initiator = generation === 0 && runId === "run-2" ? null : INITIATOR;
    const specification = {
      runId,
      tenantId: TENANT_ID,
      tenantSlug: "simulated",
      type: this.#world.workload.declaration().type,
      input: {},
      subject: "Simulated",
      initiator,
      retryOf,
      workerVersion: "simulated",
      createdAt: now,
    };
    const row = newRow(specification);
    if (!this.#world.database.insertRun(row, now)) return;
    this.#world.oracle.watch(
      new RunTruth(this.#world.workload, {
        runId,
        generation,
        initiated: initiator !== null,
        retryOf,
        indices,
      }),
    );
    this.#world.hosts.set(runId, new RunHost(this.#world, specification));
    if (this.#world.faults.strikes("starter:inserted")) return;
    this.#wake(runId, {
      alive: true,
      kill() {
        this.alive = false;
      },
    });
  }

  #wake(runId: string, caller: Process): void {
    const host = this.#world.host(runId);
    const started = callObject(this.#world.wire, caller, {
      name: "start",
      host,
      apply: () => host.call((run) => run.start(host.specification)),
    });
    // Whoever starts does not wait for more than this; the sweep finds a run whose start got lost.
    started.catch(() => {});
  }

  /** The events that a schedule set for this step. */
  strikeStep(step: number): void {
    const strikes = (event: string): boolean => this.#world.faults.strikesAtStep(`step:${event}`, step);
    const host = [...this.#world.hosts.values()][this.#world.hosts.size === 1 ? 0 : step % this.#world.hosts.size];
    if (host === undefined) return;
    const { specification } = host;
    if (strikes("evict")) host.evict();
    if (strikes("clock-forward")) this.#world.scheduler.jump(1_000 + this.#world.random.below(60_000));
    if (strikes("clock-back")) this.#world.scheduler.jump(-this.#world.random.below(3_000));
    if (strikes("cancel")) this.cancel(specification.runId);
    if (strikes("pause")) this.changePause(specification.runId, true);
    if (strikes("resume")) this.changePause(specification.runId, false);
    if (strikes("hasten")) this.#hasten(specification.runId, step);
    if (strikes("start-again")) this.#wake(specification.runId, IMMORTAL);
    if (strikes("retry")) for (const runId of this.#world.oracle.runIds()) this.retry(runId);
    if (strikes("sweep")) this.sweep();
    if (strikes("reconnect")) for (const shown of this.#world.consoles) this.#snapshot(shown);
  }

  cancel(runId: string): void {
    const { oracle } = this.#world;
    const host = this.#world.host(runId);
    const cancelId = `cancel-${(this.#cancels += 1)}`;
    const canceled = callObject(this.#world.wire, IMMORTAL, {
      name: "cancel",
      host,
      apply: () =>
        host.call((run) => {
          run.start(host.specification);
          return run.cancel(cancelId);
        }),
    });
    canceled.then((answer) => oracle.canceled(runId, cancelId, answer)).catch(() => {});
  }

  changePause(runId: string, paused: boolean): void {
    const { oracle, scheduler } = this.#world;
    const host = this.#world.host(runId);
    const request = { id: `pause-${(this.#pauses += 1)}`, at: scheduler.now, by: INITIATOR, paused };
    const changed = callObject(this.#world.wire, IMMORTAL, {
      name: "pause",
      host,
      apply: () =>
        host.call((run) => {
          run.start(host.specification);
          return run.changePause(request);
        }),
    });
    changed.then((answer) => oracle.pauseChanged(runId, request.id, answer)).catch(() => {});
  }

  /** Says that what some units wait for has happened: true of some of them, and of others not. */
  #hasten(runId: string, step: number): void {
    const host = this.#world.host(runId);
    const first = step % Math.max(1, this.#world.config.units);
    const told = callObject(this.#world.wire, IMMORTAL, {
      name: "hasten",
      host,
      apply: () =>
        host.call((run) => {
          run.start(host.specification);
          run.hasten([first, first + 3]);
        }),
    });
    told.catch(() => {});
  }

  /** As `retryRun` does it: what D1 says decides, and the row's unique index makes it once. */
  retry(runId: string): void {
    const row = this.#world.database.readRow(runId);
    if (row === null || row.retryOf !== null || row.status !== "completed" || (row.summaryCounts.failed ?? 0) === 0)
      return;
    const original = this.#world.oracle.truth(runId);
    const failed = this.#world.database.readUnits(runId).filter(({ outcome }) => outcome === "failed");
    const indices = failed.map(({ ordinal }) => original.indices[ordinal] ?? -1);
    this.#start(`${runId}-retry`, 1, indices, runId);
  }

  sweep(): void {
    const { now } = this.#world.scheduler;
    if (this.#world.databaseDown) return;
    for (const runId of this.#world.database.takeQuiet(now - QUIET_MS, now)) this.#wake(runId, IMMORTAL);
    // Nobody leaves a run paused for ever.
    for (const { runId, closed, header } of this.#world.oracle.runs)
      if (!closed && (header?.pause?.at ?? now) < now - QUIET_MS) this.changePause(runId, false);
  }

  /** Reads what D1 has now; it arrives later, and perhaps after newer news. */
  #snapshot(shown: ConsoleModel): void {
    const runs = this.#world.readAll();
    this.#world.scheduler.later(() => shown.receive(runs, "snapshot"));
  }
}

function newRow(specification: RunHost["specification"]): ProjectionRow {
  const { runId, tenantId, type, subject, initiator, retryOf, workerVersion, createdAt } = specification;
  return {
    id: runId,
    tenantId,
    type,
    status: "queued",
    outcome: "pending",
    sealed: false,
    finalizerPending: false,
    phase: null,
    pause: null,
    summaryCounts: {},
    failure: null,
    result: null,
    subject,
    extent: null,
    initiator,
    retryOf,
    workerVersion,
    version: 1,
    createdAt,
    startedAt: null,
    completedAt: null,
  };
}
