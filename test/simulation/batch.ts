/** Runs many schedules, and shrinks the first one that breaks a rule. */
import fc from "fast-check";
import { DatabaseModel } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import type { Violation } from "./oracle.ts";
import { type Guide, type Schedule, schedulesOf } from "./schedule.ts";
import { calmStepLimit, simulate, type SimulationResult } from "./simulate.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

export type DatabaseKind = "model" | "sqlite";

export interface BatchRequest {
  seed: number;
  runs: number;
  database: DatabaseKind;
  /** A place in the tree of a seed's schedules, as fast-check names it: replays that one. */
  path?: string;
  guide?: Guide | undefined;
}

export interface Failure {
  seed: number;
  path: string;
  /** Schedules that went well before it. */
  after: number;
  schedule: Schedule;
  violation: Violation;
}

export interface BatchReport {
  schedules: number;
  undisturbed: number;
  steps: number;
  maxSteps: number;
  maxCalmSteps: number;
  /** The largest part of its limit that a schedule used to come to rest. */
  maxCalmShare: number;
  simulatedMs: number;
  runs: number;
  units: number;
  deliveries: number;
  duplicatesSuppressed: number;
  redispatched: number;
  struck: Record<string, number>;
  outcomes: Record<string, number>;
  failure: Failure | null;
}

export function emptyReport(): BatchReport {
  return {
    schedules: 0,
    undisturbed: 0,
    steps: 0,
    maxSteps: 0,
    maxCalmSteps: 0,
    maxCalmShare: 0,
    simulatedMs: 0,
    runs: 0,
    units: 0,
    deliveries: 0,
    duplicatesSuppressed: 0,
    redispatched: 0,
    struck: {},
    outcomes: {},
    failure: null,
  };
}

export async function runSchedule(engine: Engine, schedule: Schedule, kind: DatabaseKind): Promise<SimulationResult> {
  if (kind === "model") return simulate(engine, schedule, new DatabaseModel());
  const database = new SqliteDatabase(engine);
  try {
    return await simulate(engine, schedule, database);
  } finally {
    database.close();
  }
}

export async function runBatch(
  engine: Engine,
  { seed, runs, database, path, guide }: BatchRequest,
): Promise<BatchReport> {
  const report = emptyReport();
  let failed: SimulationResult | null = null;
  const property = fc.asyncProperty(schedulesOf(guide), async (schedule) => {
    const result = await runSchedule(engine, schedule, database);
    if (failed === null) note(report, schedule, result);
    if (result.violation === null) return true;
    failed = result;
    return false;
  });
  const outcome = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  const schedule = outcome.counterexample?.[0];
  if (outcome.failed && schedule !== undefined) {
    report.failure = await shrunkFailure(engine, schedule, database, {
      seed,
      path: outcome.counterexamplePath ?? "",
      after: outcome.numRuns - 1,
    });
  }
  return report;
}

function note(report: BatchReport, schedule: Schedule, result: SimulationResult): void {
  report.schedules += 1;
  if (result.struck.size === 0) report.undisturbed += 1;
  report.steps += result.steps;
  report.maxSteps = Math.max(report.maxSteps, result.steps);
  report.maxCalmSteps = Math.max(report.maxCalmSteps, result.calmSteps);
  report.maxCalmShare = Math.max(report.maxCalmShare, result.calmSteps / calmStepLimit(schedule));
  report.simulatedMs += result.simulatedMs;
  for (const [point, times] of result.struck) report.struck[point] = (report.struck[point] ?? 0) + times;
  for (const run of result.runs) {
    report.runs += 1;
    report.units += run.units;
    report.deliveries += run.deliveries;
    report.duplicatesSuppressed += run.duplicatesSuppressed;
    report.redispatched += run.redispatched;
    report.outcomes[run.outcome] = (report.outcomes[run.outcome] ?? 0) + 1;
  }
}

/** What fast-check leaves is made smaller fault by fault, as long as the same rule breaks. */
async function shrunkFailure(
  engine: Engine,
  found: Schedule,
  kind: DatabaseKind,
  place: Pick<Failure, "seed" | "path" | "after">,
): Promise<Failure> {
  const broken = async (schedule: Schedule): Promise<Violation | null> =>
    (await runSchedule(engine, schedule, kind)).violation;
  let schedule = found;
  let violation = await broken(schedule);
  if (violation === null)
    throw new Error("a schedule broke a rule, and does not when it is run again: the simulation is not deterministic");
  for (let index = 0; index < schedule.faults.length;) {
    const smaller = { ...schedule, faults: schedule.faults.toSpliced(index, 1) };
    const still = await broken(smaller);
    if (still?.rule === violation.rule) {
      schedule = smaller;
      violation = still;
    } else index += 1;
  }
  return { ...place, schedule, violation };
}

/** Adds the reports of batches up; the first failure stays. */
export function sumReports(reports: readonly BatchReport[]): BatchReport {
  const sum = emptyReport();
  for (const report of reports) {
    for (const key of [
      "schedules",
      "undisturbed",
      "steps",
      "simulatedMs",
      "runs",
      "units",
      "deliveries",
      "duplicatesSuppressed",
      "redispatched",
    ] as const) {
      sum[key] += report[key];
    }
    for (const key of ["maxSteps", "maxCalmSteps", "maxCalmShare"] as const) sum[key] = Math.max(sum[key], report[key]);
    for (const key of ["struck", "outcomes"] as const) {
      for (const [name, count] of Object.entries(report[key])) sum[key][name] = (sum[key][name] ?? 0) + count;
    }
    sum.failure ??= report.failure;
  }
  return sum;
}
