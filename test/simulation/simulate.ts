/** Runs one schedule to its end: faults first, then a calm world in which everything has to come to rest within bounds. */
import { DatabaseModel, type RunDatabase } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import type { Violation } from "./oracle.ts";
import { People } from "./people.ts";
import type { RunTruth } from "./run-truth.ts";
import type { Schedule } from "./schedule.ts";
import { settled } from "./scheduler.ts";
import { isEnded, World } from "./world.ts";

export interface SimulationResult {
  violation: Violation | null;
  /** Faults that struck, by point. */
  struck: ReadonlyMap<string, number>;
  steps: number;
  /** Steps from the last fault to rest. */
  calmSteps: number;
  simulatedMs: number;
  runs: RunSummary[];
}

export interface RunSummary {
  outcome: string;
  units: number;
  counts: { succeeded: number; failed: number; skipped: number };
  completions: number;
  deliveries: number;
  duplicatesSuppressed: number;
  redispatched: number;
}

/** A recount is asked for in one of so many steps; it reads the whole journal. */
const PROOF_EVERY = 16;

/** Steps in which a calm world comes to rest, at most. The largest number that was ever needed is in docs/reliability.md. */
export function calmStepLimit(schedule: Schedule): number {
  const { units, runs, stopAfter } = schedule.config;
  // A run that stops by itself waits a minute or two for a person, again and again.
  return (stopAfter === 0 ? 1 : 2) * (12_000 + 150 * units * runs);
}

export async function simulate(
  engine: Engine,
  schedule: Schedule,
  database: RunDatabase = new DatabaseModel(),
  trace?: (line: string) => void,
): Promise<SimulationResult> {
  const world = new World(
    engine,
    schedule,
    database,
    trace === undefined ? undefined : (...words) => trace(`${oracle.step}: ${words.join(" ")}`),
  );
  const { oracle, scheduler, faults, config } = world;
  const people = new People(world);
  people.open();
  let step = 0;
  let calm = 0;
  while (oracle.violation === null) {
    oracle.step = step;
    if (step < config.faultSteps) people.strikeStep(step);
    else {
      faults.on = false;
      calm += 1;
      if (calm > calmStepLimit(schedule)) oracle.fail("8", `not at rest after ${calm} calm steps`);
      if (calm % PROOF_EVERY === 0 && atRest(world)) break;
    }
    scheduler.step(faults.on ? config.haste : 0);
    await settled();
    observe(world, step);
    step += 1;
  }
  if (oracle.violation === null) judge(world);
  return {
    violation: oracle.violation,
    struck: faults.struck,
    steps: step,
    calmSteps: calm,
    simulatedMs: scheduler.elapsedMs,
    runs: [...oracle.runs].map((run) => summaryOf(world, run)),
  };
}

function observe(world: World, step: number): void {
  const { oracle } = world;
  oracle.read();
  for (const [runId, host] of world.hosts) {
    const { coordinator } = host;
    if (coordinator === null) continue;
    oracle.remembered(runId, coordinator.state);
    if (host.atRest) oracle.armed(runId, coordinator.chores, host.armedAt);
    if (step % PROOF_EVERY === 0) recount(world, runId);
  }
}

function recount(world: World, runId: string): void {
  const proof = world.host(runId).coordinator?.proof() ?? null;
  if (proof === null) return;
  const { tally } = world.oracle.truth(runId);
  const same = (["succeeded", "failed", "skipped"] as const).every(
    (kind) => proof.recounted[kind] === tally[kind] && proof.running[kind] === tally[kind],
  );
  if (!same || proof.settledTwice > 0)
    world.oracle.fail("4", `the recount says ${JSON.stringify(proof)}, the verdict log ${JSON.stringify(tally)}`);
  world.oracle.proved(runId, proof.deliveries);
}

function atRest({ oracle, database, queue, deadLetters, hosts, scheduler }: World): boolean {
  return (
    [...oracle.runs].every((run) => database.readRow(run.runId)?.status === "completed") &&
    queue.idle &&
    deadLetters.idle &&
    [...hosts.values()].every((host) => !host.alarmSet) &&
    // The cron alone goes on for ever.
    scheduler.pending <= 1
  );
}

/** Reasons of verdicts that no holder told. */
const GIVEN_UP: ReadonlySet<string | null> = new Set(["lost", "delivery_exhausted"]);

/** What has to be true of a world at rest. */
function judge(world: World): void {
  const { oracle, database } = world;
  for (const run of oracle.runs) {
    const { runId, header } = run;
    const row = database.readRow(runId);
    const proof = world.host(runId).call((coordinator) => coordinator.proof());
    const expect = (holds: boolean, rule: string, message: string): void => {
      if (!holds) oracle.fail(rule, `${runId}: ${message}`);
    };
    if (row === null || header === null || proof === null) {
      expect(false, "8", "it does not exist");
      continue;
    }
    recount(world, runId);
    const { processed = 0, total, succeeded = 0, failed = 0, skipped = 0, items = 0 } = row.summaryCounts;
    const { tally } = run;
    expect(
      succeeded === tally.succeeded && failed === tally.failed && skipped === tally.skipped,
      "9",
      `D1 has ${JSON.stringify(row.summaryCounts)}, the verdict log ${JSON.stringify(tally)}`,
    );
    expect(processed === run.processed && items === run.items, "9", `D1 has ${processed} processed and ${items} items`);
    expect(
      (total ?? null) === header.total && row.outcome === header.outcome && row.version === proof.version,
      "9",
      "D1 has another run",
    );
    expect(run.completions === 1, "5", `completed ${run.completions} times`);
    expect(
      database.notifications(runId).length === (run.initiated ? 1 : 0),
      "5",
      `${database.notifications(runId).length} notifications`,
    );
    expect(
      row.outcome === "canceled" ||
        row.outcome === "failed" ||
        run.artifacts.size === (world.config.finalizer === "none" && !run.phased ? 0 : 1),
      "5",
      "its artifact is missing",
    );
    const fruitless =
      row.outcome === "canceled" || (header.planFailure ?? header.finalizeFailure ?? header.phaseFailure) !== null;
    // An alarm that is lost after the end is nobody's to notice: the operation's own sweep does the cleanup then.
    const missable = world.faults.struck.has("alarm:lose") || header.abandonAttempts >= world.policy.maxAbandonAttempts;
    const wanted = world.config.abandons && world.config.planning !== "unknown-type" && fruitless;
    expect(wanted ? run.cleanups > 0 || missable : run.cleanups === 0, "5", `cleaned up after ${run.cleanups} times`);
    expect(
      run.processedAtCancel === null || run.processed === run.processedAtCancel,
      "10",
      "canceling changed what was done",
    );
    // A unit that the object gave up may have been executed by holders that never got an answer through.
    const answered = [...run.verdicts.values()].filter(({ reasonCode }) => !GIVEN_UP.has(reasonCode)).length;
    expect(
      proof.deliveries >= answered,
      "proof",
      `${proof.deliveries} deliveries are told of ${answered} units whose holders told a verdict`,
    );
    for (const [ordinal, { kind }] of run.verdicts) {
      expect(kind !== "succeeded" || run.effects.has(ordinal), "7", `ordinal ${ordinal} has no effect`);
    }
    if (world.faults.struck.size === 0) undisturbed(world, run, expect);
    // As the cleanup: an alarm that is lost after the end is nobody's to notice.
    expect(header.told || missable, "report", "its last report is missing");
    if (header.told) {
      const { states, ended, version } = world.toldOf(runId);
      const same =
        states.length === (header.total ?? 0) &&
        states.every((state) => state === "open" || isEnded(state)) &&
        ended.length === run.verdicts.size &&
        ended.every(([ordinal, state]) => run.verdicts.get(ordinal)?.kind === state);
      expect(same && version === proof.version, "report", "D1 was told of other units");
    }
    for (const shown of world.consoles) {
      shown.receive(world.readAll(), "snapshot");
      expect(shown.shown(runId)?.version === row.version, "9", "a console shows another run");
    }
  }
}

/** Without any fault, every verdict is known beforehand, and so is what counting may cost. */
function undisturbed(
  world: World,
  run: RunTruth,
  expect: (holds: boolean, rule: string, message: string) => void,
): void {
  const { workload, config, scheduler, policy } = world;
  if (config.planning === "works" && config.haste === 0) {
    run.indices.forEach((_, ordinal) => {
      const right = workload.verdict(run.behavior(ordinal));
      const verdict = run.verdicts.get(ordinal);
      expect(
        verdict?.kind === right.kind && verdict.reasonCode === right.reasonCode,
        "verdict",
        `ordinal ${ordinal} is ${JSON.stringify(verdict)}, not ${JSON.stringify(right)}`,
      );
    });
    const perRun = scheduler.elapsedMs / policy.projectionIntervalMs + 4;
    expect(
      world.projections <= perRun * config.runs,
      "projections",
      `${world.projections} writes in ${scheduler.elapsedMs} ms`,
    );
    const perReport = scheduler.elapsedMs / policy.reportIntervalMs + 2;
    expect(world.reports <= perReport * config.runs, "report", `${world.reports} in ${scheduler.elapsedMs} ms`);
    expect(
      run.finalizations <= (config.finalizer === "steps" ? 3 : 1) || config.finalizer.startsWith("throws"),
      "5",
      `finalized ${run.finalizations} times`,
    );
  }
}

function summaryOf(world: World, run: RunTruth): RunSummary {
  const proof = world.host(run.runId).coordinator?.proof() ?? null;
  return {
    outcome: run.header?.outcome ?? "never created",
    units: run.indices.length,
    counts: run.tally,
    completions: run.completions,
    deliveries: proof?.deliveries ?? 0,
    duplicatesSuppressed: proof?.duplicatesSuppressed ?? 0,
    redispatched: proof?.redispatched ?? 0,
  };
}
