/**
 * `npm run bench`: speed, cost, frames, reads and memory of the counting engine, in one run on one machine, beside a bare
 * queue and (unless `--no-peers`) beside BullMQ and graphile-worker. Prints tables and writes `bench/results.json`.
 *
 *   npm run bench -- [--quick] [--no-peers] [--only throughput,lanes,syncs,cost,frames,reads,memory,peers]
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isPortFree, readPort } from "../scripts/serve/ports.ts";
import { onStopSignal } from "../scripts/serve/stop-signals.ts";
import { BenchClient } from "./driver/client.ts";
import { measureCost, perMillion } from "./driver/cost.ts";
import { measureFrames } from "./driver/frames.ts";
import { measureFairness, measureLanes } from "./driver/lanes.ts";
import { type MemoryPlan, measureMemory } from "./driver/memory.ts";
import { measurePeers, PEER_UNITS } from "./driver/peers.ts";
import { measureReads } from "./driver/reads.ts";
import { machineOf, type Results } from "./driver/results.ts";
import { report } from "./driver/report.ts";
import { type Bench, prepareBench, type Runtime } from "./driver/runtime.ts";
import { measureSyncs } from "./driver/syncs.ts";
import { measureThroughput, warmUp } from "./driver/throughput.ts";
import { writeTables } from "./driver/documentation.ts";

const PORT = readPort("BENCH_PORT", 18_841);
const GRAPH_PORT = readPort("BENCH_GRAPH_PORT", 18_842);
const PARTS = ["throughput", "lanes", "syncs", "cost", "frames", "reads", "memory", "peers"] as const;

const FULL = {
  throughput: [
    { units: 1_000, repetitions: 11 },
    { units: 10_000, repetitions: 9 },
    { units: 100_000, repetitions: 3 },
  ],
  // Of none of these is the last batch full.
  unevenSizes: [
    { units: 28, repetitions: 11 },
    { units: 1_050, repetitions: 11 },
    { units: 10_050, repetitions: 9 },
  ],
  laneRepetitions: 9,
  syncs: [
    { policies: 40, repetitions: 9 },
    { policies: 600, repetitions: 5 },
    { policies: 5_000, repetitions: 3 },
  ],
  costUnits: [1_000, 10_000, 100_000],
  pacedUnits: 10_000,
  fanOutSockets: 500,
  memory: memoryPlans(100_000, 1_000),
  readUnits: 10_000,
  peerRepetitions: 3,
};
const QUICK: typeof FULL = {
  throughput: [
    { units: 1_000, repetitions: 3 },
    { units: 10_000, repetitions: 3 },
  ],
  unevenSizes: [
    { units: 28, repetitions: 3 },
    { units: 1_050, repetitions: 3 },
  ],
  laneRepetitions: 3,
  syncs: [{ policies: 40, repetitions: 3 }],
  costUnits: [10_000],
  pacedUnits: 2_000,
  fanOutSockets: 100,
  memory: memoryPlans(10_000, 1_000),
  readUnits: 2_000,
  peerRepetitions: 1,
};
/** Ten units at a time, each this long: a run of some seconds, so that there are frames to time. */
const UNIT_MS = 20;
const IDLE_READ_MS = 4_000;

// As `npm start` does: no reports home, no tracing (it costs two to five times in speed).
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_LOG: "error",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
});

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const plan = options.quick ? QUICK : FULL;
const wanted = new Set<string>(options.only?.split(",") ?? PARTS);
if (options["no-peers"]) wanted.delete("peers");

let bench: Bench | null = null;
let runtime: Runtime | null = null;
onStopSignal(() => void end(130));
process.on("disconnect", () => void end(130));

try {
  const unknown = [...wanted].filter((part) => !PARTS.some((known) => known === part));
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(", ")}; not ${unknown.join(", ")}`);
  if (!(await isPortFree(PORT))) throw new Error(`Port ${PORT} is in use: choose another with BENCH_PORT.`);
  await run();
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}

async function run(): Promise<void> {
  say("building");
  bench = await prepareBench(PORT, GRAPH_PORT);
  const results: Results = {
    at: new Date().toISOString(),
    quick: options.quick,
    machine: machineOf(),
    throughput: [],
    uneven: [],
    lanes: [],
    fairness: [],
    syncs: [],
    costs: [],
    perMillion: [],
    frames: [],
    reads: [],
    memory: [],
    peers: [],
    besidePeers: [],
  };
  if (["throughput", "lanes", "reads"].some((part) => wanted.has(part))) await timedParts(bench, results);
  if (wanted.has("lanes")) {
    say("syncs beside a run of 100,000 units of another tenant");
    results.fairness.push(await measureFairness(bench, plan.laneRepetitions));
  }
  if (wanted.has("syncs")) {
    for (const size of plan.syncs) {
      say(`inventory syncs, ${size.policies} policies, ${size.repetitions} turns`);
      results.syncs.push(await measureSyncs(bench, size));
    }
  }
  if (wanted.has("cost") || wanted.has("frames")) await meteredParts(bench, results);
  if (wanted.has("memory")) {
    for (const memory of plan.memory) {
      say(`memory, ${memory.what}`);
      const use = await measureMemory(bench, memory);
      if (use !== null) results.memory.push(use);
    }
  }
  if (wanted.has("peers")) await peerPart(bench, results);
  console.log(`\n${report(results)}`);
  const whole = PARTS.every((part) => wanted.has(part)) && !options.quick;
  const file = path.join(import.meta.dirname, whole ? "results.json" : "results.partial.json");
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  if (whole) writeTables(results);
  console.log(`\nWritten: ${path.relative(process.cwd(), file)}`);
}

async function timedParts(from: Bench, results: Results): Promise<void> {
  runtime = await from.start({ metered: false });
  const client = new BenchClient(runtime.url);
  say("warming up");
  await warmUp(client);
  if (wanted.has("throughput")) {
    for (const size of plan.throughput) {
      say(`speed, ${size.units} units, ${size.repetitions} turns`);
      results.throughput.push(await measureThroughput(client, size));
    }
    for (const size of plan.unevenSizes) {
      say(`speed, ${size.units} units, ${size.repetitions} turns`);
      results.uneven.push(await measureThroughput(client, size));
    }
  }
  if (wanted.has("lanes")) {
    say("a small run beside a large one");
    results.lanes.push(await measureLanes(client, plan.laneRepetitions));
  }
  if (wanted.has("reads")) {
    say("reads");
    results.reads.push(await measureReads(client, "no run going", { idleMs: IDLE_READ_MS }));
    results.reads.push(await measureReads(client, "a paced run going", { units: plan.readUnits, unitMs: UNIT_MS }));
    results.reads.push(await measureReads(client, "a run at full speed", { units: plan.readUnits * 10, unitMs: 0 }));
  }
  await runtime.stop();
  runtime = null;
}

async function peerPart(from: Bench, results: Results): Promise<void> {
  runtime = await from.start({ metered: false });
  const client = new BenchClient(runtime.url);
  await warmUp(client);
  results.peers = await measurePeers(plan.peerRepetitions, say, async () => {
    results.besidePeers.push(await measureThroughput(client, { units: PEER_UNITS, repetitions: plan.peerRepetitions }));
  });
  await runtime.stop();
  runtime = null;
}

async function meteredParts(from: Bench, results: Results): Promise<void> {
  runtime = await from.start({ metered: true });
  const client = new BenchClient(runtime.url);
  if (wanted.has("cost")) {
    for (const type of ["bench.noop", "bench.noop-ranges"]) {
      for (const units of plan.costUnits) {
        say(`cost, ${type}, ${units} units`);
        const cost = await measureCost(client, type, units);
        results.costs.push(cost);
        if (units === Math.max(...plan.costUnits)) results.perMillion.push(perMillion(cost));
      }
    }
  }
  if (wanted.has("frames")) {
    const paced = { units: plan.pacedUnits, unitMs: UNIT_MS };
    say("frames, one socket");
    results.frames.push(await measureFrames(client, { what: "paced run", sockets: 1, ...paced }));
    results.frames.push(
      await measureFrames(client, { what: "run at full speed", sockets: 1, units: plan.pacedUnits * 10, unitMs: 0 }),
    );
    say(`frames, ${plan.fanOutSockets} sockets`);
    results.frames.push(await measureFrames(client, { what: "paced run", sockets: plan.fanOutSockets, ...paced }));
  }
  await runtime.stop();
  runtime = null;
}

/** One large run; the same work in small runs; the same messages and no run at all; and one small run. */
function memoryPlans(large: number, small: number): MemoryPlan[] {
  return [
    { what: "one large run", units: large, runs: 1 },
    { what: "the same work in small runs", units: small, runs: large / small },
    { what: "the same messages, bare queue", units: large, runs: 1, bareQueue: true },
    { what: "one small run", units: small, runs: 1 },
  ];
}

function say(what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${what}`);
}

async function end(code: number): Promise<never> {
  await runtime?.stop();
  await bench?.dismiss();
  process.exit(code);
}
