/**
 * `npm run simulate -- [--runs N] [--stories N] [--seed S] [--threads T] [--database model|sqlite] [--replay PATH|JSON] [--report FILE]`
 *
 * The long form of what the suite does with 500 schedules: runs N (20,000 unless named); ends with 1 when a rule was broken, when a crash point was never hit in 20,000 schedules or more, or when a
 * planted bug was not caught. Then tells stories of gold standards (40 unless `--stories` says otherwise), whose seeds are S and those after it: `--runs 1 --stories 1 --seed S` tells one again. `--replay` takes what a failure printed: a path of a seed, or a schedule as JSON, told step by step.
 */
import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runSchedule } from "./batch.ts";
import { loadEngine } from "./engine.ts";
import { CRASH_POINTS } from "./fault-points.ts";
import { hunted, MUTANTS } from "./mutants.ts";
import { type CaughtMutant, hitPoints, reproduction, scoreboard, summaryLines } from "./report.ts";
import { scheduleSchema } from "./schedule.ts";
import { simulate } from "./simulate.ts";
import { startSimulator } from "../support/simulator-server.ts";
import { tellStory } from "./standards/story.ts";
import { runSchedules } from "./threads.ts";

const EVERY_POINT_FROM = 20_000;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: String(EVERY_POINT_FROM) },
    stories: { type: "string", default: "40" },
    seed: { type: "string", default: String(Math.floor(Date.now() / 1_000)) },
    threads: { type: "string", default: String(Math.min(2, os.availableParallelism())) },
    database: { type: "string", default: "model" },
    replay: { type: "string" },
    report: { type: "string" },
  },
});
const options = z
  .object({
    runs: z.coerce.number().int().min(1),
    stories: z.coerce.number().int().min(0),
    seed: z.coerce.number().int(),
    threads: z.coerce.number().int().min(1).max(64),
    database: z.enum(["model", "sqlite"]),
    replay: z.string().optional(),
    report: z.string().optional(),
  })
  .parse(values);

process.exitCode = options.replay?.startsWith("{") === true ? await tell(options.replay) : await run();

/** Runs one schedule and tells what happens in it. */
async function tell(json: string): Promise<number> {
  const schedule = scheduleSchema.parse(JSON.parse(json));
  const engine = await loadEngine();
  const result =
    options.database === "model"
      ? await simulate(engine, schedule, undefined, (line) => console.log(line))
      : await runSchedule(engine, schedule, options.database);
  console.log(
    result.violation === null
      ? `No rule was broken in ${result.steps} steps.`
      : `Invariant ${result.violation.rule}: ${result.violation.message}`,
  );
  return result.violation === null ? 0 : 1;
}

async function run(): Promise<number> {
  const { runs, stories, seed, threads, database, replay, report: file } = options;
  const mutants = file === undefined ? [] : await huntAll(seed);
  const started = performance.now();
  let done = 0;
  let told = started;
  const report = await runSchedules({
    runs: replay === undefined ? runs : 500,
    seed,
    threads,
    database,
    ...(replay === undefined ? {} : { path: replay }),
    onProgress: (schedules) => {
      done += schedules;
      if (performance.now() - told < 10_000) return;
      told = performance.now();
      console.log(`${done} of ${runs} schedules`);
    },
  });
  const seconds = (performance.now() - started) / 1_000;
  for (const line of summaryLines(report)) console.log(line);
  console.log(`seed ${seed}, ${seconds.toFixed(1)} s on ${threads} threads`);
  if (report.failure !== null) console.log(`\n${reproduction(report.failure)}`);

  if (file !== undefined) {
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(file, scoreboard({ report, seed, date, seconds, threads, mutants }));
  }
  const isTold = replay !== undefined || (await tellStories(seed, stories));
  const missed = runs >= EVERY_POINT_FROM && hitPoints(report, CRASH_POINTS) < CRASH_POINTS.length;
  return report.failure !== null || !isTold || missed || mutants.some(({ failure }) => failure === null) ? 1 : 0;
}

/** Stories of gold standards, one after the other; false when one went wrong. */
async function tellStories(seed: number, stories: number): Promise<boolean> {
  if (stories === 0) return true;
  const started = performance.now();
  const simulator = await startSimulator({ quiet: true });
  let [acts, calls, deaths] = [0, 0, 0];
  try {
    for (let number = 0; number < stories; number += 1) {
      const told = await silently(() => tellStory({ simulatorUrl: simulator.url, seed: seed + number }));
      acts += told.acts.length;
      calls += told.calls;
      deaths += told.deaths;
      if (told.violation === null) continue;
      console.log(`\nThe story of seed ${told.seed} went wrong: ${told.violation}\n${told.acts.join("\n")}`);
      console.log(`npm run simulate -- --runs 1 --stories 1 --seed ${told.seed}`);
      return false;
    }
  } finally {
    await simulator.stop();
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${stories} stories of gold standards: ${acts} acts, ${calls} calls, at ${deaths} of which a process died; ${seconds} s`,
  );
  return true;
}

/** The product logs as it does in service. */
async function silently<T>(work: () => Promise<T>): Promise<T> {
  const { log, warn, error, info } = console;
  const nothing = (): void => {};
  Object.assign(console, { log: nothing, warn: nothing, error: nothing, info: nothing });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, warn, error, info });
  }
}

/** First of all: whether the oracle can fail decides whether the rest means anything. */
async function huntAll(seed: number): Promise<CaughtMutant[]> {
  const failures = await hunted(MUTANTS.map((mutant) => ({ mutant, seed })));
  return MUTANTS.map(({ name }, at) => {
    const failure = failures[at] ?? null;
    const words = failure === null ? "NOT CAUGHT" : `caught by schedule ${failure.after + 1}`;
    console.log(`planted bug "${name}": ${words}`);
    return { name, failure };
  });
}
