/** A small run of one tenant, alone and while a large, slow run of another tenant goes on; and a sync beside a run of 100,000 units. */
import { BenchClient, durationMs } from "./client.ts";
import type { Bench } from "./runtime.ts";
import { type Sample, sampleOf } from "./statistics.ts";

const SMALL_UNITS = 28;
const SLOW_UNITS = 4_000;
const SLOW_UNIT_MS = 20;
/** Apart from one another, so that the large run is under way at each. */
const BETWEEN_MS = 500;

export interface LaneTimes {
  units: number;
  slowUnits: number;
  /** Milliseconds of the small run while the other goes on. */
  besideLarge: Sample;
  /** Of the large run. */
  largeMs: number;
}

export interface FairTimes {
  policies: number;
  slowUnits: number;
  /** Milliseconds of the sync, unchanged, with nothing else going on. */
  alone: Sample;
  /** Likewise, while the other tenant's run goes on. */
  besideLarge: Sample;
}

const FAIR_POLICIES = 40;
const FAIR_UNITS = 100_000;

/** Syncs of one tenant beside a run of another whose units call Graph, and which lasts longer than is waited for. */
export async function measureFairness(bench: Bench, repetitions: number): Promise<FairTimes> {
  const graph = await bench.startGraph({ contoso: FAIR_POLICIES });
  const runtime = await bench.start({ metered: false, graphUrl: graph.url });
  try {
    const client = new BenchClient(runtime.url);
    const syncs = async (): Promise<Sample> => {
      const times: number[] = [];
      for (let turn = 0; turn < repetitions; turn += 1) times.push(await client.timeSync("contoso"));
      return sampleOf(times);
    };
    await client.timeSync("contoso");
    const alone = await syncs();
    const input = { units: FAIR_UNITS, unitMs: SLOW_UNIT_MS };
    const large = await client.startRun("bench.paced-on-graph", input, "fabrikam");
    await new Promise((resolve) => setTimeout(resolve, 4 * BETWEEN_MS));
    const besideLarge = await syncs();
    const { status } = await client.readRun(large.id, "fabrikam");
    if (status !== "running") throw new Error(`the large run is ${status}`);
    return { policies: FAIR_POLICIES, slowUnits: FAIR_UNITS, alone, besideLarge };
  } finally {
    await runtime.stop();
    await graph.stop();
  }
}

export async function measureLanes(client: BenchClient, repetitions: number): Promise<LaneTimes> {
  const large = await client.startRun("bench.paced", { units: SLOW_UNITS, unitMs: SLOW_UNIT_MS }, "fabrikam");
  const times: number[] = [];
  for (let turn = 0; turn < repetitions; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    times.push(await client.timeRun("bench.noop", { units: SMALL_UNITS }));
    const { status } = await client.readRun(large.id, "fabrikam");
    if (status === "completed") throw new Error("the large run had ended before the small one");
  }
  const ended = await client.waitForRun(large.id, SLOW_UNITS, "fabrikam");
  return { units: SMALL_UNITS, slowUnits: SLOW_UNITS, besideLarge: sampleOf(times), largeMs: durationMs(ended) };
}
