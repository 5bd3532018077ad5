/** What all parts of a simulated world share: time, chance, faults, the database, the oracle that watches, and the code under test. */
import type { RunPolicy } from "../../src/runs/policy.ts";
import type { RunDatabase } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import { FaultPlan } from "./fault-points.ts";
import { Oracle } from "./oracle.ts";
import { Random } from "./random.ts";
import type { Schedule, SimulationConfig } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import type { Wire } from "./wire.ts";
import { Workload } from "./workload.ts";

export class Surroundings {
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

  constructor(engine: Engine, schedule: Schedule, database: RunDatabase, trace: (...words: string[]) => void) {
    this.engine = engine;
    this.config = schedule.config;
    this.random = new Random(schedule.seed);
    this.faults = new FaultPlan(schedule.faults);
    this.scheduler = new Scheduler(this.random);
    const { scheduler, random, faults } = this;
    this.wire = { scheduler, random, faults, repeatCall: engine.repeatCall, trace };
    this.faults.onStrike = (point) => trace("FAULT", point);
    this.workload = new Workload(schedule.seed, schedule.config);
    this.database = database;
    this.oracle = new Oracle(engine, database, this.workload.declaration(), () => this.scheduler.now);
    this.policy = policyOf(engine, schedule.config);
  }
}

function policyOf(engine: Engine, config: SimulationConfig): RunPolicy {
  const policy = { ...engine.RUN_POLICY, maxHealingRounds: config.maxHealingRounds };
  if (config.pace === "product") return policy;
  return {
    ...policy,
    maxOutstandingMessages: 8,
    graphWindowMessages: 4,
    messagesPerSend: 2,
    sendsPerStep: 2,
    stepsPerAlarm: 2,
    planPagesPerAlarm: 2,
    lostPerCommit: 3,
    compactAboveEntries: 3,
  };
}
