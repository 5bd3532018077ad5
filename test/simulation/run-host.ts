/** A simulated Durable Object: a store and an alarm that survive, and an instance in front of them that may die at any commit and await. */
import type { UnitMessage } from "../../src/contract/queue-messages.ts";
import type { CoordinatorPorts } from "../../src/runs/coordinator-ports.ts";
import type { RunReport } from "../../src/runs/facts/run-report.ts";
import type { Projection } from "../../src/runs/facts/projection.ts";
import type { RunSpecification } from "../../src/runs/facts/run-specification.ts";
import type { BulkOperation, FinalizeResult, Operation, PhaseResult, PlanPage } from "../../src/runs/operation.ts";
import type { RunCoordinator } from "../../src/runs/run-coordinator.ts";
import type { CommitName, RunCommit, RunHeader, RunStore } from "../../src/runs/run-store.ts";
import { MemoryRunStore } from "../support/memory-run-store.ts";
import type { CoordinatorAwait } from "./fault-points.ts";
import { call, type Process } from "./wire.ts";
import type { QueueModel } from "./queue-model.ts";
import type { RunTruth } from "./run-truth.ts";
import type { Surroundings } from "./surroundings.ts";

/** What an object reaches outside itself. Each may throw, as when it is down. */
export interface Outside extends Surroundings {
  readonly queue: Pick<QueueModel, "send">;
  project(projection: Projection): void;
  publish(projection: Projection): void;
  report(report: RunReport): void;
  declared(type: string): Operation | null;
  planPage(run: RunTruth, header: RunHeader): PlanPage;
  finalize(run: RunTruth, header: RunHeader): FinalizeResult;
  advance(run: RunTruth, header: RunHeader): PhaseResult;
  abandon(run: RunTruth, header: RunHeader): void;
}

/** What a dying process throws; only the simulation catches it. */
export class Crash extends Error {}

/** The platform runs an alarm that failed again after about this long. */
const ALARM_RETRY_MS = 2_000;

class Instance implements Process {
  alive = true;
  readonly coordinator: RunCoordinator;
  readonly #onDeath: () => void;
  /** The last commit, by which the three senders of messages are told apart. */
  lastCommit: CommitName | null = null;
  /** A command or an alarm came to its end: from then on the instance keeps its alarm. */
  commanded = false;

  constructor(coordinatorOf: (instance: Instance) => RunCoordinator, onDeath: () => void) {
    this.#onDeath = onDeath;
    this.coordinator = coordinatorOf(this);
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#onDeath();
  }
}

export class RunHost {
  readonly #world: Outside;
  readonly specification: RunSpecification;
  readonly store = new MemoryRunStore();
  #instance: Instance | null = null;
  #alarm: { at: number } | null = null;
  /** When a lost alarm was to ring: the object believes that it is set. */
  #lostAlarmAt: number | null = null;
  #inAlarm: Instance | null = null;
  #downUntil = 0;

  constructor(world: Outside, specification: RunSpecification) {
    this.#world = world;
    this.specification = specification;
  }

  /** The living instance, if there is one. */
  get coordinator(): RunCoordinator | null {
    return this.#instance?.coordinator ?? null;
  }

  get alarmSet(): boolean {
    return this.#alarm !== null || this.#inAlarm !== null;
  }

  /** Whether the living instance has nothing under way that would end by setting the alarm. */
  get atRest(): boolean {
    return this.#inAlarm === null && this.#instance?.commanded === true;
  }

  /** When the object's alarm rings, as far as the object can know; null without one. */
  get armedAt(): number | null {
    return this.#alarm?.at ?? this.#lostAlarmAt;
  }

  /** Calls the object as an RPC would: an instance is made when there is none, and a crash in it rejects. */
  call<T>(command: (coordinator: RunCoordinator) => T): T {
    const { faults, scheduler, random } = this.#world;
    if (faults.strikes("object:down")) this.#downUntil = scheduler.now + random.below(30_000);
    if (faults.on && scheduler.now < this.#downUntil) throw new Error("the object is not there");
    const instance = this.#wake();
    try {
      const answer = command(instance.coordinator);
      if (!instance.alive) throw new Crash("the object died");
      instance.commanded = true;
      return answer;
    } catch (error) {
      if (!(error instanceof Crash)) this.#world.oracle.fail("bug", `a command threw ${String(error)}`);
      throw error;
    }
  }

  /** Ends the instance wherever it is. What it had sent out may still arrive. */
  evict(): void {
    this.#instance?.kill();
  }

  #wake(): Instance {
    if (this.#instance !== null) return this.#instance;
    const { engine, policy } = this.#world;
    const instance = new Instance(
      (self) => new engine.RunCoordinator(this.#storeOf(self), this.#ports(self), policy),
      () => {
        if (this.#inAlarm === instance) {
          this.#inAlarm = null;
          // An alarm that did not come to its end is run again.
          this.#setAlarm(Math.min(this.#alarm?.at ?? Infinity, this.#world.scheduler.now + ALARM_RETRY_MS));
        }
        this.#instance = null;
      },
    );
    this.#instance = instance;
    return instance;
  }

  #storeOf(instance: Instance): RunStore {
    const { store } = this;
    return {
      loadHeader: () => store.loadHeader(),
      loadPulse: () => store.loadPulse(),
      readJournal: (afterSeq) => store.readJournal(afterSeq),
      readPlanPage: (ordinal) => store.readPlanPage(ordinal),
      loadDeferrals: () => store.loadDeferrals(),
      commit: (name, write) => this.#commit(instance, name, write),
    };
  }

  #commit(instance: Instance, name: CommitName, write: RunCommit): void {
    const { faults, oracle, wire } = this.#world;
    if (!instance.alive) throw new Crash("the object is dead");
    this.#crashAt(instance, faults.strikes(`commit:${name}:before`));
    this.store.commit(name, write);
    wire.trace(this.specification.runId, "commits", name);
    oracle.committed(this.specification.runId, name, write);
    instance.lastCommit = name;
    this.#crashAt(instance, faults.strikes(`commit:${name}:after`));
  }

  #crashAt(instance: Instance, strikes: boolean): void {
    if (!strikes) return;
    instance.kill();
    throw new Crash("the object died at a commit");
  }

  #setAlarm(at: number): void {
    const { scheduler } = this.#world;
    const alarm = { at };
    this.#alarm = alarm;
    this.#lostAlarmAt = null;
    scheduler.later(() => this.#ring(alarm), Math.max(0, at - scheduler.now));
  }

  #ring(alarm: { at: number }): void {
    const { faults, scheduler, random } = this.#world;
    if (this.#alarm !== alarm) return;
    // An object's alarm never runs twice at a time: this one waits for the end of the one under way.
    if (this.#inAlarm !== null) return;
    if (alarm.at > scheduler.now) return scheduler.later(() => this.#ring(alarm), alarm.at - scheduler.now);
    if (faults.strikes("alarm:late")) {
      scheduler.later(() => this.#ring(alarm), 1 + random.below(90_000));
      return;
    }
    this.#alarm = null;
    if (faults.strikes("alarm:lose")) {
      this.#lostAlarmAt = alarm.at;
      return;
    }
    if (faults.strikes("alarm:twice")) this.#setAlarm(scheduler.now);
    const instance = this.#wake();
    this.#inAlarm = instance;
    if (faults.strikes("alarm:begin")) return instance.kill();
    instance.coordinator.alarm().then(
      () => {
        if (this.#inAlarm !== instance) return;
        this.#inAlarm = null;
        instance.commanded = true;
        if (this.#alarm !== null) this.#setAlarm(this.#alarm.at);
      },
      (error: unknown) => {
        if (!(error instanceof Crash)) this.#world.oracle.fail("bug", `the alarm threw ${String(error)}`);
        instance.kill();
      },
    );
  }

  #ports(instance: Instance): CoordinatorPorts {
    const world = this.#world;
    const run = world.oracle.truth(this.specification.runId);
    const through = <T>(name: CoordinatorAwait, apply: () => T, half?: () => void): Promise<T> =>
      call(world.wire, instance, half === undefined ? { name, apply } : { name, apply, half });
    return {
      now: () => world.scheduler.now,
      setAlarm: (at) => {
        if (instance.alive) this.#setAlarm(at);
      },
      sendBatch: (messages) => {
        for (const { first, last } of messages)
          for (let ordinal = first; ordinal <= last; ordinal += 1) world.oracle.inTurn(run.runId, ordinal, "sent");
        return through(
          this.#senderOf(instance, messages),
          () => world.queue.send(messages),
          () => world.queue.send(messages.slice(0, Math.ceil(messages.length / 2))),
        );
      },
      project: (projection) => through("project", () => world.project(projection)),
      report: (report) => {
        // What a dead instance would tell never leaves it: it does not know what it had committed when it died.
        if (instance.alive) world.oracle.reporting(report);
        return through("report", () => world.report(report));
      },
      publish: (projection: Projection) => through("publish", () => world.publish(projection)),
      operation: (type) => world.declared(type),
      plan: (_operation: BulkOperation, header: RunHeader): Promise<PlanPage> =>
        through("plan", () => world.planPage(run, header)),
      finalize: (_operation: BulkOperation, header: RunHeader) =>
        through("finalize", () => world.finalize(run, header)),
      advance: (_operation, header) => {
        // Asked of who calls: a step that a dead instance had sent out may still take effect later.
        world.oracle.advancing(run.runId);
        return through("advance", () => world.advance(run, header));
      },
      abandon: (_operation, header) => through("abandon", () => world.abandon(run, header)),
      // Where consumers have little room, alarms have none now and then.
      affordsStep: () => world.config.invocationQueries > 100 || world.random.chance(0.7),
      background: (work) => {
        work.catch((error: unknown) => {
          if (!(error instanceof Crash)) world.oracle.fail("bug", `background work threw ${String(error)}`);
        });
      },
      log: () => {},
    };
  }

  #senderOf(instance: Instance, messages: readonly UnitMessage[]): "dispatch" | "deferred" | "heal" {
    const first = messages[0]?.first ?? 0;
    const { state } = instance.coordinator;
    if (!wasSent(state, first)) return "dispatch";
    if (instance.lastCommit === "redispatch") return "heal";
    return (state.deferrals.get(first)?.notBefore ?? null) === null ? "dispatch" : "deferred";
  }
}

/** Whether the object has noted that it sent the unit. */
function wasSent({ order, header }: RunCoordinator["state"], ordinal: number): boolean {
  if (order === null) return ordinal < header.dispatchedUpTo;
  for (let position = 0; position < header.dispatchedUpTo; position += 1)
    if (order.ordinalAt(position) === ordinal) return true;
  return false;
}
